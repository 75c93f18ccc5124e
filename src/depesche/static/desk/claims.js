// The panel "Claims": opened in place, one key for each thing, after each key only what changed is replaced, "u" undoes.
import { SignedOut, Unsent, get, here, post } from "./send.js";
import { met } from "./net.js";
import * as sheet from "./sheet.js";
import * as store from "./store.js";
import { announce, element, say } from "./words.js";

const panel = document.getElementById("claims");
let shown = `${here}/claims?tab=statements`; // where the panel came from
const NOTHING = { f: "nofigure", g: "nothingunsure", x: "nosuggestion", y: "nosuggestion" };
let busy = false, missed = false;
let from = null; // the list and the place in it that the claim laid open was opened from

export async function load(path, address, { quiet = false, at = "" } = {}) {
  const kept = quiet ? cursor()?.dataset.saying : at.split("saying-")[1]; // it stays in the list, however much comes above it
  let answer;
  try {
    answer = await get(kept ? `${path}&keep=${kept}` : path);
  } catch {
    if (!quiet) announce(say("failed"));
    return;
  }
  if (quiet && (busy || isBusy())) return; // somebody began to do something meanwhile
  const held = quiet ? spot() : null;
  const told = document.getElementById("ledger-told");
  if (!panel.querySelector(".claim")) from = { path: shown, address: location.pathname + location.search + location.hash, at: cursor()?.id };
  panel.innerHTML = answer.html; // made by our server from escaped words
  if (quiet && told) document.getElementById("ledger-told")?.replaceWith(told); // with the way back
  shown = path;
  if (address) history.replaceState(null, "", address);
  if (held === panel.id) panel.focus({ preventScroll: true }); // on no statement, and so it stays
  else if (held) restore(held);
  else if (document.getElementById(at)) restore(at);
  else if (!quiet) focusFirst();
}

