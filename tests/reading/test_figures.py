"""Figures are read as a person would; traps are none; any string at all gives figures that are really in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.reading import dates, figures, tables
from depesche.words.copy import Figure

GOLD = Path(__file__).parent.parent / "data" / "reading"
TABLES = ("numerals", "approximators", "vague", "units", "populations", "measures", "figurative")


GOLD_CASES = {language: json.loads((GOLD / f"figures.{language}.json").read_text("utf-8")) for language in ("de", "en")}
CASES = [
    pytest.param(
        language,
        case,
        id=f"{language}-{at}",
        marks=[pytest.mark.xfail(strict=True, reason=case["missed"])] if "missed" in case else [],
    )
    for language, cases in GOLD_CASES.items()
    for at, case in enumerate(cases)
]
"""Cases that are still missed say why; they fail the tests when they are read rightly, so that the mark goes."""
PHRASES = st.lists(
    st.sampled_from(
        [
            *".,;:-–/()'’$€%§ \n", "10", "12.000", "3,5", "2024", "etwa", "mehr als", "zwischen", "und", "bis", "zu",
            "Mio", "Millionen", "hundert", "ein", "eine", "Soldaten", "getötet", "oder", "verwundet", "Prozent",
            "two", "hundred", "and", "a", "half", "million", "of", "the", "killed", "one", "soldier", "about",
        ]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)


def _told(figure: Figure) -> dict[str, Any]:
    """A figure as the gold writes it: what is "" or False left out, both bounds always there."""
    raw = msgspec.to_builtins(figure)
    del raw["span"]
    return {"lo": None, "hi": None, **raw}


@pytest.mark.parametrize("language", ["de", "en"])
def test_at_most_one_case_in_twenty_is_missed(language: str) -> None:
    cases = GOLD_CASES[language]
    assert len(cases) >= 60
    assert sum("missed" in case for case in cases) <= 0.05 * len(cases)


@pytest.mark.parametrize(("language", "case"), CASES)
def test_a_phrase_is_read_as_a_person_would(language: str, case: dict[str, Any]) -> None:
    found = figures.find(case["text"], language)
    wanted = [{key: float(value) if isinstance(value, int) and key in ("lo", "hi") else value
               for key, value in figure.items()} for figure in case["figures"]]  # fmt: skip
    assert [_told(figure) for figure in found] == wanted


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_figure_is_never_a_date(language: str) -> None:
    for name in ("figures", "dates"):
        for case in json.loads((GOLD / f"{name}.{language}.json").read_text("utf-8")):
            text = case["text"]
            times = [set(range(*date.span)) for date in dates.find(text, language, None)]
            for figure in figures.find(text, language):
                assert not any(time & set(range(*figure.span)) for time in times), (text, figure.words)


def test_only_a_part_of_a_text_may_be_asked_for() -> None:
    text = "Es gab 300 Tote. Es gab 400 Verletzte."
    assert [figure.words for figure in figures.find(text, "de", 17)] == ["400"]
    assert [figure.words for figure in figures.find(text, "de", 0, 16)] == ["300"]


def test_a_language_without_tables_has_no_figures() -> None:
    assert figures.find("300 morts", "fr") == ()


def test_a_number_of_a_million_digits_is_no_figure() -> None:
    assert figures.find("9" * 1_000_000, "de") == ()
    assert figures.find("zwanzig" * 100_000, "de") == ()


@given(st.one_of(ANY_TEXT, PHRASES), st.sampled_from(["de", "en"]))
def test_figures_stand_in_the_text_in_order(text: str, language: str) -> None:
    at = 0
    for figure in figures.find(text, language):
        start, end = figure.span
        assert at <= start < end <= len(text)
        assert text[start:end] == figure.words
        assert figure.lo is not None or figure.hi is not None
        if figure.lo is not None and figure.hi is not None:
            assert figure.lo <= figure.hi
        at = end


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("table", TABLES)
def test_a_table_says_nothing_twice(language: str, table: str) -> None:
    """The value column and, where a word may stand on several sides, the side tell two rows apart."""
    sided = {"approximators": 1, "units": 1, "figurative": 0}
    seen: set[tuple[str, str]] = set()
    for row in tables.rows(language, table):
        if row[0] in ("pair", "link", "joint", "short"):
            continue
        for form in row[-1].split():
            key = (row[sided[table]] if table in sided else row[0] if row[0] == "article" else "", form)
            assert key not in seen, key
            seen.add(key)
    assert seen
