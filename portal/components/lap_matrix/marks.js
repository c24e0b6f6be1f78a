// How a lap is written: colour and letter for what it is worth, a letter for where it comes from, a word for the rest.

import { textOn } from "../shared/colour.js";
import { el } from "../shared/dom.js";
import { lapTime } from "../shared/format.js";
import { rankOf } from "../shared/laps.js";

const RANKS = { overall: ["◆", "best of all"], personal: ["▲", "own best"], normal: ["", ""] };
export const SOURCES = {
  computed: ["c", "computed by Paddock"],
  back_filled: ["b", "back-filled from the feed's history"],
  manual: ["m", "entered by hand"],
};
const FLAGS = { y: "yellow flag", r: "red flag", c: "chequered flag" };

/** Sign, words, class; in the order of the legend. */
export const LEGEND = [
  [...RANKS.overall, "overall"], [...RANKS.personal, "personal"], ["P", "with a pit stop", "pit"],
  ...Object.values(SOURCES).map(([letter, words]) => [letter, words.split(" ")[0], "from"]),
];

/** The heading of a car: its plate, and its team under it; a press shows its laps. */
export function headingOf(car, choices, choose) {
  const text = textOn(car.plate);
  const style = text ? `background:${car.plate};color:${text}` : null;
  const name = car.team ?? car.driver ?? "";
  const button = el("button", { type: "button", "data-car": car.number, "aria-pressed": String(choices.car === car.number), title: `${name} – show its laps`, onclick: () => choose(car.number) }, el("b", { style }, car.number), el("span", {}, name));
  return el("th", { scope: "col", class: classOf(car, choices) }, button);
}

/** One lap in the matrix; nothing where the car has not driven it. */
export function cellOf(row, car, book, choices) {
  const kind = choices ? classOf(car, choices) : null;
  if (!row) return el("td", { class: kind });
  const rank = rankOf(row, car, book);
  const [sign] = RANKS[rank];
  const from = SOURCES[row.from]?.[0];
  return el(
    "td",
    { class: kind, "data-rank": rank, "data-flag": FLAGS[row.flag] ? row.flag : null, "data-pit": row.pit ? "" : null, title: words(row, car, rank) },
    sign || row.pit ? el("i", {}, row.pit ? "P" : sign) : null,
    row.ms === null ? "–" : lapTime(row.ms),
    from ? el("sup", {}, from) : null,
  );
}

/** Everything besides the time, as words: for the tooltip, and for the notes of one car's laps. */
export function notes(row, rank) {
  return [row.pit ? "pit stop" : "", RANKS[rank][1], FLAGS[row.flag] ?? "", SOURCES[row.from]?.[1] ?? ""].filter(Boolean);
}

function words(row, car, rank) {
  const place = row.position ? `P${row.position}` : "";
  return [`Kart ${car.number}, lap ${row.lap}`, row.driver ?? "", place, ...notes(row, rank)].filter(Boolean).join(" · ");
}

function classOf(car, choices) {
  return [choices.own.has(car.number) ? "own" : "", choices.car === car.number ? "chosen" : ""].filter(Boolean).join(" ") || null;
}
