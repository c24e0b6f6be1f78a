// Presence: tells the portal every five seconds what this screen looks at, and shows who else is there. The bell says when
// somebody moved. What is typed on the entry pad of the same page counts: a line about #17 is being on #17. Streamlit takes
// components off the page and puts them back; so a screen is this load of the page, and takes leave only after a moment.

import { delay } from "../shared/backoff.js";
import { el } from "../shared/dom.js";
import { socketUrl } from "../shared/feed.js";
import { uuid } from "../shared/uuid.js";
import { incidentOf, others } from "./who.js";

const BEAT_MS = 5000;
const SETTLE_MS = 250;
const LINGER_MS = 1000;
const SCREEN = uuid();
const leaving = new Map();
const screens = new WeakMap();

export default function render({ parentElement, data }) {
  let screen = screens.get(parentElement);
  if (screen && screen.data.session !== data.session) {
    screen.close();
    screen = null;
  }
  screen ??= new Presence(parentElement.querySelector(".present"), data);
  screens.set(parentElement, screen);
  screen.look(data);
  return () => {
    screens.get(parentElement)?.close();
    screens.delete(parentElement);
  };
}

class Presence {
  #attempt = 0;
  #typed = null;
  #soon = null;

  constructor(root, data) {
    Object.assign(this, { root, data, closed: false });
    clearTimeout(leaving.get(data.session));
    this.timer = setInterval(() => this.#beat(), BEAT_MS);
    this.onTyped = ({ detail }) => this.#typing(detail);
    this.onHide = () => this.#leave();
    window.addEventListener("paddock:typed", this.onTyped);
    window.addEventListener("pagehide", this.onHide);
    this.#connect();
    this.#beat();
  }

  look(data) {
    const moved = data.incident !== this.data.incident || data.place !== this.data.place;
    this.data = data;
    if (moved) this.#beatSoon();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    clearTimeout(this.#soon);
    window.removeEventListener("paddock:typed", this.onTyped);
    window.removeEventListener("pagehide", this.onHide);
    this.socket.close();
    leaving.set(this.data.session, setTimeout(() => this.#leave(), LINGER_MS));
  }

  get incident() {
    return this.#typed ?? this.data.incident;
  }

  #typing(line) {
    const incident = incidentOf(line);
    if (incident === this.#typed) return;
    this.#typed = incident;
    this.#beatSoon();
  }

  #beatSoon() {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => this.#beat(), SETTLE_MS);
  }

  async #beat() {
    if (this.closed) return;
    const told = await this.#say({ place: this.data.place, incident: this.incident }).catch(() => null);
    this.#draw(told?.ok ? await told.json() : []);
  }

  #leave() {
    this.#say({ gone: true }).catch(() => null);
  }

  #say(what) {
    return fetch(`/api/v1/race-sessions/${this.data.session}/presence`, {
      method: "POST", keepalive: true, headers: { "content-type": "application/json" }, body: JSON.stringify({ screen: SCREEN, ...what }),
    });
  }

  #connect() {
    this.socket = new WebSocket(socketUrl(`/ws/bell?topics=presence&subject=${this.data.session}`));
    this.socket.onmessage = () => this.#beatSoon();
    this.socket.onopen = () => { this.#attempt = 0; };
    this.socket.onclose = () => {
      if (!this.closed) setTimeout(() => this.closed || this.#connect(), delay(this.#attempt++));
    };
  }

  #draw(present) {
    const shown = others(present, this.incident);
    const text = JSON.stringify(shown);
    if (text === this.drawn) return;
    this.drawn = text;
    this.root.replaceChildren(...shown.map(({ name, words, same }) => el("span", { class: same ? "same" : null }, el("b", {}, name), ` ${words}`)));
  }
}
