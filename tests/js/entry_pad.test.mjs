import assert from "node:assert/strict";
import { test } from "node:test";

import { History } from "../../portal/components/entry_pad/history.js";
import { interpret } from "../../portal/components/entry_pad/interpret.js";
import { answer, Outbox } from "../../portal/components/entry_pad/outbox.js";
import { uuid } from "../../portal/components/shared/uuid.js";

const catalogue = {
  codes: [
    { code: "WL", key: "w", label: "White line", words: ["wl", "w", "white line"], second_kart: false, text: false },
    { code: "CON", key: "c", label: "Contact", words: ["con", "c"], second_kart: true, text: false },
    { code: "OTH", key: "o", label: "Other", words: ["oth", "o"], second_kart: false, text: true },
  ],
  outcomes: [{ code: "time_5", key: "t5", label: "5 s", words: ["time_5", "t5"] }, { code: "nfa", key: "nfa", label: "no further action", words: ["nfa"] }],
};
const said = (line) => interpret(line, catalogue);

test("kart, code and turn are recognised with and without spaces", () => {
  for (const line of ["42 w 7", "42w7", " 42 W  7 "]) {
    const { kind, karts, code, turn, problem } = said(line);
    assert.deepEqual([kind, karts, code.code, turn, problem], ["record", ["42"], "WL", "7", null], line);
  }
});

test("several karts, a second kart, a note, a time back and a decision are recognised", () => {
  assert.deepEqual(said("42, 17B w").karts, ["42", "17B"]);
  assert.deepEqual([said("42>17 c").second, said("42>17 c").problem], ["17", null]);
  assert.equal(said("42 o flag missed").text, "flag missed");
  assert.equal(said("-30 42 w").back, 30);
  assert.deepEqual([said("42 c 7 =t5").outcome.label, said("42 c 7 =t5").turn], ["5 s", "7"]);
});

test("acts on an incident are recognised", () => {
  assert.deepEqual([said("#17 =t5").kind, said("#17 =t5").outcome.code], ["decide", "time_5"]);
  assert.deepEqual([said("#17 !").kind, said("# 17 !").incident], ["issue", 17]);
  assert.deepEqual([said("#17 x wrong kart").reason, said("#17 x").problem], ["wrong kart", "type the reason"]);
});

test("a report of the queue is accepted, corrected, decided or refused; a mark is filled in", () => {
  assert.deepEqual([said("@3").report, said("@3").problem], [3, null]);
  assert.deepEqual([said("@3 42 w 7").report, said("@3 42 w 7").karts, said("@3 42 w 7").turn], [3, ["42"], "7"]);
  assert.equal(said("@3 =t5").outcome.label, "5 s");
  assert.deepEqual([said("@3 x seen twice").kind, said("@3 x seen twice").reason, said("@3 x").problem], ["refuse", "seen twice", "type the reason"]);
});

test("a reference to a video is recognised wherever it stands and is no part of the note", () => {
  const { video, text, turn, problem } = said("42 c 7 v:cam3@1:02:33 from behind");

  assert.deepEqual([video, text, turn, problem], ["cam3@1:02:33", "from behind", "7", null]);
});

test("what is missing or wrong is said in words while typing", () => {
  const problems = {
    "4": "then the code", "abc": "begin with the kart", "42 z": "“z” is not a code", "42 w =t9": "“t9” is not a decision",
    "42 w 1234": "a turn is a number up to 999", "42,42 w": "one kart stands twice", "42>17 w": "White line takes no second kart",
    "42 o": "Other needs words", "#17": "then = decide, ! issue, s served, x void", "#17 =": "then the decision",
  };

  for (const [line, problem] of Object.entries(problems)) assert.equal(said(line).problem, problem, line);
});

test("the life of a penalty, corrections and the track are recognised", () => {
  assert.deepEqual([said("#17 s 5,2").kind, said("#17 s 5,2").value], ["serve", "5,2"]);
  assert.deepEqual([said("#17 v").kind, said("#17 u").kind, said("#17 ok").kind, said("#17 f").kind], ["verify", "unserved", "approve", "signal"]);
  assert.deepEqual([said("#17 k43 misread").changes, said("#17 t8 misread").changes], [{ kart: "43" }, { turn: 8 }]);
  assert.deepEqual([said("#17 m16 the same").into, said("#17 m16").problem], [16, "type the reason"]);
  assert.deepEqual([said("SC").state, said("green").state], ["SC", "GREEN"]);
});

