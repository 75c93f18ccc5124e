// Pictures on the sheet: uploaded one by one as soon as they are chosen, pasted or dropped.
import { Unsent, base, post } from "./send.js";
import { announce, element, say } from "./words.js";

const form = document.getElementById("sheet");
const list = document.getElementById("pictures");
const PATIENCE = 180_000; // ms: 20 MB by a slow telephone
let waiting = 0;

export const isWaiting = () => waiting > 0;

export function media() {
  return [...list.querySelectorAll("[data-media]")].map((row) => ({
    id: row.dataset.media,
    src: row.querySelector("img").getAttribute("src"),
    width: row.querySelector("img").getAttribute("width"),
    height: row.querySelector("img").getAttribute("height"),
    alt: row.querySelector("[name=media_alt]").value,
    caption: row.querySelector("[name=media_caption]").value,
    credit: row.querySelector("[name=media_credit]").value,
  }));
}

export function showMedia(pictures) {
  list.replaceChildren(...pictures.map(row));
  list.hidden = !pictures.length;
}

function row(picture) {
  const made = document.getElementById("picture-row").content.firstElementChild.cloneNode(true);
  made.dataset.media = picture.id;
  const image = made.querySelector("img");
  for (const name of ["src", "width", "height"]) image.setAttribute(name, picture[name]);
  made.querySelector("[name=media]").value = picture.id;
  for (const name of ["alt", "caption", "credit"]) made.querySelector(`[name=media_${name}]`).value = picture[name] ?? "";
  made.querySelector("[data-remove]").value = `remove:${picture.id}`;
  return made;
}

export function remove(id) {
  list.querySelector(`[data-media="${CSS.escape(id)}"]`)?.remove();
  list.hidden = !list.querySelector("li");
}

async function upload(file, changed, place) {
  const said = place ?? element("li", { class: "meta" });
  said.textContent = say("uploading", { name: file.name });
  if (!place) list.append(said);
  list.hidden = false;
  waiting += 1;
  try {
    const data = new FormData();
    data.set("file", file, file.name);
    const answer = await post(`${base}/desk/pictures`, data, { limit: PATIENCE });
    if (answer.done) {
      said.replaceWith(row(answer.done));
      announce(file.name);
      if (answer.done.still) announce(say("stilled", { name: file.name }));
      changed();
    } else {
      said.className = "error";
      said.setAttribute("role", "alert");
      said.textContent = say("picturefailed", { name: file.name, reason: answer.refused?.reason ?? "" });
    }
  } catch (error) {
    const reason = say(error instanceof Unsent ? "offline" : "signin");
    const retry = element("button", { type: "button", class: "link", onclick: () => upload(file, changed, said) }, say("pictureretry"));
    said.replaceChildren(say("picturefailed", { name: file.name, reason }), " ", retry);
  } finally {
    waiting -= 1;
  }
}

export function begin(changed) {
  const chooser = form.elements.files;
  chooser.addEventListener("change", () => {
    for (const file of chooser.files) upload(file, changed);
    chooser.value = "";
  });
  form.elements.body.addEventListener("paste", (event) => {
    const images = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (images.length) event.preventDefault();
    for (const file of images) upload(file, changed);
  });
  form.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    for (const file of event.dataTransfer.files) upload(file, changed);
  });
}
