"""Two figures: can both be right, and what is the one to the other?

In: two counts, the story's measures and cast. Out: findings (computed or suggested), in either order the same. Never
an alarm where the words leave room, never a verdict about who is right. The rules, first that fits:

| both figures | finding | how |
|---|---|---|
| other measure (and neither part of the other), population, place, kind of unit; out of the table | none | |
| part above its whole for the same or a longer time | part_exceeds | computed check |
| one an increment, the other not; increments that don't say of which days | none (tables.py adds up) | |
| periods apart, or overlapping so that neither contains the other | none | |
| one root: bands meet, not newer and higher | repeats | computed |
| one root: newer and higher (a level: newer and different) | updates | computed |
| one root: newer and lower | corrects | suggested |
| one root: same day, bands apart | misread (one of the two) | suggested |
| other roots, one period: bands disjoint, nearest ends at 1.25 or more | contradicts | computed |
| other roots, one period inside the other, growing: more in the part than in all of it | contradicts | computed |
| the same with a derived figure, or an unknown root, date, population or place on one side | contradicts | suggested |
| the same with running totals of different days, the later one higher: it may have grown | contradicts | suggested |

Running totals without a first day speak of everything up to their day. Those of the same two weeks are one period;
else the older lies inside the newer, and may have been lower, never higher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from depesche.words.bands import Band, apart, ratio
from depesche.words.claims import Count, Ref
from depesche.words.counts import Measures, alike, as_of, grows, is_part, measured, order, overlap, running
from depesche.words.parties import Cast, roots, voice

Rule: TypeAlias = Literal["contradicts", "updates", "corrects", "misread", "repeats", "part_exceeds", "adds_up"]
How: TypeAlias = Literal["computed", "suggested"]

CLASHES: frozenset[Rule] = frozenset({"contradicts", "corrects", "misread", "part_exceeds"})
"""Findings that mean that not both figures can be right."""


class Finding(Struct, frozen=True, order=True):
    """What a rule says about figures: older or contained ones first. `ratio` is that of the nearest ends.

    `why` says what made it a suggestion: "derived", "undated", "population_unknown", "place_unknown",
    "root_unknown", "grown", and in tables.py "misread", "total_as_part"; of a sum "one_root", "across_roots", "parts".
    """

    rule: Rule
    how: How
    refs: tuple[Ref, ...]
    ratio: float = 1.0
    why: str = ""


class Heard(Struct, frozen=True, gc=False):
    """What comparing needs of a figure again and again: whom its roots speak for, and its band in basic units."""

    voices: frozenset[str]
    band: Band


Known: TypeAlias = Mapping[Ref, Heard]


def heard(counts: Iterable[Count], cast: Cast) -> dict[Ref, Heard]:
    """Each figure's voices and band, by its ref."""
    return {each.ref: Heard(voices(each, cast), measured(each)) for each in counts}


def compare(one: Count, other: Count, measures: Measures, cast: Cast) -> tuple[Finding, ...]:
    """What the rules above say about two figures; nothing, or one finding."""
    if one.ref == other.ref:
        return ()
    one, other = sorted((one, other), key=order)
    return ordered(one, other, measures, heard((one, other), cast))


def ordered(one: Count, other: Count, measures: Measures, known: Known) -> tuple[Finding, ...]:
    """The same for two figures of which the older one comes first (counts.order)."""
    if one.out or other.out or not alike(one, other):
        return ()
    if one.measure != other.measure:
        return _part(one, other, measures, known) or _part(other, one, measures, known)
    if not _totals(one, other):
        return ()
    same = _same(known[one.ref].voices, known[other.ref].voices)
    bands = known[one.ref].band, known[other.ref].band
    return _one_root(one, other, measures, bands) if same else _two_roots(one, other, measures, bands, same is None)


def compatible(one: Count, other: Count, measures: Measures, cast: Cast) -> bool:
    """True unless a rule finds that not both can be right."""
    return not any(each.rule in CLASHES for each in compare(one, other, measures, cast))


def same_root(one: Count, other: Count, cast: Cast) -> bool | None:
    """Whether two figures come from one root (a person counts as the organisation); None when a root is unknown."""
    return _same(voices(one, cast), voices(other, cast))


def voices(count: Count, cast: Cast) -> frozenset[str]:
    """Whom the figure's roots speak for; empty when unknown."""
    return frozenset(voice(each, cast) for each in roots(count.chain, cast, count.said))


def _same(ours: frozenset[str], theirs: frozenset[str]) -> bool | None:
    return bool(ours & theirs) if ours and theirs else None


def _two_roots(
    one: Count, other: Count, measures: Measures, bands: tuple[Band, Band], unknown: bool
) -> tuple[Finding, ...]:
    a, b = bands
    if not apart(a, b):
        return ()
    lies = overlap(one, other, grows=grows(one, measures))
    clash = lies == "same" or (lies == "inside" and a.lo > b.hi) or (lies == "around" and b.lo > a.hi)
    if not clash:
        return ()
    grown = grows(one, measures) and running(one) and running(other) and as_of(one) != as_of(other) and b.lo > a.hi
    why = _doubt(one, other) or ("root_unknown" if unknown else "grown" if grown else "")
    return (Finding("contradicts", "suggested" if why else "computed", (one.ref, other.ref), ratio(a, b), why),)


def _one_root(one: Count, other: Count, measures: Measures, bands: tuple[Band, Band]) -> tuple[Finding, ...]:
    so_far = running(one) and running(other)
    if not so_far and one.period != other.period:
        return ()
    a, b = bands
    days = (as_of(one), as_of(other)) if so_far else (one.said, other.said)
    newer = None not in days and days[0] != days[1]
    higher = a != b and b.lo >= a.lo and b.hi >= a.hi
    refs = (one.ref, other.ref)
    if newer and (higher if grows(one, measures) else not a.meets(b)):
        return (Finding("updates", "computed", refs, ratio(a, b)),)
    if a.meets(b):
        return (Finding("repeats", "computed", refs),)
    if None in days:
        return ()
    return (Finding("corrects" if newer else "misread", "suggested", refs, ratio(a, b)),)


def _part(part: Count, whole: Count, measures: Measures, known: Known) -> tuple[Finding, ...]:
    if not is_part(part.measure, whole.measure, measures) or part.figure.increment or whole.figure.increment:
        return ()
    a, b = known[part.ref].band, known[whole.ref].band
    fits = overlap(part, whole, grows=grows(part, measures)) in ("same", "inside")
    too_much = a.lo > b.hi and (apart(a, b) or _same(known[part.ref].voices, known[whole.ref].voices) is True)
    return (Finding("part_exceeds", "computed", (part.ref, whole.ref), ratio(a, b)),) if fits and too_much else ()


def _doubt(one: Count, other: Count) -> str:
    if one.derived or other.derived:
        return "derived"
    if as_of(one) is None or as_of(other) is None:
        return "undated"
    if one.population != other.population:
        return "population_unknown"
    return "place_unknown" if one.place != other.place else ""


def _totals(one: Count, other: Count) -> bool:
    """True for two totals, or two increments that both say of which days they speak."""
    if one.figure.increment != other.figure.increment:
        return False
    return not one.figure.increment or not (running(one) or running(other))
