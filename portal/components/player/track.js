// The timeline as it is drawn and touched: flags, holes, the pit lane, bookmarks, and the playhead that can be dragged.

import { el, setAttribute } from "../shared/dom.js";
import { flags, holes, pits, range, sessions, wordsAt } from "./timeline.js";

const DRAG_MS = 80;

export class Track {
  range = { from: 0, to: 1 };
  #signature = "";
  #saidAt = 0;
  #dragging = false;

  /**
   * @param {(ms: number) => void} seek what a touch does
   * @param {string} zone the circuit's time zone
   */
  constructor(seek, zone) {
    this.seek = seek;
    this.format = new Intl.DateTimeFormat(undefined, { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    this.day = new Intl.DateTimeFormat(undefined, { timeZone: zone, day: "numeric", month: "short" });
    this.lane = el("div", { class: "lane" });
    this.head = el("div", { class: "playhead" });
    this.marks = el("div", { class: "bookmarks" });
    this.bar = el("div", { class: "bar", role: "slider", tabindex: "0", "aria-label": "Playhead", "aria-valuemin": "0", "aria-valuemax": "1000" }, this.lane, this.head);
    this.ends = el("div", { class: "ends" }, el("span"), el("span", { class: "pointed" }), el("span"));
    this.element = el("div", { class: "track" }, this.marks, this.bar, this.ends);
    this.bar.addEventListener("pointerdown", (event) => this.#touch(event));
    this.bar.addEventListener("pointermove", (event) => this.#move(event));
    this.bar.addEventListener("pointerleave", () => this.#hint(null));
    this.bar.addEventListener("pointerup", (event) => this.#let(event));
  }

  close() {
    this.element.remove();
  }

  /** `14:03:27`, with the day when the range is longer than one. */
  moment(ms) {
    const time = this.format.format(ms);
    return this.range.to - this.range.from > 86400000 ? `${this.day.format(ms)} ${time}` : time;
  }

  draw(clock, timeline, wanted, hours) {
    this.range = range(clock, wanted, hours);
    this.known = timeline?.marks ?? [];
    const bookmarks = timeline?.bookmarks ?? [];
    const step = Math.max(1000, (this.range.to - this.range.from) / 1000);
    const signature = JSON.stringify([Math.round(this.range.from / step), Math.round(this.range.to / step), this.known.length, bookmarks]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.lane.replaceChildren(...this.#pieces());
    this.marks.replaceChildren(...bookmarks.filter(([, , at]) => this.#holds(Date.parse(at))).map((one) => this.#bookmark(one)));
    this.ends.firstElementChild.textContent = this.moment(this.range.from);
    this.ends.lastElementChild.textContent = this.moment(this.range.to);
  }

  point(ms) {
    this.at = ms;
    const share = this.#share(ms);
    this.head.style.left = `${share}%`;
    setAttribute(this.bar, "aria-valuenow", String(Math.round(share * 10)));
    setAttribute(this.bar, "aria-valuetext", this.moment(ms));
  }

  #pieces() {
    const { from, to } = this.range;
    const piece = (name, one, title) => el("i", { class: name, title, style: `left:${this.#share(one.from)}%;width:${this.#share(one.to) - this.#share(one.from)}%` });
    const busy = pits(this.known, from, to);
    return [
      ...flags(this.known, from, to).map((one) => piece(`flag ${one.flag}`, one, `${one.flag} flag`)),
      ...busy.map((share, bin) => share && el("i", { class: "pit", style: `left:${(bin * 100) / busy.length}%;width:${100 / busy.length}%;height:${Math.max(12, share * 45)}%` })).filter(Boolean),
      ...holes(this.known, from, to).map((one) => piece("hole", one, "Nothing recorded")),
      ...sessions(this.known, from, to).map(({ at, name }) => el("i", { class: "session", title: name, style: `left:${this.#share(at)}%` })),
    ];
  }

  #bookmark([, name, at]) {
    const label = `${name}, ${this.moment(Date.parse(at))}`;
    return el("button", { type: "button", title: label, "aria-label": `Go to ${label}`, style: `left:${this.#share(Date.parse(at))}%`, onclick: () => this.seek(Date.parse(at)) }, "▼");
  }

  #share(ms) {
    const { from, to } = this.range;
    return Math.min(100, Math.max(0, ((ms - from) / (to - from)) * 100));
  }

  #holds(ms) {
    return ms >= this.range.from && ms <= this.range.to;
  }

  #at(event) {
    const box = this.bar.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return this.range.from + share * (this.range.to - this.range.from);
  }

  #touch(event) {
    this.#dragging = true;
    this.bar.setPointerCapture(event.pointerId);
    this.seek(this.#at(event));
  }

  #move(event) {
    this.#hint(this.#at(event));
    if (!this.#dragging || event.timeStamp - this.#saidAt < DRAG_MS) return;
    this.#saidAt = event.timeStamp;
    this.seek(this.#at(event));
  }

  #let(event) {
    if (this.#dragging) this.seek(this.#at(event));
    this.#dragging = false;
  }

  #hint(ms) {
    const words = ms === null ? "" : [this.moment(ms), wordsAt(this.known ?? [], ms)].filter(Boolean).join(" · ");
    this.ends.children[1].textContent = words;
  }
}
