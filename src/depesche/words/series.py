"""A series: all figures that one root gave for one measure, and which of them still count. In time near-linear.

In: figures of one root and one measure, in any order. Out: its newest of each period, those that it overtook itself,
and those of which one of two is misread: what compare.py finds pair by pair, without looking at every pair. So it is
with `contradiction` between the roots. Never another answer than the pairs give (tests/words/test_series.py).
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import groupby, islice, product
from typing import TypeAlias

from msgspec import Struct

from depesche.words.bands import Band, apart
from depesche.words.claims import Count, Ref
from depesche.words.compare import Finding, Known, ordered
from depesche.words.counts import ONE_TIME, Measures, as_of, grows, kind, order, running
from depesche.words.tables import latest

_Open: TypeAlias = tuple[str | None, str | None]
"""Population and place, None for any: what a figure leaves open ("") agrees with every other."""


class Marks(Struct, frozen=True):
    """What the rest of its root's series says of figures. One that is `doubted` may be misread."""

    newest: frozenset[Ref] = frozenset()
    overtaken: frozenset[Ref] = frozenset()
    doubted: frozenset[Ref] = frozenset()


class Ends:
    """The lowest upper and the highest lower end of some bands: enough to see whether another one lies apart."""

    def __init__(self) -> None:
        self.highest, self.lowest = -math.inf, math.inf

    def add(self, band: Band) -> None:
        """Take one more in."""
        if band.lo > self.highest:
            self.highest = band.lo
        if band.hi < self.lowest:
            self.lowest = band.hi

    def miss(self, band: Band) -> bool:
        """True when one of them doesn't meet this band."""
        return self.highest > band.hi or self.lowest < band.lo

    @property
    def common(self) -> Band:
        """What all of them have in common; its ends are the wrong way round when that is nothing. It stands for all of
        them where it is added to others, or where others are asked whether they miss one of them.
        """
        return Band(self.highest, self.lowest)


class _Peaks:
    """Bands of which none is as high as another at both ends, lower ends rising: what a figure can be overtaken by."""

    def __init__(self) -> None:
        self._los: list[float] = []
        self._his: list[float] = []

    def add(self, band: Band) -> None:
        at = bisect_left(self._los, band.lo)
        if at < len(self._los) and self._his[at] >= band.hi:
            return
        last = at + (at < len(self._los) and self._los[at] == band.lo)
        while at and self._his[at - 1] <= band.hi:
            at -= 1
        self._los[at:last], self._his[at:last] = [band.lo], [band.hi]

    def miss(self, band: Band) -> bool:
        """True when one of them is higher than this band: at one end, and at the other not lower."""
        at = bisect_left(self._los, band.lo)
        return at < len(self._los) and self._his[at] >= band.hi and (self._los[at], self._his[at]) != (band.lo, band.hi)


def marks(series: Iterable[Count], measures: Measures, known: Known) -> Marks:
    """The marks of the figures of one root and measure."""
    table = [each for each in series if not each.out]
    overtaken: set[Ref] = set()
    doubted: set[Ref] = set()
    for strand in _grouped(table, _strand):
        if strand[0].figure.increment and running(strand[0]):
            continue  # "3.000 more", and nobody says of which days
        dated = sorted(((day, each) for each in strand if (day := _day(each))), key=lambda pair: pair[0], reverse=True)
        later: defaultdict[_Open, Ends | _Peaks] = defaultdict(_Peaks if grows(strand[0], measures) else Ends)
        for _, group in groupby(dated, key=lambda pair: pair[0]):
            of_day = [each for _, each in group]
            overtaken.update(each.ref for each in of_day if _missed(each, later, known))
            ends: defaultdict[_Open, Ends | _Peaks] = defaultdict(Ends)
            for each in of_day:
                for key in _open(each.population, each.place):
                    ends[key].add(known[each.ref].band)
                    later[key].add(known[each.ref].band)
            doubted.update(each.ref for each in of_day if _missed(each, ends, known))
    return Marks(frozenset(each.ref for each in latest(table, known)), frozenset(overtaken), frozenset(doubted))


def agree(counts: Iterable[Count], known: Known) -> bool:
    """True when no two figures of one measure exclude each other."""
    alike: defaultdict[tuple[str, str, str, str], Ends] = defaultdict(Ends)
    for each in counts:
        alike[each.measure, kind(each), each.population, each.place].add(known[each.ref].band)
    ends: defaultdict[tuple[str, str, _Open], Ends] = defaultdict(Ends)
    for (measure, unit, *what), some in alike.items():
        for key in _open(*what):
            ends[measure, unit, key].add(some.common)
    return not any(
        (measure, unit, key) in ends and ends[measure, unit, key].miss(some.common)
        for (measure, unit, *what), some in alike.items()
        for key in _asked(*what)
    )


