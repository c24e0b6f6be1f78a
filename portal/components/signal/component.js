// The signal: holds a socket on the bell and wakes the fragment it stands in, so that only that part of the page runs. It
// draws nothing. A burst of rings wakes once; so does every reconnection, and so does what rang between the drawing and
// the first connection.

import { delay } from "../shared/backoff.js";
import { socketUrl } from "../shared/feed.js";
import { turn } from "../shared/waking.js";

const SIGNED_OUT = 4401;
const signals = new WeakMap();

export default function render({ parentElement, data, setTriggerValue }) {
  let signal = signals.get(parentElement);
  if (signal && signal.path !== data.url) {
    signal.close();
    signal = null;
  }
  signal ??= new Signal(data.url, data.since);
  signal.since = data.since;
  signal.wake = (ring) => setTriggerValue("rung", ring);
  signals.set(parentElement, signal);
  return () => {
    signals.get(parentElement)?.close();
    signals.delete(parentElement);
  };
}

class Signal {
  #attempt = 0;
  #connections = 0;
  #timers = [];
  #pending = null;

  constructor(path, since) {
    this.path = path;
    this.since = since;
    this.#connect();
  }

  close() {
    this.closed = true;
    this.#timers.forEach(clearTimeout);
    this.socket.close();
  }

  #connect() {
    this.socket = new WebSocket(socketUrl(`${this.path}&since=${encodeURIComponent(this.since)}`));
    this.socket.onopen = () => this.#opened();
    this.socket.onmessage = (event) => this.#rung(JSON.parse(event.data));
    this.socket.onclose = (event) => this.#lost(event);
  }

  #opened() {
    this.#connections += 1;
    if (this.#connections > 1) this.#rung({ topic: "reconnected", subject: "", seq: this.#connections });
  }

  #rung(ring) {
    this.#attempt = 0;
    const waiting = this.#pending !== null;
    this.#pending = ring;
    if (!waiting) this.#later(turn(performance.now()), () => this.#wake());
  }

  #wake() {
    const ring = this.#pending;
    this.#pending = null;
    this.wake({ ...ring, at: Date.now() });
  }

  #lost(event) {
    if (this.closed) return;
    if (event.code === SIGNED_OUT) {
      window.location.reload();
      return;
    }
    this.#later(delay(this.#attempt), () => this.#connect());
    this.#attempt += 1;
  }

  #later(ms, act) {
    this.#timers = [...this.#timers.slice(-4), setTimeout(act, ms)];
  }
}
