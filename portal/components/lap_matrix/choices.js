// What this reader chose: own karts (shared with the live table), one car, the order. The URL carries it.

import { read as readOwn, remember } from "../live_table/choices.js";

export { remember };

/** @returns {{own: Set<string>, car: ?string, first: boolean}} `first`: lap 1 on top */
export function read(circuit, search, storage) {
  const query = new URLSearchParams(search);
  return { own: readOwn(circuit, search, storage).own, car: query.get("car"), first: query.get("order") === "first" };
}

export function written({ own, car, first }, search) {
  const query = new URLSearchParams(search);
  put(query, "own", [...own].join(","));
  put(query, "car", car);
  put(query, "order", first ? "first" : null);
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** The set with this number put in, or taken out if it is there. */
export function changed(own, number) {
  const next = new Set(own);
  if (!next.delete(number)) next.add(number);
  return next;
}

function put(query, name, value) {
  if (value) query.set(name, value);
  else query.delete(name);
}
