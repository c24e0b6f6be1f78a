// From series to what Plotly draws: traces, axes, shades under flags. Every text that comes from a feed goes through `plain`.

import { lapTime } from "../shared/format.js";
import { plain } from "../shared/plotly.js";
import { colourOf } from "./choices.js";
import { shares, standouts, steps, within } from "./decimate.js";
import { flagged, gaps, lapTimes, positions, stints } from "./series.js";

const SHADES = { yellow: "rgba(242,194,0,.16)", red: "rgba(229,21,45,.18)" };
const AXES = {
  position: { title: "Position", dtick: 5, tick0: 0, zeroline: false },
  gap: { title: "Seconds behind", autorange: "reversed", zeroline: true },
  times: { title: "Lap time, seconds" },
};

/** The series of a line or scatter chart. */
export function seriesOf(book, choices, field) {
  if (choices.chart === "gap") return gaps(book, choices.to);
  if (choices.chart === "times") return lapTimes(book, choices.normal ? field : null);
  return positions(book);
}

/**
 * Traces of a line or scatter chart, thinned to what an SVG draws at once.
 *
 * @param {object[]} series @param {object} choices @param {{dark: boolean, range: ?number[]}} look `range` in ms: what is in sight
 */
export function traces(series, choices, { dark, range }) {
  const anyone = series.some(({ car }) => choices.cars.has(car.number));
  const seen = series.map((one) => visible(one, range, choices.chart));
  const most = shares(seen.map(({ x }, at) => ({ length: x.length, chosen: choices.cars.has(series[at].car.number) })));
  return series.map(({ car }, at) => {
    const kept = standouts(seen[at].x, seen[at].y, most[at]);
    const chosen = choices.cars.has(car.number);
    return {
      ...styleOf(choices.chart, colourOf(car.number, dark), chosen, anyone),
      x: kept.map((index) => minutes(seen[at].x[index])),
      y: kept.map((index) => seen[at].y[index]),
      type: "scatter",
      hoverinfo: "skip",
      showlegend: false,
    };
  });
}

/** Bars of the stint chart, one trace a car would be slow: one for all. */
export function stintTraces(book, choices, dark) {
  const bars = stints(book);
  const seats = new Map();
  for (const { car, driver } of bars) seats.set(car.id, [...new Set([...(seats.get(car.id) ?? []), driver])]);
  const shade = ({ car, driver }) => colourOf(car.number, dark, seats.get(car.id).indexOf(driver));
  return [{
    type: "bar",
    orientation: "h",
    base: bars.map(({ from }) => minutes(from)),
    x: bars.map(({ from, to }) => minutes(to - from)),
    y: bars.map(({ car }) => car.number),
    text: bars.map(({ laps }) => String(laps)),
    textposition: "inside",
    insidetextanchor: "middle",
    textangle: 0,
    constraintext: "inside",
    marker: {
      color: bars.map(shade),
      opacity: bars.map(({ car }) => (choices.cars.size && !choices.cars.has(car.number) ? 0.25 : 1)),
      line: { width: 1, color: dark ? "#0d1117" : "#ffffff" },
    },
    hoverinfo: "skip",
    showlegend: false,
    bars,
  }];
}

/** Axes and shades; colours are the theme's. */
export function layout(book, choices, { text, quiet, line, ground, height, range, size = 12 }) {
  const stint = choices.chart === "stints";
  const cars = [...book.cars.values()].filter((car) => car.laps.size);
  const frame = { gridcolor: line, zerolinecolor: quiet, linecolor: line, tickcolor: line, automargin: true };
  return {
    height,
    margin: { l: 4.3 * size, r: size, t: 8, b: 3.4 * size },
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    font: { family: "Inter, system-ui, sans-serif", size, color: text },
    hovermode: false,
    dragmode: "zoom",
    bargap: 0.25,
    uirevision: choices.chart + choices.to + choices.normal,
    xaxis: { ...frame, title: { text: "Minutes since the session began" }, ...(range ? { range: range.map(minutes) } : {}), zeroline: false },
    yaxis: stint ? stintAxis(frame, cars) : { ...frame, ...AXES[choices.chart], ...inSight(choices.chart, cars.length), title: { text: axisTitle(choices) } },
    shapes: flagged(book).map(({ flag, from, to }) => ({ type: "rect", layer: "below", xref: "x", yref: "paper", x0: minutes(from), x1: minutes(to), y0: 0, y1: 1, line: { width: 0 }, fillcolor: SHADES[flag] })),
  };
}

