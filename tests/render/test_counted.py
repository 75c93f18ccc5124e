"""What asks for a figure is a sentence that somebody would say, in both languages."""

from __future__ import annotations

import pytest

from depesche.render import counted
from depesche.words.claims import Measure
from depesche.words.reckoning import OWN_MEASURES

OWN = {**OWN_MEASURES, "m-1": Measure("m-1", {"de": "Sandsäcke", "en": "sandbags"})}


@pytest.mark.parametrize(
    ("measure", "people", "language", "asked"),
    [
        ("killed", "soldiers", "de", "Wie viele Soldaten wurden getötet?"),
        ("killed", "soldiers", "en", "How many soldiers were killed?"),
        ("missing", "", "de", "Wie viele Menschen werden vermisst?"),
        ("missing", "", "en", "How many people are missing?"),
        (
            "killed_or_wounded",
            "nordkoreanische Soldaten",
            "de",
            "Wie viele nordkoreanische Soldaten wurden getötet oder verwundet?",
        ),
        ("destroyed", "tanks", "de", "Wie viele Panzer wurden zerstört?"),
        ("destroyed", "", "de", "Wie viele Zerstörte?"),
        ("m-1", "", "de", "Wie viele Sandsäcke?"),
        ("m-1", "houses", "de", "Wie viele Sandsäcke (Häuser)?"),
    ],
)
def test_a_question_asks_for_what_is_counted(measure: str, people: str, language: str, asked: str) -> None:
    assert counted.question(measure, people, OWN, language) == asked


def test_a_story_that_calls_it_otherwise_is_asked_in_its_words() -> None:
    fallen = {"killed": Measure("killed", {"de": "Gefallene"})}
    assert counted.question("killed", "soldiers", fallen, "de") == "Wie viele Gefallene (Soldaten)?"
