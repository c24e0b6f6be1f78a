// The notice board: panels of rows. On a TV every panel turns its pages by itself; elsewhere the page scrolls as usual.
// Rows keep their nodes while they do not change, so that nothing blinks.

import { el, setAttribute, setText } from "../shared/dom.js";
import { pagesOf } from "./paging.js";

const TURN_MS = 8000;
const TICK_MS = 500;
const RIGHT = new Set(["messages", "documents"]);
const boards = new WeakMap();

export default function render({ parentElement, data }) {
  const board = boards.get(parentElement) ?? new Board(parentElement.querySelector(".notices"));
  boards.set(parentElement, board);
  board.draw(data);
  return () => {
    boards.get(parentElement)?.close();
    boards.delete(parentElement);
  };
}

class Board {
  #panels = new Map();
  #timer = null;

  constructor(root) {
    this.root = root;
    this.title = el("h2");
    this.phase = el("span", { class: "phase" });
    this.track = el("span", { class: "track" });
    this.clock = el("time", { "aria-label": "Time of day at the circuit" });
    this.columns = [el("div", { class: "column" }), el("div", { class: "column" })];
    const head = el("header", {}, this.title, this.phase, this.track, this.clock);
    root.replaceChildren(head, el("div", { class: "panels" }, ...this.columns));
  }

  draw({ panels, head, tv }) {
    this.zone = head.zone;
    setAttribute(this.root, "data-tv", tv ? "" : null);
    setAttribute(this.root, "data-track", head.state);
    setText(this.title, head.title);
    setText(this.phase, head.phase);
    setText(this.track, head.track);
    const kept = new Map(panels.map((panel) => [panel.name, this.#panels.get(panel.name) ?? new Panel(panel.name)]));
    this.#panels = kept;
    for (const panel of panels) kept.get(panel.name).draw(panel);
    this.columns.forEach((column, at) => place(column, panels.filter(({ name }) => RIGHT.has(name) === Boolean(at)), kept));
    this.#run(tv);
  }

  close() {
    clearInterval(this.#timer);
  }

  #run(tv) {
    clearInterval(this.#timer);
    this.#tick(tv);
    this.#timer = setInterval(() => this.#tick(tv), TICK_MS);
  }

  #tick(tv) {
    if (tv) this.#tell();
    for (const panel of this.#panels.values()) panel.turn(tv, performance.now());
  }

  #tell() {
    const clock = new Intl.DateTimeFormat("en-GB", { timeZone: this.zone, timeStyle: "medium" });
    setText(this.clock, clock.format(new Date()));
  }
}

class Panel {
  #rows = new Map();
  #page = 0;
  #turned = 0;

  constructor(name) {
    this.count = el("span", { class: "count" });
    this.pages = el("span", { class: "pages", "aria-hidden": "true" });
    this.title = el("span");
    this.empty = el("p", { class: "empty" });
    this.head = el("thead");
    this.body = el("tbody");
    this.table = el("table", {}, this.head, this.body);
    this.view = el("div", { class: "view", tabindex: name === "messages" ? "0" : null }, this.table, this.empty);
    this.section = el("section", { class: name }, el("h3", {}, this.title, this.count, this.pages), this.view);
  }

  draw({ title, empty, headings, rows, ids }) {
    setText(this.title, title);
    setText(this.count, rows.length ? String(rows.length) : "");
    setText(this.empty, rows.length ? "" : empty);
    setAttribute(this.table, "aria-label", title);
    setAttribute(this.table, "hidden", rows.length ? null : "");
    if (this.head.textContent !== headings.join("")) {
      this.head.replaceChildren(el("tr", {}, ...headings.map((heading) => el("th", { scope: "col" }, heading))));
    }
    this.#fill(rows, ids);
  }

  #fill(rows, ids) {
    const first = ids[0];
    if (first !== this.first) this.#page = 0; // news stand on the first page
    this.first = first;
    this.#rows = new Map(rows.map((cells, at) => [ids[at], this.#row(ids[at], cells)]));
    const nodes = [...this.#rows.values()].map((row) => row.tr);
    nodes.forEach((node, at) => {
      if (this.body.children[at] !== node) this.body.insertBefore(node, this.body.children[at] ?? null);
    });
    while (this.body.children.length > nodes.length) this.body.lastElementChild.remove();
  }

  #row(id, cells) {
    const signature = JSON.stringify(cells);
    const known = this.#rows.get(id);
    if (known?.signature === signature) return known;
    return { tr: el("tr", {}, ...cells.map(cell)), signature };
  }

  /** Rows outside the page are hidden, not cut in half. */
  turn(tv, now) {
    const rows = [...this.body.children];
    const tops = rows.map((row) => row.offsetTop - (rows[0]?.offsetTop ?? 0));
    const heights = rows.map((row) => row.offsetHeight);
    const room = this.view.clientHeight - this.head.offsetHeight;
    const pages = tv ? pagesOf(tops, heights, room) : [[0, rows.length]];
    if (now - this.#turned > TURN_MS) {
      this.#page += 1;
      this.#turned = now;
    }
    this.#page %= pages.length;
    const [from, to] = pages[this.#page];
    rows.forEach((row, at) => row.classList.toggle("away", at < from || at >= to));
    this.body.style.transform = from && tv ? `translateY(-${tops[from]}px)` : "";
    setText(this.pages, pages.length > 1 ? `${this.#page + 1} / ${pages.length}` : "");
  }
}

/** The panels of a column, in order; nothing is moved that stands where it belongs. */
function place(column, panels, kept) {
  const nodes = panels.map(({ name }) => kept.get(name).section);
  if (nodes.some((node, at) => column.children[at] !== node) || column.children.length !== nodes.length) {
    column.replaceChildren(...nodes);
  }
}

function cell({ text, kind, tone, href }) {
  const inside = href ? el("a", { href, target: "_blank", rel: "noopener" }, text) : text;
  const shown = kind === "state" ? el("span", { class: "state", "data-tone": tone || null }, inside) : inside;
  return kind === "kart" ? el("th", { scope: "row", class: kind }, shown) : el("td", { class: kind }, shown);
}
