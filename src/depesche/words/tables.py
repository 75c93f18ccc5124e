"""Figures side by side: the table of a claim, and what the rules find in all of a story's figures.

In: every count of a story, in any order. Out: findings and rows, the same for every order of arrival.
Never an average, a midpoint or a sum that is shown: sums only tell whether figures fit ("passt rechnerisch").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import combinations

from msgspec import Struct
from msgspec.structs import replace

from depesche.words.bands import Band
from depesche.words.claims import Count, Ref
from depesche.words.compare import Finding, Known, heard, ordered, same_root, voices
from depesche.words.counts import Measures, alike, as_of, is_part, measured, order, running
from depesche.words.parties import Cast

FRACTIONS = {"share": 1.0, "percent": 0.01}
"""Units in which a text gives a part of something."""


class Row(Struct, frozen=True, gc=False):
    """One root in a table: its figure, the same figure through others, and what it said last before that."""

    ref: Ref
    through: tuple[Ref, ...] = ()
    before: Ref | None = None


def survey(counts: Iterable[Count], measures: Measures, cast: Cast) -> tuple[Finding, ...]:
    """Everything that the rules find, sorted. Only each root's newest figures of a period can contradict others."""
    table = sorted((each for each in counts if not each.out), key=order)
    known = heard(table, cast)
    last = {each.ref for each in latest(table, known)}
    found = [each for one, other in combinations(table, 2) for each in ordered(one, other, measures, known)]
    kept = [each for each in found if _counts(each, last)]
    misread = {ref for each in kept if each.rule == "misread" for ref in each.refs}
    kept = [_explain(each, table, misread, measures, cast) for each in kept]
    return tuple(sorted({*kept, *_increments(table, cast), *_parts(table, measures, cast)}))


def newest(counts: Iterable[Count], cast: Cast) -> tuple[Count, ...]:
    """Each root's latest figures for each measure, population, place and period; all of a day when it gave several.

    Figures whose root is unknown stay all: nobody can say that one replaces another.
    """
    table = [each for each in counts if not each.out]
    return tuple(sorted(latest(table, heard(table, cast)), key=order))


def latest(table: Iterable[Count], known: Known) -> list[Count]:
    """The same for figures that are heard already and none of which is out, in no order."""
    return [each for group in _by_row(table, known).values() for each in _last(group)]


def rows(counts: Iterable[Count], cast: Cast, known: Known | None = None) -> tuple[Row, ...]:
    """The table of one measure, newest first: a row for each root, and for each of its figures that don't agree.

    `known` has what was heard of the figures, if anybody has it already.
    """
    table = sorted((each for each in counts if not each.out), key=order)
    known, made = heard(table, cast) if known is None else known, dict[Ref, Row]()
    for row in _by_row(table, known).values():
        group = _last(row)
        new = {each.ref for each in group}
        before = next((each.ref for each in reversed(row) if each.ref not in new), None)
        narrow = sorted(group, key=lambda each: known[each.ref].band.hi - known[each.ref].band.lo)
        while narrow:
            lead, *others = narrow
            same = {each.ref for each in others if known[each.ref].band.meets(known[lead.ref].band)}
            narrow = [each for each in others if each.ref not in same]
            made[lead.ref] = Row(lead.ref, tuple(each.ref for each in group if each.ref in same), before)
    return tuple(made[each.ref] for each in reversed(table) if each.ref in made)


def ends(counts: Iterable[Count], cast: Cast, known: Known | None = None) -> tuple[Count, Count] | None:
    """The lowest and the highest of the newest figures as said, for "Angaben zwischen … und …"; None without any."""
    table = [each for each in counts if not each.out]
    last = latest(table, heard(table, cast) if known is None else known)
    said = [each for each in last if not each.figure.increment and _numbers(each)]
    if not said:
        return None
    return min(said, key=lambda c: (_numbers(c)[0], c.derived, order(c))), max(
        said, key=lambda c: (_numbers(c)[-1], not c.derived, order(c))
    )


def sums(counts: Iterable[Count], cast: Cast) -> tuple[Finding, ...]:
    """Where one of these figures and the increments since then reach a later one, sorted."""
    return tuple(sorted(_increments(sorted((each for each in counts if not each.out), key=order), cast)))


def share(count: Count, part: float, measure: str, ref: Ref) -> Count:
    """A part of a figure ("rund zwei Drittel davon") as a figure of its own, always marked as derived."""
    lo, hi = (None if end is None else float(round(end * part)) for end in (count.figure.lo, count.figure.hi))
    how = "about" if count.figure.approximator in ("exact", "about", "nearly") else count.figure.approximator
    figure = replace(count.figure, lo=lo, hi=hi, approximator=how, measure=measure)
    return replace(count, ref=ref, figure=figure, measure=measure, derived=True, accepted=False)


def origin(derived: Count, beside: Iterable[Count], measures: Measures, cast: Cast) -> tuple[Count, ...]:
    """What a derived figure was made of: a part ("rund zwei Drittel") and its whole ("etwa 4.000").

    `beside` are the figures of its post. The part stands in its own statement; the whole counts more, is of the same
    root, and that part of it is the figure. Without such a whole it's the part alone, without a part it's nothing.
    """
    every = sorted(beside, key=lambda each: (abs(each.ref[0] - derived.ref[0]), each.ref))
    parts = [each for each in every if each.figure.unit in FRACTIONS and each.ref[0] == derived.ref[0]]
    for part in parts:
        size = (part.figure.lo or 0) * FRACTIONS[part.figure.unit]
        for whole in every:
            counts = is_part(derived.measure, whole.measure, measures) and whole.figure.unit not in FRACTIONS
            made = share(whole, size, derived.measure, derived.ref)
            if counts and same_root(derived, whole, cast) and measured(made).meets(measured(derived)):
                return part, whole
    return tuple(parts[:1])


