// The strip of alarms: comes in by itself, its clock runs, and one key opens the correction of each post.
import * as sheet from "./sheet.js";
import { announce, say } from "./words.js";

const place = document.getElementById("alarms");
const MINUTE = 60, HOUR = 3600, DAY = 86_400; // seconds
const title = document.title;
let known = new Set();

const rows = () => [...place.querySelectorAll(".item")];

function tick() {
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  for (const time of place.querySelectorAll("time[data-ago]")) {
    const passed = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
    if (passed < MINUTE) time.textContent = say("justnow");
    else if (passed < HOUR) time.textContent = relative.format(-Math.floor(passed / MINUTE), "minute");
    else if (passed < DAY) time.textContent = relative.format(-Math.floor(passed / HOUR), "hour");
    else time.textContent = relative.format(-Math.floor(passed / DAY), "day");
  }
}

// A row in which somebody is writing a reason stays as it is; the focus stays where it was.
function show(html) {
  const focused = document.activeElement, was = place.contains(focused) ? focused.closest(".item")?.id : null;
  const made = document.createElement("template");
  made.innerHTML = html; // made by our server from escaped words
  for (const row of rows()) {
    const fresh = made.content.getElementById(row.id);
    if (fresh && row.querySelector(".acts details[open]")) fresh.replaceWith(row);
  }
  place.replaceChildren(made.content);
  if (was && focused !== document.activeElement) (focused.isConnected ? focused : document.getElementById(was)?.querySelector("a"))?.focus({ preventScroll: true });
  tell();
  tick();
}

function tell() {
  const now = new Set(rows().map((row) => `${row.id} ${row.dataset.ref}`));
  const fresh = [...now].some((each) => !known.has(each));
  if (fresh) announce(say("alarm", { said: place.querySelector("h3").textContent }));
  document.title = now.size ? `(${now.size}!) ${title}` : title;
  known = now;
}

// The key "!": the alarm that waits longest, then the next.
export function goToAlarm() {
  const links = rows().map((row) => row.querySelector("a"));
  if (!links.length) return false;
  const next = links[(links.indexOf(document.activeElement.closest?.("#alarms .item")?.querySelector("a")) + 1) % links.length];
  next.focus();
  next.scrollIntoView({ block: "center" });
  return true;
}

// On the post's own page the sheet is there already: the correction is labelled in place, and nothing typed is lost.
function answerHere(row) {
  const { elements } = sheet.form;
  const kind = sheet.form.querySelector("[name=correction][value=correction]");
  if (!sheet.form.querySelector("[name=correction]:checked")) kind.checked = true;
  if (!elements.note.value.trim()) elements.note.value = row.dataset.note;
  if (!elements.answers.value.split(" ").includes(row.dataset.ref)) elements.answers.value = `${elements.answers.value} ${row.dataset.ref}`.trim();
  sheet.changed();
  elements.body.focus();
}

export function begin() {
  if (!place) return;
  known = new Set(rows().map((row) => `${row.id} ${row.dataset.ref}`));
  tell();
  tick();
  setInterval(tick, 5_000);
  document.addEventListener("desk:news", (event) => { if (event.detail.alarms !== undefined) show(event.detail.alarms); });
  place.addEventListener("click", (event) => {
    const link = event.target.closest('.item a[data-key="c"]');
    if (!link || !sheet.form?.elements.answers || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answerHere(link.closest(".item"));
  });
}
