"""A statement adopted into a draft: always with its speaker, never with one that the copy doesn't have."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from markdown_it import MarkdownIt

from depesche.render.markdown import plain
from depesche.web.desk.adopt import bare, escape, passage, sources
from depesche.words.copy import Copy, Form, Hop, Reading, Span, Statement


def span(text: str, words: str) -> Span:
    start = text.index(words)
    return start, start + len(words)


def one(
    text: str, form: Form, words: str, *, mention: str = "", name: str = "", chain: Sequence[str] = ()
) -> tuple[Copy, Reading]:
    statement = Statement(
        form,
        (span(text, words),),
        speaker=(span(text, mention),) if mention else (),
        name=name,
        chain=tuple(Hop((), hop) for hop in chain),
    )
    return Copy("c1", "plain", text, source="KCNA"), Reading("de", ((0, len(text)),), (statement,))


def test_a_quotation_gets_its_resolved_speaker_not_the_pronoun() -> None:
    copy, reading = one(
        "„Schulter an Schulter“, sagte er.", "Direct", "„Schulter an Schulter“", mention="er", name="Wladimir Putin"
    )
    assert passage(copy, reading, 0, "de").text == "„Schulter an Schulter“, sagte Wladimir Putin."
    assert passage(copy, reading, 0, "en").text == "“Schulter an Schulter”, Wladimir Putin said."


def test_an_indirect_statement_is_taken_as_its_whole_sentence() -> None:
    text = "Laut KCNA ist der Einsatz der Soldaten „siegreich abgeschlossen“."
    copy, reading = one(text, "Indirect", "ist der Einsatz der Soldaten", mention="KCNA", name="KCNA")
    assert passage(copy, reading, 0, "de").text == text


def test_a_sentence_without_its_speaker_gets_the_speaker_in_front() -> None:
    text = "Es sei der erste größere Konflikt."
    copy, reading = one(text, "IndirectFreeIndirect", text, name="das südkoreanische Militär")
    assert passage(copy, reading, 0, "de").text == f"Das südkoreanische Militär: {text}"


def test_a_sentence_with_a_pronoun_gets_the_speaker_in_front() -> None:
    text = "Er sagte, es sei vorbei."
    copy, reading = one(text, "Indirect", "es sei vorbei", mention="Er", name="Koo Byoungsam")
    assert passage(copy, reading, 0, "de").text == f"Koo Byoungsam: {text}"


def test_the_outlet_that_quotes_is_named() -> None:
    text = "„Befreit Kursk“, wurde Kim zitiert."
    copy, reading = one(
        text, "Direct", "„Befreit Kursk“", mention="Kim", name="Kim Jong-un", chain=("KCNA", "Kim Jong-un")
    )
    assert passage(copy, reading, 0, "de").text == "„Befreit Kursk“, sagte Kim Jong-un (laut KCNA)."


@pytest.mark.parametrize("mention", ["", "Er"])
def test_an_unknown_speaker_is_asked_for_never_invented(mention: str) -> None:
    text = "Er erklärt, dass dies eine Provokation darstelle."
    copy, reading = one(text, "Indirect", "dass dies eine Provokation darstelle", mention=mention)
    taken = passage(copy, reading, 0, "de")
    assert taken.text == rf"\[wer sagt das?\]: {text}"
    assert taken.speaker == ""


def test_the_pattern_takes_selected_words() -> None:
    copy, reading = one("„Nein“, sagte Ada.", "Direct", "„Nein“", mention="Ada", name="Ada 100 % sicher")
    assert passage(copy, reading, 0, "de").pattern.replace("{words}", "Doch") == "„Doch“, sagte Ada 100 % sicher."


@pytest.mark.parametrize(
    "text",
    [
        "*kein* _Kursiv_ [Link](http://x.example) <b> `code` \\ Ende",
        "AT&amp;T &copy;",
        "# keine Überschrift",
        "- kein Punkt",
        "1. Mai",
        "12) auch nicht",
        "> kein Zitat",
        "+ 3 Grad",
    ],
)
def test_adopted_words_read_the_same_after_markdown(text: str) -> None:
    assert plain(escape(text)) == text
    assert "<ul>" not in MarkdownIt().render(escape(text))


def test_the_source_is_noted_once() -> None:
    copy = Copy("c1", "plain", "x", source="KCNA")
    assert sources("", copy) == "KCNA"
    assert sources("dpa, kcna", copy) == "dpa, kcna"
    assert sources("dpa", copy) == "dpa, KCNA"
    assert sources("dpa", Copy("c2", "plain", "x")) == "dpa"


def test_a_quotation_loses_its_own_marks_only() -> None:
    assert bare("„Nein,“") == "Nein"
    assert bare("»Ja«") == "Ja"
    assert bare("Ja") == "Ja"
