"""One English sentence -> drafts: a verb of saying, who says it, and what is said before it or after it.

In: a Sentence. Out: drafts. What stands within something said is not searched for more statements, but for quotations.
"""

from __future__ import annotations

from functools import cache

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.en import asides, contents, inverted, nouns, speakers
from depesche.reading.en.sentence import Cue, Place, Sentence, Verbs
from depesche.reading.items import WORD, Unit
from depesche.reading.lexis import Lexis, Verb
from depesche.words.copy import Form, Span


@cache
def verbs() -> Verbs:
    """Word form -> verbs of saying, those with a particle first."""
    found: dict[str, list[Verb]] = {}
    for forms, act, frames in tables.rows("en", "verbs"):
        base, _, particle = forms.split()[0].partition("|")
        lemma = f"{base} {particle}".strip()
        verb = Verb(lemma, base, particle, "assert" if act == "-" else act, frames)  # type: ignore[arg-type]
        for word in (base, *forms.split()[1:]):
            found.setdefault(word, []).append(verb)
    return {word: tuple(sorted(each, key=lambda verb: not verb.particle)) for word, each in found.items()}


class English:
    """Finds the drafts of one unit; `taken` are the places that belong to something said already."""

    def __init__(self, unit: Unit, lex: Lexis, known: Verbs) -> None:
        self.sentence = Sentence(unit, lex, known)
        self.items = unit.items
        self.unit = unit
        self.drafts: list[Draft] = []
        self.taken: set[int] = set()

    def find(self) -> list[Draft]:
        """All drafts of the unit."""
        asides.according(self)
        asides.as_told(self)
        asides.in_view(self)
        self.taken.update(asides.asked(self.sentence))
        for step in (self._quoted, self._told_before, self._told_after):
            for cue in self.sentence.cues:
                if cue.place not in self.taken:
                    step(cue)
        nouns.owned(self)
        nouns.hearsay(self)
        asides.loose(self)
        asides.report(self)
        asides.inner(self)
        asides.within(self)
        return self.drafts

    def draft(
        self, form: Form, spans: list[Span | None], rule: str, cue: Cue | None, who: Place | None, frame: Span | None
    ) -> Draft:
        """Record a draft."""
        made = Draft(form, [span for span in spans if span], rule, unit=self.unit.number)
        named = who is not None and any(self.items[at].kind == WORD for at in range(*who))
        made.speaker = [self.sentence.raw(*who)] if who and named else []
        if cue is not None and cue.how == "quoted" and (outlet := speakers.quoting(self.sentence, cue)):
            made.via = self.sentence.raw(*outlet)
        if cue is not None:
            made.cue, made.verb = self.sentence.words(cue), cue.verb
            made.act = cue.verb.act
            made.denied = any(self.sentence.is_of(at, "negation") for at in range(cue.first, cue.last))
            self.taken.add(cue.place)
        made.frame = [frame] if frame else []
        if made.spans:
            self.drafts.append(made)
        return made

    # --- quotations
    def _quoted(self, cue: Cue) -> None:
        """ "...", X said / said X; X said, "..."; X called it "..."."""
        if cue.how != "passive" and ("q" in cue.verb.frames or set("nc") & set(cue.verb.frames)):
            _ = self._quote_before(cue) or self._quote_after(cue)

    def _quote_before(self, cue: Cue) -> bool:
        sentence = self.sentence
        front = next((at for at in range(cue.first - 1, -1, -1) if sentence.quote(at)), None)
        if front is None or front in self.taken or not sentence.speech(front) or cue.how == "ing":
            return False
        if "q" not in cue.verb.frames or ("x" in cue.verb.frames and not sentence.whole(front)):
            return False
        start = front + 1
        while sentence.mark(start, ",–—-"):
            start += 1
        who = inverted.after(sentence, cue) if start == cue.first else speakers.before(sentence, cue)
        if start != cue.first and (who is None or who[0] < start or not self._joins(start, who[0])):
            return False
        if not (sentence.whole(front) or sentence.mark(front + 1, ",–—")) or (front > 0 and not self._opens(front)):
            return False
        told, end = self._tail(cue, who)
        self._direct(front, "en_quote_verb", cue, who, (start, end), told)
        self.taken.update(range(front, end))
        self._second(cue, who, (start, end), told)
        return True

    def _direct(self, quote: int, rule: str, cue: Cue, who: Place | None, frame: Place, told: Place | None) -> Draft:
        raw = self.sentence.raw
        made = self.draft("Direct", [raw(quote, quote + 1)], rule, cue, who, raw(*frame))
        made.addressee = [raw(*told)] if told else []
        self.taken.add(quote)
        return made

    def _tail(self, cue: Cue, who: Place | None) -> tuple[Place | None, int]:
        """The one who is told, and where the clause after what is said ends: "told the BBC in Rome on Monday"."""
        sentence = self.sentence
        end = max(cue.last, who[1] if who else 0)
        told = contents.told(self.sentence, cue) if "o" in cue.verb.frames and end == cue.last else None
        if told:
            end = told[1]
        return told, sentence.occasion(end, to=True)

    def _joins(self, start: int, who: int) -> bool:
        """True when nothing but a time or an adverb stands between a quotation and the one who says it."""
        return who - start <= 8 and not self.sentence.has_verb(start, who)

    def _opens(self, quote: int) -> bool:
        """True when the quotation begins its sentence, or is what a clause before it leads to."""
        return not any(
            self.items[at].kind == WORD and at not in self.taken for at in range(self.sentence.begin(quote), quote)
        )

    def _second(self, cue: Cue, who: Place | None, frame: Place, told: Place | None) -> None:
        """The rest of a quotation that was broken off for its speaker: "...," X said, "..."."""
        sentence, end = self.sentence, frame[1]
        place = next((at for at in range(end, len(self.items)) if sentence.quote(at)), None)
        if place is None or place in self.taken or not sentence.speech(place) or place - end > contents.NEAR:
            return
        if any(end <= other.place < place for other in sentence.cues) or not sentence.mark(place - 1, ",.:–—"):
            return
        self._direct(place, "en_quote_verb_quote", cue, who, frame, told)

    def _quote_after(self, cue: Cue) -> bool:
        sentence, frames = self.sentence, cue.verb.frames
        back = next((at for at in range(cue.last, len(self.items)) if sentence.quote(at)), None)
        if back is None or back in self.taken or back - cue.last > contents.NEAR:
            return False
        between = range(cue.last, back)
        if any(other.place in between for other in sentence.cues) or any(sentence.low(at) == "that" for at in between):
            return False
        led = (sentence.mark(back - 1, ",:") or back == cue.last) and sentence.speech(back) and "q" in frames
        named = bool(set("nc") & set(frames)) and (cue.how == "finite" or (cue.how == "ing" and "c" in frames))
        if "x" in frames and not led:
            return False
        blamed = contents.content(sentence, cue)[0] if "f" in frames else None
        if blamed is not None and blamed < back:
            return False  # "accused them of trying to “rig” it"
        if "c" in frames and back == cue.last == cue.first + 1 and sentence.mark(cue.first - 1, ","):
            return False  # a name: "The painting, called “Morning,” sold for $3 million"
        clause = sentence.has_verb(cue.last, back) or any(sentence.is_of(at, "subject") for at in between)
        if not (led and (not clause or sentence.mark(back - 1, ":"))) and not (named and not clause):
            return False
        if led and sentence.mark(back - 1, ",") and self._comma(cue) is not None and self._is_said_before(cue):
            return False
        who = speakers.before(sentence, cue)
        if who and any(who[0] <= other.place < min(who[1], cue.first) for other in sentence.cues):
            return False  # "X said Y would answer “...”": X says it
        if who and any(
            other.last == who[0] and other.place < cue.place for other in sentence.cues if "t" in other.verb.frames
        ):
            return False  # "X said the bloc would answer “...”"
        told = contents.told(self.sentence, cue) if "o" in frames and back > cue.last else None
        if clause and sentence.mark(back - 1, ":"):
            self._told_after(cue)
        made = self._direct(back, "en_verb_quote" if led else "en_names", cue, who, (self._matrix(cue), back), told)
        made.speaker = self._shared(cue, who) or made.speaker
        self.taken.update(range(cue.first, back + 1))
        if not led:
            self._more(cue, who, back)
        return True

    def _more(self, cue: Cue, who: Place | None, place: int) -> None:
        """The others of several words that are quoted: "called it “solid” and “overdue”"."""
        sentence = self.sentence
        for at in range(place + 1, min(place + 5, len(self.items))):
            if sentence.quote(at) and all(
                sentence.mark(one, ",") or sentence.low(one) in ("and", "or", "a", "an", "the")
                for one in range(place + 1, at)
            ):
                self._direct(at, "en_names", cue, who, (self._matrix(cue), place), None)
                place = at

    def _matrix(self, cue: Cue) -> int:
        """Where the clause of a verb of saying begins, with what leads to it: "Asked about it, X replied"."""
        start = cue.first
        if cue.how == "ing":
            return start - 1 if start and self.sentence.mark(start - 1, ",–—") else start
        if self.sentence.low(start - 1) in ("and", "but") and not self.sentence.mark(start - 2, ","):
            return start - 1
        while start > 0 and start - 1 not in self.taken and not self.sentence.mark(start - 1, ";:"):
            if self.sentence.whole(start - 1):
                break
            start -= 1
        while start < cue.first and self.sentence.mark(start, ",–—"):
            start += 1
        return start

    # --- told
    def _is_said_before(self, cue: Cue) -> bool:
        comma = self._comma(cue)
        if comma is None:
            return False
        start = self._first(comma)
        if self._said(start, comma):
            return True
        who = speakers.before(self.sentence, cue)
        _, end = self._tail(cue, who)
        return self._broken(start, comma, end)

    def _told_before(self, cue: Cue) -> bool:
        """ "The town was taken, the army said" and "..., said the army on Monday"."""
        sentence = self.sentence
        if "p" not in cue.verb.frames or cue.how not in ("finite", "quoted"):
            return False
        comma = self._comma(cue)
        if comma is None or self._turns(comma + 1, cue) or contents.infinitive(sentence, cue.last):
            return False
        after_comma = sentence.mark(cue.first - 1, ",–—") and cue.last < sentence.end
        who = speakers.before(sentence, cue) if not after_comma else None
        if who is None or who[0] < comma:
            who = inverted.after(sentence, cue)
            if who and (sentence.low(who[0]) == "that" or sentence.finite(who[0])):
                return False
            start, _ = contents.content(sentence, cue)
            if start is not None and sentence.low(start) in ("that", "to", "not", "whether"):
                return False  # "The memo, ..., warned employees not to talk"
        hung = who is not None and any(sentence.is_of(at, "relative", "gap") for at in (who[0] - 1, who[0]))
        if who and (hung or sentence.is_of(who[0] + 1, "verdict") or sentence.low(who[0] - 1) == "something"):
            return False  # "money for relief, which Democrats have demanded", "..., a charge the company denies"
        told, end = self._tail(cue, who)
        if (end < sentence.end and not sentence.mark(end, ",–—;:")) or who is None:
            return False
        start = self._first(comma)
        after = end + 1
        broken = self._broken(start, comma, end)
        if not broken and not self._said(start, comma, last=end >= sentence.end):
            return False
        spans = [sentence.span(start, comma)]
        if end < sentence.end and sentence.mark(end, ",–—:") and not sentence.low(after).endswith("ing"):
            if sentence.speech(after) and not broken:
                self._direct(after, "en_quote_verb_quote", cue, who, (comma, end), told)
            else:
                spans.append(sentence.span(end, self.stop(after)))
        made = self.draft("Indirect", spans, "en_clause_verb", cue, who, sentence.raw(comma, end))
        made.addressee = [sentence.raw(*told)] if told else []
        self.taken.update(range(start, self.stop(after) if after < sentence.end else sentence.end))
        return True

    def _broken(self, start: int, comma: int, end: int) -> bool:
        """True when the clause of saying stands between a subject and its verb: "The deal, he said, “is off.”" """
        sentence = self.sentence
        after = end + 1
        if not sentence.mark(end, ",–—") or not (sentence.goes_on(after) or sentence.finite(after)):
            return False
        if start >= comma or sentence.is_of(start, "time", "day") or not sentence.opens(start):
            return False
        return not sentence.has_verb(start, comma) and not any(sentence.quote(at) for at in range(start, comma))

    def _comma(self, cue: Cue) -> int | None:
        """The comma or dash between what is said and who says it, or the quotation that ends with one."""
        sentence = self.sentence
        start = sentence.begin(cue.first)
        if start and sentence.whole(start - 1):
            return start
        who = speakers.before(sentence, cue)
        if start == cue.first and start and self._inverted(cue):
            return start - 1
        while start > 0 and sentence.mark(start - 1, ",–—"):
            if who is None or who[0] >= start:
                return start - 1
            start = sentence.begin(start - 1)
        return None

    def _inverted(self, cue: Cue) -> bool:
        """True when a name follows the verb and no clause: "said the army"."""
        sentence = self.sentence
        if "n" in cue.verb.frames or not sentence.has_verb(1, cue.first):
            return False  # "Hamas, a movement, claimed responsibility"
        who = inverted.after(sentence, cue)
        return who is not None and sentence.low(who[0]) != "that" and not sentence.has_verb(*who)

    def _first(self, comma: int) -> int:
        """Where what is said before a comma begins: after "but" and after another statement."""
        sentence = self.sentence
        start = 0
        for at in range(comma):
            if sentence.mark(at, ";") or (at in self.taken and not sentence.quote(at)):
                start = at + 1
        while start < comma and (sentence.is_of(start, "conjunction") or sentence.mark(start, ",;–—")):
            start += 1
        return start

    def _said(self, start: int, comma: int, *, last: bool = False) -> bool:
        """True when a whole clause stands before the comma; when nothing follows, a verb that nobody knows will do."""
        sentence = self.sentence
        if comma - start < 3 or start in self.taken:
            return False
        opener = sentence.is_of(start, "subordinator", "preposition") and sentence.low(start) != "that"
        clause = sentence.is_of(start, "preposition") and not sentence.is_of(start, "subordinator")
        if opener and not any(sentence.mark(at, ",") for at in range(start, comma)):
            return clause and sentence.has_verb(start + 1, comma)
        return (
            (last and comma - start > contents.BARE)
            or sentence.has_verb(start + 1, comma)
            or any(sentence.quote(at) for at in range(start, comma))
        )

    def _told_after(self, cue: Cue) -> bool:
        """X said that ... / X said ... / X told reporters that ... / X promised to ..."""
        start, told = contents.content(self.sentence, cue)
        if start is None:
            return self._gapped(cue)
        sentence = self.sentence
        who = speakers.before(sentence, cue)
        low = sentence.low(start)
        if (who is None and low not in ("that", "whether")) or (who and sentence.is_of(who[0] - 1, "unless")):
            return False
        rule = "en_verb_that" if low == "that" else "en_verb_to" if low in ("to", "not") else "en_verb_clause"
        rule = "en_ing" if cue.how == "ing" else "en_accuse" if "f" in cue.verb.frames else rule
        aside = sentence.is_of(sentence.begin(cue.first), "relative") or sentence.is_of(cue.first - 1, "relative")
        end = self.stop(start, aside=aside)
        frame = sentence.raw(self._matrix(cue), start)
        made = self.draft("Indirect", [sentence.span(start, end)], rule, cue, who, frame)
        made.addressee = [sentence.raw(*told)] if told else []
        made.speaker = self._shared(cue, who) or made.speaker
        if lost := speakers.lost(sentence, cue):
            made.speaker, made.lost = [], sentence.raw(*lost)
        self.taken.update(range(cue.first, end))
        return True

    def _gapped(self, cue: Cue) -> bool:
        """ "a bill that critics say would hurt the poor": the subject of what is said stands before the relative."""
        sentence = self.sentence
        if "t" not in cue.verb.frames or cue.how != "finite" or not sentence.finite(cue.last):
            return False
        who = speakers.before(sentence, cue)
        if who is None or not sentence.is_of(who[0] - 1, "gap"):
            return False
        comma = sentence.mark(who[0] - 2, ",")
        end = next((at for at in range(cue.last, sentence.end) if comma and sentence.mark(at, ",–—")), sentence.end)
        end = min(end, self.stop(cue.last))
        frame = sentence.raw(who[0] - 1, cue.last)
        self.draft("Indirect", [sentence.span(cue.last, end)], "en_verb_clause", cue, who, frame)
        self.taken.update(range(cue.first, end))
        return True

    def _shared(self, cue: Cue, who: Place | None) -> list[Span]:
        """The speaker of the statement before, when this one hangs on it ("adding") or shares its subject."""
        earlier = [draft.speaker for draft in self.drafts[:-1] if draft.speaker]
        if cue.how == "ing":
            return next(iter(earlier), [])
        if who is None or self.sentence.low(cue.first - 1) not in ("and", "but"):
            return []
        start = self.sentence.raw(*who)[0]
        return next((speaker for speaker in earlier if speaker[0][0] == start), [])

    def stop(self, start: int, *, aside: bool = False) -> int:
        """What is said goes on to the end, unless another one takes the word: "..., and Y said", "..., adding that".

        `aside`: the verb of saying stands in a relative clause, which ends where the main verb follows.
        """
        sentence = self.sentence
        for at in range(start + 1, sentence.end):
            if sentence.mark(at, ";") or (at in self.taken and not sentence.quote(at)):
                return at
            if sentence.mark(at, ":") and sentence.quote(at + 1):
                return at
            if aside and sentence.mark(at, ",–—") and sentence.finite(at + 1):
                return at
            if sentence.mark(at, ",–—") and sentence.low(at + 1) in ("a", "an") and sentence.is_of(at + 2, "verdict"):
                return at  # what the paper calls it: "..., a claim that economists dispute"
        for other in sentence.cues:
            if other.place <= start + 1:
                continue
            if other.how == "ing" and sentence.mark(other.first - 1, ","):
                return other.first - 1
            begin = sentence.begin(other.first)
            turn = self._turns(begin, other)
            if not set("tqhzw") & set(other.verb.frames) or ("k" in other.verb.frames and not turn):
                continue
            again = (
                sentence.low(other.last) == "that"
                or sentence.quote(other.last)
                or sentence.is_of(other.last, "subject")
                or (
                    "z" in other.verb.frames
                    and "k" not in other.verb.frames
                    and contents.infinitive(self.sentence, other.last)
                )
            )
            if (
                sentence.low(other.first - 1) in ("and", "but")
                and other.how == "finite"
                and (begin > start + 1 or again)
            ):
                return other.first - 1
            if begin > start + 1 and turn:
                return begin - 1
        return sentence.end

    def _turns(self, begin: int, other: Cue) -> bool:
        """True when another one takes the word after a comma: "..., but Y said", "..., even as Y vowed"."""
        sentence = self.sentence
        if begin < 1 or not sentence.mark(begin - 1, ",–—") or other.first <= begin:
            return False
        if sentence.low(begin + 1) == "that":
            return False  # "said that he would, but that his lawyers had advised against it"
        return sentence.is_of(begin, "turn") or (
            sentence.low(begin) == "even" and sentence.is_of(begin + 1, "subordinator")
        )

    def stop_within(self, start: int, around: Draft) -> int:
        """The end of what is said within something said."""
        end = around.spans[-1][1]
        return next((at for at in range(start, self.sentence.end) if self.items[at].start >= end), self.sentence.end)
