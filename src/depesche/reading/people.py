"""Who is named in a text: people with their offices and gender, and bodies, so that "die Ministerin" finds its name.

In: a text and its language. Out: a People that is asked by place for whom a pronoun, an office or a short form stands.
One pass over the words with a capital; what is looked at around a name is bounded. Names are pieces of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from depesche.reading import tables

_WORD = re.compile(r"\w+(?:[-’'.]\w+)*")
_END = re.compile(r"[.!?…:]\W{0,4}\s")
_AROUND = 7
"""Words around a name in which its office is looked for."""
_LOOK_BACK = 60
"""Names looked back at; whoever was named longer ago is named anew by any writer."""
_PAST = 4
"""Sentences over which a pronoun reaches back."""
_LINKS = frozenset({"von", "van", "de", "al", "el", "bin", "ibn", "di", "da", "zu"})
_IS = frozenset({"ist", "war", "wird", "wurde", "bleibt", "is", "was", "has", "became", "becomes", "remains", "will"})


class Word(NamedTuple):
    """A word of the text at its place."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Person:
    """Someone with a first and a last name; gender is "m", "f" or ""."""

    name: str
    gender: str
    offices: set[str] = field(default_factory=set)


class Offices(NamedTuple):
    """What a language's table says of callings, in lower case."""

    gender: dict[str, str]
    generic: frozenset[str]
    whose: frozenset[str]
    same: dict[str, frozenset[str]]
    bodies: tuple[frozenset[str], ...]
    first: dict[str, str]
    compounds: bool


@cache
def offices(language: str) -> Offices:
    """The callings, first names and kinds of bodies of a language; first names of all of them."""
    gender: dict[str, str] = {}
    generic: set[str] = set()
    whose: set[str] = set()
    same: dict[str, frozenset[str]] = {}
    bodies: list[frozenset[str]] = []
    for kind, *cells in tables.rows(language, "offices"):
        words = frozenset(word.lower().replace("_", " ") for cell in cells for word in cell.split())
        if kind == "generic":
            generic |= words
        elif kind == "whose":
            whose |= words
        elif kind == "body":
            bodies.append(words)
        elif kind == "same":
            same.update({word: words | same.get(word, frozenset()) for word in words})
        else:
            gender.update(dict.fromkeys(words, "" if kind == "-" else kind))
    first: dict[str, str] = {}
    for each in (language, *tables.LANGUAGES):
        for kind, *cells in tables.rows(each, "firstnames"):
            for word in (word for cell in cells for word in cell.split()):
                first.setdefault(word, kind)
    return Offices(gender, frozenset(generic), frozenset(whose), same, tuple(bodies), first, language == "de")


@lru_cache(maxsize=20_000)
def office(word: str, language: str) -> str:
    """The calling that a word is or ends in ("Armeesprecher": "sprecher"), "" when it is none."""
    known = offices(language)
    low = word.lower()
    if low in known.gender:
        return low
    if not known.compounds or "-" in low[-3:]:
        return ""
    return next((low[at:] for at in range(1, len(low) - 3) if low[at:] in known.gender), "")


@lru_cache(maxsize=20_000)
def _kind_of(low: str, language: str) -> int:
    known = offices(language)
    for number, kind in enumerate(known.bodies):
        if low in kind or (known.compounds and any(low.endswith(each) for each in kind if len(each) > 3)):
            return number
    return -1


