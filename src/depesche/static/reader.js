// A story's pages stay current by themselves, and nothing moves under the reader's eyes: new posts wait behind a notice,
// changed ones are replaced in place. In: the stream /live, or /changes when there is none. Pages of one post, of claims
// or corrections are fetched again when something is told that they show. Each page is complete without this file;
// what it needs to know stands in data attributes of the page's one element with data-path.

const MINUTE = 60_000;
const SAY_EVERY = 20_000; // one announcement in this time: a screen reader must get to the end of it
const DOZE_AFTER = 5 * MINUTE; // hidden for so long, a page gives its stream back
const DOZE_PACE = 60; // seconds between two questions of a hidden page, whose title counts what is new
const DOZE_FOR = 120 * MINUTE;
const OPENS_WITHIN = 10_000; // a stream that takes longer is held back by something in between
const SLOWEST = 300; // seconds: the longest pause between two tries

const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const page = () => $("[data-path]") ?? document.body; // the body: nothing is left of the page
const jitter = (seconds) => seconds * 1000 * (0.75 + Math.random() / 2);

const { path, words: given } = page().dataset;
const words = given ? JSON.parse(given) : {};
const language = document.documentElement.lang;

// ---- What is on the page --------------------------------------------------------------------------------------------

let edition, newest, title, live;
const waiting = new Map(); // number -> the change that will show it

function look() {
  const { dataset } = page();
  edition = Number(dataset.edition);
  newest = Number(dataset.newest);
  live = "live" in dataset;
  title = document.title;
  waiting.clear();
}

const list = () => $("[data-posts]");
const oldestFirst = () => page().dataset.order === "oldest";
const posts = () => all("[data-posts] > [data-post]");

const whole = (html) => new DOMParser().parseFromString(html, "text/html");

function parsed(html) {
  const template = Object.assign(document.createElement("template"), { innerHTML: html });
  return template.content;
}

// Focus stays where it was, on the successor of the element that had it.
function keepingFocus(there, replace) {
  const stops = (from) => all("a, button, summary, h1, h2, h3", from);
  const place = stops(there).indexOf(document.activeElement);
  const successor = replace();
  if (place >= 0) stops(successor)[place]?.focus({ preventScroll: true });
}

// Browsers that anchor the scroll position keep the reader's line by themselves; the others are helped, and all of them
// where a fresh document takes the place of everything.
function holding(change, fresh) {
  const places = fresh || !CSS.supports("overflow-anchor", "auto") ? (list() ? posts() : all("[id]", page())) : [];
  const stays = (each) => each.getBoundingClientRect().bottom > 0 && (fresh ?? document).getElementById(each.id);
  const anchor = places.find(stays);
  const before = anchor && anchor.getBoundingClientRect().top;
  change();
  const after = anchor && document.getElementById(anchor.id);
  if (after && before < innerHeight) scrollBy(0, after.getBoundingClientRect().top - before);
}

// ---- Changes --------------------------------------------------------------------------------------------------------

function take(delta) {
  const { edition: now, changes = [], reset } = delta;
  tell({ before: edition, delta });
  if (reset) return fetchAgain(true);
  if (changes.length) {
    holding(() => changes.forEach(apply));
    announce();
    refresh();
  }
  edition = Math.max(edition, now);
}

function apply({ kind, post, html, ...rest }) {
  const { shows, edition: made } = page().dataset;
  const { claim, posts: said = [] } = rest; // claim 0: any of them may have changed
  if (kind === "state" && rest.state === "closed") end();
  if (shows) {
    const told = [kind, ...[claim ?? post ?? said].flat().map((each) => `${kind}:${each}`)];
    if (rest.edition > made && told.some((each) => shows.split(" ").includes(each)))
      due ??= setTimeout(fetchAgain, jitter(1)); // not everybody at once
    return;
  }
  $("[type='application/ld+json']")?.remove(); // it has the words of posts as they were
  const changed = RegExp(kind === "claim" ? `/c/${claim || "\\d+"}$` : `/p/${post}$`);
  for (const line of all("#since li").filter((each) => changed.test($("a", each).pathname))) {
    line.remove(); // it tells what was
    $("#since li") ?? $("#since").remove();
  }
  if (kind !== "put" && kind !== "tombstone") return applyPart(kind, html, rest);
  const there = document.getElementById(`p${post}`);
  if (there) swap(there, html, kind);
  else if (post > newest) waiting.set(post, { html, kind });
}

const told = (post) => all("h3, .text, .note", post).map((each) => each.textContent).join();

