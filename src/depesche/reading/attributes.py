"""Does a date belong to a noun? "des im Juni 2024 unterzeichneten Vertrags", "der Krieg von 1950 bis 1953".

In: a text and the place of a date. Out: yes or no, by the words right before and after it. Such a date tells when the
treaty was signed or the war was, not when something was said or done.
"""

from __future__ import annotations

from functools import cache

from depesche.reading import tables
from depesche.reading.tokens import Tokens
from depesche.words.copy import Span

_NEAR = 160
"""Characters looked at on each side; an attribute between article and noun is shorter."""
_AHEAD = 12
"""Tokens between a date and the noun that it belongs to."""
_INFLECTED = ("e", "en", "er", "es", "em")
_SIGNS = frozenset(',;:.!?–—()„“”"»«')


@cache
def _kind(language: str, kind: str) -> frozenset[str]:
    rows = tables.rows(language, "attributes")
    return frozenset(word for row in rows if row[0] == kind for word in row[1].split())


class _Around:
    """A date with the tokens before and after it."""

    def __init__(self, text: str, span: Span, language: str) -> None:
        start, end = span
        self.before = Tokens(text, (max(text.rfind("\n", 0, start) + 1, start - _NEAR), start))
        line = text.find("\n", end, end + _NEAR)
        self.after = Tokens(text, (end, line if line >= 0 else min(len(text), end + _NEAR)))
        self.words = Tokens(text, span).words
        self.language = language
        self.last = len(self.before) - 1

    def left(self, back: int = 0) -> str:
        """The word so many places before the date."""
        return self.before.word(self.last - back)

    def noun(self, back: int = 0) -> bool:
        """True when a German noun or a name stands there."""
        at = self.last - back
        return self.before.capital(at) and at > 0 and self.before.word(at - 1) not in _SIGNS - {"„", "“", ")"}

    def is_of(self, kind: str, back: int = 0) -> bool:
        """True when the word so many places before the date is of this kind."""
        return self.left(back) in _kind(self.language, kind)


def _inflected_noun_follows(around: _Around) -> bool:
    """True when an inflected participle and its noun come after the date, in one breath: "unterzeichneten Vertrags"."""
    for at in range(min(_AHEAD, len(around.after))):
        word = around.after.word(at)
        if word in _SIGNS:
            return False
        if (
            not around.after.capital(at)
            and len(word) > 4
            and word.endswith(_INFLECTED)
            and around.after.capital(at + 1)
        ):
            return True
    return False


def _german(around: _Around) -> bool:
    words = around.words
    if around.left() == "(" and around.after.word(0) == ")":
        return True
    if around.is_of("genitive") and around.noun(1) and words[0].endswith(("en", "er")):
        return around.left(1) not in _kind("de", "time")
    back = 1 if around.is_of("adverb") else 0
    if around.is_of("article", back) and not (
        around.is_of("relative", back + 1) and not around.is_of("adverb", back + 1)
    ):
        return _inflected_noun_follows(around)
    if not around.noun():
        return False
    years = all(word.isdecimal() or word in ("bis", "und", "-", "–", "/", "von") for word in words)
    if words[0] in _kind("de", "of"):
        return years or "bis" not in words
    return years and words[0].isdecimal()


def _english(around: _Around) -> bool:
    words, after = around.words, around.after.word(0)
    if around.left() == "(" and after == ")":
        return True
    if after in ("'", "’") and around.after.word(1) == "s":
        return True
    followed = after[:1].isalpha() and after not in _kind("en", "before") and len(after) > 2
    if around.is_of("article") and followed:
        return True
    if words[0] in _kind("en", "of") and around.left()[:1].isalpha():
        return True
    participle = around.is_of("participle") or around.left().endswith("ed")
    return participle and _reduced(around)


def _reduced(around: _Around) -> bool:
    """True for "under the treaty signed" before the date: preposition, determiner, one to three words, participle."""
    for back in range(2, 5):
        if around.is_of("determiner", back):
            return around.is_of("before", back + 1)
    return False


def belongs_to_noun(text: str, language: str, span: Span) -> bool:
    """Whether the date at this place is part of a noun phrase."""
    around = _Around(text, span, language)
    if around.is_of("compare"):
        return True
    return _german(around) if language == "de" else _english(around)
