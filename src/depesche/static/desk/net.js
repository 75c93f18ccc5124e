// Whether the desk can be reached, always visible; modules tell what they met, others listen for "desk:net".
import { announce, say } from "./words.js";

let reachable = null;

export function met(isReachable) {
  if (reachable === isReachable) return;
  const first = reachable === null;
  reachable = isReachable;
  const place = document.getElementById("net");
  if (place) {
    place.dataset.state = isReachable ? "online" : "offline";
    place.textContent = say(isReachable ? "online" : "offline");
  }
  if (!first || !isReachable) announce(say(isReachable ? "online" : "offline"));
  document.dispatchEvent(new CustomEvent("desk:net", { detail: isReachable }));
}

addEventListener("offline", () => met(false));
addEventListener("online", () => document.dispatchEvent(new CustomEvent("desk:try")));
