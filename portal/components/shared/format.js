// How times and gaps are written: whole milliseconds in, tabular text out. Unknown (null) is an empty string, never 0.

/** `83456` → `1:23.456`, `58123` → `58.123`; three decimals everywhere. */
export function lapTime(ms) {
  if (ms == null) return "";
  const minutes = Math.floor(ms / 60000);
  const seconds = ((ms % 60000) / 1000).toFixed(3);
  return minutes ? `${minutes}:${seconds.padStart(6, "0")}` : seconds;
}

/** A distance `[ms, laps]` to another car: `+2 L`, `+4.210`, `+1:02.345`. Whole laps outrank milliseconds. */
export function gap(distance) {
  if (!distance) return "";
  const [ms, laps] = distance;
  if (laps) return `+${laps} L`;
  return ms == null ? "" : `+${lapTime(ms)}`;
}

/** A session clock: `3:05:09`, `12:07`; below zero it stays at `0:00`. */
export function clockTime(ms) {
  if (ms == null) return "";
  const whole = Math.floor(Math.max(0, ms) / 1000);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = String(seconds).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** How long ago, in one short word: `4 s`, `3 min`, `2 h`. */
export function ageWords(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** What the session clock shows now: a countdown runs down from `at`, a count-up runs up, a text stands still. */
export function sessionClock(clock, nowMs) {
  if (!clock) return "";
  if (clock.kind === "text" || clock.ms == null) return clock.text ?? "";
  const passed = Math.max(0, nowMs - Date.parse(clock.at));
  return clockTime(clock.kind === "countdown" ? clock.ms - passed : clock.ms + passed);
}
