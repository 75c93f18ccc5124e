// Copy beside the sheet: opened in place, statements lit where they stand, one key puts a passage on the sheet.
import { get, post } from "./send.js";
import * as sheet from "./sheet.js";
import { announce, say } from "./words.js";

const panel = document.getElementById("wire");

export async function load(path, address) {
  let answer;
  try {
    answer = await get(path);
  } catch {
    announce(say("failed"));
    return;
  }
  panel.innerHTML = answer.html; // made by our server from escaped words
  if (address) history.replaceState(null, "", address);
  (panel.querySelector(".statement button, .copies a") ?? panel).focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

// Words go where the cursor was, on a line of their own, and the source into its line, once.
function adopt(text) {
  const body = sheet.form.elements.body;
  const before = body.value.slice(0, body.selectionStart), after = body.value.slice(body.selectionEnd);
  const lead = before.trim() ? (before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n") : "";
  const tail = after.trim() ? "\n\n" : "";
  body.setRangeText(`${lead}${text}${tail}`, body.selectionStart, body.selectionEnd, "end");
  const source = panel.querySelector("[data-source]")?.dataset.source.trim();
  const line = sheet.form.elements.sources;
  const have = line.value.split(",").map((part) => part.trim()).filter(Boolean);
  if (source && !have.some((part) => part.toLowerCase() === source.toLowerCase())) line.value = [...have, source].join(", ");
  noteUsed();
  sheet.changed();
  announce(say("adopted"));
  noteTaken();
}

// Which copy the words came from goes along with the sheet: should it be corrected or killed, the desk finds the post.
function noteUsed() {
  const { copy, version } = panel.querySelector("[data-version]")?.dataset ?? {};
  const field = sheet.form.elements.copies;
  if (copy && !field.value.split(" ").includes(`${copy}:${version}`)) field.value = `${field.value} ${copy}:${version}`.trim();
}

// The story uses the copy from now on; should that not arrive, the next passage says it again.
async function noteTaken() {
  const copy = panel.querySelector("[data-take]");
  if (!copy) return;
  const path = copy.dataset.take;
  delete copy.dataset.take;
  await post(path, new FormData()).catch(() => { copy.dataset.take = path; });
}

// As on the server: what Markdown would take for its own stays what it is.
function escaped(text) {
  return text.replace(/([\\`*_[\]<>&])/g, "\\$1").replace(/^(\s*)([#>+-]|\d{1,9}[.)])(?=\s|$)/gm, (_, space, mark) => `${space}${mark.slice(0, -1)}\\${mark.slice(-1)}`);
}

function selected() {
  const selection = getSelection();
  const text = panel?.querySelector("#copytext");
  const inside = text && selection.rangeCount && !selection.isCollapsed && text.contains(selection.getRangeAt(0).commonAncestorContainer);
  return inside ? selection : null;
}

export function adoptSelection() {
  const selection = selected();
  if (!selection) {
    announce(say("select"));
    sheet.tell("bad", say("select"));
    return false;
  }
  const range = selection.getRangeAt(0);
  const touched = [...panel.querySelectorAll("mark")].find((mark) => range.intersectsNode(mark) && mark.dataset.s);
  const number = touched?.dataset.s.split(" ").at(-1);
  const statement = number && panel.querySelector(`.statement[data-number="${number}"] button`);
  const pattern = (statement ?? panel.querySelector("[data-adopt-selection]")).dataset.pattern;
  const words = selection.toString().trim().replace(/\s+/g, " ").replace(/^[„“”"»«‚‘’›‹]+|[,]?[„“”"»«‚‘’›‹]+$/g, "");
  adopt(pattern.replace("{words}", () => escaped(words)));
  return true;
}

// On a telephone the sheet is out of sight: the statement itself shows that it is there.
function adoptStatement(button) {
  adopt(button.dataset.text);
  button.dataset.done = say("adopted");
}

// The key "a": selected words first, else the statement that has the focus.
export function adoptHere() {
  if (selected()) return adoptSelection();
  const button = document.activeElement.closest?.(".statement button");
  if (button) adoptStatement(button);
  return Boolean(button);
}

function light(number, { scroll = false } = {}) {
  let first = null;
  for (const mark of panel.querySelectorAll("mark")) {
    const on = number !== null && mark.dataset.s.split(" ").includes(number);
    mark.classList.toggle("on", on);
    if (on) first ??= mark;
  }
  const text = panel.querySelector("#copytext");
  if (scroll && first && text) text.scrollTop = first.offsetTop - text.clientHeight / 3;
}

export function begin() {
  if (!panel) return;
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-part]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      load(link.dataset.part, link.getAttribute("href"));
      return;
    }
    const button = event.target.closest("[data-adopt], [data-adopt-selection]");
    if (button) {
      event.preventDefault();
      if (button.hasAttribute("data-adopt")) adoptStatement(button);
      else adoptSelection();
      return;
    }
    const mark = event.target.closest("mark[data-s]");
    if (mark && getSelection().isCollapsed) panel.querySelector(`.statement[data-number="${mark.dataset.s.split(" ").at(-1)}"] button`)?.focus();
  });
  panel.addEventListener("focusin", (event) => light(event.target.closest(".statement")?.dataset.number ?? null, { scroll: true }));
  panel.addEventListener("mousemove", (event) => {
    const statement = event.target.closest(".statement");
    // a list that scrolls by keyboard under a resting mouse moves nothing
    if (statement && (event.movementX || event.movementY)) light(statement.dataset.number);
  });
}
