// Which rows stand on which page of a panel: as many as fit, never half a row, and at least one.

/** `[from, to)` of each page, from the tops and heights of the rows in pixels and the room that there is. */
export function pagesOf(tops, heights, room) {
  const pages = [];
  let from = 0;
  for (let at = 0; at < tops.length; at += 1) {
    if (at > from && tops[at] + heights[at] - tops[from] > room) {
      pages.push([from, at]);
      from = at;
    }
  }
  return [...pages, [from, tops.length]];
}
