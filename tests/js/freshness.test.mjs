import assert from "node:assert/strict";
import { test } from "node:test";

import { delay, MOST_MS } from "../../portal/components/shared/backoff.js";
import { freshness } from "../../portal/components/shared/freshness.js";

const NOON = Date.parse("2026-01-01T12:00:00+00:00");
const board = { at: "2026-01-01T12:00:00+00:00", source: "running", stale_after_s: 10, lost_after_s: 45 };
const seen = (view, connected, seconds) => {
  const { level, words } = freshness(view, connected, NOON + seconds * 1000);
  return [level, words];
};

test("one glance says live, late or lost", () => {
  assert.deepEqual(seen(board, true, 0.4), ["live", "Live"]);
  assert.deepEqual(seen(board, true, 9.9), ["live", "Live 9 s"]);
  assert.deepEqual(seen(board, true, 10), ["late", "Late 10 s"]);
  assert.deepEqual(seen(board, true, 45), ["lost", "Lost 45 s"]);
});

test("the cause outranks the age", () => {
  assert.deepEqual(seen(board, false, 1), ["lost", "Reconnecting"]);
  assert.deepEqual(seen({ ...board, source: "stopped" }, true, 1), ["lost", "Source stopped"]);
  assert.deepEqual(seen({ ...board, source: "lost" }, true, 1), ["lost", "Source lost"]);
});

test("a link that only keeps itself alive is quiet, not lost", () => {
  const alive = { ...board, alive_at: "2026-01-01T12:01:00+00:00" };
  assert.deepEqual(seen(alive, true, 62), ["late", "Quiet 62 s"]);
  assert.deepEqual(seen(alive, true, 105), ["lost", "Lost 45 s"]);
});

test("a lost source says why", () => {
  const { cause } = freshness({ ...board, source: "lost", source_cause: "No data for 5 s." }, true, NOON + 1000);
  assert.match(cause, /^No data for 5 s\. Paddock keeps trying\./);
});

test("a board that never had data says so", () => {
  assert.deepEqual(seen({ ...board, at: null }, true, 1), ["late", "No data yet"]);
  assert.deepEqual(seen(null, true, 1), ["late", "Connecting"]);
});

test("every level comes with words for its cause", () => {
  for (const connected of [true, false]) assert.match(freshness(board, connected, NOON + 90_000).cause, /\.$/);
});

test("attempts come less and less often, and never all at once", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 500].map((attempt) => delay(attempt, 1)), [250, 500, 1000, 2000, 4000, MOST_MS, MOST_MS]);
  assert.equal(delay(3, 0), 1000);
});
