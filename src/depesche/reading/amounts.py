"""Tokens -> amounts: a number or a range with its approximator and unit: "zwischen 300 und 400", "etwa 3 Mrd. Euro".

In: the tokens of a stretch and the places of its dates. Out: amounts in order, without what they count. Numbers that
count nothing are read, too, and left out, so that no part of them is taken for an amount.
"""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import NamedTuple

from depesche.reading import figurative, tables
from depesche.reading.counted import noun, phrases, population, singles, unit_after, unit_before
from depesche.reading.events import victims
from depesche.reading.numerals import Numeral, in_one_word, multiplied, number_words, parts, read
from depesche.reading.tokens import Memo, Phrases, Tokens
from depesche.words.copy import Approximator

_BOUNDS: dict[str, tuple[bool, bool]] = {
    "more_than": (True, False), "at_least": (True, False), "up_to": (False, True), "fewer_than": (False, True),
}  # fmt: skip
"""Whether the number is a lower, an upper bound; for all other approximators it is both."""
_MILLION = "m"
"""After a currency sign it is a million ("€40m")."""
_SCORE = 30
"""Two small numbers with a hyphen and nothing counted are a score ("2-3") as often as a range."""
_HEAPED = 3
"""Approximators before one number at most: "nicht weniger als etwa"."""


class Amount(NamedTuple):
    """First token and the one after its last, bounds, the words for both; `counts` is False for a mere name."""

    first: int
    stop: int
    lo: float | None = None
    hi: float | None = None
    approximator: Approximator = "exact"
    unit: str = ""
    article: bool = False
    counts: bool = True


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
    for _ in range(_HEAPED):
        match = _approximators(language, "before").match(tokens, at)
        if match is None:
            break
        kind = kind if kind in _BOUNDS else match[0]
        at = match[1]
    return kind, at


def _bounded(kind: Approximator | None, value: float) -> tuple[float | None, float | None, Approximator]:
    low, high = _BOUNDS.get(kind or "exact", (True, True))
    return (value if low else None), (value if high else None), kind or "exact"


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
    tight: bool = False


def _link(tokens: Tokens, at: int, language: str, between: frozenset[str]) -> int | None:
    """Past the word between the ends of a range: after "zwischen" only its own, else "bis", "-", "oder"."""
    if between:
        return at + 1 if tokens.word(at) in between else None
    match = _links(language).match(tokens, at)
    return match[1] if match and tokens.glued(at) == tokens.glued(match[1]) else None


def _range(tokens: Tokens, low: Numeral, language: str, between: frozenset[str]) -> _Range | None:
    """The range that begins with this number; a hyphen may hang on it ("10- bis 12.000")."""
    at = low.stop
    hanging = tokens.word(at) == "-" and tokens.glued(at) and not tokens.glued(at + 1)
    start = _link(tokens, at + (1 if hanging else 0), language, between)
    if start is None:
        return None
    sign = unit_before(tokens, start, language)
    high = read(tokens, sign[1] if sign else _before(tokens, start, language)[1], language)
    if high is None or high.article:
        return None
    value = _spread(low, high, hanging=hanging)
    tight = tokens.word(at) in "-–" and tokens.glued(at)
    return _Range(value, high.value, high.stop, high.digits, tight) if value < high.value else None


def _fraction(tokens: Tokens, first: int, numeral: Numeral, language: str) -> tuple[float, int] | None:
    """ "zwei Drittel", "two-thirds", "a third of": a share of a whole."""
    at = numeral.stop + (1 if tokens.word(numeral.stop) == "-" else 0)
    part = parts(language).get(tokens.word(at))
    certain = numeral.value >= 2 or tokens.word(at + 1) in singles(language, "of") or tokens.capital(at)
    certain = certain or tokens.word(first - 1) in singles(language, "oblique")
    if part is None or not certain or not 1 <= numeral.value < part:
        return None
    return round(numeral.value / part, 4), at + 1


_OF_A = 3
"""Tokens of "of a million"."""


def _of_scale(tokens: Tokens, at: int, language: str) -> float:
    """The million of "a quarter of a million", 0 when there is none."""
    known = number_words(language)
    if tokens.word(at) not in singles(language, "of") or tokens.word(at + 1) not in known.articles:
        return 0
    return known.scales.get(tokens.word(at + 2), 0)


def _half(tokens: Tokens, at: int, language: str) -> int | None:
    """The end of "die Hälfte", "half" before the whole that it is taken of."""
    match = phrases(language, "figurative", "half").match(tokens, at)
    return match[1] if match and tokens.word(match[1]) in singles(language, "of") else None


class _Start(NamedTuple):
    """Where the digits or words of a number begin, and what stands before them."""

    at: int
    sign: str
    between: frozenset[str]
    minus: bool


def _moved(tokens: Tokens, at: int, language: str) -> bool:
    """True for the "from" of "rose from 18 to 23": two numbers and no range."""
    return tokens.word(at) == "from" and tokens.word(at - 1) in singles(language, "moved")


def _start(tokens: Tokens, at: int, language: str) -> _Start:
    """Past "zwischen", a currency sign and a minus."""
    sign = unit_before(tokens, at, language)
    at = sign[1] if sign else at
    between = _pairs(language).get(tokens.word(at), frozenset())
    if between and not _moved(tokens, at, language):
        at = _before(tokens, at + 1, language)[1]
        sign = unit_before(tokens, at, language)
        at = sign[1] if sign else at
    minus = tokens.word(at) == "minus"
    return _Start(at + (1 if minus else 0), sign[0] if sign else "", between, minus)


