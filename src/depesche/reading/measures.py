"""Figures of a sentence -> what happened to those who are counted: killed, wounded, sent, arrested ...

In: the tokens of a stretch and the places of its figures. Out: one key of the table "measures" for each figure, ""
when its part of the sentence doesn't tell. Each figure looks at a bounded number of words around it.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import NamedTuple

from depesche.reading import tables
from depesche.reading.counted import phrases, singles
from depesche.reading.sentences import levels
from depesche.reading.tokens import Phrases, Tokens

_FAR = 40
"""Tokens between a figure and its verb at most: German puts the verb last, but no part of a sentence is longer."""
_JOINED = 6
"""Tokens between two figures that share a verb: "zwei Soldaten und drei Zivilisten wurden getötet"."""
_BOTH = {"killed", "wounded"}


class Place(NamedTuple):
    """A figure among the tokens: first token, the one after its last, its noun's sort, unit; `head` its noun."""

    first: int
    stop: int
    sort: str
    unit: str
    head: int


class _Event(NamedTuple):
    key: str
    sort: str
    stop: int


@cache
def _table(language: str) -> tuple[Phrases[tuple[str, str]], frozenset[str]]:
    rows = tables.rows(language, "measures")
    joints = frozenset(word for row in rows if row[0] == "joint" for word in row[2].split())
    return Phrases((form, (row[0], row[1])) for row in rows if row[0] != "joint" for form in row[2].split()), joints


def victims(language: str) -> frozenset[str]:
    """First words of all phrases for events."""
    return frozenset(_table(language)[0].first)


def victim(tokens: Tokens, at: int, language: str) -> bool:
    """True when a word for those to whom something happened begins here: "ein Toter", "eine Verletzte"."""
    match = _table(language)[0].match(tokens, at)
    return bool(match)


def _events(tokens: Tokens, language: str) -> dict[int, _Event]:
    """The words for events by their first token; killed and wounded joined by "or" are one."""
    table, joints = _table(language)
    found: dict[int, _Event] = {}
    for at, word in enumerate(tokens.words):
        match = table.match(tokens, at) if word in table.first else None
        if match:
            found[at] = _Event(*match[0], match[1])
    for at, event in list(found.items()):
        second = found.get(event.stop + 1)
        if second and tokens.word(event.stop) in joints and {event.key, second.key} == _BOTH:
            found[at] = _Event("killed_or_wounded", "persons", second.stop)
            found.pop(event.stop + 1)
    return found


class Sentence:
    """The events and breaks of one stretch, and what each figure may take from them."""

    def __init__(self, tokens: Tokens, places: list[Place], language: str) -> None:
        self.tokens = tokens
        self.places = places
        self.language = language
        self.events = _events(tokens, language)
        self.ends = {event.stop: event for event in self.events.values()}
        self.levels = levels(tokens, language)
        self.firsts = {place.first for place in places}
        self.stops = {place.stop for place in places}
        self.joints = _table(language)[1]

    def fits(self, event: _Event, place: Place) -> bool:
        """True when such a thing can happen to what the figure counts; money and lengths are never killed."""
        if place.unit not in ("", "share") and not (place.unit == "percent" and place.sort):
            return False
        if event.sort == "known":  # a word that also says other things: not without a word for people
            return place.sort == "persons" or place.head < 0
        return event.sort == "any" or place.sort in ("", event.sort)

    def at_noun(self, place: Place) -> str:
        """The figure's own noun or its adjective: "300 Tote", "2.700 verletzte Zivilisten"."""
        of = singles(self.language, "of") if place.unit in ("share", "percent") else frozenset()
        at = place.stop
        while self.tokens.word(at) in of or self.tokens.word(at) in singles(self.language, "more"):
            at += 1
        event = self.events.get(at)
        return event.key if event and self.fits(event, place) else ""

    def _shared(self, at: int) -> bool:
        """True when a figure follows the joint at this token: what comes after belongs to that one."""
        for place in range(at + 1, at + _JOINED):
            if place in self.firsts:
                return True
            if place >= len(self.levels) or self.levels[place] or place in self.events:
                return False
        return False

    def after(self, place: Place) -> str:
        """The first event after the figure in its part of the sentence."""
        for at in range(place.stop, min(place.stop + _FAR, len(self.tokens))):
            if self.levels[at] or at in self.firsts or (self.tokens.word(at) in self.joints and self._shared(at)):
                return ""
            event = self.events.get(at)
            if event and event.stop in self.firsts and not self.tokens.capital(at):
                return ""  # "vier Bomben töteten 98 Menschen": it happened to those after the verb
            if event and self.fits(event, place):
                return event.key
        return ""

    def before(self, place: Place) -> str:
        """The last event before the figure in its part of the sentence."""
        for at in range(place.first, max(place.first - _FAR, 0), -1):
            event = self.ends.get(at)
            if event and self.fits(event, place):
                return event.key
            if self.levels[at - 1] or (at in self.stops and at != place.stop):
                return ""
        return ""

    def elliptic(self, at: int) -> bool:
        """True when a figure leaves out the noun that the figure before it had: "3 Menschen starben, 18 ..."."""
        place, before = self.places[at], self.places[at - 1]
        if place.head >= 0 or place.unit or any(level == 2 for level in self.levels[before.stop : place.first]):
            return False
        last = place.stop >= len(self.levels) or self.levels[place.stop] > 0
        return last or bool(self.own(place))

    def own(self, place: Place) -> str:
        """What the words around a figure say of it alone."""
        noun = self.at_noun(place)
        if noun or self.tokens.word(place.first - 1) in singles(self.language, "oblique"):
            return noun
        event = self.ends.get(place.first)
        if event and self.fits(event, place):
            return event.key
        return self.after(place) or self.before(place)

    def joined(self, left: Place, right: Place) -> bool:
        """True when two figures stand in one list: a joint or a comma, and only a few words, between them."""
        gap = range(left.stop, right.first)
        if len(gap) > _JOINED or not gap or any(self.levels[at] == 2 for at in gap):
            return False
        last = self.tokens.word(right.first - 1)
        return last in self.joints or last == "," or last in phrases(self.language, "figurative", "part").first


def measures(sentence: Sentence) -> list[str]:
    """The measure of each figure, "" where there is none."""
    tokens, places, language = sentence.tokens, sentence.places, sentence.language
    of = singles(language, "of")
    wholes = {
        at + 1
        for at, (left, right) in enumerate(pairwise(places))
        if left.stop + 1 == right.first and tokens.word(left.stop) in of
    }
    found = ["" if at in wholes else sentence.own(place) for at, place in enumerate(places)]
    for at in wholes:  # "19 von 24 Drohnen abgefangen": what is said of the whole holds for the part
        found[at - 1] = found[at - 1] or sentence.after(places[at])
    for at in range(len(places) - 2, -1, -1):
        if not found[at] and sentence.joined(places[at], places[at + 1]) and at + 1 not in wholes:
            found[at] = found[at + 1]
    for at in range(1, len(places)):
        if not found[at] and at not in wholes and sentence.joined(places[at - 1], places[at]):
            found[at] = found[at - 1]
    return found
