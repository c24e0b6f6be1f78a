// Lines and marks on their way. Each leaves this browser's memory only when the server has stored it: a lost connection, a
// reload or a crash repeats it under the same request id, which the server stores once. One that was refused is kept beside
// them until the official has taken it up again or let it go.

import { delay } from "../shared/backoff.js";
import { recall, remember } from "../shared/memory.js";

const MOST_REFUSED = 20;

export class Outbox {
  #sending = false;

  /**
   * @param {object} options
   * @param {string} options.key where the browser remembers this session's lines
   * @param {Storage} options.storage
   * @param {(line: object) => Promise<Response>} options.post
   * @param {(line: object, outcome: object) => void} options.tell called with each answer or failed attempt
   * @param {(ms: number) => Promise<void>} options.wait
   */
  constructor({ key, storage, post, tell, wait }) {
    Object.assign(this, { key, storage, post, tell, wait, closed: false });
    this.lines = recall(storage, key, []);
    this.refused = recall(storage, `${key}:refused`, []);
  }

  add(line) {
    this.lines.push(line);
    this.#remember();
    return this.flush();
  }

  close() {
    this.closed = true;
  }

  /** Keep a line that was refused. */
  keep(line) {
    this.#refusedAre([...this.refused, line].slice(-MOST_REFUSED));
  }

  /** The official has taken it up again, or does not want it any more. */
  forget({ request_id }) {
    this.#refusedAre(this.refused.filter((line) => line.request_id !== request_id));
  }

  /** Send what waits, oldest first, one at a time: the order of the log is the order of typing. */
  async flush() {
    if (this.#sending) return;
    this.#sending = true;
    for (let attempt = 0; this.lines.length && !this.closed; ) attempt = await this.#send(this.lines[0], attempt);
    this.#sending = false;
  }

  async #send(line, attempt) {
    const outcome = await answer(() => this.post(line));
    if (outcome.state === "waiting") {
      this.tell(line, { ...outcome, attempt: attempt + 1 });
      await this.wait(delay(attempt));
      return attempt + 1;
    }
    this.lines.shift();
    this.#remember();
    this.tell(line, outcome);
    return 0;
  }

  #refusedAre(lines) {
    this.refused = lines;
    remember(this.storage, `${this.key}:refused`, lines);
  }

  #remember() {
    remember(this.storage, this.key, this.lines);
  }
}

/** What the server said: `stored` with its receipt, `refused` with what and remedy, or `waiting` when it said nothing final. */
export async function answer(post) {
  let response;
  try {
    response = await post();
  } catch {
    return { state: "waiting", what: "No connection.", remedy: "The line is kept and sent again by itself." };
  }
  const body = await response.json().catch(() => ({}));
  if (response.ok) return { state: "stored", receipt: body };
  if (response.status === 401) {
    return { state: "waiting", what: "You are signed out.", remedy: "The line is kept and sent when you have signed in again, in another tab for instance." };
  }
  if (response.status >= 500 || response.status === 429) {
    return { state: "waiting", what: body.detail ?? "Paddock does not answer.", remedy: "The line is kept and sent again by itself." };
  }
  return { state: "refused", status: response.status, what: body.detail ?? `Refused (${response.status}).`, remedy: body.remedy ?? "" };
}
