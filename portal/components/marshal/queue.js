// Reports on this phone, from the tap until race control has spoken. A report is stored before anything else happens and
// leaves the phone's memory only by its owner's hand; it is sent under one request id until the server has answered, in
// the order of tapping, so that it arrives exactly once whatever is lost on the way.
//
// States: `held` (may be undone for some seconds), `waiting` (on this phone), `sent`, then `accepted` or `refused` by race
// control; `stale` (its session is closed or switched) and `rejected` (cannot be taken) wait for their owner.

import { delay } from "../shared/backoff.js";
import { uuid } from "../shared/uuid.js";
import { ageOf, moment } from "../shared/age.js";
import { answer } from "./answer.js";

export const HOLD_MS = 5000;
const ON_THE_PHONE = new Set(["held", "waiting", "stale", "rejected"]);
const NO_SESSION = "No race session was open.";
const FIELDS = ["post", "kart", "code", "second_kart", "turn", "text"];

export class Queue {
  #sending = false;
  #wake = null;

  /**
   * @param {object} options
   * @param {{all, put, remove}} options.store where reports are kept
   * @param {{file, amend}} options.server `file(session, body)` and `amend(session, number, body)` answer with a Response
   * @param {{page, wall, mono}} options.clock
   * @param {() => void} options.changed called when something is to be drawn anew
   * @param {(ms: number, act: () => void) => void} [options.later]
   */
  constructor({ store, server, clock, changed, later = (ms, act) => setTimeout(act, ms) }) {
    Object.assign(this, { store, server, clock, changed, later });
    this.reports = [];
    this.signedOut = false;
    this.line = true;
  }

  /** What an earlier life of this page left: what it held is not undone any more. */
  async load() {
    const kept = await this.store.all();
    this.reports = kept.sort((one, other) => one.n - other.n);
    await this.releaseAll();
    this.changed();
  }

  get unsent() {
    return this.reports.filter(({ state }) => state === "held" || state === "waiting");
  }

  get undecided() {
    return this.reports.some(({ state }) => state === "sent");
  }

  /** Keep a report and hold it for some seconds; `tapped` is the moment of its first tap. */
  async file(fields, tapped = moment(this.clock)) {
    const n = Math.max(0, ...this.reports.map((one) => one.n)) + 1;
    const report = { ...fields, n, request_id: uuid(), tapped, state: "held", words: "" };
    this.reports.push(report);
    await this.#set(report, {});
    this.later(HOLD_MS, () => this.release(report));
    return report;
  }

  /** Send it now, unless its owner is still writing. */
  async release(report) {
    if (report.state !== "held" || report.editing) return;
    await this.#set(report, report.session ? { state: "waiting" } : { state: "stale", words: NO_SESSION });
    this.flush();
  }

  /** The page is left: nothing is undone any more. */
  async releaseAll() {
    const held = this.reports.filter(({ state }) => state === "held");
    await Promise.all(held.map((report) => this.release(Object.assign(report, { editing: false }))));
  }

  /** Take it off this phone: held ones were never sent, the others are settled or cannot be sent. */
  async forget(report) {
    if (report.state === "waiting") return;
    this.reports = this.reports.filter((one) => one !== report);
    report.state = "forgotten";
    await this.store.remove(report.request_id);
    this.changed();
  }

  /** Other words for a report. One that may have reached the server already is amended there, under an id of its own. */
  async change(report, changes) {
    if (report.state === "sent" || (report.state === "waiting" && report.attempted)) {
      const pending = { ...report.amendment?.changes, ...changes };
      await this.#set(report, { ...changes, amendment: { request_id: uuid(), changes: pending, tapped: moment(this.clock) } });
    } else {
      await this.#anew(report, changes);
    }
    await this.flush();
  }

  /** A stale or rejected report once more, to the session that is open now. */
  async sendTo(report, session) {
    await this.#anew(report, { session });
    await this.flush();
  }

