// The small forms: sent without leaving the page; when that fails, everything that was typed stays where it is.
import { SignedOut, Unsent, base, post } from "./send.js";
import { met } from "./net.js";
import * as store from "./store.js";
import { announce, element, say } from "./words.js";

function told(form, ...content) {
  form.querySelector(":scope > .answer")?.remove();
  form.append(element("div", { class: "answer" }, ...content));
}

function refused(form, { field, reason }) {
  const input = field && form.elements[field] instanceof HTMLElement ? form.elements[field] : null;
  const error = element("p", { class: "error", role: "alert" }, reason);
  told(form, error);
  if (!input) return;
  error.id = `${input.id}-refused`;
  input.setAttribute("aria-invalid", "true");
  input.setAttribute("aria-describedby", error.id);
  input.closest(".field")?.append(error);
  input.focus();
}

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  for (const error of form.querySelectorAll(".error")) error.remove();
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await post(form.getAttribute("action"), data);
    met(true);
    if (answer.done) done(form, answer.done);
    else if (answer.refused) refused(form, answer.refused);
    else conflicted(form, answer.conflict);
  } catch (error) {
    if (!(error instanceof Unsent || error instanceof SignedOut)) throw error;
    if (error instanceof Unsent) met(false);
    const link = element("a", { href: `${base}/desk/login`, target: "_blank", rel: "noopener" }, say("signinlink"));
    told(form, element("p", { class: "error", role: "alert" }, say(error instanceof Unsent ? "failed" : "signin"), " ", error instanceof SignedOut ? link : ""));
  } finally {
    form.removeAttribute("aria-busy");
  }
}

// What folds under somebody's hands leaves the focus on its head, not nowhere.
function fold(details) {
  const had = details?.contains(document.activeElement);
  details?.removeAttribute("open");
  if (had) details.querySelector("summary").focus({ preventScroll: true });
}

function done(form, answer) {
  if (form.elements.command) form.elements.command.value = store.uuid();
  if (form.elements.expect && answer.seq) form.elements.expect.value = answer.seq;
  form.dispatchEvent(new CustomEvent("form:done", { detail: answer, bubbles: true }));
  if (form.hasAttribute("data-go")) {
    const to = new URL(answer.goto, location.href);
    const isHere = to.pathname === location.pathname && to.search === location.search;
    history.replaceState(null, "", isHere ? to : location.href);
    if (isHere) location.reload(); // only its end differs: a browser would stay as it is
    else location.assign(to);
    return;
  }
  fold(form.closest("details"));
  told(form, element("p", { class: "meta" }, say("done")));
  announce(say("done"));
  document.dispatchEvent(new CustomEvent("desk:refresh", { detail: { own: form.closest("[data-post]")?.dataset.post } }));
}

// Their change stands beside the form; the next press sends ours over it.
function conflicted(form, { html, expect }) {
  if (form.elements.expect) form.elements.expect.value = expect;
  if (form.elements.command) form.elements.command.value = store.uuid();
  const made = element("template");
  made.innerHTML = html; // made by our server from escaped words
  told(form, made.content);
}

export function begin() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-safe]") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.getAttribute("aria-busy") !== "true") send(form, event.submitter);
  });
}
