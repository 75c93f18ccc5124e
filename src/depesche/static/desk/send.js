// One way to the server for everything that is sent: with the session's token, with a limit, and with an honest answer.
// Resolves to {done}, {refused} or {conflict}; throws Unsent when nobody knows whether it arrived, and SignedOut.
const LIMIT = 20_000; // ms: a durable write takes some, a telephone in a train takes seconds; then ask again

export class Unsent extends Error {
  constructor(wait = 0) {
    super("unsent");
    this.wait = wait; // seconds that the server asked for
  }
}
export class SignedOut extends Error {}

export const base = document.body.dataset.base ?? "";
export const story = document.body.dataset.story ?? "";
export const here = `${base}/desk/stories/${story}`;

export async function post(path, form, { limit = LIMIT } = {}) {
  let answer = await attempt(path, form, limit);
  if (answer.status === 403 && answer.body?.stale) { // signed in again in another tab
    if (answer.body.person !== document.body.dataset.person) throw new SignedOut(); // never send under another name
    document.body.dataset.csrf = answer.body.csrf;
    answer = await attempt(path, form, limit);
  }
  if (answer.status === 401) throw new SignedOut();
  if (answer.body?.conflict) return { conflict: answer.body.conflict };
  if (answer.body?.refused) return { refused: answer.body.refused };
  if (answer.status >= 400) return { refused: { code: "", field: "", reason: answer.text.slice(0, 300) } };
  return { done: answer.body ?? {} };
}

export async function get(path) {
  let response;
  try {
    response = await fetch(path, { headers: { accept: "application/json" }, signal: AbortSignal.timeout(LIMIT) });
  } catch {
    throw new Unsent();
  }
  if (response.status === 401) throw new SignedOut();
  if (response.status === 204) return null;
  if (!response.ok) throw new Unsent();
  return response.json();
}

// After signing in elsewhere: true when the same person has a session again.
export async function renewed() {
  try {
    const session = await get(`${base}/desk/session`);
    if (session.person !== document.body.dataset.person) return false;
    document.body.dataset.csrf = session.csrf;
    return true;
  } catch {
    return false;
  }
}

async function attempt(path, form, limit) {
  const headers = { accept: "application/json", "x-csrf-token": document.body.dataset.csrf ?? "" };
  let response, text;
  try {
    response = await fetch(path, { method: "POST", body: form, headers, signal: AbortSignal.timeout(limit) });
    text = await response.text();
  } catch {
    throw new Unsent();
  }
  if (response.status >= 500 || response.status === 408 || response.status === 429) {
    throw new Unsent(Number(response.headers.get("retry-after")) || 0);
  }
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
}
