"""Tokens -> the longest form of a date that begins at a place, by the tables "calendar", "edges" and "dates".

In: tokens and a place. Out: which form, its parts, the words before it that bound it. The forms of a language are one
tree that is walked token by token, so a text costs time in its length however many forms there are.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from typing import NamedTuple

from depesche.reading import tables
from depesche.reading.numerals import in_digits, in_one_word, number_words
from depesche.reading.tokens import Memo, Phrases, Tokens

Value = int | float | str | tuple[int, ...]

_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?![\d-])")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.(\d{1,2})")
_SUFFIX = re.compile(r"([A-Z]+)(\d?)")
_YEARS = range(1000, 3000)
"""What four digits may be as a year; beyond it they are a number."""
_LONGEST_COUNT = 500
"""Largest number before a unit of time: "vor 500 Jahren"; what is longer ago has no calendar."""
_ISO_TOKENS = 5
_CAPITAL = frozenset({"MONTH", "FULL", "SHORT", "WEEKDAY"})
"""Classes that are written with a capital in both languages ("may", "march", "sat" are other words)."""

_NO_CLASS = frozenset({"not_after", "not_before", "ordinal", "decades", "n"})
"""Kinds of the table that are no part of a form by themselves."""
_MONTHS = {"SHORT": "MONTH"}


class Form(NamedTuple):
    """A row of the table "dates": how it may be bounded, the name of its rule, its precision."""

    edge: str
    rule: str
    precision: str


class Match(NamedTuple):
    """A form found: role of the word before it ("" for none), parts by name, the tokens that it takes."""

    form: Form
    role: str
    parts: dict[str, Value]
    first: int
    base: int
    stop: int


class _Node:
    """A branch of the tree of forms."""

    __slots__ = ("classes", "form", "words")

    def __init__(self) -> None:
        self.words: dict[str, _Node] = {}
        self.classes: dict[tuple[str, str], _Node] = {}
        self.form: Form | None = None


class Calendar(NamedTuple):
    """The tables of a language, ready to be walked."""

    root: _Node
    edges: Phrases[str]
    kinds: dict[str, dict[str, str]]
    suffixes: tuple[str, ...]
    names: Phrases[str]
    meanings: dict[str, tuple[tuple[str, Value], ...]]
    firsts: frozenset[str]
    """Words that a form may begin with, those of edges.tsv left out."""


def _choices(element: str) -> list[tuple[str, ...]]:
    """The ways to say one element of a form: "[den|dem]" is nothing, "den" or "dem"; "_" parts words."""
    optional = element.startswith("[") and element.endswith("]") and len(element) > 2
    inner = element[1:-1] if optional else element
    ways: list[tuple[str, ...]] = [tuple(way.split("_")) for way in inner.split("|")] if inner != "|" else [("|",)]
    return [*ways, ()] if optional else ways


def _elements(pattern: str) -> list[str]:
    """The elements of a form; an optional one may hold blanks ("[, YEAR]")."""
    return [element.replace(" ", "_") for element in re.findall(r"\[[^\]]+\]|\S+", pattern)]


def _grow(root: _Node, pattern: str, form: Form) -> None:
    for way in product(*map(_choices, _elements(pattern))):
        node = root
        for word in (word for part in way for word in part):
            match = _SUFFIX.fullmatch(word)
            if match:
                node = node.classes.setdefault((match[1], match[0].lower()), _Node())
            else:
                node = node.words.setdefault(word, _Node())
        node.form = node.form or form


def _meanings(kinds: dict[str, dict[str, str]]) -> dict[str, tuple[tuple[str, Value], ...]]:
    """Each word of the table with the classes that it may stand for."""
    found: dict[str, tuple[tuple[str, Value], ...]] = {}
    for kind, forms in kinds.items():
        for word, value in forms.items():
            number: Value = int(value) if value.lstrip("-").isdecimal() else value
            names = ("MONTH", "FULL") if kind == "month" else (kind.upper(),)
            found[word] = found.get(word, ()) + tuple((name, number) for name in names)
    return found


@cache
def calendar(language: str) -> Calendar:
    """The calendar of a language; empty for one without tables."""
    kinds: dict[str, dict[str, str]] = {}
    for kind, value, forms in tables.rows(language, "calendar"):
        kinds.setdefault(kind, {}).update(dict.fromkeys(forms.split(), value))
    root = _Node()
    for edge, pattern, rule, precision in tables.rows(language, "dates"):
        _grow(root, pattern, Form(edge, rule, precision))
    edges = Phrases((phrase, role) for role, *cells in tables.rows(language, "edges") for phrase in cells[0].split())
    names = Phrases((phrase, "name") for phrase in kinds.pop("name", {}))
    meanings = _meanings({kind: forms for kind, forms in kinds.items() if kind not in _NO_CLASS})
    classes = {name for name, _ in root.classes}
    firsts = {word for word, found in meanings.items() if classes & {_MONTHS.get(name, name) for name, _ in found}}
    return Calendar(
        root, edges, kinds, tuple(kinds.get("daypart", {})), names, meanings, frozenset(firsts | root.words.keys())
    )


def _slashed(first: int, second: int, year: int, at: int) -> list[tuple[str, Value, int]]:
    """ "4/28/2025" or "28/4/2025"; which of two small numbers is the month can't be told, so that is no date."""
    if first > 12 or second > 12 or first == second:
        month, day = (first, second) if second > 12 else (second, first)
        return [("DATE", (year, month, day), at + _ISO_TOKENS)]
    return []


