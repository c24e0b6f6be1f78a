// What stands above the rows: flag, title, clock and the age of the data; the choices; the words of an empty board.

import { el, setAttribute, setText } from "../shared/dom.js";
import { sessionClock } from "../shared/format.js";
import { isLapped } from "./columns.js";
import { categories } from "./order.js";

const FLAGS = { green: "Green flag", yellow: "Yellow flag", red: "Red flag", chequered: "Chequered flag" };

export class Head {
  #title = el("h2", {});
  #track = el("span", { class: "track" });
  #comment = el("p", { class: "comment" });
  #flag = el("span", { class: "flag-word" });
  #banner = el("p", { class: "banner" });
  #clock = el("time", { class: "clock", "aria-label": "Session clock" });
  #age = el("span", { class: "age" }, el("i", { "aria-hidden": "true" }), el("span"));
  #aloud = el("span", { class: "aloud", role: "status" });
  #strip = el("div", { class: "strip", "aria-hidden": "true" });
  element = el(
    "header",
    {},
    this.#strip,
    el("div", { class: "bar" }, el("div", { class: "names" }, this.#title, this.#track), this.#flag, this.#clock, this.#age, this.#aloud),
    this.#banner,
    this.#comment,
  );

  draw(view) {
    const { title, track, banner, flag, comments = [] } = view ?? {};
    setText(this.#title, title || "Live timing");
    setText(this.#track, track ?? "");
    setText(this.#banner, banner ?? "");
    setText(this.#flag, FLAGS[flag] ?? "");
    setAttribute(this.element, "data-flag", flag);
    this.#say(comments.map(([clock, , number, text]) => [clock, number, text].filter(Boolean).join(" · ")));
  }

  /** The venue's own messages: the newest, and all of them on demand. */
  #say(messages) {
    setText(this.#comment, messages[0] ?? "");
    setAttribute(this.#comment, "title", messages.length > 1 ? messages.join("\n") : null);
  }

  tick(view, fresh, nowMs) {
    setText(this.#clock, sessionClock(view?.clock, nowMs));
    setText(this.#age.lastElementChild, fresh.words);
    setAttribute(this.#age, "title", fresh.cause);
    setAttribute(this.#age, "data-level", fresh.level);
    setText(this.#aloud, fresh.level === "live" ? "Timing is live." : fresh.cause.replace(/ What is shown.*/, ""));
  }
}

/** Filter by class, the sorting in words, how many cars, what could not be read. */
export class Tools {
  element = el("div", { class: "tools" });
  #signature = "";

  /** @param {{category: (name: ?string) => void, unsort: () => void, seconds: (on: boolean) => void}} acts what a press does */
  constructor(acts) {
    this.acts = acts;
  }

  draw(view, choices, page, tvHref) {
    const parts = { tvHref, classes: categories(view), category: choices.category, sort: choices.sort.column?.heading, page };
    parts.seconds = choices.inSeconds || isLapped(view) ? choices.inSeconds : null;
    const counts = { cars: view.order.length, unread: view.unread ?? 0, junk: view.junk ?? 0 };
    const signature = JSON.stringify([parts, choices.sort.direction, counts]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    this.element.replaceChildren(...this.#chips(parts), ...this.#facts(parts, counts));
  }

  #chips({ classes, category, sort, seconds }) {
    const chip = (label, name, count) =>
      el("button", { type: "button", class: name === null ? "pick all" : "pick", "aria-pressed": String(category === name), onclick: () => this.acts.category(name) },
        count === null ? label : `${label} `, count === null ? null : el("small", {}, String(count)));
    const all = classes.length ? [chip("All", null, null)] : [];
    const back = sort
      ? [el("button", { type: "button", class: "pick sorted", onclick: () => this.acts.unsort() }, `Sorted by ${sort}`, el("small", {}, "back to position"))]
      : [];
    return [...all, ...classes.map(([name, count]) => chip(name, name, count)), ...back, ...this.#unit(seconds)];
  }

  /** Offered as soon as somebody is lapped. */
  #unit(seconds) {
    if (seconds === null) return [];
    const press = () => this.acts.seconds(!seconds);
    const title = "Tell the gaps of lapped cars in laps or in seconds";
    return [el("button", { type: "button", class: "pick unit", "aria-pressed": String(seconds), title, onclick: press }, "Gaps in seconds")];
  }

  #facts({ page, tvHref }, { cars, unread, junk }) {
    const turning = page?.pages > 1 ? `Page ${page.current + 1} of ${page.pages} · ` : "";
    const faults = [unread ? `${unread} lines unread` : null, junk ? `${junk} foreign lines` : null].filter(Boolean);
    const tv = tvHref ? el("a", { class: "tv", href: tvHref, target: "_blank" }, "TV view") : null;
    return [el("span", { class: "facts" }, tv, cars ? `${turning}${cars} cars` : "", el("span", { class: "faults" }, faults.map((fault) => ` · ${fault}`).join("")))];
  }
}

/** What an empty board says, and the next step; null while there are cars. */
export function emptyWords(view, refused, connected) {
  if (refused === 4404) return ["There is no such circuit.", "Choose another one at the top of the page."];
  if (refused === 4403) return ["Your role does not include live timing.", "Ask an administrator."];
  if (!view) return [connected ? "" : "Connecting to the timing …", ""];
  if (view.order.length) return null;
  if (view.source === "stopped") return ["The timing source is stopped.", "Start it under Timing › Circuits."];
  if (view.kind === "none" && view.at) return ["The venue shows no live timing at the moment.", "The board fills by itself when a session begins."];
  if (!view.at) return ["Nothing has been received from this circuit yet.", "The board fills by itself with the first frame; see Timing › Circuits for the source."];
  return ["No cars on the board.", "They appear with the next grid the feed sends."];
}