def _by_row(table: Iterable[Count], known: Known) -> dict[tuple[object, ...], list[Count]]:
    groups: dict[tuple[object, ...], list[Count]] = {}
    for each in table:
        groups.setdefault(_row(each, known[each.ref].voices), []).append(each)
    return groups


def _row(count: Count, voices: frozenset[str]) -> tuple[object, ...]:
    root: object = voices or count.ref
    window = (count.period.first, None if running(count) else count.period.last)
    kind = (count.measure, count.population, count.place, count.figure.unit)
    return (root, *kind, count.figure.increment, count.derived, *window)


def _last(group: Sequence[Count]) -> Sequence[Count]:
    if len(group) == 1:
        return group
    days = [(as_of(each) or dt.date.min, each.said or dt.date.min) for each in group]
    latest = max(days)
    return [each for each, day in zip(group, days, strict=True) if day == latest]


def _counts(finding: Finding, latest: set[Ref]) -> bool:
    return finding.rule not in ("contradicts", "part_exceeds") or latest.issuperset(finding.refs)


def _explain(finding: Finding, table: Sequence[Count], misread: set[Ref], measures: Measures, cast: Cast) -> Finding:
    """The finding, held back while one of its figures may be misread, or with the reason for a misreading."""
    if finding.rule == "contradicts" and finding.how == "computed" and misread & set(finding.refs):
        return replace(finding, how="suggested", why="misread")
    if finding.rule == "misread":
        pair = [each for each in table if each.ref in finding.refs]
        wholes = [each for each in table if each.measure != pair[0].measure]
        if any(_is_total(one, each, measures, cast) for one in pair for each in wholes):
            return replace(finding, why="total_as_part")
    return finding


def _is_total(part: Count, whole: Count, measures: Measures, cast: Cast) -> bool:
    """True when a part's number is what the same root gave for the whole on that day."""
    of_it = is_part(part.measure, whole.measure, measures) and as_of(part) == as_of(whole) and alike(part, whole)
    return of_it and measured(part) == measured(whole) and same_root(part, whole, cast) is True


def _increments(table: Sequence[Count], cast: Cast) -> set[Finding]:
    """Totals that an earlier total and one root's increments since then reach by band arithmetic."""
    found: set[Finding] = set()
    totals = [each for each in table if not each.figure.increment and as_of(each) and not each.derived]
    more = [each for each in table if each.figure.increment and as_of(each) and voices(each, cast)]
    for later in totals if more else ():
        for root in {voices(each, cast) for each in more}:
            for earlier in totals:
                since = [e for e in more if voices(e, cast) == root and _between(earlier, e, later)]
                if since and _last_before(earlier, since[0], totals, cast) and _reach([earlier, *since], later):
                    one = voices(earlier, cast) == root == voices(later, cast)
                    refs = (earlier.ref, *(each.ref for each in since), later.ref)
                    found.add(Finding("adds_up", "computed", refs, 1.0, "one_root" if one else "across_roots"))
    return found


def _between(earlier: Count, increment: Count, later: Count) -> bool:
    days = as_of(earlier), as_of(increment), as_of(later)
    if days[0] is None or days[1] is None or days[2] is None:
        return False
    same = all(each.measure == later.measure and _exactly_alike(each, later) for each in (earlier, increment))
    return same and days[0] < days[1] <= days[2]


def _last_before(earlier: Count, increment: Count, totals: Sequence[Count], cast: Cast) -> bool:
    """True when its root gave no newer total before the increment."""
    others = [e for e in totals if e.measure == earlier.measure and same_root(e, earlier, cast)]
    return not any(_between(earlier, each, increment) and each.ref != increment.ref for each in others)


def _parts(table: Sequence[Count], measures: Measures, cast: Cast) -> set[Finding]:
    """Wholes that one root's parts of the same day, two or more of different measures, add up to."""
    found: set[Finding] = set()
    for whole in table:
        near = [e for e in table if _direct(e, whole, measures) and as_of(e) and as_of(e) == as_of(whole)]
        parts = [e for e in near if _exactly_alike(e, whole) and same_root(e, whole, cast)]
        for pair in combinations(parts, 2):
            if pair[0].measure != pair[1].measure and _reach(pair, whole):
                found.add(Finding("adds_up", "computed", (*(each.ref for each in pair), whole.ref), 1.0, "parts"))
    return found


def _direct(part: Count, whole: Count, measures: Measures) -> bool:
    return bool(whole.measure) and part.measure in measures and measures[part.measure].part_of == whole.measure


def _exactly_alike(one: Count, other: Count) -> bool:
    return alike(one, other) and one.population == other.population and one.place == other.place


def _reach(parts: Sequence[Count], whole: Count) -> bool:
    total = Band(0, 0)
    for each in parts:
        total = total.plus(measured(each))
    return total.meets(measured(whole))


def _numbers(count: Count) -> tuple[float, ...]:
    return tuple(end for end in (count.figure.lo, count.figure.hi) if end is not None)
