// A quiet list: a real table, from which one row may be chosen. Rows that did not change keep their nodes.

import { el, setAttribute } from "../shared/dom.js";

const lists = new WeakMap();

export default function render({ parentElement, data, setStateValue }) {
  const list = lists.get(parentElement) ?? new List(parentElement.querySelector(".list"));
  lists.set(parentElement, list);
  list.choose = (id) => setStateValue("picked", id);
  list.draw(data);
  return () => lists.delete(parentElement);
}

class List {
  #rows = new Map();

  constructor(root) {
    this.head = el("thead");
    this.body = el("tbody");
    root.replaceChildren(el("table", {}, this.head, this.body));
  }

  draw({ columns, rows, picked, label }) {
    setAttribute(this.head.parentElement, "aria-label", label);
    setAttribute(this.head.parentElement, "tabindex", rows.some(({ choosable }) => choosable) ? null : "0"); // it scrolls
    this.columns = columns;
    this.head.replaceChildren(el("tr", {}, ...columns.map(({ heading, kind }) => el("th", { scope: "col", class: kind }, heading))));
    const kept = new Map(rows.map((row) => [row.id, this.#row(row)]));
    this.#rows = kept;
    [...kept.values()].forEach(({ tr }, index) => {
      if (this.body.children[index] !== tr) this.body.insertBefore(tr, this.body.children[index] ?? null);
    });
    while (this.body.children.length > kept.size) this.body.lastElementChild.remove();
    this.#mark(picked);
  }

  #row({ id, cells, choosable }) {
    const signature = JSON.stringify([cells, choosable, this.columns]);
    const known = this.#rows.get(id);
    if (known?.signature === signature) return known;
    const tr = el("tr", choosable ? { class: "choosable", onclick: () => this.#pick(id) } : {});
    tr.append(...cells.map((text, index) => this.#cell(text, index, choosable)));
    return { tr, signature };
  }

  #cell(text, index, choosable) {
    const { kind } = this.columns[index];
    if (index > 0) return el("td", { class: kind, title: kind === "long" ? text : null }, text);
    return el("th", { scope: "row", class: kind }, choosable ? el("button", { type: "button" }, text) : text);
  }

  /** A second press lets go. */
  #pick(id) {
    const next = this.picked === id ? null : id;
    this.#mark(next);
    this.choose(next);
  }

  #mark(picked) {
    this.picked = picked;
    for (const [id, { tr }] of this.#rows) {
      tr.classList.toggle("picked", id === picked);
      setAttribute(tr.querySelector("button") ?? tr, "aria-pressed", tr.classList.contains("choosable") ? String(id === picked) : null);
    }
  }
}