class People:
    """The people and bodies of one text."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.known = offices(language)
        self.common = tables.words(language, "starters")
        self.words = [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text)] if len(text) < _LONGEST else []
        self.ends = [match.start() for match in _END.finditer(text)] if self.words else []
        self.people: dict[str, Person] = {}
        self.mentions: list[tuple[int, Person]] = []
        self.acronyms: dict[str, str] = {}
        self.bodies: list[tuple[int, str, int]] = []
        self._scan()
        self.places = [at for at, _ in self.mentions]

    # --- reading
    def _glued(self, at: int) -> bool:
        """True when one blank stands between this word and the one before it."""
        return 0 < at < len(self.words) and self.text[self.words[at - 1].end : self.words[at].start] == " "

    def _cap(self, at: int) -> bool:
        return 0 <= at < len(self.words) and self.words[at].text[0].isupper()

    def _scan(self) -> None:
        at, small = 0, not self.known.compounds  # German bodies have a capital
        while at < len(self.words):
            if not self.words[at].text[0].isupper():
                if small:
                    self._body(at)
                at += 1
                continue
            stop = self._name(at)
            if stop:
                self._person(at, stop)
                at = stop
                continue
            self._acronym(at)
            self._body(at)
            at += 1

    def _name(self, at: int) -> int:
        """Where the name that begins here ends; 0 when none does: a first name, or what follows an office."""
        first = self.words[at].text
        led = at > 0 and self._glued(at) and bool(office(self.words[at - 1].text, self.language))
        if not led and first not in self.known.first:
            if first in self.people and first.lower() not in self.common:
                self.mentions.append((self.words[at].start, self.people[first]))
            return 0
        if office(first, self.language) or first.lower() in self.common:
            return 0
        stop = at + 1
        while stop < len(self.words) and stop - at < 4 and self._glued(stop):
            if self._cap(stop) and not office(self.words[stop].text, self.language):
                stop += 1
            elif self.words[stop].text in _LINKS and self._cap(stop + 1) and self._glued(stop + 1):
                stop += 2
            else:
                break
        if stop - at < 2 or stop > len(self.words):
            if first in self.people:  # a last name
                self.mentions.append((self.words[at].start, self.people[first]))
            return 0
        return stop

    def _person(self, at: int, stop: int) -> None:
        name = self.text[self.words[at].start : self.words[stop - 1].end]
        person = self.people.get(name)
        if person is None:
            person = Person(name, self.known.first.get(self.words[at].text, ""))
            self.people[name] = person
            self.people.setdefault(self.words[stop - 1].text, person)
        for calling in (*self._before(at), *self._after(stop)):
            person.offices.add(calling)
            head = calling.split()[-1]
            person.gender = person.gender or self.known.gender.get(office(head, self.language), "")
        self.mentions.append((self.words[at].start, person))

    def _before(self, at: int) -> Iterator[str]:
        """The callings right before a name, and before its comma: "Der Bürgermeister von Altenau, Horst Lüders"."""
        comma = at > 0 and self.text[self.words[at - 1].end : self.words[at].start] == ", "
        near = range(at - 1, max(-1, at - 1 - _AROUND), -1)
        for place in near:
            gap = self.text[self.words[place].end : self.words[place + 1].start]
            if gap != " " and not (comma and place == at - 1):
                return
            if office(self.words[place].text, self.language):
                yield from self._calling(place)
                return
            if not comma:
                return

    def _after(self, stop: int) -> Iterator[str]:
        """The callings after a name: "Horst Lüders, Bürgermeister von", "Bernd Zoll (CDU)", "X ist Präsident"."""
        if stop >= len(self.words):
            return
        gap = self.text[self.words[stop - 1].end : self.words[stop].start]
        if gap == " (" and self.words[stop].text.isupper():
            yield self.words[stop].text.lower()
            return
        linked = gap == " " and self.words[stop].text in _IS
        if gap != ", " and not linked:
            return
        for place in range(stop, min(stop + _AROUND, len(self.words))):
            if place > stop and self.text[self.words[place - 1].end : self.words[place].start] not in (" ", "-"):
                return
            if office(self.words[place].text, self.language):
                yield from self._calling(place)
                return

    def _calling(self, place: int) -> Iterator[str]:
        """The calling at a place, alone and with the word before it ("prime minister")."""
        low = self.words[place].text.lower()
        yield low
        if not self.known.compounds and self._glued(place):
            yield f"{self.words[place - 1].text.lower()} {low}"

    def _acronym(self, at: int) -> None:
        """ "Bundeskriminalamt (BKA)": the words before the bracket are the full name."""
        word = self.words[at]
        if not word.text.isupper() or len(word.text) < 2 or self.text[word.start - 1 : word.start] != "(":
            return
        first = at
        while first > 0 and at - first < len(word.text) + 1 and self._cap(first - 1):
            if first < at and not self._glued(first):
                break
            first -= 1
        if first < at and self.words[first].text.lower() not in self.common:
            self.acronyms[word.text] = self.text[self.words[first].start : self.words[at - 1].end]
        elif first + 1 < at:
            self.acronyms[word.text] = self.text[self.words[first + 1].start : self.words[at - 1].end]

    def _body(self, at: int) -> None:
        """A body with a name: "Der Autobauer Veltra", "Die Gewerkschaft Bahn und Bus", "Deutscher Wetterdienst"."""
        low = self.words[at].text.lower()
        kind = self._kind(low)
        if kind < 0:
            return
        if self._cap(at + 1) and self._glued(at + 1) and not self._kind(self.words[at + 1].text.lower()) >= 0:
            stop = at + 2
            while self._cap(stop) and self._glued(stop) and stop - at < 4:
                stop += 1
            own = self.text[self.words[at + 1].start : self.words[stop - 1].end]
            self.bodies.append((self.words[at].start, own, kind))
        elif self._cap(at - 1) and self._glued(at) and self.words[at - 1].text.lower() not in self.common:
            self.bodies.append(
                (self.words[at - 1].start, self.text[self.words[at - 1].start : self.words[at].end], kind)
            )

    def _kind(self, low: str) -> int:
        """The number of the kind of body that a word names, -1 for none."""
        return _kind_of(low, self.language)

    # --- asking
    def _recent(self, at: int) -> Iterator[tuple[int, Person]]:
        """The mentions before a place, the nearest first."""
        stop = bisect_left(self.places, at)
        for number in range(stop - 1, max(-1, stop - 1 - _LOOK_BACK), -1):
            yield self.mentions[number]

    def pronoun(self, gender: str, at: int, spoken: Iterable[tuple[int, str]]) -> str:
        """Whom "er" or "sie" stands for: in the nearest sentence with someone of that gender the one named first."""
        found = [(place, person.name) for place, person in self._recent(at) if person.gender in (gender, "")]
        sure = [(place, person.name) for place, person in self._recent(at) if person.gender == gender]
        found = sure or found
        found += [(place, name) for place, name in spoken if place < at and self._may_be(name, gender)]
        if not found:
            return ""
        here = bisect_left(self.ends, at)
        near = max(bisect_left(self.ends, place) for place, _ in found)
        if here - near > _PAST:
            return ""
        return min((place, name) for place, name in found if bisect_left(self.ends, place) == near)[1]

    def _may_be(self, name: str, gender: str) -> bool:
        """True for a person of this gender, and for "ein Sprecher der Nato", who has no name."""
        person = self.people.get(name)
        if person is not None:
            return person.gender in (gender, "")
        head = next((word for word in name.split() if word[0].isupper() and office(word, self.language)), "")
        return bool(head) and self.known.gender.get(office(head, self.language), "") == gender

    def office(self, words: str, gender: str, at: int) -> str:
        """Whom "die Ministerin", "the prime minister", "der 52-Jährige" stands for."""
        low = words.lower()
        head = low.split()[-1] if low else ""
        names = self.known.same.get(low, frozenset({low})) | self.known.same.get(head, frozenset())
        for _, person in self._recent(at):
            for calling in person.offices:
                if calling in names or calling == head or (self.known.compounds and _ends(calling, names)):
                    return person.name
        party, _, tail = head.rpartition("-")
        if tail in self.known.generic or head in self.known.generic or low.endswith("year-old"):
            for _, person in self._recent(at):
                if party.isalpha() and party not in person.offices:
                    continue
                if not gender or person.gender in (gender, ""):
                    return person.name
        return ""

    def body(self, word: str, at: int) -> str:
        """Which body "das Unternehmen", "the agency" stands for: the last one of that kind."""
        low = word.lower()
        kinds = [number for number, kind in enumerate(self.known.bodies) if low in kind]
        return next((name for place, name, kind in reversed(self.bodies) if place < at and kind in kinds), "")


def _ends(calling: str, names: Iterable[str]) -> bool:
    return any(len(name) > 4 and calling.endswith(name) for name in names)


_LONGEST = 200_000
"""Characters of a text whose people are known; a longer one is no news item, and names in it stay as they are."""
