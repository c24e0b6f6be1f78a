import assert from "node:assert/strict";
import { test } from "node:test";

import { colourOf, read, written } from "../../portal/components/race_charts/choices.js";
import { MOST_POINTS, shares, standouts, steps, within } from "../../portal/components/race_charts/decimate.js";
import { layout, stintTraces, traces, underPointer } from "../../portal/components/race_charts/figure.js";
import { flagged, gaps, lapTimes, levelAt, positions, stints } from "../../portal/components/race_charts/series.js";
import { merged } from "../../portal/components/shared/laps.js";
import { plain } from "../../portal/components/shared/plotly.js";
import { windowWords } from "../../portal/components/lap_matrix/detail.js";
import { told } from "./book.mjs";

const LOOK = { text: "#fff", quiet: "#999", line: "#333", ground: "#000", dark: true, height: 400, range: null };
const CHOICES = { chart: "position", cars: new Set(), to: "leader", normal: false };

/** Two cars at a steady pace, ten and eight laps: 60 s and 70 s. */
function steady() {
  const one = Array.from({ length: 10 }, (_, at) => [0, at + 1, 60000, (at + 1) * 60000]);
  const two = Array.from({ length: 8 }, (_, at) => [1, at + 1, 70000, (at + 1) * 70000]);
  return merged(null, told([...one, ...two]));
}

test("a lapped car's gap is a time", () => {
  const [leader, lapped] = gaps(steady(), "leader");

  assert.deepEqual(new Set(leader.y), new Set([0]));
  assert.equal(lapped.y.at(-1), 80);
});

test("gaps to a kart are negative for who is ahead of it", () => {
  assert.equal(gaps(steady(), "2")[0].y[7], -80);
});

test("the mean of the field lies between the cars and no dropping out makes it jump", () => {
  const [one, two] = gaps(steady(), "mean");

  assert.deepEqual([one.y[7], two.y[7]], [-40, 40]);
  assert.equal(one.y[9], -40);
});

test("positions are the feed's, else counted by laps and passings", () => {
  const counted = positions(steady()).map(({ y }) => y.at(-1));
  const book = merged(null, told([[0, 1, 60000, 60000], [1, 1, 61000, 61000]], { more: { position: [7, null] } }));

  assert.deepEqual(counted, [1, 2]);
  assert.deepEqual(positions(book).map(({ y }) => y), [[7], [2]]);
});

test("normalised lap times are divided by the level of the field at their moment", () => {
  const field = { bin_s: 300, levels: { 0: 1.2 }, offset_ms: 0 };
  const [series] = lapTimes(steady(), field);

  assert.deepEqual([series.y[0], series.y[9]], [50, 60]);
  assert.equal(levelAt(null, 5), 1);
});

test("a stint ends with a stop, and a driver's name that comes a lap late belongs to it", () => {
  const laps = [[0, 1, 60000, 60000], [0, 2, 60000, 120000], [0, 3, 150000, 270000], [0, 4, 60000, 330000]];
  const more = { drivers: ["Driver A", "Driver B"], driver: [0, 0, 0, 1], pit: [0, 0, 1, 0] };
  const found = stints(merged(null, told(laps, { more, stops: [{ car: 0, in: 130000, out: 220000 }] })));

  assert.deepEqual(found.map(({ driver, from, to, laps: count, mean }) => [driver, from, to, count, mean]), [
    ["Driver A", 0, 120000, 2, 60000],
    ["Driver B", 220000, 330000, 2, 60000],
  ]);
});

test("yellow and red are shaded from their first lap until another flag", () => {
  const rows = [[0, 1, 60000, 60000], [0, 2, 60000, 120000], [0, 3, 60000, 180000], [0, 4, 60000, 240000]];

  assert.deepEqual(flagged(merged(null, told(rows, { more: { flag: ["g", "y", "y", "g"] } }))), [{ flag: "yellow", from: 120000, to: 240000 }]);
  assert.deepEqual(flagged(merged(null, told(rows, { more: { flag: ["g", "", "g", "r"] } }))), [{ flag: "red", from: 240000, to: 240000 }]);
});

test("thinning keeps the ends, the peak and the number of points it may keep", () => {
  const x = Array.from({ length: 1000 }, (_, at) => at);
  const y = x.map((at) => (at === 700 ? 99 : Math.sin(at / 50)));
  const kept = standouts(x, y, 60);

  assert.equal(kept.length, 60);
  assert.deepEqual([kept[0], kept.at(-1), kept.includes(700)], [0, 999, true]);
  assert.deepEqual(standouts([1, 2], [1, 2], 60), [0, 1]);
});