/** What stands under the pointer, as lines of text; null where nothing is near. */
export function underPointer(chart, series, { x, y, near }) {
  if (chart === "stints") return underBar(series, x, y);
  let best = null;
  for (const one of series) {
    const at = closest(one.x, x);
    const distance = at < 0 ? Infinity : near(one.x[at], one.y[at]);
    if (distance < (best?.distance ?? Infinity)) best = { one, at, distance };
  }
  if (!best || best.distance > 40) return null;
  const row = best.one.laps[best.at];
  return { car: best.one.car, lines: words(chart, best.one, row, best.one.y[best.at]) };
}

function underBar([trace], x, number) {
  const bar = trace?.bars.find(({ car, from, to }) => car.number === number && x >= from && x <= to);
  if (!bar) return null;
  const mean = bar.mean === null ? [] : [`average ${lapTime(Math.round(bar.mean))} without stops`];
  return { car: bar.car, lines: [name(bar.car), bar.driver ?? "driver not told", `${bar.laps} laps`, ...mean] };
}

function words(chart, { car }, row, value) {
  const shown = { position: `P${value}`, gap: `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(3)} s`, times: `${value.toFixed(3)} s` }[chart];
  return [name(car), `Lap ${row.lap} · ${shown}`, [row.driver, row.ms === null ? "" : lapTime(row.ms)].filter(Boolean).join(" · ")].filter(Boolean);
}

function name(car) {
  return [`Kart ${car.number}`, car.team].filter(Boolean).join(" · ");
}

function visible({ x, y }, range, chart) {
  const inside = within(x, range);
  const picked = { x: inside.map((at) => x[at]), y: inside.map((at) => y[at]) };
  if (chart !== "position") return picked;
  const kept = steps(picked.y);
  return { x: kept.map((at) => picked.x[at]), y: kept.map((at) => picked.y[at]) };
}

function styleOf(chart, colour, chosen, anyone) {
  const opacity = anyone && !chosen ? 0.22 : 1;
  if (chart === "times") return { mode: "markers", marker: { color: colour, size: chosen ? 6 : 4, opacity: anyone && !chosen ? 0.15 : 0.7 } };
  return { mode: "lines", opacity, line: { color: colour, width: chosen ? 3 : 1.4, shape: chart === "position" ? "hv" : "linear", simplify: false } };
}

function stintAxis(frame, cars) {
  const label = (car) => plain([car.number, car.team && car.team.slice(0, 18)].filter(Boolean).join("  "));
  return { ...frame, type: "category", categoryarray: cars.map(({ number }) => number), autorange: "reversed", tickmode: "array", tickvals: cars.map(({ number }) => number), ticktext: cars.map(label), showgrid: false };
}

/** Positions always show the whole field, the first on top. */
function inSight(chart, cars) {
  return chart === "position" ? { range: [cars + 0.6, 0.4] } : {};
}

function axisTitle({ chart, to, normal }) {
  if (chart === "times" && normal) return "Lap time as on a typical lap, seconds";
  if (chart !== "gap") return AXES[chart].title;
  const others = { leader: "the leader", mean: "the mean of the field" };
  return `Seconds behind ${plain(others[to] ?? `kart ${to}`)}`;
}

function closest(x, value) {
  let [low, high] = [0, x.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low > 0 && value - x[low - 1] < x[low] - value ? low - 1 : low < x.length ? low : -1;
}

function minutes(ms) {
  return ms / 60000;
}
