// What this reader chose: own cars, class, order, gaps in laps or in seconds. The URL carries it, so that a link reproduces
// the view; this browser also remembers own cars, circuit by circuit, and how gaps are told.

import { recall, remember as keep } from "../shared/memory.js";
import { COLUMNS } from "./columns.js";

const IN_SECONDS = "paddock:gaps-in-seconds";
const NONE = { column: null, direction: 1 };

/** @returns {{own: Set<string>, category: ?string, sort: object, inSeconds: boolean}} the URL first, then what the browser remembers */
export function read(circuit, search, storage) {
  const query = new URLSearchParams(search);
  const own = query.get("own") ?? storage.getItem(key(circuit)) ?? "";
  const gaps = query.get("gaps");
  return {
    own: new Set(own.split(",").filter(Boolean)),
    category: query.get("class"),
    sort: sortOf(query.get("sort")),
    inSeconds: gaps ? gaps === "s" : recall(storage, IN_SECONDS, false) === true,
  };
}

/** The query string that carries the choices; what is not ours in it stays. */
export function written(choices, search) {
  const query = new URLSearchParams(search);
  put(query, "own", [...choices.own].join(","));
  put(query, "class", choices.category);
  put(query, "sort", choices.sort.column && (choices.sort.direction < 0 ? "-" : "") + choices.sort.column.needs);
  put(query, "gaps", choices.inSeconds && "s");
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** The address of the same view for a TV: large, unattended. */
export function tvLink(circuit, choices) {
  const query = new URLSearchParams(written(choices, ""));
  query.set("circuit", circuit);
  query.set("tv", "1");
  return `/live?${query}`;
}

export function remember(circuit, choices, storage) {
  storage.setItem(key(circuit), [...choices.own].join(","));
  if ("inSeconds" in choices) keep(storage, IN_SECONDS, choices.inSeconds);
}

function key(circuit) {
  return `paddock:own:${circuit}`;
}

function sortOf(text) {
  const column = COLUMNS.find(({ needs }) => needs === text?.replace(/^-/, ""));
  return column && column.needs !== "position" ? { column, direction: text.startsWith("-") ? -1 : 1 } : NONE;
}

function put(query, name, value) {
  if (value) query.set(name, value);
  else query.delete(name);
}