  /** What race control made of the reports of a session: the server's list. */
  async learn(session, told) {
    const known = new Map(told.map((one) => [one.id, one]));
    for (const report of this.reports) {
      const one = report.session?.id === session ? known.get(report.report) : null;
      if (one && one.state !== "waiting" && report.state === "sent") await this.#set(report, fate(one));
    }
  }

  /** Send what waits, oldest first, one at a time; takes as long as there is no line. Called again meanwhile, it tries at once. */
  async flush() {
    this.#wake?.();
    if (this.#sending) return;
    this.#sending = true;
    for (let attempt = 0, next = this.#next(); next; next = this.#next()) attempt = await this.#send(next, attempt);
    this.#sending = false;
    this.changed();
  }

  /** Somebody may have signed in again. */
  async resume() {
    this.signedOut = false;
    await this.flush();
  }

  #next() {
    if (this.signedOut) return null;
    return this.reports.find(({ state, amendment }) => state === "waiting" || (state === "sent" && amendment)) ?? null;
  }

  async #send(report, attempt) {
    const amending = report.state === "sent" ? report.amendment : null;
    if (!report.attempted) await this.#set(report, { attempted: true, body: wire(report) });
    const told = await answer(() => (amending ? this.#amend(report, amending) : this.#file(report)));
    this.line = told.state !== "waiting";
    this.signedOut = told.state === "signed_out";
    if (told.state === "waiting") {
      this.changed();
      await this.#pause(delay(attempt));
      return attempt + 1;
    }
    if (told.state !== "signed_out") await this.#set(report, amending ? amended(report, amending, told) : filed(told));
    return 0;
  }

  /** Every attempt says the same, whatever was changed meanwhile: only then does the server know it again. */
  #file(report) {
    const { request_id, body, session, tapped } = report;
    return this.server.file(session.id, { request_id, age_ms: ageOf(tapped, this.clock), ...body });
  }

  #amend({ session, report }, { request_id, changes, tapped }) {
    return this.server.amend(session.id, report, { request_id, age_ms: ageOf(tapped, this.clock), ...changes });
  }

  async #anew(report, changes) {
    await this.store.remove(report.request_id);
    const fresh = { request_id: uuid(), state: "waiting", words: "", attempted: false, amendment: null, editing: false };
    await this.#set(report, { ...changes, ...fresh });
  }

  #pause(ms) {
    return new Promise((done) => {
      this.#wake = done;
      this.later(ms, done);
    });
  }

  async #set(report, changes) {
    Object.assign(report, changes);
    await this.store.put(report);
    this.changed();
  }
}

/** What is said of a report: what is not known is left out. */
function wire(report) {
  return Object.fromEntries(FIELDS.map((name) => [name, report[name] ?? ""]).filter(([, value]) => value !== ""));
}

export function isOnThePhone({ state }) {
  return ON_THE_PHONE.has(state);
}

/** Where a report stands, in words. */
export function fateInWords(report, { signedOut = false } = {}) {
  const { state, words, incident } = report;
  const waiting = signedOut ? "kept on this phone until you sign in" : "kept on this phone";
  return {
    held: "not sent yet",
    waiting,
    sent: sentInWords(report),
    accepted: `accepted as #${incident}`,
    refused: `refused: ${words}`,
    stale: `kept on this phone. ${words}`,
    rejected: `not taken. ${words}`,
  }[state];
}

function sentInWords({ amendment, words }) {
  if (amendment) return "sent; your change is on its way";
  return words ? `sent. Your change was not taken: ${words}` : "sent, not judged yet";
}

function filed({ state, words, body }) {
  if (state !== "stored") return { state, words };
  return { state: "sent", words: "", report: body.report, at: body.at };
}

/** A change that cannot be taken any more is dropped, and said. */
function amended(report, sent, { state, words }) {
  const newer = report.amendment !== sent ? report.amendment : null;
  return { amendment: newer, words: state === "stored" ? "" : words };
}

function fate({ state, incidents, refused }) {
  if (state === "accepted") return { state, incident: incidents[0] ?? null, words: "", amendment: null };
  return { state, words: refused?.reason ?? "", amendment: null };
}
