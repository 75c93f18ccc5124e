"""Units -> drafts of statements, by frames: a verb of saying, its subject, and the place of what is said.

In: the clauses of one unit. Out: drafts. A frame looks at word order and marks only; what stands within quotation
marks is never searched for frames, and what one frame has taken no other takes again.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses, Say
from depesche.reading.de.speakers import (
    addressee_of,
    agent_of,
    document_of,
    matrix_start,
    quoted_by,
    quoter_of,
    speaker_of,
)
from depesche.reading.drafts import Chunk, Draft
from depesche.reading.items import MARK, QUOTE, Item
from depesche.words.copy import Span

_WISHED = 40
"""Words of a quotation in which its verb is looked for."""
_DEGREES = frozenset({"viel", "viele", "vielen", "hoch", "lange", "groß", "weit", "oft", "schwer", "stark"})
"""After "wie" at the beginning they ask: "Wie viele es waren, sagte er nicht"; "Wie X mitteilte" doesn't."""
_POINTS = frozenset({"davon", "darauf", "dafür", "damit", "darüber", "dagegen", "daran", "dazu"})
"""Words in the clause of saying that point to the clause of what is said and belong to its verb."""


class Frames:
    """Finds the drafts of one unit; `taken` are the places that belong to something said already."""

    def __init__(self, clauses: Clauses) -> None:
        self.clauses = clauses
        self.items = clauses.items
        self.drafts: list[Draft] = []
        self.taken: set[int] = set()
        self.used: set[int] = set()

    def draft(
        self,
        form: str,
        spans: list[Span | None],
        rule: str,
        say: Say | None,
        who: tuple[int, int] | None,
        frame: list[Span],
    ) -> Draft:
        """Record a draft."""
        made = Draft(form=form, spans=[span for span in spans if span], rule=rule, unit=self.clauses.unit.number)  # type: ignore[arg-type]
        lost = self.clauses.lost(say) if say else None
        if lost:
            made.lost = self.clauses.raw(*lost)
        elif who:
            made.speaker = [self.clauses.raw(*who)]
        if say:
            made.cue = join(self.items, self._cue(say))
            made.verb = say.verb
            made.act = say.verb.act
            made.via = self._quoting(say, who)
            told = addressee_of(self.clauses, say, who)
            made.addressee = [self.clauses.raw(*told)] if told else []
        made.frame = frame
        if made.spans:
            self.drafts.append(made)
        return made

    def _quoting(self, say: Say, who: tuple[int, int] | None) -> Span | None:
        """The outlet that quotes: the subject of "zitierte", the agent of "wurde zitiert"."""
        if say.verb.lemma != "zitieren" or who is None:
            return None
        if say.passive:
            outlet = agent_of(self.clauses, self.clauses.chunks[say.number])
        else:
            outlet = quoter_of(self.clauses, say)
        return self.clauses.raw(*outlet) if outlet and outlet != who else None

    def _cue(self, say: Say) -> tuple[int, ...]:
        """The words of saying: the verb with its particle, "sich", "es", "davon"."""
        chunk = self.clauses.chunks[say.number]
        more = []
        for place in range(chunk.start, chunk.end):
            low = self.items[place].low
            near = abs(place - say.place) == 1
            if (
                (low == "sich" and near)
                or (low == "es" and near and say.verb.base == "heißen")
                or (low in _POINTS and place > say.place)
                or (low == "worden" and place == say.parts[-1] + 1)
            ):
                more.append(place)
        return (*say.parts, *more)

    # --- after what is said
    def after(self) -> None:
        """ "...", sagte X: the verb opens its chunk, and what is said stands before."""
        for say in self.clauses.speech:
            chunk = self.clauses.chunks[say.number]
            if say.place in self.taken or say.wish:
                continue
            before = self.items[say.place - 1] if say.place else None
            if before is None:
                continue
            if before.kind == QUOTE and "q" in say.verb.frames and say.place - 1 == self._quote_chunk(say.place - 1):
                self._after_quote(say, say.place - 1)
            elif self._opens(say.place, chunk) and chunk.before in (",", "–") and say.number > 0:
                back = self._quote_before(chunk)
                if back is not None:
                    self._after_quote(say, back)
                elif "p" in say.verb.frames or say.verb.base == "heißen":
                    self._after_clause(say)

    def _opens(self, place: int, chunk: Chunk) -> bool:
        """True when the verb opens its chunk, or only "so" or "das" stands before it: ", das teilte X mit"."""
        return place == chunk.start or (
            place == chunk.start + 1 and self.items[chunk.start].low in ("so", "das", "dies")
        )

    def _quote_chunk(self, place: int) -> int:
        """`place` when the quotation there begins its chunk or follows a main clause, else -1."""
        return place if place == self.clauses.chunks[self.clauses.chunk_at(place)].start else -1

    def _quote_before(self, chunk: Chunk) -> int | None:
        place = chunk.start - 1
        while place >= 0 and self.items[place].kind == MARK:
            place -= 1
        if place >= 0 and self.items[place].kind == QUOTE and self._quote_chunk(place) == place:
            return place
        return None

    def _after_quote(self, say: Say, quote: int) -> None:
        clauses = self.clauses
        who = self._teller(say)
        end = self._tail(say, who)
        frame = [clauses.raw(quote + 1, end)]
        self.used.add(say.place)
        self.draft("Direct", [clauses.raw(quote, quote + 1)], "quote_verb", say, who, frame)
        self.taken.update(range(quote, end))
        place = end
        while place < len(self.items) and self.items[place].kind == MARK:
            place += 1
        if place < len(self.items) and self.items[place].kind == QUOTE and place - end <= 2:
            self.draft("Direct", [clauses.raw(place, place + 1)], "quote_verb_quote", say, who, frame)
            self.taken.add(place)

    def _tail(self, say: Say, who: tuple[int, int] | None) -> int:
        """Where the clause that follows what is said ends."""
        clauses = self.clauses
        end = clauses.chunks[say.number].end
        if who:
            end = max(end, who[1])
            number = clauses.chunk_at(who[1] - 1)
            end = max(end, clauses.chunks[number].end)
        end = max(end, say.parts[-1] + 1)
        return end + 1 if end < clauses.end and self.items[end].text == "," else end

    def _after_clause(self, say: Say) -> None:
        clauses = self.clauses
        chunk = clauses.chunks[say.number]
        start = 0
        so = self.items[chunk.start].low == "so"
        if not self._goes_before(say, so=so):
            return
        who = self._teller(say)
        if (
            not who
            and say.verb.base != "heißen"
            and not (say.place + 1 < len(self.items) and self.items[say.place + 1].low == "es")
        ):
            return
        end = self._tail(say, who)
        if self.items[chunk.start].low == "so":
            say.parts = (chunk.start, *say.parts)
        spans = [clauses.span(start, chunk.start)]
        if end < clauses.end:
            spans.append(clauses.span(end, clauses.end))
        self.used.add(say.place)
        self.draft("Indirect", spans, "clause_verb", say, who, [clauses.raw(chunk.start - 1, end)])
        self.taken.update(range(start, len(self.items)))

    def _teller(self, say: Say) -> tuple[int, int] | None:
        """Who says what stands before the verb: its subject, whom it quotes, or the document that speaks."""
        if say.verb.lemma == "zitieren" and not say.passive:
            return quoted_by(self.clauses, say)
        if say.verb.lemma == "heißen":
            return document_of(self.clauses, say)
        return self.clauses.subject_after(say.place, len(self.items))

    def _goes_before(self, say: Say, *, so: bool) -> bool:
        """True when what stands before the clause of saying can be said by itself, or is a question of degree."""
        clauses = self.clauses
        first = clauses.chunks[0]
        if any(clauses.kind(chunk) == "main" for chunk in clauses.chunks[1 : say.number]):
            return True
        kind = clauses.kind(first)
        if kind == "question" and "d" in say.verb.frames and say.number == 1:
            return self.items[min(first.start + 1, first.end - 1)].low in _DEGREES
        return kind not in ("sub", "dass", "question") and (so or kind == "main")

    # --- before what is said
    def before(self) -> None:
        """X sagte, dass ... / er sei ... / zu ...: what is said follows the clause of the verb."""
        for say in self.clauses.speech:
            if say.place in self.taken or say.place in self.used:
                continue
            if not say.wish:
                self._before(say)

    def inner(self) -> None:
        """What somebody is said to have said: "Der Zeuge gab an, der Wachmann habe ihm gesagt, die Tür sei offen"."""
        for say in self.clauses.speech:
            if say.place in self.used or say.verb.base == "sein":
                continue
            start, end = self.clauses.raw(say.place, say.place + 1)
            around = next(
                (d for d in self.drafts if d.form == "Indirect" and any(a <= start and end <= b for a, b in d.spans)),
                None,
            )
            if around is not None and around.within is None:
                self._inner(say, around)

    def _inner(self, say: Say, around: Draft) -> None:
        clauses = self.clauses
        at = self._last_of_matrix(say) + 1
        if at >= len(clauses.chunks) or not self._complement(say, at, clauses.kind(clauses.chunks[at])):
            return
        chunk = clauses.chunks[at]
        told = set(say.verb.frames)
        deny = clauses.kind(chunk) == "zu" and say.verb.act == "deny"
        if "q" not in told or "t" in told or not (deny or clauses.kind(chunk) in ("dass", "main")):
            return
        who = speaker_of(clauses, say)
        if who and around.speaker and clauses.raw(*who)[0] <= around.speaker[0][0] < clauses.raw(*who)[1]:
            who = clauses.subject_after(say.place, len(self.items))
        if who and self.items[who[0]].low in ("er", "sie", "es", "man"):
            return
        last = around.spans[-1][1]
        end = next((place for place in range(chunk.start, clauses.end) if self.items[place].start >= last), clauses.end)
        if who is None or end <= chunk.start:
            return
        frame = [clauses.raw(matrix_start(clauses, say), chunk.start)]
        made = self.draft("Indirect", [clauses.span(chunk.start, end)], "inner", say, who, frame)
        made.within = around

    def _before(self, say: Say) -> None:
        clauses = self.clauses
        number = self._last_of_matrix(say)
        for at in range(number + 1, min(len(clauses.chunks), number + 6)):
            chunk = clauses.chunks[at]
            if chunk.before == ":":
                self._colon(say, chunk)
                return
            kind = clauses.kind(chunk)
            if chunk.start in self.taken:
                return
            if self._complement(say, at, kind):
                self._content(say, at)
                return
            if kind not in ("rel", "bare", "sub") or chunk.before != ",":
                return

    def _last_of_matrix(self, say: Say) -> int:
        return self.clauses.chunk_at(say.parts[-1] if say.parts[-1] > say.place else say.place)

    def _complement(self, say: Say, at: int, kind: str) -> bool:
        clauses = self.clauses
        chunk = clauses.chunks[at]
        frames = say.verb.frames
        if chunk.before != ",":
            return False
        if kind == "dass" or (
            kind == "question" and self.items[clauses.first(chunk)].low not in ("wie",) and "d" in frames
        ):
            return "d" in frames or "k" in frames
        if kind == "question":
            return "d" in frames
        if kind == "rel" and "r" in frames and at == self._last_of_matrix(say) + 1:
            return clauses.is_wish(chunk.end - 1)  # "spricht von einem Täter, der sich gestellt habe"
        if kind == "zu":
            return "z" in frames and self.items[clauses.first(chunk)].low not in ("um", "ohne", "anstatt", "statt")
        if kind in ("main", "sub") and "k" in frames:
            if self._told(chunk) and not (kind == "sub" and self._verbfinal_indicative(chunk)):
                return True
            if kind == "main" and "i" in frames and at == self._last_of_matrix(say) + 1:
                return self._plain(chunk)
        return False

    def _told(self, chunk: Chunk) -> bool:
        """A Konjunktiv, or "sollte" and "wollte", which after a verb of saying are one."""
        return self.clauses.wishes(chunk.start, chunk.end) or any(
            item.low in ("sollte", "sollten", "wollte", "wollten", "soll", "sollen") or self._quoted_wish(item)
            for item in self.items[chunk.start : chunk.end]
        )

    def _quoted_wish(self, item: Item) -> bool:
        """True when the Konjunktiv stands in quotation marks: "das Gespräch „sei freundlich gewesen“"."""
        wishes = self.clauses.lex.kinds["konjunktiv"]
        return item.kind == QUOTE and any(word in wishes for word in item.low.split()[:_WISHED])

    def _verbfinal_indicative(self, chunk: Chunk) -> bool:
        return self.clauses.verb_last(chunk) and not self.clauses.is_wish(chunk.end - 1)

    def _plain(self, chunk: Chunk) -> bool:
        """A verb-second clause with its own subject in front: no continuation of the matrix."""
        clauses = self.clauses
        first = clauses.first(chunk)
        if clauses.is_finite(first) or first != chunk.start:
            return False
        return clauses.subject_before(chunk.start, chunk.end) is not None

    def _content(self, say: Say, at: int) -> None:
        clauses = self.clauses
        chunk = clauses.chunks[at]
        end = self._content_end(at)
        who = speaker_of(clauses, say)
        start = matrix_start(clauses, say) if clauses.kind(clauses.chunks[say.number]) not in ("sub", "rel") else 0
        frame = [clauses.raw(start, chunk.start)]
        self.used.add(say.place)
        self.draft("Indirect", [clauses.span(chunk.start, end)], "verb_" + clauses.kind(chunk), say, who, frame)
        self.taken.update(range(chunk.start, end))

    def _content_end(self, at: int) -> int:
        """What is said goes on to the end of the unit, unless a new verb of saying in the indicative takes over."""
        clauses = self.clauses
        for number, chunk in enumerate(clauses.chunks[at + 1 :], at + 1):
            if chunk.before == ";" and not clauses.wishes(chunk.start, chunk.end):
                return chunk.start
            resumes = chunk.before == "," and clauses.is_finite(chunk.start) and not clauses.is_wish(chunk.start)
            if resumes and clauses.kind(clauses.chunks[number - 1]) in ("main", "dass", "zu"):
                return chunk.start  # "X erklärte, er sei unschuldig, erkannte aber das Gericht an"
        for say in clauses.speech:
            if say.wish or say.place <= clauses.chunks[at].start or not _takes(say):
                continue
            chunk = clauses.chunks[say.number]
            lead = self.items[chunk.start].low
            if (
                lead in ("und", "aber", "doch", "während")
                and say.number > at
                and clauses.kind(chunk) in ("main", "sub")
            ):
                return chunk.start
            if self.items[say.place - 1].low in ("und", "aber"):
                return say.place - 1
        return clauses.end

    def _report(self, say: Say, start: int, end: int, who: tuple[int, int] | None) -> None:
        """The clause before a quotation that has a verb of its own: "X lobte die Kämpfer: „...“, sagte er"."""
        reports = "r" in say.verb.frames or "e" in say.verb.frames  # the quotation tells that it was said
        if reports and who:
            self.draft("Reported", [self.clauses.span(start, end)], "report_colon", say, who, [])
            self.drafts[-1].cue = []

    def _colon(self, say: Say, chunk: Chunk) -> None:
        clauses = self.clauses
        who = speaker_of(clauses, say)
        start = matrix_start(clauses, say)
        frame = [clauses.raw(start, chunk.start)]
        self.used.add(say.place)
        first = self.items[chunk.start]
        if first.kind == QUOTE and chunk.start in self.taken:
            self._report(say, start, chunk.start - 1, who)
            return
        if first.kind == QUOTE:
            self.draft("Direct", [clauses.raw(chunk.start, chunk.start + 1)], "verb_colon_quote", say, who, frame)
            self.taken.update(range(chunk.start, chunk.start + 1))
            return
        told = clauses.wishes(chunk.start, clauses.end)
        if not told and not ("i" in say.verb.frames and clauses.kind(chunk) == "main" and not say.passive):
            return
        self.draft("Indirect", [clauses.span(chunk.start, clauses.end)], "verb_colon", say, who, frame)
        self.taken.update(range(chunk.start, clauses.end))


def _takes(say: Say) -> bool:
    return any(letter in say.verb.frames for letter in "dkz")


def join(items: tuple[Item, ...], places: tuple[int, ...]) -> list[Span]:
    """The spans of these places, neighbours joined."""
    found: list[list[int]] = []
    for place in sorted(places):
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return [(items[a].start, items[b - 1].end) for a, b in found]
