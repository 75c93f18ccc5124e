"""Runs of words that two texts have in common: how a post is known to come from a copy that nobody adopted words of.

In: texts. Out: yes or no. Case, punctuation and line breaks don't count. Pure; linear in both texts.
"""

from __future__ import annotations

import re
from functools import lru_cache

RUN = 8
"""Words in a row: whoever writes by themselves hardly repeats eight, and a sentence of an agency has twenty."""
SHORTEST = 4
"""Words of a text that is shorter than a run: a flash has few, and "Das teilte die Polizei mit" has five."""

_WORD = re.compile(r"\w+")


class Passages:
    """The runs of a copy, asked for many posts."""

    def __init__(self, text: str) -> None:
        self._words = _words(text)
        self._runs = lru_cache(maxsize=RUN)(self._of_length)

    def meets(self, text: str) -> bool:
        """True when a run of this text stands in the copy, or all of it where it is shorter."""
        words = _words(text)
        size = min(RUN, len(words))
        if size < SHORTEST:
            return False
        runs = self._runs(size)
        return any(tuple(words[start : start + size]) in runs for start in range(len(words) - size + 1))

    def _of_length(self, size: int) -> frozenset[tuple[str, ...]]:
        words = self._words
        return frozenset(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def same_words(one: str, other: str) -> bool:
    """True when the texts differ in nothing but case, punctuation and space."""
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
