"""Who says it, as people read it."""

from __future__ import annotations

import pytest

from depesche.render import sayer


@pytest.mark.parametrize(
    ("name", "mention", "shown"),
    [
        ("Wladimir Putin", "er", "Wladimir Putin"),
        ("", "die Polizei", "die Polizei"),
        ("", "Sie", ""),
        ("niemand", "niemand", ""),
        ("", "", ""),
    ],
)
def test_a_pronoun_names_nobody(name: str, mention: str, shown: str) -> None:
    assert sayer.named(name, mention) == shown


@pytest.mark.parametrize(
    ("speaker", "shown"),
    [
        ("das Innenministerium", "Das Innenministerium"),
        ("dpa", "dpa"),
        ("al-Jazeera", "al-Jazeera"),
        ("Kim Jong-un", "Kim Jong-un"),
        ("", ""),
    ],
)
def test_a_line_begins_with_a_capital_and_a_name_stays_as_it_is(speaker: str, shown: str) -> None:
    assert sayer.label(speaker) == shown


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Auch Nordkoreaner kämpften. … Das", "Auch Nordkoreaner kämpften."),
        ("Der Einsatz sei … beendet", "Der Einsatz sei … beendet"),
        ("Das", "Das"),
    ],
)
def test_a_word_that_only_points_back_is_left_out(words: str, shown: str) -> None:
    assert sayer.rejoined(words) == shown
