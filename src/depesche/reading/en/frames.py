"""English units -> drafts: quotations and told clauses, by the place of a verb of saying.

In: one unit and the English lexicon. Out: drafts. English keeps its order: the one who says it stands right before the
verb, or right after it when what is said comes first; what is told follows the verb, with "that" or without.
"""

from __future__ import annotations

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.items import BRACKET, MARK, QUOTE, WORD, Item, Unit
from depesche.reading.lexis import Lexis, Verb
from depesche.words.copy import Form, Span

Place = tuple[int, int]
_STOPS = frozenset(".!?;:…")
_REPORTED = 3
"""A quotation of so many words is what somebody says; a shorter one must stand beside a verb of saying."""
_CUTS = frozenset(
    {
        "on",
        "in",
        "at",
        "during",
        "after",
        "when",
        "while",
        "before",
        "adding",
        "as",
        "last",
        "earlier",
        "late",
        "to",
        "who",
        "by",
    }
)
"""Words that end the name of a speaker after the verb: "said Kim Smith on Monday"."""


def verbs() -> dict[str, Verb]:
    """Finite form -> verb of saying."""
    found: dict[str, Verb] = {}
    for forms, act, frames in tables.rows("en", "verbs"):
        words = forms.split()
        verb = Verb(words[0], words[0], "", "assert" if act == "-" else act, frames)  # type: ignore[arg-type]
        found.update(dict.fromkeys(words, verb))
    return found


