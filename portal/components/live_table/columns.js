// The columns of the live table: what each is called, how wide it stays, what it says of a row and by what it sorts.
// `needs` names the field of the row; `rank` (1 = first to stay) decides what a narrow screen keeps.

import { clockTime, gap, lapTime } from "../shared/format.js";

const STATUS_WORDS = { in_pit: "Pit", stopped: "Stopped", finished: "Finished" };
const STATUS_ORDER = ["running", "finished", "in_pit", "stopped"];

export const RANK_MARKS = { overall: "◆", personal: "▲", normal: "" };
export const RANK_WORDS = { overall: "best of all", personal: "own best", normal: "" };

const time = (needs, heading, title, rank, width = 5) => ({
  needs, heading, title, rank, width, kind: "time", first: 1,
  text: (row) => lapTime(row[needs]?.[0]),
  key: (row) => row[needs]?.[0] ?? null,
});

/** Whoever is a lap behind has the seconds in the field `lapped`; where they are unknown it stays with laps. */
const distance = (needs, heading, title, rank, lapped) => ({
  needs, heading, title, rank, width: 5.6, kind: "number", first: 1,
  text: (row) => gap(row[needs]),
  textInSeconds: (row) => gap(row[needs]?.[1] && row[lapped] != null ? [row[lapped], null] : row[needs]),
  key: (row) => (row[needs] ? (row[needs][1] ?? 0) * 1e9 + (row[needs][0] ?? 0) : null),
});

const count = (needs, heading, title, rank, width) => ({
  needs, heading, title, rank, width, kind: "number", first: -1,
  text: (row) => (row[needs] == null ? "" : String(row[needs])),
  key: (row) => row[needs] ?? null,
});

/** Only the best lap of all is worth a colour among the best laps: each of them is its own driver's best. */
const best = { ...time("best", "Best", "Best lap", 3, 6), plain: true };

/** In the order in which they stand. `first` is the direction of the first click: 1 smallest first, -1 largest. */
export const COLUMNS = [
  { ...count("position", "Pos", "Position", 1, 2.4), first: 1 },
  {
    needs: "number", heading: "No", title: "Number", rank: 1, width: 3.7, kind: "plate", first: 1,
    text: (row) => row.number ?? "", key: (row) => row.number ?? null,
  },
  {
    needs: "team", heading: "Team and driver", title: "Team and driver", rank: 1, width: 8, grows: true, kind: "team",
    first: 1, text: (row) => row.team ?? row.driver ?? "", key: (row) => row.team ?? row.driver ?? null,
  },
  {
    needs: "category", heading: "Class", title: "Class", rank: 8, width: 7, kind: "text", first: 1,
    text: (row) => row.category ?? "", key: (row) => row.category ?? null,
  },
  count("laps", "Laps", "Laps completed", 4, 3.6),
  distance("gap", "Gap", "Distance to the leader: seconds, or laps (L)", 2, "behind"),
  distance("interval", "Int", "Distance to the car in front: seconds, or laps (L)", 5, "behind_next"),
  time("last", "Last", "Last lap", 2, 6),
  best,
  time("s1", "S1", "Sector 1, seconds", 9, 5),
  time("s2", "S2", "Sector 2, seconds", 9, 5),
  time("s3", "S3", "Sector 3, seconds", 9, 5),
  count("pits", "Pits", "Visits to the pit lane", 7, 3.2),
  {
    needs: "status", heading: "Status", title: "Status, with the running time in the pit lane", rank: 6, width: 5.8,
    kind: "status", first: 1, key: (row) => STATUS_ORDER.indexOf(row.status ?? "running"),
  },
  {
    needs: "penalties", heading: "Penalties", title: "Penalties issued by race control", rank: 3, width: 7.6,
    kind: "marks", first: -1, key: (row) => (row.penalties?.length ? row.penalties.length : null),
  },
];

/** The fields whose change alters a cell of this column. */
export const ALSO = { team: ["driver", "status", "in_pit_since", "penalties"], number: ["plate"], status: ["in_pit_since"], gap: ["behind"], interval: ["behind_next"] };

const WIDEST = 1.35;
const TEAM_EM = 20;

/**
 * The columns that fit, in their order: those the feed has, dropped from the last rank while they are too wide together.
 *
 * @param {string[]} present names of the fields that the board has
 * @param {number} room width in em
 */
export function fitting(present, room) {
  let chosen = COLUMNS.filter(({ needs }) => present.includes(needs));
  const wide = () => chosen.reduce((sum, column) => sum + column.width, 0) > room;
  while (wide()) {
    const worst = Math.max(...chosen.map((column) => column.rank));
    if (worst === 1) break;
    chosen = chosen.filter((column) => column.rank !== worst);
  }
  return spread(chosen, room);
}

/** Room that is left over after a full team column goes to all the others, up to a limit. */
function spread(columns, room) {
  const fixed = columns.filter(({ grows }) => !grows).reduce((sum, { width }) => sum + width, 0);
  const factor = Math.min(WIDEST, Math.max(1, (room - TEAM_EM) / fixed));
  return columns.map((column) => (column.grows ? column : { ...column, width: column.width * factor }));
}

/** The same columns with their distances in seconds, if so chosen. */
export function told(columns, inSeconds) {
  return inSeconds ? columns.map((column) => ({ ...column, text: column.textInSeconds ?? column.text })) : columns;
}

/** Whether any distance could be told in seconds that is told in laps. */
export function isLapped(view) {
  return Object.values(view.rows).some(({ gap: to, interval, behind }) => behind != null && Boolean(to?.[1] || interval?.[1]));
}

/** `Pit 0:42`, `Stopped`, `Finished`; a running car has nothing to say, and an unknown time in the pit lane is left out. */
export function statusText(row, nowMs) {
  const words = STATUS_WORDS[row.status] ?? "";
  if (row.status !== "in_pit" || !row.in_pit_since) return words;
  return `${words} ${clockTime(nowMs - Date.parse(row.in_pit_since))}`;
}
