// Deadlines that count, two versions side by side, what is sent of a form, and reasons with their incidents as links.

import assert from "node:assert/strict";
import { test } from "node:test";

import { count, span } from "../../portal/components/acts/clocks.js";
import { differences } from "../../portal/components/acts/differences.js";
import { pieces } from "../../portal/components/acts/explanation.js";
import { spoken } from "../../portal/components/acts/sheet.js";
import { emptiness } from "../../portal/components/worklist/component.js";

const NOON = 1_700_000_000_000;

test("a deadline counts down, warns in its last two minutes and counts on when it is overdue", () => {
  const clock = { words: "tell the team", due: NOON };
  const at = (s) => count(clock, NOON + s * 1000);

  assert.deepEqual(at(-1500), { text: "tell the team 25:00", level: "" });
  assert.deepEqual(at(-63), { text: "tell the team 1:03 left", level: "soon" });
  assert.deepEqual(at(0), { text: "tell the team 0:00 left", level: "soon" });
  assert.deepEqual(at(1), { text: "tell the team overdue 0:01", level: "overdue" });
});

test("a window closes without being overdue", () => {
  const open = { words: "protest until", due: NOON, open: true };

  assert.deepEqual(count(open, NOON - 5_000), { text: "protest until 0:05", level: "" });
  assert.deepEqual(count(open, NOON + 1), { text: "protest until over", level: "" });
});

test("hours stand only where there are any", () => {
  assert.deepEqual([5_000, 754_000, 9_070_000].map(span), ["0:05", "12:34", "2:31:10"]);
});

test("what differs between two versions stands first, in words", () => {
  const before = { kart: "42", label: "Contact", state: "noted", decision: null };
  const now = { kart: "42", label: "Contact", state: "decided", decision: { outcome: "sg5", act: { by: "a1" } } };
  const words = { outcomes: { sg5: "5 s stop & go" }, names: { a1: "Anna" } };

  const rows = differences(before, now, words);

  assert.deepEqual(rows.slice(0, 3), [["State", "noted", "decided"], ["Decision", "", "5 s stop & go"], ["By", "", "Anna"]]);
  assert.deepEqual(rows.at(-1), ["What", "Contact", "Contact"]);
});

test("a form sends only what was changed, numbers as numbers, an emptied field as none", () => {
  const act = { fields: [
    { name: "changes.turn", value: "7", number: true }, { name: "changes.text", value: "behind" }, { name: "changes.kart", value: "42" },
    { name: "reason", value: "" }, { name: "_sure", value: "" },
  ] };

  const body = spoken(act, { "changes.turn": "8", "changes.text": "", "changes.kart": "42", reason: "misread", _sure: "end" });

  assert.deepEqual(body, { changes: { turn: 8, text: null }, reason: "misread" });
});

test("a decision in other words is what is meant where none is pressed", () => {
  const act = { fields: [{ name: "outcome", value: "", otherwise: "other" }, { name: "words", value: "" }] };

  assert.deepEqual(spoken(act, { words: "two laps in the box" }), { outcome: "other", words: "two laps in the box" });
  assert.deepEqual(spoken(act, { outcome: "nfa", words: "" }), { outcome: "nfa" });
});

test("incidents in a reason are links, the ruleset's hash is not", () => {
  assert.deepEqual(pieces("3 = #1 (12:00), #12."), [["3 = ", null], ["#1", "1"], [" (12:00), ", null], ["#12", "12"], [".", null]]);
  assert.deepEqual(pieces("Ruleset demo@1#9b56."), [["Ruleset demo@1#9b56.", null]]);
});

test("what does not wait is said in one line, and quiet sections are not missed", () => {
  const section = (title, rows, quiet = false) => ({ title, rows, quiet });

  assert.equal(emptiness([section("Queue", []), section("To decide", [1]), section("To tell", [], true)]), "Nothing: queue.");
  assert.equal(emptiness([section("Queue", []), section("To decide", [])]), "Nothing waits.");
  assert.equal(emptiness([section("To tell", [], true)]), "");
});
