"""By which words news speaks of the same: word forms of a sentence flow in, topics come out, the same in each language.

The rules are plain tables, `thesaurus.{language}.tsv`, that say how a row is written. They are loaded once, when first
asked for; nothing outside this package is ever opened. A topic says what words are about, never what is true of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import TypeAlias

Row: TypeAlias = tuple[str, str, tuple[str, ...]]
"""Kind, topic (or value), entries."""
LANGUAGES = ("de", "en")
"""The first is taken where nothing tells."""
PART = 5
"""Letters of a German word that is looked for at both ends of compounds: with fewer, "Tor" would stand in "Reaktor"."""
REST = 3
"""Letters that must be left of a compound when its known part is taken away."""
REMEMBERED = 50_000
"""Word forms whose topics are kept, as one takes 50 microseconds: more than four stories of 5,000 statements have."""


class Thesaurus:
    """The topics of one language: `kinds` of all of them, `common` and `denying` words, `numbers` and their `times`;
    `coming`: words of what is to come."""

    def __init__(self, table: Iterable[Row]) -> None:
        self.kinds: dict[str, str] = {}
        self.common: frozenset[str] = frozenset()
        self.denying: frozenset[str] = frozenset()
        self._apart: dict[str, str] = {}  # verbs of denying -> the particle that belongs to them
        self.coming: frozenset[str] = frozenset()
        self._accusers: tuple[str, ...] = ()  # what words in the names of accusers begin with
        self._accusing: tuple[str, ...] = ()  # and what they end in
        self.numbers: dict[str, float] = {}
        self.times: dict[str, float] = {}
        self._endings: list[str] = [""]
        self._changing: frozenset[str] = frozenset()
        self._prefixes: frozenset[str] = frozenset()  # a language that has some has compounds and "ge-"
        # topics in tuples: thousands of sets of one topic each would take four times the memory
        self._exact: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        self._heads: dict[str, tuple[str, ...]] = {}
        self._tails: dict[str, tuple[str, ...]] = {}
        # the longest of several words that must stand in a sentence together -> the others, and the topic
        self._groups: dict[str, list[tuple[list[str], str]]] = defaultdict(list)
        self._marks: dict[str, str] = {}  # a part of a group -> what it is called among topics
        # the first of several words that follow each other -> those behind it, and the topic
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        self.senses = lru_cache(maxsize=REMEMBERED)(self._look_up)
        for kind, name, entries in table:
            self._take(kind, name, entries)

    def of(self, words: Sequence[str]) -> tuple[list[frozenset[str]], frozenset[str]]:
        """The topics of each folded word form, and those of several words together, which are no word's own.

        Words of denying have none of their own: "nannte das eine Lüge" isn't about lying, and "wies zurück" sends
        nobody back.
        """
        found = [self.senses(word) for word in words]
        for particle in {self._apart[word] for word in words if word in self._apart}.intersection(words):
            found[words.index(particle)] = frozenset()
        phrased = self._phrased(words)
        alone = phrased.union(*found)
        grouped = self._together(alone)
        if not grouped <= self.kinds.keys():  # "sank ... ab" may be a part itself
            grouped |= self._together(alone | grouped)
        own = [
            frozenset() if word in self.denying else frozenset(one for one in each if one in self.kinds)
            for word, each in zip(words, found, strict=True)
        ]
        return own, (phrased | grouped) & self.kinds.keys()

    def accuses(self, word: str) -> bool:
        """True when a word, folded, stands in the names of those who accuse others: media, unions, those concerned."""
        return word.startswith(self._accusers) or word.endswith(self._accusing)

    def _phrased(self, words: Sequence[str]) -> frozenset[str]:
        """What is told by words that follow each other."""
        return frozenset(
            topic
            for at, word in enumerate(words, 1)
            for rest, topic in self._phrases.get(word, ())
            if at + len(rest) <= len(words) and all(map(_is, words[at:], rest))
        )

    def _together(self, marks: frozenset[str]) -> frozenset[str]:
        """What is told by several words of a sentence, by the marks of all of them."""
        return frozenset(topic for one in marks for rest, topic in self._groups.get(one, ()) if marks.issuperset(rest))

    def _look_up(self, word: str) -> frozenset[str]:
        """Topics of one folded word form, and marks for entries of several words that it may be a part of."""
        found = set(self._exact.get(word, ()))
        for ending in self._endings:
            if word.endswith(ending):
                found.update(*self._of_stem(word[: len(word) - len(ending)], ending))
        found.update(*(self._heads.get(word[:end], ()) for end in range(2, len(word))))
        return frozenset(found)

    def _of_stem(self, stem: str, ending: str) -> Iterator[Iterable[str]]:
        yield self._stems.get(stem, ())
        if self._prefixes and stem.startswith("ge"):
            yield self._stems.get(stem[2:], ())
        if ending in self._changing:  # "firing" is "fire", "stopped" is "stop", "denies" is "deny"
            yield self._stems.get(stem + "e", ())
            if stem[-1:] == stem[-2:-1]:
                yield self._stems.get(stem[:-1], ())
            if stem.endswith("i"):
                yield self._stems.get(stem[:-1] + "y", ())
        for start in range(REST, len(stem) - 2):
            if stem[start:] in self._tails and stem[:start].removesuffix("ge").removesuffix("zu") not in self._prefixes:
                yield self._tails[stem[start:]]

    def _take(self, kind: str, name: str, entries: Sequence[str]) -> None:
        match kind:
            case "common":
                self.common |= set(entries)
            case "negating":
                pass  # see turning()
            case "denying":
                self.denying |= set(entries)
                self._apart.update(dict.fromkeys(entries, name) if name != "-" else {})
            case "coming":
                self.coming |= set(entries)
            case "accuser":
                self._accusers += tuple(entry for entry in entries if not entry.startswith("-"))
                self._accusing += tuple(entry[1:] for entry in entries if entry.startswith("-"))
            case "number":
                self.numbers.update((entry, float(name)) for entry in entries)
            case "times":
                self.times.update((entry, float(name)) for entry in entries)
            case "prefix":
                self._prefixes |= set(entries)
            case "ending":
                self._endings += entries
                self._changing |= set(entries) if name == "changing" else set()
            case _:
                self.kinds[name] = kind
                alone = (name,)
                for entry in entries:
                    self._add(entry, alone)

    def _add(self, entry: str, topic: tuple[str]) -> None:
        if "+" in entry:
            self._group(entry.split("+"), topic)
        elif "_" in entry:
            first, *rest = entry.split("_")
            self._phrases[first].append((tuple(rest), *topic))
        elif "|" in entry:
            particle, _, verb = entry.partition("|")
            for form in (verb, f"ge{verb}", f"zu{verb}"):
                _put(self._stems, particle + form, topic)
            self._group((verb, f"={particle}"), topic)  # "zieht die Truppen ab"
        elif entry.startswith("="):
            _put(self._exact, entry[1:], topic)
        else:
            self._word(entry, topic)

    def _word(self, entry: str, topic: tuple[str]) -> None:
        stem, german = entry.strip("-."), bool(self._prefixes)
        _put(self._stems, stem, topic)
        if german and stem.endswith("en") and len(stem) > PART:  # "überladen" is "Überladung", too
            _put(self._stems, stem[:-2], topic)
        compound = german and len(stem) >= PART and not entry.endswith(".")
        if entry.endswith("-") or compound:
            _put(self._heads, stem, topic)
        if entry.startswith("-") or compound:
            _put(self._tails, stem, topic)

    def _group(self, entries: Iterable[str], topic: tuple[str]) -> None:
        marks = [self._marks.get(entry) or self._mark(entry) for entry in entries]
        marks.sort(key=len, reverse=True)  # long words are rarer
        self._groups[marks[0]].append((marks[1:], *topic))

    def _mark(self, entry: str) -> str:
        mark = self._marks[entry] = f"+{entry}"
        self._add(entry, (mark,))
        return mark


@cache
def thesaurus(language: str) -> Thesaurus:
    """The thesaurus of one of LANGUAGES."""
    return Thesaurus(rows(language))


@cache
def cases() -> Mapping[str, tuple[str, ...]]:
    """For each topic the kinds of case that it belongs to."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for kind, name, entries in rows("cases"):
        for topic in entries:
            found[topic] += (f"{kind} {name}",)
    return found


