"""One English unit and what can be asked about it: its parts between commas, its finite verbs, its words of saying.

In: a unit and the lexicon. Out: a Sentence that speakers and frames ask by place. Places are indexes into `items`; ends
are exclusive. English verbs look like nouns ("reports", "claims"), so that a word of saying is known by its neighbours.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from depesche.reading.items import MARK, QUOTE, WORD, Item, Unit
from depesche.reading.lexis import Lexis, Verb, lexis
from depesche.words.copy import Span

Place = tuple[int, int]
ENDS = frozenset(".!?;:…")
SPEECH = 3
"""A quotation of so many words is what somebody says; a shorter one is a word in somebody else's sentence."""
LONGEST = 40
"""Items in the name of a speaker at most, appositions included."""
_GROUP = 6
"""Words that a verb of saying may have before it: "has not yet publicly said"."""


class Cue(NamedTuple):
    """A verb of saying at `place`, its words within `first` and `last` (exclusive).

    `how` is finite, ing ("adding that"), passive ("was denied by") or quoted ("quoted X as saying").
    """

    place: int
    first: int
    last: int
    verb: Verb
    how: str


Verbs = dict[str, tuple[Verb, ...]]
"""Word form -> the verbs that it may be; those with a particle first."""


@cache
def _kinds() -> dict[str, frozenset[str]]:
    """Word -> its kinds: the table of function words read the other way round."""
    found: dict[str, set[str]] = {}
    for kind, words in lexis("en").kinds.items():
        for word in words:
            found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


