import assert from "node:assert/strict";
import { test } from "node:test";

import { ageWords, clockTime, gap, lapTime, sessionClock } from "../../portal/components/shared/format.js";

test("a lap time has three decimals everywhere", () => {
  const cases = [[83456, "1:23.456"], [58123, "58.123"], [60000, "1:00.000"], [61007, "1:01.007"], [0, "0.000"], [3723004, "62:03.004"]];

  for (const [ms, text] of cases) assert.equal(lapTime(ms), text);
});

test("what is not known is an empty text, not a zero", () => {
  assert.deepEqual([lapTime(null), gap(null), gap([null, null]), clockTime(null), sessionClock(null, 0)], ["", "", "", "", ""]);
});

test("a gap is in seconds, or in whole laps", () => {
  assert.deepEqual([gap([4210, null]), gap([62345, null]), gap([null, 2]), gap([900, 1])], ["+4.210", "+1:02.345", "+2 L", "+1 L"]);
});

test("a countdown runs down to zero and stays there", () => {
  const clock = { kind: "countdown", ms: 5000, at: "2026-01-01T12:00:00+00:00" };
  const noon = Date.parse(clock.at);

  assert.deepEqual([0, 1001, 9000].map((passed) => sessionClock(clock, noon + passed)), ["0:05", "0:03", "0:00"]);
});

test("a count-up runs up and a text stands still", () => {
  const at = "2026-01-01T12:00:00+00:00";
  const later = Date.parse(at) + 3600_000;

  assert.equal(sessionClock({ kind: "count_up", ms: 125_000, at }, later), "1:02:05");
  assert.equal(sessionClock({ kind: "text", text: "Lap 7 of 20", at }, later), "Lap 7 of 20");
});

test("an age is one short word", () => {
  assert.deepEqual([900, 42_000, 600_000, 9_000_000, -5].map(ageWords), ["0 s", "42 s", "10 min", "3 h", "0 s"]);
});
