"""Sentences without a source of their own -> statements that take over the speaker before them.

In: the units in order with their drafts. Out: more drafts: a Konjunktiv sentence after a statement goes on with it,
and so does a quotation that stands alone. A speaker is taken over within reach only, never across a heading.
"""

from __future__ import annotations

from depesche.reading.clauses import Clauses
from depesche.reading.drafts import Draft
from depesche.reading.frames import Frames
from depesche.reading.items import QUOTE

REACH = 6
"""A statement is taken up again within so many sentences; after that its speaker is out of sight."""


class Following:
    """Goes through the units of a text in order and keeps who spoke last."""

    def __init__(self) -> None:
        self.last: Draft | None = None
        self.paragraph = 0
        self.open: Draft | None = None

    def unit(self, clauses: Clauses, frames: Frames) -> None:
        """Add what this unit says in continuation of an earlier one."""
        unit = clauses.unit
        if not frames.drafts:
            self._alone(clauses, frames)
        else:
            self.open = None
        for draft in frames.drafts:
            if draft.within is None and (draft.speaker or draft.cue):
                self.last = draft
        self.paragraph = unit.paragraph

    def _alone(self, clauses: Clauses, frames: Frames) -> None:
        unit = clauses.unit
        near = self.last is not None and unit.number - self.last.unit <= REACH
        quotes = [item for item in clauses.items if item.kind == QUOTE]
        if len(quotes) == 1 and len(clauses.items) <= 2 and quotes[0].end - quotes[0].start > 20:
            self._quote(unit.number, quotes[0].start, quotes[0].end, frames, near=near)
            return
        if near and self._wish(clauses):
            self._goes_on(clauses, frames)
        else:
            self.open = None

    def _quote(self, number: int, start: int, end: int, frames: Frames, *, near: bool) -> None:
        made = Draft("Direct", [(start, end)], "quote_alone", unit=number)
        if self.last is not None and near:
            made.speaker, made.cue, made.frame = self.last.speaker, self.last.cue, self.last.frame
            made.inherits = self.last.inherits or self.last
        frames.drafts.append(made)

    def _wish(self, clauses: Clauses) -> bool:
        """True when a main clause of the unit is in the Konjunktiv."""
        return any(clauses.kind(chunk) == "main" and clauses.wishes(chunk.start, chunk.end) for chunk in clauses.chunks)

    def _goes_on(self, clauses: Clauses, frames: Frames) -> None:
        unit = clauses.unit
        if self.open is not None and self.paragraph == unit.paragraph:
            self.open.spans[-1] = (self.open.spans[-1][0], unit.end)
            self.open.unit = unit.number
            self.last = self.open
            return
        assert self.last is not None
        made = Draft("IndirectFreeIndirect", [(unit.start, unit.end)], "konjunktiv", unit=unit.number)
        made.speaker = self.last.speaker
        made.inherits = self.last.inherits or self.last
        frames.drafts.append(made)
        self.open = made
