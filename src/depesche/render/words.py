"""The fixed public wording of corrections, retractions and acts of saying; its German stands in page.po.

In: the kinds that the journal knows. Out: what readers are told, the same words on page, stream and single post, so
that "Korrektur" means one thing for years. Changing a sentence here changes what old corrections say.
"""

from __future__ import annotations

import re

from depesche.render.i18n import translator
from depesche.words.copy import Act

ACTS: dict[Act, str] = {
    "deny": "denial",
    "confirm": "confirmation",
    "concede": "admission",
    "demand": "demand",
    "announce": "announcement",
    "estimate": "estimate",
    "praise": "praise",
    "no_comment": "no comment",
    "gives_no_figure": "no figure given",
}
"""What somebody does by saying it, where it is more than saying: msgids in the context "act". Nouns, because speakers
are one or many ("Geheimdienste") and a verb would have to agree with them."""


_ADDRESS = re.compile(r"https?://[^/?#\s\"<>]+[^\s\"<>]*", re.IGNORECASE)


def is_address(text: str) -> bool:
    """True for a text that is one web address and nothing else: it may become a link."""
    return _ADDRESS.fullmatch(text) is not None


def correction(language: str, kind: str) -> str:
    """The kind of a change to a post (a Correction, or "" where it was erased), as it stands before its note."""
    gettext = translator(language).gettext
    match kind:
        case "update":
            return gettext("Update")
        case "correction":
            return gettext("Correction")
        case "addendum":
            return gettext("Addendum")
        case "typo":
            return gettext("Typing error corrected")
        case _:
            return gettext("Changed")


def tombstone(language: str, state: str, *, undo: bool = False) -> str:
    """What stands in the place of a post that is gone; `state` is "retracted" or "expunged"."""
    gettext = translator(language).gettext
    if state == "expunged":
        return gettext("This post has been removed.")
    if undo:
        return gettext("This post was withdrawn right after it appeared.")
    return gettext("We have retracted this post.")


def act(language: str, kind: Act) -> str:
    """What the speaker does, as a noun; "" for plain saying."""
    return translator(language).pgettext("act", ACTS[kind]) if kind in ACTS else ""
