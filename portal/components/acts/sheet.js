// Acts as buttons, and the sheet that asks what has to be said with one. A press is sent to the API with the version that
// was on the screen; what was typed is kept until it is stored. If the thing has changed meanwhile, both versions are shown.

import { el, setText } from "../shared/dom.js";
import { uuid } from "../shared/uuid.js";
import { differences } from "./differences.js";

const OPTIONS_SHOWN_AS_BUTTONS = 40;

/** @param {object} act @param {(act: object, event: Event) => void} press */
export function button(act, press) {
  const key = act.key ? [" ", el("kbd", {}, act.key)] : [];
  const asks = act.fields.length > 0;
  const attributes = {
    type: "button", class: act.main ? "act main" : "act",
    "aria-disabled": act.refused ? "true" : null, "aria-description": act.refused || null, title: act.refused || null, "aria-haspopup": asks ? "dialog" : null,
    onclick: (event) => press(act, event),
  };
  return el("button", attributes, asks ? `${act.label} …` : act.label, ...key);
}

export class Sheet {
  #requests = new Map();
  #open = null;

  /** @param {string} session @param {Storage} storage */
  constructor(session, storage) {
    Object.assign(this, { session, storage });
    this.status = el("p", { class: "status", role: "status" });
    this.element = el("div", { class: "sheet", popover: "manual", role: "dialog", onkeydown: (event) => this.#key(event) });
  }

  /** @param {{version: ?number, seen: ?object}} row what is acted on, as it was drawn */
  press(row, act, event) {
    if (act.refused) return this.#say(act.refused, "refused");
    this.byPointer = event.detail > 0;
    if (act.fields.length) return this.#ask(row, act, event.currentTarget);
    return this.#send(row, act, {}, event.currentTarget);
  }

  /** Something to read beside a button: an explanation, the evidence. */
  show(opener, title, ...content) {
    this.#open = { opener };
    this.#fill(title, ...content);
    this.#place(opener);
    this.element.querySelector("button").focus();
  }

  /** The page ran again: what is open may have changed under the hands of whoever types. */
  learn(rows, words) {
    this.words = words;
    const open = this.#open;
    const now = open?.row && rows.find((row) => row.id === open.row.id);
    if (now && now.version > open.row.version) this.#compare(now.seen, now.version);
  }

  close() {
    const opener = this.#open?.opener;
    this.#open = null;
    if (this.element.matches(":popover-open")) this.element.hidePopover();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  }

  #ask(row, act, opener) {
    this.#open = { row, act, opener, version: row.version };
    this.conflict = el("div", { class: "conflict", role: "alert" });
    const form = el("form", { onsubmit: (event) => this.#submit(event) }, ...act.fields.map((field) => this.#field(field)));
    const otherwise = act.fields.find((field) => field.otherwise);
    const pressed = act.fields.length === 1 && act.fields[0].options.length > 0;
    const words = otherwise ? `${act.label} in these words` : [act.label, row.number].filter(Boolean).join(" ");
    if (!pressed) form.append(el("button", { type: "submit", class: "act main" }, words, el("kbd", { "aria-hidden": "true" }, "⏎")));
    this.#fill(`${act.label} ${row.number ?? ""} ${row.words ?? ""}`, this.conflict, form);
    this.#place(opener);
    form.querySelector("input, select, button").focus();
  }

  #fill(title, ...content) {
    const away = el("button", { type: "button", class: "act", onclick: () => this.close() }, "Close", el("kbd", { "aria-hidden": "true" }, "Esc"));
    this.element.setAttribute("aria-label", title);
    this.element.replaceChildren(el("header", {}, el("h3", {}, title), away), ...content);
  }

  #field(field) {
    if (field.options.length) return this.#choice(field);
    const draft = this.storage.getItem(this.#draftKey(field.name));
    const old = el("small", {});
    const compare = (now) => setText(old, field.value && now !== field.value ? ` ${field.value} → ${now || "none"}` : "");
    const input = el("input", {
      name: field.name, value: draft ?? field.value, autocomplete: "off", required: field.needed, maxlength: "300", inputmode: field.number ? "decimal" : null,
      oninput: ({ target }) => { this.storage.setItem(this.#draftKey(field.name), target.value); compare(target.value); },
    });
    compare(input.value);
    const offers = field.offers.map((words) => el("button", { type: "button", class: "offer", onclick: () => this.#offered(input, words) }, words));
    return el("label", { class: field.needed ? null : "half" }, el("span", {}, field.label, old), input, ...(offers.length ? [el("span", { class: "offers" }, ...offers)] : []));
  }

  /** A decision is one press; a code among others is chosen. */
  #choice({ name, label, options, value, needed }) {
    if (!needed || options.length > OPTIONS_SHOWN_AS_BUTTONS) {
      const choices = options.map(([code, words]) => el("option", { value: code, selected: code === value }, words));
      return el("label", { class: "half" }, el("span", {}, label), el("select", { name }, ...choices));
    }
    const buttons = options.map(([code, words, key]) => el("button", { type: "button", class: "option", onclick: ({ currentTarget }) => this.#said(currentTarget.closest("form"), { [name]: code }) }, key ? el("kbd", {}, `=${key}`) : null, words));
    return el("div", { class: "options", role: "group", "aria-label": label }, ...buttons);
  }

  #offered(input, words) {
    input.value = words;
    input.form.requestSubmit();
  }

  #submit(event) {
    event.preventDefault();
    this.#said(event.target, {});
  }

  /** What was typed, and the option that was pressed; without one, what the act means `otherwise`. */
  #said(form, pressed) {
    const { row, act, version } = this.#open;
    this.#send({ ...row, version }, act, spoken(act, { ...Object.fromEntries(new FormData(form)), ...pressed }));
  }

  async #send(row, act, said, opener) {
    const body = { ...act.body, ...said, ...(row.version ? { expected_version: row.version } : {}) };
    const address = `/api/v1/race-sessions/${this.session}/${act.path}`;
    const answer = await this.#request(address, act.method, body).catch(() => null);
    if (answer?.ok) return this.#done((await answer.json()).text, act);
    const problem = (await answer?.json().catch(() => null)) ?? { detail: "The portal does not answer.", remedy: "Press again: it is done once." };
    this.#say(`${problem.detail} ${problem.remedy ?? ""}`, "refused");
    return problem.current ? this.#conflicted(row, act, problem, opener) : null;
  }

  /** The same press again is the same request, whatever became of the first. */
  #request(address, method, body) {
    const said = JSON.stringify([address, body]);
    const request_id = this.#requests.get(said) ?? uuid();
    this.#requests.set(said, request_id);
    return fetch(address, { method, headers: { "content-type": "application/json" }, body: JSON.stringify({ request_id, ...body }) });
  }

  #done(text, act) {
    this.#requests.clear();
    act.fields.forEach(({ name }) => this.storage.removeItem(this.#draftKey(name, act)));
    this.close();
    this.#say(`✓ ${text ?? "Done."}`, "done");
    if (this.byPointer) window.dispatchEvent(new CustomEvent("paddock:done"));
  }

  #conflicted(row, act, problem, opener) {
    if (!this.#open) {
      this.#open = { row, act, opener, version: row.version };
      this.conflict = el("div", { class: "conflict", role: "alert" });
      this.#fill(`${act.label} ${row.number ?? ""} was not done`, this.conflict);
      this.#place(opener);
    }
    this.#open.what = problem.detail;
    this.#compare(problem.current, problem.current.version);
  }

  /** Both versions side by side, and who was first once that is known; what was typed stays where it is. */
  #compare(current, version) {
    const open = this.#open;
    const what = open.what ?? "It has changed since you looked.";
    const rows = differences(open.row.seen ?? {}, current, this.words);
    const heads = el("tr", {}, ...["", "You saw", "Now"].map((text) => el("th", { scope: "col" }, text)));
    const lines = rows.map(([name, before, now]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, before), el("td", { class: "now" }, now)));
    const again = version > (open.version ?? 0) && open.act.fields.length;
    const agree = again ? el("button", { type: "button", class: "act", onclick: () => this.#rebase(version) }, "I have seen it: act on what stands now") : null;
    this.conflict.replaceChildren(el("p", {}, el("strong", {}, what)), el("table", {}, el("thead", {}, heads), el("tbody", {}, ...lines)), ...(agree ? [agree] : []));
    this.#keepInside();
  }

  #rebase(version) {
    this.#open.version = version;
    this.conflict.querySelector("button").replaceWith(el("p", {}, "Press again to send what you typed."));
    this.element.querySelector("form input, form button").focus();
  }

  #draftKey(name, act = this.#open.act) {
    return `paddock:act:${this.session}:${act.path}:${name}`;
  }

  #say(text, tone) {
    setText(this.status, text);
    this.status.dataset.tone = tone;
    if (tone === "refused" && this.#open && this.element.isConnected) this.status.setAttribute("role", "alert");
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.close();
  }

  #place(opener) {
    this.element.showPopover();
    const at = opener.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const left = Math.max(8, Math.min(at.right - width, window.innerWidth - width - 8));
    const below = at.bottom + 6 + height <= window.innerHeight;
    const top = below ? at.bottom + 6 : Math.max(8, Math.min(at.top - height - 6, window.innerHeight - height - 8));
    Object.assign(this.element.style, { left: `${left}px`, top: `${top}px` });
  }

  /** What is open has grown. */
  #keepInside() {
    const { top, height } = this.element.getBoundingClientRect();
    this.element.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  }
}

/** What is sent: nothing that was left as it was, numbers as numbers, `changes.kart` as a field of `changes`; `_sure` is only asked. */
export function spoken(act, said) {
  const body = {};
  for (const { name, value, number, otherwise } of act.fields) {
    if (name.startsWith("_")) continue;
    const typed = String(said[name] ?? otherwise ?? "").trim();
    if (typed === value) continue;
    const meant = typed === "" ? null : number ? Number(typed.replace(",", ".")) : typed;
    if (name.startsWith("changes.")) body.changes = { ...body.changes, [name.slice("changes.".length)]: meant };
    else body[name] = meant;
  }
  return body;
}
