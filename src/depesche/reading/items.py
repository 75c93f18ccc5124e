"""Sentences -> units of items: words, marks, and whole quotations and brackets as one item each.

In: a text, its sentences and quotes. Out: units, each a run of items in which no quotation is cut in two. The frames
of saying are found on items, so that what somebody says can never be mistaken for the clause around it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from depesche.reading.quotes import Quotes
from depesche.words.copy import Span, Spans

_PIECE = re.compile(r"\w+(?:[-/&’'·]\w+|[.:,](?=\d)(?<=\d.)\w+|\.(?=[a-zäöüß])\w+)*-?|[^\w\s]")

WORD, MARK, QUOTE, BRACKET = "w", "m", "q", "b"
SEPARATORS = frozenset(",;:–—")


LONGEST = 300
"""Items in a unit at most: no sentence of a newspaper is longer, and work on a unit grows with its square."""


class Item(NamedTuple):
    """One item: its span, its text, the text in lower case and its kind; `cap` for a capital or a figure first."""

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


def _item(text: str, start: int, end: int, kind: str) -> Item:
    word = text[start:end]
    low = word.lower()
    cap = kind == QUOTE or word[0] != low[0] or (not word.isalpha() and _capital(word))
    return Item(start, end, word, low, kind, cap)


def _marked(text: str, start: int, end: int) -> bool:
    """True for a dash that stands free and so parts clauses; "Nord-Süd" is one word and never comes here."""
    return text[start] != "-" or (start > 0 and text[start - 1].isspace() and text[end : end + 1].isspace())


def itemise(text: str, start: int, end: int, quotes: Spans) -> tuple[Item, ...]:
    """The items of text[start:end]; `quotes` are the top-level quotations in it, in order."""
    found: list[Item] = []
    at = start
    for begin, stop in (*quotes, (end, end)):
        _plain(text, at, begin, found)
        if stop > begin:
            found.append(_item(text, begin, stop, QUOTE))
        at = stop
    return tuple(found)


def _plain(text: str, start: int, end: int, found: list[Item]) -> None:
    opened: list[int] = []
    for match in _PIECE.finditer(text, start, end):
        mark = match[0]
        if mark == "(" or (mark == "[" and not opened):
            opened.append(len(found))
        elif mark in ")]" and opened:
            first = opened.pop()
            begin = found[first].start
            del found[first:]
            found.append(_item(text, begin, match.end(), BRACKET))
            continue
        kind = WORD if mark[0].isalnum() or mark[0] == "_" else MARK
        if mark == "-" and _marked(text, match.start(), match.end()):
            found.append(Item(match.start(), match.end(), "–", "–", MARK, False))
            continue
        found.append(_item(text, match.start(), match.end(), kind))


def units(text: str, sentences: Spans, quotes: Quotes, paragraphs: Spans) -> list[Unit]:
    """Join sentences that a quotation spans, and cut each into items."""
    top = [quote.span for quote in quotes.top]
    found: list[Unit] = []
    paragraph, mark, at = 0, 0, 0
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
        items = itemise(text, start, end, tuple(inside))
        for first in range(0, max(1, len(items)), LONGEST):
            part = items[first : first + LONGEST]
            if len(items) > LONGEST:
                start, end = part[0].start, part[-1].end
            found.append(Unit(start, end, part, paragraph, len(found)))
    return found
