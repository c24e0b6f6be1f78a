// The lap matrix: a column a car, a row a lap, newest first. Streamlit calls the default export again at every change of data
// or theme, so the matrix of an element is kept. Only the rows in sight are in the page: a race of a day has 54 000 laps.

import { el, setAttribute, setText } from "../shared/dom.js";
import { readLaps } from "../shared/lap_reader.js";
import { listed } from "../shared/laps.js";
import { Windowed } from "../shared/windowed.js";
import { changed, read, remember, written } from "./choices.js";
import { Detail } from "./detail.js";
import { cellOf, headingOf, LEGEND } from "./marks.js";

const ROW_PX = { desk: 26, tv: 40 };
const BELOW_PX = 24;
const LEAST_PX = 300;
const matrices = new WeakMap();

export default function render({ parentElement, data }) {
  let matrix = matrices.get(parentElement);
  if (matrix && matrix.url !== data.url) {
    matrix.close();
    matrix = null;
  }
  matrix ??= new Matrix(parentElement.querySelector(".laps"), data);
  matrices.set(parentElement, matrix);
  return () => {
    matrices.get(parentElement)?.close();
    matrices.delete(parentElement);
  };
}

class Matrix {
  #cars = [];
  #laps = [];
  #columns = "";

  constructor(root, data) {
    Object.assign(this, { root, url: data.url, circuit: data.circuit, tv: data.tv });
    this.choices = read(data.circuit, window.location.search, window.localStorage);
    this.detail = new Detail(data, { close: () => this.#choose({ car: null }), follow: (number) => this.#follow(number) });
    this.#build();
    this.reader = readLaps(data);
    this.unsubscribe = this.reader.subscribe(() => this.#show());
    window.addEventListener("resize", this.#fit);
    this.#show();
  }

  close() {
    window.removeEventListener("resize", this.#fit);
    this.windowed.close();
    this.detail.close();
    this.unsubscribe();
    this.reader.letGo();
  }

  #build() {
    const heads = el("thead", {}, el("tr", { class: "cars" }), el("tr", { class: "bests" }));
    this.table = el("table", { class: "matrix" }, el("caption", { class: "aloud" }, "Laps by car"), heads, el("tbody"));
    this.scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Lap matrix" }, this.table);
    this.empty = el("p", { class: "empty" }, el("strong"), el("span"));
    this.tools = this.#tools();
    this.main = el("div", { class: "both" }, this.scroll, this.detail.element);
    const height = this.tv ? ROW_PX.tv : ROW_PX.desk;
    setAttribute(this.root, "data-tv", this.tv ? "" : null);
    this.root.style.setProperty("--row", `${height}px`);
    this.root.replaceChildren(this.tools, this.main, this.empty);
    this.windowed = new Windowed(this.scroll, this.table, { height, row: (index) => this.#row(index) });
  }

  #tools() {
    this.search = el("input", { type: "search", placeholder: "Kart, team or driver", "aria-label": "Find a kart", oninput: () => this.#show() });
    this.order = el("button", { type: "button", class: "pick", onclick: () => this.#choose({ first: !this.choices.first }) });
    this.facts = el("span", { class: "facts", role: "status" });
    const marks = LEGEND.map(([sign, words, kind]) => el("span", { class: kind }, el("i", {}, sign), ` ${words}`));
    return el("div", { class: "tools" }, this.search, this.order, el("span", { class: "legend" }, ...marks), this.facts);
  }

  #show() {
    const { book } = this.reader;
    this.#say(book);
    if (!book?.count) return;
    this.#cars = listed(book, this.choices.own, this.search.value);
    const most = Math.max(0, ...this.#cars.map((car) => Math.max(0, ...car.laps.keys())));
    this.#laps = Array.from({ length: most }, (_, at) => (this.choices.first ? at + 1 : most - at));
    this.#head(book);
    this.#fit();
    this.windowed.show(this.#laps.length);
    this.detail.draw(book, this.#chosen(book), this.choices.own);
    this.main.toggleAttribute("data-detail", Boolean(this.#chosen(book)));
  }

  #chosen(book) {
    return [...book.cars.values()].find((car) => car.number === this.choices.car) ?? null;
  }

  #head(book) {
    const signature = JSON.stringify([this.#cars.map((car) => [car.id, car.number, car.team, car.plate, car.best]), this.choices.car, [...this.choices.own]]);
    if (signature === this.#columns) return;
    this.#columns = signature;
    const focused = this.table.getRootNode().activeElement?.dataset?.car;
    const [names, bests] = this.table.tHead.rows;
    const choose = (number) => this.#choose({ car: this.choices.car === number ? null : number });
    names.replaceChildren(el("th", { scope: "col", class: "lap" }, "Lap"), ...this.#cars.map((car) => headingOf(car, this.choices, choose)));
    bests.replaceChildren(el("th", { scope: "row", class: "lap" }, "Best"), ...this.#cars.map((car) => cellOf(this.#best(car), car, book)));
    if (focused) this.table.querySelector(`[data-car="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #best(car) {
    return car.best === null ? null : [...car.laps.values()].find((row) => row.ms === car.best && !row.pit);
  }

  #row(index) {
    const lap = this.#laps[index];
    const { book } = this.reader;
    const cells = this.#cars.map((car) => cellOf(car.laps.get(lap), car, book, this.choices));
    return el("tr", {}, el("th", { scope: "row", class: "lap" }, String(lap)), ...cells);
  }

  #say(book) {
    const words = emptyWords(this.reader, book);
    setText(this.order, this.choices.first ? "First lap on top" : "Newest lap on top");
    setText(this.facts, this.reader.problem ?? (book ? `${book.cars.size} cars · ${book.count.toLocaleString("en")} laps` : ""));
    for (const part of [this.tools, this.main]) part.hidden = Boolean(words);
    this.empty.hidden = !words;
    if (words) words.forEach((text, at) => setText(this.empty.children[at], text));
  }

  #choose(change) {
    Object.assign(this.choices, change);
    const search = written(this.choices, window.location.search);
    window.history.replaceState(window.history.state, "", `${window.location.pathname}${search}`);
    remember(this.circuit, this.choices, window.localStorage);
    this.#show();
  }

  #follow(number) {
    this.#choose({ own: changed(this.choices.own, number) });
  }

  /** Fill the window under the tools. */
  #fit = () => {
    const top = this.main.getBoundingClientRect().top + window.scrollY;
    this.root.style.setProperty("--room", `${Math.max(LEAST_PX, window.innerHeight - top - BELOW_PX)}px`);
  };
}

function emptyWords({ loaded, problem }, book) {
  if (!loaded) return ["", ""];
  if (book?.count) return null;
  if (problem && !book) return [problem, "Paddock keeps trying."];
  return ["No lap has been completed in this session yet.", "Laps appear by themselves; see Timing › Live for the source, or choose an earlier session above."];
}
