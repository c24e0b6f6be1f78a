// What the timeline shows of a range of time: which flag stood when, holes, how many cars were in the pit lane. Pure.

const PIT_BINS = 120;

/** Flags as `{flag, from, to}` in milliseconds, the one before the range included. */
export function flags(marks, from, to) {
  const shown = marks.filter(([kind]) => kind === "flag").map(([, at, , flag]) => [Date.parse(at), flag]);
  return shown
    .map(([at, flag], place) => ({ flag, from: Math.max(at, from), to: Math.min(shown[place + 1]?.[0] ?? to, to) }))
    .filter((one) => one.flag && one.to > one.from);
}

/** Times in which nothing was recorded, as far as they lie in the range. */
export function holes(marks, from, to) {
  return marks
    .filter(([kind]) => kind === "hole")
    .map(([, at, until]) => ({ from: Math.max(Date.parse(at), from), to: Math.min(Date.parse(until), to) }))
    .filter((one) => one.to > one.from);
}

/** How busy the pit lane was: for each of so many equal pieces of the range, the share of the busiest, 0 to 1. */
export function pits(marks, from, to, bins = PIT_BINS) {
  const counts = new Array(bins).fill(0);
  for (const [kind, at, until] of marks) {
    if (kind !== "stop") continue;
    const first = place(Date.parse(at), from, to, bins);
    const last = place(until ? Date.parse(until) : Date.parse(at), from, to, bins);
    for (let bin = Math.max(0, first); bin <= Math.min(bins - 1, last); bin += 1) counts[bin] += 1;
  }
  const most = Math.max(...counts);
  return most ? counts.map((count) => count / most) : counts;
}

/** Beginnings of feed sessions in the range: `{at, name}`. */
export function sessions(marks, from, to) {
  return marks
    .filter(([kind]) => kind === "session")
    .map(([, at, , name]) => ({ at: Date.parse(at), name }))
    .filter(({ at }) => at >= from && at <= to);
}

/** The flag that stands at a moment, and whether there is a hole: what a pointer on the timeline says. */
export function wordsAt(marks, ms) {
  if (holes(marks, -Infinity, Infinity).some(({ from, to }) => ms > from && ms < to)) return "nothing recorded";
  const flag = flags(marks, -Infinity, Infinity).find(({ from, to }) => ms >= from && ms < to)?.flag;
  return flag ? `${flag} flag` : "";
}

/** The range to show: what was asked for, else the last hours; always with the playhead in it. */
export function range(clock, wanted, hours) {
  const [begins, ends, at] = [clock.from, clock.to, clock.at].map((text) => Date.parse(text));
  const to = wanted.to && !clock.has_live ? Math.min(Date.parse(wanted.to), ends) : ends;
  const since = hours ? to - hours * 3600000 : begins;
  const from = wanted.from && !hours ? Math.max(Date.parse(wanted.from), begins) : Math.max(since, begins);
  return { from: Math.min(from, at), to: Math.max(to, at, from + 1000) };
}

function place(ms, from, to, bins) {
  return Math.floor(((ms - from) / (to - from)) * bins);
}
