"""Tokens -> the value of one number, in digits or in words: "10.000", "2,5 Mio.", "zweihundertfünfzigtausend".

In: tokens and a place. Out: value, where it ends, by which words it was multiplied. Grouping and decimals follow the
language ("10.000" is ten thousand in German, ten in English). What isn't a well-formed number is none.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from depesche.reading import tables
from depesche.reading.tokens import Tokens

_DIGITS = {
    "de": re.compile(r"(\d{1,3}(?:[. '’\u00a0\u202f\u2009]\d{3})+|\d+)(?:,(\d+))?|(\d+)\.(\d{1,2})"),
    "en": re.compile(r"(\d{1,3}(?:[, '’\u00a0\u202f\u2009]\d{3})+|\d+)(?:\.(\d+))?"),
}
_NO_DIGIT = re.compile(r"\D")
_LONGEST = 24
"""Longest number in characters: 999 billiards with grouping. What is longer is an account number or an attack."""
_LONGEST_WORD = 72
"""Longest number word in characters: "sechshundertsechsundsechzigtausend..." has 61."""


class Numeral(NamedTuple):
    """One number: its value, the token after it, the product of its multiplying words, how it is written."""

    value: float
    stop: int
    scale: float = 1.0
    digits: bool = False
    article: bool = False


class Words(NamedTuple):
    """Number words of a language with their values; see the table for the kinds."""

    plain: dict[str, float]
    tens: dict[str, float]
    halves: dict[str, float]
    articles: frozenset[str]
    scales: dict[str, float]
    bare: dict[str, float]
    joint: frozenset[str]
    short: frozenset[str]
    parts: tuple[str, ...]


@cache
def number_words(language: str) -> Words:
    """The words of the table "numerals" by kind."""
    kinds: dict[str, dict[str, float]] = {}
    for kind, value, forms in tables.rows(language, "numerals"):
        kinds.setdefault(kind, {}).update(dict.fromkeys(forms.split(), float(value)))
    small, tens, bare = kinds.get("small", {}), kinds.get("ten", {}), kinds.get("bare", {})
    return Words(
        small, tens, kinds.get("half", {}), frozenset(kinds.get("article", {})),
        kinds.get("scale", {}) | bare, bare, frozenset(kinds.get("joint", {})),
        frozenset(kinds.get("short", {})), (*tens, *bare),
    )  # fmt: skip


@cache
def parts(language: str) -> dict[str, float]:
    """Words for a part of a whole, with how many make it up: "Drittel" is 3."""
    return {
        form: float(value)
        for kind, value, forms in tables.rows(language, "numerals") if kind == "part" for form in forms.split()
    }  # fmt: skip


def in_digits(word: str, language: str) -> float | None:
    """The value of a number in digits; None for scores, versions, dates and numbers with a leading zero."""
    match = _DIGITS[language].fullmatch(word) if language in _DIGITS and len(word) <= _LONGEST else None
    if match is None:
        return None
    groups = [group for group in match.groups() if group is not None]
    whole = _NO_DIGIT.sub("", groups[0])
    if len(whole) > 1 and int(whole[0]) == 0:
        return None
    return float(".".join((whole, *groups[1:])))


def _below_hundred(word: str, words: Words) -> float | None:
    if not word:
        return 0.0
    value = words.plain.get(word, words.tens.get(word))
    if value is not None:
        return value
    for joint in words.joint:
        ones, found, tens = word.partition(joint)
        one = 1.0 if ones == "ein" else words.plain.get(ones)
        if found and one is not None and tens in words.tens:
            return one + words.tens[tens]
    return 1.0 if word == "ein" else None


def _above(word: str, words: Words, scales: list[tuple[str, float]]) -> float | None:
    """A compound with a "hundert" or "tausend" in it: what is before it times it, plus what is after."""
    if not scales:
        return _below_hundred(word, words)
    (name, scale), *smaller = scales
    head, found, tail = word.partition(name)
    if not found:
        return _above(word, words, smaller)
    times = _above(head, words, smaller) if head else 1.0
    for joint in words.joint:
        tail = tail.removeprefix(joint) if tail.removeprefix(joint) in words.plain | {"ein": 1.0} else tail
    rest = _above(tail, words, smaller)
    return None if times is None or rest is None else times * scale + rest


@lru_cache(maxsize=8192)
def in_one_word(word: str, language: str) -> float | None:
    """The value of a number written as one word, or None; articles and multipliers like "Million" are none."""
    words = number_words(language)
    value = words.plain.get(word, words.tens.get(word))
    if value is not None or language != "de":
        return value
    if len(word) > _LONGEST_WORD or not word.endswith((*words.parts, *words.plain, "eins", "ein")):
        return None
    if not any(part in word for part in words.parts):
        return None
    return _above(word, words, sorted(words.bare.items(), key=lambda pair: -pair[1]))


def _abbreviated(tokens: Tokens, stop: int, words: Words) -> int:
    """Past the full stop of "Mio." and the like; a full word before a stop ends its sentence."""
    short = tokens.word(stop - 1) in words.short
    return stop + 1 if short and tokens.word(stop) == "." and tokens.glued(stop) else stop


def multiplied(tokens: Tokens, value: float, stop: int, words: Words) -> tuple[float, int, float]:
    """Value, end and product after the multiplying words that follow a number: "2,5 Millionen"."""
    product = 1.0
    while (scale := words.scales.get(tokens.word(stop))) is not None and product < 1e15:
        product *= scale
        stop = _abbreviated(tokens, stop + 1, words)
    return value * product, stop, product


class _Sum:
    """A number in words, added up from the left: "two hundred and fifty thousand"."""

    def __init__(self) -> None:
        self.total = self.current = self.last = 0.0
        self.product = 1.0

    def add(self, value: float) -> bool:
        """Take a further word when it fits: smaller than the scale before it, or ones after tens."""
        fits = self.last == 0 or 100 <= self.last > value or (20 <= self.last <= 90 and value < 10)
        if fits:
            self.current += value
            self.last = value if value >= 20 else 1.0
        return fits

    def multiply(self, scale: float) -> None:
        """Take a scale: it multiplies what was said since the last thousand."""
        self.current = (self.current or 1.0) * scale
        self.last = scale
        self.product = max(scale, self.product * scale)
        if scale >= 1000:
            self.total, self.current = self.total + self.current, 0.0


def _joins(tokens: Tokens, stop: int, last: float, language: str, words: Words) -> bool:
    """True for the hyphen of "twenty-one" and the "and" of "two hundred and one"."""
    word, after = tokens.word(stop), in_one_word(tokens.word(stop + 1), language)
    if after is None:
        return False
    hyphen = word == "-" and 20 <= last <= 90 and after < 10 and tokens.glued(stop) and tokens.glued(stop + 1)
    return hyphen or (word in words.joint and last == 100)


def _spelt(tokens: Tokens, at: int, language: str, words: Words) -> Numeral | None:
    """A number in words that begins at this token."""
    count, stop = _Sum(), at
    if tokens.word(at) in words.articles and tokens.word(at + 1) in words.scales:
        count.add(1.0)
        stop += 1
    while stop - at < 24:  # tokens; no number has more
        word = tokens.word(stop)
        scale = words.scales.get(word)
        if scale is not None and (count.last or word in words.bare):
            count.multiply(scale)
            stop = _abbreviated(tokens, stop + 1, words)
        elif _joins(tokens, stop, count.last, language, words):
            stop += 1
        else:
            value = in_one_word(word, language)
            if value is None or not count.add(value):
                break
            stop += 1
    return Numeral(count.total + count.current, stop, count.product) if count.last else None


def _half(tokens: Tokens, at: int, words: Words) -> Numeral | None:
    """Numbers with a half: "anderthalb Millionen", "eine halbe Million", "half a million"."""
    value = words.halves.get(tokens.word(at))
    if value is None:
        return None
    stop = at + 1
    if tokens.word(stop) in words.articles and tokens.word(stop + 1) in words.scales:
        stop += 1
    value, stop, product = multiplied(tokens, value, stop, words)
    return Numeral(value, stop, product) if product > 1 or value > 1 else None


def _and_a_half(tokens: Tokens, numeral: Numeral, words: Words) -> Numeral:
    """ "two and a half million": the half comes between the number and what multiplies it."""
    stop = numeral.stop
    if not (tokens.word(stop) in words.joint and tokens.word(stop + 1) in words.articles):
        return numeral
    half = words.halves.get(tokens.word(stop + 2))
    if half is None or numeral.scale > 1:
        return numeral
    value, stop, product = multiplied(tokens, numeral.value + half, stop + 3, words)
    return Numeral(value, stop, product, numeral.digits)


def read(tokens: Tokens, at: int, language: str) -> Numeral | None:
    """The number that begins at this token, or None."""
    words = number_words(language)
    word = tokens.word(at)
    if tokens.digits(at):
        plain = in_digits(tokens.words[at], language)
        if plain is None:
            return None
        half = words.halves.get(tokens.word(at + 1), 0.0) if tokens.word(at + 1) == "½" else 0.0
        value, stop, product = multiplied(tokens, plain + half, at + (2 if half else 1), words)
        return _and_a_half(tokens, Numeral(value, stop, product, digits=True), words)
    numeral = _half(tokens, at + 1, words) if word in words.articles else _half(tokens, at, words)
    numeral = numeral or _spelt(tokens, at, language, words)
    if numeral is None or (word in words.articles and numeral.stop == at + 1):
        return Numeral(1.0, at + 1, article=True) if word in words.articles else None
    return _and_a_half(tokens, numeral, words)
