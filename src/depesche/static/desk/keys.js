// One key for each thing. Letters alone work outside of fields only, and can be switched off (WCAG 2.1.4).
import { close as closeAlarms, goToAlarm } from "./alarms.js";
import { close as closeClaim, press as pressLedger, pressStanding, toStandings, undo as undoLedger } from "./claims.js";
import { adoptHere } from "./copy.js";
import { current, go } from "./panes.js";
import { form } from "./sheet.js";

const help = document.getElementById("keys");
const OFF = "depesche:singles-off";
const PANES = { 1: "write", 2: "posts", 3: "wire", 4: "claims", 5: "card" };
const LISTS = { posts: "#items > .item > h3 a", wire: ".statement button, .copies h3 a", write: "#drafts li > a", claims: "[data-focus]", alarms: ".item h4 a" };
let last = "posts";

function step(by) {
  const inAlarms = document.activeElement.closest?.("#alarms") && "alarms";
  const name = inAlarms || (LISTS[current()] ? current() : last);
  let places = [...document.querySelectorAll(`#${name} :is(${LISTS[name]})`)].filter((each) => each.checkVisibility());
  if (!places.length) return false;
  const now = places.findIndex((each) => each === document.activeElement || each.closest(".item")?.contains(document.activeElement));
  const next = places[now < 0 ? 0 : Math.max(0, Math.min(places.length - 1, now + by))];
  if (!inAlarms) last = name;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function press(key) {
  const item = document.activeElement.closest?.(".item");
  const target = item?.querySelector(`[data-key="${key}"]`);
  target?.click();
  if (target?.matches("summary")) target.parentElement.querySelector("input:not([type=hidden])")?.focus();
  return Boolean(target);
}

function take(whose) {
  const button = document.querySelector(`#conflict [data-take="${whose}"]`);
  button?.click();
  return Boolean(button);
}

function paste() {
  const summary = document.querySelector('#wire [data-key="v"]');
  if (!summary) return false;
  go("wire", { focus: false });
  summary.parentElement.open = true;
  document.getElementById("paste-text").focus();
  return true;
}

const singles = {
  "?": () => showHelp(),
  n: () => { go("write"); return true; },
  j: () => step(1),
  k: () => step(-1),
  a: () => adoptHere(),
  c: () => press("c"),
  r: () => press("r"),
  t: () => (document.getElementById("conflict")?.contains(document.activeElement) ? take("theirs") : press("t")),
  m: () => take("mine"),
  o: () => press("o"),
  x: () => pressLedger("x") || press("x"),
  "!": () => goToAlarm(),
  u: () => { if (current() === "claims" && undoLedger()) return true; const button = document.querySelector("#outbox [data-undo]"); button?.click(); return Boolean(button); },
  v: () => paste(),
  ...Object.fromEntries(["q", "l", "f", "g", "@", "y", "s", "i"].map((key) => [key, () => pressLedger(key)])),
};

function showHelp() {
  help.querySelector("#singles").checked = !isOff();
  help.showModal();
  help.scrollTop = 0; // the browser goes to the first thing that takes the focus, which is at the end
  return true;
}

const isOff = () => { try { return localStorage.getItem(OFF) === "1"; } catch { return false; } };
const inField = (target) => target.closest?.("input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]");

function escape(event) {
  if (toStandings(event.target)) return true;
  const open = document.activeElement.closest?.(".acts details[open], .chip details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  } else if (inField(event.target)) {
    event.target.blur();
    event.target.closest(".pane")?.focus({ preventScroll: true });
  } else return closeAlarms() || closeClaim();
  return true;
}

// A part of the desk; the one that one is in shows its other list: who says what or the claims, this story's copy or all.
// A claim that is laid open stays: "Esc" closes it.
function part(name) {
  const other = name === current() && !document.querySelector(`#${name} .claim`) && document.querySelector(`#${name} .which a:not([aria-current])`);
  if (other) other.click();
  else go(name);
}

// Ctrl+Enter sends what the cursor is in: copy that is being pasted never publishes the sheet beside it.
function sendHere(target) {
  const own = inField(target) && target.form;
  if (own && own !== form) {
    const button = own.querySelector("button:not([name=standing])"); // a standing has keys of its own
    if (button) own.requestSubmit(button);
  } else if (form && !form.inert) form.requestSubmit(document.getElementById("publish"));
  else return false;
  return true;
}

export function begin() {
  document.getElementById("show-keys")?.addEventListener("click", showHelp);
  help?.querySelector("#singles").addEventListener("change", (event) => {
    try { localStorage.setItem(OFF, event.target.checked ? "0" : "1"); } catch { /* for this page only, then */ }
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || help?.open) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (!event.repeat && sendHere(event.target)) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { if (escape(event)) event.preventDefault(); return; }
    if (inField(event.target) || isOff()) return;
    if (pressStanding(event.key)) { event.preventDefault(); return; }
    const act = PANES[event.key] ? () => { part(PANES[event.key]); return true; } : singles[event.key];
    if (act?.()) event.preventDefault();
  });
}
