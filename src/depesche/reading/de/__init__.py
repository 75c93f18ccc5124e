"""German: units -> drafts of statements. Each step is a module here; what a linguist edits are the tables beside it.

In: the units of a text in order and the German lexicon. Out: drafts, and the spans of relative clauses (dates in them
belong to a noun). German marks told speech by mood and by the place of its verb, so no parser is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from depesche.reading.de.clauses import Clauses
from depesche.reading.de.directs import Directs
from depesche.reading.de.following import Following
from depesche.reading.de.frames import Frames
from depesche.reading.de.nounframes import NounFrames
from depesche.reading.de.reports import Reports
from depesche.reading.de.sources import Sources
from depesche.reading.drafts import Draft
from depesche.reading.items import Unit
from depesche.reading.lexis import Lexis
from depesche.words.copy import Span


def drafts(runs: Iterable[Unit], lex: Lexis) -> tuple[list[Draft], list[Span]]:
    """The drafts of all units and the spans of their relative clauses, in order."""
    found: list[Draft] = []
    relatives: list[Span] = []
    following = Following()
    for unit in runs:
        clauses = Clauses(unit, lex)
        frames = Frames(clauses)
        Sources(frames).find()
        frames.after()
        frames.before()
        NounFrames(frames).find()
        frames.inner()
        directs = Directs(frames)
        directs.find()
        if not frames.drafts:
            Reports(frames).find()
        Reports(frames).aside()
        following.unit(clauses, frames)
        directs.inner(following.open)
        found += frames.drafts
        if frames.drafts:
            relatives += [
                clauses.raw(c.start, c.end) for c in clauses.chunks if c.end > c.start and clauses.kind(c) == "rel"
            ]
    return found, relatives
