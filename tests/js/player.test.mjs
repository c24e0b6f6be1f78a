import assert from "node:assert/strict";
import { test } from "node:test";

import { flags, holes, pits, range, sessions, wordsAt } from "../../portal/components/player/timeline.js";

const at = (second) => new Date(Date.UTC(2026, 4, 1, 12, 0, second)).toISOString();
const ms = (second) => Date.parse(at(second));
const marks = [
  ["flag", at(0), null, "green"], ["flag", at(20), null, "yellow"], ["flag", at(30), null, "green"],
  ["hole", at(40), at(50), ""], ["stop", at(5), at(9), "r1"], ["stop", at(6), null, "r2"], ["session", at(0), null, "Race"],
];

test("a flag stands until the next one, and the one before the range is known", () => {
  assert.deepEqual(flags(marks, ms(10), ms(35)), [
    { flag: "green", from: ms(10), to: ms(20) }, { flag: "yellow", from: ms(20), to: ms(30) }, { flag: "green", from: ms(30), to: ms(35) },
  ]);
});

test("a flag that was taken away leaves a gap", () => {
  assert.deepEqual(flags([["flag", at(0), null, "red"], ["flag", at(10), null, ""]], ms(0), ms(60)), [{ flag: "red", from: ms(0), to: ms(10) }]);
});

test("holes are cut to the range", () => {
  assert.deepEqual(holes(marks, ms(45), ms(60)), [{ from: ms(45), to: ms(50) }]);
});

test("the busiest piece of the pit lane is one", () => {
  assert.deepEqual(pits(marks, ms(0), ms(10), 10), [0, 0, 0, 0, 0, 0.5, 1, 0.5, 0.5, 0.5]);
  assert.deepEqual(pits([], ms(0), ms(10), 3), [0, 0, 0]);
});

test("sessions and words of a moment", () => {
  assert.deepEqual(sessions(marks, ms(0), ms(60)), [{ at: ms(0), name: "Race" }]);
  assert.equal(wordsAt(marks, ms(25)), "yellow flag");
  assert.equal(wordsAt(marks, ms(45)), "nothing recorded");
  assert.equal(wordsAt([], ms(45)), "");
});

test("the range is the last hours, what was asked for, and always holds the playhead", () => {
  const clock = { from: at(0), to: at(7200), at: at(7000), has_live: true };
  assert.deepEqual(range(clock, {}, 1), { from: ms(3600), to: ms(7200) });
  assert.deepEqual(range({ ...clock, at: at(60) }, {}, 1), { from: ms(60), to: ms(7200) });
  assert.deepEqual(range({ ...clock, has_live: false }, { from: at(100), to: at(200) }, 0), { from: ms(100), to: ms(7000) });
  assert.deepEqual(range({ ...clock, has_live: false, at: at(150) }, { from: at(100), to: at(200) }, 0), { from: ms(100), to: ms(200) });
});
