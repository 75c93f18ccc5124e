"""Figures of a sentence -> what happened to those who are counted: killed, wounded, sent, arrested ...

In: the tokens of a stretch and the places of its figures. Out: one key of the table "measures" for each figure, ""
when its part of the sentence doesn't tell. Each figure looks at a bounded number of words around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from depesche.reading.counted import phrases, singles
from depesche.reading.events import FAR, Event, deed, events, joints, of_key
from depesche.reading.sentences import levels
from depesche.reading.tokens import Tokens

_BETWEEN = 4
"""Tokens between a part and its whole, less one: "half of the 2 million residents"."""
_JOINED = 6
"""Tokens between two figures that share a verb: "zwei Soldaten und drei Zivilisten wurden getötet"."""
_LISTED = 3
"""Tokens of one entry of a list: "drei Soldaten, zwei Zivilisten und ein Arzt"."""
_PARTS = 5
"""Parts told of one whole at most: "darunter zwei Kinder und drei Frauen"."""


class Place(NamedTuple):
    """A figure among the tokens: first token, the one after its last, its noun's sort, unit; `head` its noun."""

    first: int
    stop: int
    sort: str
    unit: str
    head: int


class Sentence:
    """The events and breaks of one stretch, and what each figure may take from them."""

    def __init__(self, tokens: Tokens, places: list[Place], language: str) -> None:
        self.tokens = tokens
        self.language = language
        self.levels = levels(tokens, language)
        self.events = events(tokens, self.levels, language)
        self.ends = {event.stop: event for event in self.events.values()}
        self.joints = joints(language)
        self.only(places)

    def only(self, places: list[Place]) -> None:
        """Look at these figures only."""
        self.places = places
        self.firsts = {place.first for place in places}
        self.stops = {place.stop: place for place in places}

    def fits(self, event: Event, place: Place) -> bool:
        """True when such a thing can happen to what the figure counts; money and lengths are never killed."""
        if place.unit not in ("", "share") and not (place.unit == "percent" and place.sort):
            return False
        if event.sort == "known":  # a word that also says other things: not without a word for people
            return place.sort == "persons" or place.head < 0
        return event.sort == "any" or place.sort in ("", event.sort)

    def _at_noun(self, place: Place) -> tuple[str, bool]:
        """The figure's own noun or its adjective: "300 Tote", "2.700 verletzte Zivilisten", "114 still missing".

        With it whether the noun itself names those who are counted, too ("Gefangene"): then a verb tells more.
        """
        of = singles(self.language, "of") if place.unit in ("share", "percent") else frozenset()
        skipped = of | singles(self.language, "more") | singles(self.language, "yet")
        at = place.stop
        while self.tokens.word(at) in skipped:
            at += 1
        event = self.events.get(at)
        return (event.key, at == place.head and place.sort != "") if event and self.fits(event, place) else ("", False)

    def part(self, place: Place) -> bool:
        """True when a figure tells a part of the one before it: "25 Zivilisten, darunter fünf Kinder"."""
        words = {self.tokens.word(place.first - 1), self.tokens.word(place.first - 2)}
        return bool(words & phrases(self.language, "figurative", "part").first.keys())

    def _inserted(self, at: int) -> int:
        """Past ", darunter fünf Kinder," when such an insertion begins with this comma."""
        if self.tokens.word(at + 1) not in phrases(self.language, "figurative", "part").first:
            return at
        for place in range(at + 1, min(at + FAR, len(self.levels))):
            if self.levels[place]:
                return place if self.levels[place] == 1 else at
        return at

    def _shared(self, at: int) -> bool:
        """True when a figure follows the joint at this token: what comes after belongs to that one."""
        for place in range(at + 1, at + _JOINED):
            if place in self.firsts:
                return True
            if place >= len(self.levels) or self.levels[place] or place in self.events:
                return False
        return False

    def _following(self, place: Place) -> Iterator[tuple[int, Event]]:
        """The events after a figure in its part of the sentence that can have happened to what it counts."""
        at, end = place.stop, min(place.stop + FAR, len(self.tokens))
        while at < end:
            past = self._inserted(at) if self.levels[at] == 1 else at
            if past > at:
                at = past + 1
                continue
            if self.levels[at] or at in self.firsts or (self.tokens.word(at) in self.joints and self._shared(at)):
                return
            event = self.events.get(at)
            if event and event.stop in self.firsts and not self.tokens.capital(at):
                return  # "vier Bomben töteten 98 Menschen": it happened to those after the verb
            if event and not (at == place.head and place.sort) and self.fits(event, place):
                yield at, event
            at += 1

    def after(self, place: Place) -> str:
        """The first event after the figure, or a later one in the passive: "launched overnight were shot down"."""
        passive = singles(self.language, "passive")
        found = list(self._following(place))
        for at, event in found:
            if self.tokens.word(at - 1) in passive:
                return event.key
        return found[0][1].key if found else ""

    def before(self, place: Place) -> str:
        """The last event before the figure in its part of the sentence."""
        at, listed = place.first, place
        while at > max(place.first - FAR, 0):
            event = self.ends.get(at)
            if event and self.fits(event, place):
                return event.key
            earlier = self.stops.get(at)
            if earlier and self.joined(earlier, listed):  # "zerstörte 40 Hektar Wald und elf Häuser"
                at, listed = earlier.first, earlier
            elif earlier or (self.levels[at - 1] and not self._in_list(at - 1, listed)):
                return ""
            else:
                at -= 1
        return ""

    def _in_list(self, at: int, listed: Place) -> bool:
        """True for the comma right before a figure, which may part the entries of a list."""
        return at == listed.first - 1 and self.tokens.word(at) == ","

    def told_between(self, at: int) -> bool:
        """True when an event stands between a figure and the next one: then they share none."""
        return any(place in self.events for place in range(self.places[at].stop, self.places[at + 1].first))

    def whole(self, at: int) -> int:
        """The index of the last figure before this one that isn't a part of another."""
        before = at - 1
        while before > 0 and at - before < _PARTS and self.part(self.places[before]):
            before -= 1
        return before

    def elliptic(self, at: int) -> bool:
        """True when a figure leaves out the noun that the figure before it had: "3 Menschen starben, 18 ..."."""
        place, before = self.places[at], self.places[self.whole(at)]
        if place.head >= 0 or place.unit or any(level == 2 for level in self.levels[before.stop : place.first]):
            return False
        last = place.stop >= len(self.levels) or self.levels[place.stop] > 0
        return last or bool(self.own(place))

    def _deed(self, place: Place) -> str:
        """The noun that the figure is of: "die Entsendung von 3.000 Soldaten"."""
        event = deed(self.tokens.word(place.first - 2), self.language)
        of = self.tokens.word(place.first - 1) in singles(self.language, "of")
        return event.key if event and of and self.fits(event, place) else ""

    def _toll(self, place: Place) -> str:
        """The noun whose number is told: "die Zahl der Toten stieg auf 300", "die Verluste liegen bei 4.000"."""
        if self.tokens.word(place.first - 1) not in singles(self.language, "toward"):
            return ""
        for at in range(place.first - 1, max(place.first - FAR, 0), -1):
            event = self.ends.get(at)
            toll = singles(self.language, "toll")
            noun = self.tokens.word(at - 1) in toll if toll else self.tokens.capital(at - 1)
            if event and noun and self.fits(event, place):
                return event.key
            if self.levels[at - 1]:
                return ""
        return ""

    def befell(self, place: Place) -> bool:
        """True when it is told that something happened to one: "ein Soldat wurde getötet", "one man died"."""
        for at, event in self._following(place):
            told = {self.tokens.word(near) for near in range(place.stop, event.stop + 2)}
            if told & singles(self.language, "befall") or self.tokens.word(at) in singles(self.language, "itself"):
                return True
        return False

    def own(self, place: Place) -> str:
        """What the words around a figure say of it alone."""
        noun, counted = self._at_noun(place)
        noun = noun or self._deed(place)
        if noun and not counted:
            return noun
        if self.tokens.word(place.first - 1) in singles(self.language, "oblique"):
            return noun or self._toll(place)
        event = self.ends.get(place.first)
        if event and self.fits(event, place):
            return event.key
        return self.after(place) or self.before(place) or noun

    def joined(self, left: Place, right: Place) -> bool:
        """True when two figures stand in one list: a joint or a comma, and only a few words, between them."""
        gap = range(left.stop, right.first)
        if len(gap) > _JOINED or not gap or any(self.levels[at] == 2 for at in gap):
            return False
        last = self.tokens.word(right.first - 1)
        return last in self.joints or (last == "," and len(gap) <= _LISTED) or self.part(right)

    def rises(self, left: Place, right: Place) -> bool:
        """True for the two ends of a change: "von 12 auf 19", "from 12 to 19"."""
        words = self.tokens.word(left.first - 1), self.tokens.word(right.first - 1)
        return words in (("von", "auf"), ("from", "to")) and right.first - left.stop < _JOINED

    def takes(self, place: Place, key: str) -> str:
        """The measure of the figure beside it, when such a thing can happen to what this one counts, too."""
        return key if self.fits(of_key(key, self.language), place) else ""


