// What the scripts say, in the visitor's language: the page carries the sentences.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function say(key, gaps = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => gaps[name] ?? "");
}

// Tell it to a screen reader, too. The place exists from the start; an empty moment makes it speak the same twice.
export function announce(sentence) {
  const place = document.getElementById("say");
  if (!place) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = sentence; });
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
