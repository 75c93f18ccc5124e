// The sheet: what is on it is kept in this browser at every key, and on the desk after a pause.
import { Unsent, here, post } from "./send.js";
import { met } from "./net.js";
import * as store from "./store.js";
import { announce, element, say } from "./words.js";
import { media, showMedia } from "./pictures.js";

export const form = document.getElementById("sheet");
const state = document.getElementById("state");
const found = document.getElementById("found");
const PAUSE = 3_000; // ms without a key before the desk gets the draft
const LONGEST = 10_000; // ms that somebody may type on before it gets it anyway
const FIELDS = ["title", "body", "byline", "sources", "language", "shown_at", "note", "copies", "answers"];
const slot = form?.elements.post ? `sheet:${form.elements.post.value}` : "sheet:new";

let timer = 0, last = Date.now(), saved = "", saving = null;

export function read() {
  const fields = Object.fromEntries(FIELDS.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]));
  const kind = form.querySelector("[name=correction]:checked");
  return {
    id: form.elements.draft.value, at: Date.now(), post: form.elements.post?.value ?? "",
    expect: form.elements.expect.value, revision: form.elements.revision?.value ?? "", seq: form.elements.draft_seq.value, key: form.elements.key.checked,
    correction: kind?.value ?? "", media: media(), fields,
  };
}

export function isEmpty(sheet = read()) {
  return !(sheet.fields.title.trim() || sheet.fields.body.trim() || sheet.media.length);
}

export function show(sheet) {
  for (const name of FIELDS) if (form.elements[name]) form.elements[name].value = sheet.fields[name] ?? "";
  form.elements.key.checked = Boolean(sheet.key);
  form.elements.draft.value = sheet.id;
  form.elements.draft_seq.value = sheet.seq ?? 0;
  for (const each of form.querySelectorAll("[name=correction]")) each.checked = each.value === sheet.correction;
  showMedia(sheet.media ?? []);
  store.ofTab(slot, sheet.id);
  changed();
}

export function clear() {
  const byline = form.elements.byline.value;
  problems({});
  show({ id: store.uuid(), seq: 0, fields: { byline }, media: [], key: false });
  clearTimeout(timer);
  saved = content(read());
  tell("idle", "");
}

// The same text as a form for the server; the command's id is the sender's affair.
export function packed(sheet, act, command) {
  const data = new FormData();
  data.set("do", act);
  data.set("command", command);
  data.set("draft", sheet.id);
  data.set("draft_seq", sheet.seq ?? 0);
  if (sheet.post) {
    data.set("post", sheet.post);
    data.set("revision", sheet.revision ?? 0);
    data.set("correction", sheet.correction);
  }
  data.set("expect", sheet.expect ?? 0);
  for (const [name, value] of Object.entries(sheet.fields)) data.set(name, value);
  if (sheet.key) data.set("key", "1");
  for (const each of sheet.media ?? []) {
    data.append("media", each.id);
    for (const name of ["alt", "caption", "credit"]) data.append(`media_${name}`, each[name] ?? "");
  }
  return data;
}

export function problems(byField) {
  for (const old of form.querySelectorAll(".error")) old.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const [name, reason] of Object.entries(byField)) {
    const field = form.elements[name] instanceof HTMLElement ? form.elements[name] : null;
    const error = element("p", { class: "error", role: "alert", id: `sheet-${name}-error` }, reason);
    if (!field) { form.querySelector(".actions").before(error); continue; }
    field.closest("details")?.setAttribute("open", "");
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", error.id);
    field.closest(".field").append(error);
    field.focus();
  }
}

export function tell(how, sentence) {
  state.dataset.state = how;
  state.textContent = sentence;
}

// With the mark of a text that the desk has, too, for as long as no word of it changes.
function kept(sheet, isOnDesk = false) {
  const before = store.take("draft", sheet.id);
  return { ...sheet, desk: isOnDesk || Boolean(before?.desk && content(before) === content(sheet)) };
}

