"""Hard paragraphs are split as a person would; any string at all is split without losing or inventing a character."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.reading import lines, quotes, sentences

GOLD = Path(__file__).parent.parent / "data" / "reading"
CASES = [
    pytest.param(language, case, id=f"{language}-{at}")
    for language in ("de", "en")
    for at, case in enumerate(json.loads((GOLD / f"sentences.{language}.json").read_text("utf-8")))
]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
"""Any code points at all, lone surrogates and NUL included."""
PROSE = st.lists(
    st.sampled_from(
        [*"„“”»«‚‘\"'.!?…:, \n", "Am", "3", "Dr", "z", "B", "Mai", "sagte", "U", "S", "er", "II", "(", ")"]
    ),
    max_size=60,
).map(" ".join)


def _split(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text, language)]


@pytest.mark.parametrize(("language", "case"), CASES)
def test_a_hard_paragraph_is_split_as_a_person_would(language: str, case: list[str]) -> None:
    assert _split(" ".join(case), language) == case


def test_a_line_is_never_joined_with_the_next_one() -> None:
    assert _split("Truppen in Kursk\n\nDer Minister\nsprach.", "de") == ["Truppen in Kursk", "Der Minister", "sprach."]


def test_the_name_of_a_film_is_not_split() -> None:
    text = "Der Film „Lauf! Es brennt.“ läuft heute. Er ist gut."
    assert _split(text, "de") == ["Der Film „Lauf! Es brennt.“ läuft heute.", "Er ist gut."]


def test_a_number_that_begins_a_line_is_no_sentence() -> None:
    assert _split("1. Der Vertrag gilt.\n2. Er endet nie.", "de") == ["1. Der Vertrag gilt.", "2. Er endet nie."]


def test_a_language_without_tables_is_split_at_full_stops() -> None:
    assert _split("Il parle. Elle écoute !", "fr") == ["Il parle.", "Elle écoute !"]


def test_nothing_is_found_in_nothing() -> None:
    assert sentences.split("", "de") == ()
    assert sentences.split(" \n\t\u2028 ", "de") == ()


@given(st.one_of(ANY_TEXT, PROSE), st.sampled_from(["de", "en", "fr", ""]))
def test_sentences_cover_any_text_in_order(text: str, language: str) -> None:
    spans = sentences.split(text, language)
    at = 0
    for start, end in spans:
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


@given(st.one_of(ANY_TEXT, PROSE))
def test_a_sentence_stays_within_its_paragraph(text: str) -> None:
    paragraphs = lines.paragraphs(text)
    spans = sentences.split(text, "de", paragraphs, quotes.pair(text, paragraphs))
    assert all(any(a <= start and end <= b for a, b in paragraphs) for start, end in spans)
