"""Text -> tokens: words, numbers and single signs with their places, for grammars that look at a few neighbours.

In: a part of a text. Out: `Tokens`, made stretch by stretch, so that memory stays flat on texts of any length.
A number keeps its inner points, commas and colons ("10.000", "12.04.2025", "2:1"); the grammars decide what it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

from depesche.reading.lines import LINE
from depesche.words.copy import Span

LONGEST = 4096
"""Longest stretch in characters. A line beyond it is cut after a full stop or a blank: no sentence is that long."""

SHORT = 50_000
"""Texts of up to so many characters are cut into tokens once; of longer ones nothing is kept."""
REMEMBERED = 50_000
"""Word forms that a grammar remembers: the words of some hundred articles, a few MB."""

# Digits grouped by blanks (10 000) count as one number; "_" and all other signs are tokens of their own.
_TOKEN = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,:'’]\d+)*|[^\W\d_]+|\S")


V = TypeVar("V")


class Tokens:
    """The tokens of one stretch: places in the text (code points) and the words in lower case."""

    __slots__ = ("count", "ends", "starts", "text", "words")

    def __init__(self, text: str, span: Span) -> None:
        self.text = text
        spans = [match.span() for match in _TOKEN.finditer(text, *span)]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        begin, stop = span
        low = text[begin:stop].lower()
        if len(low) == stop - begin:
            self.words = [low[start - begin : end - begin] for start, end in spans]
        else:  # a letter that is two in lower case (İ) would shift all places after it
            self.words = [text[start:end].lower() for start, end in spans]
        self.count = len(spans)

    def __len__(self) -> int:
        return self.count

    def word(self, at: int) -> str:
        """The word at this index in lower case; "" outside the stretch."""
        return self.words[at] if 0 <= at < self.count else ""

    def glued(self, at: int) -> bool:
        """True when nothing stands between this token and the one before it."""
        return 0 < at < self.count and self.starts[at] == self.ends[at - 1]

    def capital(self, at: int) -> bool:
        """True when the token begins with a capital letter."""
        return 0 <= at < self.count and self.text[self.starts[at]].isupper()

    def digits(self, at: int) -> bool:
        """True when the token begins with a decimal digit."""
        return 0 <= at < self.count and self.words[at][0].isdecimal()

    def span(self, first: int, stop: int) -> Span:
        """The place in the text of the tokens from `first` up to, not including, `stop`."""
        return self.starts[first], self.ends[stop - 1]


def stretches(text: str, start: int, end: int) -> Iterator[Span]:
    """The lines of text[start:end], long ones in several parts."""
    for line in LINE.finditer(text, start, end):
        begin, stop = line.span()
        while stop - begin > LONGEST:
            half, most = begin + LONGEST // 2, begin + LONGEST
            cut = text.rfind(". ", half, most) + 1 or text.rfind(" ", half, most) + 1 or most
            yield begin, cut
            begin = cut
        if begin < stop:
            yield begin, stop


@lru_cache(maxsize=4)
def _short(text: str, start: int, end: int) -> tuple[Tokens, ...]:
    """The tokens of a short text, kept for the next grammar that asks for them: dates and figures both do."""
    return tuple(Tokens(text, span) for span in stretches(text, start, end))


def scan(text: str, start: int, end: int | None) -> Iterable[Tokens]:
    """The tokens of text[start:end], one stretch at a time."""
    end = len(text) if end is None else end
    if len(text) <= SHORT:
        return _short(text, start, end)
    return (Tokens(text, span) for span in stretches(text, start, end))


class Memo(dict[str, int]):
    """What a function says of each word, asked once a word; forgets all when it has grown too large."""

    def __init__(self, function: Callable[[str], int]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, word: str) -> int:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[word] = self.function(word)
        return value


class Phrases(Generic[V]):
    """A table of phrases, each with a value: "mehr_als" stands for the two words "mehr als"."""

    def __init__(self, pairs: Iterable[tuple[str, V]]) -> None:
        self.first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for phrase, value in pairs:
            words = tuple(_TOKEN.findall(phrase.replace("_", " ").lower()))
            self.first.setdefault(words[0], []).append((words, value))
        for rows in self.first.values():
            rows.sort(key=lambda row: -len(row[0]))

    def match(self, tokens: Tokens, at: int) -> tuple[V, int] | None:
        """The value of the longest phrase that begins at this token, and the index after it."""
        for words, value in self.first.get(tokens.word(at), ()):
            stop = at + len(words)
            if len(words) == 1 or tuple(tokens.words[at:stop]) == words:
                return value, stop
        return None
