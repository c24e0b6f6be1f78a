// The player: where the playhead is, and the keys and buttons that move it. It shares the socket of the live table beside it.

import { el, setAttribute, setText } from "../shared/dom.js";
import { acquire, release } from "../shared/feed.js";
import { clockTime } from "../shared/format.js";
import { recall, remember } from "../shared/memory.js";
import { Track } from "./track.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100];
const HOURS = [[1, "1 h"], [6, "6 h"], [24, "24 h"], [0, "All"]];
const TICK_MS = 200;
const players = new WeakMap();

export default function render({ parentElement, data }) {
  let player = players.get(parentElement);
  if (player && player.data.url !== data.url) {
    player.close();
    player = null;
  }
  player ??= new Player(parentElement.querySelector(".player"), data);
  players.set(parentElement, player);
  return () => {
    players.get(parentElement)?.close();
    players.delete(parentElement);
  };
}

class Player {
  constructor(root, data) {
    Object.assign(this, { root, data });
    this.hours = data.from ? 0 : recall(window.localStorage, "paddock:player-hours", 6);
    this.delayKey = `paddock:delay:${data.circuit}`;
    this.delay = data.recording || data.from ? 0 : recall(window.localStorage, this.delayKey, 0);
    this.#build();
    this.feed = acquire(data.url);
    this.feed.reopened = () => this.#resumed();
    this.unsubscribe = this.feed.subscribe(() => this.#draw());
    this.pressed = (event) => this.#key(event);
    document.addEventListener("keydown", this.pressed);
    this.ticking = setInterval(() => this.#tick(), TICK_MS);
    this.#draw();
  }

  close() {
    clearInterval(this.ticking);
    document.removeEventListener("keydown", this.pressed);
    this.track.close();
    this.unsubscribe();
    release(this.feed);
  }

  get clock() {
    return this.feed.clock;
  }

  #build() {
    const button = (words, title, act, name) => el("button", { type: "button", title, "aria-label": title, class: name, onclick: act }, words);
    this.play = button("▶", "Play or pause (space)", () => this.#toggle(), "play");
    this.liveButton = button("Live", "Return to live (End)", () => this.#live(), "live");
    this.time = el("time", { class: "time" });
    this.behind = el("span", { class: "behind", role: "status" });
    this.speed = el("select", { "aria-label": "Speed", onchange: () => this.#say({ type: "speed", speed: Number(this.speed.value) }) },
      ...SPEEDS.map((speed) => el("option", { value: String(speed) }, `${speed}×`)));
    this.window = el("select", { "aria-label": "Range of the timeline", onchange: () => this.#zoom() },
      ...HOURS.map(([hours, words]) => el("option", { value: String(hours) }, words)));
    this.window.value = String(this.hours);
    this.delayWords = el("output", {});
    this.delayField = el("input", { type: "range", min: "0", max: "120", step: "5", "aria-label": "Delay behind live, seconds", oninput: () => this.#setDelay() });
    this.delayField.value = String(this.delay);
    this.delayBox = el("label", { class: "delay" }, "Delay", this.delayField, this.delayWords);
    this.name = el("input", { type: "text", maxlength: "80", placeholder: "Name this moment", "aria-label": "Name of the bookmark", class: "name", onkeydown: (event) => this.#named(event) });
    this.mark = button("Bookmark", "Bookmark this moment (B)", () => this.#askName(), "mark");
    this.problem = el("p", { class: "problem", role: "alert" });
    this.track = new Track((at) => this.#seek(at), this.data.zone);
    this.name.hidden = true;
    this.mark.hidden = !this.data.marks;
    this.root.replaceChildren(
      this.track.element,
      el("div", { class: "keys" },
        button("|‹", "To the beginning (Home)", () => this.#seek(this.track.range.from), "home"),
        button("−10 s", "−10 s: ten seconds back (←)", () => this.#move(-10), "back"),
        button("‹", "One frame back (,)", () => this.#say({ type: "step", back: true }), "step"),
        this.play,
        button("›", "One frame on (.)", () => this.#say({ type: "step", back: false }), "step"),
        button("+10 s", "+10 s: ten seconds on (→)", () => this.#move(10), "on"),
        this.liveButton, this.time, this.behind,
        el("span", { class: "choices" }, this.speed, this.window, this.delayBox, this.mark, this.name)),
      this.problem,
    );
  }

  #draw() {
    const { clock, feed } = this;
    setAttribute(this.root, "data-ready", clock ? "" : null);
    setText(this.problem, this.#trouble());
    if (!clock) return;
    if (this.delay && clock.live && clock.delay_s === 0 && !this.began) this.#live();
    this.began = true;
    setText(this.play, clock.paused ? "▶" : "❚❚");
    setAttribute(this.play, "aria-pressed", String(!clock.paused));
    setAttribute(this.liveButton, "aria-pressed", String(clock.live));
    this.liveButton.hidden = this.delayBox.hidden = !clock.has_live;
    if (document.activeElement !== this.speed) this.speed.value = String(SPEEDS.includes(clock.speed) ? clock.speed : 1);
    setText(this.delayWords, `${this.delay} s`);
    this.track.draw(clock, feed.timeline, this.data, this.hours);
    this.#tick();
  }

  #trouble() {
    if (this.feed.refused === 4404) return "Nothing is recorded here yet. Start the source, or import a recording.";
    if (this.feed.refused === 4429) return "Too many recordings are being watched at once. It is tried again by itself.";
    return this.feed.connected || !this.feed.clock ? "" : "The connection to Paddock is interrupted.";
  }

  #tick() {
    const { clock } = this;
    if (!clock) return;
    const at = Math.min(this.feed.now(), Date.parse(clock.to));
    this.track.point(clock.live ? Date.parse(clock.at) : at);
    setText(this.time, this.track.moment(at));
    setText(this.behind, behindWords(clock, at));
  }

  #say(command) {
    this.feed.send(command);
  }

  #seek(ms) {
    this.#say({ type: "seek", at: new Date(ms).toISOString() });
  }

  #move(seconds) {
    this.#seek(this.feed.now() + seconds * 1000);
  }

  #toggle() {
    this.#say({ type: this.clock?.paused ? "play" : "pause" });
  }

  #live() {
    this.#say({ type: "live", delay_s: this.delay });
  }

  #end() {
    if (this.clock?.has_live) this.#live();
    else this.#seek(this.track.range.to);
  }

  #zoom() {
    this.hours = Number(this.window.value);
    remember(window.localStorage, "paddock:player-hours", this.hours);
    this.#draw();
  }

  #setDelay() {
    this.delay = Number(this.delayField.value);
    remember(window.localStorage, this.delayKey, this.delay);
    this.#live();
    this.#draw();
  }

  /** After the connection was lost, the player stands where it stood. */
  #resumed() {
    const { clock } = this;
    if (clock.live) return [{ type: "live", delay_s: clock.delay_s }];
    const seek = { type: "seek", at: clock.at };
    return clock.paused ? [seek, { type: "pause" }] : [seek, { type: "speed", speed: clock.speed }];
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
    const act = this.#acts(event.shiftKey ? 60 : 10)[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #acts(seconds) {
    return {
      " ": () => this.#toggle(), ArrowLeft: () => this.#move(-seconds), ArrowRight: () => this.#move(seconds),
      Home: () => this.#seek(this.track.range.from), End: () => this.#end(),
      ",": () => this.#say({ type: "step", back: true }), ".": () => this.#say({ type: "step", back: false }),
      b: () => this.data.marks && this.#askName(),
    };
  }

  #askName() {
    this.markAt = new Date(this.feed.now()).toISOString();
    this.name.hidden = false;
    this.name.focus();
  }

  #named(event) {
    if (event.key === "Escape") this.name.hidden = true;
    if (event.key !== "Enter" || !this.name.value.trim()) return;
    this.#keep(this.name.value.trim());
  }

  async #keep(name) {
    const plan = { name, at: this.markAt, recording_id: this.data.recording };
    const reply = await fetch(`/api/v1/circuits/${this.data.circuit}/bookmarks`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(plan),
    });
    const said = await reply.json();
    if (!reply.ok) return setText(this.problem, `${said.detail ?? "The bookmark was not saved."} ${said.remedy ?? ""}`);
    this.name.value = "";
    this.name.hidden = true;
    this.feed.timeline?.bookmarks.push([said.id, said.name, said.at, said.until]);
    return this.#draw();
  }
}

/** Space on a button presses it, arrows in a field move in it: those are not for the player. */
function isTyping(event) {
  const target = event.composedPath()[0];
  if (target.closest?.("input, textarea, select, [contenteditable]")) return true;
  return event.key === " " && Boolean(target.closest?.("button, a, summary"));
}

function behindWords(clock, at) {
  if (clock.live && !clock.delay_s) return "Live";
  if (clock.live) return `Live, ${clock.delay_s} s behind`;
  if (clock.has_live) return `${clockTime(Date.parse(clock.to) - at)} behind live`;
  return clock.paused ? "Paused" : "";
}
