// How long to wait before the next attempt: doubling from a quarter of a second, at most `MOST_MS`, jittered so that a
// hundred browsers do not come back in the same instant.

const FIRST_MS = 250;
export const MOST_MS = 5000;

/** Milliseconds before attempt number `attempt` (0 = the first repetition); `random` is in [0, 1). */
export function delay(attempt, random = Math.random()) {
  return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);
}
