"""Numbers -> figures: how many at least and at most, of what, and how sure the words are of it.

In: a text, its language and, when known, its dates. Out: Figures in the order of the text, which never overlap a
date. A figure's words are the number with its approximator, its multiplier and its unit ("etwa 3 Mrd. Euro").
Years, ordinals, clock times, scores, ages and names with a number ("F-16") are none.
"""

from __future__ import annotations

from collections.abc import Sequence

from depesche.reading import dates as calendar
from depesche.reading import tables
from depesche.reading.amounts import Amount, amounts
from depesche.reading.counted import Noun, noun, singles
from depesche.reading.measures import Place, Sentence, measures, victim
from depesche.reading.tokens import Tokens, scan
from depesche.words.copy import Figure, Interval

_COUNTED = ("", "share", "percent")
"""Units whose number is taken of somebody or something: "30 Prozent der Soldaten"."""


def _counts(tokens: Tokens, found: Amount, head: Noun, language: str) -> bool:
    """An article counts only before a word for a victim ("ein Toter"), in English also for people ("one soldier")."""
    if not found.article:
        return True
    if tokens.word(found.stop - 1) not in singles(language, "one"):
        return False
    return bool(head.key and language != "de") or (
        victim(tokens, found.stop, language) and (language != "de" or tokens.capital(found.stop))
    )


def _figures(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> list[Figure]:
    kept: list[tuple[Amount, Noun]] = []
    for found in amounts(tokens, language, taken):
        partly = found.unit in ("share", "percent") or found.approximator == "vague"
        whole = noun(tokens, found.stop, language, partly=partly) if found.unit in _COUNTED else Noun()
        if _counts(tokens, found, whole, language):
            kept.append((found, whole))
    if not kept:
        return []
    sentence = Sentence(tokens, [Place(f.first, f.stop, n.sort, f.unit, n.at) for f, n in kept], language)
    figures: list[Figure] = []
    for at, ((found, whole), measure) in enumerate(zip(kept, measures(sentence), strict=True)):
        span = tokens.span(found.first, found.stop)
        elliptic = at > 0 and not whole.key and sentence.elliptic(at)
        figures.append(
            Figure(
                span=span,
                words=tokens.text[span[0] : span[1]],
                lo=found.lo,
                hi=found.hi,
                approximator=found.approximator,
                measure=measure,
                unit=found.unit,
                population=figures[-1].population if elliptic else whole.key,
                increment=whole.more or tokens.word(found.first - 1) in singles(language, "more"),
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
