// Why an incident has its outcome and its penalties: asked for when somebody opens it, with the counted incidents as links.

import { el } from "../shared/dom.js";

/** @param {string} session @param {number} incident @param {string} link an address to which an incident's number is added */
export async function explanation(session, incident, link) {
  const answer = await fetch(`/api/v1/race-sessions/${session}/incidents/${incident}/explanation`).catch(() => null);
  if (!answer?.ok) return el("p", { class: "refused" }, "The explanation could not be read. Open it again.");
  return reasons(await answer.json(), link);
}

/** `{incident: {explain}, penalties: [{label, state, why}]}` as a list of reasons. */
export function reasons({ incident, penalties }, link) {
  const parts = penalties.map(({ label, state, why }) => part(`${label} (${state.replaceAll("_", " ")})`, why, link));
  const same = penalties.some(({ why }) => incident.explain.every((line) => why.includes(line)));
  return el("div", { class: "reasons" }, ...(same ? [] : [part(penalties.length ? "Outcome" : "", incident.explain, link)]), ...parts);
}

function part(title, lines, link) {
  return el("div", { class: "part" }, title ? el("h4", {}, title) : null, el("ul", {}, ...lines.map((line) => el("li", {}, ...linked(line, link)))));
}

function linked(text, link) {
  return pieces(text).map(([piece, incident]) => (incident ? el("a", { href: `${link}${incident}`, target: "_top" }, piece) : piece));
}

/** Text cut at the numbers of incidents: each piece with the incident that it names, or null. */
export function pieces(text) {
  const parts = text.split(/((?<!\w)#\d+(?!\w))/).filter(Boolean);
  return parts.map((piece) => [piece, /^#(\d+)$/.exec(piece)?.[1] ?? null]);
}
