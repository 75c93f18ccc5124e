"""Paragraphs -> sentences, German and English, aware of quotation marks, ordinals and abbreviations.

In: a text, its language, paragraphs and quotes. Out: spans in order that never overlap and never leave their
paragraph. Sentences inside a quotation are split too, unless it is only a part of a sentence (the name of a film).
An unknown language is split without tables. Each full stop costs a look at a bounded number of characters.
"""

from __future__ import annotations

import re
from functools import cache

from depesche.reading import tables
from depesche.reading.lines import dateline, stripped
from depesche.reading.lines import paragraphs as lines_of
from depesche.reading.quotes import Quotes, pair
from depesche.reading.tokens import Tokens
from depesche.words.copy import Span, Spans

_STOP = re.compile(r"[.!?…]{1,80}[“”‘\"»’›)\]'«‹]{0,8}(?=\s)")
_AFTER = re.compile(r"\s{1,80}([„“\"«»‚‘(\[›]{0,4})[–—-]?\s{0,2}([^\s“”‘\"»’›)\]'«‹,.!?;:]{0,40})")
_OPENING = '„“"«»‚‘([›/:*'
_ROMAN = re.compile(r"[IVX]{1,5}")
_PARTS = frozenset(",:–—()[]")
_CLOSING = frozenset("“”‘\"»’›)]'«‹")
_WINDOW = 90
"""Characters looked at before a full stop: two words of 40 and what stands between them."""


@cache
def _abbreviations(language: str) -> dict[str, str]:
    return {word: row[0] for row in tables.rows(language, "abbreviations") for cell in row[1:] for word in cell.split()}


def _kind(language: str, word: str) -> str:
    """What the table says of this abbreviation; a "-tail" there covers all compounds ("Hauptstr.")."""
    kinds = _abbreviations(language)
    return kinds.get(word) or kinds.get("-" + word[-3:], "")


@cache
def _months(language: str) -> frozenset[str]:
    return frozenset(word for row in tables.rows(language, "calendar") if row[0] == "month" for word in row[2].split())


def _is_ordinal(language: str, before: str, number: str, after: str) -> bool:
    """True when "number." before the word `after` means first, second ..., and so doesn't end its sentence."""
    if language != "de" or len(number) > 3:
        return False
    if after.lower() in _months(language) or after[:1].islower():
        return True
    leads = before.rstrip(",").lower() in tables.words(language, "ordinals") or before[:-1].isdecimal()
    return leads and after.lower() not in tables.words(language, "starters")


def _full_stop_ends(language: str, before: str, word: str, after: str) -> bool:
    """Whether the full stop after `word` ends a sentence; `after` begins with a capital, a digit or a mark."""
    starter = after.lower() in tables.words(language, "starters")
    if word.isdecimal():
        return not _is_ordinal(language, before, word, after)
    kind = _kind(language, word.lower())
    if kind == "never":
        return False
    if kind == "number":
        return not (after[:1].isdecimal() or after.lower() in _abbreviations(language))
    doubtful = kind == "maybe" or (len(word) == 1 and word.isalpha()) or _ROMAN.fullmatch(word)
    dotted = len(word) > 2 and all(len(part) == 1 for part in word.split("."))
    return starter if doubtful or dotted else True


def levels(tokens: Tokens, language: str) -> bytearray:
    """For each token 2 when a sentence ends with it, 1 when a part of one does (comma, dash, bracket), else 0."""
    found = bytearray(len(tokens))
    for at, word in enumerate(tokens.words):
        if word in _PARTS:
            found[at] = 1
        elif word in "!?;…" or (word == "." and not stays(tokens, at, language)):
            found[at] = 2
    return found


def stays(tokens: Tokens, at: int, language: str) -> bool:
    """True when the full stop at this token belongs to an ordinal, an abbreviation, a name or an address."""
    if at + 1 >= len(tokens):
        return False
    if tokens.glued(at + 1) and tokens.word(at + 1) not in _CLOSING:
        return True
    before, word, after = (
        tokens.text[tokens.starts[i] : tokens.ends[i]] if i >= 0 else "" for i in (at - 2, at - 1, at + 1)
    )
    if after[:1].islower():
        return True
    if before == "." and len(word) == 1:
        return after.lower() not in tables.words(language, "starters")
    return not _full_stop_ends(language, before, word, after) if word else True


def _may_begin(match: re.Match[str], after: re.Match[str], language: str) -> bool:
    """Whether what follows a full stop may begin a sentence at all."""
    marks, word = after[1], after[2]
    if not (marks or word[:1].isupper() or word[:1].isdecimal()):
        return False
    if word[:1].islower():
        return match[0][-1] in ".…"
    if match[0].startswith(("…", "..")) and not marks:
        return word.lower() in tables.words(language, "starters")
    return True


def _ends(text: str, match: re.Match[str], begin: int, end: int, language: str) -> bool:
    """Whether the sentence that began at `begin` ends with this full stop."""
    after = _AFTER.match(text, match.end(), end)
    if after is None or not _may_begin(match, after, language):
        return False
    before = text[max(begin, match.start() - _WINDOW) : match.start()].split()
    if match[0] != "." or not before:
        return True
    word = before[-1].lstrip(_OPENING)
    lead = before[-2] if len(before) > 1 else ""
    if not lead and match.start() - begin <= len(word) and (word.isdecimal() or len(word) == 1):
        return False  # "1. Der Vertrag": a number in a list, not a sentence
    return _full_stop_ends(language, lead, word, after[2])


def _parts_of_sentences(text: str, quotes: Quotes) -> tuple[Span, ...]:
    """Quotations in the middle of a sentence that goes on in small letters without a comma: never split."""
    found = []
    for quote in quotes.top:
        start, end = quote.span
        goes_on = text[end : end + 1] == " " and text[end + 1 : end + 2].islower()
        leads_in = text[max(0, start - 2) : start].rstrip()[-1:].isalnum()
        if goes_on and leads_in:
            found.append(quote.span)
    return tuple(found)


def split(text: str, language: str, paragraphs: Spans | None = None, quotes: Quotes | None = None) -> Spans:
    """Spans of the sentences of a text; paragraphs and quotes are found when they aren't given."""
    paragraphs = lines_of(text) if paragraphs is None else paragraphs
    quotes = pair(text, paragraphs) if quotes is None else quotes
    held = _parts_of_sentences(text, quotes)
    at = 0
    found: list[Span] = []
    for start, end in paragraphs:
        begin = dateline(text, start, end)
        found += filter(None, [stripped(text, start, begin)])
        for match in _STOP.finditer(text, begin, end):
            while at < len(held) and held[at][1] <= match.start():
                at += 1
            if at < len(held) and held[at][0] < match.start() < held[at][1]:
                continue
            if _ends(text, match, begin, end, language):
                found += filter(None, [stripped(text, begin, match.end())])
                begin = match.end()
        found += filter(None, [stripped(text, begin, end)])
    return tuple(found)
