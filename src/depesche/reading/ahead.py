"""Does a sentence look ahead or back? "am Freitag" is the next Friday after "wird", the last one after "wurde".

In: tokens and the place of a date. Out: yes or no, by the words of its part of the sentence. No word: back, since
wires tell what happened. Each date looks at a bounded number of words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from depesche.reading import tables
from depesche.reading.tokens import Tokens

_FAR = 40
"""Tokens looked at on each side."""
_JOINTS = frozenset({"und", "oder", "aber", "sowie", "doch", "and", "but", "or"})


@cache
def _kind(language: str, kind: str) -> frozenset[str]:
    return frozenset(word for row in tables.rows(language, "tense") if row[0] == kind for word in row[1].split())


def _clause(tokens: Tokens, levels: bytearray, first: int, stop: int, language: str) -> list[str]:
    """The words of the part of the sentence around a date, up to commas, or "und" with a finite verb after it."""
    finite = _kind(language, "back") | _kind(language, "ahead")

    def side(places: range) -> Iterator[str]:
        for at in places:
            if levels[at] or (tokens.words[at] in _JOINTS and tokens.word(at + 1) in finite):
                return
            yield tokens.words[at]

    left = list(side(range(first - 1, max(first - _FAR, 0) - 1, -1)))[::-1]
    return left + list(side(range(stop, min(stop + _FAR, len(tokens)))))


def _with_zu(words: list[str]) -> bool:
    """True for an infinitive with "zu" at the end of its part of the sentence: "am Dienstag abzureisen"."""
    if not words or not words[-1].endswith("n"):
        return False
    apart = len(words) > 1 and words[-2] == "zu" and words[-1] not in ("haben", "sein")
    inside = words[-1].find("zu", 2)
    return apart or (2 <= inside <= 8 and len(words[-1]) - inside > 4 and words[-1].endswith("en"))


def _participle(words: list[str]) -> bool:
    """True for "gekommen", "worden", "verletzt": with "sein" or "haben" after it the sentence looks back."""
    return any(
        (word.startswith("ge") or "ge" in word[2:5] or word.startswith(("ver", "be", "ent", "er", "zer")))
        and word.endswith(("t", "en"))
        for word in words
    ) or words == ["worden"]


def _german(tokens: Tokens, levels: bytearray, first: int, stop: int, *, until: bool) -> bool:
    words = _clause(tokens, levels, first, stop, "de")
    told = set(words)
    if words[-1:] in (["sein"], ["haben"]) and told & _kind("de", "ahead") and not _participle(words[-2:-1]):
        told -= {"sein", "haben"}  # "soll fertig sein", not "soll gekommen sein"
    if told & _kind("de", "back") and not (until and words[-1:] == ["sein"]):
        return False
    if told & (_kind("de", "ahead") | _kind("de", "present")) or _with_zu(words):
        return True
    return until and not any(word.endswith(("te", "ten")) for word in words)  # no past tense: "bis Ende Juni"


def _english(tokens: Tokens, levels: bytearray, first: int, stop: int, *, until: bool) -> bool:
    """The nearest verb before the date decides; before a date that opens its sentence, the first one after it."""
    back, ahead = _kind("en", "back"), _kind("en", "ahead")
    left = range(first - 1, max(first - _FAR, 0) - 1, -1)
    right = range(stop, min(stop + _FAR, len(tokens)))
    for places in (left, right):
        for at in places:
            if levels[at] == 2:
                break
            word, before = tokens.words[at], tokens.word(at - 1)
            if word in ahead or (word == "to" and before in ("is", "are")):
                return True
            led = word == "have" and before in ahead and not tokens.word(at + 1).endswith(("ed", "n"))
            if led or (word.endswith("ed") and before == "be"):
                continue  # "should have power", "will be raised"
            if word in back or (word.endswith("ed") and len(word) > 3):
                return False
    return until


def looks_ahead(tokens: Tokens, levels: bytearray, span: tuple[int, int], language: str, *, until: bool) -> bool:
    """Whether the sentence speaks of what is still to come at these tokens; `until` for "bis", "by"."""
    if language == "de":
        return _german(tokens, levels, *span, until=until)
    return _english(tokens, levels, *span, until=until)
