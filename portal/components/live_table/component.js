// The live table: keeps one socket's board on the page, without a re-run of the page. Streamlit calls the default export
// again at every change of data or theme, so the table of an element is kept and only told its new data.

import { el, setAttribute } from "../shared/dom.js";
import { acquire, release } from "../shared/feed.js";
import { freshness } from "../shared/freshness.js";
import * as remembered from "./choices.js";
import { fitting, told } from "./columns.js";
import { emptyWords, Head, Tools } from "./head.js";
import { arrange, nextSort, pageOf } from "./order.js";
import { Rows } from "./rows.js";

const TICK_MS = 200;
const PAGE_MS = 12000;
const PHONE_PX = 640;
const BELOW_PX = 28;
const tables = new WeakMap();

export default function render({ parentElement, data }) {
  let table = tables.get(parentElement);
  if (table && table.path !== data.url) {
    table.close();
    table = null;
  }
  table ??= new LiveTable(parentElement.querySelector(".live"), data);
  tables.set(parentElement, table);
  return () => {
    tables.get(parentElement)?.close();
    tables.delete(parentElement);
  };
}

class LiveTable {
  #columns = [];
  #ids = [];
  #page = 0;

  constructor(root, { url, circuit, tv, height }) {
    Object.assign(this, { root, path: url, circuit, tv, height });
    this.choices = remembered.read(circuit, window.location.search, window.localStorage);
    this.head = new Head();
    this.tools = new Tools({ category: (name) => this.#choose({ category: name }), unsort: () => this.#choose({ sort: { column: null, direction: 1 } }), seconds: (on) => this.#tellGaps(on) });
    this.#build();
    this.feed = acquire(url);
    this.unsubscribe = this.feed.subscribe((changed) => this.#show(changed));
    this.resize = new ResizeObserver(() => this.#layout());
    this.resize.observe(this.scroll);
    this.ticking = setInterval(() => this.#tick(), TICK_MS);
    this.paging = tv && setInterval(() => this.#turn(), PAGE_MS);
    this.#show({ all: true, top: [], rows: new Map() });
  }

  close() {
    clearInterval(this.ticking);
    clearInterval(this.paging);
    this.resize.disconnect();
    this.unsubscribe();
    release(this.feed);
  }

  get view() {
    return this.feed.state?.view ?? null;
  }

  #build() {
    this.cols = el("colgroup");
    this.headings = el("tr");
    const body = el("tbody");
    this.empty = el("p", { class: "empty" }, el("strong"), el("span"));
    const table = el("table", {}, el("caption", { class: "aloud" }, "Live standings"), this.cols, el("thead", {}, this.headings), body);
    this.scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Live standings" }, table);
    this.rows = new Rows(body, (number) => this.#follow(number));
    setAttribute(this.root, "data-tv", this.tv ? "" : null);
    this.root.replaceChildren(this.head.element, this.tools.element, this.scroll, this.empty);
  }

  #show(changed) {
    const { view } = this;
    if (view && changed) this.#change(view, changed);
    this.head.draw(view);
    if (view) this.#drawTools();
    this.#sayEmpty();
    this.#tick();
  }

  #drawTools() {
    const link = this.tv || this.height ? null : remembered.tvLink(this.circuit, this.choices);
    this.tools.draw(this.view, this.choices, this.page, link);
  }

  #change(view, { all, top, rows }) {
    const now = this.feed.now();
    if (all) this.rows.redraw(view, now);
    else for (const [id, fields] of rows) this.rows.update(id, view.rows[id], fields, now);
    this.rows.keepOnly(view);
    if (all || top.includes("columns")) this.#layout();
    this.#arrange(!all);
  }

  /** Choose the columns that fit and rebuild the body if they differ: widths never follow the data. */
  #layout() {
    const { view } = this;
    if (!view) return;
    this.#fit();
    const em = parseFloat(getComputedStyle(this.scroll).fontSize);
    const columns = told(fitting(view.columns, this.scroll.clientWidth / em), this.choices.inSeconds);
    if (columns.map(({ needs }) => needs).join() === this.#columns.map(({ needs }) => needs).join()) return;
    this.#columns = columns;
    this.cols.replaceChildren(...columns.map(({ grows, width }) => el("col", { style: grows ? null : `width:${width}em` })));
    this.headings.replaceChildren(...columns.map((column) => this.#heading(column)));
    this.rows.reset(columns);
    this.#ids = [];
    this.#sayOrder();
    this.#arrange(false);
  }

  /** On anything wider than a phone the rows scroll under their headings, and the page stays. */
  #fit() {
    const top = this.scroll.getBoundingClientRect().top + window.scrollY;
    const room = this.height ?? Math.max(240, window.innerHeight - top - BELOW_PX);
    const all = window.innerWidth < PHONE_PX && !this.height;
    this.scroll.style.setProperty("--room", all ? "none" : `${room}px`);
  }

  #heading(column) {
    const press = () => this.#choose({ sort: nextSort(this.choices.sort, column) });
    return el("th", { scope: "col", class: column.kind }, el("button", { type: "button", title: column.title, onclick: press }, column.heading));
  }

  #sayOrder() {
    const { column, direction } = this.choices.sort;
    [...this.headings.children].forEach((th, index) => {
      const sorted = this.#columns[index].needs === (column?.needs ?? "position");
      setAttribute(th, "aria-sort", sorted ? (direction > 0 ? "ascending" : "descending") : null);
    });
  }

  #arrange(animate) {
    const { view } = this;
    if (!view) return;
    const all = arrange(view, this.choices.sort, this.choices.category);
    this.page = this.tv ? pageOf(all, this.#perPage(), this.#page) : null;
    const ids = this.page?.ids ?? all;
    if (ids.join() === this.#ids.join()) return;
    this.#ids = ids;
    this.rows.arrange(ids, view, this.choices.own, this.feed.now(), animate);
  }

  /** How many rows a TV shows without scrolling. */
  #perPage() {
    const row = this.scroll.querySelector("tbody tr")?.offsetHeight || 40;
    const top = this.scroll.getBoundingClientRect().top + this.headings.offsetHeight;
    return Math.max(5, Math.floor((window.innerHeight - top - 8) / row));
  }

  #turn() {
    this.#page += 1;
    this.#arrange(false);
    if (this.view) this.#drawTools();
  }

  #choose(change) {
    Object.assign(this.choices, change);
    const search = remembered.written(this.choices, window.location.search);
    window.history.replaceState(window.history.state, "", `${window.location.pathname}${search}`);
    remembered.remember(this.circuit, this.choices, window.localStorage);
    this.#sayOrder();
    this.#arrange(true);
    if (!this.view) return;
    this.rows.highlight(this.view, this.choices.own);
    this.#drawTools();
  }

  #tellGaps(inSeconds) {
    this.choices.inSeconds = inSeconds;
    this.#columns = [];
    this.#layout();
    this.#choose({});
  }

  #follow(number) {
    const own = new Set(this.choices.own);
    if (!own.delete(number)) own.add(number);
    this.#choose({ own });
  }

  #tick() {
    const now = this.feed.now();
    const fresh = freshness(this.view, this.feed.connected, now);
    setAttribute(this.root, "data-level", fresh.level);
    this.head.tick(this.view, fresh, now);
    if (this.view) this.rows.tick(this.view, now);
  }

  #sayEmpty() {
    const words = emptyWords(this.view, this.feed.refused, this.feed.connected);
    this.scroll.hidden = Boolean(words);
    this.empty.hidden = !words;
    if (words) words.forEach((text, index) => { this.empty.children[index].textContent = text; });
  }
}
