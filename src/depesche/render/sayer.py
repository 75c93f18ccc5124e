"""Who says it, as people read it: a name or a mention that stands for itself, never a pronoun.

In: what the wire reader resolved, and the mention in the text. Out: a label, or "" when the words name nobody outside
their own text. Never: a speaker who isn't in the text.
"""

from __future__ import annotations

import re

_PRONOUNS = frozenset(
    {"er", "sie", "es", "man", "dieser", "diese", "jener", "jene", "ihm", "ihr", "ihnen", "ihn", "wir", "ich"}
    | {"niemand", "keiner", "jemand", "wer", "das", "dies"}
    | {"he", "she", "it", "they", "him", "her", "them", "we", "i", "this", "that", "nobody", "someone", "who"}
)
"""Mentions that name nobody outside their own text."""
_BACK = frozenset({"das", "dies", "dem", "so", "this", "that"})
"""Words that only point back at what was said, and are marked beside it: "... kämpfen. Das berichten Dienste"."""
_GAP = " … "
_QUOTES = "„“”\"»«‚‘’›‹'"
_MARKS = re.compile(rf"^[{_QUOTES}]\s*|\s*[{_QUOTES}]$")


def is_pronoun(mention: str) -> bool:
    """True for a mention that names nobody outside its own text."""
    return mention.casefold() in _PRONOUNS


def named(name: str, mention: str) -> str:
    """The resolved name, else the mention unless it is a pronoun, else ""."""
    return next((words for words in (name, mention) if words and not is_pronoun(words)), "")


def unnamed(name: str, mention: str) -> str:
    """What a text calls somebody whom it doesn't name, as a label; "" for somebody whom it names."""
    return "" if named(name, "") else label(named("", mention))


def label(speaker: str) -> str:
    """The speaker at the beginning of a line: "das Ministerium" -> "Das Ministerium", but "dpa" stays."""
    first, _, rest = speaker.partition(" ")
    return f"{first.capitalize()} {rest}" if rest and first.islower() else speaker


def pieces(words: list[str]) -> str:
    """The pieces of what is said with an ellipsis between them, without those that only point back at it."""
    kept = [piece for piece in words if piece.casefold() not in _BACK] or words
    return _GAP.join(kept)


def rejoined(words: str) -> str:
    """The same for pieces that were joined already."""
    return pieces(words.split(_GAP))


def unquoted(words: str) -> str:
    """A direct quote without the marks around it: the page sets its own."""
    return _MARKS.sub("", words)
