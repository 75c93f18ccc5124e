"""Sentences -> units of items: words, marks, and whole quotations and brackets as one item each.

In: a text, its sentences and quotes. Out: units, each a run of items in which no quotation is cut in two. The frames
of saying are found on items, so that what somebody says can never be mistaken for the clause around it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import NamedTuple

from depesche.reading.quotes import Quotes
from depesche.words.copy import Span, Spans

_PIECE = re.compile(r"\w+(?:[-/&’'·]\w+|[.:,](?=\d)(?<=\d.)\w+|\.(?=[a-zäöüß])\w+)*-?|[^\w\s]")

WORD, MARK, QUOTE, BRACKET = "w", "m", "q", "b"
SEPARATORS = frozenset(",;:–—")


LONGEST = 300
"""Items in a unit at most: no sentence of a newspaper is longer, and work on a unit grows with its square."""
_HELD = 10 * LONGEST
"""Items held back for a bracket that may still close; beyond it the opening was a slip."""


class Item(NamedTuple):
    """One item: its span, its text, the text in lower case and its kind.

    `cap` for a capital or a figure first, and for a name that is written without one ("dpa").
    """

    start: int
    end: int
    text: str
    low: str
    kind: str
    cap: bool


class Unit(NamedTuple):
    """One or more sentences that a quotation holds together: span, items, the paragraph's and own number."""

    start: int
    end: int
    items: tuple[Item, ...]
    paragraph: int
    number: int


def _capital(word: str) -> bool:
    """A capital or a figure first, or a capital in the last part: "USA", "7,1", "ai-Bericht", "ndr.de"."""
    return word[0].isupper() or word[0].isdigit() or "." in word or word.rpartition("-")[2][:1].isupper()


def _item(text: str, start: int, end: int, kind: str, small: Container[str] = ()) -> Item:
    word = text[start:end]
    low = word.lower()
    if kind != WORD:
        return Item(start, end, word, low, kind, kind == QUOTE)
    cap = word[0] != low[0] or (not word.isalpha() and _capital(word)) or word in small
    return Item(start, end, word, low, kind, cap)


def _marked(text: str, start: int, end: int) -> bool:
    """True for a dash that stands free and so parts clauses; "Nord-Süd" is one word and never comes here."""
    return text[start] != "-" or (start > 0 and text[start - 1].isspace() and text[end : end + 1].isspace())


def itemise(text: str, start: int, end: int, quotes: Spans, small: Container[str] = ()) -> Iterator[tuple[Item, ...]]:
    """The items of text[start:end], at most LONGEST at a time; `quotes` are the top-level quotations in it.

    `small` are names that are written without a capital.
    """
    found: list[Item] = []
    opened: list[int] = []
    at = start
    for begin, stop in (*quotes, (end, end)):
        for match in _PIECE.finditer(text, at, begin):
            _put(text, match, found, opened, small)
            if len(found) >= _HELD:
                yield tuple(found[:LONGEST])
                del found[:LONGEST]
                opened.clear()
        if stop > begin:
            found.append(_item(text, begin, stop, QUOTE))
            opened.clear()  # a quotation in brackets stays an item of its own
        at = stop
    for first in range(0, len(found), LONGEST):
        yield tuple(found[first : first + LONGEST])


def _put(text: str, match: re.Match[str], found: list[Item], opened: list[int], small: Container[str]) -> None:
    """Add one word or mark; a bracket that closes takes all since its opening into one item."""
    word = match[0]
    begin, stop = match.span()
    if word[0].isalnum() or word[0] == "_":
        found.append(_item(text, begin, stop, WORD, small))
    elif word == "-" and _marked(text, begin, stop):
        found.append(Item(begin, stop, "–", "–", MARK, False))
    elif word in ")]" and opened:
        first = opened.pop()
        begin = found[first].start
        del found[first:]
        found.append(_item(text, begin, stop, BRACKET))
    else:
        if word == "(" or (word == "[" and not opened):
            opened.append(len(found))
        found.append(Item(begin, stop, word, word, MARK, False))


def units(text: str, sentences: Spans, quotes: Quotes, paragraphs: Spans, small: Container[str] = ()) -> Iterator[Unit]:
    """Join sentences that a quotation spans, and cut each into items; one by one, so that memory stays flat.

    `small` are names that are written without a capital.
    """
    top = [quote.span for quote in quotes.top]
    number, paragraph, mark, at = 0, 0, 0, 0
    while at < len(sentences):
        start, end = sentences[at]
        at += 1
        while paragraph + 1 < len(paragraphs) and paragraphs[paragraph][1] <= start:
            paragraph += 1
        inside: list[Span] = []
        while mark < len(top) and top[mark][0] < end:
            inside.append(top[mark])
            while top[mark][1] > end and at < len(sentences):
                end = sentences[at][1]
                at += 1
            end = max(end, top[mark][1])
            mark += 1
        parts = itemise(text, start, end, tuple(inside), small)
        part = next(parts, ())
        whole = len(part) < LONGEST
        while part or whole:
            span = (start, end) if whole else (part[0].start, part[-1].end)
            yield Unit(*span, part, paragraph, number)
            number += 1
            part = () if whole else next(parts, ())
            whole = False
