"""The verbs of saying of a unit, with their particles, auxiliaries and participles.

In: a unit and the lexicon. Out: a Clauses that frames and sources ask: kinds of clauses, subjects, verbs of saying.
A word that only looks like a verb of saying (an infinitive, a participle, an adjective) is none.
"""

from __future__ import annotations

from functools import cached_property

from depesche.reading.de.phrases import is_noun
from depesche.reading.de.subjects import Subjects
from depesche.reading.drafts import Chunk
from depesche.reading.items import BRACKET, MARK, QUOTE, WORD
from depesche.reading.lexis import Verb

MOVES = frozenset({"gehen", "fahren"})
"""Base verbs whose perfect takes "sein" in the active: "ist davon ausgegangen"."""

_NOT = frozenset({"nicht", "nichts", "keine", "keinen", "kein"})
_REFUSED = 20
"""Words between "wollte" and "nicht bestätigen" at most: linear time needs some end."""


class Clauses(Subjects):
    """All that frames ask about one unit."""

    def particle(self, verb: int, particle: str, limit: int) -> int | None:
        """The place of the verb's particle, which closes its clause."""
        items = self.items
        for place in range(verb + 1, limit):
            if items[place].low == particle and items[place].kind == WORD:
                after = items[place + 1] if place + 1 < len(items) else None
                if (
                    after is None
                    or after.kind in (MARK, QUOTE, BRACKET)
                    or after.low in ("und", "oder", "sowie", "wie", "als", "dass", "aber")
                ):
                    return place
        return None

    @cached_property
    def speech(self) -> list[Say]:
        """Every finite verb of saying of the unit, in order."""
        says = self.lex.says
        items = self.items
        return [say for place in range(self.end) if items[place].low in says and (say := self._say(place))]

    def _say(self, place: int) -> Say | None:
        item = self.items[place]
        if item.kind != WORD or (item.cap and place > 0):
            return None
        number = self.chunk_at(place)
        low = item.low
        kinds = self.lex.kinds
        limit = self._limit(number)
        if low in kinds["haben"] or low in kinds["sein"] or low in kinds["werden"]:
            return self._compound(place, number, limit)
        if low in kinds["modal"] and (refused := self._refused(place, number)):
            return refused
        for verb in self.lex.finite.get(low, ()):
            if verb.particle:
                at = self.particle(place, verb.particle, limit)
                if at is not None:
                    return Say(place, (place, at), verb, number, low in self.lex.konjunktiv)
        for verb in self.lex.finite.get(low, ()):
            if (
                verb.particle
                and place
                and self.items[place - 1].low == verb.particle
                and place + 1 >= self.chunks[number].end
            ):
                return Say(place, (place - 1, place), verb, number, low in self.lex.konjunktiv)
            if not verb.particle and not self._nonfinite(place, number) and not self._is_found(place, verb.base):
                return Say(place, (place,), verb, number, low in self.lex.konjunktiv)
        if place + 1 == self.chunks[number].end:
            for verb in self.lex.joined.get(low, ()):
                return Say(place, (place,), verb, number, low in self.lex.konjunktiv)
        return None

    def _refused(self, place: int, number: int) -> Say | None:
        """A modal with "nicht" and a verb of saying that closes its clause: "wollte die Zahlen nicht bestätigen"."""
        chunk = self.chunks[number]
        for other in range(place + 2, min(chunk.end, place + _REFUSED)):
            item = self.items[other]
            if (
                item.kind == WORD
                and not item.cap
                and item.low in self.lex.infinitive
                and self._closes(other + 1, chunk)
            ):
                if not any(each.low in _NOT for each in self.items[place + 1 : other]):
                    return None
                return Say(place, (other,), self.lex.infinitive[item.low][0], number, False)
        return None

    def _is_found(self, place: int, base: str) -> bool:
        """True for "es findet sich ...": something is there, and nobody thinks so."""
        return base == "finden" and place + 1 < len(self.items) and self.items[place + 1].low == "sich"

    def _nonfinite(self, place: int, number: int) -> bool:
        """An infinitive after "zu" or a modal, a participle or an adjective made of one: not the clause's own verb."""
        chunk = self.chunks[number]
        low = self.items[place].low
        if (
            low.endswith("ten")
            and low[:-2] in self.lex.participle
            and place + 1 < chunk.end
            and is_noun(self.items[place + 1])
        ) and any(self.is_finite(other) for other in range(place + 1, chunk.end)):
            return True
        if place > 0 and self.items[place - 1].low == "zu":
            return True
        if low in self.lex.infinitive or low in self.lex.participle:
            if place > 1 and self.items[place - 1].low == "und" and self._asked(chunk, place - 1) is not None:
                return False
            for other in range(chunk.start, chunk.end):
                if other != place and self.is_finite(other) and other not in (place - 1, place + 1):
                    return True
                if abs(other - place) == 1 and self.items[other].low in self._auxiliaries:
                    return True
        return False

    def _asked(self, chunk: Chunk, end: int) -> int | None:
        """The place of "soll" when an infinitive closes the part before `end`: "X soll abziehen und erklärt"."""
        if end <= chunk.start or not self.items[end - 1].low.endswith("n") or self.items[end - 1].cap:
            return None
        for place in range(chunk.start, end):
            if self.items[place].low in ("soll", "sollen"):
                return place
        return None

    def lost(self, say: Say) -> tuple[int, int] | None:
        """The subject that can't be the speaker: the one who is asked for something can't be the one who asks."""
        chunk = self.chunks[say.number]
        if say.place <= chunk.start + 1 or self.items[say.place - 1].low != "und":
            return None
        asked = self._asked(chunk, say.place - 1)
        return self.subject_before(chunk.start, asked) if asked is not None else None

    @cached_property
    def _auxiliaries(self) -> frozenset[str]:
        kinds = self.lex.kinds
        return kinds["haben"] | kinds["sein"] | kinds["werden"] | kinds["modal"]

    def _compound(self, place: int, number: int, limit: int) -> Say | None:
        """An auxiliary with the participle of a verb of saying: "hat ... erklärt", "mitgeteilt wurde"."""
        low = self.items[place].low
        werden = low in self.lex.kinds["werden"]
        state = low in self.lex.kinds["sein"]
        wish = low in self.lex.konjunktiv
        chunk = self.chunks[number]
        if place + 1 >= chunk.end or self.items[place + 1].kind == MARK:
            for other in range(place - 1, max(chunk.start, place - 3), -1):
                for verb in self.lex.participle.get(self.items[other].low, ()):
                    if not self.items[other].cap:
                        return Say(
                            place, (other, place), verb, number, wish, werden or (state and verb.base not in MOVES)
                        )
        for other in range(place + 1, limit):
            item = self.items[other]
            apart = self.items[other - 1].low + item.low if item.kind == WORD else ""  # "bekannt gegeben"
            if item.low.startswith("ge") and apart in self.lex.participle and other - 1 > place:
                verb = self.lex.participle[apart][0]
                return Say(place, (place, other - 1, other), verb, number, wish, werden or state)
            if item.kind == WORD and not item.cap and item.low in self.lex.participle:
                after = self.items[other + 1] if other + 1 < len(self.items) else None
                if (
                    after is None
                    or after.kind in (MARK, QUOTE)
                    or after.low in ("und", "worden", "oder", "haben", "als")
                ):
                    verb = self.lex.participle[item.low][0]
                    parts: tuple[int, ...] = (place, other)
                    if [each.low for each in self.items[max(0, other - 3) : other]] == ["mit", "den", "worten"]:
                        parts = (place, other - 3, other - 2, other - 1, other)
                    return Say(place, parts, verb, number, wish, werden or (state and verb.base not in MOVES))
        return None

    def _limit(self, number: int) -> int:
        """Where the clause that this chunk begins may end: appositions and relative clauses are passed over."""
        last = number
        while last + 1 < len(self.chunks) and last - number < 5:
            after = self.chunks[last + 1]
            if after.before != "," or self.kind(after) not in ("rel", "bare"):
                tail = self.chunks[last + 1]
                if after.before in (",", "–") and last > number and tail.end - tail.start <= 6:
                    return tail.end
                break
            last += 1
        return self.chunks[last].end


class Say:
    """A finite verb of saying at `place`; `parts` are the places of its cue words; `number` is its chunk."""

    __slots__ = ("number", "parts", "passive", "place", "verb", "wish")

    def __init__(
        self, place: int, parts: tuple[int, ...], verb: Verb, number: int, wish: bool, passive: bool = False
    ) -> None:
        self.place = place
        self.parts = parts
        self.verb = verb
        self.number = number
        self.wish = wish
        self.passive = passive
