// Who else is here, in words. Whoever is on the same incident comes first and is marked.

/** @returns {{name: string, words: string, same: boolean}[]} one for each name and place */
export function others(present, incident) {
  const seen = new Map(present.map((one) => [`${one.name} ${one.incident} ${one.place}`, told(one, incident)]));
  return [...seen.values()].sort((one, other) => other.same - one.same);
}

/** The incident that a line on the entry pad is about. */
export function incidentOf(line) {
  const found = /^\s*#\s*([0-9]{1,9})(?![0-9])/.exec(line);
  return found ? Number(found[1]) : null;
}

function told({ name, place, incident }, own) {
  const same = incident !== null && incident === own;
  if (incident === null) return { name, words: place ? `at ${place}` : "is here", same };
  return { name, words: same ? `is on #${incident} too` : `is on #${incident}`, same };
}
