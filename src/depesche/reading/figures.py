"""Numbers -> figures: how many at least and at most, of what, and how sure the words are of it.

In: a text, its language and, when known, its dates. Out: Figures in the order of the text, which never overlap a
date. A figure's words are the number with its approximator, its multiplier and its unit ("etwa 3 Mrd. Euro").
Years, ordinals, clock times, scores, ages and names with a number ("F-16") are none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import NamedTuple

from depesche.reading import dates as calendar
from depesche.reading import figurative, tables
from depesche.reading.counted import Noun, noun, phrases, singles, unit_after, unit_before
from depesche.reading.measures import Place, Sentence, measures, victim, victims
from depesche.reading.numerals import Numeral, in_one_word, number_words, parts, read
from depesche.reading.tokens import Memo, Phrases, Tokens, scan
from depesche.words.copy import Approximator, Figure, Interval

_BOUNDS: dict[str, tuple[bool, bool]] = {
    "more_than": (True, False), "at_least": (True, False), "up_to": (False, True), "fewer_than": (False, True),
}  # fmt: skip
"""Whether the number is a lower, an upper bound; for all other approximators it is both."""
_COUNTED = ("", "share", "percent")
"""Units whose number is taken of somebody or something: "30 Prozent der Soldaten"."""
_METRE_OR_MILLION = "m"
"""After a currency sign it is a million ("€40m")."""


class _Found(NamedTuple):
    """A figure before what it counts is known: first token and the one after its last, bounds, words for both."""

    first: int
    stop: int
    lo: float | None
    hi: float | None
    approximator: Approximator
    unit: str = ""
    article: bool = False


@cache
def _approximators(language: str, where: str) -> Phrases[Approximator]:
    return phrases(language, "approximators", where)  # type: ignore[return-value]


@cache
def _pairs(language: str) -> dict[str, frozenset[str]]:
    """Words before a range, with the word between its two ends."""
    rows = [row for row in tables.rows(language, "approximators") if row[0] == "pair"]
    return {row[1]: frozenset(other[2] for other in rows if other[1] == row[1]) for row in rows}


@cache
def _links(language: str) -> Phrases[str]:
    rows = [row for row in tables.rows(language, "approximators") if row[0] == "link"]
    return Phrases((form, "link") for row in rows for form in row[2].split())


@cache
def _vague(language: str) -> Phrases[float]:
    rows = tables.rows(language, "vague")
    return Phrases((form, float(least)) for least, forms in rows for form in forms.split())


def _before(tokens: Tokens, at: int, language: str) -> tuple[Approximator | None, int]:
    """The approximators that begin here; of several the one that sets a bound wins ("mindestens rund 300")."""
    kind: Approximator | None = None
    for _ in range(3):  # "nicht weniger als etwa": more than three are never heaped up
        match = _approximators(language, "before").match(tokens, at)
        if match is None:
            break
        kind = kind if kind in _BOUNDS else match[0]
        at = match[1]
    return kind, at


def _spread(low: Numeral, high: Numeral, *, hanging: bool) -> float:
    """The lower end of a range with what multiplies the upper one: "drei bis vier Milliarden", "10 bis 12.000"."""
    if low.scale == 1 and high.scale > 1 and low.value * high.scale <= high.value:
        return low.value * high.scale
    if hanging or (low.digits and high.digits and low.value < high.value / 1000):
        factors = [factor for factor in (1e6, 1e3, 1e2) if low.value * factor <= high.value]
        return low.value * factors[0] if factors and low.value < 100 else low.value
    return low.value


class _Range(NamedTuple):
    low: float
    high: float
    stop: int
    digits: bool
    tight: bool


def _second(tokens: Tokens, low: Numeral, language: str, between: frozenset[str]) -> _Range | None:
    """The upper end of a range, after the word that links it or, after "zwischen", the word that must follow."""
    at = low.stop
    hanging = tokens.word(at) == "-" and tokens.glued(at) and not tokens.glued(at + 1)
    at += 1 if hanging else 0
    if between:
        link = at + 1 if tokens.word(at) in between else None
    else:
        match = _links(language).match(tokens, at)
        link = match[1] if match and tokens.glued(at) == tokens.glued(match[1]) else None
    if link is None:
        return None
    unit = unit_before(tokens, link, language)
    link = unit[1] if unit else _before(tokens, link, language)[1]
    high = read(tokens, link, language)
    if high is None or high.article:
        return None
    value = _spread(low, high, hanging=hanging)
    tight = tokens.word(low.stop) in "-–" and tokens.glued(low.stop)
    return _Range(value, high.value, high.stop, high.digits, tight) if value < high.value else None


def _million(tokens: Tokens, numeral: Numeral) -> Numeral:
    """After a currency sign "m" is a million."""
    if tokens.word(numeral.stop) == _METRE_OR_MILLION and tokens.glued(numeral.stop) and numeral.digits:
        return numeral._replace(value=numeral.value * 1e6, stop=numeral.stop + 1, scale=1e6)
    return numeral


def _bounded(kind: Approximator | None, value: float) -> tuple[float | None, float | None, Approximator]:
    low, high = _BOUNDS.get(kind or "exact", (True, True))
    return (value if low else None), (value if high else None), kind or "exact"


def _fraction(tokens: Tokens, numeral: Numeral, language: str) -> tuple[float, int] | None:
    """ "zwei Drittel", "two-thirds", "a third of": a share of a whole."""
    at = numeral.stop + (1 if tokens.word(numeral.stop) == "-" else 0)
    part = parts(language).get(tokens.word(at))
    certain = numeral.value >= 2 or tokens.word(at + 1) in singles(language, "of") or tokens.capital(at)
    if part is None or not certain or not 1 <= numeral.value < part:
        return None
    return round(numeral.value / part, 4), at + 1


def _half(tokens: Tokens, at: int, language: str) -> int | None:
    """The end of "die Hälfte", "half" before the whole that it is taken of."""
    match = phrases(language, "figurative", "half").match(tokens, at)
    return match[1] if match and tokens.word(match[1]) in singles(language, "of") else None


def _number(tokens: Tokens, first: int, at: int, kind: Approximator | None, language: str) -> _Found | None:
    """A number or a range that begins at `at`, whose approximator begins at `first`."""
    sign = unit_before(tokens, at, language)
    start = sign[1] if sign else at
    between = _pairs(language).get(tokens.word(start), frozenset())
    if between:
        start = _before(tokens, start + 1, language)[1]
        sign = unit_before(tokens, start, language)
        start = sign[1] if sign else start
    minus = tokens.word(start) == "minus"
    low = read(tokens, start + (1 if minus else 0), language)
    if low is None:
        return None
    low = _million(tokens, low) if sign else low
    fraction = _fraction(tokens, low, language)
    if fraction:
        return _Found(first, fraction[1], *_bounded(kind, fraction[0]), "share")
    high = None if low.article else _second(tokens, low, language, between)
    if between and high is None:
        return None
    stop = high.stop if high else low.stop
    unit = sign or unit_after(tokens, stop, language, digits=(high.digits if high else low.digits))
    if not sign and unit:
        stop = unit[1]
    if figurative.is_name(tokens, start, low, high.stop if high else low.stop, language, unit=bool(unit)):
        return None
    if high:
        if high.tight and high.high <= 30 and not unit and not noun(tokens, stop, language).key:
            return None  # "2-3" alone is a score as often as a range
        return _Found(first, stop, high.low, high.high, "between", unit[0] if unit else "")
    value = -low.value if minus else low.value
    lo, hi, approximator = _bounded(kind, value)
    after = _approximators(language, "after").match(tokens, stop)
    if after and kind is None:
        (lo, hi, approximator), stop = _bounded(after[0], value), after[1]
    return _Found(first, stop, lo, hi, approximator, unit[0] if unit else "", low.article)


def _at(tokens: Tokens, at: int, language: str) -> _Found | None:
    """The figure that begins at this token."""
    kind, start = _before(tokens, at, language)
    half = _half(tokens, start, language)
    if half:
        return _Found(at, half, *_bounded(kind, 0.5), "share")
    vague = _vague(language).match(tokens, start)
    if vague and not (tokens.word(vague[1]) == "-" and tokens.glued(vague[1])):
        if figurative.is_part(tokens, start):
            return None
        scale = read(tokens, vague[1] - 1, language) if tokens.word(vague[1]) else None
        return _Found(at, vague[1], vague[0], None, "vague") if scale is None or not scale.digits else None
    return _number(tokens, at, start, kind, language)


@cache
def _firsts(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words that a figure may begin with, those that do so only before certain words, and these."""
    known = number_words(language)
    half = {word for words, _ in chain(*phrases(language, "figurative", "half").first.values()) for word in words}
    certain = {*_approximators(language, "before").first, *_vague(language).first, *known.bare, *known.halves}
    certain |= {*phrases(language, "units", "before").first, "minus", "half"} | (known.articles & {"one"})
    doubtful = {*_pairs(language), *known.articles, *half} - certain
    after = {*known.scales, *half, *victims(language), *singles(language, "more")}
    return frozenset(certain), frozenset(doubtful), frozenset(after)


