// Texts kept in this browser, by person and story, so that neither a crash nor another person's login shows or loses
// them. Every write says whether it worked: storage may be full or forbidden.
const { person = "", stream = "" } = document.body.dataset;
const PREFIX = `depesche:${person}:${stream}:`;

export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // without HTTPS there is no randomUUID
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export function put(kind, id, value) {
  try {
    localStorage.setItem(`${PREFIX}${kind}:${id}`, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

export function take(kind, id) {
  try {
    return JSON.parse(localStorage.getItem(`${PREFIX}${kind}:${id}`));
  } catch {
    return null;
  }
}

export function drop(kind, id) {
  try {
    localStorage.removeItem(`${PREFIX}${kind}:${id}`);
  } catch { /* nothing was kept, then */ }
}

export function all(kind) {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(`${PREFIX}${kind}:`))
      .map((key) => take(kind, key.slice(PREFIX.length + kind.length + 1)))
      .filter(Boolean)
      .sort((one, other) => one.at - other.at);
  } catch {
    return [];
  }
}

// The draft that this tab has on its sheet: survives a reload and a restored session, not a second tab.
export function ofTab(name, value) {
  try {
    if (value !== undefined) sessionStorage.setItem(`${PREFIX}${name}`, value);
    return sessionStorage.getItem(`${PREFIX}${name}`);
  } catch {
    return null;
  }
}
