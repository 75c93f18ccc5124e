"""Sentences without a source of their own -> statements that take over the speaker before them.

In: the units in order with their drafts. Out: more drafts: a Konjunktiv sentence after a statement goes on with it,
so does hearsay ("soll ... gewesen sein") and a quotation that stands alone; "Das sagte X" looks back at the sentence
before. A speaker is taken over within reach only.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses
from depesche.reading.de.frames import Frames, join
from depesche.reading.drafts import REACH, Draft
from depesche.reading.items import QUOTE, WORD, Unit
from depesche.words.copy import Span

ALONE = 20
"""A quotation that is a sentence of its own has at least so many characters; shorter ones are headings and titles."""


class Following:
    """Goes through the units of a text in order and keeps who spoke last."""

    def __init__(self) -> None:
        self.last: Draft | None = None
        self.before: Unit | None = None
        self.said = False
        self.open: Draft | None = None
        self.clauses: Clauses | None = None

    def unit(self, clauses: Clauses, frames: Frames) -> None:
        """Add what this unit says in continuation of an earlier one."""
        unit = clauses.unit
        if self._looks_back(clauses, frames) or frames.drafts:
            self.open = None
        else:
            self._alone(clauses, frames)
        for draft in frames.drafts:
            if draft.within is None and (draft.speaker or draft.cue) and (draft.rule != "demnach" or not self.last):
                self.last = draft
        self.said = bool(frames.drafts) or self.open is not None
        self.before = unit
        self.clauses = clauses

    # --- "Das sagte X": what was said is the sentence before
    def _looks_back(self, clauses: Clauses, frames: Frames) -> bool:
        items = clauses.items
        if self.before is None or self.said or len(items) < 3 or items[0].low not in ("das", "dies"):
            return False
        say = next((s for s in clauses.speech if s.place == 1), None)
        if (
            say is None
            or not any(letter in say.verb.frames for letter in "dk")
            or say.verb.base in ("heißen", "ergeben")
        ):
            return False
        if any(chunk.before in (",", ":") and clauses.kind(chunk) in ("dass", "zu") for chunk in clauses.chunks):
            return False
        who = clauses.subject_after(1, len(items))
        made = Draft("Indirect", [(self.before.start, self.before.end), (items[0].start, items[0].end)], "look_back")
        made.speaker = [clauses.raw(*who)] if who else []
        made.cue, made.verb, made.act, made.unit = join(items, say.parts), say.verb, say.verb.act, clauses.unit.number
        frame = clauses.span(1, clauses.end)
        made.frame = [frame] if frame else []
        frames.drafts[:] = [made, *(d for d in frames.drafts if d.form == "Direct")]
        return True

    def _alone(self, clauses: Clauses, frames: Frames) -> None:
        unit = clauses.unit
        near = self.last is not None and unit.number - self.last.unit <= REACH
        quotes = [item for item in clauses.items if item.kind == QUOTE]
        if len(quotes) == 1 and len(clauses.items) <= 2 and quotes[0].end - quotes[0].start > ALONE:
            self._quote(unit.number, quotes[0].start, quotes[0].end, frames, near=near)
        elif near and self._wish(clauses):
            self._goes_on(clauses, frames, "IndirectFreeIndirect", "konjunktiv")
        elif near and self._hearsay(clauses):
            self._goes_on(clauses, frames, "FreeIndirect", "hearsay")
        elif near and self.said and self._planned(clauses):
            self._goes_on(clauses, frames, "FreeIndirect", "plan")
        else:
            self.open = None

    def _quote(self, number: int, start: int, end: int, frames: Frames, *, near: bool) -> None:
        made = Draft("Direct", [(start, end)], "quote_alone", unit=number)
        if self.last is not None and near:
            made.speaker, made.cue, made.frame = self.last.speaker, self.last.cue, self.last.frame
            made.inherits = self.last.inherits or self.last
        frames.drafts.append(made)

    def _wish(self, clauses: Clauses) -> bool:
        """True when a main clause of the unit is in the Konjunktiv; a weak one must follow a statement at once."""
        weak = clauses.lex.kinds["weakkonjunktiv"]
        same = self.before is not None and self.before.paragraph == clauses.unit.paragraph
        for chunk in clauses.chunks:
            if clauses.kind(chunk) != "main":
                continue
            for place in range(chunk.start, chunk.end):
                if clauses.is_wish(place) and ((self.said and same) or clauses.items[place].low not in weak):
                    return True
        return False

    def _hearsay(self, clauses: Clauses) -> bool:
        """ "soll ... getan haben": told on, by the source before or by one that isn't named."""
        items = clauses.items
        for place in range(clauses.end):
            if items[place].low in ("soll", "sollen") and items[place].kind == WORD:
                chunk = clauses.chunks[clauses.chunk_at(place)]
                tail = [item.low for item in items[place : chunk.end]][-3:]
                if any(word in ("haben", "sein") for word in tail):
                    return True
        return False

    def _planned(self, clauses: Clauses) -> bool:
        """ "Die Brücke soll im Mai öffnen" right after a statement: somebody's plan or demand, still told by it."""
        if self.before is None or self.before.paragraph != clauses.unit.paragraph:
            return False
        return any(
            clauses.items[place].low in ("soll", "sollen", "sollte", "sollten") and clauses.items[place].kind == WORD
            for chunk in clauses.chunks
            if clauses.kind(chunk) == "main"
            for place in range(chunk.start, chunk.end)
        )

    def _goes_on(self, clauses: Clauses, frames: Frames, form: str, rule: str) -> None:
        unit = clauses.unit
        same = self.before is not None and self.before.paragraph == unit.paragraph
        if self.open is not None and same and self.open.form == form:
            self.open.spans[-1] = (self.open.spans[-1][0], unit.end)
            self.open.unit = unit.number
            self.last = self.open
            return
        made = Draft(form, [(unit.start, unit.end)], rule, unit=unit.number)  # type: ignore[arg-type]
        actor = self._actor() if same and not self.said else None
        if actor is not None:
            made.speaker = [actor]
        elif self.last is not None:
            made.speaker = self.last.speaker
            made.inherits = self.last.inherits or self.last
        frames.drafts.append(made)
        self.open = made

    def _actor(self) -> Span | None:
        """Who acts in the sentence right before, when nothing is said in it: "Der Direktor bleibt ruhig."."""
        before = self.clauses
        if before is None:
            return None
        for chunk in before.chunks:
            if before.kind(chunk) != "main":
                continue
            verb = next((place for place in range(chunk.start, chunk.end) if before.is_finite(place)), None)
            if verb is None:
                continue
            who = before.subject(chunk.start, verb, chunk.end)
            if who and before.speaking(*who) and before.items[who[0]].low not in before.lex.kinds["pronoun"]:
                return before.raw(*who)
            return None
        return None