_CERTAIN, _DOUBTFUL, _IDIOM = 1, 2, 4


@cache
def _begins(language: str) -> Memo:
    """For each word (lower case) whether a figure may begin with it, perhaps before certain words only, or an idiom."""
    certain, doubtful, _ = _firsts(language)
    idioms = phrases(language, "figurative", "idiom").first

    def flags(word: str) -> int:
        idiom = _IDIOM if word in idioms else 0
        if word in doubtful:
            return _DOUBTFUL | idiom
        number = word[:1].isdecimal() or in_one_word(word, language) is not None
        return (_CERTAIN if word in certain or number else 0) | idiom

    return Memo(flags)


def _in_stretch(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> list[_Found]:
    """All figures of a stretch; `taken` are the places of the text that are dates, in order."""
    idioms, begins = phrases(language, "figurative", "idiom"), _begins(language)
    after = _firsts(language)[2]
    found: list[_Found] = []
    stop = date = 0
    for at, flags in enumerate([begins[word] for word in tokens.words]):
        if not flags or at < stop:
            continue
        idiom = idioms.match(tokens, at) if flags & _IDIOM else None
        if idiom:
            stop = idiom[1]
            continue
        if flags & _DOUBTFUL and not (tokens.word(at + 1) in after or begins[tokens.word(at + 1)] & _CERTAIN):
            continue
        while date < len(taken) and taken[date][1] <= tokens.starts[at]:
            date += 1
        limit = taken[date][0] if date < len(taken) else len(tokens.text)
        figure = _at(tokens, at, language) if limit > tokens.starts[at] else None
        if figure and tokens.ends[figure.stop - 1] <= limit:
            found.append(figure)
            stop = figure.stop
    return found


def _counts(tokens: Tokens, found: _Found, head: Noun, language: str) -> bool:
    """An article counts only before a word for a victim ("ein Toter"), in English also for people ("one soldier")."""
    if not found.article:
        return True
    if tokens.word(found.stop - 1) not in singles(language, "one"):
        return False
    return bool(head.key and language != "de") or victim(tokens, found.stop, language)


def _figures(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> list[Figure]:
    kept: list[tuple[_Found, Noun]] = []
    for found in _in_stretch(tokens, language, taken):
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
