// The desk of a story. Without this file its forms work as forms.
import * as alarms from "./alarms.js";
import * as claims from "./claims.js";
import * as copy from "./copy.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as list from "./list.js";
import * as outbox from "./outbox.js";
import * as panes from "./panes.js";
import * as pictures from "./pictures.js";
import * as preview from "./preview.js";
import * as reading from "./reading.js";
import * as sheet from "./sheet.js";
import { here } from "./send.js";
import { announce, say } from "./words.js";
import * as store from "./store.js";

const TWICE = 1_500; // ms: who presses the key twice means it once

document.documentElement.classList.add("scripted");

function submitted(event) {
  const act = event.submitter?.value ?? "save";
  if (act.startsWith("remove:")) {
    event.preventDefault();
    pictures.remove(act.slice("remove:".length));
    sheet.changed();
  } else if (act === "theirs") {
    event.preventDefault();
    takeTheirs(event.submitter);
  } else if (act === "publish" || act === "save") {
    event.preventDefault();
    send(act);
  }
}

function send(act) {
  if (sheet.isEmpty()) {
    if (Date.now() - outbox.last.sent < TWICE) return;
    sheet.problems({ body: say("empty") });
    return;
  }
  if (pictures.isWaiting()) {
    sheet.tell("bad", say("waitpicture"));
    announce(say("waitpicture"));
    return;
  }
  document.getElementById("conflict-place").replaceChildren();
  sheet.problems({});
  outbox.hand(act);
}

// Their words on the sheet, mine kept among this browser's texts.
function takeTheirs(button) {
  const mine = sheet.read();
  const kept = { ...mine, id: store.uuid() };
  store.put("draft", kept.id, kept);
  sheet.show({ ...mine, fields: { ...mine.fields, title: button.dataset.title, body: button.dataset.text } });
  document.getElementById("conflict-place").replaceChildren();
  sheet.showFound();
  announce(say("theirs"));
  sheet.form.elements.body.focus();
}

if (sheet.form) {
  sheet.begin();
  pictures.begin(sheet.changed);
  preview.begin();
  outbox.begin();
  sheet.form.addEventListener("submit", submitted);
}
panes.begin();
copy.begin();
claims.begin();
reading.begin();
forms.begin();
keys.begin();
alarms.begin();
list.begin();
document.addEventListener("form:done", (event) => {
  if (event.target.dataset.into !== "wire") return;
  event.target.reset();
  const id = event.detail.copy;
  copy.load(id ? `${here}/copy/${id}` : `${here}/copy`, id ? `?copy=${id}#wire` : null);
});
document.querySelector("[data-logout]")?.addEventListener("submit", (event) => {
  if ((outbox.isFull() || (sheet.form && !sheet.isEmpty())) && !confirm(say("leave"))) event.preventDefault();
});
