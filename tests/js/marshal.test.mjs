import assert from "node:assert/strict";
import { test } from "node:test";

import { ageOf, moment } from "../../portal/components/shared/age.js";
import { fateInWords, Queue } from "../../portal/components/marshal/queue.js";
import { recentKarts } from "../../portal/components/marshal/screen.js";

const RACE = { id: "race", name: "Race 1" };
const SEEN = { post: "5", kart: "42", code: "WL", label: "White line", second_kart: "", turn: null, text: "", session: RACE };
const reply = (status, body) => ({ ok: status < 300, status, json: async () => body });
const stored = (report) => reply(200, { report, at: "2026-01-01T12:00:00Z" });
const stale = reply(409, { type: "urn:paddock:problem:StaleSession", detail: "Race 1 is paused.", remedy: "Open it." });
const turns = (count = 30) => Array.from({ length: count }).reduce((chain) => chain.then(() => {}), Promise.resolve());

class Shelf {
  kept = new Map();
  async all() { return [...this.kept.values()].map((report) => structuredClone(report)); }
  async put(report) { this.kept.set(report.request_id, structuredClone(report)); }
  async remove(id) { this.kept.delete(id); }
}

/** A phone with a server that answers as told; time passes only by `pass`. */
class Phone {
  time = 1_000;
  timers = [];
  sent = [];

  constructor(answers = [], store = new Shelf(), page = "first") {
    this.answers = answers;
    this.store = store;
    const clock = { page, wall: () => this.time, mono: () => this.time };
    const server = { file: (session, body) => this.#answer("file", session, body), amend: (session, report, body) => this.#answer(`amend ${report}`, session, body) };
    this.queue = new Queue({ store, server, clock, changed: () => {}, later: (ms, act) => this.timers.push({ at: this.time + ms, act }) });
  }

  async #answer(what, session, body) {
    this.sent.push({ what, session, ...body });
    const next = this.answers.shift() ?? new TypeError("offline");
    if (next instanceof Error) throw next;
    return next;
  }

  async pass(ms) {
    this.time += ms;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    due.forEach(({ act }) => act());
    await turns();
  }

  get states() {
    return this.queue.reports.map(({ state }) => state);
  }
}

