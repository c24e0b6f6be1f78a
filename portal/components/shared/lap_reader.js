// Keeps a lap book up to date: the whole of it once, then what came after the last lap each time the live socket says that
// a car completed one. The worker stores laps in batches, so it asks again for a few seconds after each news.

import { delay } from "./backoff.js";
import { acquire, release } from "./feed.js";
import { merged } from "./laps.js";

const ASK_MS = 1000;
const NEWS_LAST_MS = 3000;
const WHOLE_AGAIN_MS = 10000;
const SIGNED_OUT = 401;
const readers = new Map();

/** The reader of this address, shared by the components of a page; call `let go` once for every call. */
export function readLaps({ url, live }) {
  const key = `${url} ${live}`;
  const reader = readers.get(key) ?? new LapReader(key, url, live);
  readers.set(key, reader);
  reader.users += 1;
  return reader;
}

class LapReader {
  users = 0;
  book = null;
  /** Null while all is well, else what to tell the reader. */
  problem = null;
  loaded = false;
  #listeners = new Set();
  #timer = 0;
  #newsUntil = 0;
  #wholeAt = -Infinity;
  #attempt = 0;

  constructor(key, url, live) {
    Object.assign(this, { key, url });
    this.feed = live ? acquire(live) : null;
    this.unsubscribe = this.feed?.subscribe((changed) => this.#hear(changed));
    this.#ask();
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  letGo() {
    this.users -= 1;
    if (this.users > 0) return;
    readers.delete(this.key);
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.unsubscribe?.();
    if (this.feed) release(this.feed);
  }

  #hear(changed) {
    if (!changed) return;
    const laps = changed.all || [...changed.rows.values()].some((fields) => fields.includes("last") || fields.includes("laps"));
    if (!laps) return;
    this.#newsUntil = Date.now() + NEWS_LAST_MS;
    if (this.loaded && !this.#timer) this.#later(ASK_MS);
  }

  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), ms);
  }

  async #ask() {
    this.#timer = 0;
    try {
      const told = await this.#fetch(this.book);
      this.#take(told);
      this.#attempt = 0;
      this.problem = null;
    } catch (error) {
      this.problem = error.message;
      this.#later(delay(this.#attempt));
      this.#attempt += 1;
    }
    this.loaded = true;
    for (const listener of [...this.#listeners]) listener();
    if (!this.#timer && Date.now() < this.#newsUntil) this.#later(ASK_MS);
  }

  async #fetch(book) {
    const url = new URL(this.url, window.location.href);
    if (book) url.searchParams.set("after", String(book.lastAt));
    else this.#wholeAt = Date.now();
    const answer = await fetch(url);
    if (answer.status === SIGNED_OUT) window.location.reload();
    if (!answer.ok) throw new Error((await answer.json()).detail);
    return answer.json();
  }

  /** A part that does not fit (another session, laps filled in before it) is replaced by the whole. */
  #take(told) {
    if (!told.session) return;
    const other = this.book && this.book.session.id !== told.session.id;
    if (!other) this.book = merged(this.book, told);
    const whole = Date.now() - this.#wholeAt > WHOLE_AGAIN_MS;
    if (other || (this.book.count !== told.total && whole)) {
      this.book = other ? null : this.book;
      this.#wholeSoon();
    }
  }

  #wholeSoon() {
    const fresh = this.#fetch(null).then((told) => {
      this.book = merged(null, told);
      for (const listener of [...this.#listeners]) listener();
    });
    fresh.catch((error) => { this.problem = error.message; });
  }
}
