// The preview: rendered by the server with the function that makes the readers' page, a moment after the last key.
import { here, post } from "./send.js";
import * as sheet from "./sheet.js";

const place = document.getElementById("preview");
const PAUSE = 300; // ms
let timer = 0, asked = 0;

async function ask() {
  const number = ++asked;
  const now = sheet.read();
  if (sheet.isEmpty(now)) {
    place.hidden = true;
    return;
  }
  try {
    const answer = await post(`${here}/preview`, sheet.packed(now, "preview", ""));
    if (number !== asked || !answer.done) return; // somebody typed on
    place.innerHTML = answer.done.html; // made by render.markdown, the only maker of markup
    place.hidden = !answer.done.html;
  } catch { /* the sheet tells that there is no connection; the old preview stays */ }
}

export function begin() {
  place.addEventListener("click", (event) => { if (event.target.closest("a, button")) event.preventDefault(); });
  sheet.form.addEventListener("sheet:changed", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (!sheet.isEmpty()) ask();
}