def contradiction(counts: Iterable[Count], measures: Measures, known: Known) -> Finding | None:
    """A computed contradiction between these figures, None without one. They are among their roots' newest, undoubted.

    What it takes between two times is the same for all figures of those times: one pair that lies apart tells. Time is
    near-linear in the figures of days; stretches with a first day, of which a claim has few, are looked at two by two.
    """
    firm = [each for each in counts if _firm(each) and known[each.ref].voices]
    for alike in _grouped(firm, lambda e: (e.measure, kind(e), e.population, e.place, e.figure.increment)):
        for high, low in _meeting(alike, measures, known):
            one, other = sorted(next(_apart(high, low, known), ()), key=order) or (None, None)
            for finding in ordered(one, other, measures, known) if one and other else ():
                if finding.rule == "contradicts" and finding.how == "computed":
                    return finding
    return None


class _Time(Struct, frozen=True):
    """The figures of one stretch of days (without a first one: so far), by falling lower and by rising upper ends."""

    first: dt.date | None
    last: dt.date
    high: list[Count]
    low: list[Count]


def _meeting(alike: Sequence[Count], measures: Measures, known: Known) -> Iterator[tuple[list[Count], list[Count]]]:
    """Lists of figures of which one of the first may contradict one of the second, by lying above it."""
    times = _times(alike, known)
    days, stretches = [each for each in times if each.first is None], [each for each in times if each.first]
    if grows(alike[0], measures):  # an earlier total may not lie above a later one; the other way it has grown
        later = list[Count]()
        for time in reversed(days):
            for each in time.low:
                insort(later, each, key=lambda count: known[count.ref].band.hi)
            yield time.high, later
    else:
        for nth, time in enumerate(days):
            for near in islice(days, nth, None):
                if near.last - time.last > ONE_TIME:
                    break
                yield time.high, near.low
                yield near.high, time.low
    for one, other in product(stretches, times):
        yield one.high, other.low
        yield other.high, one.low


def _times(alike: Sequence[Count], known: Known) -> list[_Time]:
    """The figures by the stretches that they speak of, in order of their last days."""
    found = list[_Time]()
    for some in _grouped(alike, lambda each: (each.period.first, as_of(each))):
        high = sorted(some, key=lambda each: -known[each.ref].band.lo)
        low = sorted(some, key=lambda each: known[each.ref].band.hi)
        found.append(_Time(some[0].period.first, as_of(some[0]) or dt.date.max, high, low))
    return sorted(found, key=lambda time: time.last)


def _apart(high: Sequence[Count], low: Sequence[Count], known: Known) -> Iterator[tuple[Count, Count]]:
    """Pairs of different roots of which the first lies far above the second; the first list falls, the second rises."""
    for one in high:
        upper = known[one.ref]
        for nth, other in enumerate(low):
            lower = known[other.ref]
            if not (upper.band.lo > lower.band.hi and apart(upper.band, lower.band)):
                if not nth:
                    return
                break
            if not upper.voices & lower.voices:
                yield one, other


def _missed(each: Count, among: defaultdict[_Open, Ends | _Peaks], known: Known) -> bool:
    asked = _asked(each.population, each.place)
    return any(key in among and among[key].miss(known[each.ref].band) for key in asked)


def _grouped(counts: Iterable[Count], key: Callable[[Count], Hashable]) -> list[list[Count]]:
    groups: dict[Hashable, list[Count]] = {}
    for each in counts:
        groups.setdefault(key(each), []).append(each)
    return list(groups.values())


def _strand(each: Count) -> Hashable:
    """Figures of one root that may update each other: one kind of unit, totals so far or exactly one period."""
    return kind(each), each.figure.increment, None if running(each) else each.period


def _day(each: Count) -> dt.date | None:
    return as_of(each) if running(each) else each.said


def _firm(each: Count) -> bool:
    """True for what a rule may call a contradiction without asking: nothing derived or undated."""
    return not (each.out or each.derived or (each.figure.increment and running(each))) and as_of(each) is not None


def _open(population: str, place: str) -> Iterator[_Open]:
    """The keys under which a figure is found."""
    return product((population, None), (place, None))


def _asked(population: str, place: str) -> Iterator[_Open]:
    """The keys under which all those are that agree with a figure in population and place."""
    return product((population, "") if population else (None,), (place, "") if place else (None,))
