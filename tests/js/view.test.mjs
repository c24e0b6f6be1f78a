import assert from "node:assert/strict";
import { test } from "node:test";

import { apply, resumed } from "../../portal/components/shared/view.js";

const snapshot = {
  type: "snapshot", seq: 4,
  view: { flag: "green", order: ["a", "b"], rows: { a: { number: "1", laps: 3, in_pit_since: "x" }, b: { number: "2", laps: 3 } } },
};

test("a snapshot replaces everything", () => {
  const state = apply({ seq: 99, view: { rows: { z: {} } } }, snapshot);

  assert.equal(state.seq, 4);
  assert.deepEqual(state.view, snapshot.view);
  assert.equal(state.changed.all, true);
});

test("a delta changes only what it names and null takes a field away", () => {
  const before = apply(null, snapshot);

  const after = apply(before, { type: "delta", seq: 5, set: { flag: "red" }, rows: { a: { laps: 4, in_pit_since: null } } });

  assert.deepEqual(after.view, { flag: "red", order: ["a", "b"], rows: { a: { number: "1", laps: 4 }, b: { number: "2", laps: 3 } } });
  assert.deepEqual(after.changed, { all: false, top: ["flag"], rows: new Map([["a", ["laps", "in_pit_since"]]]), order: false });
});

test("cars come, go and change places", () => {
  const before = apply(null, snapshot);

  const after = apply(before, { type: "delta", seq: 5, set: {}, rows: { c: { number: "3" } }, order: ["c", "b"], gone: ["a"] });

  assert.deepEqual(after.view.order, ["c", "b"]);
  assert.deepEqual(Object.keys(after.view.rows), ["b", "c"]);
});

test("a missing number asks for a new snapshot", () => {
  const before = apply(null, snapshot);

  assert.equal(apply(before, { type: "delta", seq: 6, set: {}, rows: {} }), null);
  assert.equal(apply(null, { type: "delta", seq: 1, set: {}, rows: {} }), null);
});

test("the picture shown before a delta is not changed by it", () => {
  const before = apply(null, snapshot);
  const copy = structuredClone(before.view);

  apply(before, { type: "delta", seq: 5, set: { flag: null }, rows: { a: { laps: 9 } }, order: ["b"], gone: ["a"] });

  assert.deepEqual(before.view, copy);
});

test("a client that comes back asks for what it missed, one that has nothing for everything", () => {
  const url = () => new URL("ws://portal/ws/circuits/ring/live?x=1");

  assert.equal(resumed(url(), { stream: "ab12", seq: 7, view: {} }).search, "?x=1&resume=ab12%3A7");
  assert.equal(resumed(url(), null).search, "?x=1");
  assert.equal(resumed(url(), { seq: 7, view: {} }).search, "?x=1");
});
