"""A copy's text cut into pieces, so that each statement can be underlined where it stands.

In: a text and a Reading of it. Out: lines of pieces, each with the numbers of the statements that it belongs to. Spans
are counted here, in code points, and nowhere in the browser, which counts UTF-16. Linear in text and statements.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from depesche.words.copy import Reading, Span

MOST = 40_000
"""Characters of a copy that are laid out: a page of 200,000 would not scroll on a telephone."""


class Piece(Struct, frozen=True):
    """Words that belong to the same statements; `cue` and `speaker` name those whose cue or speaker they are."""

    text: str
    statements: tuple[int, ...] = ()
    speaker: bool = False
    cue: bool = False


def lines(text: str, reading: Reading, *, most: int = MOST) -> list[list[Piece]]:
    """The lines of the text as pieces; empty lines are left out."""
    made: list[list[Piece]] = [[]]
    for piece in _pieces(text[:most], reading):
        first, *others = piece.text.split("\n")
        _add(made, piece, first)
        for other in others:
            made.append([])
            _add(made, piece, other)
    return [line for line in made if line]


def _add(made: list[list[Piece]], piece: Piece, text: str) -> None:
    if text:
        made[-1].append(Piece(text, piece.statements, piece.speaker, piece.cue))


def _pieces(text: str, reading: Reading) -> Iterator[Piece]:
    """Walk over all starts and ends in order, knowing at each place what is open there."""
    events = sorted(_events(reading, len(text)), key=lambda event: event[0])
    open_at: dict[tuple[str, int], int] = {}
    last = 0
    for at, step, key in events:
        if at > last:
            yield _piece(text[last:at], open_at)
            last = at
        open_at[key] = open_at.get(key, 0) + step
        if not open_at[key]:
            del open_at[key]
    if last < len(text):
        yield _piece(text[last:], open_at)


def _events(reading: Reading, length: int) -> Iterator[tuple[int, int, tuple[str, int]]]:
    for number, statement in enumerate(reading.statements):
        for role, spans in (("said", statement.spans), ("speaker", statement.speaker), ("cue", statement.cue)):
            for start, end in spans:
                for span in _within((start, end), length):
                    yield span[0], 1, (role, number)
                    yield span[1], -1, (role, number)


def _within(span: Span, length: int) -> list[Span]:
    start, end = span[0], min(span[1], length)
    return [(start, end)] if start < end else []


def _piece(text: str, open_at: dict[tuple[str, int], int]) -> Piece:
    roles = {role for role, _ in open_at}
    numbers = tuple(sorted(number for role, number in open_at if role == "said"))
    return Piece(text, numbers, speaker="speaker" in roles, cue="cue" in roles)
