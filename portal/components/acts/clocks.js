// Deadlines as counting times. The page gives the moment at which each is due; the counting is done here, by the server's
// clock, so that what is overdue says so within the second and no page has to run for it.

const SOON_MS = 120_000;
const TICK_MS = 250;

/** @returns {{text: string, level: string}} `told 24:12`, `told 1:03 left`, `told overdue 0:12`; a window only counts down */
export function count({ words, due, open = false }, now) {
  const left = due - now;
  if (left >= 0) return { text: `${words} ${span(left)}${left < SOON_MS && !open ? " left" : ""}`, level: left < SOON_MS && !open ? "soon" : "" };
  return open ? { text: `${words} over`, level: "" } : { text: `${words} overdue ${span(-left)}`, level: "overdue" };
}

/** `0:05`, `12:34`, `2:31:10`. */
export function span(ms) {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Lets the clocks of one root run. */
export class Ticking {
  #offset = 0;
  #shown = [];

  constructor() {
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** The server's clock when the page ran; the smallest delay that was ever seen is the nearest to the truth. */
  learn(now) {
    const offset = now - Date.now();
    this.#offset = this.#offset && Math.abs(this.#offset - offset) < 10_000 ? Math.max(this.#offset, offset) : offset;
  }

  /** @param {[HTMLElement, object][]} shown elements and the clocks that they show */
  show(shown) {
    this.#shown = shown;
    this.tick();
  }

  tick() {
    const now = Date.now() + this.#offset;
    for (const [element, clock] of this.#shown) {
      const { text, level } = count(clock, now);
      if (element.textContent !== text) element.textContent = text;
      if (element.dataset.level !== level) element.dataset.level = level;
    }
  }

  close() {
    clearInterval(this.timer);
  }
}

function two(number) {
  return String(number).padStart(2, "0");
}
