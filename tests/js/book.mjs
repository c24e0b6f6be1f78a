// Answers of the lap book's API in a few words.

const SESSION = { id: "s1", live: true };

/** The API's answer: `laps` as [car index, lap, ms, at]. */
export function told(laps, { cars = [["a", "1"], ["b", "2"]], stops = [], total = laps.length, session = SESSION, more = {} } = {}) {
  const column = (at, otherwise) => laps.map((row) => row[at] ?? otherwise);
  return {
    session, total,
    cars: cars.map(([id, number]) => ({ id, number, team: `Team ${number}`, driver: null })),
    laps: {
      car: column(0), lap: column(1), ms: column(2, null), at: column(3), pit: laps.map(() => 0), driver: laps.map(() => -1),
      position: laps.map(() => null), flag: laps.map(() => ""), from: laps.map(() => "feed"), sectors: laps.map(() => null), drivers: [], ...more,
    },
    stops,
  };
}
