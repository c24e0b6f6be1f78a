// Lines on their way. A line leaves this browser's memory only when the server has answered for it: a lost connection, a
// reload or a crash repeats it under the same request id, which the server stores once.

import { delay } from "../shared/backoff.js";
import { recall, remember } from "../shared/memory.js";

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
  }

  add(line) {
    this.lines.push(line);
    this.#remember();
    return this.flush();
  }

  close() {
    this.closed = true;
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
  if (response.status >= 500 || response.status === 429) {
    return { state: "waiting", what: body.detail ?? "Paddock does not answer.", remedy: "The line is kept and sent again by itself." };
  }
  return { state: "refused", status: response.status, what: body.detail ?? `Refused (${response.status}).`, remedy: body.remedy ?? "" };
}
