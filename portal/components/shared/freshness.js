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
  if (view.replay) return { level: "late", words: "Replay", cause: "This is a recording, not what happens now." };
  if (view.source === "stopped") return { level: "lost", words: "Source stopped", cause: before(age, view.source_cause ?? "Nobody reads this circuit's timing.") };
  if (view.source === "lost") return { level: "lost", words: "Source lost", cause: before(age, `${view.source_cause ?? "The timing source does not answer."} Paddock keeps trying.`) };
  if (age === null) return { level: "late", words: "No data yet", cause: "The source is connected and has not sent anything." };
  const silence = view.alive_at ? nowMs - Date.parse(view.alive_at) : age;
  if (silence >= view.lost_after_s * 1000) return { level: "lost", words: `Lost ${ageWords(silence)}`, cause: "The source is silent. Check the timing computer." };
  const isLate = age >= view.stale_after_s * 1000;
  if (isLate && silence < age) return { level: "late", words: `Quiet ${ageWords(age)}`, cause: "The link is alive; the venue has nothing to say." };
  if (isLate) return { level: "late", words: `Late ${ageWords(age)}`, cause: "The source has sent nothing for longer than usual." };
  return { level: "live", words: age < STILL_LIVE_MS ? "Live" : `Live ${ageWords(age)}`, cause: "Data arrive as they should." };
}

function before(age, cause) {
  return age === null ? cause : `${cause} What is shown is ${ageWords(age)} old.`;
}
