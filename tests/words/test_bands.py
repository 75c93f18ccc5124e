"""Bands: the worked examples of the ledger's design, and laws that hold for every figure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.words.bands import Band, apart, band, ratio
from depesche.words.copy import Approximator, Figure

numbers = st.floats(0, 1e12, allow_nan=False) | st.integers(0, 10**9).map(float)
figures = st.builds(
    lambda ends, how: Figure((0, 1), "x", min(ends), max(ends), how),
    st.tuples(numbers, numbers),
    st.sampled_from(["exact", "about", "at_least", "more_than", "up_to", "fewer_than", "nearly", "between", "vague"]),
)


def figure(lo: float | None, hi: float | None, how: Approximator = "exact") -> Figure:
    return Figure((0, 1), "x", lo, hi, how)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (figure(4000, 4000, "about"), Band(3500, 4500)),
        (figure(3000, 3000, "about"), Band(2500, 3500)),
        (figure(4700, 4700, "about"), Band(4230, 5170)),
        (figure(4700, 4700), Band(4700, 4700)),
        (figure(10_000, 12_000, "between"), Band(10_000, 12_000)),
        (figure(100, None, "at_least"), Band(100, math.inf)),
        (figure(200, None, "vague"), Band(200, math.inf)),
        (figure(None, 50, "up_to"), Band(0, 50)),
        (figure(4000, 4000, "nearly"), Band(3500, 4000)),
        (figure(2.5, 2.5, "about"), Band(2.25, 2.75)),
        (figure(None, None, "vague"), Band(0, math.inf)),
    ],
)
def test_a_figure_means_what_the_words_allow(said: Figure, expected: Band) -> None:
    assert band(said) == expected


def test_about_4000_and_4700_are_no_alarm_but_600_and_2667_are() -> None:
    about, exact = band(figure(4000, 4000, "about")), band(figure(4700, 4700))
    assert not about.meets(exact)
    assert ratio(about, exact) == pytest.approx(1.044, abs=0.001)
    assert not apart(about, exact)
    assert apart(band(figure(600, 600)), band(figure(2667, 2667, "about")))


def test_an_increment_on_a_range_holds_the_later_total() -> None:
    autumn, more = band(figure(10_000, 12_000, "between")), band(figure(3000, 3000, "about"))
    assert autumn.plus(more).holds(band(figure(15_000, 15_000)))


@given(figures, figures)
def test_comparing_doesnt_depend_on_the_order(one: Figure, other: Figure) -> None:
    a, b = band(one), band(other)
    assert a.meets(b) == b.meets(a)
    assert ratio(a, b) == ratio(b, a)
    assert apart(a, b) == apart(b, a)


@given(figures)
def test_a_band_is_never_empty_and_agrees_with_itself(said: Figure) -> None:
    means = band(said)
    assert means.lo <= means.hi
    assert ratio(means, means) == 1