class English:
    """Finds the drafts of one English unit."""

    def __init__(self, unit: Unit, lex: Lexis, known: dict[str, Verb]) -> None:
        self.unit = unit
        self.items = unit.items
        self.kinds = lex.kinds
        self.known = known
        self.drafts: list[Draft] = []
        self.end = len(self.items)
        while self.end and self.items[self.end - 1].text in _STOPS:
            self.end -= 1

    def find(self) -> list[Draft]:
        """All drafts of the unit."""
        self._according()
        says = [place for place in range(self.end) if self._verb(place)]
        for place in says:
            self._quotations(place)
        if not any(draft.form == "Indirect" for draft in self.drafts):
            for place in says:
                if self._told(place) or self._told_before(place):
                    break
        self._within()
        if not self.drafts:
            self._report(says)
        return self.drafts

    def _report(self, says: list[int]) -> None:
        """X denied the claim: an act of a party with its object and no clause."""
        for place in says:
            act = self.known[self.items[place].low].act
            who = self._before(place)
            if act in ("deny", "confirm", "concede", "praise", "demand") and who and place + 1 < self.end:
                made = self._draft("Reported", [(self.unit.start, self.unit.end)], "en_report", place, who, None)
                made.cue, made.said_by = [], (self.unit.start, self.unit.end)
                return

    def _verb(self, place: int) -> Verb | None:
        item = self.items[place]
        verb = self.known.get(item.low) if item.kind == WORD and not item.cap else None
        if verb is None or (
            place
            and self.items[place - 1].low in ("to", "the", "a", "an", "of", "is", "are", "was", "were", "be", "been")
        ):
            return None
        return verb

    def _low(self, place: int) -> str:
        return self.items[place].low if 0 <= place < len(self.items) else ""

    def _raw(self, start: int, end: int) -> Span:
        return self.items[start].start, self.items[end - 1].end

    def _span(self, start: int, end: int) -> Span | None:
        while start < end and self.items[start].text in ",;:–—":
            start += 1
        while end > start and self.items[end - 1].kind == MARK and self.items[end - 1].text in ",;:–—.":
            end -= 1
        return self._raw(start, end) if start < end else None

    # --- who
    def _before(self, verb: int) -> Place | None:
        """The noun phrase that ends right before the verb (and "also", "has")."""
        end = verb
        while end and (self._low(end - 1) in self.kinds["adverb"] or self._low(end - 1) in self.kinds["auxiliary"]):
            end -= 1
        comma = end > 0 and self.items[end - 1].text == ","
        start = self._clause_start(end, over_commas=comma)
        end -= comma
        start = self._past_lead(start, end)
        if start >= end or self.items[end - 1].kind == MARK:
            return None
        head = self.items[start]
        if head.kind == WORD and head.low in self.kinds["pronoun"]:
            return (start, start + 1) if head.low != "it" or end == start + 1 else None
        if head.low in self.kinds["preposition"] or head.low in self.kinds["subordinator"]:
            return None
        return (start, end)

    def _clause_start(self, end: int, *, over_commas: bool) -> int:
        """Where the clause begins; over the commas of an apposition when one closes before the verb."""
        place = end - 1 - over_commas
        commas = 1 if over_commas else 0
        while place >= 0:
            item = self.items[place]
            if item.kind == QUOTE and item.text[-2] in ".,!?":
                break
            if item.kind == MARK and item.text in ";:–—":
                break
            if item.text == ",":
                if not commas:
                    break
                commas -= 1
            if (
                item.low in ("that", "but", "and", "while", "although", "because")
                and not over_commas
                and item.low != "and"
            ):
                break
            place -= 1
        return place + 1

    def _past_lead(self, start: int, end: int) -> int:
        """Past "But", "Meanwhile", "On Monday" before the phrase."""
        while start < end - 1:
            low = self._low(start)
            if low in ("but", "and", "so", "yet") or low in self.kinds["adverb"] or self.items[start].text == ",":
                start += 1
            elif low in ("on", "in", "last", "late", "early") and (
                self._low(start + 1) in self.kinds["day"] or self._low(start + 1).isdigit()
            ):
                start += 2
            elif low in self.kinds["preposition"] and self._low(start + 2) in (
                "statement",
                "interview",
                "speech",
                "letter",
                "report",
            ):
                start += 3
            else:
                break
        return start

    def _after(self, verb: int) -> Place | None:
        """The noun phrase right after the verb, with its apposition, up to a word of time or place."""
        start = verb + 1
        if start >= self.end or not (
            self.items[start].cap
            or self._low(start) in self.kinds["article"] | self.kinds["determiner"] | self.kinds["pronoun"]
            or self.items[start].kind == WORD
        ):
            return None
        if self._low(start) in self.kinds["pronoun"]:
            return (start, start + 1)
        place = start
        while place < self.end:
            item = self.items[place]
            if item.kind == QUOTE or (item.kind == MARK and item.text not in ",-'’.&/"):
                break
            if (
                item.low in _CUTS
                and not (item.low == "in" and place == start)
                and item.kind == WORD
                and self._cuts(place)
            ):
                break
            if item.text == "," and self._low(place + 1) in ("adding", "who", "which", "and", "but", "as"):
                break
            place += 1
        while place > start and self.items[place - 1].text in ",.":
            place -= 1
        return (start, place) if place > start else None

    def _cuts(self, place: int) -> bool:
        low = self._low(place)
        if low in ("in", "at", "to", "by"):
            return self._low(place + 1) in self.kinds["article"] | self.kinds["day"] or low in ("to", "by")
        return True

    # --- what
    def _draft(
        self, form: Form, spans: list[Span | None], rule: str, verb: int | None, who: Place | None, frame: Span | None
    ) -> Draft:
        made = Draft(form, [span for span in spans if span], rule, unit=self.unit.number)
        made.speaker = [self._raw(*who)] if who else []
        if verb is not None:
            made.cue, made.verb = [self._raw(verb, verb + 1)], self.known[self.items[verb].low]
            made.act = made.verb.act
        made.frame = [frame] if frame else []
        if made.spans:
            self.drafts.append(made)
        return made

    def _speech(self, item: Item) -> bool:
        return item.kind == QUOTE and (len(item.text.split()) >= _REPORTED or item.text[-2] in ".,!?")

    def _taken(self, place: int) -> bool:
        return any(span[0] == self.items[place].start for draft in self.drafts for span in draft.spans)

    def _quotations(self, verb: int) -> None:
        """ "...", X said / said X; X said, "..."; X called it "..."."""
        if "q" not in self.known[self.items[verb].low].frames:
            return
        front = max((p for p in range(verb) if self._speech(self.items[p])), default=None)
        back = next((p for p in range(verb + 1, len(self.items)) if self.items[p].kind == QUOTE), None)
        who = self._before(verb)
        if front is not None and verb - front <= 2 and not who:
            who = self._after(verb)
        if (
            front is not None
            and not self._taken(front)
            and (who is None or who[0] > front)
            and not self._clause_between(front, verb, who)
        ):
            end = max(verb + 1, who[1] if who else 0)
            self._draft("Direct", [self._raw(front, front + 1)], "en_quote_verb", verb, who, self._raw(front + 1, end))
            if back is not None and not self._taken(back):
                self._draft(
                    "Direct", [self._raw(back, back + 1)], "en_quote_verb", verb, who, self._raw(front + 1, end)
                )
            return
        if back is None or self._taken(back) or any(self._verb(p) for p in range(verb + 1, back)):
            return
        near = self.items[back - 1].text in (",", ":") or back == verb + 1
        if (near and self._speech(self.items[back])) or (
            back - verb <= 6 and "t" not in self.known[self.items[verb].low].frames
        ):
            start = who[0] if who else verb
            self._draft("Direct", [self._raw(back, back + 1)], "en_verb_quote", verb, who, self._raw(start, back))

    def _clause_between(self, front: int, verb: int, who: Place | None) -> bool:
        """True when a whole clause stands between quotation and verb, so that they don't belong together."""
        stop = who[0] if who else verb
        return any(self._low(p) in self.kinds["clause"] for p in range(front + 1, stop))

    def _told(self, verb: int) -> bool:
        """X said that ... / X said ... / X told reporters that ..."""
        frames = self.known[self.items[verb].low].frames
        start = verb + 1
        that = next(
            (
                p
                for p in range(start, min(self.end, start + 8))
                if self._low(p) == "that" and self.items[p].kind == WORD
            ),
            None,
        )
        if that is not None and (
            that == start or "o" in frames or self._low(start) in self.kinds["preposition"] | self.kinds["day"]
        ):
            start = that
        elif (
            "t" not in frames
            or "o" in frames
            or "h" in frames
            or (self._low(start) in self.kinds["preposition"] and not self._low(start + 1)[:1].isdigit())
            or self.items[min(start, self.end - 1)].kind == MARK
        ):
            return False
        if start >= self.end or (
            that is None
            and not any(
                self._low(p) in self.kinds["clause"] or self._low(p).endswith("ed") for p in range(start + 1, self.end)
            )
        ):
            return False
        if any(d.form == "Direct" and self.items[start].start >= d.spans[0][1] for d in self.drafts):
            return False
        who = self._before(verb)
        if who is None:
            return False
        made = self._draft(
            "Indirect",
            [self._span(start, self.end)],
            "en_verb_that" if that == start else "en_verb_clause",
            verb,
            who,
            self._raw(who[0], start),
        )
        if "o" in frames and start > verb + 1:
            made.addressee = [self._raw(verb + 1, start)]
        self.drafts = [d for d in self.drafts if d is made or not _inside(d, made)]
        return True

    def _told_before(self, verb: int) -> bool:
        """ "The town was taken, the army said" and "..., said the army"."""
        if "p" not in self.known[self.items[verb].low].frames:
            return False
        who = self._before(verb)
        comma = (who[0] if who else verb) - 1
        if comma < 3 or self.items[comma].text not in (",", "–", "—"):
            return False
        if not who:
            who = self._after(verb)
        if not who or any(
            self.items[p].kind == QUOTE and self._speech(self.items[p]) and p == comma - 1 for p in range(comma)
        ):
            return False
        end = max(verb + 1, who[1])
        closed = (
            end >= self.end or self.items[end].text == "," or self._low(end) in self.kinds["day"] | {"on", "in", "late"}
        )
        if not closed:
            return False
        spans = [self._span(0, comma)]
        if end < self.end and self.items[end].text == ",":
            spans.append(self._span(end, self.end))
        self._draft("Indirect", spans, "en_clause_verb", verb, who, self._raw(comma, end))
        return True

    def _according(self) -> None:
        """According to X, ... and ..., according to X."""
        for place in range(self.end - 2):
            if self._low(place) != "according" or self._low(place + 1) != "to":
                continue
            end = place + 2
            while end < self.end and self.items[end].text != "," and self.items[end].kind != QUOTE:
                end += 1
            spans = [self._span(0, place), self._span(end, self.end)]
            made = self._draft("Indirect", spans, "en_according", None, (place + 2, end), self._raw(place, end))
            made.cue = [self._raw(place, place + 2)]
            return

    def _within(self) -> None:
        outer = [draft for draft in self.drafts if draft.form == "Indirect"]
        for place, item in enumerate(self.items):
            if item.kind != QUOTE or self._taken(place) or (len(item.text.split()) < 2 and item.text[1:2].isupper()):
                continue
            around = next((d for d in outer if any(a <= item.start and item.end <= b for a, b in d.spans)), None)
            if around is not None:
                made = Draft("Direct", [(item.start, item.end)], "quote_within", unit=self.unit.number, within=around)
                made.speaker, made.cue, made.frame = around.speaker, around.cue, around.frame
                made.verb, made.act = around.verb, around.act
                self.drafts.append(made)


def _inside(inner: Draft, outer: Draft) -> bool:
    return any(a <= inner.spans[0][0] and inner.spans[-1][1] <= b for a, b in outer.spans)


__all__ = ["BRACKET", "English", "verbs"]
