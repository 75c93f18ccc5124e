"""Who acts in a clause: the noun phrase before its verb or after it.

In: the chunks of a unit. Out: places of a subject, None when no phrase can be told to be it. Word order and articles
decide; what is plainly an object ("den", "dem") or stands in a prepositional phrase is passed over.
"""

from __future__ import annotations

from depesche.reading.de.kinds import LEAD, Kinds
from depesche.reading.de.phrases import is_article, is_noun, phrase, with_apposition
from depesche.reading.drafts import Chunk
from depesche.reading.items import BRACKET, MARK, WORD, Item
from depesche.reading.lexis import Lexis


class Subjects(Kinds):
    """Questions about the subjects of one unit."""

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
        owned = head.low in lex.kinds["determiner"] and is_noun_after(items, start, verb, lex)  # "Ihr Anwalt"
        if not owned and (
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


def is_noun_after(items: tuple[Item, ...], place: int, end: int, lex: Lexis) -> bool:
    """True when a word that may be a pronoun is an article here ("dieser Mann", "beide Seiten")."""
    if items[place].low in ("er", "sie", "es", "man", "wir", "ich"):
        return False
    return phrase(items, place, end, lex) is not None
