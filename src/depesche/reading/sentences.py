"""Paragraphs -> sentences, German and English, aware of quotation marks, ordinals and abbreviations.

In: a text, its language, paragraphs and quotes. Out: spans in order that never overlap and never leave their
paragraph. Works in any language (then without abbreviations). Looks at a few characters around each full stop only.
"""

from __future__ import annotations

import re

from depesche.reading import tables
from depesche.reading.lines import paragraphs as lines_of
from depesche.reading.lines import stripped
from depesche.reading.quotes import Quotes
from depesche.words.copy import Spans

_STOP = re.compile(r"[.!?…]+[“”\"»’›)\]'«‹]*(?=\s)")
_NEXT = re.compile(r"\s+[„“\"«»‚‘(\[›]*[–—-]?\s*([^\s“”\"»’›)\]'«‹,.!?;:]{0,40})")
_WORD = re.compile(r"[^\s„“\"«»‚‘(\[›]+$")


def split(text: str, language: str, paragraphs: Spans | None = None, quotes: Quotes | None = None) -> Spans:
    """Spans of the sentences of a text; paragraphs and quotes are found when they aren't given."""
    found: list[tuple[int, int]] = []
    for start, end in lines_of(text) if paragraphs is None else paragraphs:
        begin = start
        for match in _STOP.finditer(text, start, end):
            after = _NEXT.match(text, match.end(), end)
            if after is None or not (after[1][:1].isupper() or after[1][:1].isdigit()):
                continue
            before = _WORD.search(text, max(begin, match.start() - 40), match.start())
            word = before[0].lower() if before else ""
            if match[0][0] == "." and (word in tables.words(language, "abbreviations") or word.isdigit()):
                continue
            span = stripped(text, begin, match.end())
            if span:
                found.append(span)
            begin = match.end()
        span = stripped(text, begin, end)
        if span:
            found.append(span)
    return tuple(found)