class Sentence:
    """Questions about one unit."""

    def __init__(self, unit: Unit, lex: Lexis, verbs: Verbs) -> None:
        self.unit = unit
        self.items = unit.items
        self.lex = lex
        self.kinds = lex.kinds
        self.verbs = verbs
        self.known = _kinds()
        self.lows = frozenset(item.low for item in self.items)
        self.end = len(self.items)
        while self.end and self.items[self.end - 1].kind == MARK and self.items[self.end - 1].text in ENDS:
            self.end -= 1
        self._finite: dict[int, bool] = {}
        self.cues = [cue for place in range(self.end) if (cue := self._cue(place))]

    def words(self, cue: Cue) -> list[Span]:
        """The spans of the words of saying, without "not" and adverbs."""
        found: list[list[int]] = []
        for place in range(cue.first, cue.last):
            if (
                self.is_of(place, "adverb", "negation", "degree")
                and not self.is_of(place, "refuses")
                and place != cue.place
                and not self.is_of(place, "do", "be", "perfect", "modal")
            ):
                continue
            if found and found[-1][1] == place:
                found[-1][1] = place + 1
            elif place - cue.first < _GROUP or cue.place - place < 2 or place >= cue.place:
                found.append([place, place + 1])
        return [self.raw(start, end) for start, end in found]

    # --- places
    def low(self, place: int) -> str:
        """The word at a place in lower case; "" outside."""
        return self.items[place].low if 0 <= place < len(self.items) else ""

    def is_of(self, place: int, *kinds: str) -> bool:
        """True when the word at this place is of one of these kinds (en/function.tsv)."""
        if not 0 <= place < len(self.items) or self.items[place].kind != WORD:
            return False
        known = self.known.get(self.items[place].low)
        return known is not None and not known.isdisjoint(kinds)

    def mark(self, place: int, marks: str) -> bool:
        """True when one of these marks stands at a place."""
        return 0 <= place < len(self.items) and self.items[place].kind == MARK and self.items[place].text in marks

    def quote(self, place: int) -> bool:
        """True when a quotation stands at a place."""
        return 0 <= place < len(self.items) and self.items[place].kind == QUOTE

    def capital(self, place: int) -> bool:
        """True when what stands at a place begins with a capital or a figure."""
        return 0 <= place < len(self.items) and self.items[place].cap

    def raw(self, start: int, end: int) -> Span:
        """The span of items[start:end]."""
        return self.items[start].start, self.items[end - 1].end

    def span(self, start: int, end: int) -> Span | None:
        """The span of items[start:end] without separators at its edges; None when nothing is left."""
        while start < end and self.mark(start, ",;:–—-"):
            start += 1
        while end > start and self.mark(end - 1, ",;:–—"):
            end -= 1
        return self.raw(start, end) if start < end else None

    # --- words
    def speech(self, place: int) -> bool:
        """True for a quotation that is what somebody says, not a word or a name in quotation marks."""
        if not self.quote(place):
            return False
        inner = self.items[place].text
        return len(inner.split()) >= SPEECH or self.last_mark(place) in ".,!?" or inner[-1:] in ".,!?"

    def last_mark(self, place: int) -> str:
        """The last character within a quotation, past the closing marks of others in it."""
        return self.items[place].text.rstrip("”\"’'")[-1:]

    def whole(self, place: int) -> bool:
        """True for a quotation that ends like a sentence, so that nothing before it goes on in it."""
        return self.quote(place) and self.last_mark(place) in ".,!?—–"

    def goes_on(self, place: int) -> bool:
        """True for a quotation in which the clause before it goes on: said the deal “was off”."""
        return self.quote(place) and self.items[place].text[1:2].islower()

    def finite(self, place: int) -> bool:
        """True when the word may be a finite verb; each place is looked at once."""
        known = self._finite.get(place)
        if known is None:
            known = self._finite[place] = 0 <= place < len(self.items) and self._is_finite(place)
        return known

    def _is_finite(self, place: int) -> bool:
        item = self.items[place]
        if item.kind != WORD or item.cap:
            return item.kind == WORD and item.low in self.kinds["finite"] and item.low[-2:] in ("'s", "’s", "'m", "’m")
        if item.low in self.kinds["auxiliary"] or item.low in self.kinds["modal"]:
            return True
        if self.is_of(place - 1, "article", "owner"):
            return False  # "the set", "a stunned nation"
        return (
            item.low in self.kinds["finite"]
            or (item.low.endswith("ed") and len(item.low) > 3 and item.low not in self.kinds["noted"])
            or (item.low in self.verbs and not item.low.endswith("ing") and self._acts(place, item.low))
        )

    def _acts(self, place: int, low: str) -> bool:
        """True when a form of a verb of saying isn't a noun here: no "orders" after "law and", "ignored"."""
        if self.is_of(place - 1, "determiner") or (self._many(low) and self.mark(place + 1, ",")):
            return False  # "the new rules, the agency said"
        if any(verb.base == low for verb in self.verbs[low]):
            return self.is_of(place - 1, "plural", "modal", "do") or self._many(self.low(place - 1))
        return True

    def _many(self, low: str) -> bool:
        return low.endswith("s") and not low.endswith(("'s", "’s", "ss", "us", "is")) and low not in self.kinds["owner"]

    def has_verb(self, start: int, end: int) -> bool:
        """True when there is a finite verb among items[start:end]."""
        return any(self.finite(place) for place in range(start, min(end, len(self.items))))

    def adverb(self, place: int) -> bool:
        """True for an adverb: "also", "promptly"."""
        if not 0 <= place < len(self.items) or self.items[place].cap:
            return False
        low = self.items[place].low
        return low in self.kinds["adverb"] or (low.endswith("ly") and len(low) > 5 and low not in self.kinds["notly"])

    def first_verb(self, start: int, end: int) -> int | None:
        """The first finite verb among items[start:end] with a word before it; None when there is none."""
        return next((place for place in range(start + 1, end) if self.finite(place)), None)

    def opens(self, place: int) -> bool:
        """True when a noun phrase may begin here."""
        if not 0 <= place < self.end:
            return False
        item = self.items[place]
        if item.kind != WORD:
            return item.kind == QUOTE
        if self.is_of(place, "article", "determiner", "pronoun"):
            return True
        return not self.is_of(place, "preposition", "adverb", "subordinator", "conjunction", "auxiliary", "modal")

    def begin(self, place: int) -> int:
        """Where the part between separators that holds this place begins."""
        while place > 0 and not self.mark(place - 1, ",;:–—") and not self.whole(place - 1):
            place -= 1
        return place

    def occasion(self, place: int, *, to: bool) -> int:
        """Past times, places and occasions: "on Monday", "in a statement", "at a rally in Ohio"; `to` also "to X"."""
        while place < self.end:
            dated = self.low(place).isdigit() and (self.is_of(place - 1, "day") or self.is_of(place + 1, "day"))
            adverb = self.is_of(place, "day", "time", "adverb") and not self.is_of(place, "negation", "determiner")
            if dated or adverb or (self.is_of(place, "time") and self.is_of(place + 1, "time", "day")):
                place += 1
            elif self.is_of(place, "where") or (to and self.low(place) == "to"):
                stop = self._past(place)
                if stop == place:
                    break
                place = stop
            else:
                break
        return place

    def _past(self, place: int) -> int:
        """Past a preposition and its phrase, `place` when a clause begins in it."""
        for at in range(place + 1, min(self.end, place + _GROUP * 3)):
            if self.mark(at, ",;:–—") or self.quote(at) or self.low(at) == "that":
                return at
            if self.is_of(at, "occasion") or (self.is_of(at, "day") and not self.is_of(at + 1, "day")):
                after = at + 1
                if self.is_of(after, "issued"):
                    after += 1
                    if self.is_of(after, "day", "time"):
                        return self.occasion(after, to=False)
                issued = self.is_of(after - 1, "issued") and self.low(after) in ("on", "in", "to")
                goes_on = (
                    issued
                    or self.low(after) in ("with", "by", "from", "of")
                    or (self.low(after) == "to" and self.is_of(after + 1, "article", "determiner", "object"))
                )
                return self._past(after) if goes_on else after
            if self.is_of(at, "subject") or (
                self.is_of(at, "article") and at > place + 1 and not self.is_of(at - 1, "preposition")
            ):
                return at
            if self.low(at) in ("to", "and", "but", "not"):
                return at
            if self.finite(at):
                return place
        return self.end if place + _GROUP * 3 >= self.end else place

    # --- cues
    def _cue(self, place: int) -> Cue | None:
        item = self.items[place]
        known = self.verbs.get(item.low) if item.kind == WORD and not item.cap else None
        if not known or self._is_noun(place, item):
            return None
        felt = self._feels(place)
        verb = next((each for each in known if self._follows(place, each) and ("e" in each.frames) is felt), None)
        if verb is None:
            return None
        last = place + 1 + len(verb.particle.split("_") if verb.particle else ())
        if [self.low(at) for at in range(last, last + 3)] == ["not", "to", "be"]:
            return None  # "who asked not to be named"
        if item.low.endswith("ing"):
            return self._ing(place, last, verb)
        first = place
        while (
            first
            and place - first < _GROUP
            and (self.adverb(first - 1) or self.is_of(first - 1, "auxiliary", "modal", "negation", "remain", "degree"))
        ):
            first -= 1
        group = {self.low(at) for at in range(first, place)}
        while first < place and not self.is_of(first, "auxiliary", "modal", "negation", "remain"):
            first += 1
        if self.low(first - 1) == "to" or (self.low(first - 2) == "to" and self.adverb(first - 1)):
            return self._infinitive(place, first, last, verb)
        if self.low(first - 1) in ("when", "if", "as", "once") and item.low.endswith("ed"):
            return None  # "when asked", "as expected"
        if "e" in verb.frames:
            return Cue(place, first, last, verb, "finite")
        if group & self.kinds["be"]:  # "is expected", "was told": the one who says it isn't the subject
            by = "by" in (self.low(place + 1), self.low(place + 2)) and "n" in verb.frames
            return Cue(place, first, last, verb, "passive") if by else None
        if group & self.kinds["modal"] and "k" in verb.frames:
            return None
        if verb.act in ("confirm", "deny") and group & self.kinds["negation"]:
            return Cue(place, first, last, verb, "finite")  # "could not confirm"
        if group & self.kinds["modal"] and not group & {"will", "would", "'d", "won't", "won’t"}:
            return None  # "could say": nobody has said it
        bare = item.low == verb.base and "b" not in verb.frames
        if bare and not group & (self.kinds["do"] | self.kinds["modal"]) and not self._plural(first):
            return None  # "state media", "a report card": no verb without a plural before it
        return Cue(place, first, last, verb, "finite")

    def _follows(self, place: int, verb: Verb) -> bool:
        """True when the particle of a verb, one word or several, stands right after it."""
        words = verb.particle.split("_") if verb.particle else ()
        return all(self.low(place + 1 + at) == word for at, word in enumerate(words))

    def _feels(self, place: int) -> bool:
        """True for a word that tells how somebody feels about something: "is concerned that", "remain confident"."""
        if not any("e" in verb.frames for verb in self.verbs[self.low(place)]):
            return False
        at = place - 1
        while self.adverb(at) or self.is_of(at, "negation", "degree"):
            at -= 1
        short = self.low(at).endswith(("'s", "’s", "'re", "’re", "'m", "’m")) and self.is_of(at, "finite")
        return short or self.is_of(at, "be", "remain")

    def _plural(self, place: int) -> bool:
        """True when the word before may be the subject of a verb in its base form."""
        while place and self.adverb(place - 1) and not self.is_of(place - 1, "plural"):
            place -= 1
        low = self.low(place - 1)
        past = self.low(place) in ("read", "put", "forecast")
        return past or low in self.kinds["plural"] or low in ("and", "but") or self._many(low)

    def _ing(self, place: int, last: int, verb: Verb) -> Cue | None:
        if self.low(place - 1) == "as":
            for back in range(place - 2, max(-1, place - 2 - _GROUP * 2), -1):
                if self.low(back) in ("quoted", "cited"):
                    first = back
                    while self.is_of(first - 1, "auxiliary", "be"):
                        first -= 1
                    return Cue(place, first, last, verb, "finite" if first < back else "quoted")
        lead = place - 1
        while self.adverb(lead):
            lead -= 1
        if "g" in verb.frames and self.is_of(place - 1, "document"):
            return Cue(place, place, last, verb, "ing")  # "filed a complaint alleging that"
        if "g" in verb.frames and lead >= 2 and self.mark(lead, ",–—"):
            return Cue(place, place, last, verb, "ing")
        if lead >= 1 and self.is_of(lead, "be") and set("qt") & set(verb.frames) and "c" not in verb.frames:
            return Cue(place, lead, last, verb, "finite")  # "is saying"
        return None

    def _infinitive(self, place: int, first: int, last: int, verb: Verb) -> Cue | None:
        """ "went on to say", "declined to say": the verb before "to" has the subject."""
        lead = first - 2 if self.low(first - 1) == "to" else first - 3
        if self.low(lead) == "on":
            lead -= 1
        if lead < 1 or not self.is_of(lead, "leads"):
            told = "t" in verb.frames and (self.low(last) == "that" or (self.mark(last, ":,") and self.quote(last + 1)))
            return Cue(place, place, last, verb, "ing") if told else None  # "took to Twitter to complain that"
        if self.is_of(lead, "refuses") and not self.is_of(last, "question") and verb.act not in ("confirm", "deny"):
            return None  # "declined to comment": a report
        while self.is_of(lead - 1, "auxiliary"):
            lead -= 1
        return Cue(place, lead, last, verb, "finite")

    def _is_noun(self, place: int, item: Item) -> bool:
        """True when the word is a noun or an adjective here: "the reports", "his claims", "a claimed victory"."""
        if place == 0:
            return not item.low.endswith("ing")
        before = self.items[place - 1]
        if before.kind != WORD:
            return False
        if self.is_of(place - 1, "article", "determiner") and before.low not in self.kinds["plural"] | {
            "one",
            "that",
            "this",
            "another",
            "each",
        }:
            return True
        if before.low.endswith(("'s", "’s", "s’", "s'")) and before.low not in self.kinds["finite"]:
            return not item.low.endswith("ed") and item.low not in ("said", "told", "wrote")  # "Moody's said"
        if (
            before.low in self.kinds["preposition"]
            and before.low not in ("like", "as")
            and not item.low.endswith("ing")
        ):
            return before.low != "to"
        noun = item.low.endswith("s") and not item.low.endswith("ss")
        if noun and self._of_many(place, before):
            return True
        return noun and (before.low.endswith(("ous", "ful", "less", "ese")) and not before.cap)

    def _of_many(self, place: int, before: Item) -> bool:
        """True for a plural: "union claims of", "3,000 calls", "ignored orders", "follows reports"."""
        if self.low(place + 1) == "of" or before.low[:1].isdigit() or self._many(before.low):
            return not before.cap or self.low(place + 1) == "of"
        return self.finite(place - 1) and not before.cap


__all__ = ["Cue", "Place", "Sentence", "Verbs"]