def rows(table: str) -> list[Row]:
    """The rows of a table, folded: of a language, or "cases". "#" begins a comment."""
    text = fold(files(__package__).joinpath(f"thesaurus.{table}.tsv").read_text("utf-8"))
    cells = (line.split("#", 1)[0].split("\t") for line in text.splitlines())
    return [(each[0].strip(), each[1].strip(), tuple(each[2].split())) for each in cells if len(each) > 2]


def _put(table: dict[str, tuple[str, ...]], key: str, topic: tuple[str]) -> None:
    if (known := table.setdefault(key, topic)) is not topic:
        table[key] = known + topic


def _is(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("-") else word == part


def forget_words() -> None:
    """Let go of all words that were looked up."""
    for each in LANGUAGES:
        thesaurus(each).senses.cache_clear()


def language(words: Sequence[str]) -> str:
    """The language that most of the common words among these folded ones are of; else the one that has more topics."""

    shares = [sum(word in common(each) for word in words) for each in LANGUAGES]
    likely = [each for each, share in zip(LANGUAGES, shares, strict=True) if share == max(shares)]
    if len(likely) == 1:  # the other thesaurus needn't be loaded
        return likely[0]
    return max(likely, key=lambda each: sum(bool(thesaurus(each).senses(word)) for word in words))


@cache
def common(language: str) -> frozenset[str]:
    """The words of every sentence in a language."""
    return frozenset(word for kind, _, entries in rows(language) if kind == "common" for word in entries)


@cache
def turning(language: str) -> frozenset[str]:
    """The words that turn what a sentence says into something else: of negation and of denying."""
    kinds = ("negating", "denying")
    return frozenset(word for kind, _, entries in rows(language) if kind in kinds for word in entries)


def fold(word: str) -> str:
    """A word in small letters without umlauts: "Anschläge" and "Anschlag" begin alike then."""
    return word.casefold().replace("ä", "a").replace("ö", "o").replace("ü", "u")  # which is faster than a table
