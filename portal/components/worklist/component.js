// What waits for an official, one line for each thing: its deadlines count by themselves, its acts go straight to the API.
// A line that did not change keeps its nodes; so focus and what is open survive every run of the page.

import { el, setAttribute, setText } from "../shared/dom.js";
import { Ticking } from "../acts/clocks.js";
import { explanation } from "../acts/explanation.js";
import { button, Sheet } from "../acts/sheet.js";

const lists = new WeakMap();

export default function render({ parentElement, data }) {
  let list = lists.get(parentElement);
  if (list && list.session !== data.session) {
    list.close();
    list = null;
  }
  list ??= new Worklist(parentElement.querySelector(".worklist"), data.session);
  list.draw(data);
  lists.set(parentElement, list);
  return () => {
    lists.get(parentElement)?.close();
    lists.delete(parentElement);
  };
}

class Worklist {
  #rows = new Map();
  #sections = new Map();
  #drawn = false;

  constructor(root, session) {
    this.session = session;
    this.sheet = new Sheet(session, window.localStorage);
    this.clocks = new Ticking();
    this.bar = el("div", { class: "bar", role: "group" });
    this.body = el("div");
    this.nothing = el("p", { class: "nothing" });
    root.replaceChildren(this.bar, this.sheet.status, this.body, this.nothing, this.sheet.element);
  }

  close() {
    this.clocks.close();
  }

  draw({ bar, sections, words, link, now }) {
    this.link = link;
    this.clocks.learn(now);
    this.#drawBar(bar);
    const kept = new Map();
    for (const section of sections) for (const row of section.rows) kept.set(`${section.name}/${row.id}`, this.#row(section, row));
    this.#rows = kept;
    const full = sections.filter(({ rows }) => rows.length);
    this.#put(this.body, full.map((section) => this.#section(section)));
    setText(this.nothing, emptiness(sections));
    this.clocks.show([...kept.values()].flatMap(({ ticking }) => ticking));
    this.sheet.learn(sections.flatMap(({ rows }) => rows), words);
    this.#drawn = true;
  }

  #drawBar(bar) {
    const signature = JSON.stringify(bar);
    if (signature === this.barDrawn) return;
    this.barDrawn = signature;
    setAttribute(this.bar, "aria-label", bar.label);
    this.bar.hidden = !bar.acts.length;
    const row = { version: null };
    this.bar.replaceChildren(...bar.acts.map((act) => {
      const pressed = button(act, (chosen, event) => this.sheet.press(row, chosen, event));
      if (act.tone) pressed.style.setProperty("--tone", act.tone);
      setAttribute(pressed, "aria-pressed", act.pressed === null ? null : String(act.pressed));
      return pressed;
    }));
  }

  #section({ name, title, rows, count }) {
    let known = this.#sections.get(name);
    if (!known) {
      known = { count: el("span"), list: el("ol", { class: name, tabindex: name === "steps" ? "0" : null, "aria-label": title }) };
      known.element = el("section", { "aria-label": title }, el("h3", {}, title, known.count), known.list);
      this.#sections.set(name, known);
    }
    setText(known.count, count > rows.length ? `${count}, the first ${rows.length} are shown` : `${count}`);
    this.#put(known.list, rows.map((row) => this.#rows.get(`${name}/${row.id}`).li));
    return known.element;
  }

  /** The children in this order; those that stand right are not touched. */
  #put(parent, children) {
    children.forEach((child, index) => {
      if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    });
    while (parent.children.length > children.length) parent.lastElementChild.remove();
  }

  #row({ name }, row) {
    const signature = JSON.stringify(row);
    const known = this.#rows.get(`${name}/${row.id}`);
    if (known?.signature === signature) return known;
    const ticking = row.clocks.map((clock) => [el("span", { class: "clock" }), clock]);
    const second = row.second ? el("small", {}, ` ↔ ${row.second}`) : null;
    const note = [row.note, ...row.acts.filter(({ label }) => label === "Approve").map(({ refused }) => refused)].filter(Boolean).join(" · ");
    const li = el("li", { "data-new": this.#drawn && !known ? "" : null },
      row.time ? el("time", {}, row.time) : null,
      row.number ? this.#number(row) : null,
      el("span", { class: "kart" }, row.kart, second),
      el("span", { class: "words", title: [row.words, note].filter(Boolean).join(" · ") }, el("b", {}, row.words), note ? el("span", { class: "note" }, ` ${note}`) : null),
      el("span", { class: "clocks" }, ...ticking.map(([element]) => element)),
      name === "steps" ? null : el("span", { class: "acts" }, ...this.#acts(row)));
    return { li, signature, ticking };
  }

  #number({ incident, number }) {
    return incident ? el("a", { class: "number", href: `${this.link}${incident}`, target: "_top", title: `Everything about ${number}` }, number) : el("span", { class: "number" }, number);
  }

  #acts(row) {
    const why = row.why ? [this.#opener("Why", (at) => this.#explain(row, at))] : [];
    const evidence = row.evidence.length ? [this.#opener("Evidence", (at) => this.sheet.show(at, `${row.number} ${row.words}: what was measured`, pairs(row.evidence)))] : [];
    return [...why, ...evidence, ...row.acts.map((act) => button(act, (chosen, event) => this.sheet.press(row, chosen, event)))];
  }

  #opener(label, open) {
    return el("button", { type: "button", class: "act", "aria-haspopup": "dialog", onclick: ({ currentTarget }) => open(currentTarget) }, label);
  }

  async #explain(row, opener) {
    const told = await explanation(this.session, row.incident, this.link);
    this.sheet.show(opener, `Why ${row.number} ${row.words}`, told);
  }
}

/** `Nothing: to approve, to issue.` */
export function emptiness(sections) {
  const empty = sections.filter(({ rows, quiet }) => !rows.length && !quiet).map(({ title }) => title.toLowerCase());
  if (!sections.length || !empty.length) return "";
  return empty.length === sections.filter(({ quiet }) => !quiet).length ? "Nothing waits." : `Nothing: ${empty.join(", ")}.`;
}

function pairs(evidence) {
  return el("dl", { class: "pairs" }, ...evidence.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}