function swap(there, html, kind) {
  let quiet;
  keepingFocus(there, () => {
    const fresh = parsed(html).firstElementChild;
    quiet = told(fresh) === told(there); // a mark came or went
    fresh.classList.toggle("changed", !quiet);
    there.replaceWith(fresh);
    return fresh;
  });
  if (!quiet) say(kind === "put" ? words.changed : words.gone);
}

function applyPart(kind, html, { title: name }) {
  const there = $(`[data-part="${kind}"]`);
  if (!there) return;
  const open = $("details", there)?.open;
  keepingFocus(there, () => {
    there.replaceChildren(parsed(html));
    return there;
  });
  there.hidden = !html;
  if (open) $("details", there)?.setAttribute("open", "");
  if (kind === "story") title = title.replace(/^.* – /, `${name} – `);
}

// Fetch the page again: something that it shows has changed, or (`anew`) too much to be told, or the server was
// restored from a backup. A page that was taken away leaves nothing of itself.
let due, lag = 1;
const AS_PAGE = { cache: "no-cache", headers: { accept: "text/html" } };
async function fetchAgain(anew) {
  if (anew) hangUp(); // what a stream brought meanwhile would be lost with the old page
  const { found, gone } = await ask(page().dataset.at ?? location.href, AS_PAGE);
  due = null;
  let fresh = whole(found ?? "");
  if (paused || !(gone || $("[data-edition]", fresh))) {
    hangUp(); // whoever asks again from the page's own edition is told again to fetch it
    if (!anew) edition = Number(page().dataset.edition);
    return later(DOZE_PACE / 2);
  }
  if (!$("main", fresh)) fresh = whole(farewell()); // a proxy has words of its own
  become(fresh);
  const told = edition;
  look();
  lag = edition < told && !anew ? Math.min(2 * lag, SLOWEST) : 1;
  if (lag > 1) due = setTimeout(fetchAgain, jitter(lag)); // a cache had an older one
  if (lag > 1) edition = told;
  refresh();
  announce();
  live ? later(1) : end();
}

const farewell = () => `<title>${words.over}</title><main><div class="story single error"><h1>${words.over}</h1>
<p class="lead"><a href="${path}">${words.back}</a>`;

const HEAD = "title, meta[property], [name=description], [name=robots], [rel=canonical]";

function become(fresh) {
  const open = all("details[open]").map((each) => each.parentElement.id);
  const home = document.activeElement.closest("main [id]") ?? page();
  const change = () => {
    $("main").replaceChildren(...$("main", fresh).childNodes);
    open.forEach((id) => id && $(`#${id} > details`)?.setAttribute("open", ""));
    return document.getElementById(home.id) ?? page();
  };
  holding(() => keepingFocus(home, change), fresh);
  all(HEAD, document.head).forEach((each) => each.remove());
  document.head.append(...all(HEAD, fresh.head));
  $("[role=status]").textContent = ""; // what it said last may be among what was taken away
  if (!list()) say($(".stand, .gone h1, .error .lead")?.textContent ?? words.fresh);
}

// ---- The notice -----------------------------------------------------------------------------------------------------

const plural = new Intl.PluralRules(language || "en");
const counted = (one, other, n) => (plural.select(n) === "one" ? one : other).replace("{n}", n);

function announce() {
  if (!list()) return; // no page of posts
  const count = [...waiting.values()].filter((change) => change.kind === "put").length;
  const notice = $("[data-show]");
  if (count && !posts().length && "front" in page().dataset) {
    reveal(); // nobody is reading anything yet that could move
    return say(counted(words.saidOne, words.saidOther, count));
  }
  document.title = count ? `(${count}) ${title}` : title;
  notice.hidden = !count;
  if (!count) return;
  const text = counted(words.one, words.other, count);
  if (notice.textContent === text) return;
  notice.textContent = text;
  say(counted(words.saidOne, words.saidOther, count));
}

function show() {
  if (!("front" in page().dataset)) {
    location.href = path + (oldestFirst() ? "?order=oldest&page=latest" : "");
    return;
  }
  const numbers = reveal();
  announce();
  goTo(document.getElementById(`p${oldestFirst() ? numbers[0] : newest}`));
}

// Put what waits on the page; the numbers of it.
function reveal() {
  const numbers = [...waiting.keys()].sort((one, other) => one - other);
  $(".empty", list())?.remove();
  for (const number of numbers) {
    const fresh = parsed(waiting.get(number).html).firstElementChild;
    oldestFirst() ? list().append(fresh) : list().prepend(fresh);
  }
  waiting.clear();
  newest = Math.max(newest, ...numbers);
  refresh();
  return numbers;
}

