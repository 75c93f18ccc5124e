// What was sent stays here until the desk has it: kept in this browser first, tried again with pauses, under one id.
import { SignedOut, Unsent, base, here, post, renewed } from "./send.js";
import { met } from "./net.js";
import * as store from "./store.js";
import * as sheet from "./sheet.js";
import { announce, element, say } from "./words.js";

const place = document.getElementById("outbox");
const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds; then every 30
const UNDO = 10; // seconds, as on the desk
const rows = new Map();
export const last = { sent: 0 };
let busy = false, timer = 0, wake = 0;

// Keep it, empty the sheet, send it. `act` is "publish" or "save".
export function hand(act) {
  const now = sheet.read();
  last.sent = Date.now();
  const item = { command: store.uuid(), at: Date.now(), act, tries: 0, sheet: now };
  store.put("out", item.command, item);
  if (now.post) sheet.form.inert = true;
  else sheet.clear();
  showRow(item, "", say("sending"));
  if (!now.post) sheet.form.elements.body.focus();
  flush();
}

export const isFull = () => store.all("out").length > 0;

export async function flush() {
  if (busy) return;
  busy = true;
  clearTimeout(timer);
  try {
    let item;
    do item = store.all("out").find((each) => !each.refused);
    while (item && await tryOne(item));
  } finally {
    busy = false;
  }
}

async function tryOne(item) {
  showRow(item, "", say(item.tries ? "trying" : "sending"));
  try {
    const wasSaving = await sheet.settled();
    item.tries += 1;
    store.put("out", item.command, item);
    const answer = await post(`${here}/sheet`, sheet.packed(item.sheet, item.act, item.command));
    met(true);
    if (answer.done) arrived(item, answer.done, wasSaving);
    else if (answer.conflict) conflicted(item, answer.conflict);
    else refused(item, answer.refused);
    return true;
  } catch (error) {
    if (!(error instanceof Unsent || error instanceof SignedOut)) throw error;
    notYet(item, error);
    return false;
  }
}

function arrived(item, done, wasSaving) {
  store.drop("out", item.command);
  store.drop("draft", item.sheet.id);
  if (wasSaving && item.act === "publish") dropDraft(item.sheet.id);
  document.dispatchEvent(new CustomEvent("desk:refresh", { detail: { own: done.post } }));
  if (isHere(item)) {
    const gone = item.act === "save" ? `${here}?kept=1` : `${here}/posts/${done.post}?corrected=1`;
    location.assign(gone);
    return;
  }
  const sentence = item.act === "save" ? say("handed", { time: done.time }) : say("sent", { number: done.post, time: done.time });
  showRow(item, "good", sentence);
  announce(sentence);
  sheet.showFound();
  if (item.act === "publish" && !item.sheet.post) offerUndo(item, done);
  else setTimeout(() => dropRow(item), UNDO * 1000);
}

const key = (name) => element("kbd", { "aria-hidden": "true" }, name);

function offerUndo(item, done) {
  const command = store.uuid();
  const until = Date.now() + UNDO * 1000;
  const button = element("button", { type: "button", "data-undo": "", onclick: () => undo(item, done, command, button) });
  rows.get(item.command).append(button);
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) { if (!button.disabled) dropRow(item); return; }
    button.replaceChildren(`${say("undo", { seconds: left })} `, key("Esc"), " ", key("u"));
    setTimeout(tick, 250);
  };
  tick();
}

async function undo(item, done, command, button) {
  button.disabled = true;
  const data = new FormData();
  data.set("undo", "1");
  data.set("command", command);
  try {
    const answer = await post(`${here}/posts/${done.post}/retract`, data);
    if (answer.done) {
      dropRow(item);
      sheet.layDown(item.sheet);
      announce(say("undone"));
      sheet.tell("good", say("undone"));
      document.dispatchEvent(new CustomEvent("desk:refresh", { detail: { own: done.post } }));
    } else {
      showRow(item, "bad", say("undolate", { reason: answer.refused?.reason ?? "" }), closing(item));
    }
  } catch {
    button.disabled = false;
    showRow(item, "bad", say("failed"), button, closing(item));
  }
}

// A correction belongs on the page of its post; what another page had sent is only told here.
const onSheet = () => sheet.form.elements.post?.value ?? "";
const isHere = (item) => Boolean(item.sheet.post) && onSheet() === item.sheet.post;

function refused(item, { field, reason }) {
  const belongs = onSheet() === item.sheet.post;
  if (belongs && (item.sheet.post || sheet.isEmpty())) {
    store.drop("out", item.command);
    dropRow(item);
    sheet.form.inert = false;
    if (!item.sheet.post) sheet.show(item.sheet);
    sheet.problems({ [field]: reason });
    sheet.tell("bad", say(field ? "unsent" : "refused", { reason }));
    return;
  }
  item.refused = reason;
  store.put("out", item.command, item);
  showRow(item, "bad", say("refused", { reason }), ...backAndDiscard(item));
  announce(say("refused", { reason }));
}

