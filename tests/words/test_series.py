"""What a root's own series says of its figures is what comparing every two of them says, and costs far less."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.words.claims import Count, Measure, Period, Ref
from depesche.words.compare import heard
from depesche.words.copy import Figure
from depesche.words.counts import Measures, alike, measured
from depesche.words.parties import Chain, Side
from depesche.words.series import Marks, agree, contradiction, marks
from depesche.words.tables import latest, newest, rows, survey
from tests.words.makers import CAST, MEASURES, count, day

SPLIT = replace(CAST, sides=(*CAST.sides, Side("usa", "washington"), Side("rok", "seoul")))
"""Those who are named in one breath are three roots here."""
LEVELS = {**MEASURES, "held": Measure("held", grows=False)}
CHAINS = [Chain((who,)) for who in ("nis", "rok_army", "gerasimov", "commander", "ua_staff", "official")]
CHAINS.append(Chain(("afp",), ("us_intelligence", "nis", "ua_intelligence")))
DAYS = [day(text) for text in ("2025-04-01", "2025-04-12", "2025-04-30", "")]
NUMBERS = st.sampled_from([100.0, 120.0, 400.0, 90.0, 130.0, None])


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Four times in five the usual, so that figures can meet at all."""
    return st.integers(0, 4).flatmap(lambda n: st.sampled_from(others) if n == 4 else st.just(usual))


@st.composite
def figures(draw: st.DrawFn) -> Count:
    lo = draw(NUMBERS)
    hi, how = draw(mostly((lo, "exact"), *((lo, how) for how in ("about", "at_least", "up_to")), (400.0, "between")))
    unit, increment = draw(mostly("", "km", "m", "percent")), draw(mostly(False, True))
    return Count(
        (0, 0),
        Figure((0, 1), "so viele", lo, hi, how, "killed", unit, "", increment),
        "killed",
        draw(mostly("soldiers", "", "workers")),
        draw(mostly("", "Kursk")),
        Period(draw(mostly(None, *DAYS)), draw(mostly(None, *DAYS))),
        draw(st.sampled_from(CHAINS)),
        draw(st.sampled_from(DAYS)),
        draw(mostly(False, True)),
        True,
        draw(mostly(False, True)),
    )


def marked(counts: Iterable[Count], measures: Measures) -> Marks:
    """The marks of all of them, root by root."""
    counts = list(counts)
    known = heard(counts, SPLIT)
    series: dict[str, list[Count]] = {}
    for each in counts:
        for voice in known[each.ref].voices:
            series.setdefault(voice, []).append(each)
    found = [marks(each, measures, known) for each in series.values()]
    unknown = latest([each for each in counts if not each.out and not known[each.ref].voices], known)
    new = {ref for each in found for ref in each.newest} | {each.ref for each in unknown}
    overtaken = {ref for each in found for ref in each.overtaken}
    return Marks(frozenset(new), frozenset(overtaken), frozenset(ref for each in found for ref in each.doubted))


@settings(max_examples=150, deadline=None)
@given(st.lists(figures(), max_size=12), st.sampled_from(["killed", "held"]), st.data())
def test_series_say_what_every_two_figures_say(drawn: list[Count], measure: str, data: st.DataObject) -> None:
    counts = [replace(each, ref=(n, 0), measure=measure) for n, each in enumerate(drawn)]
    found = survey(counts, LEVELS, SPLIT)
    plain = Marks(
        frozenset(each.ref for each in newest(counts, SPLIT)),
        frozenset(each.refs[0] for each in found if each.rule == "updates"),
        frozenset(ref for each in found if each.rule == "misread" for ref in each.refs),
    )
    said = marked(counts, LEVELS)
    assert said == plain
    known = heard(counts, SPLIT)
    asked: set[Ref] = data.draw(st.sets(st.sampled_from([each.ref for each in counts]))) if counts else set()
    firm = [each for each in counts if each.ref in (asked & said.newest) - said.doubted]
    clashes = [e for e in found if e.rule == "contradicts" and e.how == "computed" and asked.issuperset(e.refs)]
    one = contradiction(firm, LEVELS, known)
    assert (one in clashes) if clashes else one is None
    pairs = [(a, b) for a, b in combinations(counts, 2) if a.measure == b.measure and alike(a, b)]
    assert agree(counts, known) == all(measured(a).meets(measured(b)) for a, b in pairs)


def test_thousands_of_figures_of_one_measure_take_no_minutes() -> None:
    roots = [f"root-{n}" for n in range(50)]
    counts = [
        replace(count(n, f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}", "killed", 100 + n % 7, roots[n % 50]), accepted=True)
        for n in range(5_000)
    ]
    began = time.process_time()
    said, known = marked(counts, MEASURES), heard(counts, CAST)
    assert contradiction([each for each in counts if each.ref in said.newest - said.doubted], MEASURES, known) is None
    rows(counts, CAST)
    assert time.process_time() - began < 5, "some 0.3 s; comparing every two takes 20"


def test_a_contradiction_among_thousands_of_days_takes_no_minutes() -> None:
    first = dt.date(2010, 1, 1)
    rising = [
        replace(count(n, (first + dt.timedelta(n)).isoformat(), "killed", 100 + n, f"root-{n}"), accepted=True)
        for n in range(5_000)
    ]
    level = [replace(each, measure="held", figure=replace(each.figure, lo=100.0, hi=100.0)) for each in rising]
    began = time.process_time()
    assert contradiction(rising, LEVELS, heard(rising, CAST)) is None
    assert contradiction(level, LEVELS, heard(level, CAST)) is None
    assert time.process_time() - began < 4, "some 0.2 s; comparing every two days took half a minute"