test("a race of a day stays within what an SVG draws at once, whoever is chosen", () => {
  const laps = Array.from({ length: 45 }, (_, car) => Array.from({ length: 400 }, (_, lap) => [car, lap + 1, 60000 + car, (lap + 1) * 60000 + car * 97 * (lap % 7)])).flat();
  const book = merged(null, told(laps, { cars: Array.from({ length: 45 }, (_, car) => [`r${car}`, String(car + 1)]) }));

  for (const cars of [new Set(), new Set(["3", "9"])]) {
    const drawn = traces(gaps(book, "leader"), { ...CHOICES, chart: "gap", cars }, LOOK);
    assert.ok(drawn.reduce((sum, { x }) => sum + x.length, 0) <= MOST_POINTS);
  }
});

test("chosen cars get three times the points of the others", () => {
  const [chosen, other] = shares([{ chosen: true }, { chosen: false }]);

  assert.ok(Math.abs(chosen - 3 * other) <= 3);
});

test("steps keep each change and the ends; a window keeps a point on either side", () => {
  assert.deepEqual(steps([1, 1, 1, 2, 2, 1]), [0, 2, 3, 4, 5]);
  assert.deepEqual(within([0, 10, 20, 30, 40], [15, 25]), [1, 2, 3]);
  assert.deepEqual(within([0, 10], [50, 60]), []);
});

test("what a feed sends reaches Plotly only as text", () => {
  const evil = '<b>x</b><a href="javascript:alert(1)">y</a>&amp;';
  const book = merged(null, told([[0, 1, 60000, 60000]], { cars: [["a", evil]] }));
  book.cars.get("a").team = evil;

  const drawn = [layout(book, { ...CHOICES, chart: "stints" }, LOOK), layout(book, { ...CHOICES, chart: "gap", to: evil }, LOOK)];
  const labels = [drawn[0].yaxis.ticktext[0], drawn[1].yaxis.title.text];

  assert.equal(plain(evil), "&lt;b&gt;x&lt;/b&gt;&lt;a href=\"javascript:alert(1)\"&gt;y&lt;/a&gt;&amp;amp;");
  for (const label of labels) assert.doesNotMatch(label, /<|>/);
  for (const trace of [...stintTraces(book, CHOICES, true), ...traces(gaps(book, "leader"), { ...CHOICES, chart: "gap" }, LOOK)]) {
    assert.equal(trace.hoverinfo, "skip");
    assert.equal(trace.name, undefined);
  }
});

test("under the pointer is the nearest car, and nothing where none is near", () => {
  const series = gaps(steady(), "leader");
  const near = (x, y) => Math.hypot((x - 560000) / 1000, (y - 79) * 10);

  assert.deepEqual(underPointer("gap", series, { x: 560000, y: 79, near }).lines, ["Kart 2 · Team 2", "Lap 8 · +80.000 s", "1:10.000"]);
  assert.equal(underPointer("gap", series, { x: 0, y: 0, near: () => 99 }), null);
});

test("a number has one colour, and its neighbours have others", () => {
  assert.equal(colourOf("42", true), colourOf("42", true));
  assert.equal(new Set(Array.from({ length: 60 }, (_, number) => colourOf(String(number), true))).size, 60);
});

test("the address carries the choices and an unknown chart is the first one", () => {
  const choices = { chart: "gap", cars: new Set(["7", "12"]), to: "mean", normal: false };

  assert.deepEqual(read(written(choices, "?circuit=x")), choices);
  assert.match(written(choices, "?circuit=x"), /circuit=x/);
  assert.equal(read("?chart=pie").chart, "position");
});

test("the pit window in words", () => {
  assert.match(windowWords({ possible: true, window: [0, 540000], stops: 2 }), /is open, closes in 9:00 · 2 to make/);
  assert.match(windowWords({ possible: true, window: [60000, 540000], stops: 2 }), /opens in 1:00/);
  assert.match(windowWords({ possible: false, window: null, stops: 2 }), /no longer/);
  assert.match(windowWords({ possible: true, window: null, stops: 0 }), /No more stops/);
  assert.match(windowWords(null), /no time/);
});
