// The body of the table: one <tr> a car, kept for as long as the car is there; a change touches only its own cells.

import { el, setAttribute, setText } from "../shared/dom.js";
import { textOn } from "../shared/colour.js";
import { ALSO, RANK_MARKS, RANK_WORDS, statusText } from "./columns.js";

const MOVE = { duration: 260, easing: "cubic-bezier(.2, .7, .2, 1)" };

export class Rows {
  #body;
  #toggleOwn;
  #columns = [];
  #rows = new Map();

  /** @param {HTMLTableSectionElement} body @param {(number: string) => void} toggleOwn called when a plate is pressed */
  constructor(body, toggleOwn) {
    this.#body = body;
    this.#toggleOwn = toggleOwn;
  }

  /** Begin anew with these columns: at the first picture, after a resize, or when the feed changes its layout. */
  reset(columns) {
    this.#columns = columns;
    this.#rows.clear();
    this.#body.replaceChildren();
  }

  /** Show these rows in this order; those that were there already glide to their place when `animate` says so. */
  arrange(ids, view, own, nowMs, animate) {
    const before = animate ? this.#tops() : new Map();
    const focused = this.#body.getRootNode().activeElement;
    const wanted = ids.map((id) => this.#rowOf(id, view.rows[id], own, nowMs));
    wanted.forEach((tr, index) => {
      if (this.#body.children[index] !== tr) this.#body.insertBefore(tr, this.#body.children[index] ?? null);
    });
    while (this.#body.children.length > wanted.length) this.#body.lastElementChild.remove();
    if (focused !== this.#body.getRootNode().activeElement) focused?.focus({ preventScroll: true });
    glide(before);
  }

  /** Redraw every car that is still there: after a new snapshot, without a flash. */
  redraw(view, nowMs) {
    for (const [id, known] of this.#rows) {
      const row = view.rows[id];
      if (row) this.#columns.forEach((column, index) => draw(column, known.cells[index], row, nowMs));
      known.number = row?.number;
    }
  }

  /** Forget the rows of cars that left the board. */
  keepOnly(view) {
    for (const [id, { tr }] of this.#rows) {
      if (view.rows[id]) continue;
      tr.remove();
      this.#rows.delete(id);
    }
  }

  /** Redraw the cells that these fields touch. */
  update(id, row, fields, nowMs) {
    const known = this.#rows.get(id);
    if (!known || !row) return;
    this.#columns.forEach((column, index) => {
      const touched = fields.includes(column.needs) || ALSO[column.needs]?.some((field) => fields.includes(field));
      if (touched) draw(column, known.cells[index], row, nowMs);
    });
    known.number = row.number;
    if (fields.includes("last") && row.last) flash(known.cells[this.#columns.findIndex(({ needs }) => needs === "last")]);
    setAttribute(known.tr, "data-status", row.status ?? "running");
  }

  /** Let the clocks of the cars in the pit lane run. */
  tick(view, nowMs) {
    for (const [id, { cells }] of this.#rows) {
      const row = view.rows[id];
      if (row?.status !== "in_pit") continue;
      this.#columns.forEach((column, index) => {
        if (column.kind === "status" || column.kind === "team") draw(column, cells[index], row, nowMs);
      });
    }
  }

  /** Mark the reader's own cars. */
  highlight(view, own) {
    for (const [id, { tr, plate }] of this.#rows) mark(tr, plate, own.has(view.rows[id]?.number));
  }

  #rowOf(id, row, own, nowMs) {
    const known = this.#rows.get(id);
    if (known) return known.tr;
    const cells = this.#columns.map((column) => cellOf(column, () => this.#toggleOwn(this.#rows.get(id).number)));
    const tr = el("tr", { "data-status": row.status ?? "running" }, ...cells);
    this.#columns.forEach((column, index) => draw(column, cells[index], row, nowMs));
    const plate = tr.querySelector("button");
    this.#rows.set(id, { tr, cells, plate, number: row.number });
    mark(tr, plate, own.has(row.number));
    return tr;
  }

  #tops() {
    return new Map([...this.#body.children].map((tr) => [tr, tr.offsetTop]));
  }
}

function cellOf(column, toggleOwn) {
  if (column.kind === "plate") return el("th", { scope: "row", class: "plate" }, el("button", { type: "button", onclick: toggleOwn }));
  if (column.kind === "team") return el("td", { class: "team" }, el("span", { class: "name" }), el("span", { class: "under" }));
  if (column.kind === "time") return el("td", { class: "time" }, el("i", { "aria-hidden": "true" }), el("span"), el("span", { class: "aloud" }));
  return el("td", { class: column.kind });
}

const PAINTERS = { plate: drawPlate, team: drawTeam, time: drawTime, marks: drawMarks, status: drawStatus };

function draw(column, cell, row, nowMs) {
  const painter = PAINTERS[column.kind];
  if (painter) painter(cell, row, column, nowMs);
  else setText(cell, column.text(row));
}

function drawPlate(cell, row) {
  const button = cell.firstElementChild;
  const text = textOn(row.plate);
  setText(button, row.number ?? "");
  button.style.background = text ? row.plate : "";
  button.style.color = text ?? "";
}

/** Team above, driver below; on a narrow screen the second line also says what the dropped columns would. */
function drawTeam(cell, row, column, nowMs) {
  const [name, under] = cell.children;
  setText(name, column.text(row));
  const driver = row.team && row.driver !== row.team ? (row.driver ?? "") : "";
  const news = [statusText(row, nowMs), ...(row.penalties ?? [])].filter(Boolean).join(" · ");
  setText(under, driver);
  setAttribute(under, "data-news", news || null);
  setAttribute(cell, "title", [column.text(row), driver].filter(Boolean).join(" – ") || null);
}

function drawTime(cell, row, column) {
  const known = row[column.needs]?.[1] ?? "normal";
  const rank = column.plain && known !== "overall" ? "plain" : known;
  const [mark_, value, aloud] = cell.children;
  setText(mark_, RANK_MARKS[rank] ?? "");
  setText(value, column.text(row));
  setText(aloud, RANK_WORDS[rank] ?? "");
  setAttribute(cell, "data-rank", value.textContent ? rank : null);
}

function drawMarks(cell, row) {
  const marks = row.penalties ?? [];
  if ([...cell.children].map((chip) => chip.textContent).join("|") === marks.join("|")) return;
  cell.replaceChildren(...marks.map((text) => el("span", { class: "chip" }, text)));
}

function drawStatus(cell, row, column, nowMs) {
  setText(cell, statusText(row, nowMs));
  setAttribute(cell, "data-status", row.status ?? "running");
}

function mark(tr, plate, own) {
  tr.classList.toggle("own", own);
  setAttribute(plate, "aria-pressed", String(own));
  setAttribute(plate, "title", own ? "Stop following this car" : "Follow this car");
}

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

function glide(before) {
  if (still()) return;
  for (const [tr, top] of before) {
    const moved = tr.isConnected ? top - tr.offsetTop : 0;
    if (moved) tr.animate([{ transform: `translateY(${moved}px)` }, { transform: "none" }], MOVE);
  }
}

function flash(cell) {
  if (cell && !still()) cell.animate([{ background: "var(--flash)" }, { background: "transparent" }], { duration: 900 });
}
