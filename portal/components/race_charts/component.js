// The charts of a race, drawn by Plotly from the lap book and drawn anew when a lap was completed. The pointer's text is our own:
// Plotly would read it as HTML. Streamlit calls the default export again at every change of data or theme: charts are kept.

import { el, setText } from "../shared/dom.js";
import { readLaps } from "../shared/lap_reader.js";
import { plotly } from "../shared/plotly.js";
import { CHARTS, colourOf, read, written } from "./choices.js";
import { layout, seriesOf, stintTraces, traces, underPointer } from "./figure.js";

const REDRAW_MS = 2000;
const FIELD_EVERY_MS = 30000;
const BELOW_PX = 24;
const LEAST_PX = 320;
const BAR_PX = 26;
const TV_PX = 22;
const CONFIG = { displaylogo: false, responsive: false, scrollZoom: false, doubleClick: "reset", modeBarButtonsToRemove: ["select2d", "lasso2d", "toImage"] };
const charts = new WeakMap();

export default function render({ parentElement, data }) {
  let charted = charts.get(parentElement);
  if (charted && charted.data.url !== data.url) {
    charted.close();
    charted = null;
  }
  if (charted) charted.drawSoon(0);
  charted ??= new Charts(parentElement.querySelector(".rc-root"), data);
  charts.set(parentElement, charted);
  return () => {
    charts.get(parentElement)?.close();
    charts.delete(parentElement);
  };
}

class Charts {
  #timer = 0;
  #range = null;
  #field = null;
  #fieldAt = -Infinity;
  #series = [];
  #signature = "";

