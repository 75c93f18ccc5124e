"""What the desk shows of a correction: words taken out and put in."""

from __future__ import annotations

import time

import pytest

from depesche.web.desk.diff import diff


def test_one_changed_word_is_one_word_out_and_one_in() -> None:
    assert diff("Es sind 300 Tote.", "Es sind 600 Tote.") == [
        ("same", "Es sind "),
        ("out", "300 "),
        ("in", "600 "),
        ("same", "Tote."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "neu"),
        ("alt", ""),
        ("gleich", "gleich"),
        ("a " * 5_000, "a " * 4_000 + "b"),
        ("\n" * 50_000, "x\n" * 25_000),
        ("Kyjiw – „Schulter an Schulter“", "Kiew – „Schulter“"),
    ],
)
def test_both_texts_can_be_read_from_the_pieces_in_a_moment(before: str, after: str) -> None:
    began = time.process_time()
    pieces = diff(before, after)
    assert time.process_time() - began < 10  # seconds; a square needs minutes
    assert "".join(text for kind, text in pieces if kind != "in") == before
    assert "".join(text for kind, text in pieces if kind != "out") == after
