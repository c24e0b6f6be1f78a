import assert from "node:assert/strict";
import { test } from "node:test";

import { read, remember, tvLink, written } from "../../portal/components/live_table/choices.js";
import { COLUMNS, fitting, isLapped, statusText, told } from "../../portal/components/live_table/columns.js";
import { emptyWords } from "../../portal/components/live_table/head.js";
import { arrange, categories, nextSort, pageOf } from "../../portal/components/live_table/order.js";

const POSITION = { column: null, direction: 1 };
const column = (needs) => COLUMNS.find((one) => one.needs === needs);
const view = {
  order: ["a", "b", "c"],
  rows: {
    a: { number: "10", category: "Pro", best: [61000, "normal"], gap: null },
    b: { number: "9", category: "Am", best: [60500, "overall"], gap: [1500, null] },
    c: { number: "101", category: "Pro", gap: [null, 1] },
  },
};

test("the order of the standings is the order of the table", () => {
  assert.deepEqual(arrange(view, POSITION, null), ["a", "b", "c"]);
});

test("numbers sort as numbers and what is unknown stays last in both directions", () => {
  const by = (needs, direction) => arrange(view, { column: column(needs), direction }, null);

  assert.deepEqual(by("number", 1), ["b", "a", "c"]);
  assert.deepEqual(by("best", 1), ["b", "a", "c"]);
  assert.deepEqual(by("best", -1), ["a", "b", "c"]);
  assert.deepEqual(by("gap", 1), ["b", "c", "a"]);
});

test("equal values keep the order of the standings", () => {
  assert.deepEqual(arrange(view, { column: column("pits"), direction: -1 }, null), ["a", "b", "c"]);
});

test("a class filter keeps only its cars", () => {
  assert.deepEqual(arrange(view, POSITION, "Pro"), ["a", "c"]);
  assert.deepEqual(categories(view), [["Am", 1], ["Pro", 2]]);
});

test("a single class offers nothing to filter", () => {
  assert.deepEqual(categories({ order: ["a"], rows: { a: { category: "Pro" } } }), []);
});

test("a heading sorts one way, then the other, then back to position", () => {
  const first = nextSort(POSITION, column("laps"));
  const second = nextSort(first, column("laps"));

  assert.deepEqual([first.direction, second.direction, nextSort(second, column("laps"))], [-1, 1, POSITION]);
});

test("the heading of the position always leads back", () => {
  assert.deepEqual(nextSort({ column: column("laps"), direction: -1 }, column("position")), POSITION);
});

test("a phone keeps position, number, team, gap and last lap", () => {
  const all = COLUMNS.map(({ needs }) => needs);

  const phone = fitting(all, 366 / 13.5).map(({ needs }) => needs);

  assert.deepEqual(phone, ["position", "number", "team", "gap", "last"]);
});

test("a wide screen shows every column that the feed has and no other", () => {
  const present = ["position", "number", "team", "laps", "s1"];

  assert.deepEqual(fitting(present, 110).map(({ needs }) => needs), present);
});

test("the columns never need more room than there is", () => {
  const all = COLUMNS.map(({ needs }) => needs);

  for (let room = 17; room < 120; room += 1) {
    const width = fitting(all, room).reduce((sum, { width: one }) => sum + one, 0);
    assert.ok(width <= room, `${width} em in ${room} em`);
  }
});

test("a car in the pit lane shows for how long", () => {
  const since = "2026-01-01T12:00:00+00:00";

  assert.equal(statusText({ status: "in_pit", in_pit_since: since }, Date.parse(since) + 75_000), "Pit 1:15");
  assert.equal(statusText({ status: "in_pit" }, 0), "Pit");
  assert.equal(statusText({ status: "running" }, 0), "");
});

test("a link reproduces the view and leaves other parameters alone", () => {
  const choices = read("kartway", "?own=7,42&class=Pro&sort=-laps&circuit=kartway", { getItem: () => null });

  assert.deepEqual([...choices.own], ["7", "42"]);
  assert.equal(written(choices, "?circuit=kartway&tv=1"), "?circuit=kartway&tv=1&own=7%2C42&class=Pro&sort=-laps");
});

test("the link for a TV shows the same view", () => {
  const choices = read("kartway", "?own=7&class=Pro", { getItem: () => null });

  assert.equal(tvLink("kartway", choices), "/live?own=7&class=Pro&circuit=kartway&tv=1");
});

test("without a link the browser's memory of own cars counts", () => {
  const storage = { getItem: (key) => (key === "paddock:own:kartway" ? "5" : null) };

  assert.deepEqual(read("kartway", "", storage), { own: new Set(["5"]), category: null, sort: POSITION, inSeconds: false });
});

const LAPPED = { gap: [null, 2], interval: [null, 1], behind: 125_500, behind_next: 61_250 };
const texts = (row, inSeconds) => told([column("gap"), column("interval")], inSeconds).map(({ text }) => text(row));

test("the gaps of a lapped car are told in laps until somebody wants seconds", () => {
  assert.deepEqual(texts(LAPPED, false), ["+2 L", "+1 L"]);
  assert.deepEqual(texts(LAPPED, true), ["+2:05.500", "+1:01.250"]);
});

test("on the lead lap the feed's own gap stands, and unknown seconds stay laps", () => {
  assert.deepEqual(texts({ gap: [1500, null], interval: [300, null], behind: 1700 }, true), ["+1.500", "+0.300"]);
  assert.deepEqual(texts({ gap: [null, 2], interval: [null, 1] }, true), ["+2 L", "+1 L"]);
  assert.deepEqual(texts({}, true), ["", ""]);
});

test("seconds are offered as soon as a lapped car has them", () => {
  assert.equal(isLapped({ rows: { a: { gap: null }, b: LAPPED } }), true);
  assert.equal(isLapped({ rows: { a: { gap: [1500, null], behind: 1600 }, c: { gap: [null, 1] } } }), false);
});

test("the choice of seconds goes with the link and is remembered for every circuit", () => {
  const storage = new Map();
  const store = { getItem: (name) => storage.get(name) ?? null, setItem: (name, value) => storage.set(name, value) };
  const choices = read("kartway", "?gaps=s", store);

  remember("kartway", choices, store);

  assert.equal(written(choices, ""), "?gaps=s");
  assert.equal(read("ring", "", store).inSeconds, true);
  assert.equal(read("ring", "?gaps=l", store).inSeconds, false);
});

test("a screen without scrolling turns its pages in a circle", () => {
  const ids = ["a", "b", "c", "d", "e"];

  assert.deepEqual([0, 1, 2, 3].map((page) => pageOf(ids, 2, page).ids), [["a", "b"], ["c", "d"], ["e"], ["a", "b"]]);
  assert.equal(pageOf([], 10, 3).pages, 1);
});

test("an empty board says what belongs there and the next step", () => {
  const empty = { order: [], rows: {}, at: null, kind: "none", source: "running" };

  for (const words of [emptyWords(empty, null, true), emptyWords({ ...empty, source: "stopped" }, null, true), emptyWords(null, 4404, false)]) {
    assert.equal(words.length, 2);
    for (const sentence of words) assert.match(sentence, /\.$/);
  }
  assert.equal(emptyWords(view, null, true), null);
});
