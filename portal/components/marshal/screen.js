// What is drawn of the marshals' page. Each part is built anew only when what it shows has changed, so that nothing moves
// under a finger.

import { el, setAttribute, setText } from "../shared/dom.js";
import { Details } from "./details.js";
import { HOLD_MS, fateInWords, isOnThePhone } from "./queue.js";

const RECENT = 5;
const POSTS = 24;
const SETTLED = new Set(["accepted", "refused", "stale", "rejected"]);
const SIGNS = { held: "…", waiting: "↑", sent: "✓", accepted: "✔", refused: "✕", stale: "!", rejected: "!" };

export class Screen {
  #drawn = new Map();
  #chosen = null;
  #choosing = null;

  /** @param {HTMLElement} root with the parts that the page's HTML names @param {object} page the choices and the queue */
  constructor(root, page) {
    this.page = page;
    this.part = (name) => root.querySelector(`#${name}`);
    this.details = new Details(page);
  }

  draw({ start, kept, queue, problem, offline }) {
    const { session, circuit } = start ?? {};
    const open = this.details.report?.request_id;
    this.#part("top", [kept.post, session?.name, session?.phase, circuit?.name], () => this.#top(kept, session, circuit));
    this.#status(queue, offline);
    this.#part("banner", [problem, queue.signedOut, start === null, session === null], () => banner(start, queue, problem));
    const view = this.#view(start, kept);
    const recent = recentKarts(queue.reports);
    this.#part("main", [view, open, this.#chosen, view === "karts" ? recent : null, view === "post" ? [kept, start.circuits, start.posts] : null, start?.karts, start?.codes], () => this.#main(view, recent));
    this.#part("bar", [open, held(queue).map(({ request_id }) => request_id)], () => this.#bar());
    this.#part("reports", [queue.signedOut, session?.id, queue.reports.map(({ request_id, state, words, incident, amendment, kart, code }) => [request_id, state, words, incident, amendment, kart, code])], () => this.#reports());
  }

  #part(name, signature, build) {
    const text = JSON.stringify(signature) ?? "";
    if (this.#drawn.get(name) === text) return;
    this.#drawn.set(name, text);
    this.part(name).replaceChildren(...build());
  }

  #view(start, kept) {
    if (!start) return "first";
    if (this.details.report) return "details";
    if (this.#choosing || kept.post === undefined) return "post";
    return this.#chosen ? "codes" : "karts";
  }

  #top(kept, session, circuit) {
    const post = el("button", { type: "button", class: "post", onclick: () => this.#choose(true) }, el("small", {}, "Post"), el("b", {}, kept.post || "–"));
    const name = session ? [session.name, session.phase].filter(Boolean).join(" · ") : "No session";
    return [post, el("div", { class: "where" }, el("b", {}, name), el("small", {}, circuit?.name ?? ""))];
  }

  /** One glance: is there a connection, and how much waits for it. */
  #status(queue, offline) {
    const count = queue.unsent.length;
    const kept = count ? `${count} ${queue.line ? "on the way" : "kept on this phone"}` : "all sent";
    const line = queue.line ? "Connected" : "No connection";
    const warning = offline === false ? " · keep this page open: without https it cannot be opened offline" : "";
    setText(this.part("status"), `${line} · ${kept}${warning}`);
    setAttribute(this.part("status"), "data-line", queue.line ? "on" : "off");
  }

