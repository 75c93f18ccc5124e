"""Numbers -> figures: what is counted, how many at least and at most, and how sure the words are of it.

In: a text, its language and, when known, its dates. Out: Figures in the order of the text, which never overlap a
date. Years, ordinals, clock times, scores and names with a number ("F-16") are none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from depesche.words.copy import Figure, Interval

_NUMBER = {"de": re.compile(r"(?<![\w.,:/-])\d{1,3}(?:\.\d{3})+(?![\w.,:/-]\w)"),
           "en": re.compile(r"(?<![\w.,:/-])\d{1,3}(?:,\d{3})+(?![\w.,:/-]\w)")}  # fmt: skip


def find(
    text: str,
    language: str,
    start: int = 0,
    end: int | None = None,
    *,
    dates: Sequence[Interval] | None = None,
) -> tuple[Figure, ...]:
    """The figures in text[start:end]; `dates` are those of the same text (found here when not given)."""
    pattern = _NUMBER.get(language)
    if pattern is None:
        return ()
    found = []
    for match in pattern.finditer(text, start, len(text) if end is None else end):
        value = float(re.sub(r"\D", "", match[0]))
        found.append(Figure(span=match.span(), words=match[0], lo=value, hi=value))
    return tuple(found)
