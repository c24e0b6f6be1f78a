// What the charts draw, from the lap book: positions, gaps, stints, lap times. Nothing here touches the page. Moments are
// milliseconds since the session began; a series is `{ car, x: [], y: [], laps: [] }` with `laps` for the hover.

import { lapsOf } from "../shared/laps.js";

const FLAG_NAMES = { y: "yellow", r: "red" };

/** Cars with their laps in order, those without a lap left out. */
export function driven(book) {
  return [...book.cars.values()].map((car) => ({ car, laps: lapsOf(car) })).filter(({ laps }) => laps.length);
}

/**
 * The position of each car whenever it completed a lap: the feed's own where it tells one, else counted from the passings:
 * ahead is who has done more laps, or as many earlier.
 */
export function positions(book) {
  const cars = driven(book);
  const counted = countedPositions(cars);
  return cars.map(({ car, laps }) => ({ car, laps, x: laps.map(({ at }) => at), y: laps.map((row) => row.position ?? counted.get(row)) }));
}

/**
 * Seconds behind a reference, lap by lap, so that lapped cars have a time too. Negative is ahead.
 *
 * @param {"leader"|"mean"|string} reference who leads on that lap, the mean of the field, or a start number
 */
export function gaps(book, reference) {
  const cars = driven(book);
  const times = referenceTimes(cars, reference);
  return cars.map(({ car, laps }) => {
    const known = laps.filter(({ lap }) => times.has(lap));
    return { car, laps: known, x: known.map(({ at }) => at), y: known.map(({ lap, at }) => (at - times.get(lap)) / 1000) };
  });
}

/**
 * Lap times in seconds without pit laps.
 *
 * @param {?{bin_s: number, levels: object, offset_ms: number}} field divides each lap by the level of the field at its moment
 */
export function lapTimes(book, field) {
  return driven(book).map(({ car, laps }) => {
    const timed = laps.filter(({ ms, pit }) => ms !== null && !pit);
    return { car, laps: timed, x: timed.map(({ at }) => at), y: timed.map(({ ms, at }) => ms / levelAt(field, at) / 1000) };
  });
}

/** Bars from the way out of one stop, or a change of driver, to the next: who drove, how many laps, their mean without stops. */
export function stints(book) {
  return driven(book).flatMap(({ car, laps }) => pieces(car, laps).map((piece) => stint(car, piece)));
}

/** Times under yellow and red, from the flags of the laps: `[{ flag, from, to }]`. */
export function flagged(book) {
  const rows = driven(book).flatMap(({ laps }) => laps).sort((one, other) => one.at - other.at);
  const found = [];
  for (const { flag, at } of rows) {
    const last = found.at(-1);
    if (last && last.to === null && flag && flag !== last.code) last.to = at;
    if (FLAG_NAMES[flag] && (!last || last.to !== null)) found.push({ code: flag, flag: FLAG_NAMES[flag], from: at, to: null });
  }
  return found.map(({ flag, from, to }) => ({ flag, from, to: to ?? book.lastAt }));
}

/** The level of the field at a moment of the session; 1 where nobody knows it. */
export function levelAt(field, at) {
  return field?.levels[Math.floor((at - field.offset_ms) / 1000 / field.bin_s)] ?? 1;
}

/** How many cars had completed a lap, or had gone past it, when this one did. */
function countedPositions(cars) {
  const passings = cars.flatMap(({ laps }, car) => laps.map((row) => ({ row, car }))).sort((one, other) => one.row.at - other.row.at);
  const done = cars.map(() => 0);
  const arrived = new Map();
  const found = new Map();
  for (const { row, car } of passings) {
    for (let lap = done[car] + 1; lap <= row.lap; lap += 1) arrived.set(lap, (arrived.get(lap) ?? 0) + 1);
    done[car] = Math.max(done[car], row.lap);
    found.set(row, arrived.get(row.lap));
  }
  return found;
}

function referenceTimes(cars, reference) {
  if (reference === "mean") return meanTimes(cars);
  const chosen = reference === "leader" ? cars : cars.filter(({ car }) => car.number === reference);
  const times = new Map();
  for (const { laps } of chosen) for (const { lap, at } of laps) times.set(lap, Math.min(at, times.get(lap) ?? Infinity));
  return times;
}

/** Lap by lap the mean step of the cars that drove it: a car that drops out leaves no jump. */
function meanTimes(cars) {
  const steps = new Map();
  for (const { laps } of cars) {
    laps.forEach((row, index) => {
      const before = laps[index - 1];
      const step = before && before.lap === row.lap - 1 ? row.at - before.at : index ? null : row.at;
      if (step !== null) steps.set(row.lap, [...(steps.get(row.lap) ?? []), step]);
    });
  }
  let now = 0;
  const times = new Map();
  for (const lap of [...steps.keys()].sort((one, other) => one - other)) {
    const all = steps.get(lap);
    now += all.reduce((sum, step) => sum + step, 0) / all.length;
    times.set(lap, now);
  }
  return times;
}

function pieces(car, laps) {
  const stops = car.stops.map((stop) => stop.out).filter((at) => at !== null);
  const found = [];
  for (const row of laps) {
    const last = found.at(-1);
    const began = row.at - (row.ms ?? 0);
    const stopped = last && stops.some((at) => at > last.at(-1).at - 1 && at <= row.at);
    if (!last || stopped || swapped(last, row)) found.push([{ ...row, began }]);
    else last.push({ ...row, began });
  }
  return found;
}

/** Whether another driver is in the car; a name that changes on the first lap of a stint only comes late. */
function swapped(piece, row) {
  const before = piece.at(-1).driver;
  return Boolean(row.driver && before && row.driver !== before && piece.length > 1);
}

function stint(car, rows) {
  const [first, last] = [rows[0], rows.at(-1)];
  const stop = car.stops.find(({ out }) => out !== null && out > first.began && out <= first.at);
  const timed = rows.filter(({ ms, pit }) => ms !== null && !pit);
  const mean = timed.length ? timed.reduce((sum, { ms }) => sum + ms, 0) / timed.length : null;
  return { car, driver: last.driver, from: stop ? stop.out : first.began, to: last.at, laps: rows.length, mean };
}
