"""What a number counts: its unit ("Prozent", "$"), its population ("nordkoreanische Soldaten"), an addition.

In: tokens and the place where a number ends or begins. Out: keys of the tables and the place after what was read.
A noun that the tables don't know has no key: nothing is guessed.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from depesche.reading import tables
from depesche.reading.tokens import Phrases, Tokens

_NEAR = 6
"""Tokens between a number and its noun: "3.000 zusätzliche nordkoreanische Soldaten" has two, some have four."""
_TAIL = 4
"""Shortest tail of a compound in letters ("-boot" may be one, "-ot" not)."""


class Noun(NamedTuple):
    """The noun that a number counts: key and sort (persons, things) of the table, "" when unknown; its place."""

    key: str = ""
    sort: str = ""
    at: int = -1
    more: bool = False


@cache
def phrases(language: str, table: str, kind: str) -> Phrases[str]:
    """The phrases of the rows of one kind; each has the first cell of its row as value."""
    column = 1 if table == "units" or table == "approximators" else 0
    return Phrases(
        (phrase, row[0]) for row in tables.rows(language, table) if row[column] == kind for phrase in row[-1].split()
    )


@cache
def singles(language: str, kind: str) -> frozenset[str]:
    """The single words of one kind in the table "figurative"."""
    return frozenset(word for row in tables.rows(language, "figurative") if row[0] == kind for word in row[1].split())


@cache
def _short(language: str) -> dict[str, str]:
    return {form: row[0] for row in tables.rows(language, "units") if row[1] == "short" for form in row[2].split()}


@cache
def _populations(language: str) -> dict[str, tuple[str, str]]:
    return {form: (key, sort) for key, sort, forms in tables.rows(language, "populations") for form in forms.split()}


@lru_cache(maxsize=8192)
def population(word: str, language: str) -> tuple[str, str] | None:
    """Key and sort of a noun (lower case) that may be counted; compounds by their longest known tail."""
    known = _populations(language)
    found = known.get(word) or known.get("-" + word)
    for start in range(1, min(len(word), 60) - _TAIL + 1):
        found = found or known.get("-" + word[start:])
    return found


def unit_before(tokens: Tokens, at: int, language: str) -> tuple[str, int] | None:
    """A currency sign that begins at this token."""
    return phrases(language, "units", "before").match(tokens, at)


def unit_after(tokens: Tokens, at: int, language: str, *, digits: bool) -> tuple[str, int] | None:
    """The unit that begins at this token; signs of a few letters count only after digits, as they are written."""
    found = phrases(language, "units", "after").match(tokens, at)
    if found or not digits or at >= len(tokens):
        return found
    key = _short(language).get(tokens.text[tokens.starts[at] : tokens.ends[at]])
    return (key, at + 1) if key else None


def _past_hyphens(tokens: Tokens, at: int) -> int:
    """The last part of a word with hyphens: "US-Soldaten"."""
    for _ in range(_NEAR):
        if tokens.word(at + 1) != "-" or not tokens.glued(at + 1) or not tokens.glued(at + 2):
            break
        at += 2
    return at


def noun(tokens: Tokens, at: int, language: str, *, partly: bool = False) -> Noun:
    """The noun that is counted by a number which ends before `at`; `partly` after a share ("der", "of the")."""
    more = False
    for place in range(at, at + _NEAR):
        word = tokens.word(place)
        if word == "-" and tokens.glued(place):
            continue  # "two Kh-101 cruise missiles"
        if not word or not word[0].isalnum():
            break
        if word in singles(language, "more") and tokens.word(place + 1) not in ("als", "than"):
            more = True
        elif word in singles(language, "of") and (partly or tokens.digits(place + 1)):
            continue
        elif language == "de" and tokens.capital(place):
            last = _past_hyphens(tokens, place)
            found = population(tokens.words[last], language)
            if found or not (word.endswith("er") and tokens.capital(place + 1)):
                return Noun(*(found or ("", "")), at=last, more=more)
        elif language != "de" and (found := population(tokens.words[_past_hyphens(tokens, place)], language)):
            return Noun(*found, at=_past_hyphens(tokens, place), more=more)
        elif word in singles(language, "stop") or (language == "de" and not _attribute(word)):
            break
    return Noun(more=more)


def _attribute(word: str) -> bool:
    """True when a small-letter German word may stand between a number and its noun."""
    return word[0].isdigit() or word.endswith(("e", "en", "er", "es", "em"))
