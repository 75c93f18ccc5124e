"""Tokens -> words for what happened to somebody or something: "getötet oder verwundet", "schoss ... ab", "shot down".

In: the tokens of a stretch and where its parts of sentences end. Out: events by their first token, with their key in
the table "measures". A separable verb counts with its particle only.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from depesche.reading import tables
from depesche.reading.tokens import Phrases, Tokens

FAR = 40
"""Tokens between a verb and its particle, a figure and its verb at most: no part of a sentence is longer."""
_OF = "of-"
_BOTH = {"killed", "wounded"}


class Event(NamedTuple):
    """A word for an event: key, whom it can happen to (persons, things, any, known), the token after it."""

    key: str
    sort: str
    stop: int


class _Table(NamedTuple):
    plain: Phrases[tuple[str, str]]
    split: dict[str, list[tuple[str, str, str]]]
    deeds: dict[str, tuple[str, str]]
    joints: frozenset[str]
    sorts: dict[str, str]


@cache
def _table(language: str) -> _Table:
    rows = [row for row in tables.rows(language, "measures") if row[0] != "joint"]
    split: dict[str, list[tuple[str, str, str]]] = {}
    deeds: dict[str, tuple[str, str]] = {}
    plain: list[tuple[str, tuple[str, str]]] = []
    for key, sort, forms in rows:
        for form in forms.split():
            verb, separable, particle = form.partition("~")
            if separable:
                split.setdefault(verb, []).append((particle, key, sort))
            elif sort.startswith(_OF):
                deeds[form] = (key, sort.removeprefix(_OF))
            else:
                plain.append((form, (key, sort)))
    joints = {word for row in tables.rows(language, "measures") if row[0] == "joint" for word in row[2].split()}
    sorts = {key: sort for key, sort, _ in rows if not sort.startswith(_OF) and sort != "known"}
    return _Table(Phrases(plain), split, deeds, frozenset(joints), sorts | {"killed_or_wounded": "persons"})


def victims(language: str) -> frozenset[str]:
    """First words of all phrases for events."""
    return frozenset(_table(language).plain.first)


def victim(tokens: Tokens, at: int, language: str) -> bool:
    """True when a word for those to whom something happened begins here: "Toter", "verletzt", "dead"."""
    return _table(language).plain.match(tokens, at) is not None


def joints(language: str) -> frozenset[str]:
    """Words that join two events or two figures: "oder", "und"."""
    return _table(language).joints


def deed(word: str, language: str) -> Event | None:
    """The event that a noun right before "von" names: "der Tod von 300 Menschen"."""
    found = _table(language).deeds.get(word)
    return Event(*found, 0) if found else None


def of_key(key: str, language: str) -> Event:
    """An event of this key without a place, to ask whether it fits."""
    return Event(key, _table(language).sorts.get(key, "any"), 0)


def _split(tokens: Tokens, levels: bytearray, at: int, language: str) -> Event | None:
    """A separable verb whose particle ends its part of the sentence: "schoss 19 Drohnen ab"."""
    for particle, key, sort in _table(language).split.get(tokens.words[at], ()):
        for place in range(at + 1, min(at + FAR, len(tokens))):
            if levels[place]:
                break
            if tokens.words[place] == particle and (place + 1 == len(tokens) or levels[place + 1]):
                return Event(key, sort, at + 1)
    return None


def events(tokens: Tokens, levels: bytearray, language: str) -> dict[int, Event]:
    """The words for events by their first token; killed and wounded joined by "or" are one."""
    table = _table(language)
    found: dict[int, Event] = {}
    for at, word in enumerate(tokens.words):
        match = table.plain.match(tokens, at) if word in table.plain.first else None
        event = Event(*match[0], match[1]) if match else None
        if word in table.split:
            event = _split(tokens, levels, at, language) or event
        if event:
            found[at] = event
    for at, event in list(found.items()):
        second = found.get(event.stop + 1)
        if second and tokens.word(event.stop) in table.joints and {event.key, second.key} == _BOTH:
            found[at] = Event("killed_or_wounded", "persons", second.stop)
            found.pop(event.stop + 1)
    return found
