// The bar at the top of every page: which race session is active at this circuit, its phase, flag, clock, and whether the
// timing is live. It follows the circuit's pointer by itself.

import { el, setAttribute, setText } from "../shared/dom.js";
import { acquire, release } from "../shared/feed.js";
import { sessionClock } from "../shared/format.js";
import { freshness } from "../shared/freshness.js";

const TICK_MS = 250;
const FLAGS = { green: "Green", yellow: "Yellow", red: "Red", chequered: "Chequered" };
const PHASES = { practice: "Practice", qualifying: "Qualifying", race: "Race" };
const bars = new WeakMap();

export default function render({ parentElement, data }) {
  let bar = bars.get(parentElement);
  if (bar && bar.path !== data.url) {
    bar.close();
    bar = null;
  }
  bar ??= new SessionBar(parentElement.querySelector(".bar"), data.url);
  bar.learn(data);
  bars.set(parentElement, bar);
  return () => {
    bars.get(parentElement)?.close();
    bars.delete(parentElement);
  };
}

class SessionBar {
  constructor(root, url) {
    Object.assign(this, { root, path: url });
    this.circuit = el("span", { class: "circuit" });
    this.session = el("strong", {});
    this.phase = el("span", { class: "phase" });
    this.flag = el("span", { class: "flag" });
    this.clock = el("time", { "aria-label": "Session clock" });
    this.age = el("span", { class: "age" }, el("i", { "aria-hidden": "true" }), el("span"));
    root.replaceChildren(this.circuit, this.session, this.phase, this.flag, this.clock, this.age);
    this.feed = acquire(url);
    this.unsubscribe = this.feed.subscribe((changed) => changed && this.#draw());
    this.ticking = setInterval(() => this.#tick(), TICK_MS);
  }

  /** The page ran again: a pinned session, or another name for the circuit. */
  learn(data) {
    this.data = data;
    this.#draw();
    this.#tick();
  }

  close() {
    clearInterval(this.ticking);
    this.unsubscribe();
    release(this.feed);
  }

  #draw() {
    const view = this.feed.state?.view ?? { session: this.data.session, flag: null };
    const { pinned } = this.data;
    const { name, phase } = pinned ?? view.session ?? { name: "No race session" };
    setText(this.circuit, this.data.name);
    setText(this.session, name);
    setText(this.phase, pinned ? "pinned" : (PHASES[phase] ?? ""));
    setText(this.flag, FLAGS[view.flag] ?? "");
    setAttribute(this.root, "data-flag", view.flag);
    setAttribute(this.root, "data-pinned", pinned ? "" : null);
  }

  #tick() {
    const view = this.feed.state?.view ?? null;
    const now = this.feed.now();
    const fresh = freshness(view, this.feed.connected, now);
    setText(this.clock, sessionClock(view?.clock, now));
    setText(this.age.lastElementChild, fresh.words);
    setAttribute(this.age, "data-level", fresh.level);
    setAttribute(this.age, "title", fresh.cause);
  }
}
