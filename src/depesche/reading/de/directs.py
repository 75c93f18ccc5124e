"""Quotations that no frame has taken -> direct statements: within what is said, in a clause of saying, or alone.

In: a unit's frames with their drafts. Out: more drafts. A quotation that is only a name or a title („Bild“,
das Schiff „Estonia“) is nobody's statement.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses, Say
from depesche.reading.de.frames import Frames
from depesche.reading.de.phrases import is_noun
from depesche.reading.de.speakers import matrix_start, speaker_of
from depesche.reading.drafts import Draft
from depesche.reading.items import QUOTE, Item

_SENTENCE = 4
"""A quotation of so many words after a colon is what somebody says, not a title."""
_FREE = frozenset(
    {"als", "ein", "eine", "einen", "einem", "einer", "kein", "keine", "keinen", "von", "zu", "mit", "auf"}
)
"""Before a quotation these speak for a word that is quoted, not for a name ("als „Wortbruch“")."""


def is_name(clauses: Clauses, place: int) -> bool:
    """True when the quotation at `place` stands for a name or a title."""
    item = clauses.items[place]
    words = item.text[1:-1].split()
    if not words:
        return True
    if item.text[-2] in ".!?" and len(words) > 2:
        return False
    before = clauses.items[place - 1] if place else None
    capital = sum(1 for word in words if word[0].isupper() or word[0].isdigit())
    if len(words) >= 5 or (words[0][0].islower() and len(words) > 1):
        return False
    if before and before.cap and is_noun(before) and words[0][0].isupper():
        return True
    if words[0][0].islower():
        return False
    if before and before.low in _FREE:
        return False
    return capital == len(words)


def _nobody(clauses: Clauses, say: Say) -> bool:
    near = range(max(0, say.place - 2), min(len(clauses.items), say.place + 3))
    return any(clauses.items[at].low in ("sich", "man", "wird", "werden") for at in near)


def _holds(draft: Draft, item: Item) -> bool:
    return any(start <= item.start and item.end <= end for start, end in draft.spans)


class Directs:
    """Finds the quotations of one unit that are statements."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.clauses = frames.clauses

    def find(self) -> None:
        """The quotations in a clause of saying."""
        for place, item in self._open():
            if not any(_holds(draft, item) for draft in self.frames.drafts):
                say = self._say(place)
                if say is not None:
                    self._in_clause(say, place)
                elif place and self.clauses.items[place - 1].text == ":" and len(item.text.split()) >= _SENTENCE:
                    self._after_colon(place)

    def inner(self, going_on: Draft | None) -> None:
        """The quotations within what somebody else's words tell; `going_on` is a statement begun in an earlier unit."""
        outer = [draft for draft in self.frames.drafts if draft.form not in ("Direct", "Reported")]
        if going_on is not None and going_on not in outer:
            outer.append(going_on)
        for _, item in self._open():
            around = next((draft for draft in outer if _holds(draft, item)), None)
            if around is not None:
                self._within(around, item)

    def _open(self) -> list[tuple[int, Item]]:
        """The quotations of the unit that no draft is made of and that are no names."""
        done = {draft.spans[0][0] for draft in self.frames.drafts if draft.form == "Direct"}
        return [
            (place, item)
            for place, item in enumerate(self.clauses.items)
            if item.kind == QUOTE and item.start not in done and not is_name(self.clauses, place)
        ]

    def _within(self, around: Draft, item: Item) -> None:
        made = Draft("Direct", [(item.start, item.end)], "quote_within", unit=self.clauses.unit.number)
        made.speaker, made.cue, made.frame, made.act = around.speaker, around.cue, around.frame, around.act
        made.within, made.verb = around, around.verb
        self.frames.drafts.append(made)

    def _after_colon(self, place: int) -> None:
        """A quotation after a clause without a verb of saying: "Danach wurde X noch deutlicher: ..."."""
        clauses = self.clauses
        number = clauses.chunk_at(place - 2)
        if place < 2 or clauses.chunk_at(place) == number:
            return
        start = 0
        verb = next((at for at in range(start, place - 1) if clauses.is_finite(at)), None)
        who = clauses.subject(start, verb, place - 1) if verb is not None else clauses.subject_before(start, place - 1)
        self.frames.draft(
            "Direct", [clauses.raw(place, place + 1)], "colon_quote", None, who, [clauses.raw(start, place)]
        )

    def _say(self, place: int) -> Say | None:
        """The verb of saying in whose clause the quotation stands."""
        chunk = self.clauses.chunks[self.clauses.chunk_at(place)]
        for say in self.clauses.speech:
            if "q" in say.verb.frames and chunk.start <= say.place < chunk.end:
                return say
        return None

    def _in_clause(self, say: Say, place: int) -> None:
        clauses = self.clauses
        who = speaker_of(clauses, say)
        if who and who[0] <= place < who[1]:
            return  # the quotation is a part of the speaker's name
        if say.verb.base in ("nennen", "bezeichnen") and _nobody(clauses, say):
            return  # "nennt sich „documenta“", "was man „Split“ nennt": what it is called
        start = matrix_start(clauses, say)
        frame = [
            span
            for span in (
                clauses.span(start, place),
                clauses.span(place + 1, clauses.chunks[clauses.chunk_at(place)].end),
            )
            if span
        ]
        self.frames.draft("Direct", [clauses.raw(place, place + 1)], "quote_in_clause", say, who, frame)
