// What the server's answer means for a report on this phone.

const AGAIN = new Set([408, 425, 429]);
const STALE = "urn:paddock:problem:StaleSession";

/**
 * @param {() => Promise<Response>} ask
 * @returns `state`: `stored` with the `body`, `waiting` (try again by itself), `signed_out` (kept until somebody signs in),
 *   `stale` (the session is not open any more; may be sent to another), `rejected` (it cannot be taken as it is)
 */
export async function answer(ask) {
  let response;
  try {
    response = await ask();
  } catch {
    return { state: "waiting", words: "No connection." };
  }
  const body = await response.json().catch(() => ({}));
  return response.ok ? { state: "stored", body } : refusal(response.status, body);
}

function refusal(status, { type, detail, remedy }) {
  if (status === 401) return { state: "signed_out", words: "You are signed out." };
  if (status >= 500 || AGAIN.has(status)) return { state: "waiting", words: detail ?? "Paddock does not answer." };
  const words = [detail ?? `Not taken (${status}).`, remedy].filter(Boolean).join(" ");
  return { state: type === STALE || status === 404 ? "stale" : "rejected", words };
}
