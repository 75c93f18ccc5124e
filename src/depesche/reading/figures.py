"""Numbers -> figures: how many at least and at most, of what, and how sure the words are of it.

In: a text, its language and, when known, its dates. Out: Figures in the order of the text, which never overlap a
date. A figure's words are the number with its approximator, its multiplier and its unit ("etwa 3 Mrd. Euro").
Years, ordinals, clock times, scores, ages and names with a number ("F-16") are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from depesche.reading import dates as calendar
from depesche.reading import tables
from depesche.reading.amounts import Amount, amounts
from depesche.reading.counted import Noun, noun, singles
from depesche.reading.events import victim
from depesche.reading.measures import Place, Sentence, measures
from depesche.reading.tokens import Tokens, scan
from depesche.words.copy import Figure, Interval

_COUNTED = ("", "share", "percent")
"""Units whose number is taken of somebody or something: "30 Prozent der Soldaten"."""


class _Counted(NamedTuple):
    """An amount with the noun that it counts."""

    amount: Amount
    whole: Noun

    def place(self) -> Place:
        """Where it stands, for the words around it."""
        return Place(self.amount.first, self.amount.stop, self.whole.sort, self.amount.unit, self.whole.at)


def _one_counts(tokens: Tokens, counted: _Counted, sentence: Sentence, language: str) -> bool:
    """An article counts before a word for a victim, or when it is told what happened: "ein Soldat wurde getötet"."""
    amount, whole = counted
    if tokens.word(amount.stop - 1) not in singles(language, "one"):
        return False
    if language != "de" and whole.key and tokens.word(amount.stop - 1) == "one":
        return True
    if victim(tokens, amount.stop, language) and (language != "de" or tokens.capital(amount.stop)):
        return True
    return whole.sort == "persons" and sentence.befell(counted.place())


def _listed(one: _Counted, after: _Counted | None, sentence: Sentence) -> bool:
    """True for the first of a list: "eine Frau und zwei Kinder starben"."""
    if after is None or one.whole.sort != "persons" or not sentence.joined(one.place(), after.place()):
        return False
    return sentence.befell(after.place())


def _counted(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> tuple[list[_Counted], Sentence | None]:
    """What is counted in a stretch, and the words around it; mere articles are left out."""
    found: list[_Counted] = []
    for amount in amounts(tokens, language, taken):
        partly = amount.unit in ("share", "percent") or amount.approximator == "vague"
        whole = noun(tokens, amount.stop, language, partly=partly) if amount.unit in _COUNTED else Noun()
        found.append(_Counted(amount, whole))
    if not found:
        return [], None
    sentence = Sentence(tokens, [one.place() for one in found], language)
    kept = [
        one
        for one, after in zip(found, [*found[1:], None], strict=True)
        if not one.amount.article or _one_counts(tokens, one, sentence, language) or _listed(one, after, sentence)
    ]
    sentence.only([one.place() for one in kept])
    return kept, sentence


def _more(tokens: Tokens, amount: Amount, language: str) -> bool:
    """True for an addition told right before or after: "weitere 3.000", "100 Milliarden Euro zusätzlich"."""
    more, after = singles(language, "more"), tokens.word(amount.stop)
    return tokens.word(amount.first - 1) in more or (
        after in more and tokens.word(amount.stop + 1) not in ("als", "than")
    )


def _figures(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> list[Figure]:
    figures: list[Figure] = []
    counted, sentence = _counted(tokens, language, taken)
    if sentence is None:
        return figures
    for at, ((amount, whole), measure) in enumerate(zip(counted, measures(sentence), strict=True)):
        span = tokens.span(amount.first, amount.stop)
        before = sentence.whole(at)
        elliptic = at > 0 and not whole.key and not counted[before].amount.article and sentence.elliptic(at)
        figures.append(
            Figure(
                span=span,
                words=tokens.text[span[0] : span[1]],
                lo=amount.lo,
                hi=amount.hi,
                approximator=amount.approximator,
                measure=measure,
                unit=amount.unit,
                population=figures[before].population if elliptic else whole.key,
                increment=whole.more or _more(tokens, amount, language),
            )
        )
    return figures


def find(
    text: str,
    language: str,
    start: int = 0,
    end: int | None = None,
    *,
    dates: Sequence[Interval] | None = None,
) -> tuple[Figure, ...]:
    """The figures in text[start:end]; `dates` are those of the same text (found here when not given)."""
    if language not in tables.LANGUAGES:
        return ()
    if dates is None:
        dates = calendar.find(text, language, None, start, end)
    taken = sorted(date.span for date in dates)
    return tuple(figure for tokens in scan(text, start, end) for figure in _figures(tokens, language, taken))
