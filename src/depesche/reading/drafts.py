"""What the frames hand on: statements in the making, and runs of items between separators.

In: items. Out: Draft and Chunk, the only mutable values of the reader; they never leave one reading.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from depesche.reading.items import MARK, SEPARATORS, Item
from depesche.reading.lexis import Verb
from depesche.words.copy import Act, Form, Span

REACH = 6
"""A statement is taken up again within so many sentences; after that its speaker is out of sight."""


@dataclass(slots=True, eq=False)
class Draft:
    """A statement in the making; spans are spans of the text."""

    form: Form
    spans: list[Span]
    rule: str
    speaker: list[Span] = field(default_factory=list)
    cue: list[Span] = field(default_factory=list)
    addressee: list[Span] = field(default_factory=list)
    frame: list[Span] = field(default_factory=list)
    verb: Verb | None = None
    act: Act = "assert"
    lost: Span | None = None
    via: Span | None = None
    said_by: Span | None = None
    unit: int = 0
    inherits: Draft | None = None
    within: Draft | None = None
    own: Span | None = None  # whom "eigenen Angaben" are of
    denied: bool | None = None  # whether the word of saying is negated, where its clause alone can't tell
    open: bool = False  # a quotation whose closing mark stands in a later paragraph


@dataclass(slots=True)
class Chunk:
    """A run of items between separators: items[start:end], and the separator before it ("" at the beginning)."""

    start: int
    end: int
    before: str


def chunks(items: tuple[Item, ...]) -> list[Chunk]:
    """The runs of items between commas, colons, semicolons and dashes; empty ones left out."""
    found: list[Chunk] = []
    start, before = 0, ""
    for place, item in enumerate(items):
        if item.kind == MARK and item.text in SEPARATORS:
            if place > start:
                found.append(Chunk(start, place, before))
            before = item.text
            start = place + 1
    if start < len(items):
        found.append(Chunk(start, len(items), before))
    return found
