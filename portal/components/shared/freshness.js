// One glance says live, late or lost, and the words say why.

import { ageWords } from "./format.js";

const STILL_LIVE_MS = 2000;

/**
 * @param {?object} view the board; null before the first snapshot
 * @param {boolean} connected whether the socket to the portal is open
 * @param {number} nowMs the server's time, estimated
 * @returns {{level: "live"|"late"|"lost", words: string, cause: string}}
 */
export function freshness(view, connected, nowMs) {
  const age = view?.at ? nowMs - Date.parse(view.at) : null;
  if (!connected) return { level: "lost", words: "Reconnecting", cause: before(age, "The connection to Paddock is interrupted.") };
  if (!view) return { level: "late", words: "Connecting", cause: "Waiting for the first picture of the board." };
  return view.replay ? REPLAY : (ofSource(view, age) ?? ofData(view, age, nowMs));
}

const REPLAY = { level: "late", words: "Replay", cause: "This is a recording, not what happens now." };

/** What the worker says of its source; null while it runs. */
function ofSource({ source, source_cause: cause }, age) {
  if (source === "stopped") return { level: "lost", words: "Source stopped", cause: before(age, cause ?? "Nobody reads this circuit's timing.") };
  if (source === "lost") return { level: "lost", words: "Source lost", cause: before(age, `${cause ?? "The timing source does not answer."} Paddock keeps trying.`) };
  return null;
}

/** What the age of the data says; a link that keeps itself alive is not lost. */
function ofData(view, age, nowMs) {
  if (age === null) return { level: "late", words: "No data yet", cause: "The source is connected and has not sent anything." };
  const silence = view.alive_at ? nowMs - Date.parse(view.alive_at) : age;
  if (silence >= view.lost_after_s * 1000) return { level: "lost", words: `Lost ${ageWords(silence)}`, cause: "The source is silent. Check the timing computer." };
  if (age < view.stale_after_s * 1000) return { level: "live", words: age < STILL_LIVE_MS ? "Live" : `Live ${ageWords(age)}`, cause: "Data arrive as they should." };
  if (silence < age) return { level: "late", words: `Quiet ${ageWords(age)}`, cause: "The link is alive; the venue has nothing to say." };
  return { level: "late", words: `Late ${ageWords(age)}`, cause: "The source has sent nothing for longer than usual." };
}

function before(age, cause) {
  return age === null ? cause : `${cause} What is shown is ${ageWords(age)} old.`;
}
