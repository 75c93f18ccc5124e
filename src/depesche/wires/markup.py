"""HTML that came in a feed or an item, to its plain text: one line a block, no markup, scripts or styles.

In: HTML of any quality. Out: text. The aim is words to read, not a document: so this is one scan instead of a parser,
because parsers that build a tree as browsers do take minutes for a hostile megabyte (measured with html5ever: 122 kB
of open formatting elements, 46 s). Time and memory are linear in the length.
"""

from __future__ import annotations

import html
import re

BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hl1", "hl2", "hr", "html", "li", "main", "nav", "ol", "option", "p", "pre", "section",
    "summary", "table", "td", "th", "title", "tr", "ul",
})  # fmt: skip
"""Elements that end a line, those of NITF among them."""
_DROPPED = ("script", "style", "template", "noscript", "iframe", "object", "svg", "math")
"""Elements whose content is never words of the text."""

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>?|<!--|<[!?][^<>]*>?")
# bounded in length: Python refuses integers of more than 4,300 digits
_ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9A-Fa-f]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACE = re.compile(r"[^\S\n\u00a0]+")


def plain_text(markup: str) -> str:
    """The words of this HTML, one block a line, without empty lines."""
    lines = "".join(_pieces(markup)).split("\n")
    return "\n".join(line for each in lines if (line := _SPACE.sub(" ", each).strip()))


def looks_like_html(text: str) -> bool:
    """True when the text begins as an HTML document or with a block element."""
    head = text[:500].lstrip().lower()
    return head.startswith(("<!doctype html", "<html", "<p>", "<p ", "<div", "<body", "<article", "<section"))


def _pieces(markup: str) -> list[str]:
    pieces: list[str] = []
    lowered = markup.lower() if len(markup.lower()) == len(markup) else markup
    missing: set[str] = set()  # ends that don't come any more: not looked for again
    at = 0
    while match := _TAG.search(markup, at):
        pieces.append(entities(markup[at : match.start()].replace("\n", " ")))
        at = match.end()
        name = (match[2] or "").lower()
        if match[0] == "<!--":
            at = _after(lowered, "-->", at, missing)
        elif name in _DROPPED and not match[1]:
            at = _after(lowered, f"</{name}", at, missing)
        elif name in BLOCKS:
            pieces.append("\n")
    pieces.append(entities(markup[at:].replace("\n", " ")))
    return pieces


def _after(lowered: str, end: str, at: int, missing: set[str]) -> int:
    """The place of this end, or `at` when it never comes: what follows is then kept rather than lost."""
    found = -1 if end in missing else lowered.find(end, at)
    if found < 0:
        missing.add(end)
        return at
    return found + len(end) if end == "-->" else found


def entities(text: str) -> str:
    """The text with each entity of HTML in its place."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