def measures(sentence: Sentence) -> list[str]:
    """The measure of each figure, "" where there is none."""
    tokens, places, language = sentence.tokens, sentence.places, sentence.language
    of = singles(language, "of")
    wholes = {
        at + 1
        for at, (left, right) in enumerate(pairwise(places))
        if 0 < right.first - left.stop < _BETWEEN and all(tokens.word(i) in of for i in range(left.stop, right.first))
    }
    found = ["" if at in wholes else sentence.own(place) for at, place in enumerate(places)]
    for at in wholes:  # "19 von 24 Drohnen abgefangen": what is said of the whole holds for the part
        found[at - 1] = found[at - 1] or sentence.after(places[at])
    for at, (left, right) in enumerate(pairwise(places)):  # "stieg von 12 auf 19"
        if not found[at] and sentence.rises(left, right):
            found[at] = sentence.takes(left, found[at + 1])
    for at in range(len(places) - 2, -1, -1):
        if found[at] or at + 1 in wholes or sentence.part(places[at]):
            continue
        if sentence.joined(places[at], places[at + 1]) and not sentence.told_between(at):
            found[at] = sentence.takes(places[at], found[at + 1])
    for at in range(1, len(places)):
        if not found[at] and at not in wholes and sentence.joined(places[at - 1], places[at]):
            found[at] = sentence.takes(places[at], found[at - 1])
    return found
