// Lines typed before, for the arrow keys; the newest last, none twice in a row, remembered in this browser.

import { recall, remember } from "../shared/memory.js";

const KEPT = 50;

export class History {
  #at;

  constructor(storage, key) {
    Object.assign(this, { storage, key });
    this.lines = recall(storage, key, []);
    this.#at = this.lines.length;
  }

  add(line) {
    this.lines = [...this.lines.filter((old) => old !== line), line].slice(-KEPT);
    remember(this.storage, this.key, this.lines);
    this.#at = this.lines.length;
  }

  /** One line back (-1) or forward (1); behind the newest is the empty line. */
  step(by) {
    this.#at = Math.min(this.lines.length, Math.max(0, this.#at + by));
    return this.lines[this.#at] ?? "";
  }
}
