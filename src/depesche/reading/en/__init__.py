"""English: units -> drafts of statements. The words are in the tables beside it.

In: the units of a text in order and the English lexicon. Out: drafts. English keeps its order where German marks its
mood: who says it stands right before the verb of saying, or right after it when what is said comes first.
"""

from __future__ import annotations

from collections.abc import Iterable

from depesche.reading.drafts import REACH, Draft
from depesche.reading.en.frames import English, verbs
from depesche.reading.items import QUOTE, Unit
from depesche.reading.lexis import Lexis
from depesche.words.copy import Span


def drafts(runs: Iterable[Unit], lex: Lexis) -> tuple[list[Draft], list[Span]]:
    """The drafts of all units; a quotation that stands alone goes on with the one before."""
    found: list[Draft] = []
    known = verbs()
    last: Draft | None = None
    for unit in runs:
        here = English(unit, lex, known).find()
        alone = len(unit.items) <= 2 and unit.items and unit.items[0].kind == QUOTE
        if not here and alone and last is not None and unit.number - last.unit <= REACH:
            made = Draft("Direct", [(unit.items[0].start, unit.items[0].end)], "quote_alone", unit=unit.number)
            made.speaker, made.cue, made.frame = last.speaker, last.cue, last.frame
            made.inherits = last.inherits or last
            here = [made]
        last = next((d for d in reversed(here) if d.within is None), last)
        found += here
    return found, []
