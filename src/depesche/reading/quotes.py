"""Quotation marks -> quotations, with their depth, also over several paragraphs and when never closed.

In: a text and its paragraphs. Out: `Quotes`. Time is linear in the number of marks: each is put on the stack once and
taken off once. A mark that is never closed swallows nothing: it is reported, and depth ignores it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from typing import NamedTuple

from msgspec import Struct

from depesche.words.copy import Span, Spans

CLOSES = {
    "„": "“”\"", "‚": "‘’'", "“": "”“\"", "‘": "’'", "»": "«»", "«": "»", "›": "‹›", "‹": "›",
    "”": "”", '"': "\"”“", "'": "'",
}  # fmt: skip
"""What may close a mark; the first is the usual one. Straight marks close typographic ones in sloppy copy."""

OPENED_BY = {mark: "".join(o for o, closing in CLOSES.items() if mark in closing) for mark in "“”‘’«»‹›\"'"}
SINGLE = frozenset("‚‘›‹'")
"""Marks for a quotation within another; one that is never closed is most often an apostrophe or a comma."""

_MARK = re.compile(r"[„“”\"»«‚‘’'›‹]")
_TICKS, _CLOSING_TICKS = re.compile(r"`` ?"), re.compile(r" ?''")
"""Marks of a teleprinter; a blank beside them, as between tokens, goes to the other side of the mark."""
_BEFORE_OPENING = frozenset("([{–—-/:„“»«‚‘›‹\"'…")
_FAR = 8
"""Paragraphs that a quotation may run over without a new opening mark; beyond it the mark was a mistake."""

DEEPEST = 1000
"""Quotations within quotations that are told apart; deeper ones belong to the last of them, and cost no memory."""

REPORTED = 1000
"""Marks without partner that are reported, the first ones: an editor won't look at more, and a million cost 0.5 GB."""


class Quote(Struct, frozen=True, omit_defaults=True):
    """One quotation: span with its marks, inner span without, depth 1 for a top-level one.

    A quotation over several paragraphs is one Quote for each; the later ones say in `continues` (an index into
    Quotes.all) which one they go on from. `closed` is False when the closing mark is missing everywhere: then the
    span is the opening mark alone.
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
        """The opening marks that are never closed, single ones left out, at most the first REPORTED."""
        return tuple(quote.span for quote in self.all if not quote.closed)


class _Piece(NamedTuple):
    """A quotation, or its part in one paragraph: from its mark or the paragraph's start to its mark or the end."""

    start: int
    inner: int
    stop: int
    end: int
    after: int | None = None


class _Marks(NamedTuple):
    """What was found in one paragraph: pairs, openings without partner, those still open at its end, and the mark
    that ends what was carried in."""

    pairs: list[_Piece]
    left: list[int]
    open: list[int]
    ended: int | None


def typed(text: str) -> str:
    """The same text, as long as before, with curly marks for those of a teleprinter: ``...''."""
    if "``" not in text:
        return text
    return _CLOSING_TICKS.sub(
        lambda found: "”".ljust(len(found[0])), _TICKS.sub(lambda found: "“".rjust(len(found[0])), text)
    )


def _may_open(text: str, at: int, span: Span) -> bool:
    before = text[at - 1] if at > span[0] else " "
    after = text[at + 1] if at + 1 < span[1] else " "
    return (before.isspace() or before in _BEFORE_OPENING) and not after.isspace()


def _may_close(text: str, at: int, span: Span) -> bool:
    before = text[at - 1] if at > span[0] else " "
    after = text[at + 1] if at + 1 < span[1] else " "
    return not before.isspace() and not (text[at] in "'’" and after.isalnum())


def _marks(text: str, span: Span, carried: str = "") -> _Marks:
    """Pair the marks of one paragraph; `carried` is the mark of a quotation that is still open when it begins.

    A new opening of the carried kind shows that the carried one was a mistake; then nothing ends it here.
    """
    stack: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    deeper: Counter[str] = Counter()
    pairs: list[_Piece] = []
    left: list[int] = []
    ended: int | None = None
    for match in _MARK.finditer(text, *span):
        mark, at = match[0], match.start()
        openers = [opener for opener in OPENED_BY.get(mark, "") if waiting[opener]]
        if deeper and (buried := next((opener for opener in openers if deeper[opener] > 0), "")):
            deeper[buried] -= 1
        elif openers and _may_close(text, at, span):
            while stack:
                opener, start = stack.pop()
                waiting[opener] -= 1
                if opener in openers:
                    pairs.append(_Piece(start, start + 1, at, at + 1))
                    break
                left.append(start)
        elif carried and mark in CLOSES[carried] and not stack and _may_close(text, at, span):
            ended, carried = at, ""
        elif mark == "„" or (mark in CLOSES and _may_open(text, at, span)):
            if len(stack) >= DEEPEST:
                deeper[mark] += 1
                continue
            stack.append((mark, at))
            waiting[mark] += 1
            carried = "" if mark == carried else carried
    doubles = [start for mark, start in stack if mark not in SINGLE]
    return _Marks(pairs, [at for at in left if text[at] not in SINGLE], doubles, ended)