  #main(view, recent) {
    const { start } = this.page;
    switch (view) {
      case "first": return [el("p", { class: "empty" }, "Open this page once with a connection; afterwards it works without one.")];
      case "post": return this.#posts(start);
      case "details": return this.details.draw();
      case "codes": return this.#codes(start.codes);
      default: return this.#karts(start.karts, recent);
    }
  }

  #posts({ circuits, posts, circuit }) {
    const names = [...new Set([...Array.from({ length: POSTS }, (_, n) => `${n + 1}`), ...posts])];
    const other = el("input", { id: "other-post", maxlength: "20", autocomplete: "off", placeholder: "e.g. Pit exit" });
    const places = circuits.length > 1 ? [el("h2", {}, "Circuit"), el("div", { class: "wide" }, ...circuits.map((one) => this.#place(one, circuit)))] : [];
    return [
      ...places,
      el("h2", {}, "Your post"),
      el("div", { class: "grid" }, ...names.map((name) => this.#key(name, { onclick: () => this.#post(name) }))),
      el("label", { for: "other-post" }, "Another name"),
      el("div", { class: "row" }, other, this.#key("Use it", { onclick: () => other.value.trim() && this.#post(other.value.trim()) })),
      el("div", { class: "row" }, this.#key("Dark", { onclick: () => this.page.keep("theme", "dark") }), this.#key("Light", { onclick: () => this.page.keep("theme", "light") })),
    ];
  }

  #place(one, circuit) {
    return this.#key(one.name, { "aria-pressed": String(one.slug === circuit?.slug), onclick: () => this.page.keep("circuit", one.slug) });
  }

  #karts(karts, recent) {
    const known = new Map(karts.map((kart) => [kart.number, kart]));
    const again = recent.map((number) => this.#kart(known.get(number) ?? { number }));
    const top = [el("h2", {}, "Last reported"), el("div", { class: "grid last" }, ...(again.length ? again : [el("span", {}, "none yet")]))];
    const all = [...karts.map((kart) => this.#kart(kart)), this.#key("?", { "aria-label": "Number not seen", onclick: () => this.#pick({ number: "" }) })];
    return [...top, el("h2", {}, "Kart"), el("div", { class: "grid karts" }, ...all)];
  }

  #kart(kart) {
    const key = this.#key(kart.number, { class: "kart", onclick: () => this.#pick(kart) });
    if (kart.plate) key.style.setProperty("--plate", kart.plate);
    if (kart.team) key.append(el("small", {}, kart.team));
    return key;
  }

  #codes(codes) {
    const { number, team } = this.#chosen.kart;
    const title = number ? `Kart ${number}` : "Number not seen";
    return [
      el("div", { class: "row" }, this.#key("Back", { class: "back", onclick: () => this.#pick(null) }), el("h2", { class: "chosen" }, title, el("small", {}, team ?? ""))),
      el("div", { class: "wide" }, ...codes.map((code) => this.#key(code.label, { onclick: () => this.#file(code) }))),
    ];
  }

  #key(label, attributes) {
    return el("button", { type: "button", ...attributes }, el("b", {}, label));
  }

  #choose(choosing) {
    this.#choosing = choosing;
    this.#chosen = null;
    this.details.report = null;
    this.page.draw();
    window.scrollTo(0, 0);
  }

  #post(name) {
    this.#choosing = null;
    this.page.keep("post", name);
  }

  /** The first tap is the moment of what was seen. */
  #pick(kart) {
    this.#chosen = kart && { kart, tapped: this.page.tapped() };
    this.page.draw();
    window.scrollTo(0, 0);
  }

  async #file({ code, label, text }) {
    const { kart, tapped } = this.#chosen;
    this.#chosen = null;
    const report = await this.page.file({ kart: kart.number, code, label, second_kart: "", turn: null, text: "" }, tapped);
    if (text) this.#edit(report);
    window.scrollTo(0, 0);
  }

  /** Open its details; a held one waits for them. */
  #edit(report) {
    this.details.open(report);
    this.page.draw();
    window.scrollTo(0, 0);
  }

  #bar() {
    return held(this.page.queue).map((report) => {
      const left = el("i", { class: "left" });
      left.style.setProperty("--hold", `${HOLD_MS}ms`);
      return el("div", { class: "held" }, left, el("span", {}, el("b", {}, report.kart || "?"), ` ${report.label}`),
        this.#key("Add", { "aria-label": `Add to the report on ${report.kart}`, onclick: () => this.#edit(report) }),
        this.#key("Undo", { "aria-label": `Undo the report on ${report.kart}`, onclick: () => this.page.queue.forget(report) }));
    });
  }

  #reports() {
    const { queue } = this.page;
    const shown = queue.reports.filter(({ state }) => state !== "held").toReversed();
    return shown.length ? [el("h2", {}, "My reports"), el("ol", {}, ...shown.map((report) => this.#report(report, queue)))] : [];
  }

  #report(report, queue) {
    const time = new Date(report.at ?? report.tapped.wall).toLocaleTimeString([], { hourCycle: "h23" });
    const turn = report.turn ? `, turn ${report.turn}` : "";
    const note = report.text ? ` “${report.text}”` : "";
    return el("li", { "data-state": report.state },
      el("span", { class: "sign", "aria-hidden": "true" }, SIGNS[report.state]),
      el("span", { class: "what" }, el("small", {}, time), " ", el("b", {}, report.kart || "?"), ` ${report.label}${turn}${note}`),
      el("span", { class: "fate" }, fateInWords(report, queue)),
      el("span", { class: "acts" }, ...this.#acts(report)));
  }

  #acts(report) {
    const { queue, start } = this.page;
    const { state } = report;
    const session = start?.session && { id: start.session.id, name: start.session.name };
    const keys = [];
    if (mayChange(report, start)) keys.push(this.#key("Change", { onclick: () => this.#edit(report) }));
    if (state === "stale" && session) keys.push(this.#key(`Send to ${session.name}`, { onclick: () => queue.sendTo(report, session) }));
    if (SETTLED.has(state)) keys.push(this.#key(isOnThePhone(report) ? "Delete" : "Clear", { onclick: () => queue.forget(report) }));
    return keys;
  }
}

/** What may have reached the server is changed there, which only some may. */
function mayChange({ state, attempted }, start) {
  if (state === "rejected" || (state === "waiting" && !attempted)) return true;
  return Boolean(start?.may_amend) && (state === "sent" || state === "waiting");
}

/** What may still be undone; the one that is being completed is on the screen already. */
function held({ reports }) {
  return reports.filter(({ state, editing }) => state === "held" && !editing);
}

/** Karts of the last reports, the newest first, each once. */
export function recentKarts(reports) {
  return [...new Set(reports.toReversed().map(({ kart }) => kart).filter(Boolean))].slice(0, RECENT);
}

function banner(start, queue, problem) {
  if (queue.signedOut) return [el("p", { role: "alert" }, "Your sign-in has ended. Reports are kept on this phone. ", el("a", { href: "/sign-in?next=/marshal" }, "Sign in"))];
  if (problem) return [el("p", { role: "alert" }, [problem.detail, problem.remedy].filter(Boolean).join(" ") || "Paddock does not answer.")];
  if (start && !start.session) return [el("p", { role: "alert" }, "No race session is open. Reports are kept on this phone; send them when one is.")];
  return [];
}
