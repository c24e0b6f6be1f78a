// One car's laps: time, distance to its best, sectors, place, driver, what is to be noted; above them its stint and pit window.

import { el, setText } from "../shared/dom.js";
import { clockTime, lapTime } from "../shared/format.js";
import { lapsOf, rankOf, stintOf } from "../shared/laps.js";
import { Windowed } from "../shared/windowed.js";
import { notes } from "./marks.js";

const ROW_PX = 28;
const PLAN_EVERY_MS = 10000;
const RULES = ["stops", "min_stop_s", "max_stint_s"];

export class Detail {
  #rows = [];
  #sectors = 0;
  #car = null;
  #askedAt = -Infinity;

  /** @param {object} data addresses @param {{close: () => void, follow: (number: string) => void}} acts */
  constructor({ plan }, acts) {
    Object.assign(this, { plan, acts });
    this.title = el("h3");
    this.facts = el("p", { class: "stint" });
    this.window = el("p", { class: "window", role: "status" });
    this.star = el("button", { type: "button", class: "pick", onclick: () => acts.follow(this.#car.number) });
    const away = el("button", { type: "button", class: "pick", onclick: () => acts.close() }, "Close");
    this.table = el("table", { class: "one" }, el("caption", { class: "aloud" }, "Laps of one car"), el("thead", {}, el("tr")), el("tbody"));
    this.scroll = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Laps of one car" }, this.table);
    this.element = el("aside", { hidden: true }, el("header", {}, this.title, this.star, away), this.facts, this.window, this.scroll);
    this.windowed = new Windowed(this.scroll, this.table, { height: ROW_PX, row: (index) => this.#row(index) });
  }

  close() {
    this.windowed.close();
  }

  draw(book, car, own) {
    this.element.hidden = !car;
    if (!car) {
      this.#car = null;
      return;
    }
    if (car.id !== this.#car?.id) this.#askedAt = -Infinity;
    this.#car = car;
    this.book = book;
    this.#rows = lapsOf(car).reverse();
    this.#sectors = Math.max(0, ...this.#rows.slice(0, 20).map((row) => row.sectors?.length ?? 0));
    setText(this.title, [`Kart ${car.number}`, car.team].filter(Boolean).join(" · "));
    setText(this.star, own.has(car.number) ? "Stop following" : "Follow");
    setText(this.facts, this.#stint(car));
    this.#headings();
    this.windowed.show(this.#rows.length);
    this.#ask(car);
  }

  #stint(car) {
    const stint = stintOf(car);
    const stops = `${car.stops.length} ${car.stops.length === 1 ? "stop" : "stops"}`;
    if (!stint) return `${stops} · in the pits`;
    return `${stops} · stint ${stint.laps} laps, ${clockTime(this.book.lastAt - stint.since)}${this.#rows[0]?.driver ? ` · ${this.#rows[0].driver}` : ""}`;
  }

  #headings() {
    const sectors = Array.from({ length: this.#sectors }, (_, at) => `S${at + 1}`);
    const names = ["Lap", "Time", "± best", ...sectors, "Pos", "Driver", "Note"];
    this.table.tHead.rows[0].replaceChildren(...names.map((name) => el("th", { scope: "col", class: name === "Driver" || name === "Note" ? "text" : null }, name)));
  }

  #row(index) {
    const row = this.#rows[index];
    const rank = rankOf(row, this.#car, this.book);
    const behind = row.ms === null || this.#car.best === null ? "" : `+${((row.ms - this.#car.best) / 1000).toFixed(3)}`;
    const sectors = Array.from({ length: this.#sectors }, (_, at) => el("td", {}, lapTime(row.sectors?.[at])));
    return el(
      "tr", { "data-pit": row.pit ? "" : null },
      el("th", { scope: "row" }, String(row.lap)),
      el("td", { "data-rank": rank }, row.ms === null ? "–" : lapTime(row.ms)),
      el("td", {}, row.pit ? "" : behind), ...sectors,
      el("td", {}, row.position ? String(row.position) : ""),
      el("td", { class: "text" }, row.driver ?? ""), el("td", { class: "text" }, notes(row, rank).join(", ")),
    );
  }

  /** The window for the next stop: by the rules in the URL, which the analysis page writes. */
  async #ask(car) {
    const query = new URLSearchParams(window.location.search);
    const rules = RULES.filter((name) => query.get(name));
    if (!rules.length || !this.book.session.live) {
      setText(this.window, this.book.session.live ? "Set the stop rules under Timing › Analysis to see the pit window." : "");
      return;
    }
    if (performance.now() - this.#askedAt < PLAN_EVERY_MS) return;
    this.#askedAt = performance.now();
    const url = new URL(this.plan, window.location.href);
    url.searchParams.set("source_id", car.id);
    rules.forEach((name) => url.searchParams.set(name, query.get(name)));
    const answer = await fetch(url);
    if (answer.ok && this.#car?.id === car.id) setText(this.window, windowWords((await answer.json()).plan));
  }
}

/** The pit window in words. */
export function windowWords(plan) {
  if (!plan) return "The feed shows no time that is left, so there is no pit window.";
  if (!plan.possible) return "The stop rules can no longer be kept.";
  if (!plan.window) return "No more stops are needed.";
  const [earliest, latest] = plan.window;
  const opens = earliest ? `opens in ${clockTime(earliest)}` : "is open";
  return `Pit window ${opens}, closes in ${clockTime(latest)} · ${plan.stops} to make`;
}