export function changed() {
  const sheet = read();
  if (isEmpty(sheet)) store.drop("draft", sheet.id);
  else tell(...(store.put("draft", sheet.id, kept(sheet)) ? ["idle", say("kept")] : ["bad", say("full")]));
  clearTimeout(timer);
  const soon = Math.max(0, Math.min(PAUSE, LONGEST - (Date.now() - last)));
  if (!isEmpty(sheet)) timer = setTimeout(save, soon);
  form.dispatchEvent(new CustomEvent("sheet:changed"));
}

// Nothing may be saved after it was sent: a draft would rise again. Resolves to true when a save was on its way.
export async function settled() {
  clearTimeout(timer);
  return Boolean(await saving);
}

function content({ fields, media: pictures, key, correction }) {
  return JSON.stringify([fields, pictures, key, correction]);
}

function save() {
  const sheet = read();
  last = Date.now();
  if (isEmpty(sheet) || content(sheet) === saved || form.inert) return;
  saving = keep(sheet).finally(() => { saving = null; });
}

async function keep(sheet) {
  try {
    const answer = await post(`${here}/sheet`, packed(sheet, "save", store.uuid()));
    met(true);
    if (answer.done && form.elements.draft.value === sheet.id) {
      saved = content(sheet);
      form.elements.draft_seq.value = answer.done.seq;
      if (content(read()) === saved) {
        store.put("draft", sheet.id, kept(sheet, true));
        tell("good", say("saved", { time: answer.done.time }));
      }
    } else if (answer.conflict && form.elements.draft.value === sheet.id) {
      show({ ...read(), id: store.uuid(), seq: 0 });
      tell("bad", say("forked"));
    } else if (answer.refused) {
      tell("bad", say("refused", { reason: answer.refused.reason }));
    }
  } catch (error) {
    if (error instanceof Unsent) met(false);
    tell("bad", say(error instanceof Unsent ? "offline" : "signin"));
    clearTimeout(timer);
    timer = setTimeout(save, LONGEST);
  }
  return true;
}

// Texts that were left in this browser: by a crash, a closed tab, an undo; but for those among the drafts below.
export function showFound() {
  const mine = form.elements.draft.value, listed = [...document.querySelectorAll("[data-draft]")].map((each) => each.dataset.draft);
  const others = store.all("draft").filter((each) => each.id !== mine && (each.post || "") === (form.elements.post?.value ?? "") && !(each.desk && listed.includes(each.id)));
  found.replaceChildren(...others.map((each) => {
    const words = (each.fields.title || each.fields.body).trim().slice(0, 80);
    const time = new Date(each.at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short", timeZone: document.body.dataset.zone });
    return element("div", {}, element("p", {}, say("found", { time, words })), element("p", { class: "acts" },
      element("button", { type: "button", class: "link", onclick: () => { layDown(each); store.drop("draft", each.id); showFound(); } }, say("take")),
      element("button", { type: "button", class: "link", onclick: () => { store.drop("draft", each.id); showFound(); } }, say("discard"))));
  }));
}

// Put a text on the sheet under an id of its own; what was there stays among the texts of this browser.
export function layDown(sheet) {
  const now = read();
  if (!isEmpty(now)) store.put("draft", now.id, now);
  show({ ...sheet, id: store.uuid(), seq: 0 });
  if (form.elements.post) [form.elements.expect.value, form.elements.revision.value] = [sheet.expect, sheet.revision];
  showFound();
  form.elements.body.focus();
}

export function begin() {
  const tabs = store.ofTab(slot);
  const kept = (tabs && store.take("draft", tabs)) || null;
  const asked = new URLSearchParams(location.search);
  const fresh = !asked.has("draft") && !asked.has("from") && !asked.has("alarm") && !document.querySelector("#sheet .error, #conflict");
  if (kept && fresh && (isEmpty() || form.elements.post)) {
    show(kept);
    // what its author had seen, not what has been published since: else it would go over that unnoticed
    if (form.elements.post) [form.elements.expect.value, form.elements.revision.value] = [kept.expect, kept.revision];
    announce(say("kept"));
  } else {
    store.ofTab(slot, form.elements.draft.value);
  }
  saved = content(read());
  form.addEventListener("input", changed);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input:not([type=file])") && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
  showFound();
}