function goTo(post) {
  const heading = $("h1, h3", post);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  post.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

let saidAt = -SAY_EVERY, toSay;
function say(text) {
  clearTimeout(toSay);
  const speak = () => {
    $("[role=status]").textContent = text;
    saidAt = performance.now();
  };
  toSay = setTimeout(speak, Math.max(0, saidAt + SAY_EVERY - performance.now()));
}

// ---- The connection -------------------------------------------------------------------------------------------------

let source, timer, failures = 0, streamAfter = 0, pause = 1;
let paused = false, dozing = false, hiddenAt = 0, dozeTimer;

// One tab of a story has the connection, and tells the others: browsers allow six to one host over all tabs (HTTP/1.1).
// Who gets the lock leads; when its tab closes, pauses or dozes, the next one goes on from its own edition.
const alone = !(navigator.locks && window.BroadcastChannel);
let leading = alone, channel, queued, leave;

function lead() {
  if (queued) return false;
  queued = new AbortController();
  const hold = () =>
    new Promise((resolve) => {
      leading = true;
      leave = resolve;
      connect();
    });
  navigator.locks.request(`depesche ${path}`, { signal: queued.signal }, hold).catch(() => {});
  channel ??= new BroadcastChannel(`depesche ${path}`);
  channel.onmessage = hear;
  return true;
}

function resign() {
  leading = alone;
  queued?.abort();
  leave?.();
  queued = leave = null;
}

function tell(message) {
  if (leading) channel?.postMessage(message);
}

function hear({ data: { before, delta, said } }) {
  if (paused || !live || leading) return;
  if (said) status(said);
  else if (before > edition && !delta.reset) later(2); // something is missing here: ask, once the browser's copy of the answer is old
  else if (delta.reset || delta.edition > edition) take(delta);
}

function hangUp() {
  source?.close();
  source = null;
  clearTimeout(timer);
}

function connect() {
  hangUp();
  if (paused || !live) return;
  if (!leading && !dozing && lead()) return later(1);
  if (dozing || !leading || Date.now() < streamAfter || !window.EventSource) return poll();
  source = new EventSource(`${path}/live?after=${edition}`);
  let opened = false;
  source.onopen = () => {
    opened = true;
    failures = 0;
    clearTimeout(timer);
    status(words.live);
  };
  source.addEventListener("change", (event) => take(JSON.parse(event.data)));
  source.onerror = () => {
    // After a break of a stream that worked the browser comes back by itself; anything else is a failure.
    if (source.readyState === EventSource.CLOSED || !opened) giveUp();
    opened = false;
  };
  timer = setTimeout(giveUp, OPENS_WITHIN);
}

// Poll meanwhile, and try the stream again later: soon after the first failure, then ever more rarely.
function giveUp() {
  hangUp();
  status(words.lost);
  failures += 1;
  streamAfter = Date.now() + jitter(Math.min(failures < 2 ? 2 : 15 * 2 ** failures, SLOWEST));
  later(1);
}

async function poll() {
  clearTimeout(timer);
  const { found: delta } = await ask(`${path}/changes?after=${edition}`);
  if (paused) return;
  if (!delta) return later((pause = Math.min(pause * 2, SLOWEST)));
  pause = 1;
  take(delta);
  if (delta.poll === 0) end();
  else if (!delta.reset) later(delta.more ? 0 : leading ? delta.poll : DOZE_PACE);
}

// The answer to a question, nothing when there was none. `gone`: there is no such page, or no longer.
async function ask(address, options) {
  try {
    const answer = await fetch(address, options);
    const gone = options && [404, 410].includes(answer.status);
    const found = answer.ok || gone ? await (options ? answer.text() : answer.json()) : null;
    status(found ? words.live : words.lost);
    return { found, gone };
  } catch {
    status(words.lost);
    return {};
  }
}

function later(seconds) {
  clearTimeout(timer);
  if (paused || !live || source) return;
  if (dozing && Date.now() - hiddenAt > DOZE_FOR) return;
  timer = setTimeout(connect, jitter(dozing ? Math.max(seconds, DOZE_PACE) : seconds));
}

function status(text) {
  tell({ said: text });
  const there = $("[data-feed]");
  if (there) there.textContent = text;
}

function end() {
  live = false;
  hangUp();
  resign();
  $(".feed")?.remove();
}

function togglePause(button) {
  paused = !paused;
  button.textContent = paused ? words.resume : words.pause;
  status(paused ? words.paused : words.live);
  paused ? (hangUp(), resign()) : connect();
  refresh();
}

function seen() {
  clearTimeout(dozeTimer);
  if (document.hidden) {
    hiddenAt = Date.now();
    remember();
    dozeTimer = setTimeout(() => {
      dozing = true;
      resign();
      connect();
    }, DOZE_AFTER);
  } else if (dozing || !source) {
    dozing = false;
    pause = 1;
    connect();
  }
}

// ---- Times, visits, sharing -----------------------------------------------------------------------------------------

const ago = new Intl.RelativeTimeFormat(language || "en", { style: "short" }); // "vor 59 Min.": the column is narrow

function refresh() {
  markVisit();
  for (const link of all("[data-posts] .when")) {
    const minutes = Math.floor((Date.now() - Date.parse($("time", link).dateTime)) / MINUTE);
    let place = $(".ago", link);
    if (paused || !(minutes >= 0 && minutes < 60)) place?.remove(); // a time that stands still would be wrong
    else {
      if (!place) link.append(" ", (place = Object.assign(document.createElement("small"), { className: "ago" })));
      place.textContent = minutes ? ago.format(-minutes, "minute") : words.now;
    }
  }
}

// The newest post and the edition that were on the page when the reader left stand in the browser's own store and nowhere else.
const key = () => `depesche:${page().dataset.story}`;
let lastVisit = 0, lastEdition;

function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null; // a browser may refuse to keep anything
  }
}

