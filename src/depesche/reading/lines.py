"""Text -> paragraphs. A line is a paragraph: wire copy puts headlines and outlets' names on lines of their own.

In: any string. Out: spans of the lines that have something on them, without the white space around it, in order.
Never joins two lines: what stands on a line of its own may belong to another item.
"""

from __future__ import annotations

import re

from depesche.words.copy import Span, Spans

_CODE = r"(?:[a-z]{2,4}|AFP|AP|KNA|SID|Reuters|TASS|Interfax|Ukrinform|Xinhua|KCNA|Yonhap|Kyodo|ANSA|EFE|PAP|Anadolu)"
_DATELINE = re.compile(
    r"[^\W\d_][^\s()]{0,40}(?:,? (?:\d{1,2}\.?|[^\W\d_a-zäöüß][^\s()]{0,40})){0,5}"  # Seoul; New York/London, 28. April
    rf" ?\({_CODE}(?:[/-]{_CODE}){{0,2}}\) ?[-–—]{{1,2}}(?=\s)"
)
"""Where and from whom an agency's item comes: "Seoul (dpa) - ". A party in brackets ("Roth (SPD) - ") is none."""
LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def stripped(text: str, start: int, end: int) -> Span | None:
    """The part of text[start:end] without white space around it, or None when there is nothing else."""
    part = text[start:end]
    begin = start + len(part) - len(part.lstrip())
    stop = start + len(part.rstrip())
    return (begin, stop) if begin < stop else None


def paragraphs(text: str) -> Spans:
    """Spans of the paragraphs of a text (one a line), stripped, in order, never empty."""
    found = (stripped(text, *match.span()) for match in LINE.finditer(text))
    return tuple(span for span in found if span)


def dateline(text: str, start: int, end: int) -> int:
    """The end of the dateline that text[start:end] begins with, or `start`: nobody in the item says it."""
    found = _DATELINE.match(text, start, end)
    return found.end() if found else start