  constructor(root, data) {
    Object.assign(this, { root, data });
    this.choices = read(window.location.search);
    this.#build();
    this.reader = readLaps(data);
    this.unsubscribe = this.reader.subscribe(() => this.drawSoon(this.drawn ? REDRAW_MS : 0));
    this.resize = new ResizeObserver(() => this.drawSoon(100));
    this.resize.observe(root);
    plotly(data.plotly).then((library) => { this.library = library; this.drawSoon(0); }, (error) => this.#say(error.message, "Load the page again."));
    this.#show();
  }

  close() {
    clearTimeout(this.#timer);
    this.resize.disconnect();
    this.unsubscribe();
    this.reader.letGo();
    if (this.drawn) this.library.purge(this.plot);
  }

  /** Draw after so many milliseconds; a draw that is due already stays due. */
  drawSoon(ms) {
    if (this.#timer && ms) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#timer = 0; this.#show(); }, ms);
  }

  #build() {
    const tab = ([name, words]) => el("button", { type: "button", class: "rc-pick", "data-chart": name, onclick: () => this.#choose({ chart: name }) }, words);
    this.tabs = el("div", { class: "rc-tabs", role: "group", "aria-label": "Chart" }, ...CHARTS.map(tab));
    this.to = el("select", { "aria-label": "Gap to", onchange: () => this.#choose({ to: this.to.value }) });
    this.normal = el("input", { type: "checkbox", onchange: () => this.#choose({ normal: this.normal.checked }) });
    this.normalLabel = el("label", {}, this.normal, " without the track's ups and downs");
    this.back = el("button", { type: "button", class: "rc-pick", onclick: () => this.#choose({ cars: new Set() }) }, "All cars");
    this.plot = el("div", { class: "rc-plot" });
    this.tip = el("div", { class: "rc-tip", "aria-hidden": "true", hidden: true });
    this.cars = el("div", { class: "rc-cars", role: "group", "aria-label": "Cars in front" });
    this.empty = el("p", { class: "rc-empty" }, el("strong"), el("span"));
    this.aloud = el("p", { class: "rc-aloud", role: "status" });
    this.body = el("div", { class: "rc-body" }, el("div", { class: "rc-stage" }, this.plot, this.tip), this.cars);
    this.root.toggleAttribute("data-tv", this.data.tv);
    this.root.replaceChildren(el("div", { class: "rc-tools" }, this.tabs, this.to, this.normalLabel, this.back), this.body, this.empty, this.aloud);
    this.plot.addEventListener("pointermove", (event) => this.#point(event));
    this.plot.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.plot.addEventListener("click", (event) => this.#press(event));
  }

  #show() {
    const { book, loaded, problem } = this.reader;
    this.#drawTools(book);
    this.body.hidden = !book?.count;
    if (!book?.count) {
      if (loaded) this.#say(problem && !book ? problem : "No lap has been completed in this session yet.", problem && !book ? "Paddock keeps trying." : "The charts begin with the first lap; or choose an earlier session above.");
      return;
    }
    this.empty.hidden = true;
    if (this.library) this.#draw(book);
  }

  #draw(book) {
    const look = this.#look(book);
    const { chart } = this.choices;
    if (chart === "times" && this.choices.normal) this.#askField(book);
    const stint = chart === "stints";
    this.#series = stint ? stintTraces(book, this.choices, look.dark) : seriesOf(book, this.choices, this.#field);
    const drawn = stint ? this.#series : traces(this.#series, this.choices, { ...look, range: this.#range });
    this.library.react(this.plot, drawn, layout(book, this.choices, look), CONFIG);
    if (!this.drawn) this.plot.on("plotly_relayout", (change) => this.#zoomed(change));
    this.drawn = true;
    setText(this.aloud, `${CHARTS.find(([name]) => name === chart)[1]}: ${book.cars.size} cars, ${book.count} laps.`);
  }

  /** A part of the time in sight is drawn with all its points again. */
  #zoomed(change) {
    const [from, to] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
    if (change["xaxis.autorange"]) this.#range = null;
    else if (from !== undefined) this.#range = [from * 60000, to * 60000];
    else return;
    this.drawSoon(0);
  }

  #look(book) {
    const style = getComputedStyle(this.root);
    const token = (name) => style.getPropertyValue(name).trim();
    const ground = token("--st-background-color");
    const top = this.plot.getBoundingClientRect().top + window.scrollY;
    const room = Math.max(LEAST_PX, window.innerHeight - top - BELOW_PX - (window.innerWidth < 900 ? 120 : 0));
    const bars = [...book.cars.values()].filter((car) => car.laps.size).length * BAR_PX + 60;
    return {
      text: token("--st-text-color"), quiet: token("--st-gray-text-color"), line: token("--st-border-color"), ground,
      dark: luminance(ground) < 0.5, range: this.#range, size: this.data.tv ? TV_PX : 12,
      height: this.choices.chart === "stints" ? Math.max(room, bars) : room,
    };
  }

  #drawTools(book) {
    const { chart, cars, to, normal } = this.choices;
    for (const button of this.tabs.children) button.setAttribute("aria-pressed", String(button.dataset.chart === chart));
    this.to.hidden = chart !== "gap";
    this.normalLabel.hidden = chart !== "times";
    this.normal.checked = normal;
    this.back.hidden = !cars.size;
    if (!book) return;
    const listed = [...book.cars.values()].filter((car) => car.laps.size);
    const signature = JSON.stringify([listed.map(({ number, team }) => [number, team]), [...cars], to, this.#dark()]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const options = [["leader", "the leader"], ["mean", "the mean of the field"], ...listed.map(({ number }) => [number, `kart ${number}`])];
    this.to.replaceChildren(...options.map(([value, words]) => el("option", { value, selected: value === to }, `Gap to ${words}`)));
    this.#drawCars(listed);
  }

  #drawCars(listed) {
    const focused = document.activeElement?.dataset?.number;
    const dark = this.#dark();
    this.cars.replaceChildren(...listed.map((car) => el(
      "button", { type: "button", "data-number": car.number, "aria-pressed": String(this.choices.cars.has(car.number)), title: car.team, onclick: () => this.#toggle(car.number) },
      el("i", { style: `background:${colourOf(car.number, dark)}` }), el("b", {}, car.number), el("span", {}, car.team ?? car.driver ?? ""),
    )));
    if (focused) this.cars.querySelector(`[data-number="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  #dark() {
    return luminance(getComputedStyle(this.root).getPropertyValue("--st-background-color")) < 0.5;
  }

  #toggle(number) {
    const cars = new Set(this.choices.cars);
    if (!cars.delete(number)) cars.add(number);
    this.#choose({ cars });
  }

  #choose(change) {
    if (change.chart && change.chart !== this.choices.chart) this.#range = null;
    Object.assign(this.choices, change);
    window.history.replaceState(window.history.state, "", `${window.location.pathname}${written(this.choices, window.location.search)}`);
    this.drawSoon(0);
  }

  /** How fast the track was, for normalised lap times; judged by the server, so not at every lap. */
  #askField(book) {
    if (performance.now() - this.#fieldAt < FIELD_EVERY_MS) return;
    this.#fieldAt = performance.now();
    fetch(this.data.analysis).then((answer) => answer.json()).then(({ field }) => {
      if (field) this.#field = { ...field, offset_ms: Date.parse(field.began_at) - Date.parse(book.session.began_at) };
      this.drawSoon(0);
    }, (error) => this.#say(error.message, "The lap times are shown as driven."));
  }

  #under(event) {
    const area = this.plot._fullLayout;
    if (!this.drawn || !area) return null;
    const box = this.plot.getBoundingClientRect();
    const { xaxis, yaxis } = area;
    const [px, py] = [event.clientX - box.left - xaxis._offset, event.clientY - box.top - yaxis._offset];
    if (px < 0 || px > xaxis._length || py < 0 || py > yaxis._length) return null;
    const y = this.choices.chart === "stints" ? yaxis._categories[Math.round(yaxis.p2c(py))] : null;
    const near = (ms, value) => Math.hypot(xaxis.l2p(ms / 60000) - px, yaxis.l2p(value) - py);
    return underPointer(this.choices.chart, this.#series, { x: xaxis.p2c(px) * 60000, y, near });
  }

  #point(event) {
    const found = this.#under(event);
    this.tip.hidden = !found;
    if (!found) return;
    this.tip.replaceChildren(...found.lines.map((line, at) => el(at ? "span" : "strong", {}, line)));
    const box = this.plot.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const flip = x > box.width / 2;
    this.tip.style.left = `${x + (flip ? -14 : 14)}px`;
    this.tip.style.top = `${Math.min(y, box.height - 80)}px`;
    this.tip.style.translate = flip ? "-100% 0" : "0 0";
  }

  #press(event) {
    if (event.target.closest(".modebar")) return;
    const found = this.#under(event);
    if (found) this.#toggle(found.car.number);
  }

  #say(what, remedy) {
    this.empty.hidden = false;
    setText(this.empty.children[0], what);
    setText(this.empty.children[1], remedy);
  }
}

/** Of a `#rrggbb` or `rgb()` colour, between 0 and 1. */
function luminance(colour) {
  const hex = /^#(..)(..)(..)/.exec(colour.trim());
  const [r, g, b] = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/\d+/g) ?? [0, 0, 0]).map(Number);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}
