"""Figures as readers see them: the worked examples in a sentence, a table and a picture, in both languages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.render import counted, figures
from depesche.render.figures import Ground, Table, Told
from depesche.words.claims import Count, Measure, Period
from depesche.words.tables import rows
from tests.words.makers import CAST, MEASURES, count
from tests.words.test_compare import DEPLOYED, LOSSES

SAID = {
    "nis_killed": "600",
    "kbs_killed": "etwa 600",
    "nis_jan_killed": "etwa 300",
    "zelensky_killed": "rund zwei Drittel",
}


def ground(language: str = "de", told: dict[int, Told] | None = None, measures: Any = MEASURES) -> Ground:
    return Ground(measures, CAST, told or {}, language)


def worded(name: str) -> Count:
    """The count with the words of the text."""
    each = LOSSES[name]
    return replace(each, figure=replace(each.figure, words=SAID.get(name, each.figure.words)))


KILLED = [worded(name) for name, each in LOSSES.items() if each.measure == "killed"]


def only(counts: list[Count], language: str = "de", **more: Any) -> Table:
    (table,) = figures.tables(counts, ground(language, **more))
    return table


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Angaben zwischen 600 und rund 2.700 Getöteten (abgeleitet); von der Redaktion keine geprüft."),
        ("en", "Figures between 600 and about 2,700 killed (derived); none checked by us."),
    ],
)
def test_one_sentence_tells_the_ends_and_what_was_derived(language: str, sentence: str) -> None:
    assert only(KILLED, language).sentence == sentence


@settings(deadline=None)
@given(st.permutations(KILLED))
def test_the_order_of_arrival_changes_nothing(counts: list[Count]) -> None:
    assert only(counts) == only(KILLED)


def test_a_row_for_each_root_with_the_words_as_said_and_what_it_said_before() -> None:
    told = {7: Told(post=4, direct=True), 5: Told(post=2)}
    nis, zelensky = only(KILLED, told=told).lines
    assert (nis.words, nis.who, nis.through) == ("600", "nis", "kyiv_independent ← reuters ← lee")
    assert nis.also == "KBS"
    assert nis.before == "mehr als zuvor: etwa 300 (13. Jan. 2025)"
    assert (nis.post, nis.direct, nis.day) == (4, True, "2025-04-30")
    assert (zelensky.words, zelensky.notes) == ("rund 2.700", ("abgeleitet aus „rund zwei Drittel“",))
    assert zelensky.before == ""


def test_figures_that_left_the_table_are_in_none() -> None:
    counts = [replace(each, out=True) if each.ref == LOSSES["misread"].ref else each for each in LOSSES.values()]
    tables = {table.title: table for table in figures.tables(counts, ground())}
    assert list(tables) == ["Verwundete · Soldaten", "Getötete oder Verwundete · Soldaten", "Getötete · Soldaten"]
    assert [line.words for line in tables["Verwundete · Soldaten"].lines] == ["exact 4100"]
    assert tables["Verwundete · Soldaten"].sentence == "Eine Angabe: 4.100 Verwundete; von der Redaktion nicht geprüft."


def test_labourers_are_no_soldiers_and_increments_are_no_totals() -> None:
    soldiers, labourers = sorted(figures.tables(DEPLOYED.values(), ground()), key=lambda table: -len(table.lines))
    assert labourers.title == "Entsandte · Arbeiter"
    assert labourers.sentence == "Eine Angabe: 15.000 Entsandte; von der Redaktion nicht geprüft."
    assert soldiers.sentence == "Angaben zwischen 10.000 und 15.000 Entsandten; von der Redaktion keine geprüft."
    assert [line.notes for line in soldiers.lines] == [(), ("zusätzlich",), ()]
    assert "us_intelligence, nis, ua_intelligence" in [line.who for line in soldiers.lines]


def test_the_line_of_the_card_says_what_is_no_total_and_what_nobody_said() -> None:
    def line(counts: list[Count]) -> str:
        return figures.short(rows(counts, CAST), {each.ref: each for each in counts}, ground(), 4)

    soldiers = [each for each in DEPLOYED.values() if each.population == "soldiers"]
    assert "(rok_army, zusätzlich, " in line(soldiers)
    assert "(zelensky, abgeleitet, " in line(KILLED)


def test_the_line_of_the_card_tells_days_where_they_differ() -> None:
    def line(*days: dt.date) -> str:
        told = (worded("nis_killed"), worded("zelensky_killed"))
        counts = [replace(each, said=day) for each, day in zip(told, days, strict=True)]
        return figures.short(rows(counts, CAST), {each.ref: each for each in counts}, ground(), 4)

    april, may = dt.date(2025, 4, 29), dt.date(2025, 5, 2)
    assert "Apr." not in line(april, april)
    assert "29. Apr.)" in line(april, may)
    assert "29. Apr. 2025)" in line(april, dt.date(2026, 1, 2))


def test_a_figure_of_a_period_is_never_told_as_one_of_its_last_day() -> None:
    autumn = Period(dt.date(2024, 9, 1), dt.date(2024, 11, 30))
    counts = [
        replace(worded("nis_killed"), period=autumn, said=dt.date(2025, 4, 27)),
        replace(worded("zelensky_killed"), period=Period(), said=dt.date(2025, 4, 29)),
    ]
    by_ref = {each.ref: each for each in counts}
    assert ", 1. Sept.\u2009–\u200930. Nov. 2024)" in figures.short(rows(counts, CAST), by_ref, ground(), 4)
    assert ", Sep 1\u2009–\u2009Nov 30, 2024)" in figures.short(rows(counts, CAST), by_ref, ground("en"), 4)
    table = only(counts)
    assert {each.when: each.day for each in table.lines} == {
        "1. Sept.\u2009–\u200930. Nov. 2024": "",
        "29. Apr. 2025": "2025-04-29",
    }
    assert table.picture is not None
    period, day = table.picture.dots
    assert period.left < period.x < period.right < day.x
    assert day.left == day.x == day.right
    assert [label.text for label in table.picture.days] == ["1. Sept. 2024", "29. Apr. 2025"]


def test_what_the_same_source_said_of_a_period_before_is_told_with_it() -> None:
    autumn = Period(dt.date(2024, 9, 1), dt.date(2024, 11, 30))
    before = replace(worded("nis_killed"), period=autumn, said=dt.date(2025, 1, 13))
    more = replace(before.figure, lo=9000, hi=9000, words="9.000")
    now = replace(before, ref=(99, 0), figure=more, said=dt.date(2025, 4, 29))
    (line, *_) = only([before, now]).lines
    assert line.before == "mehr als zuvor: 600 (1. Sept.\u2009–\u200930. Nov. 2024)"


def test_what_we_checked_is_said() -> None:
    own = {7: Told(own=True)}
    assert only(KILLED, told=own).sentence.endswith("; 1 davon von der Redaktion geprüft.")
    assert only(KILLED[1:2], told={5: Told(own=True)}).sentence.endswith("; von der Redaktion geprüft.")


def test_a_measure_of_the_storys_own_keeps_its_name() -> None:
    measures = {"sorties": Measure("sorties", {"de": "Einsätze"})}
    two = [count(1, "2025-04-30", "sorties", 20, "nis"), count(2, "2025-04-30", "sorties", 90, "ua_staff")]
    table = only(two, measures=measures)
    assert table.title == "Einsätze · Soldaten"
    assert table.sentence == "Einsätze: Angaben zwischen 20 und 90; von der Redaktion keine geprüft."


def test_a_vague_figure_is_quoted() -> None:
    two = [
        count(1, "2025-04-30", "killed", 24, "nis", how="vague", words="Dutzende"),
        count(2, "2025-04-30", "killed", 90, "ua_staff", how="at_least"),
    ]
    assert only(two).sentence.startswith("Angaben zwischen „Dutzende“ und mindestens 90 Getöteten;")


def test_all_figures_the_same_are_no_range() -> None:
    two = [count(1, "2025-04-30", "killed", 90, "nis"), count(2, "2025-04-30", "killed", 90, "ua_staff")]
    assert only(two).sentence == "2 Angaben, alle: 90 Getötete; von der Redaktion keine geprüft."


def test_a_figure_without_a_number_has_a_row_and_no_sentence() -> None:
    table = only([count(1, "", "killed", None, "nis", words="viele")])
    assert (table.sentence, [line.words for line in table.lines], table.picture) == ("", ["viele"], None)


def test_the_picture_begins_at_nothing_and_ties_one_sources_figures_together() -> None:
    picture = only(KILLED).picture
    assert picture is not None
    assert picture.title == "Verlauf der Angaben: Getötete · Soldaten"
    assert picture.numbers[0].text == "0"
    assert float(picture.numbers[-1].text.replace(".", "")) >= 2667
    assert len(picture.dots) == 4
    assert [dot.derived for dot in picture.dots] == [False, True, False, False]
    assert len(picture.lines) == 1
    assert {label.text for label in picture.letters} == {"A", "B"}
    for dot in picture.dots:
        assert picture.left < dot.x < picture.right
        assert 0 < dot.top <= dot.bottom <= picture.floor


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            lambda n, day, lo, more, how, party: count(
                n, f"2025-{day // 28 % 12 + 1:02}-{day % 28 + 1:02}", "killed", lo, party, hi=lo + more, how=how
            ),
            st.integers(1, 999),
            st.integers(0, 300),
            st.floats(0, 1e12),
            st.floats(0, 1e6),
            st.sampled_from(["exact", "about", "between", "at_least", "up_to", "vague"]),
            st.sampled_from(["nis", "ua_staff", "zelensky", "kcna", "official", ""]),
        ),
        min_size=1,
        max_size=12,
        unique_by=lambda each: each.ref,
    )
)
def test_any_figures_make_a_table_and_a_picture_that_fits(counts: list[Count]) -> None:
    table = only(counts)
    assert table.lines
    for dot in table.picture.dots if table.picture else ():
        assert 0 <= dot.top <= dot.bottom <= table.picture.height if table.picture else False
        assert 0 < dot.x < 340


@pytest.mark.parametrize(("value", "text"), [(2700.0, "2.700"), (4.5, "4,5"), (0.0, "0"), (1e12, "1.000.000.000.000")])
def test_numbers_as_the_language_writes_them(value: float, text: str) -> None:
    assert counted.decimal(value, "de") == text
