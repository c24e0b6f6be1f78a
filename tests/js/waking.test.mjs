import assert from "node:assert/strict";
import { test } from "node:test";

import { APART_MS, BURST_MS, turn } from "../../portal/components/shared/waking.js";

test("signals that hear the same bell speak one after the other", () => {
  assert.deepEqual([turn(1000), turn(1000), turn(1000)], [BURST_MS, BURST_MS + APART_MS, BURST_MS + 2 * APART_MS]);
});

test("a signal alone waits only for the burst to end", () => {
  assert.equal(turn(90_000), BURST_MS);
});
