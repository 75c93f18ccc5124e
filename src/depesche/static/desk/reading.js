// While somebody writes: what the reader finds in the sheet, a moment after the last key. Nothing waits for it.
import { here, post } from "./send.js";
import { load } from "./claims.js";
import { go } from "./panes.js";
import * as sheet from "./sheet.js";

const place = document.getElementById("reading");
const PAUSE = 700; // ms: rarer than the preview, as a text is read anew each time
let timer = 0, asked = 0, last = "";

async function ask() {
  const now = sheet.read();
  const text = JSON.stringify([now.fields.title, now.fields.body, now.fields.language]);
  if (text === last) return;
  last = text;
  const number = ++asked;
  if (!now.fields.body.trim()) {
    place.hidden = true;
    return;
  }
  try {
    const answer = await post(`${here}/reading`, sheet.packed(now, "reading", ""));
    if (number !== asked || !answer.done) return; // somebody typed on
    place.innerHTML = answer.done.html; // made by our server from escaped words
    place.hidden = !answer.done.html;
  } catch { last = ""; /* the old reading stays */ }
}

function light(event) {
  const item = event.target.closest("li");
  const number = item && [...item.parentElement.children].indexOf(item);
  for (const mark of place.querySelectorAll("mark")) mark.classList.toggle("on", item !== null && mark.dataset.s.split(" ").includes(String(number)));
}

export function begin() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-earlier]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go("claims", { focus: false });
    load(link.dataset.earlier, link.getAttribute("href"));
  });
  if (!place || !sheet.form) return;
  place.addEventListener("mouseover", light);
  place.addEventListener("focusin", light);
  sheet.form.addEventListener("sheet:changed", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (!sheet.isEmpty()) ask();
}
