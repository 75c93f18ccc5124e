"""Phrases of source -> drafts: laut X, nach Angaben von X, X zufolge, meiner Ansicht nach, wie X mitteilte, so X.

In: the clauses of one unit and what its frames have taken. Out: drafts. What is said is the clause without the phrase.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses
from depesche.reading.de.frames import Frames, join
from depesche.reading.de.phrases import phrase, with_apposition
from depesche.reading.de.speakers import speaker_of
from depesche.reading.items import MARK, QUOTE, WORD
from depesche.words.copy import Span

_OPENS = frozenset(
    ["laut", "gemäß", "nach", "zufolge", "entsprechend", "aus", "wie", "so", "wonach", "demnach", "demzufolge"]
)
"""Every word at which a phrase of source may be recognised."""


def is_source(clauses: Clauses, start: int, end: int) -> bool:
    """True when a head in items[start:end] is a noun of source."""
    nouns = clauses.lex.nouns
    tails = clauses.lex.sourcetails
    for item in clauses.items[start:end]:
        if item.kind == WORD and item.cap and (item.text in nouns["source"] or item.low.endswith(tails)):
            return True
    return False


class Sources:
    """Finds phrases of source in one unit and hands drafts to its frames."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.clauses = frames.clauses
        self.items = frames.items

    def find(self) -> None:
        """Look at each word that may open or close a phrase of source."""
        for place in range(self.clauses.end):
            item = self.items[place]
            if item.low not in _OPENS or item.kind != WORD or place in self.frames.taken:
                continue
            if item.low == "nach" and self._whereafter_that(place):
                self._whereafter(place, place + 2)
            elif item.low in ("laut", "gemäß", "nach", "zufolge", "entsprechend", "aus"):
                found = self._phrase(place)
                if found:
                    self._around(*found)
            elif item.low in ("wie", "so"):
                self._clause(place)
            elif item.low == "wonach":
                self._whereafter(place, place + 1)
            elif item.low in ("demnach", "demzufolge"):
                self._around(place, place + 1, (place, place + 1), (place,), "demnach")

    def _phrase(self, place: int) -> tuple[int, int, tuple[int, int], tuple[int, ...], str] | None:
        """(start, end of the phrase, speaker, cue, rule) of the phrase of source that has its word at `place`."""
        items, clauses = self.items, self.clauses
        low = items[place].low
        limit = len(items)
        if low in ("zufolge",) or (low == "nach" and self._follows(place)):
            start = self._back(place)
            if start is None or (low == "nach" and not is_source(clauses, start, place)):
                return None
            if low == "nach" and clauses.chunk_at(place) and any(s.place < place for s in clauses.speech):
                return None  # "X erklärte, Y sei seiner Meinung nach ...": X says it
            return (start, place + 1, (start, place), (place,), "np_" + low)
        end = phrase(items, place + 1, limit, clauses.lex)
        if (
            end is None
            and low == "laut"
            and place + 1 < limit
            and items[place + 1].kind == WORD
            and (
                items[place + 1].low not in clauses.lex.kinds["article"]
                and items[place + 1].low not in clauses.lex.kinds["preposition"]
            )
        ):
            end = place + 2  # "laut taz", "laut dpa"
        if end is None:
            return None
        if low == "nach" and not is_source(clauses, place + 1, self._first_head(place + 1, end)):
            return None
        if low == "aus" and not any(item.text in ("Sicht", "Perspektive") for item in items[place + 1 : place + 3]):
            return None
        if self._said(place):
            return None
        if low == "entsprechend" and not is_source(clauses, place + 1, end):
            return None
        end = self._listed(place, with_apposition(items, place, end, limit, clauses.lex))
        return (place, end, (place + 1, end), (place,), low + "_np")

    def _listed(self, place: int, end: int) -> int:
        """`end`, or the end of the list it begins: "Nach Angaben von Ärzten aus Bonn, Köln und Trier haben ..."."""
        items = self.items
        if place or end >= len(items) or items[end].text != ",":
            return end
        inner = phrase(items, end + 1, len(items), self.clauses.lex, wide=True)
        listed = inner is not None and any(item.low in ("und", "sowie") for item in items[end + 1 : inner])
        return inner if inner is not None and listed and self.clauses.is_finite(inner) else end

    def _said(self, place: int) -> bool:
        """True when the phrase only opens what somebody says: "X sagte, nach ersten Meldungen sei ..."."""
        number = self.clauses.chunk_at(place)
        chunk = self.clauses.chunks[number]
        if number == 0 or chunk.before != "," or place != chunk.start:
            return False
        before = self.clauses.chunks[number - 1]
        said = any(before.start <= say.parts[-1] < before.end and "k" in say.verb.frames for say in self.clauses.speech)
        return said and self.clauses.wishes(chunk.start, chunk.end)

    def _whereafter_that(self, place: int) -> bool:
        """True for "eine Studie, nach der ...": a clause that hangs on a noun of source."""
        clauses = self.clauses
        chunk = clauses.chunks[clauses.chunk_at(place)]
        if place != chunk.start or place + 2 >= chunk.end or self.items[place + 1].low not in ("der", "dem", "denen"):
            return False
        before = clauses.antecedent(chunk) if clauses.kind(chunk) == "rel" else None
        return before is not None and is_source(clauses, *before)

    def _whereafter(self, place: int, stop: int) -> None:
        """ "eine Meldung, wonach ...": what the noun before the comma says."""
        clauses = self.clauses
        number = clauses.chunk_at(place)
        chunk = clauses.chunks[number]
        if place != chunk.start or not number or stop >= chunk.end:
            return
        who = clauses.antecedent(chunk) or (place, place + 1)
        made = self.frames.draft(
            "Indirect", [clauses.span(stop, clauses.end)], "whereafter", None, who, [clauses.raw(0, stop)]
        )
        made.cue = join(self.items, tuple(range(place, stop)))
        verb = next((at for at in range(place) if clauses.is_finite(at)), None)
        teller = clauses.subject(0, verb, place) if verb is not None else None
        if teller and teller != who and not set(range(*teller)) & set(range(*who)) and clauses.speaking(*teller):
            made.via = clauses.raw(*teller)
        self.frames.taken.update(range(place, clauses.end))

    def _first_head(self, start: int, end: int) -> int:
        """The end of the first nouns of a phrase, without its attributes."""
        for place in range(start + 1, end):
            if (
                self.items[place].low in self.clauses.lex.kinds["genitive"]
                or self.items[place].low in self.clauses.lex.kinds["preposition"]
            ) and (place > start + 1 or self.items[start].cap):
                return place
        return end

    def _follows(self, place: int) -> bool:
        """True for "meiner Ansicht nach": a noun of source right before and no phrase after."""
        items = self.items
        if place == 0 or not items[place - 1].cap:
            return False
        return is_source(self.clauses, place - 1, place)

    def _back(self, place: int) -> int | None:
        chunk = self.clauses.chunks[self.clauses.chunk_at(place)]
        for start in range(max(chunk.start, place - 14), place):
            if phrase(self.items, start, place, self.clauses.lex, wide=True) == place:
                return start
        return None

    def _around(self, start: int, end: int, who: tuple[int, int], cue: tuple[int, ...], rule: str) -> None:
        clauses = self.clauses
        if self.items[0].low in ("das", "dies") and any(say.place == 1 for say in clauses.speech):
            return  # "Das sagte X Reuters zufolge": the phrase names the outlet, what was said is the sentence before
        number = clauses.chunk_at(start)
        chunk = clauses.chunks[number]
        kind = clauses.kind(chunk)
        left, right = self._reach(number, kind)
        spans = [clauses.span(left, start), clauses.span(end, right)]
        if not spans[0] and not spans[1]:
            return
        frame = [clauses.raw(start, end)]
        made = self.frames.draft("Indirect", spans, rule, None, who, frame)
        made.cue = join(self.items, cue)
        if any(self.items[at].low.startswith("eigene") for at in range(*who)):
            verb = next((at for at in range(left, right) if clauses.is_finite(at) and not start <= at < end), None)
            owner = clauses.subject(chunk.start, verb, right) if verb is not None else None
            if owner is None or owner[0] <= who[0] < owner[1]:
                owner = clauses.subject_after(verb, right) if verb is not None else None
            made.own = clauses.raw(*owner) if owner else None
        self.frames.taken.update(range(left, right))

    def _reach(self, number: int, kind: str) -> tuple[int, int]:
        clauses = self.clauses
        chunk = clauses.chunks[number]
        if kind in ("rel", "sub", "dass") and number > 0:
            return chunk.start, self._end_of(number)
        left = number
        while left > 0 and clauses.chunks[left].before not in (";", ":") and not (
            clauses.items[clauses.chunks[left].start].low in ("und", "aber", "doch", "während") and left == number
        ):  # fmt: skip
            left -= 1
        return clauses.first(clauses.chunks[left]) if clauses.items[clauses.chunks[left].start].low in (
            "und",
            "aber",
            "doch",
        ) else clauses.chunks[left].start, clauses.end

    def _end_of(self, number: int) -> int:
        return self.clauses.chunks[number].end

    def _clause(self, place: int) -> None:
        """ "wie X mitteilte" and "so X" (also "so sagte X")."""
        clauses = self.clauses
        number = clauses.chunk_at(place)
        chunk = clauses.chunks[number]
        after_quote = self.items[place].low == "so" and place > 0 and self.items[place - 1].kind == QUOTE
        if place != clauses.first(chunk) and not after_quote:
            return
        if self.items[place].low == "wie":
            self._as(place, number)
        elif place and (number > 0 or after_quote):
            self._so(place, number)

    def _as(self, place: int, number: int) -> None:
        clauses = self.clauses
        chunk = clauses.chunks[number]
        say = next((s for s in clauses.speech if place < s.place and s.number <= number + 2), None)
        if say is None or clauses.chunks[say.number].end > say.place + 3:
            return
        end = clauses.chunks[say.number].end
        if say.place + 1 < end and max(say.parts) + 1 < end:
            return
        inside = say.number != number or (say.passive and say.verb.lemma == "zitieren")  # "wie Weber zitiert wird"
        who = clauses.subject_after(place, say.place) if inside else speaker_of(clauses, say)
        if who and say.verb.base == "erfahren":  # "wie die Agentur aus Kreisen erfuhr"
            cut = next((at for at in range(*who) if self.items[at].low == "aus"), who[1])
            who = (who[0], cut) if cut > who[0] else None
        left, right = (0, clauses.end) if number else (end, clauses.end)
        if number:
            spans: list[Span | None] = [clauses.span(0, chunk.start), clauses.span(end, right)]
        else:
            spans = [clauses.span(end, right)]
        made = self.frames.draft(
            "Indirect",
            spans,
            "wie_verb",
            say,
            who,
            [clauses.raw(max(0, place - 1) if number else place, min(end + 1, len(self.items)))],
        )
        made.cue = join(self.items, say.parts)
        self.frames.used.add(say.place)
        self.frames.taken.update(range(left, right))

    def _so(self, place: int, number: int) -> None:
        clauses, items = self.clauses, self.items
        end = phrase(items, place + 1, len(items), clauses.lex)
        if end is None and place + 2 >= len(items) - 1 and items[place + 1].kind == WORD:
            end = place + 2
        if end is None:
            return
        end = with_apposition(items, place, end, len(items), clauses.lex)
        if any(clauses.is_finite(p) for p in range(place + 1, min(end + 1, len(items)))):
            return
        tail = end
        while tail < len(items) and items[tail].kind == WORD:
            tail += 1
        who = (place + 1, end)
        start = place - 1 if items[place - 1].kind == MARK else place
        frame = [clauses.raw(start, tail)]
        quote = start - 1 if items[start].kind == MARK else place - 1
        if quote >= 0 and items[quote].kind == QUOTE and quote == clauses.chunks[clauses.chunk_at(quote)].start:
            made = self.frames.draft("Direct", [clauses.raw(quote, quote + 1)], "quote_so", None, who, frame)
        else:
            made = self.frames.draft(
                "Indirect", [clauses.span(0, start), clauses.span(tail, clauses.end)], "clause_so", None, who, frame
            )
        made.cue = join(items, (place,))
        self.frames.taken.update(range(0, clauses.end))


__all__ = ["MARK", "Sources", "is_source"]
