// The entry pad: one line, Enter, done. The focus never leaves the field; what was typed is never lost.

import { ageOf, browserClock, moment } from "../shared/age.js";
import { el, setAttribute } from "../shared/dom.js";
import { acquire, release } from "../shared/feed.js";
import { uuid } from "../shared/uuid.js";
import { History } from "./history.js";
import { interpret } from "./interpret.js";
import { Outbox } from "./outbox.js";
import { Receipts } from "./receipts.js";
import { Hints, MARK_KEY, reading } from "./hints.js";

/** A request that a dead line has swallowed is sent again, under its id: it is stored once. */
const ANSWER_MS = 8000;
const pads = new WeakMap();

export default function render({ parentElement, data }) {
  let pad = pads.get(parentElement);
  if (pad && pad.data.session !== data.session) {
    pad.close();
    pad = null;
  }
  pad ??= new EntryPad(parentElement.querySelector(".pad"), data);
  pad.learn(data);
  pads.set(parentElement, pad);
  return () => {
    pads.get(parentElement)?.close();
    pads.delete(parentElement);
  };
}

class EntryPad {
  constructor(root, data) {
    Object.assign(this, { root, data, storage: window.localStorage });
    this.feed = data.circuit ? acquire(`/ws/circuits/${data.circuit}/live`) : null;
    this.history = new History(this.storage, "paddock:lines");
    this.clock = browserClock();
    this.receipts = new Receipts({ restore: (line) => this.#restore(line), forget: (line) => this.outbox.forget(line) });
    this.hints = new Hints((text) => this.#insert(text), () => this.#mark());
    this.outbox = new Outbox({
      key: `paddock:outbox:${data.session}`,
      storage: this.storage,
      post: (line) => this.#request(line),
      tell: (line, outcome) => this.#answered(line, outcome),
      wait: (ms) => new Promise((done) => { setTimeout(done, ms); }),
    });
    this.#build();
    this.unsubscribe = this.feed?.subscribe(() => this.#meet());
    this.onMarkKey = (event) => this.#markPressed(event);
    this.onDone = () => this.field.focus({ preventScroll: true });
    window.addEventListener("keydown", this.onMarkKey, { capture: true });
    window.addEventListener("paddock:done", this.onDone);
    this.outbox.refused.forEach((line) => this.#showRefused(line));
    this.outbox.lines.forEach((line) => this.receipts.sending(line));
    this.outbox.flush();
    this.field.focus({ preventScroll: true });
  }

  close() {
    this.unsubscribe?.();
    window.removeEventListener("keydown", this.onMarkKey, { capture: true });
    window.removeEventListener("paddock:done", this.onDone);
    this.outbox.close();
    if (this.feed) release(this.feed);
  }

  /** The page ran again: the ruleset may be another. */
  learn(data) {
    this.data = data;
    this.hints.draw(data.catalogue, data.queue);
    this.#read();
  }

  get draftKey() {
    return `paddock:draft:${this.data.session}`;
  }

  #build() {
    this.field = el("input", {
      type: "text", class: "line", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "send", maxlength: "300",
      "aria-label": "Entry line: kart, code, turn", "aria-describedby": "reading", placeholder: "42 w 7",
      oninput: () => this.#typed(), onkeydown: (event) => this.#key(event),
    });
    this.field.value = this.storage.getItem(this.draftKey) ?? "";
    this.said = el("p", { class: "reading", id: "reading" });
    this.error = el("p", { class: "error", role: "alert" });
    const key = el("kbd", { "aria-hidden": "true" }, "⏎");
    this.root.replaceChildren(el("div", { class: "field" }, this.field, key), this.error, this.said, this.hints.element, this.receipts.element);
  }

  #typed() {
    this.storage.setItem(this.draftKey, this.field.value);
    this.error.replaceChildren();
    this.#read();
  }

  #read() {
    const said = interpret(this.field.value, this.data.catalogue);
    this.said.replaceChildren(...reading(said, (number) => this.#team(number)));
    setAttribute(this.root, "data-complete", said.kind !== "nothing" && !said.problem ? "" : null);
    this.hints.show(said, this.field.value);
    window.dispatchEvent(new CustomEvent("paddock:typed", { detail: this.field.value }));
  }

  /** The board came after the first keystrokes: now the karts have names. */
  #meet() {
    if (this.met || !this.feed.state) return;
    this.met = true;
    this.#read();
  }

  #team(number) {
    const rows = Object.values(this.feed?.state?.view.rows ?? {});
    const row = rows.find((one) => one.number === number);
    if (row) return row.team ?? row.driver ?? "";
    return rows.length ? null : "";
  }

  #key(event) {
    if (event.key === "Enter" && !event.isComposing) this.#send();
    else if (event.key === "ArrowUp") this.#write(this.history.step(-1));
    else if (event.key === "ArrowDown") this.#write(this.history.step(1));
    else if (event.key === "Escape") this.#write("");
    else return;
    event.preventDefault();
  }

  #send() {
    const text = this.field.value.trim();
    if (!text) return;
    this.history.add(text);
    this.#write("");
    this.#post({ text });
  }

  /** Works wherever the focus is on this page, with a line half typed too: the line stays. */
  #markPressed(event) {
    if (event.key !== MARK_KEY || event.repeat) return;
    event.preventDefault();
    this.#mark();
  }

  #mark() {
    this.#post({ text: `mark ${new Date().toLocaleTimeString([], { hourCycle: "h23" })}`, mark: true });
    this.field.focus({ preventScroll: true });
  }

  /** Into the outbox, which keeps it until the server has answered; the moment of typing goes along. */
  #post(said) {
    const line = { ...said, request_id: uuid(), typed: moment(this.clock) };
    this.receipts.sending(line);
    this.outbox.add(line);
  }

  #request({ text, mark, request_id, typed }) {
    const age_ms = typed ? ageOf(typed, this.clock) : 0;
    return fetch(`/api/v1/race-sessions/${this.data.session}/${mark ? "marks" : "lines"}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ request_id, age_ms, ...(mark ? {} : { line: text }) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  #answered(line, outcome) {
    this.receipts.answered(line, outcome);
    if (outcome.state !== "refused") return;
    const restored = !this.field.value && !line.mark;
    if (restored) this.#write(line.text);
    else this.outbox.keep({ ...line, what: outcome.what });
    this.error.replaceChildren(el("strong", {}, outcome.what), ` ${outcome.remedy}`);
  }

  /** What was refused before this page was loaded, and not taken up again. */
  #showRefused(line) {
    this.receipts.sending(line);
    this.receipts.answered(line, { state: "refused", what: line.what });
  }

  #restore(line) {
    this.outbox.forget(line);
    this.#write(line.text);
    this.field.focus();
  }

  #insert(text) {
    const { value, selectionStart: at, selectionEnd: end } = this.field;
    const gap = at > 0 && !/[\s=]$/.test(value.slice(0, at)) && !text.startsWith("=") ? " " : "";
    this.#write(`${value.slice(0, at)}${gap}${text}${value.slice(end)}`);
    this.field.focus();
  }

  #write(text) {
    this.field.value = text;
    this.field.setSelectionRange(text.length, text.length);
    this.#typed();
  }
}