def _first(tokens: Tokens, start: _Start, language: str) -> Numeral | None:
    """The first number; after a currency sign "m" is a million."""
    low = read(tokens, start.at, language)
    if low and start.sign and low.digits and tokens.word(low.stop) == _MILLION and tokens.glued(low.stop):
        return low._replace(value=low.value * 1e6, stop=low.stop + 1, scale=1e6)
    return low


def _signed(tokens: Tokens, start: _Start) -> bool:
    """True for a minus sign right before the digits that isn't a dash between words: "bei -5 Grad"."""
    return tokens.word(start.at - 1) in ("-", "−") and tokens.glued(start.at) and not tokens.glued(start.at - 1)


def _number(tokens: Tokens, first: int, at: int, kind: Approximator | None, language: str) -> Amount | None:
    """A number or a range that begins at `at`, whose approximator begins at `first`."""
    start = _start(tokens, at, language)
    low = _first(tokens, start, language)
    if low is None:
        return None
    fraction = _fraction(tokens, start.at, low, language)
    if fraction:
        scale = _of_scale(tokens, fraction[1], language)
        if scale:
            return Amount(first, fraction[1] + _OF_A, *_bounded(kind, fraction[0] * scale))
        return Amount(first, fraction[1], *_bounded(kind, fraction[0]), "share")
    both = None if _moved(tokens, start.at - 1, language) else _range(tokens, low, language, start.between)
    if start.between and both is None:
        return None
    stop = both.stop if both else low.stop
    unit = unit_after(tokens, stop, language, digits=both.digits if both else low.digits) if not start.sign else None
    key, end = unit or (start.sign, stop)
    if figurative.is_name(tokens, start.at, low, stop, language, unit=bool(key), approximated=at > first):
        return Amount(first, stop, counts=False)
    if both:
        score = both.tight and both.high <= _SCORE and not key and not noun(tokens, stop, language).key
        return Amount(first, end, both.low, both.high, "between", key, counts=not score)
    minus = start.minus or (bool(key) and _signed(tokens, start))
    first -= 1 if minus and not start.minus else 0
    value = -low.value if minus else low.value
    after = _approximators(language, "after").match(tokens, end) if kind is None else None
    if after:
        return Amount(first, after[1], *_bounded(after[0], value), key)
    return Amount(first, end, *_bounded(kind, value), key, low.article)


def _many(tokens: Tokens, first: int, at: int, language: str) -> Amount | None:
    """A word for an unknown many: "Dutzende", "mehrere Hundert", "Hunderte Millionen"."""
    match = _vague(language).match(tokens, at)
    if match is None:
        return None
    value, stop, _ = multiplied(tokens, match[0], match[1], number_words(language))
    hangs = tokens.word(stop) == "-" and tokens.glued(stop)
    return Amount(first, stop, value, None, "vague", counts=not hangs and not figurative.is_part(tokens, at))


def _amount(tokens: Tokens, at: int, language: str) -> Amount | None:
    """The amount that begins at this token."""
    kind, start = _before(tokens, at, language)
    half = _half(tokens, start, language)
    if half:
        return Amount(at, half, *_bounded(kind, 0.5), "share")
    return _many(tokens, at, start, language) or _number(tokens, at, start, kind, language)


@cache
def _firsts(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Words that an amount may begin with, those that do so only before certain words, and these."""
    known = number_words(language)
    half = {word for words, _ in chain(*phrases(language, "figurative", "half").first.values()) for word in words}
    certain = {*_approximators(language, "before").first, *_vague(language).first, *known.bare, *known.halves}
    certain |= {*phrases(language, "units", "before").first, "minus", "half"} | (known.articles & {"one"})
    doubtful = {*_pairs(language), *known.articles, *half} - certain
    after = {
        *known.scales,
        *known.articles,
        *half,
        *victims(language),
        *singles(language, "more"),
        *_links(language).first,
    }
    return frozenset(certain), frozenset(doubtful), frozenset(after)


_CERTAIN, _DOUBTFUL, _IDIOM = 1, 2, 4


@cache
def _begins(language: str) -> Memo:
    """For each word (lower case) whether an amount may begin with it, or before certain words only, or an idiom."""
    certain, doubtful, _ = _firsts(language)
    idioms = phrases(language, "figurative", "idiom").first

    def flags(word: str) -> int:
        idiom = _IDIOM if word in idioms else 0
        if word in doubtful:
            return _DOUBTFUL | idiom
        number = word[:1].isdecimal() or in_one_word(word, language) is not None
        return (_CERTAIN if word in certain or number else 0) | idiom

    return Memo(flags)


def _follows(tokens: Tokens, at: int, language: str) -> bool:
    """Whether an amount may begin before this token with a word that mostly begins none: "ein", "von", "die"."""
    word = tokens.word(at)
    if word in _firsts(language)[2] or _begins(language)[word] & _CERTAIN:
        return True
    return population(word, language) is not None or population(tokens.word(at + 1), language) is not None


def amounts(tokens: Tokens, language: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """All amounts of a stretch; `taken` are the places of the text that are dates, in order."""
    idioms, begins = phrases(language, "figurative", "idiom"), _begins(language)
    found: list[Amount] = []
    stop = date = 0
    for at, flags in enumerate([begins[word] for word in tokens.words]):
        if not flags or at < stop:
            continue
        idiom = idioms.match(tokens, at) if flags & _IDIOM else None
        if idiom:
            stop = idiom[1]
            continue
        if flags & _DOUBTFUL and not _follows(tokens, at + 1, language):
            continue
        while date < len(taken) and taken[date][1] <= tokens.starts[at]:
            date += 1
        limit = taken[date][0] if date < len(taken) else len(tokens.text)
        amount = _amount(tokens, at, language) if limit > tokens.starts[at] else None
        if amount and tokens.ends[amount.stop - 1] <= limit:
            stop = amount.stop
            if amount.counts:
                found.append(amount)
    return found
