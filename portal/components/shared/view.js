// The board as this browser knows it: one snapshot, then numbered deltas. Nothing here touches the page.

/**
 * Apply one message of the live socket.
 *
 * @returns {?{seq: number, view: object, changed: {all: boolean, top: string[], rows: Map, order: boolean}}} the next state;
 *   null when a number is missing, so that the caller fetches a new snapshot.
 */
export function apply(state, message) {
  if (message.type === "snapshot") {
    return { seq: message.seq, view: message.view, changed: { all: true, top: [], rows: new Map(), order: true } };
  }
  if (!state || message.seq !== state.seq + 1) return null;
  const view = { ...state.view, ...message.set, rows: { ...state.view.rows } };
  for (const id of message.gone ?? []) delete view.rows[id];
  const rows = new Map();
  for (const [id, fields] of Object.entries(message.rows ?? {})) {
    view.rows[id] = merged(view.rows[id], fields);
    rows.set(id, Object.keys(fields));
  }
  if (message.order) view.order = message.order;
  const changed = { all: false, top: Object.keys(message.set ?? {}), rows, order: Boolean(message.order) };
  return { seq: message.seq, view, changed };
}

/** The address of the live socket that goes on where this state ends; the plain address while there is none. */
export function resumed(url, state) {
  if (state?.stream) url.searchParams.set("resume", `${state.stream}:${state.seq}`);
  return url;
}

/** A row with some fields replaced; null means that the field is no longer known. */
function merged(row, fields) {
  const next = { ...row };
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}
