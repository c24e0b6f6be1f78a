// Which rows are shown, and in which order. Position is the order of the standings; any other column sorts by its value,
// equal values by position, unknown ones last in both directions.

/** @param {{column: ?object, direction: 1|-1}} sort; a null column is the order of the standings */
export function arrange(view, sort, category) {
  const shown = category ? view.order.filter((id) => view.rows[id]?.category === category) : [...view.order];
  if (!sort.column) return shown;
  const standing = new Map(view.order.map((id, index) => [id, index]));
  const keys = new Map(shown.map((id) => [id, sort.column.key(view.rows[id])]));
  return shown.sort((a, b) => compare(keys.get(a), keys.get(b), sort.direction) || standing.get(a) - standing.get(b));
}

function compare(a, b, direction) {
  if (a === null || b === null) return (a === null) - (b === null);
  const difference = typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b;
  return direction * difference;
}

/** What a click on a heading does: first its natural direction, then the other, then back to position. */
export function nextSort(sort, column) {
  if (column.needs === "position") return { column: null, direction: 1 };
  if (sort.column?.needs !== column.needs) return { column, direction: column.first };
  return sort.direction === column.first ? { column, direction: -column.first } : { column: null, direction: 1 };
}

/** The classes on the board with the number of cars of each, by name; none when all run in one. */
export function categories(view) {
  const counts = new Map();
  for (const id of view.order) {
    const name = view.rows[id]?.category;
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts.size < 2 ? [] : [...counts].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
}

/** The part of the rows that page `page` of a screen without scrolling shows. */
export function pageOf(ids, perPage, page) {
  const pages = Math.max(1, Math.ceil(ids.length / Math.max(1, perPage)));
  const current = page % pages;
  return { ids: ids.slice(current * perPage, (current + 1) * perPage), current, pages };
}
