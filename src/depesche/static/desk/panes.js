// The parts of the desk: side by side on a table, one at a time on a telephone.
import { reserve } from "./alarms.js";

const panes = [...document.querySelectorAll(".columns .pane")];
const links = [...document.querySelectorAll(".panes a[data-pane]")];
const narrow = matchMedia("(max-width: 59.99rem)");

export function go(name, { focus = true } = {}) {
  const pane = document.getElementById(name);
  if (!pane) return;
  if (links.length) for (const each of panes) each.toggleAttribute("data-off", each !== pane);
  for (const link of links) {
    if (link.dataset.pane === name) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (narrow.matches) reserve();
  if (!focus) return;
  const first = name === "write" ? pane.querySelector("#body") : name === "card" ? pane.querySelector("textarea") : name === "claims" ? pane.querySelector("[data-focus]") : pane.querySelector("h3 a, .statement button") ?? pane.querySelector("summary, a, button");
  (first ?? pane).focus({ preventScroll: narrow.matches });
  if (narrow.matches) scrollTo(0, 0);
}

export const current = () => document.activeElement.closest?.(".pane")?.id ?? null;

export function begin() {
  if (!links.length) return;
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      history.replaceState(null, "", `#${link.dataset.pane}`);
      go(link.dataset.pane);
    });
  }
  document.addEventListener("focusin", () => {
    const name = current();
    if (name && !narrow.matches) go(name, { focus: false });
  });
  const wanted = panes.find((pane) => `#${pane.id}` === location.hash || (location.hash && pane.querySelector(location.hash)));
  go(wanted?.id ?? "write", { focus: false });
}
