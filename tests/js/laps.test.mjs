import assert from "node:assert/strict";
import { test } from "node:test";

import { lapsOf, listed, merged, rankOf, stintOf } from "../../portal/components/shared/laps.js";
import { told } from "./book.mjs";

test("a part adds its laps and the bests follow", () => {
  const whole = merged(null, told([[0, 1, 61000, 61000], [1, 1, 60500, 62000]]));

  const book = merged(whole, told([[0, 2, 60000, 121000]], { total: 3 }));

  assert.deepEqual([book.count, book.total, book.best, book.lastAt], [3, 3, 60000, 121000]);
  assert.deepEqual(lapsOf(book.cars.get("a")).map(({ ms }) => ms), [61000, 60000]);
  assert.equal(book.cars.get("b").best, 60500);
});

test("the same part twice adds nothing and cars may come in another order", () => {
  const whole = merged(null, told([[0, 1, 61000, 61000]]));
  const part = told([[1, 2, 60000, 121000], [0, 1, 62000, 62000]], { cars: [["b", "2"], ["a", "1"]], total: 3 });

  const book = merged(merged(whole, part), part);

  assert.equal(book.count, 3);
  assert.equal(book.cars.get("a").laps.get(2).ms, 60000);
  assert.equal(book.cars.get("b").laps.get(1).ms, 62000);
});

test("another session begins a new book", () => {
  const book = merged(merged(null, told([[0, 1, 61000, 61000]])), told([], { session: { id: "s2" } }));

  assert.deepEqual([book.count, book.best], [0, null]);
});

test("a pit lap and an unknown time have no rank", () => {
  const book = merged(null, told([[0, 1, 50000, 50000], [0, 2, 61000, 111000], [1, 1, 60500, 60500], [1, 2, null, 120000]], { more: { pit: [1, 0, 0, 0] } }));
  const [a, b] = [book.cars.get("a"), book.cars.get("b")];

  assert.deepEqual(lapsOf(a).map((row) => rankOf(row, a, book)), ["normal", "personal"]);
  assert.deepEqual(lapsOf(b).map((row) => rankOf(row, b, book)), ["overall", "normal"]);
});

test("own karts come first; a number is found exactly, a name by a part of it", () => {
  const book = merged(null, told([], { cars: [["a", "1"], ["b", "12"], ["c", "2"]] }));

  assert.deepEqual(listed(book, new Set(["2"]), "").map(({ number }) => number), ["2", "1", "12"]);
  assert.deepEqual(listed(book, new Set(), "1").map(({ number }) => number), ["1"]);
  assert.deepEqual(listed(book, new Set(), "team 1").map(({ number }) => number), ["1", "12"]);
});

test("a stint runs from the last way out; in the pits there is none", () => {
  const laps = [[0, 1, 60000, 60000], [0, 2, 90000, 150000], [0, 3, 60000, 210000]];
  const out = merged(null, told(laps, { stops: [{ car: 0, in: 100000, out: 140000 }] })).cars.get("a");
  const inside = merged(null, told(laps, { stops: [{ car: 0, in: 200000, out: null }] })).cars.get("a");

  assert.deepEqual(stintOf(out), { since: 140000, laps: 2 });
  assert.equal(stintOf(inside), null);
});
