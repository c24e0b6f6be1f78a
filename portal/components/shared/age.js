// How long ago something was tapped or typed. Phones' clocks are wrong, and are put right when a connection comes back; so nobody
// asks what the clock says, only how far it has moved, by two clocks. The page's own clock never jumps, but stands still
// while the phone sleeps and ends with the page; the wall clock outlives both, but may be set back. Neither runs ahead by
// itself, so the one that moved further is right, unless the wall clock was set forward meanwhile.

/** What is kept of a tap: `page` names the life of this page, within which `mono` can be compared. */
export function moment({ page, wall, mono }) {
  return { page, wall: wall(), mono: mono() };
}

/** Milliseconds since that moment; never negative. */
export function ageOf(then, { page, wall, mono }) {
  const byPage = then.page === page ? mono() - then.mono : 0;
  return Math.round(Math.max(0, byPage, wall() - then.wall));
}

/** The clocks of this browser. */
export function browserClock() {
  return { page: `${performance.timeOrigin}`, wall: () => Date.now(), mono: () => performance.now() };
}