function focusFirst() {
  const asked = location.hash.startsWith("#saying-") && panel.querySelector(`${location.hash} [data-focus]`);
  (asked || panel.querySelector("[data-focus]") || panel).focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

// The statement, or the line of a claim, that the cursor is on.
function cursor() {
  const active = document.activeElement;
  return panel.contains(active) ? active.closest("[data-saying], .claimline") : null;
}

const spot = () => (panel.contains(document.activeElement) ? cursor()?.id ?? "claims" : null);

// What is gone takes the cursor with it: it never lands on another one, which the next key would hit.
function restore(id) {
  const place = document.getElementById(id);
  if (place === panel) focusFirst();
  else if (place) {
    place.querySelector("[data-focus]").focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
  } else {
    panel.focus({ preventScroll: true });
    if (id.startsWith("saying-")) tell(say("sayinggone"), "bad");
  }
}

const isBusy = () => Boolean(panel.querySelector("details[open] form"));

async function send(form, submitter) {
  if (submitter?.matches("[data-standing]")) {
    for (const each of form.querySelectorAll("[data-standing]")) each.toggleAttribute("data-chosen", each === submitter);
  }
  const data = new FormData(form, submitter);
  if (form.elements.command) form.elements.command.value = store.uuid();
  await ask(form, data);
}

async function ask(form, data) {
  if (busy) return;
  busy = true;
  form?.setAttribute("aria-busy", "true");
  const held = spot();
  try {
    const answer = await post(`${here}/ledger`, data);
    met(true);
    if (answer.done) done(answer.done, held, data.get("view") ?? "");
    else refuse(form, answer.refused ?? { reason: "", field: "" }, answer.conflict);
  } catch (error) {
    if (!(error instanceof Unsent || error instanceof SignedOut)) throw error;
    if (error instanceof Unsent) met(false);
    tell(say(error instanceof Unsent ? "failed" : "signin"), "bad");
  } finally {
    busy = false;
    form?.removeAttribute("aria-busy");
  }
}

function done(answer, held, view) {
  const made = element("template");
  made.innerHTML = answer.html; // made by our server from escaped words
  if (answer.piece === "claims") {
    panel.replaceChildren(made.content);
    if (!panel.querySelector(".claim")) shown = `${here}/claims?tab=${view === "statements" ? view : "claims"}`;
  }
  else document.getElementById(answer.piece)?.replaceWith(made.content);
  for (const field of panel.querySelectorAll("[name=expect]")) field.value = answer.seq;
  tell(answer.told, "good", answer.undo, view);
  if (held) restore(held);
  document.dispatchEvent(new CustomEvent("desk:refresh", { detail: {} }));
}

// What was done, and the way back.
function tell(sentence, how, undo = "", view = "") {
  const place = document.getElementById("ledger-told");
  announce(sentence);
  if (!place) return;
  const back = undo && element("button", { type: "button", class: "link", "data-undo": "", onclick: () => {
    const data = new FormData();
    for (const [name, value] of Object.entries({ commands: undo, view, command: store.uuid() })) data.set(name, value);
    ask(null, data);
  } }, `${say("undoledger")} `, element("kbd", { "aria-hidden": "true" }, "u"));
  place.replaceChildren(element("p", { class: how === "bad" ? "error" : "meta" }, sentence, " ", back || ""));
}

function refuse(form, { field, reason }, conflict) {
  for (const old of panel.querySelectorAll(".error")) old.remove();
  if (conflict) {
    const made = element("template");
    made.innerHTML = conflict.html; // made by our server from escaped words
    form?.append(made.content);
    if (form?.elements.expect) form.elements.expect.value = conflict.expect;
    return;
  }
  const input = field && form?.elements[field] instanceof HTMLElement ? form.elements[field] : null;
  const error = element("p", { class: "error", role: "alert" }, reason);
  if (!input) { tell(reason, "bad"); return; }
  error.id = `${input.id}-refused`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", error.id);
  input.closest(".field")?.append(error);
  input.focus();
}

// The standing line goes where the cursor was, on a line of its own.
function insert(button) {
  const body = sheet.form?.elements.body;
  if (!body) return;
  const before = body.value.slice(0, body.selectionStart), after = body.value.slice(body.selectionEnd);
  const lead = before.trim() ? (before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n") : "";
  body.setRangeText(`${lead}${button.dataset.line}${after.trim() ? "\n\n" : ""}`, body.selectionStart, body.selectionEnd, "end");
  sheet.changed();
  tell(say("lineput"), "good");
}

// A key on the statement that the cursor is on, else on the claim that is laid open; "s" and "i" are a claim's alone.
// A summary opens, and its first field is ready to be typed over.
export function press(key) {
  const active = document.activeElement;
  if (!panel?.contains(active)) return false;
  const claim = panel.querySelector(".claim");
  const place = ("si".includes(key) ? null : active.closest("[data-saying]")) ?? claim;
  const own = [...(place?.querySelectorAll(`[data-do="${CSS.escape(key)}"]`) ?? [])];
  const target = own.find((each) => each.closest("[data-saying], .claim") === place);
  if (target) act(target);
  else tell(say(NOTHING[key] ?? "nothinghere"), "idle");
  return true;
}

function act(target) {
  target.click();
  if (!target.matches("summary") || !target.parentElement.open) return;
  const first = target.parentElement.querySelector("[data-first], fieldset button, input:not([type=hidden])");
  first?.focus();
  if (first?.matches("input")) first.select();
}

// "Esc" in a claim laid open: back to where it was opened from.
export function close() {
  const claim = panel?.contains(document.activeElement) && panel.querySelector(".claim");
  if (!claim) return false;
  const list = { path: `${here}/claims?tab=claims`, address: "?claims=claims#claims" };
  const { path, address, at } = from ?? { ...list, at: `claimline-${claim.dataset.claim}` };
  load(path, address, { at });
  return true;
}

// From a field of the chooser back to its keys; what was typed goes with the one that is pressed.
export function toStandings(field) {
  const keys = field.matches("details.standing input") && field.closest("details.standing").querySelectorAll("[data-standing]");
  if (!keys) return false;
  ([...keys].find((each) => "chosen" in each.dataset) ?? keys[0]).focus();
  return true;
}

// The second of the two keys.
export function pressStanding(key) {
  const open = document.activeElement.closest?.("details.standing[open]");
  const target = open?.querySelector(`[data-standing="${CSS.escape(key)}"]`);
  target?.click();
  return Boolean(target);
}

export function undo() {
  const button = panel?.querySelector("[data-undo]");
  button?.click();
  return Boolean(button);
}

function renew() {
  if (/tab=statements$|tab=claims$/.test(shown)) load(shown, null, { quiet: true });
}

export function begin() {
  if (!panel) return;
  const asked = new URLSearchParams(location.search);
  if (asked.get("claim")) shown = `${here}/claims/${asked.get("claim")}`;
  else if (asked.get("below")) shown = `${here}/claims?tab=statements&below=${asked.get("below")}`;
  else if (asked.get("claims")) shown = `${here}/claims?tab=${asked.get("claims")}`;
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      load(link.dataset.part, link.getAttribute("href"));
      return;
    }
    const line = event.target.closest("[data-line]");
    if (line) {
      event.preventDefault();
      insert(line);
    }
  });
  panel.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-ledger]")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });
  // The key that sends a field sends, in the chooser of standings, the standing that was waiting for it; without one it
  // leads back to the keys, and chooses nothing.
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("details.standing input")) return;
    event.preventDefault();
    const chosen = event.target.form.querySelector("[data-chosen]");
    if (chosen) event.target.form.requestSubmit(chosen);
    else toStandings(event.target);
  });
  document.addEventListener("desk:news", () => {
    missed = isBusy();
    if (!missed) renew();
  });
  // What came while somebody was typing appears when they are done.
  panel.addEventListener("toggle", () => { if (missed && !isBusy()) { missed = false; renew(); } }, true);
}
