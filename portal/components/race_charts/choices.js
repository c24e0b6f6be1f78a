// What this reader chose to see: the chart, the cars in front, the reference of gaps, normalised lap times. In the URL.

export const CHARTS = [["position", "Positions"], ["gap", "Gaps"], ["stints", "Stints"], ["times", "Lap times"]];

export function read(search) {
  const query = new URLSearchParams(search);
  const chart = CHARTS.some(([name]) => name === query.get("chart")) ? query.get("chart") : "position";
  const cars = new Set((query.get("cars") ?? query.get("own") ?? "").split(",").filter(Boolean));
  return { chart, cars, to: query.get("to") ?? "leader", normal: query.get("normal") === "1" };
}

export function written({ chart, cars, to, normal }, search) {
  const query = new URLSearchParams(search);
  put(query, "chart", chart === "position" ? null : chart);
  put(query, "cars", [...cars].join(","));
  put(query, "to", to === "leader" ? null : to);
  put(query, "normal", normal ? "1" : null);
  const text = query.toString();
  return text ? `?${text}` : "";
}

/** The same colour for the same number on every chart and every day, far from its neighbours'; `shade` counts its drivers. */
export function colourOf(number, dark, shade = 0) {
  const digits = /\d+/.exec(number);
  const seed = digits ? Number(digits[0]) : [...number].reduce((sum, letter) => sum * 31 + letter.codePointAt(0), 7) % 997;
  const hue = Math.round((seed * 137.508) % 360);
  const [saturation, lightness, step] = dark ? [75, 64, -13] : [80, 36, 13];
  return `hsl(${hue} ${saturation}% ${lightness + step * (shade % 4)}%)`;
}

function put(query, name, value) {
  if (value) query.set(name, value);
  else query.delete(name);
}
