"""A unit with its chunks: which is a main clause, which hangs on it, where verbs and subjects are.

In: a unit and the lexicon. Out: a Clauses that frames and sources ask; every answer is a place among the items.
German is read by the place of its finite verb: second in a main clause, last in a subordinate one.
"""

from __future__ import annotations

from functools import cached_property

from depesche.reading.drafts import Chunk, chunks
from depesche.reading.items import BRACKET, MARK, QUOTE, WORD, Item, Unit
from depesche.reading.lexis import Lexis, Verb
from depesche.reading.phrases import is_article, is_noun, phrase, with_apposition
from depesche.words.copy import Span

LEAD = frozenset(
    {
        "und",
        "oder",
        "aber",
        "doch",
        "denn",
        "sondern",
        "sowie",
        "auch",
        "selbst",
        "nur",
        "sogar",
        "gerade",
        "zwar",
        "jedoch",
    }
)
MOVES = frozenset({"gehen", "fahren"})
"""Base verbs whose perfect takes "sein" in the active: "ist davon ausgegangen"."""
_ENDS = frozenset(".!?…")


class Clauses:
    """Questions about one unit. Places are indexes into `items`; ends are exclusive."""

    def __init__(self, unit: Unit, lex: Lexis) -> None:
        self.unit = unit
        self.items = unit.items
        self.lex = lex
        self.chunks: list[Chunk] = chunks(unit.items)
        self.end = len(self.items)
        while self.end and self.items[self.end - 1].text in _ENDS:
            self.end -= 1
        self._numbers: list[int] | None = None
        self._kinds: dict[int, str] = {}
        for chunk in self.chunks:
            chunk.end = max(chunk.start, min(chunk.end, self.end))

    # --- places
    def chunk_at(self, place: int) -> int:
        """The number of the chunk that holds this place."""
        if self._numbers is None:
            self._numbers = self._count()
        return self._numbers[place] if place < len(self._numbers) else len(self.chunks) - 1

    def _count(self) -> list[int]:
        """The number of the chunk of each place; a separator belongs to the chunk after it."""
        numbers: list[int] = []
        for number, chunk in enumerate(self.chunks):
            numbers += [number] * (chunk.end - len(numbers))
        last = len(self.chunks) - 1
        return numbers + [last] * (len(self.items) - len(numbers))

    def first(self, chunk: Chunk) -> int:
        """The place of the chunk's first word after "und", "aber", "auch"."""
        place = chunk.start
        while place < chunk.end - 1 and self.items[place].low in LEAD:
            place += 1
        return place

    def span(self, start: int, end: int) -> Span | None:
        """The span of items[start:end] without separators at its edges; None when nothing is left."""
        while start < end and self.items[start].kind == MARK and self.items[start].text in ",;:–—.":
            start += 1
        while end > start and self.items[end - 1].kind == MARK and self.items[end - 1].text in ",;:–—.!?":
            end -= 1
        return (self.items[start].start, self.items[end - 1].end) if start < end else None

    def raw(self, start: int, end: int) -> Span:
        """The span of items[start:end] as it stands."""
        return self.items[start].start, self.items[end - 1].end

    # --- verbs
    def is_finite(self, place: int) -> bool:
        """True when the word may be a finite verb."""
        item = self.items[place]
        return item.kind == WORD and not item.cap and item.low in self.lex.anyfinite and item.low != "worden"

    def is_wish(self, place: int) -> bool:
        """True when the word is a Konjunktiv."""
        item = self.items[place]
        return item.kind == WORD and not item.cap and item.low in self.lex.konjunktiv

    def wishes(self, start: int, end: int) -> bool:
        """True when there is a Konjunktiv among items[start:end]."""
        return any(self.is_wish(place) for place in range(start, end))

    def verb_last(self, chunk: Chunk) -> bool:
        """True when the chunk ends in its finite verb."""
        last = chunk.end - 1
        return last > chunk.start and self.is_finite(last) and self.items[last - 1].low != "zu"

    def kind(self, chunk: Chunk) -> str:
        """dass, sub, question, rel, zu, main or bare (without a verb)."""
        known = self._kinds.get(chunk.start)
        if known is None:
            known = self._kinds[chunk.start] = self._kind(chunk)
        return known

    def _kind(self, chunk: Chunk) -> str:
        first = self.first(chunk)
        if first >= chunk.end:
            return "bare"
        low = self.items[first].low
        kinds = self.lex.kinds
        if low in ("dass", "daß", "ob"):
            return "dass"
        if (
            low in ("so", "als", "um", "ohne", "statt", "anstatt")
            and first + 1 < chunk.end
            and self.items[first + 1].low in ("dass", "daß")
        ):
            return "sub"
        if chunk.before == "," or not chunk.before:
            if chunk.before and self._relative(chunk, first):
                return "rel"
            if low in kinds["subordinator"] and not self._prepositional(chunk, first):
                return "sub"
            if (
                low in kinds["question"]
                and (chunk.before or low == "wie")
                and not (first + 1 < chunk.end and self.is_finite(first + 1))
            ):
                return "question"
        if self.zu_infinitive(chunk) and not self._sure_finite(chunk):
            return "zu"
        if any(self.is_finite(place) for place in range(chunk.start, chunk.end)):
            return "main"
        return "bare"

    def _sure_finite(self, chunk: Chunk) -> bool:
        """True when a finite verb is there that can't be an infinitive: "hätte ... zu bestätigen"."""
        kinds = self.lex.kinds
        return any(
            self.items[place].low in kinds["konjunktiv"]
            or self.items[place].low in ("hat", "ist", "hatte", "war", "wird", "wurde")
            for place in range(chunk.start, chunk.end)
        )

    def _prepositional(self, chunk: Chunk, first: int) -> bool:
        """ "während des Krieges", "seit Montag", "bis Freitag", "als Sprecher": a preposition here."""
        if self.items[first].low not in ("während", "seit", "bis", "als", "da", "damit"):
            return False
        if self.verb_last(chunk):
            return False
        after = chunk.end + 1  # "Da die Funde stammen, sagte ...": the main verb follows at once
        return not (after < self.end and self.items[chunk.end].text == "," and self.is_finite(after))

    def _relative(self, chunk: Chunk, first: int) -> bool:
        relative = self.lex.kinds["relative"]
        low = self.items[first].low
        if low in self.lex.kinds["preposition"] and first + 1 < chunk.end:
            low = self.items[first + 1].low
        if low not in relative:
            return False
        if low in ("deren", "dessen", "denen"):
            return True
        if self._second(chunk, first):
            return False
        return self.verb_last(chunk)

    def _second(self, chunk: Chunk, first: int) -> bool:
        """True when a noun phrase and then a finite verb begin the chunk: "die Union benötige ..."."""
        end = phrase(self.items, first, chunk.end, self.lex)
        return end is not None and end < chunk.end and self.is_finite(end) and end > first + 1

    def _closes(self, place: int, chunk: Chunk) -> bool:
        """True when nothing but other verbs or a coordination follows: an infinitive is the last word of its part."""
        if place >= chunk.end:
            return True
        item = self.items[place]
        return item.kind in (MARK, QUOTE, BRACKET) or item.low in (
            "und",
            "oder",
            "als",
            "wie",
            "haben",
            "sein",
            "werden",
            "können",
            "müssen",
            "wollen",
            "lassen",
            "sollen",
            "dürfen",
        )

    def zu_infinitive(self, chunk: Chunk) -> bool:
        """True when the chunk holds "zu" and an infinitive, or one that has taken "zu" in."""
        for place in range(chunk.start, chunk.end):
            item = self.items[place]
            if item.kind != WORD:
                continue
            if item.low == "zu" and place + 1 < chunk.end:
                after = self.items[place + 1]
                if not after.cap and after.low.endswith("n") and self._closes(place + 2, chunk):
                    return True
            if not item.cap and (
                item.low in self.lex.zuinfinitive
                or (
                    "zu" in item.low[2:-3]
                    and item.low.endswith("n")
                    and item.low[: item.low.index("zu", 2)] in self.lex.particles
                )
            ):
                return True
        return False

    # --- subjects
    def subject_before(self, start: int, verb: int) -> tuple[int, int] | None:
        """The noun phrase that fills the field before the verb, or None when something else does."""
        items, lex = self.items, self.lex
        while start < verb and (
            items[start].low in LEAD or (items[start].kind == MARK and items[start].text not in ".")
        ):
            start += 1
        if start >= verb:
            return None
        head = items[start]
        if head.low in lex.kinds["pronoun"] and not is_noun_after(items, start, verb, lex):
            return None if head.low == "es" else (start, start + 1)
        if head.low in lex.kinds["oblique"] or head.low in (
            "den",
            "dem",
            "des",
            "einem",
            "einen",
            "ihrem",
            "seinem",
            "ihren",
            "seinen",
            "diesem",
            "diesen",
        ):
            return None
        if (
            head.low in lex.kinds["preposition"]
            or head.low in lex.kinds["adverb"]
            or head.low in lex.kinds["subordinator"]
        ):
            return None
        end = phrase(items, start, verb, lex, wide=True)
        if end is None:
            return None
        return (start, self._trim(end, verb))

    def _trim(self, end: int, verb: int) -> int:
        """The apposition that follows, when it closes before the verb."""
        if end < verb and self.items[end].text == ",":
            longer = with_apposition(self.items, end, end, verb, self.lex)
            if longer > end and (longer >= verb or self.items[longer].text == ","):
                return longer
        return end

    def speaking(self, start: int, end: int) -> bool:
        """True when the phrase names someone who can speak: a pronoun, a speaker's noun, a name without article."""
        nouns = self.lex.nouns
        head = self.items[start]
        if head.low in self.lex.kinds["pronoun"] and end == start + 1:
            return True
        tails = self.lex.speakertails
        for item in self.items[start:end]:
            if item.kind == WORD and item.cap and (item.text in nouns["speaker"] or item.low.endswith(tails)):
                return True
        return not is_article(head, self.lex) and head.kind == WORD and end - start <= 3

    def subject(self, start: int, verb: int, end: int) -> tuple[int, int] | None:
        """The subject of a main clause; a field before the verb that can't speak gives way to one after it that can."""
        before = self.subject_before(start, verb)
        if before and self.speaking(*before):
            return before
        after = self.subject_after(verb, end)
        if before and after and self._nominative(*after) and self.speaking(*after):
            return after
        return before or after

    def _nominative(self, start: int, end: int) -> bool:
        """True when the phrase after the verb is plainly its subject: "er", "der Minister", one name by itself."""
        item = self.items[start]
        if item.low in ("er", "wir", "man", "der", "ein"):
            return True
        return end == start + 1 and not is_article(item, self.lex) and not item.text.endswith("s")

    def subject_after(self, verb: int, end: int) -> tuple[int, int] | None:
        """The first noun phrase after the verb that can be its subject."""
        items, lex = self.items, self.lex
        place = verb + 1
        spare: tuple[int, int] | None = None
        while place < end:
            item = items[place]
            if item.kind == MARK and item.text not in "-/–":
                break
            low = item.low
            if low in lex.kinds["pronoun"] and not is_noun_after(items, place, end, lex):
                return None if low == "es" else (place, place + 1)
            if low in lex.kinds["oblique"] or low in lex.kinds["adverb"] or item.kind == MARK:
                place += 1
                continue
            if low in ("den", "dem", "des", "einem", "einen", "ihrem", "seinem", "ihren", "seinen", "diesem", "diesen"):
                place = phrase(items, place, end, lex) or place + 1
                continue
            if low in lex.kinds["preposition"]:
                place = phrase(items, place + 1, end, lex) or place + 1
                continue
            stop = phrase(items, place, end, lex)
            if stop is None:
                place += 1
                continue
            if items[place].kind == BRACKET:
                place += 1
                continue
            longer = with_apposition(items, place, stop, len(items), lex)
            return (place, longer)
        return spare

    def antecedent(self, chunk: Chunk) -> tuple[int, int] | None:
        """The noun phrase right before a relative clause."""
        limit = chunk.start - 1
        for start in range(max(0, limit - 14), limit):
            if is_noun(self.items[start]) or is_article(self.items[start], self.lex):
                end = phrase(self.items, start, limit, self.lex, wide=True)
                if end == limit:
                    return (start, end)
        return None

    # --- verbs of saying
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
        return [say for place in range(self.end) if (say := self._say(place))]

    def _say(self, place: int) -> Say | None:
        item = self.items[place]
        if item.kind != WORD or (item.cap and place > 0):
            return None
        number = self.chunk_at(place)
        limit = self._limit(number)
        low = item.low
        kinds = self.lex.kinds
        if low in kinds["haben"] or low in kinds["sein"] or low in kinds["werden"]:
            return self._compound(place, number, limit)
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
            if not verb.particle and not self._nonfinite(place, number):
                return Say(place, (place,), verb, number, low in self.lex.konjunktiv)
        if place + 1 == self.chunks[number].end:
            for verb in self.lex.joined.get(low, ()):
                return Say(place, (place,), verb, number, low in self.lex.konjunktiv)
        return None

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


def is_noun_after(items: tuple[Item, ...], place: int, end: int, lex: Lexis) -> bool:
    """True when a word that may be a pronoun is an article here ("dieser Mann", "beide Seiten")."""
    if items[place].low in ("er", "sie", "es", "man", "wir", "ich"):
        return False
    return phrase(items, place, end, lex) is not None
