// Two versions of an incident, a penalty or a report, in words, side by side: what you saw, and what stands now.

const NAMES = {
  kart: "Kart", second_kart: "Second kart", label: "What", turn: "Turn", lap: "Lap", value: "Value", text: "Note", video: "Video",
  state: "State", decision: "Decision", by: "By", penalties: "Penalty",
};

/**
 * @param {object} before as it was drawn @param {object} now as the server has it
 * @param {{outcomes: object, names: object}} words labels of decisions, names of officials
 * @returns {string[][]} name, before, now; what is the same in both stands at the end
 */
export function differences(before, now, words = { outcomes: {}, names: {} }) {
  const [old, fresh] = [told(before, words), told(now, words)];
  const rows = Object.entries(NAMES).map(([key, name]) => [name, old[key] ?? "", fresh[key] ?? ""]).filter(([, one, other]) => one || other);
  return [...rows.filter(([, one, other]) => one !== other), ...rows.filter(([, one, other]) => one === other)];
}

function told(thing, { outcomes, names }) {
  const { decision } = thing;
  const penalties = thing.penalties ?? (thing.incident && thing.label ? `${thing.label} (${thing.state})` : null);
  const said = {
    ...thing, penalties, state: thing.state ? String(thing.state).replaceAll("_", " ") : null,
    decision: decision ? decision.words || outcomes[decision.outcome] || decision.outcome : null,
    by: decision ? names[decision.act?.by] : null,
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null && value !== undefined && value !== "").map(([key, value]) => [key, String(value)]));
}