function conflicted(item, { html, expect }) {
  if (item.act === "save") { // somebody else is at this draft, too: ours becomes one of its own
    store.drop("out", item.command);
    dropRow(item);
    item.sheet = { ...item.sheet, id: store.uuid(), seq: 0 };
    item.command = store.uuid();
    store.put("out", item.command, item); // is tried next
    return;
  }
  if (!isHere(item)) {
    refused(item, { field: "", reason: say("news") });
    return;
  }
  store.drop("out", item.command);
  dropRow(item);
  sheet.form.inert = false;
  const place = document.getElementById("conflict-place");
  place.innerHTML = html; // made by our server from escaped words
  sheet.form.elements.expect.value = expect;
  sheet.changed();
  place.firstElementChild.focus();
  place.firstElementChild.scrollIntoView({ block: "start" });
}

function notYet(item, error) {
  if (error instanceof Unsent) met(false);
  if (item.tries === 1) announce(say(error instanceof SignedOut ? "signin" : "offline"));
  const pause = Math.max(error.wait ?? 0, PAUSES[Math.min(item.tries - 1, PAUSES.length - 1)]);
  wake = Date.now() + pause * 1000;
  const again = element("button", { type: "button", class: "link", onclick: () => flush() }, say("again"));
  const login = element("a", { href: `${base}/desk/login`, target: "_blank", rel: "noopener" }, say("signinlink"));
  const isOut = error instanceof SignedOut;
  const tick = async () => {
    if (busy) return;
    const seconds = Math.ceil((wake - Date.now()) / 1000);
    if (seconds <= 0) { if (!isOut || await renewed()) flush(); else notYet(item, error); return; }
    for (const each of store.all("out").filter((other) => !other.refused)) {
      const sentence = isOut ? say("signin") : say("notsent", { seconds });
      showRow(each, "bad", sentence, isOut ? login : "", again, ...backAndDiscard(each).slice(0, 1));
    }
    timer = setTimeout(tick, 1000);
  };
  clearTimeout(timer);
  timer = setTimeout(tick, 0);
}

function backAndDiscard(item) {
  const back = () => {
    store.drop("out", item.command);
    dropRow(item);
    sheet.form.inert = false;
    if (isHere(item)) return;
    if (item.sheet.post === onSheet()) { sheet.layDown(item.sheet); return; }
    store.put("draft", item.sheet.id, item.sheet);
    location.assign(item.sheet.post ? `${here}/posts/${item.sheet.post}` : here);
  };
  const discard = () => {
    store.drop("out", item.command);
    dropRow(item);
  };
  return [
    element("button", { type: "button", class: "link", onclick: back }, say("back")),
    element("button", { type: "button", class: "link", onclick: discard }, say("discard")),
  ];
}

const closing = (item) => element("button", { type: "button", class: "link", onclick: () => dropRow(item) }, say("discard"));

async function dropDraft(id) {
  const data = new FormData();
  data.set("command", store.uuid());
  await post(`${here}/drafts/${id}/drop`, data).catch(() => null); // it is an old text of a post that is out
}

function showRow(item, how, sentence, ...more) {
  let row = rows.get(item.command);
  if (!row) {
    row = element("div", { "data-command": item.command });
    rows.set(item.command, row);
    place.append(row);
  }
  const text = (item.sheet.fields.title || item.sheet.fields.body).trim().replace(/\s+/g, " ");
  const words = text.length > 90 ? `${text.slice(0, 89)}…` : text;
  const focused = row.contains(document.activeElement) ? document.activeElement.textContent : null;
  row.dataset.state = how;
  row.replaceChildren(element("p", {}, element("b", {}, sentence)), element("p", { class: "meta" }, words), ...more.filter(Boolean).flatMap((each) => [each, " "]));
  if (focused) [...row.querySelectorAll("button, a")].find((each) => each.textContent === focused)?.focus();
}

function dropRow(item) {
  const row = rows.get(item.command);
  if (row?.contains(document.activeElement)) sheet.form.elements.body.focus();
  row?.remove();
  rows.delete(item.command);
}

export function begin() {
  document.addEventListener("desk:try", flush);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  addEventListener("beforeunload", (event) => { if (isFull()) event.preventDefault(); });
  for (const item of store.all("out")) {
    if (item.refused) showRow(item, "bad", say("refused", { reason: item.refused }), ...backAndDiscard(item));
  }
  flush();
}
