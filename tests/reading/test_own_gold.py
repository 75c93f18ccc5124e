"""Own gold: acts, chains, resolved speakers and lints of wire-like sentences written for this project.

Each file holds pairs of a text and what a careful reader would note. A few may be missed, none of a kind wholesale.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from depesche import reading
from depesche.words.copy import Reading, Statement

DATA = Path(__file__).parent.parent / "data" / "reading"
DAY = dt.date(2025, 4, 28)
ENOUGH = 0.95
"""Share that must be exact."""


def gold(name: str) -> list[Any]:
    found: list[Any] = json.loads((DATA / f"{name}.de.json").read_text("utf-8"))
    return found


def read(text: str) -> Reading:
    return reading.read(text, language="de", published=DAY)


def outer(text: str) -> list[Statement]:
    return [statement for statement in read(text).statements if statement.within is None]


def check(wrong: list[Any], number: int) -> None:
    assert len(wrong) <= (1 - ENOUGH) * number, wrong


def test_acts() -> None:
    wrong = []
    for text, act, negated in gold("acts"):
        found = [(s.act, s.negated) for s in outer(text)]
        if found != [(act, negated)]:
            wrong.append((text, found))
    check(wrong, len(gold("acts")))


def test_chains() -> None:
    wrong = []
    for text, chain in gold("chains"):
        found = [[hop.name for hop in s.chain] for s in outer(text)]
        if not found or found[-1] != chain:
            wrong.append((text, found))
    check(wrong, len(gold("chains")))


def test_resolved_speakers() -> None:
    wrong = []
    for text, names in gold("speakers"):
        found = [s.name for s in outer(text)]
        if found != names:
            wrong.append((text, found))
    check(wrong, len(gold("speakers")))


@pytest.mark.parametrize(("text", "lints"), gold("lints"))
def test_lints(text: str, lints: list[list[str]]) -> None:
    assert [[lint.kind, text[lint.span[0] : lint.span[1]]] for lint in read(text).lints] == lints


def test_a_date_and_figures_in_the_same_sentence_are_told_apart() -> None:
    found = outer("Am Samstag teilte Kiew mit, dass im März 20 Panzer zerstört wurden.")
    assert [
        (s.said.words if s.said else "", [d.words for d in s.about], [f.words for f in s.figures]) for s in found
    ] == [("Am Samstag", ["im März"], ["20"])]


@pytest.mark.parametrize(
    "text",
    [
        "Seoul (dd) - Von den Soldaten sind nach Angaben des Geheimdienstes NIS 4.700 getötet worden.",
        "Moskau/Kiew (dpa/AFP) – Laut Polizei ist die Brücke gesperrt.",
        "KYIV, 28. April (Reuters) - Die Armee rechnet mit 40 bis 55 Toten.",
    ],
)
def test_nobody_says_the_dateline(text: str) -> None:
    (found,) = outer(text)
    said = " ".join(text[start:end] for start, end in (*found.spans, *found.speaker))
    assert "(" not in said
    assert "–" not in said
    assert " - " not in said


def test_what_is_counted_is_no_part_of_a_name() -> None:
    text = "Laut Agenda 2030 ist der Hunger bald besiegt."
    assert [text[s.speaker[0][0] : s.speaker[-1][1]] for s in outer(text)] == ["Agenda 2030"]
    (found,) = outer("Von den Soldaten sind nach Angaben des Geheimdienstes NIS 4.700 getötet worden.")
    assert (found.name, [figure.words for figure in found.figures]) == ("NIS", ["4.700"])