function remember() {
  if ("front" in page().dataset) stored((store) => store.setItem(key(), `${newest} ${edition}`));
}

function markVisit() {
  $(".since")?.remove();
  const number = (post) => Number(post.dataset.post);
  const read = (post) => number(post) <= lastVisit;
  const found = posts().find((post) => (oldestFirst() ? !read(post) : read(post)));
  if (!lastVisit || !found || found === posts()[0]) return;
  const mark = Object.assign(document.createElement("p"), { className: "since" });
  mark.textContent = `${oldestFirst() ? "↓" : "↑"} ${words.since}`;
  found.prepend(mark);
}

async function share(button) {
  const post = button.closest("[data-post]");
  const url = $(".when", post).href;
  if ("share" in button.dataset) {
    await navigator.share({ url, title: $("h1, h3", post).textContent }).catch(() => {}); // the reader closed it
    return;
  }
  const copied = await navigator.clipboard.writeText(url).then(() => true, () => false);
  if (!copied) return;
  const label = button.textContent;
  button.textContent = words.copied;
  say(words.copied);
  setTimeout(() => (button.textContent = label), 2000);
}

function clicked(event) {
  const target = event.target.closest("button, a[data-jump]");
  if (!target) return;
  const { dataset } = target;
  if ("show" in dataset) show();
  else if ("pause" in dataset) togglePause(target);
  else if ("copy" in dataset || "share" in dataset) share(target);
  else if ("jump" in dataset) {
    const post = document.getElementById(`p${dataset.jump}`);
    if (!post) return;
    event.preventDefault();
    goTo(post);
  }
}

// ---- Start ----------------------------------------------------------------------------------------------------------

if (path) {
  const root = document.documentElement;
  root.classList.add("on");
  root.classList.toggle("can-copy", Boolean(navigator.clipboard));
  root.classList.toggle("can-share", Boolean(navigator.share));
  document.addEventListener("click", clicked);
}

if (path && "edition" in page().dataset) {
  look();
  const hash = /^#p(\d+)$/.exec(location.hash);
  if (hash && list() && !$(location.hash)) location.replace(`${path}/p/${hash[1]}`);
  [lastVisit, lastEdition] = (stored((store) => store.getItem(key())) ?? "").split(" ").map(Number);
  const back = $("[data-back]");
  if (back && lastEdition < edition) {
    back.href = `?since=${lastEdition}#since`;
    back.hidden = false;
  }
  refresh();
  setInterval(refresh, MINUTE / 2);
  addEventListener("pagehide", () => {
    remember();
    hangUp(); // or the browser couldn't keep the page for its back button
    resign();
    channel?.close();
    channel = null;
  });
  addEventListener("pageshow", (event) => event.persisted && (live ? connect() : fetchAgain(true)));
  document.addEventListener("visibilitychange", seen);
  if (document.hidden) seen();
  connect();
}
