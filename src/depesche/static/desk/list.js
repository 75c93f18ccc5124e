// The lists of posts and drafts, kept current: what other editors do appears here within two seconds.
import { SignedOut, get, here } from "./send.js";
import { met } from "./net.js";
import { announce, element, say } from "./words.js";

const items = document.getElementById("items");
const drafts = document.getElementById("drafts");
const EVERY = 2_000, HIDDEN = 20_000; // ms: as quick as a glance; a tab in the background may lag
const still = new URLSearchParams(location.search).has("before"); // older pages stand still, but for alarms
const one = document.getElementById("alarms")?.dataset.post ?? "";
let seq = document.body.dataset.seq, timer = 0, asking = false;
const own = new Set();

async function ask() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const news = await get(`${here}/list?after=${seq}${one && `&post=${one}`}`);
    met(true);
    if (news) merge(news);
  } catch (error) {
    if (!(error instanceof SignedOut)) met(false);
  } finally {
    asking = false;
    timer = setTimeout(ask, document.hidden ? HIDDEN : EVERY);
  }
}

function merge(news) {
  seq = news.seq;
  document.dispatchEvent(new CustomEvent("desk:news", { detail: news }));
  if (!items || still) return;
  const made = element("template");
  made.innerHTML = news.posts; // made by our server from escaped words
  const fresh = [...made.content.children];
  let strange = 0;
  const rows = fresh.map((row) => {
    const old = row.id && document.getElementById(row.id);
    if (!old) {
      if (row.dataset.post && !own.has(row.dataset.post)) { row.classList.add("fresh"); strange += 1; }
      return row;
    }
    if (old.dataset.key === row.dataset.key) return old;
    if (isBusy(old)) {
      if (!old.querySelector(".news")) old.querySelector(".meta").append(element("b", { class: "news" }, ` · ${say("news")}`));
      return old;
    }
    if (!own.has(row.dataset.post)) { row.classList.add("fresh"); strange += 1; }
    keepFocus(old, row);
    return row;
  });
  const focused = document.activeElement;
  items.replaceChildren(...rows);
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  if (!drafts.contains(document.activeElement)) drafts.innerHTML = news.drafts;
  if (strange) announce(say("news"));
  own.clear();
  for (const field of items.querySelectorAll("[data-seq-follows]")) field.value = seq; // what was seen is what is expected
}

// Somebody is writing a note there: it isn't taken from under their hands.
function isBusy(row) {
  return Boolean(row.querySelector("details[open]"));
}

function keepFocus(old, row) {
  if (!old.contains(document.activeElement)) return;
  const key = document.activeElement.dataset.key;
  queueMicrotask(() => (row.querySelector(key ? `[data-key="${key}"]` : "h3 a") ?? row.querySelector("h3 a"))?.focus({ preventScroll: true }));
}

export function begin() {
  document.addEventListener("desk:refresh", (event) => {
    if (event.detail?.own) own.add(String(event.detail.own));
    ask();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  ask();
}
