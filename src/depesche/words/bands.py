"""Figures side by side: when two numbers can both be right.

In: figures as they were said. Out: bands (closed intervals, to compare and never to show) and a verdict about a pair.
Never an average, a midpoint or a sum of two sources. The rules:

| words | band |
|---|---|
| exact n | [n, n] |
| about n | n ± max(10 %, half the last significant digit): "etwa 4.000" is [3500, 4500] |
| nearly n | the lower half of about n |
| at least n, more than n, vague | [n, ∞) |
| up to n, fewer than n | [0, n] |
| between a and b | [a, b] |
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from depesche.words.copy import Figure

APART = Fraction(5, 4)
"""Disjoint bands are called contested from this ratio of the nearest ends on; below it the table just shows both."""


class Band(Struct, frozen=True, gc=False):
    """A closed interval of what a figure can mean; `hi` is math.inf where the words set no upper bound."""

    lo: float
    hi: float

    def meets(self, other: Band) -> bool:
        """True when one number can satisfy both."""
        return self.lo <= other.hi and other.lo <= self.hi

    def plus(self, other: Band) -> Band:
        """Band arithmetic for an increment on an earlier total."""
        return Band(self.lo + other.lo, self.hi + other.hi)

    def holds(self, other: Band) -> bool:
        """True when the other lies wholly inside."""
        return self.lo <= other.lo and other.hi <= self.hi


def band(figure: Figure) -> Band:
    """What a figure can mean. A figure without any number can mean everything; ends given the wrong way are turned."""
    made = _band(figure)
    return made if made.lo <= made.hi else Band(made.hi, made.lo)


def _band(figure: Figure) -> Band:
    lo, hi = figure.lo, figure.hi
    match figure.approximator:
        case "about" | "nearly" if lo is not None and hi is not None:
            up = 0.0 if figure.approximator == "nearly" else _spread(hi)
            return Band(max(0.0, lo - _spread(lo)) if lo >= 0 else lo - _spread(lo), hi + up)
        case "at_least" | "more_than" | "vague":
            return Band(_number(lo, hi, 0.0), math.inf)
        case "up_to" | "fewer_than":
            return Band(0.0, _number(hi, lo, math.inf))
        case _:
            return Band(_number(lo, hi, 0.0), _number(hi, lo, math.inf))


def ratio(one: Band, other: Band) -> float:
    """How far apart two bands are: the ratio of their nearest ends, 1 when they meet, inf when one end is 0."""
    if one.meets(other):
        return 1.0
    low, high = (one.hi, other.lo) if one.hi < other.lo else (other.hi, one.lo)
    return high / low if low > 0 else math.inf


def apart(one: Band, other: Band) -> bool:
    """True when the bands are so far from each other that the claim is contested."""
    return ratio(one, other) >= APART


def _number(first: float | None, second: float | None, otherwise: float) -> float:
    if first is not None:
        return first
    return otherwise if second is None else second


def _spread(number: float) -> float:
    """Half a step of the last significant digit, or a tenth, whichever is more."""
    return max(abs(number) / 10, _step(number) / 2)


@lru_cache(maxsize=10_000)  # a number says nothing about who said it, so that it may stay
def _step(number: float) -> float:
    """The place value of the last digit that isn't 0: 1000 for 4000, 100 for 4700, 0.5 and the like: 0.1."""
    if number == 0 or not math.isfinite(number):
        return 0.0
    exact = Fraction(str(number))
    step = Fraction(1)
    while exact % step:
        step /= 10
    while exact % (step * 10) == 0:
        step *= 10
    return float(step)
