import assert from "node:assert/strict";
import { test } from "node:test";

import { incidentOf, others } from "../../portal/components/presence/who.js";

const anna = { name: "Anna", place: "Desk", incident: 17 };
const bert = { name: "Bert", place: "Incidents", incident: null };

test("who is on the same incident comes first and is marked", () => {
  assert.deepEqual(others([bert, anna], 17), [
    { name: "Anna", words: "is on #17 too", same: true },
    { name: "Bert", words: "at Incidents", same: false },
  ]);
  assert.deepEqual(others([anna], 3).map(({ words, same }) => [words, same]), [["is on #17", false]]);
});

test("two screens of one person on one thing are told once", () => {
  assert.equal(others([anna, { ...anna }], null).length, 1);
});

test("nobody is on the same incident where none is chosen", () => {
  assert.equal(others([bert], null)[0].same, false);
});

test("a line about an incident is being on it", () => {
  assert.deepEqual(["#17 =t5", " # 17", "#17", "42 w", "@3 42", ""].map(incidentOf), [17, 17, 17, null, null, null]);
});