def _number_classes(tokens: Tokens, at: int, kinds: dict[str, dict[str, str]]) -> list[tuple[str, Value, int]]:
    """What a token in digits may be."""
    word = tokens.words[at]
    if not word.isdecimal():
        dotted, short = _DOTTED.fullmatch(word), _DAY_MONTH.fullmatch(word)
        if dotted:
            year = int(dotted[3])
            century = 0 if year > 99 else 2000 if year < 70 else 1900
            return [("DATE", (year + century, int(dotted[2]), int(dotted[1])), at + 1)]
        closed = tokens.word(at + 1) == "." and tokens.glued(at + 1)
        return [("DM", (int(short[1]), int(short[2])), at + 2)] if short and closed else []
    if len(word) > 4:
        return []
    number, after = int(word), tokens.word(at + 1) if tokens.glued(at + 1) else ""
    found: list[tuple[str, Value, int]] = []
    slashed = _SLASHED.match(tokens.text, tokens.starts[at]) if after == "/" else None
    if slashed:
        return _slashed(int(slashed[1]), int(slashed[2]), int(slashed[3]), at)
    if len(word) == 4 and number in _YEARS:
        iso = _ISO.match(tokens.text, tokens.starts[at]) if after == "-" else None
        if iso:
            return [("DATE", (int(iso[1]), int(iso[2]), int(iso[3])), at + _ISO_TOKENS)]
        found.append(("YEAR", number, at + 1))
    if after in kinds.get("decades", {}) and number % 10 == 0 and (number in _YEARS or (len(word) == 2 and number)):
        return [("DECADE", number, at + 2)]
    if 1 <= number <= 31 and len(word) <= 2:
        found.append(("DAY", number, at + 1))
        if after in kinds.get("ordinal", {}):
            found.append(("ORD", number, at + 2))
            found.append(("NTH", number, at + 2))
    if len(word) == 2:
        found.append(("YY", number, at + 1))
    return found


def _count(word: str, language: str, kinds: dict[str, dict[str, str]]) -> float | None:
    value = kinds.get("n", {}).get(word) or number_words(language).halves.get(word)
    number = (
        float(value) if value else in_digits(word, language) if word[0].isdecimal() else in_one_word(word, language)
    )
    return number if number is not None and number <= _LONGEST_COUNT else None


def _word_classes(tokens: Tokens, at: int, known: Calendar) -> list[tuple[str, Value, int]]:
    """What a word may be, by the table; abbreviated months take their full stop with them."""
    word, capital = tokens.words[at], tokens.capital(at)
    found: list[tuple[str, Value, int]] = []
    for name, value in known.meanings.get(word, ()):
        if name in _CAPITAL and not capital:
            continue
        if name == "SHORT":
            dot = tokens.word(at + 1) == "." and tokens.glued(at + 1)
            found.append(("MONTH", value, at + (2 if dot else 1)))
        else:
            found.append((name, value, at + 1))
    if not found and capital:
        found += _compound(word, at, known)
    return found


