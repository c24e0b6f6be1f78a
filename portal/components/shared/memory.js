// What this browser remembers, as JSON; a value that cannot be read (another version, a full disk) counts as none.

export function recall(storage, key, otherwise) {
  try {
    return JSON.parse(storage.getItem(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

/** Remember the value; an empty list is forgotten. */
export function remember(storage, key, value) {
  if (Array.isArray(value) && !value.length) storage.removeItem(key);
  else storage.setItem(key, JSON.stringify(value));
}
