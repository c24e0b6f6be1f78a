// What a line typed by an official means, said while it is being typed. The server reads the line again and decides; this
// mirrors its grammar (core/penalties/entry.py), and a test holds both to the same reading.

const NUMBER = "[0-9]{1,6}[A-Z]{0,2}(?![A-Z])";
const BACK = /^-([0-9]{1,4})s?(?=\s)/;
const KARTS = new RegExp(`^(${NUMBER}(?:\\s*,\\s*${NUMBER})*)`);
const SECOND = new RegExp(`^>\\s*(${NUMBER})`);
const CODE = /^(\p{L}+)/u;
const TURN = /^([0-9]{1,3})(?!\S)/;
const DECISION = /\s*=(\S*)$/;
const INCIDENT = /^#\s*([0-9]{1,9})(?![0-9])/;
const REPORT = /^@\s*([0-9]{1,9})(?![0-9])/;
const VIDEO = /(?<!\S)v:(\S{1,100})(?!\S)/;
const VOID = /^(x)(?![\p{L}\p{N}_])/u;
const SAY = /^(!)/;
const VALUE = /^([0-9]{1,6}(?:[.,][0-9]{1,3})?)(?!\S)/;
const ACT = /^(s|v|u|ok|c|a|n|f)(?![\p{L}\p{N}_])/u;
const KART_CHANGE = new RegExp(`^k\\s*(${NUMBER})(?!\\S)`);
const PLACE_CHANGE = /^([tl]\s*[0-9]{1,3})(?!\S)/;
const MERGE = /^m\s*([0-9]{1,9})(?!\S)/;
const SECONDS = /^[0-9]{1,6}(?:[.,][0-9]{1,3})?$/;
const TRACKS = { green: "GREEN", sc: "SC", vsc: "VSC", fcy: "FCY", red: "RED", pw: "PITWINDOW" };
const PLAIN = { v: "verify", u: "unserved", n: "notify", ok: "approve", f: "signal" };
const WITH_REASON = { c: "cancel", a: "accept" };

/**
 * @param {{codes: object[], outcomes: object[]}} catalogue each entry has `code`, `key`, `label` and its `words` in small letters
 * @returns {object} `kind` (nothing, record, track, say, refuse, decide, issue, void, amend, merge, serve, verify, unserved, notify,
 *   approve, signal, cancel, accept), what was recognised, and `problem` in words if the line is not yet one; a problem while
 *   typing is a hint, not an error
 */
export function interpret(line, catalogue) {
  const scan = new Scan(line.trim());
  if (!scan.rest) return { kind: "nothing", problem: null };
  const word = scan.rest.toLowerCase();
  if (Object.hasOwn(TRACKS, word)) return { kind: "track", state: TRACKS[word], problem: null };
  if (scan.take(SAY) !== null) return { kind: "say", text: scan.rest, problem: scan.rest ? null : "type the message" };
  const incident = scan.take(INCIDENT);
  if (incident !== null) return act(Number(incident), scan, catalogue);
  const report = scan.take(REPORT);
  return report === null ? record(scan, catalogue) : judge(Number(report), scan, catalogue);
}

class Scan {
  constructor(line) {
    this.rest = line;
  }

  take(pattern) {
    const found = pattern.exec(this.rest);
    if (!found) return null;
    this.rest = this.rest.slice(found[0].length).trimStart();
    return found[1];
  }

  takeDecision() {
    const found = DECISION.exec(this.rest);
    if (!found) return null;
    this.rest = this.rest.slice(0, found.index);
    return found[1];
  }

  takeVideo() {
    const found = VIDEO.exec(this.rest);
    if (!found) return "";
    const [before, behind] = [this.rest.slice(0, found.index), this.rest.slice(found.index + found[0].length)];
    this.rest = `${before.trimEnd()} ${behind.trimStart()}`.trim();
    return found[1];
  }
}

function act(incident, scan, catalogue) {
  if (scan.take(VOID) !== null) return reasoned({ kind: "void", incident }, scan);
  if (scan.rest === "!") return { kind: "issue", incident, problem: null };
  if (scan.rest.startsWith("=")) return decide(incident, scan, catalogue);
  const problem = scan.rest ? `“${scan.rest}” is not an act` : "then = decide, ! issue, s served, x void";
  return life(incident, scan) ?? amend(incident, scan) ?? { kind: "act", incident, problem };
}

