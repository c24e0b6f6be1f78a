// A table of any length: only the rows in sight, and some around them, are in the page. Screen readers are told the true count.

import { el, setAttribute } from "./dom.js";

const AROUND = 12;

export class Windowed {
  #count = 0;
  #first = -1;
  #drawn = 0;
  #frame = 0;

  /**
   * @param {HTMLElement} scroll the box that scrolls
   * @param {HTMLTableElement} table with one body
   * @param {{height: number, row: (index: number) => HTMLTableRowElement}} rows height of each in pixels, and how one is drawn
   */
  constructor(scroll, table, rows) {
    Object.assign(this, { scroll, table, rows });
    this.body = table.tBodies[0];
    this.above = el("tr", { class: "gap", "aria-hidden": "true" }, el("td"));
    this.below = el("tr", { class: "gap", "aria-hidden": "true" }, el("td"));
    scroll.addEventListener("scroll", () => this.#soon(), { passive: true });
    this.resize = new ResizeObserver(() => this.draw(false));
    this.resize.observe(scroll);
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.resize.disconnect();
  }

  /** Show so many rows, drawn anew. */
  show(count) {
    this.#count = count;
    setAttribute(this.table, "aria-rowcount", String(count));
    this.draw(true);
  }

  draw(anew) {
    const { height } = this.rows;
    const top = Math.floor(this.scroll.scrollTop / height);
    const seen = Math.ceil(this.scroll.clientHeight / height);
    const inside = top >= this.#first && Math.min(top + seen, this.#count) <= this.#first + this.#drawn;
    if (!anew && inside && this.#first >= 0) return;
    this.#first = Math.max(0, Math.min(top - AROUND, this.#count - seen));
    this.#drawn = Math.min(this.#count - this.#first, seen + 2 * AROUND);
    const rows = Array.from({ length: Math.max(0, this.#drawn) }, (_, at) => this.#row(this.#first + at));
    this.above.firstChild.style.height = `${this.#first * height}px`;
    this.below.firstChild.style.height = `${(this.#count - this.#first - rows.length) * height}px`;
    this.body.replaceChildren(this.above, ...rows, this.below);
  }

  #row(index) {
    const tr = this.rows.row(index);
    tr.setAttribute("aria-rowindex", String(index + 1));
    return tr;
  }

  #soon() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.draw(false));
  }
}