test("an empty line says nothing and is no mistake", () => {
  assert.deepEqual(said("  "), { kind: "nothing", problem: null });
});

const shelf = (content = {}) => ({
  content,
  getItem: (key) => content[key] ?? null,
  setItem: (key, value) => { content[key] = value; },
  removeItem: (key) => { delete content[key]; },
});
const reply = (status, body) => ({ ok: status < 300, status, json: async () => body });

function outbox(replies, storage = shelf()) {
  const told = [];
  const posted = [];
  const box = new Outbox({
    key: "box", storage, wait: async () => {},
    post: async (line) => {
      posted.push(line.request_id);
      const next = replies.shift();
      if (next instanceof Error) throw next;
      return next;
    },
    tell: (line, outcome) => told.push([line.request_id, outcome.state]),
  });
  return { box, told, posted, storage };
}

test("a line that the server stored leaves the browser's memory", async () => {
  const { box, told, storage } = outbox([reply(201, { text: "#17" })]);

  await box.add({ request_id: "a", text: "42 w 7" });

  assert.deepEqual(told, [["a", "stored"]]);
  assert.deepEqual(storage.content, {});
});

test("a line is repeated under the same id until the server has answered", async () => {
  const { box, told, posted } = outbox([new TypeError("offline"), reply(503, {}), reply(200, {})]);

  await box.add({ request_id: "a", text: "42 w 7" });

  assert.deepEqual(posted, ["a", "a", "a"]);
  assert.deepEqual(told.map(([, state]) => state), ["waiting", "waiting", "stored"]);
});

test("lines are sent in the order of typing, one at a time", async () => {
  const { box, posted } = outbox([new TypeError("offline"), reply(200, {}), reply(200, {})]);

  await Promise.all([box.add({ request_id: "a", text: "1 w" }), box.add({ request_id: "b", text: "2 w" })]);

  assert.deepEqual(posted, ["a", "a", "b"]);
});

test("a line on its way survives a crash of the browser", async () => {
  const storage = shelf();
  const hanging = outbox([], storage);
  hanging.box.post = () => new Promise(() => {});
  hanging.box.add({ request_id: "a", text: "42 w 7" });

  const { box, posted } = outbox([reply(200, {})], storage);
  await box.flush();

  assert.deepEqual(posted, ["a"]);
});

test("a refusal says what happened and the remedy, and is not repeated", async () => {
  const { box, posted, told } = outbox([reply(422, { detail: "“z” is not a code.", remedy: "Codes: w, c." })]);

  await box.add({ request_id: "a", text: "42 z" });

  assert.deepEqual([posted, told], [["a"], [["a", "refused"]]]);
  assert.deepEqual(await answer(async () => reply(409, { detail: "Closed.", remedy: "Open another." })), {
    state: "refused", status: 409, what: "Closed.", remedy: "Open another.",
  });
});

test("a line of somebody who was signed out waits until they sign in again", async () => {
  const { box, told } = outbox([reply(401, { detail: "Nobody is signed in." }), reply(200, {})]);

  await box.add({ request_id: "a", text: "42 w" });

  assert.deepEqual(told.map(([, state]) => state), ["waiting", "stored"]);
});

test("a refused line that is kept outlives the page until it is taken up or let go", () => {
  const { box, storage } = outbox([]);
  box.keep({ request_id: "a", text: "42 zz", what: "“zz” is not a code." });
  box.keep({ request_id: "b", text: "42 yy", what: "“yy” is not a code." });

  const reloaded = outbox([], storage).box;
  reloaded.forget({ request_id: "a" });

  assert.deepEqual(reloaded.refused.map(({ text }) => text), ["42 yy"]);
  assert.deepEqual(outbox([], storage).box.refused.length, 1);
});

test("an answer without a readable body is still an answer", async () => {
  const broken = { ok: false, status: 502, json: async () => { throw new SyntaxError("html"); } };

  assert.equal((await answer(async () => broken)).state, "waiting");
});

test("the arrow keys walk through earlier lines and end at the empty one", () => {
  const history = new History(shelf(), "lines");
  ["1 w", "2 w", "1 w"].forEach((line) => history.add(line));

  assert.deepEqual([-1, -1, -1, 1, 1].map((by) => history.step(by)), ["1 w", "2 w", "2 w", "1 w", ""]);
});

test("a memory that cannot be read counts as empty", () => {
  assert.equal(new History(shelf({ lines: "{broken" }), "lines").step(-1), "");
});

test("request ids are UUIDs", () => {
  assert.match(uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
