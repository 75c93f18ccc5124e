"""Nouns of saying -> drafts: "die Behauptung, dass ...", "sie vertrat die Ansicht, er habe ...".

In: a unit's frames after its verbs. Out: drafts for clauses that hang on a noun of saying and that no verb has taken.
"""

from __future__ import annotations

from depesche.reading.de.frames import Frames
from depesche.reading.de.phrases import is_article, phrase
from depesche.reading.drafts import Chunk
from depesche.reading.items import WORD

_HOLDS = frozenset({"dass", "main", "zu", "question"})


class NounFrames:
    """Finds nouns of saying with their clauses in one unit."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.clauses = frames.clauses

    def find(self) -> None:
        """Look at each noun of saying whose phrase closes its chunk."""
        clauses = self.clauses
        for number, chunk in enumerate(clauses.chunks[:-1]):
            if chunk.start in self.frames.taken or clauses.chunks[number + 1].start in self.frames.taken:
                continue
            after = clauses.chunks[number + 1]
            noun = self._noun(chunk)
            if noun is not None and after.before == "," and self._complement(after):
                self._draft(chunk, noun, after)

    def _noun(self, chunk: Chunk) -> int | None:
        """The place of a noun of saying whose phrase (or "darauf", "daran" after it) ends the chunk."""
        clauses = self.clauses
        for place in range(chunk.end - 1, max(chunk.start - 1, chunk.end - 8), -1):
            item = clauses.items[place]
            if item.kind == WORD and item.text in clauses.lex.saying:
                end = phrase(clauses.items, place, chunk.end, clauses.lex)
                rest = range(end or place + 1, chunk.end)
                if all(
                    clauses.is_finite(p)
                    or clauses.items[p].low in clauses.lex.anyparticiple
                    or clauses.items[p].low.startswith("dar")
                    for p in rest
                ):
                    return place
        return None

    def _complement(self, after: Chunk) -> bool:
        kind = self.clauses.kind(after)
        if kind not in _HOLDS:
            return False
        return kind in ("dass", "zu") or self.clauses.wishes(after.start, after.end)

    def _draft(self, chunk: Chunk, noun: int, after: Chunk) -> None:
        clauses = self.clauses
        start = noun
        while (
            start > chunk.start
            and (
                clauses.items[start - 1].low.endswith(("e", "en", "er", "es", "em"))
                or is_article(clauses.items[start - 1], clauses.lex)
            )
            and not clauses.items[start - 1].cap
            and clauses.items[start - 1].low not in clauses.lex.kinds["preposition"]
            and not clauses.is_finite(start - 1)
        ):
            start -= 1
        who = self._speaker(chunk, noun, start)
        verb = next((place for place in range(chunk.start, start) if clauses.is_finite(place)), None)
        end = self._end(chunk, after)
        made = self.frames.draft(
            "Indirect",
            [clauses.span(after.start, end)],
            "noun_" + clauses.kind(after),
            None,
            who,
            [clauses.raw(chunk.start, after.start)],
        )
        made.cue = [clauses.raw(start, noun + 1)]
        if verb is not None and not self._genitive(noun):
            made.cue = [clauses.raw(verb, verb + 1), *made.cue]
        made.act = clauses.lex.saying[clauses.items[noun].text]
        self.frames.taken.update(range(after.start, end))

    def _end(self, chunk: Chunk, after: Chunk) -> int:
        """Where the clause of the noun ends: before the rest of the clause that the noun stands in."""
        clauses = self.clauses
        open_field = not any(clauses.is_finite(place) for place in range(chunk.start, chunk.end))
        for later in clauses.chunks:
            if later.start <= after.start or later.before != ",":
                continue
            first = later.start
            if open_field and clauses.is_finite(first) and not clauses.is_wish(first):
                return first
            alone = later.end - later.start <= 2 and later is clauses.chunks[-1]
            if alone and (
                clauses.items[first].low in clauses.lex.particles
                or clauses.items[first].low in clauses.lex.anyparticiple
            ):
                return first
        return clauses.end

    def _genitive(self, noun: int) -> tuple[int, int] | None:
        clauses = self.clauses
        if noun + 1 < len(clauses.items) and clauses.items[noun + 1].low in clauses.lex.kinds["genitive"] | {
            "von",
            "vom",
        }:
            begin = noun + 2 if clauses.items[noun + 1].low in ("von", "vom") else noun + 1
            end = phrase(clauses.items, begin, len(clauses.items), clauses.lex)
            return (begin, end) if end else None
        return None

    def _speaker(self, chunk: Chunk, noun: int, start: int) -> tuple[int, int] | None:
        clauses = self.clauses
        owner = self._genitive(noun)
        if owner:
            return owner
        verb = next((place for place in range(chunk.start, chunk.end) if clauses.is_finite(place)), None)
        if verb is None or verb > start:
            return None
        who = clauses.subject(chunk.start, verb, start)
        return who if who and who[1] <= start else None
