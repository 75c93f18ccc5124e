"""What a figure counts, of when and in which unit: all that must fit before two figures may be compared.

In: counts as editors and rules recorded them. Out: bands in basic units, days, and how the times of two figures lie.
Never a currency turned into another, and never a date that nobody gave.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from depesche.words.bands import Band, band
from depesche.words.claims import Count, Measure

Measures: TypeAlias = Mapping[str, Measure]
Overlap: TypeAlias = Literal["same", "inside", "around", "apart"]
_Stretch: TypeAlias = tuple[dt.date | None, dt.date | None]

ONE_TIME = dt.timedelta(days=14)
"""Two running totals this near are read as of one time: services count weekly or slower, and copy lags by days."""
LEVELS = frozenset({"percent", "percentage_points", "degree", "kmh"})
"""Units of things that rise and fall, whatever is measured."""
UNITS: dict[str, tuple[str, Fraction]] = {
    "mm": ("m", Fraction(1, 1000)),
    "cm": ("m", Fraction(1, 100)),
    "m": ("m", Fraction(1)),
    "km": ("m", Fraction(1000)),
    "nautical_miles": ("m", Fraction(1852)),
    "m2": ("m2", Fraction(1)),
    "ha": ("m2", Fraction(10_000)),
    "km2": ("m2", Fraction(1_000_000)),
    "g": ("g", Fraction(1)),
    "kg": ("g", Fraction(1000)),
    "t": ("g", Fraction(1_000_000)),
}
"""Units that turn into each other exactly (SI; the nautical mile by definition), as factors of a basic one."""


def as_of(count: Count) -> dt.date | None:
    """The day up to which a figure counts: the end of its period, else the day on which it was said."""
    return count.period.last or count.said


def order(count: Count) -> tuple[object, ...]:
    """Older first; by what was said, so that the order of arrival (the number) only decides between equals."""
    days = (as_of(count) or dt.date.max, count.said or dt.date.max)
    means = band(count.figure)
    return (
        *days,
        count.measure,
        count.population,
        count.place,
        count.chain.hops,
        count.chain.jointly,
        means.lo,
        means.hi,
        count.figure.approximator,
        count.figure.words,
        count.ref,
    )


def measured(count: Count) -> Band:
    """The figure's band in the basic unit of its kind."""
    means, found = band(count.figure), UNITS.get(count.figure.unit)
    return Band(_times(means.lo, found[1]), _times(means.hi, found[1])) if found else means


def overlap(one: Count, other: Count, *, grows: bool) -> Overlap:
    """How the times lie that two figures speak about: the first inside the second, around it, the same or apart."""
    mine, yours = _stretch(one), _stretch(other)
    if mine[0] is None and yours[0] is None:
        return _running(mine[1], yours[1], grows=grows)
    if mine == yours:
        return "same"
    if not grows:  # a level holds on its day; what a month's average says of one of its days nobody knows
        near = (mine[0] is None and _within(mine[1], yours)) or (yours[0] is None and _within(yours[1], mine))
        return "same" if near else "apart"
    if _contains(yours, mine):
        return "inside"
    return "around" if _contains(mine, yours) else "apart"


def grows(count: Count, measures: Measures) -> bool:
    """Whether the total can only grow; a measure that the story doesn't define is taken for one that does."""
    known = measures.get(count.measure)
    return count.figure.unit not in LEVELS and (known is None or known.grows)


def is_part(part: str, whole: str, measures: Measures) -> bool:
    """True when the one measure lies in the other, over any number of steps."""
    seen: set[str] = set()
    while part in measures and part not in seen:
        seen.add(part)
        part = measures[part].part_of
        if part == whole:
            return bool(part)
    return False


def alike(one: Count, other: Count) -> bool:
    """True when both count one kind of thing in one place; what either leaves open counts as the same."""
    return kind(one) == kind(other) and _agree(one.population, other.population) and _agree(one.place, other.place)


def kind(count: Count) -> str:
    """The kind of its unit: metres and kilometres are one."""
    found = UNITS.get(count.figure.unit)
    return found[0] if found else count.figure.unit


def _agree(one: str, other: str) -> bool:
    return one == other or not one or not other


def running(count: Count) -> bool:
    """True for a total "so far", without a first day."""
    return count.period.first is None


def _stretch(count: Count) -> _Stretch:
    return count.period.first, as_of(count)


def _running(mine: dt.date | None, yours: dt.date | None, *, grows: bool) -> Overlap:
    if mine is None or yours is None or abs(mine - yours) <= ONE_TIME:
        return "same"
    if not grows:
        return "apart"
    return "inside" if mine < yours else "around"


def _contains(outer: _Stretch, inner: _Stretch) -> bool:
    begins = outer[0] is None or (inner[0] is not None and outer[0] <= inner[0])
    ends = outer[1] is None or inner[1] is None or inner[1] <= outer[1]
    return begins and ends


def _within(day: dt.date | None, days: _Stretch) -> bool:
    first, last = days
    return day is None or ((first is None or first <= day) and (last is None or day <= last))


def _times(number: float, factor: Fraction) -> float:
    """Exact, so that 1.1 km and 1,100 m are one number."""
    return float(Fraction(str(number)) * factor) if math.isfinite(number) else number
