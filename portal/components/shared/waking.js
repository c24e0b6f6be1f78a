// Waking fragments one at a time: Streamlit sends the values of one instant together and then runs only one of the fragments
// they belong to, so two signals that hear the same bell must not speak at once.

export const BURST_MS = 40;
export const APART_MS = 60;

let last = -Infinity;

/** How long to wait before the next fragment may be woken; a burst of rings wakes a fragment once. */
export function turn(now) {
  last = Math.max(now + BURST_MS, last + APART_MS);
  return last - now;
}
