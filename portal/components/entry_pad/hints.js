// What can be typed, and what the line says so far.

import { el } from "../shared/dom.js";

export const MARK_KEY = "F2";

/**
 * The keys of the ruleset, each a button too; the one the line already names is marked. Above them what waits in the queue.
 * Codes and decisions share one place of a fixed height: a line says which of the two can come next, and nothing jumps.
 */
export class Hints {
  #waiting = el("div", { class: "group queue", role: "group", "aria-label": "Queue" });
  #keys = el("div", { class: "keys" });
  element = el("div", { class: "hints" }, this.#waiting, this.#keys);
  #acts = el("div", { class: "group acts", role: "group", "aria-label": "Acts on an incident" });
  #buttons = new Map();
  #signatures = new Map();

  /** @param {(text: string) => void} insert put a key into the line @param {() => void} mark keep this moment */
  constructor(insert, mark) {
    Object.assign(this, { insert, mark });
  }

  /** Drawn anew only for another ruleset or queue: the page runs again at every bell. */
  draw({ codes, outcomes }, queue) {
    this.#ifChanged("keys", [codes, outcomes], () => {
      this.#buttons.clear();
      const decisions = this.#group("Decisions", outcomes, "=");
      this.#acts.replaceChildren(...Object.entries(ACT_KEYS).map(([key, label]) => this.#button(key, label)));
      decisions.prepend(this.#acts);
      this.#keys.replaceChildren(this.#group("Codes", codes, ""), decisions);
    });
    this.#ifChanged("queue", queue, () => this.#waiting.replaceChildren(this.#markKey(), ...queue.map((one) => this.#report(one))));
  }

  show(said, line) {
    this.#turn(line);
    for (const [code, button] of this.#buttons) {
      button.setAttribute("aria-pressed", String(code === said.code?.code || code === `=${said.outcome?.code}`));
    }
  }

  /** Behind a `=` or a `#` decisions can come, of which only those are left that begin as the word does. */
  #turn(line) {
    const deciding = /[=#]/.test(line);
    const word = (/=(\S*)$/.exec(line)?.[1] ?? "").toLowerCase();
    this.#keys.dataset.shown = deciding ? "decisions" : "codes";
    this.#acts.hidden = !/^\s*#/.test(line) || line.includes("=");
    for (const [code, button] of this.#buttons) {
      if (code.startsWith("=")) button.hidden = !button.dataset.words.split("\n").some((one) => one.startsWith(word));
    }
  }

  #ifChanged(part, shown, draw) {
    const signature = JSON.stringify(shown);
    if (this.#signatures.get(part) === signature) return;
    this.#signatures.set(part, signature);
    draw();
  }

  #markKey() {
    return el("button", { type: "button", tabindex: "-1", title: "Keep this moment, 10 s back, to be filled in later", onclick: () => this.mark() }, el("kbd", {}, MARK_KEY), "Mark now");
  }

  #report({ id, words }) {
    return el("button", { type: "button", tabindex: "-1", onclick: () => this.insert(`@${id} `) }, el("kbd", {}, `@${id}`), words);
  }

  #button(text, label) {
    return el("button", { type: "button", tabindex: "-1", onclick: () => this.insert(text) }, el("kbd", {}, text), label);
  }

  #group(title, entries, sign) {
    const buttons = entries.filter(({ key }) => key).map(({ code, key, label, words }) => {
      const button = this.#button(`${sign}${key}`, label);
      button.dataset.words = [key, ...words].join("\n");
      this.#buttons.set(`${sign}${code}`, button);
      return button;
    });
    return el("div", { class: "group", role: "group", "aria-label": title }, ...buttons);
  }
}

/** The line in words, as nodes: what was recognised, then what is missing. `team` is null for a kart that nobody knows. */
export function reading(said, team) {
  if (said.kind === "nothing") {
    return [el("span", { class: "quiet" }, "42 w 7 · decide at once: 42 w =t5 · incident 17: #17 · report 3: @3 · track: sc, green · message: ! words")];
  }
  const parts = said.kind === "record" ? recorded(said, team) : acted(said);
  const problem = said.problem ? [el("span", { class: "missing" }, said.problem)] : [];
  return [...parts, ...problem];
}

function recorded({ report, karts, second, code, turn, value, text, video, back, outcome }, team) {
  const words = [
    report ? el("span", { class: "kart" }, "accept ", el("b", {}, `@${report}`), karts.length ? " as" : " as it is") : null,
    ...karts.map((number) => kart(number, team)),
    second ? el("span", {}, "with ", kart(second, team)) : null,
    code ? el("span", { class: "code" }, code.label) : null,
    turn ? el("span", {}, `turn ${turn}`) : null,
    value ? el("span", {}, `${value} ${code.value}`) : null,
    text ? el("span", { class: "quiet" }, `“${text}”`) : null,
    video ? el("span", { class: "quiet" }, `video ${video}`) : null,
    outcome ? el("span", { class: "outcome" }, outcome.label) : null,
    back ? el("span", { class: "quiet" }, `${back} s ago`) : null,
  ];
  return words.filter(Boolean);
}

function kart(number, team) {
  const name = team(number);
  const title = name === null ? "not on the board" : name;
  return el("span", { class: name === null ? "kart unknown" : "kart" }, el("b", {}, number), title ? ` ${title}` : "");
}

const ACT_KEYS = {
  "!": "issue", ok: "approve", n: "told", s: "served, in s", v: "verified", u: "not served", a: "accept serving", f: "shown", c: "cancel", x: "void", k: "kart", t: "turn", l: "lap", m: "same as",
};

const ACTS = {
  issue: "issue its penalty", void: "void", refuse: "refuse", merge: "merge", cancel: "cancel its penalty", accept: "accept the serving", act: "",
  serve: "its penalty is served", verify: "the serving is verified", unserved: "not served", notify: "the team is told", approve: "approve", signal: "shown to the driver",
};

function acted(said) {
  if (said.kind === "say") return [el("span", { class: "outcome" }, "message to everybody"), el("span", { class: "quiet" }, said.text)];
  if (said.kind === "track") return [el("span", { class: "outcome" }, `track: ${said.state}`)];
  const subject = said.report ? ["report ", el("b", {}, `@${said.report}`)] : ["incident ", el("b", {}, `#${said.incident}`)];
  return [el("span", { class: "kart" }, ...subject), el("span", { class: "outcome" }, act(said))];
}

function act({ kind, outcome, reason, changes, into, value }) {
  const amended = Object.entries(changes ?? {}).map(([name, now]) => `${name} ${now}`).join(", ");
  const what = { decide: outcome?.label ?? "decide", amend: amended, merge: `same as #${into}`, serve: value ? `served, ${value} s` : ACTS.serve }[kind] ?? ACTS[kind];
  return reason ? `${what}: “${reason}”` : what;
}
