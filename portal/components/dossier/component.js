// The file of one incident. A part that did not change keeps its nodes; an open sheet stays open, and says so if what it
// is about has changed.

import { el } from "../shared/dom.js";
import { Ticking } from "../acts/clocks.js";
import { reasons } from "../acts/explanation.js";
import { button, Sheet } from "../acts/sheet.js";

const files = new WeakMap();

export default function render({ parentElement, data }) {
  let file = files.get(parentElement);
  if (file && file.of !== `${data.session}/${data.row.id}`) {
    file.close();
    file = null;
  }
  file ??= new Dossier(parentElement.querySelector(".dossier"), data);
  file.draw(data);
  files.set(parentElement, file);
  return () => {
    files.get(parentElement)?.close();
    files.delete(parentElement);
  };
}

class Dossier {
  constructor(root, { session, row }) {
    this.of = `${session}/${row.id}`;
    this.sheet = new Sheet(session, window.localStorage);
    this.clocks = new Ticking();
    this.body = el("div");
    root.replaceChildren(this.sheet.status, this.body, this.sheet.element);
  }

  close() {
    this.clocks.close();
  }

  draw(data) {
    this.clocks.learn(data.now);
    this.sheet.learn([data.row], data.words);
    const signature = JSON.stringify({ ...data, now: 0 });
    if (signature === this.drawn) return;
    this.drawn = signature;
    this.ticking = [];
    this.body.replaceChildren(this.#head(data), pairs(data.facts), this.#acts(data.row, data.row.acts), this.#why(data), ...data.penalties.map((one) => this.#penalty(data, one)));
    this.clocks.show(this.ticking);
  }

  #head({ row }) {
    const second = row.second ? ` ↔ ${row.second}` : "";
    return el("header", {}, el("h2", {}, `${row.number} `, el("span", { class: "kart" }, `${row.kart}${second}`), ` ${row.words}`), this.#clocks(row.clocks));
  }

  #clocks(clocks) {
    const ticking = clocks.map((clock) => [el("span", { class: "clock" }), clock]);
    this.ticking.push(...ticking);
    return el("span", { class: "clocks" }, ...ticking.map(([element]) => element));
  }

  #acts(row, acts) {
    return el("div", { class: "acts" }, ...acts.map((act) => button(act, (chosen, event) => this.sheet.press(row, chosen, event))));
  }

  #why({ explain, link }) {
    const told = reasons({ incident: { explain }, penalties: [] }, link);
    return el("section", { "aria-label": "Why" }, el("h3", {}, "Why"), told);
  }

  /** Its own reasons are shown where the incident's do not say them already. */
  #penalty({ row, link, explain }, { id, label, state, why, facts, clocks, acts }) {
    const about = { ...row, words: label };
    const head = el("h3", {}, `${label} `, el("span", { class: "state" }, `${state.replaceAll("_", " ")} · ${id}`));
    const own = why.filter((line) => !explain.includes(line));
    const reason = !own.length ? null : el("details", {}, el("summary", {}, "Why"), reasons({ incident: { explain: [""] }, penalties: [{ label, state, why: own }] }, link));
    return el("section", { "aria-label": label }, head, this.#clocks(clocks), pairs(facts), this.#acts(about, acts), ...(reason ? [reason] : []));
  }
}

function pairs(facts) {
  return el("dl", { class: "pairs" }, ...facts.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}
