// The alarms: a line that comes in by itself, always in sight, over what is being written or read and never moving it.
// Its clock runs, "!" unfolds it, and one key opens the correction of each post.
import * as sheet from "./sheet.js";
import { announce, say } from "./words.js";

const place = document.getElementById("alarms");
const settled = document.getElementById("dismissed");
const narrow = matchMedia("(max-width: 59.99rem)");
const MINUTE = 60, HOUR = 3600, DAY = 86_400; // seconds
const EDGE = 10; // px of paper above what is gone to
const title = document.title;
let known = new Set(), came = null; // from where "!" was pressed

const rows = () => [...place?.querySelectorAll(".item") ?? []];
const all = () => place?.querySelector(".alarms > details");

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

// A row in which somebody is writing a reason stays as it is; so does what is folded, and where one is in it.
function show(html) {
  const focused = document.activeElement, inside = place.contains(focused), was = inside && focused.closest(".item")?.id;
  const { open = false } = all() ?? {}, { scrollTop = 0 } = place.querySelector(".unfolded") ?? {};
  const made = document.createElement("template");
  made.innerHTML = html; // made by our server from escaped words
  for (const row of rows()) {
    const fresh = made.content.getElementById(row.id);
    if (fresh && row.querySelector(".acts details[open]")) fresh.replaceWith(row);
  }
  const words = new Map([...place.querySelectorAll(".alarm")].map((each) => [each.dataset.copy, each.querySelector(".what")?.open]));
  place.replaceChildren(made.content);
  for (const each of place.querySelectorAll(".alarm .what")) each.open = words.get(each.closest(".alarm").dataset.copy) ?? each.open;
  if (all()) {
    all().open = open;
    place.querySelector(".unfolded").scrollTop = scrollTop;
  }
  if (inside && focused !== document.activeElement) focusAgain(focused, was);
  tell();
  tick();
}

// Where the focus was; where that is settled, the next alarm; where there is none, whence one came.
function focusAgain(focused, was) {
  if (focused.isConnected) focused.focus({ preventScroll: true });
  else if (!all()) leave();
  else (all().open ? (document.getElementById(was || "") ?? rows()[0])?.querySelector("a") : all().querySelector("summary"))?.focus({ preventScroll: true });
}

function leave() {
  if (all()) all().open = false;
  const to = came?.isConnected && came.checkVisibility() && came !== document.body ? came : document.querySelector(".pane:not([data-off])");
  came = null;
  to?.focus({ preventScroll: true });
}

// "Esc": folded again, and back to where one was.
export function close() {
  if (!place?.contains(document.activeElement) || !all()?.open) return false;
  leave();
  return true;
}

// On a telephone the line has room of its own from the next look at a part on: never while somebody reads or writes.
export function reserve() {
  document.getElementById("main").classList.toggle("alarmed", rows().length > 0);
}

function showSettled(html) {
  const had = settled.contains(document.activeElement);
  settled.innerHTML = html; // made by our server from escaped words
  if (had && !settled.contains(document.activeElement)) (all()?.querySelector("summary") ?? settled.closest(".pane")).focus({ preventScroll: true });
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
  const items = rows(), active = document.activeElement;
  if (!items.length) return false;
  if (!place.contains(active)) came = active;
  all().open = true;
  const item = items[(items.indexOf(active.closest("#alarms .item")) + 1) % items.length], group = item.closest(".alarm");
  group.querySelector(".what")?.setAttribute("open", "");
  item.querySelector("a").focus({ preventScroll: true });
  place.querySelector(".unfolded").scrollTop = (item.previousElementSibling ? item : group).offsetTop - EDGE;
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
  if (all()) all().open = !narrow.matches && "post" in place.dataset; // there the old and the new words stand beside the sheet
  tell();
  tick();
  reserve();
  setInterval(tick, 5_000);
  document.addEventListener("desk:news", ({ detail }) => {
    if (detail.alarms !== undefined) show(detail.alarms);
    if (settled && detail.dismissed !== undefined) showSettled(detail.dismissed);
  });
  // It makes way for what it lies over.
  document.addEventListener("focusin", ({ target }) => {
    if (all()?.open && !place.contains(target) && (narrow.matches || target.closest(".side"))) all().open = false;
  });
  place.addEventListener("click", (event) => {
    const link = event.target.closest('.item a[data-key="c"]');
    if (!link || !sheet.form?.elements.answers || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    answerHere(link.closest(".item"));
  });
}