def _compound(word: str, at: int, known: Calendar) -> list[tuple[str, Value, int]]:
    """ "Sonntagabend": a weekday with a part of the day on it."""
    if not word.endswith(known.suffixes or ("\0",)):
        return []
    for part in known.suffixes:
        day = known.kinds["weekday"].get(word.removesuffix(part))
        if day is not None:
            return [("WEEKDAY", int(day), at + 1)]
    return []


EDGE, BASE, MIDDLE = 1, 2, 4


@cache
def begins(language: str) -> Memo:
    """For each word (lower case), added up: EDGE when it may stand before a date, MIDDLE when it may after such a word,
    BASE when a form may begin with it."""
    known = calendar(language)
    inner = {word for found in known.edges.first.values() for words, _ in found for word in words[1:]}

    def flags(word: str) -> int:
        edge = word in known.edges.first or word in known.names.first
        base = word in known.firsts or word[:1].isdecimal() or bool(_compound(word, 0, known))
        base = base or (word != "" and _count(word, language, known.kinds) is not None)
        return (EDGE if edge else 0) | (BASE if base else 0) | (MIDDLE if word in inner else 0)

    return Memo(flags)


class Reader:
    """Finds the forms of one stretch; remembers what each token may be."""

    def __init__(self, tokens: Tokens, language: str) -> None:
        self.tokens = tokens
        self.language = language
        self.known = calendar(language)
        self.begins = begins(language)
        self._classes: dict[int, list[tuple[str, Value, int]]] = {}

    def classes(self, at: int) -> list[tuple[str, Value, int]]:
        """What the token at this index may be: class, value, the token after it."""
        if at not in self._classes:
            found: list[tuple[str, Value, int]] = []
            if at < len(self.tokens):
                found = _number_classes(self.tokens, at, self.known.kinds) if self.tokens.digits(at) else []
                found += [] if self.tokens.digits(at) else _word_classes(self.tokens, at, self.known)
                count = _count(self.tokens.words[at], self.language, self.known.kinds)
                found += [("N", count, at + 1)] if count is not None else []
            self._classes[at] = found
        return self._classes[at]

    def may_begin(self) -> list[bool]:
        """For each token False when nothing of a date begins there, as at most of them, at the cost of a look."""
        flags = [self.begins[word] for word in self.tokens.words]
        return [
            here & BASE > 0 or (here & EDGE > 0 and after > 0)
            for here, after in zip(flags, [*flags[1:], 0], strict=False)
        ]

    def _walk(
        self, node: _Node, at: int, parts: dict[str, Value], needs: str
    ) -> tuple[int, Form, dict[str, Value]] | None:
        """The longest form from this branch on whose first column is in `needs`."""
        best = (at, node.form, parts) if node.form and node.form.edge in needs else None
        word = self.tokens.word(at)
        if not word:
            return best
        after = node.words.get(word)
        found = self._walk(after, at + 1, parts, needs) if after else None
        best = found if found and (best is None or found[0] > best[0]) else best
        if node.classes:
            for name, value, stop in self.classes(at):
                for (kind, slot), branch in node.classes.items():
                    if kind != name:
                        continue
                    found = self._walk(branch, stop, {**parts, slot: value}, needs)
                    best = found if found and (best is None or found[0] > best[0]) else best
        return best

    def match(self, at: int) -> Match | None:
        """The longest form that begins at this token, with the word that bounds it."""
        starts = self.known.root
        plain = self._walk(starts, at, {}, "~=") if self.begins[self.tokens.words[at]] & BASE else None
        edge = self.known.edges.match(self.tokens, at)
        based = edge is not None and self.begins[self.tokens.word(edge[1])] & BASE
        bounded = self._walk(starts, edge[1], {}, "~+") if edge and based else None
        if edge and bounded and (plain is None or bounded[0] > plain[0]):
            return Match(bounded[1], edge[0], bounded[2], at, edge[1], bounded[0])
        return Match(plain[1], "", plain[2], at, at, plain[0]) if plain else None
