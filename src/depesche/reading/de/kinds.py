"""A unit with its chunks: which is a main clause, which hangs on it, where its finite verbs are.

In: a unit and the lexicon. Out: a Kinds that is asked by place. Places are indexes into `items`; ends are exclusive.
German is read by the place of its finite verb: second in a main clause, last in a subordinate one.
"""

from __future__ import annotations

from depesche.reading.de.phrases import phrase
from depesche.reading.drafts import Chunk, chunks
from depesche.reading.items import BRACKET, MARK, QUOTE, WORD, Unit
from depesche.reading.lexis import Lexis
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
_ENDS = frozenset(".!?…")


class Kinds:
    """Questions about the chunks of one unit."""

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
        if self._ruled(chunk, first + 1):
            return True
        if self.verb_last(chunk):
            return False
        after = chunk.end + 1  # "Da der Regen anhält, sagte ...": the main verb follows at once
        return not (after < self.end and self.items[chunk.end].text == "," and self.is_finite(after))

    def _ruled(self, chunk: Chunk, first: int) -> bool:
        """True when the main verb stands right after the phrase here: "Bis Jahresende sollen dort 300 arbeiten"."""
        verb = phrase(self.items, first, chunk.end, self.lex)
        modal = self.lex.kinds["modal"]
        return verb is not None and verb + 1 < chunk.end and self.items[verb].low in modal

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
