"""Quotation marks -> pairs, with their depth, also over several paragraphs and when never closed.

In: a text and its paragraphs. Out: `Quotes`. Time is linear in the number of marks: each mark is put on the stack
once and taken off once. A mark that is never closed swallows nothing: it is reported, and depth ignores it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from msgspec import Struct

from depesche.words.copy import Span, Spans

CLOSES = {
    "„": "“”\"", "‚": "‘’'", "“": "”“\"", "‘": "’'", "»": "«»", "«": "»", "›": "‹›", "‹": "›",
    "”": "”", '"': "\"”“", "'": "'",
}  # fmt: skip
"""What may close a mark; the first is the usual one. Straight marks close typographic ones in sloppy copy."""

OPENED_BY = {mark: frozenset(o for o, c in CLOSES.items() if mark in c) for mark in "“”‘’«»‹›\"'"}
SINGLE = frozenset("‚‘›‹'")
"""Marks for a quotation within another; one that is never closed is most often an apostrophe or a comma."""

_MARK = re.compile(r"[„“”\"»«‚‘’'›‹]")
_BEFORE_OPENING = frozenset("([{–—-/:„“»«‚‘›‹\"'…")


class Quote(Struct, frozen=True, omit_defaults=True):
    """One quotation: span with its marks, inner span without, depth 1 for a top-level one.

    A quotation over several paragraphs is several quotes; each later one says in `continues` (an index into
    Quotes.all) which one it goes on from. `closed` is False when its closing mark is missing everywhere.
    """

    span: Span
    inner: Span
    depth: int = 1
    closed: bool = True
    continues: int | None = None


class Quotes(Struct, frozen=True):
    """All quotations of a text in order of their start; positions are code points of that text."""

    all: tuple[Quote, ...] = ()
    steps: tuple[int, ...] = ()
    depths: tuple[int, ...] = ()

    def depth(self, position: int) -> int:
        """How many closed quotations the character at this position is in (their marks included)."""
        at = bisect_right(self.steps, position) - 1
        return self.depths[at] if at >= 0 else 0

    @property
    def top(self) -> tuple[Quote, ...]:
        """The closed quotations that stand in no other."""
        return tuple(quote for quote in self.all if quote.closed and quote.depth == 1)

    @property
    def unclosed(self) -> Spans:
        """The opening marks that are never closed, single ones left out."""
        return tuple((quote.span[0], quote.span[0] + 1) for quote in self.all if not quote.closed)


class _Open(Struct):
    mark: str
    at: int


def _may_open(text: str, at: int, start: int, end: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    return (before.isspace() or before in _BEFORE_OPENING) and not after.isspace()


def _may_close(text: str, at: int, start: int, end: int) -> bool:
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    return not before.isspace() and not (text[at] in "'’" and after.isalnum())


def _pair_paragraph(text: str, paragraph: Span) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs (opening, closing position) and openings left over, each in the order in which they were settled."""
    start, end = paragraph
    stack: list[_Open] = []
    waiting: Counter[str] = Counter()
    pairs: list[tuple[int, int]] = []
    left: list[int] = []
    for match in _MARK.finditer(text, start, end):
        mark, at = match[0], match.start()
        openers = [o for o in OPENED_BY.get(mark, ()) if waiting[o]]
        opens = mark in CLOSES and _may_open(text, at, start, end)
        if openers and _may_close(text, at, start, end) and not (opens and mark not in OPENED_BY):
            while stack:
                top = stack.pop()
                waiting[top.mark] -= 1
                if top.mark in openers:
                    pairs.append((top.at, at))
                    break
                left.append(top.at)
        elif opens or mark in "„":
            stack.append(_Open(mark, at))
            waiting[mark] += 1
    left.extend(top.at for top in stack)
    return pairs, left


def pair(text: str, paragraphs: Spans) -> Quotes:
    """Pair the quotation marks of a text whose paragraphs are given."""
    pairs: list[tuple[int, int]] = []
    left: list[int] = []
    for paragraph in paragraphs:
        found, open_ = _pair_paragraph(text, paragraph)
        pairs += found
        left += [at for at in open_ if text[at] not in SINGLE]
    pairs.sort()
    quotes: list[Quote] = []
    ends: list[int] = []
    for at, close in pairs:
        while ends and ends[-1] < at:
            ends.pop()
        ends.append(close)
        quotes.append(Quote(span=(at, close + 1), inner=(at + 1, close), depth=len(ends)))
    quotes += [Quote(span=(at, at + 1), inner=(at + 1, at + 1), closed=False) for at in left]
    quotes.sort(key=lambda quote: quote.span)
    turns = sorted([(a, 1) for a, _ in pairs] + [(b + 1, -1) for _, b in pairs])
    steps, depths, depth = [], [], 0
    for at, turn in turns:
        depth += turn
        steps.append(at)
        depths.append(depth)
    return Quotes(all=tuple(quotes), steps=tuple(steps), depths=tuple(depths))
