// What became of the last lines: on its way, stored under a number, refused, or waiting for the connection.

import { el } from "../shared/dom.js";

const SHOWN = 5;

export class Receipts {
  element = el("ol", { class: "receipts", "aria-label": "Last lines", "aria-live": "polite" });
  #items = new Map();

  /**
   * @param {object} acts
   * @param {(line: object) => void} acts.restore put a refused line back into the field
   * @param {(line: object) => void} acts.forget let a refused line go
   */
  constructor({ restore, forget }) {
    Object.assign(this, { restore, forget });
  }

  sending(line) {
    const item = el("li", { "data-state": "sending" });
    this.#items.set(line.request_id, { item, began: performance.now() });
    this.element.prepend(item);
    while (this.element.children.length > SHOWN) this.element.lastElementChild.remove();
    this.#draw(item, "…", line.text, "on its way");
  }

  answered(line, outcome) {
    const { item, began } = this.#items.get(line.request_id);
    item.dataset.state = outcome.state;
    if (outcome.state === "waiting") return this.#draw(item, "↻", line.text, `${outcome.what} ${outcome.remedy} Attempt ${outcome.attempt}.`);
    this.#items.delete(line.request_id);
    if (outcome.state === "stored") return this.#draw(item, "✓", line.text, `${outcome.receipt.text ?? "stored"}`, `${Math.round(performance.now() - began)} ms`);
    return this.#draw(item, "✕", line.text, outcome.what, ...this.#choices(item, line));
  }

  #choices(item, line) {
    const edit = el("button", { type: "button", onclick: () => this.restore(line) }, "Edit");
    const drop = el("button", { type: "button", "aria-label": `Drop ${line.text}`, onclick: () => { item.remove(); this.forget(line); } }, "Drop");
    return line.mark ? [drop] : [edit, drop];
  }

  #draw(item, sign, text, words, ...rest) {
    item.replaceChildren(el("span", { class: "sign", "aria-hidden": "true" }, sign), el("code", {}, text), el("span", { class: "words" }, words), el("span", { class: "rest" }, ...rest));
  }
}