function life(incident, scan) {
  const before = scan.rest;
  const word = scan.take(ACT);
  if (word === "s" && (!scan.rest || SECONDS.test(scan.rest))) return { kind: "serve", incident, value: scan.rest || null, problem: null };
  if (word in WITH_REASON) return reasoned({ kind: WITH_REASON[word], incident }, scan);
  if (word in PLAIN && !scan.rest) return { kind: PLAIN[word], incident, problem: null };
  scan.rest = before;
  return null;
}

function amend(incident, scan) {
  const into = scan.take(MERGE);
  if (into !== null) return reasoned({ kind: "merge", incident, into: Number(into) }, scan);
  const kart = scan.take(KART_CHANGE);
  if (kart !== null) return reasoned({ kind: "amend", incident, changes: { kart } }, scan);
  const place = scan.take(PLACE_CHANGE);
  if (place === null) return null;
  const number = Number(place.slice(1));
  return reasoned({ kind: "amend", incident, changes: place[0] === "t" ? { turn: number } : { lap: number } }, scan);
}

function reasoned(said, scan) {
  return { ...said, reason: scan.rest, problem: scan.rest ? null : "type the reason" };
}

function decide(incident, scan, catalogue) {
  const word = scan.rest.slice(1).trim();
  const outcome = find(catalogue.outcomes, word);
  return { kind: "decide", incident, outcome, problem: outcome ? null : missing(word, "decision") };
}

/** On a report of the queue: as it is, with other words, or not at all. */
function judge(report, scan, catalogue) {
  if (scan.take(VOID) !== null) return reasoned({ kind: "refuse", report }, scan);
  if (scan.rest && !scan.rest.startsWith("=")) return { ...record(scan, catalogue), report };
  const wish = scan.takeDecision();
  const outcome = wish === null ? null : find(catalogue.outcomes, wish);
  const problem = scan.rest ? `“${scan.rest}” is not a decision` : wish !== null && !outcome ? missing(wish, "decision") : null;
  return { kind: "record", report, karts: [], second: null, code: null, turn: null, value: null, text: "", back: 0, video: "", outcome, problem };
}

function record(scan, catalogue) {
  const wish = scan.takeDecision();
  const video = scan.takeVideo();
  const back = scan.take(BACK);
  const said = { kind: "record", video, back: Number(back ?? 0), outcome: wish === null ? null : find(catalogue.outcomes, wish) };
  const karts = scan.take(KARTS);
  if (karts === null) return { ...said, karts: [], problem: "begin with the kart" };
  said.karts = karts.split(",").map((kart) => kart.trim());
  said.second = scan.take(SECOND);
  const word = scan.take(CODE);
  said.code = word === null ? null : find(catalogue.codes, word);
  if (!said.code) return { ...said, problem: missing(word ?? scan.rest, "code") };
  said.value = said.code.value ? scan.take(VALUE) : null;
  said.turn = said.code.value ? null : scan.take(TURN);
  said.text = scan.rest;
  return { ...said, problem: fault(said, wish) };
}

function fault(said, wish) {
  const { karts, code, text, turn, outcome } = said;
  if (turn === null && /^[0-9]/.test(text)) return code.value ? "a value is a number with up to 3 decimals" : "a turn is a number up to 999";
  if (wish !== null && !outcome) return missing(wish, "decision");
  if (new Set(karts).size < karts.length) return "one kart stands twice";
  if (code.text && !text) return `${code.label} needs words`;
  return said.second ? faultOfSecond(said) : null;
}

function faultOfSecond({ karts, second, code }) {
  if (!code.second_kart) return `${code.label} takes no second kart`;
  return karts.length > 1 || karts.includes(second) ? "a second kart goes with one other kart" : null;
}

function find(entries, word) {
  const sought = word.trim().toLowerCase();
  return entries.find(({ words }) => words.includes(sought)) ?? null;
}

function missing(word, what) {
  return word ? `“${word}” is not a ${what}` : `then the ${what}`;
}