test("a report is held for five seconds, then sent with its age", async () => {
  const phone = new Phone([stored(3)]);

  await phone.queue.file(SEEN);
  await phone.pass(4_999);
  const before = phone.sent.length;
  await phone.pass(1);

  assert.equal(before, 0);
  const [{ request_id, ...body }] = phone.sent;
  assert.match(request_id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(body, { what: "file", session: "race", age_ms: 5_000, post: "5", kart: "42", code: "WL" });
  assert.deepEqual([phone.states, phone.queue.reports[0].report], [["sent"], 3]);
});

test("a held report is undone and was never sent", async () => {
  const phone = new Phone([stored(1)]);
  const report = await phone.queue.file(SEEN);

  await phone.queue.forget(report);
  await phone.pass(60_000);

  assert.deepEqual([phone.sent, phone.states, await phone.store.all()], [[], [], []]);
});

test("without a connection reports wait and go in the order of tapping, each under its own id", async () => {
  const phone = new Phone();
  for (const kart of ["1", "2", "3"]) await phone.queue.file({ ...SEEN, kart });
  await phone.pass(5_000);
  const waiting = phone.states;

  phone.answers.push(stored(1), stored(2), stored(3));
  await phone.queue.flush();
  await turns();

  assert.deepEqual(waiting, ["waiting", "waiting", "waiting"]);
  assert.deepEqual(phone.states, ["sent", "sent", "sent"]);
  const arrived = phone.sent.slice(-3);
  assert.deepEqual(arrived.map(({ kart }) => kart), ["1", "2", "3"]);
  assert.equal(new Set(arrived.map(({ request_id }) => request_id)).size, 3);
});

test("a report is repeated word by word under the same id, only older", async () => {
  const phone = new Phone([new TypeError("lost on the way back"), reply(503, {}), stored(1)]);
  await phone.queue.file(SEEN);
  for (const ms of [5_000, 5_000, 5_000]) await phone.pass(ms);

  const said = phone.sent.map(({ age_ms, ...body }) => [age_ms, JSON.stringify(body)]);

  assert.deepEqual(said.map(([age]) => age), [5_000, 10_000, 15_000]);
  assert.equal(new Set(said.map(([, body]) => body)).size, 1);
  assert.deepEqual(phone.states, ["sent"]);
});

test("what an earlier life of the page left is sent by the next, also what it still held", async () => {
  const first = new Phone();
  await first.queue.file(SEEN);
  await first.pass(5_000);
  await first.queue.file({ ...SEEN, kart: "17" });

  const second = new Phone([stored(1), stored(2)], first.store, "second");
  second.time = first.time + 60_000;
  await second.queue.load();
  await turns();

  assert.deepEqual(second.sent.map(({ kart, age_ms }) => [kart, age_ms]), [["42", 65_000], ["17", 60_000]]);
  assert.equal(second.sent[0].request_id, first.sent[0].request_id);
});

test("without a line, what an earlier life of the page held waits as well, and the page opens", async () => {
  const first = new Phone();
  for (const kart of ["1", "2"]) await first.queue.file({ ...SEEN, kart });

  const second = new Phone([], first.store, "second");
  await second.queue.load();
  await turns();

  assert.deepEqual(second.states, ["waiting", "waiting"]);
});

test("a report for a session that is closed stays with the words, holds nobody up and can go to the open one", async () => {
  const phone = new Phone([stale, stored(1), stored(2)]);
  const report = await phone.queue.file(SEEN);
  await phone.queue.file({ ...SEEN, kart: "17" });
  await phone.pass(5_000);
  const words = fateInWords(report);

  await phone.queue.sendTo(report, { id: "next", name: "Race 2" });

  assert.equal(words, "kept on this phone. Race 1 is paused. Open it.");
  assert.deepEqual(phone.sent.map(({ session, kart }) => [session, kart]), [["race", "42"], ["race", "17"], ["next", "42"]]);
  assert.notEqual(phone.sent[2].request_id, phone.sent[0].request_id);
  assert.deepEqual(phone.states, ["sent", "sent"]);
  assert.equal((await phone.store.all()).length, 2);
});

test("without an open session a report is kept and says so", async () => {
  const phone = new Phone();
  const report = await phone.queue.file({ ...SEEN, session: null });

  await phone.pass(5_000);

  assert.equal(fateInWords(report), "kept on this phone. No race session was open.");
  assert.deepEqual(phone.sent, []);
});

test("after the sign-in has ended everything is kept until somebody signs in", async () => {
  const phone = new Phone([reply(401, { detail: "Nobody is signed in." })]);
  const report = await phone.queue.file(SEEN);
  await phone.pass(5_000);
  const kept = [phone.states, fateInWords(report, phone.queue)];

  phone.answers.push(stored(1));
  await phone.queue.resume();

  assert.deepEqual(kept, [["waiting"], "kept on this phone until you sign in"]);
  assert.deepEqual([phone.states, phone.sent[0].request_id], [["sent"], phone.sent[1].request_id]);
});

test("what the server cannot take stays with its words until it is changed", async () => {
  const phone = new Phone([reply(422, { detail: "“WL” is not a code.", remedy: "Codes: c." }), stored(1)]);
  const report = await phone.queue.file(SEEN);
  await phone.pass(5_000);
  const words = fateInWords(report);

  await phone.queue.change(report, { code: "CON" });

  assert.equal(words, "not taken. “WL” is not a code. Codes: c.");
  assert.deepEqual([phone.sent[1].code, phone.states], ["CON", ["sent"]]);
  assert.notEqual(phone.sent[1].request_id, phone.sent[0].request_id);
});

test("a change before sending is in the report, a change afterwards is an amendment of its own", async () => {
  const phone = new Phone([stored(4), reply(200, {})]);
  const report = await phone.queue.file(SEEN);
  await phone.queue.change(report, { turn: 7 });
  await phone.queue.change(report, { text: "both wheels" });

  const [filed, amended] = phone.sent;
  assert.deepEqual([filed.what, filed.turn, filed.text], ["file", 7, undefined]);
  assert.deepEqual([amended.what, amended.text, amended.turn], ["amend 4", "both wheels", undefined]);
  assert.notEqual(filed.request_id, amended.request_id);
});

test("a change of a report that may have arrived waits for it and never alters what was said first", async () => {
  const phone = new Phone([new TypeError("lost"), stored(4), reply(200, {})]);
  const report = await phone.queue.file(SEEN);
  await phone.pass(5_000);
  await phone.queue.change(report, { kart: "24" });
  await turns();

  assert.deepEqual(phone.sent.map(({ what, kart }) => [what, kart]), [["file", "42"], ["file", "42"], ["amend 4", "24"]]);
});

test("a change that comes too late is said, and the report stays", async () => {
  const phone = new Phone([stored(4), reply(409, { detail: "Report 4 was accepted.", remedy: "It stands." })]);
  const report = await phone.queue.file(SEEN);
  await phone.pass(5_000);

  await phone.queue.change(report, { kart: "24" });

  assert.equal(fateInWords(report), "sent. Your change was not taken: Report 4 was accepted. It stands.");
});

test("the phone shows what race control made of each report", async () => {
  const phone = new Phone([stored(1), stored(2), stored(3)]);
  for (const kart of ["1", "2", "3"]) await phone.queue.file({ ...SEEN, kart });
  await phone.pass(5_000);

  await phone.queue.learn("race", [
    { id: 1, state: "accepted", incidents: [17] }, { id: 2, state: "refused", incidents: [], refused: { reason: "seen twice" } }, { id: 3, state: "waiting", incidents: [] },
  ]);

  assert.deepEqual(phone.queue.reports.map((report) => fateInWords(report)), ["accepted as #17", "refused: seen twice", "sent, not judged yet"]);
  assert.deepEqual(phone.queue.undecided, true);
});

test("reports of the same number in another session are not mistaken for one's own", async () => {
  const phone = new Phone([stored(1)]);
  await phone.queue.file(SEEN);
  await phone.pass(5_000);

  await phone.queue.learn("other", [{ id: 1, state: "accepted", incidents: [1] }]);

  assert.deepEqual(phone.states, ["sent"]);
});

test("a report that is being completed is not sent before its owner is done", async () => {
  const phone = new Phone([stored(1)]);
  const report = await phone.queue.file(SEEN);
  report.editing = true;
  await phone.pass(60_000);
  const meanwhile = phone.sent.length;

  await phone.queue.change(report, { text: "debris" });

  assert.deepEqual([meanwhile, phone.sent[0].text], [0, "debris"]);
});

test("an age survives a sleeping page, a reload and a clock that is set back", () => {
  const clock = { page: "a", wall: () => 10_000, mono: () => 500 };
  const then = moment(clock);

  assert.equal(ageOf(then, { page: "a", wall: () => 70_000, mono: () => 900 }), 60_000, "the page slept");
  assert.equal(ageOf(then, { page: "b", wall: () => 70_000, mono: () => 5 }), 60_000, "loaded again");
  assert.equal(ageOf(then, { page: "a", wall: () => -90_000, mono: () => 60_500 }), 60_000, "set back");
  assert.equal(ageOf(then, { page: "b", wall: () => 9_000, mono: () => 5 }), 0, "never in the future");
});

test("the karts reported last are on top, each once", () => {
  const reports = ["1", "2", "", "1", "3"].map((kart) => ({ kart }));

  assert.deepEqual(recentKarts(reports), ["3", "1", "2"]);
});