class _Carried(NamedTuple):
    """A quotation that goes on into the next paragraphs: its mark, and its pieces so far; none is certain yet."""

    mark: str
    pieces: list[_Piece]


class _Pairing:
    """Walks the paragraphs of a text and collects the quotations, the carried one included."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[_Piece] = []
        self.left: list[int] = []
        self.carried: _Carried | None = None

    def paragraph(self, span: Span) -> None:
        """Take the next paragraph."""
        carried = self.carried
        again = carried is not None and self.text[span[0]] == carried.mark
        marks = _marks(self.text, span, "" if carried is None or again else carried.mark)
        if carried and again:
            self._opened_again(carried, span, marks)
        elif carried:
            self._goes_on(carried, span, marks)
        self.found += marks.pairs
        if marks.open and self.carried is None:
            first = marks.open.pop(0)
            self.carried = _Carried(self.text[first], [_Piece(first, first + 1, span[1], span[1])])
        self.left += marks.left + marks.open

    def _opened_again(self, carried: _Carried, span: Span, marks: _Marks) -> None:
        """The paragraph begins with the mark of the carried quotation: it goes on, and ends here or further down."""
        last = carried.pieces[-1].start
        if marks.open and marks.open[0] == span[0]:
            marks.open.pop(0)
            carried.pieces.append(_Piece(span[0], span[0] + 1, span[1], span[1], last))
            return
        first = next((at for at, pair in enumerate(marks.pairs) if pair.start == span[0]), None)
        if first is None:
            self.drop()
            return
        marks.pairs[first] = marks.pairs[first]._replace(after=last)
        self.found += carried.pieces
        self.carried = None

    def _goes_on(self, carried: _Carried, span: Span, marks: _Marks) -> None:
        """The paragraph doesn't begin with a mark: the carried quotation ends here, runs through, or was a mistake."""
        last = carried.pieces[-1].start
        if marks.ended is not None:
            self.found += [*carried.pieces, _Piece(span[0], span[0], marks.ended, marks.ended + 1, last)]
            self.carried = None
        elif marks.left or marks.open or marks.pairs or len(carried.pieces) >= _FAR:
            self.drop()
        else:
            carried.pieces.append(_Piece(span[0], span[0], span[1], span[1], last))

    def drop(self) -> None:
        """The carried quotation is never closed: only its opening mark is reported."""
        if self.carried:
            self.left.append(self.carried.pieces[0].start)
            self.carried = None


def _depths(pieces: list[_Piece]) -> list[int]:
    """The depth of each quotation; `pieces` in order of their start, properly nested."""
    ends: list[int] = []
    depths: list[int] = []
    for piece in pieces:
        while ends and ends[-1] <= piece.start:
            ends.pop()
        ends.append(piece.end)
        depths.append(len(ends))
    return depths


def _steps(pieces: list[_Piece]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Where the depth changes, and what it is from there on."""
    turns = Counter[int]()
    for piece in pieces:
        turns[piece.start] += 1
        turns[piece.end] -= 1
    steps = sorted(turns)
    depths: list[int] = []
    for at in steps:
        depths.append((depths[-1] if depths else 0) + turns[at])
    return tuple(steps), tuple(depths)


def pair(text: str, paragraphs: Spans) -> Quotes:
    """Pair the quotation marks of a text whose paragraphs are given."""
    pairing = _Pairing(text)
    for span in paragraphs:
        pairing.paragraph(span)
    pairing.drop()
    pieces = sorted(pairing.found)
    quotes = [
        (Quote((piece.start, piece.end), (piece.inner, piece.stop), depth), piece.after)
        for piece, depth in zip(pieces, _depths(pieces), strict=True)
    ]
    unclosed = sorted(pairing.left)[:REPORTED]
    quotes += [(Quote((at, at + 1), (at + 1, at + 1), closed=False), None) for at in unclosed]
    quotes.sort(key=lambda quote: (quote[0].span[0], -quote[0].span[1]))
    places = {quote.span[0]: at for at, (quote, _) in enumerate(quotes)}
    whole = tuple(
        quote if after is None else Quote(quote.span, quote.inner, quote.depth, True, places[after])
        for quote, after in quotes
    )
    return Quotes(whole, *_steps(pieces))
