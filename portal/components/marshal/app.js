// The marshals' page: post, kart, code, sent. Works through a lost connection; what was tapped is never lost.

import { setText } from "../shared/dom.js";
import { browserClock, moment } from "../shared/age.js";
import { Queue } from "./queue.js";
import { Screen } from "./screen.js";
import { openStore } from "./store.js";

const START_EVERY_MS = 20_000;
const FATES_EVERY_MS = 4_000;
const TAP_MS = 25;
const API = "/api/v1";
const JSON_HEADERS = { "content-type": "application/json" };

class Page {
  tag = null;
  start = null;
  kept = {};

  constructor(store) {
    this.store = store;
    this.clock = browserClock();
    this.queue = new Queue({ store, server: { file, amend }, clock: this.clock, changed: () => this.draw() });
    this.screen = new Screen(document.body, this);
  }

  async open() {
    for (const name of ["start", "post", "circuit", "theme"]) this.kept[name] = await this.store.get(name);
    this.start = this.kept.start ?? null;
    await this.queue.load();
    this.draw();
    this.#listen();
    await this.refresh();
  }

  /** What is remembered of this phone: its post, its circuit, its theme. */
  async keep(name, value) {
    this.kept[name] = value;
    this.draw();
    await this.store.set(name, value);
    if (name === "circuit") await this.refresh();
  }

  tapped() {
    navigator.vibrate?.(TAP_MS);
    return moment(this.clock);
  }

  async file(fields, tapped) {
    navigator.vibrate?.([TAP_MS, TAP_MS, TAP_MS]);
    const { session } = this.start;
    const chosen = session && { id: session.id, name: session.name };
    return this.queue.file({ ...fields, post: this.kept.post ?? "", session: chosen }, tapped);
  }

  async refresh() {
    await this.#askStart();
    this.queue.flush();
    await this.#askFates();
    this.draw();
  }

  draw() {
    document.documentElement.dataset.theme = this.kept.theme ?? "";
    this.screen.draw(this);
  }

  async #askStart() {
    const circuit = this.kept.circuit ? `?circuit=${encodeURIComponent(this.kept.circuit)}` : "";
    const told = await ask(`${API}/marshal/start${circuit}`, this.tag ? { "if-none-match": this.tag } : {});
    this.queue.line = told !== null;
    this.problem = null;
    if (told === null || told.status === 304) return;
    if (told.status === 401) this.queue.signedOut = true;
    else if (told.ok) await this.#started(told);
    else this.problem = await told.json().catch(() => null);
  }

  /** Without an open session the lists of the last one stay: taps are kept for the next. */
  async #started(told) {
    this.queue.signedOut = false;
    this.tag = told.headers.get("etag");
    const start = await told.json();
    const lists = start.session ? {} : { codes: this.start?.codes ?? [], karts: this.start?.karts ?? start.karts };
    this.start = { ...start, ...lists };
    await this.store.set("start", this.start);
  }

  async #askFates() {
    if (!this.queue.undecided || !this.start) return;
    const sessions = new Set(this.queue.reports.filter(({ state }) => state === "sent").map(({ session }) => session.id));
    for (const session of sessions) {
      const told = await ask(`${API}/race-sessions/${session}/reports${this.start.own_only ? "/own" : ""}`);
      if (told?.ok) await this.queue.learn(session, await told.json());
    }
  }

  #listen() {
    window.addEventListener("online", () => this.refresh());
    window.addEventListener("offline", () => { this.queue.line = false; this.draw(); });
    window.addEventListener("pagehide", () => this.queue.releaseAll());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.queue.releaseAll() : this.refresh()));
    setInterval(() => this.#whenSeen(() => this.refresh()), START_EVERY_MS);
    setInterval(() => this.#whenSeen(() => this.#askFates()), FATES_EVERY_MS);
  }

  #whenSeen(act) {
    if (!document.hidden) act();
  }
}

function file(session, body) {
  return send("POST", `${API}/race-sessions/${session}/reports`, body);
}

function amend(session, report, body) {
  return send("PATCH", `${API}/race-sessions/${session}/reports/${report}`, body);
}

function send(method, url, body) {
  return fetch(url, { method, headers: JSON_HEADERS, body: JSON.stringify(body) });
}

/** The answer, or null without a connection. */
function ask(url, headers = {}) {
  return fetch(url, { headers, cache: "no-store" }).catch(() => null);
}

/** Without a service worker (an address without TLS) the page works as long as it stays open, and says so. */
async function keepOffline() {
  if (!("serviceWorker" in navigator)) return false;
  await navigator.serviceWorker.register("/marshal/worker.js", { scope: "/marshal", updateViaCache: "none" });
  return true;
}

async function begin() {
  const page = new Page(await openStore());
  await page.open();
  page.offline = await keepOffline();
  await navigator.storage?.persist?.();
  page.draw();
}

begin().catch((error) => {
  setText(document.getElementById("status"), `This browser cannot keep reports: ${error.message}. Use another one.`);
});
