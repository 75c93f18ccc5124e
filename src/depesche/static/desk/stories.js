// The list of stories: an address is suggested while the title is typed; forms are sent without leaving the page.
import * as forms from "./forms.js";

document.documentElement.classList.add("scripted");
const title = document.getElementById("open-name"), slug = document.getElementById("open-slug");
const GERMAN = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "o", ł: "l", đ: "d" };
const SHORT = 60; // as on the server

function suggested(text) {
  const plain = text.toLowerCase().replace(/[äöüßæøłđ]/g, (letter) => GERMAN[letter]).normalize("NFKD").replace(/['’\u0300-\u036f]/g, "");
  let made = "";
  for (const word of plain.match(/[a-z0-9]+/g) ?? []) {
    const longer = made ? `${made}-${word}` : word;
    if (longer.length > SHORT && made) break;
    made = longer;
  }
  return made.slice(0, SHORT);
}

let own = Boolean(slug?.value);
slug?.addEventListener("input", () => { own = Boolean(slug.value); });
title?.addEventListener("input", () => { if (!own) slug.value = suggested(title.value); });
forms.begin();
