"""Text -> paragraphs. A line is a paragraph: wire copy puts headlines and outlets' names on lines of their own.

In: any string. Out: spans of the lines that have something on them, without the white space around it, in order.
Never joins two lines, for what stands on a line of its own may belong to another item, but where a text was broken to
fit a width, as by a mail program: then lines that are full go on in the next one.
"""

from __future__ import annotations

import re
from itertools import islice, pairwise

from depesche.words.copy import Span, Spans

_CODE = r"(?:[a-z]{2,4}|AFP|AP|KNA|SID|Reuters|TASS|Interfax|Ukrinform|Xinhua|KCNA|Yonhap|Kyodo|ANSA|EFE|PAP|Anadolu)"
_DATELINE = re.compile(
    r"[^\W\d_][^\s()]{0,40}(?:,? (?:\d{1,2}\.?|[^\W\d_a-zäöüß][^\s()]{0,40})){0,5}"  # Seoul; New York/London, 28. April
    rf" ?\((?P<who>{_CODE}(?:[/-]{_CODE}){{0,2}})\) ?[-–—]{{1,2}}(?=\s)"
)
"""Where and from whom an agency's item comes: "Seoul (dpa) - ". A party in brackets ("Roth (SPD) - ") is none."""
_HEAD = 5
"""Lines in which a dateline is looked for: a keyword, a headline and a line of notes may stand above it."""
LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


_NARROW, _WIDE = 40, 120
"""Characters of the longest line of a text that was broken to fit: a column of a teleprinter up to a wide mail."""
_BREAKS = 6
"""Full lines that a text must have to be taken for one that was broken: fewer may be chance."""


def stripped(text: str, start: int, end: int) -> Span | None:
    """The part of text[start:end] without white space around it, or None when there is nothing else."""
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    stop = start + len(part.rstrip())
    return (begin, stop) if begin < stop else None


def paragraphs(text: str) -> Spans:
    """Spans of the paragraphs of a text (one a line), stripped, in order, never empty."""
    found = [span for match in LINE.finditer(text) if (span := stripped(text, *match.span()))]
    width = max((end - start for start, end in found), default=0)
    return tuple(_joined(text, found, width) if _NARROW <= width <= _WIDE else found)


def _joined(text: str, lines: list[Span], width: int) -> list[Span]:
    """The lines of a text that was broken at this width as paragraphs; other lines as they are."""
    full = [_full(text, line, after, width) for line, after in pairwise(lines)]
    inside = [text[after[0]] for goes_on, after in zip(full, lines[1:], strict=True) if goes_on]
    if len(inside) < _BREAKS or 2 * sum(first.islower() for first in inside) < len(inside):
        return lines
    found = lines[:1]
    for goes_on, (start, end) in zip(full, lines[1:], strict=True):
        if goes_on:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _full(text: str, line: Span, after: Span, width: int) -> bool:
    """True when the next line stands right below and its first word had no room left in this one."""
    word = text[after[0] : after[0] + width].split(maxsplit=1)[0]
    return text.count("\n", line[1], after[0]) == 1 and line[1] - line[0] + len(word) >= width


def dateline(text: str, start: int, end: int) -> int:
    """The end of the dateline that text[start:end] begins with, or `start`: nobody in the item says it."""
    found = _DATELINE.match(text, start, end)
    return found.end() if found else start


def credit(text: str) -> str:
    """Who signs the dateline of an item: "dpa" of "Seoul (dpa) - "; "" where none of its first lines has one."""
    for line in islice(LINE.finditer(text), _HEAD):
        if found := _DATELINE.match(text, *(stripped(text, *line.span()) or line.span())):
            return found["who"]
    return ""
