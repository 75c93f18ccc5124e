"""Texts that nobody writes: time stays linear in their length, and nothing breaks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depesche import reading

PIECES = {
    "no full stop": "der Minister sagte dass er gehe ",
    "commas": "der Minister sagte, dass er gehe, ",
    "opening marks": "„a ",
    "nested quotations": "„",
    "sources in dashes": "laut Minister – so er – ",
    "brackets": "( ",
    "statements": "Der Minister sagte, er gehe heim. ",
    "quotations": "„Wir gehen jetzt heim“, sagte er. ",
    "Konjunktiv": "Er sei da. ",
    "lost speakers": "Er soll abziehen und erklärt, dass und ",
    "lines": "Hintergrund\n",
}
ENGLISH = {
    "said that": "he said that ",
    "fears": "fears that he fears that ",
    "days in broken lines": "the man said on Monday that it was late and nobody knew\nwhy ",
    "told to": "were told to ",
    "quotations": "“so it is,” he said, ",
}
WORDS = (
    *("he", "Ann", "Roe", "said", "that", "to", "accused", "of", "fears", "told", "by", "in", "the", "words", "view"),
    *(
        "according",
        "critics",
        "called",
        "a",
        "it",
        "was",
        "when",
        "asked",
        "and",
        "but",
        "nor",
        "denied",
        "make",
        "clear",
    ),
    *("who", "Monday", "42", ",", ".", ":", "–", "(", ")", "“", "”", '"', "``", "''"),
)
SLACK = 4.0
"""Twice the length may take twice the time; a slow machine is given twice that, a square would need more."""


def seconds(text: str, language: str = "de") -> float:
    best = 1e9
    for _ in range(2):
        begun = time.process_time()
        reading.read(text, language=language)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("piece", PIECES.values(), ids=PIECES.keys())
def test_time_grows_with_the_length_and_no_faster(piece: str) -> None:
    short, long = piece * (20_000 // len(piece)), piece * (80_000 // len(piece))
    seconds(short[:2000])
    assert seconds(long) <= SLACK * 4 * max(seconds(short), 0.01)


@pytest.mark.parametrize("piece", ENGLISH.values(), ids=ENGLISH.keys())
def test_time_grows_no_faster_in_english(piece: str) -> None:
    short, long = piece * (20_000 // len(piece)), piece * (80_000 // len(piece))
    seconds(short[:2000], "en")
    assert seconds(long, "en") <= SLACK * 4 * max(seconds(short, "en"), 0.01)


@given(st.lists(st.sampled_from(WORDS), max_size=16))
@settings(max_examples=300, deadline=None)
def test_any_english_words_are_read(words: list[str]) -> None:
    text = " ".join(words)
    for statement in reading.read(text, language="en").statements:
        parts = (statement.spans, statement.speaker, statement.cue, statement.addressee, statement.frame)
        assert all(0 <= start < end <= len(text) for spans in parts for start, end in spans)


@given(st.text(alphabet="Der Minister sagte, dass er „gehe“: (laut X)\n.!?–»«‚‘‹›'\" ", max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_and_every_span_lies_in_it(text: str) -> None:
    found = reading.read(text, language="de")
    for statement in found.statements:
        parts = (statement.spans, statement.speaker, statement.cue, statement.addressee, statement.frame)
        assert all(0 <= start < end <= len(text) for spans in parts for start, end in spans)
        assert statement.spans
    assert all(0 <= lint.span[0] <= lint.span[1] <= len(text) for lint in found.lints)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "„", "“", ".", "Laut", "so", "wie", "sagte", ":", "–", "("])
def test_scraps_are_read(text: str) -> None:
    assert reading.read(text, language="de").statements == ()


@pytest.mark.parametrize("language", ["fr", "und", "", "de-AT", "DE", "xx"])
def test_any_language_passes(language: str) -> None:
    found = reading.read("Il a dit : «C'est fini maintenant.»", language=language)
    assert isinstance(found.statements, tuple)
