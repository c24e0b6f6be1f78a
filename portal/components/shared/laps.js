// The lap book as this browser knows it: the whole of it once, then parts. Nothing here touches the page.

/**
 * Put what the API told into the book; a part of another session begins a new one.
 *
 * @param {?object} book
 * @param {object} told answer of `/lap-book`
 * @returns {{session: object, total: number, count: number, cars: Map, best: ?number, lastAt: number}}
 */
export function merged(book, told) {
  const same = book && book.session.id === told.session.id;
  const next = { session: told.session, total: told.total, cars: new Map(), best: null, lastAt: same ? book.lastAt : 0 };
  const listed = told.cars.map((car) => ({ laps: new Map(), ...(same ? book.cars.get(car.id) : null), ...car, stops: [] }));
  for (const car of listed) next.cars.set(car.id, car);
  if (same) for (const car of book.cars.values()) if (!next.cars.has(car.id)) next.cars.set(car.id, { ...car, stops: [] });
  rowsOf(told.laps).forEach((row, at) => {
    listed[told.laps.car[at]].laps.set(row.lap, row);
    next.lastAt = Math.max(next.lastAt, row.at);
  });
  for (const stop of told.stops) listed[stop.car].stops.push(stop);
  return summed(next);
}

/** How good a lap is by now: best of all, the car's own best, or neither. Pit laps and unknown times have no rank. */
export function rankOf(row, car, book) {
  if (row.ms === null || row.pit) return "normal";
  if (row.ms === book.best) return "overall";
  return row.ms === car.best ? "personal" : "normal";
}

/** Cars as a reader looks for them: own first, then as the book lists them; `search` keeps numbers and names that hold it. */
export function listed(book, own, search) {
  const words = search.trim().toLowerCase();
  const cars = [...book.cars.values()].filter((car) => matches(car, words));
  return [...cars.filter((car) => own.has(car.number)), ...cars.filter((car) => !own.has(car.number))];
}

/** The laps of a car in their order. */
export function lapsOf(car) {
  return [...car.laps.values()].sort((one, other) => one.lap - other.lap);
}

/** The running stint: when it began and the laps since; null in the pits, or where nothing is known. */
export function stintOf(car) {
  const laps = lapsOf(car);
  const last = car.stops.at(-1);
  const since = last ? last.out : laps.length ? laps[0].at - (laps[0].ms ?? 0) : null;
  return since === null ? null : { since, laps: laps.filter((row) => row.at > since).length };
}

function rowsOf(columns) {
  return columns.lap.map((lap, at) => ({
    lap,
    ms: columns.ms[at],
    at: columns.at[at],
    pit: Boolean(columns.pit[at]),
    driver: columns.drivers[columns.driver[at]] ?? null,
    position: columns.position[at],
    flag: columns.flag[at],
    from: columns.from[at],
    sectors: columns.sectors[at],
  }));
}

function summed(book) {
  let count = 0;
  for (const car of book.cars.values()) {
    count += car.laps.size;
    car.best = bestOf(car.laps.values());
    if (car.best !== null && (book.best === null || car.best < book.best)) book.best = car.best;
  }
  return { ...book, count };
}

function bestOf(rows) {
  let best = null;
  for (const { ms, pit } of rows) if (ms !== null && !pit && (best === null || ms < best)) best = ms;
  return best;
}

function matches(car, words) {
  if (!words) return true;
  if (/^\d+$/.test(words)) return car.number === words;
  return [car.number, car.team, car.driver].some((text) => text?.toLowerCase().includes(words));
}
