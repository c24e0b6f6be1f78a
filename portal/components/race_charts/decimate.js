// Fewer points, the same picture: an SVG of more than some 2 000 points is slow to draw and to move.

export const MOST_POINTS = 2000;

/**
 * Largest triangle three buckets: of each bucket the point that stands out most from its neighbours stays.
 *
 * @returns {number[]} indices that stay, in order
 */
export function standouts(x, y, most) {
  if (x.length <= most || most < 3) return x.length <= most ? x.map((_, at) => at) : [0, x.length - 1].slice(0, Math.max(1, most));
  const kept = [0];
  const width = (x.length - 2) / (most - 2);
  for (let bucket = 0; bucket < most - 2; bucket += 1) {
    const [from, to] = [Math.floor(bucket * width) + 1, Math.floor((bucket + 1) * width) + 1];
    kept.push(largest(x, y, kept.at(-1), [from, to], meanOf(x, y, to, Math.min(x.length, Math.floor((bucket + 2) * width) + 1))));
  }
  return [...kept, x.length - 1];
}

/** Where a value changes, and the ends: a line of steps needs no other point. */
export function steps(y) {
  return y.map((_, at) => at).filter((at) => at === 0 || at === y.length - 1 || y[at] !== y[at - 1] || y[at] !== y[at + 1]);
}

/** Indices inside `[from, to]`, and the one before and after, so that lines go on to the edge. */
export function within(x, range) {
  const all = x.map((_, at) => at);
  if (!range) return all;
  const inside = all.filter((at) => x[at] >= range[0] && x[at] <= range[1]);
  if (!inside.length) return [];
  return all.slice(Math.max(0, inside[0] - 1), inside.at(-1) + 2);
}

/**
 * How many points each series may keep: chosen ones three times as many, together at most `MOST_POINTS`.
 *
 * @param {{length: number, chosen: boolean}[]} series
 */
export function shares(series) {
  const weight = series.reduce((sum, { chosen }) => sum + (chosen ? 3 : 1), 0);
  return series.map(({ chosen }) => Math.max(3, Math.floor((MOST_POINTS * (chosen ? 3 : 1)) / Math.max(1, weight))));
}

function meanOf(x, y, from, to) {
  const count = Math.max(1, to - from);
  let [sumX, sumY] = [0, 0];
  for (let at = from; at < to; at += 1) {
    sumX += x[at];
    sumY += y[at];
  }
  return [sumX / count, sumY / count];
}

function largest(x, y, last, [from, to], [nextX, nextY]) {
  let [best, area] = [from, -1];
  for (let at = from; at < to; at += 1) {
    const size = Math.abs((x[last] - nextX) * (y[at] - y[last]) - (x[last] - x[at]) * (nextY - y[last]));
    if (size > area) [best, area] = [at, size];
  }
  return best;
}
