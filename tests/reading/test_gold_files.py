"""The form of the reader's own gold: counts, spans inside the text, no text twice.

In: the files of tests/data/reading that were written without knowledge of the rules. Out: no word on how well any
reader does with them, only that they can be scored at all.
"""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from depesche.words.copy import Act, Approximator, Form, LintKind, Medium, Precision

GOLD = Path(__file__).parent.parent / "data" / "reading"
PARTS = ("spans", "speaker", "cue", "addressee", "frame")
LANGUAGES = ("de", "en")


def rows(name: str) -> list[Any]:
    found: list[Any] = json.loads((GOLD / f"{name}.json").read_text("utf-8"))
    return found


def documents(name: str = "articles") -> list[dict[str, Any]]:
    lines = (GOLD / "en" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


PAPERS = documents("papers") + documents("papers.unseen")


BLIND = sorted(path.stem for path in GOLD.glob("*.blind.*.json"))


def test_every_promised_file_is_there() -> None:
    kinds = ("chains", "speakers", "lints", "dates", "figures")
    names = [f"{kind}.blind.{language}" for kind in kinds for language in LANGUAGES]
    assert set(names) | {"acts.blind.en"} <= set(BLIND)


@pytest.mark.parametrize("name", BLIND)
def test_no_text_stands_twice(name: str) -> None:
    texts = [json.dumps(row["text"] if isinstance(row, dict) else row[0]) for row in rows(name)]
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("language", LANGUAGES)
def test_chains_are_thirty_or_more_and_name_somebody(language: str) -> None:
    chains = rows(f"chains.blind.{language}")
    assert len(chains) >= 30
    assert all(text and hops and all(hops) for text, hops in chains)
    assert sum(len(hops) > 1 for _, hops in chains) >= 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_speakers_are_thirty_or_more_and_stand_in_the_text(language: str) -> None:
    speakers = rows(f"speakers.blind.{language}")
    assert len(speakers) >= 30
    for text, names in speakers:
        assert names
        assert all(name.lower() in text.lower() for name in names), (text, names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lints_are_twenty_or_more_with_look_alikes(language: str) -> None:
    lints = rows(f"lints.blind.{language}")
    assert sum(len(found) for _, found, _ in lints) >= 20
    assert sum(not found for _, found, _ in lints) >= 6
    kinds = {kind for _, found, _ in lints for kind, _ in found}
    assert kinds == set(get_args(LintKind))
    for text, found, published in lints:
        assert all(span in text for _, span in found), text
        assert published is None or dt.date.fromisoformat(published)


def test_acts_are_forty_or_more_denials_confirmations_and_others() -> None:
    acts = rows("acts.blind.en")
    assert sum(act in ("deny", "confirm", "concede") for _, act, _, _ in acts) >= 30
    assert len(acts) >= 40
    assert {act for _, act, _, _ in acts} == set(get_args(Act))
    for text, _, negated, target in acts:
        assert isinstance(negated, bool)
        assert target in text, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_sixty_or_more_with_days_in_order(language: str) -> None:
    dates = rows(f"dates.blind.{language}")
    assert len(dates) >= 60
    for row in dates:
        assert row["published"] is None or dt.date.fromisoformat(row["published"])
        for date in in_order(row["text"], row["dates"]):
            first, last = (date[key] and dt.date.fromisoformat(date[key]) for key in ("first", "last"))
            assert date["precision"] in get_args(Precision)
            assert not first or not last or first <= last, row


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_sixty_or_more_with_traps(language: str) -> None:
    figures = rows(f"figures.blind.{language}")
    assert len(figures) >= 60
    assert sum(not row["figures"] for row in figures) >= 15
    for row in figures:
        for figure in in_order(row["text"], row["figures"]):
            lo, hi = figure["lo"], figure["hi"]
            assert figure.get("approximator", "exact") in get_args(Approximator)
            assert (lo, hi) != (None, None), row
            assert lo is None or hi is None or lo <= hi, row


def test_articles_are_twenty_five_of_a_wire_item_s_length() -> None:
    found = documents()
    assert len({document["id"] for document in found}) == len({document["text"] for document in found}) == 25
    assert all(150 <= len(document["text"].split()) <= 350 for document in found)


def test_articles_of_papers_are_thirty_half_of_them_unseen() -> None:
    assert len({document["text"] for document in PAPERS}) == 30
    assert len(documents("papers")) == len(documents("papers.unseen")) == 15
    assert all(200 <= len(document["text"].split()) <= 400 for document in PAPERS)


@pytest.mark.parametrize("document", documents() + PAPERS, ids=lambda document: document["name"])
def test_spans_of_an_article_are_whole_tokens_of_its_text(document: dict[str, Any]) -> None:
    text, tokens = document["text"], document["tokens"]
    assert tokens == sorted(tokens)
    assert "".join(text[start:end] for start, end in tokens) == "".join(text.split())
    starts, ends = {start for start, _ in tokens}, {end for _, end in tokens}
    for quote in document["quotes"]:
        for part in PARTS:
            spans = quote[part]
            assert spans == sorted(spans)
            assert all(start in starts and end in ends and start < end for start, end in spans), text[slice(*spans[0])]
            assert all(a[1] <= b[0] for a, b in pairwise(spans))


@pytest.mark.parametrize("document", documents(), ids=lambda document: document["name"])
def test_quotes_of_an_article_keep_to_the_scheme(document: dict[str, Any]) -> None:
    quotes = document["quotes"]
    assert len({json.dumps([quote["type"], quote["spans"]]) for quote in quotes}) == len(quotes)
    for quote in quotes:
        assert quote["type"] in get_args(Form)
        assert quote["medium"] in get_args(Medium)
        assert quote["spans"]
        framed = quote["type"] in ("Direct", "Indirect")
        assert bool(quote["cue"]) == bool(quote["frame"]) == framed, quote
        assert quote["nested"] == any(other is not quote and within(quote, other) for other in quotes)


@pytest.mark.parametrize("document", PAPERS, ids=lambda document: document["name"])
def test_articles_of_papers_have_sources_cues_and_contents_none_within_another(document: dict[str, Any]) -> None:
    taken: set[int] = set()
    for quote in document["quotes"]:
        assert quote["type"] in ("Direct", "Indirect", "Mixed")
        assert quote["spans"]
        assert quote["cue"]
        assert not any(quote[part] for part in ("nested", "addressee", "frame"))
        content = {at for start, end in quote["spans"] for at in range(start, end)}
        assert not content & taken, quote
        taken |= content


def in_order(text: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was found, when its words stand in the text one after another; fails otherwise."""
    start = 0
    for one in found:
        at = text.find(one["words"], start)
        assert at >= 0, (text, one["words"])
        start = at + len(one["words"])
    return found


def within(inner: dict[str, Any], outer: dict[str, Any]) -> bool:
    """Whether every piece of one quotation lies in a piece of the other."""
    return all(any(a <= s and e <= b for a, b in outer["spans"]) for s, e in inner["spans"])
