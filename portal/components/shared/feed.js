// One live socket for a circuit, shared by every component of the page: snapshot on connect, then deltas. It reconnects by
// itself, for ever, going on where it was cut off, and says so; a socket that has gone quiet (a beat is due every 1.5 s)
// counts as lost within 5 s. A socket that plays a recording also tells its clock (where the playhead is) and its
// timeline, and is told what to do.

import { delay } from "./backoff.js";
import { apply, resumed } from "./view.js";

const QUIET_MS = 4000;
/** A loaded server may take longer over the first word. */
const OPENING_MS = 12000;
const SIGNED_OUT = 4401;
const feeds = new Map();

/** The feed of this address; call `release` once for every `acquire`. */
export function acquire(path) {
  const feed = feeds.get(path) ?? new Feed(path);
  feeds.set(path, feed);
  feed.users += 1;
  return feed;
}

export function release(feed) {
  feed.users -= 1;
  if (feed.users > 0) return;
  feeds.delete(feed.path);
  feed.close();
}

/** The socket address for a path of this page's own origin. */
export function socketUrl(path) {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url;
}

class Feed {
  users = 0;
  state = null;
  connected = false;
  refused = null;
  clock = null;
  timeline = null;
  /** What to say first when the socket is open again: a function that returns messages. */
  reopened = null;
  #asides = {
    clock: (clock) => this.#play(clock),
    timeline: (timeline) => { this.timeline = timeline; this.#tell(null); },
  };
  #rate = 1;
  #toldAt = Date.now();
  #attempt = 0;
  #skewMs = 0;
  #listeners = new Set();
  #socket = null;
  #retry = 0;
  #watch = 0;

  constructor(path) {
    this.path = path;
    this.#connect();
  }

  /** `listener(changed)` after each message; `changed` is null when only the connection changed. */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The server's clock, estimated from its last message, in milliseconds since 1970; of a recording, the playhead. */
  now() {
    return this.#toldAt + this.#skewMs + (Date.now() - this.#toldAt) * this.#rate;
  }

  /** Say something to the server; lost when nobody is there. */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  close() {
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#listeners.clear();
    this.#drop();
  }

  #connect() {
    const socket = new WebSocket(resumed(socketUrl(this.path), this.state));
    this.#socket = socket;
    this.#expect(OPENING_MS);
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event);
  }

  #receive(message) {
    this.#expect();
    this.#attempt = 0;
    const opened = !this.connected;
    this.connected = true;
    this.#synchronise(message.server_now ?? message.view?.server_now);
    if (opened) this.#restore();
    if (message.type in this.#asides) return this.#asides[message.type](message);
    if (message.type !== "snapshot" && message.type !== "delta") return opened && this.#tell(null);
    const next = apply(this.state, message);
    if (next === null) return this.#again();
    this.state = { stream: message.stream ?? this.state?.stream, seq: next.seq, view: next.view };
    return this.#tell(next.changed);
  }

  #synchronise(serverNow) {
    if (!serverNow) return;
    this.#toldAt = Date.now();
    this.#skewMs = Date.parse(serverNow) - this.#toldAt;
  }

  /** A player that was interrupted goes on where it stood. */
  #restore() {
    if (this.clock && this.reopened) this.reopened().forEach((command) => this.send(command));
  }

  #play(clock) {
    this.clock = clock;
    this.#rate = clock.paused ? 0 : clock.speed;
    this.#tell(null);
  }

  #lost(event) {
    this.refused = event.code >= 4000 ? event.code : null;
    if (event.code === SIGNED_OUT) return window.location.reload();
    return this.#again();
  }

  /** Let go of the socket and try anew after the back-off; what is on the screen stays. */
  #again() {
    this.#drop();
    this.connected = false;
    clearTimeout(this.#watch);
    this.#retry = setTimeout(() => this.#connect(), delay(this.#attempt));
    this.#attempt += 1;
    this.#tell(null);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #expect(ms = QUIET_MS) {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#again(), ms);
  }

  #tell(changed) {
    for (const listener of [...this.#listeners]) listener(changed);
  }
}
