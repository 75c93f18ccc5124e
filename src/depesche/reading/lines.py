"""Text -> paragraphs. A line is a paragraph: wire copy puts headlines and outlets' names on lines of their own.

In: any string. Out: spans of the lines that have something on them, without the white space around it, in order.
Never joins two lines: what stands on a line of its own may belong to another item.
"""

from __future__ import annotations

import re

from depesche.words.copy import Span, Spans

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
