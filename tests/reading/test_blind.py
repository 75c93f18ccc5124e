"""Gold by somebody who hadn't seen the rules: at least nineteen in twenty are read as that person would."""

from __future__ import annotations

import json
from typing import Any

import pytest

from depesche import reading
from tests.reading import blind

ENOUGH = {"figures": 0.95, "dates": 0.95, "acts": 0.95, "chains": 0.95, "lints": 0.95, "speakers": 0.9}
"""Share of the rows of a kind that must be exact."""
CASES = [(kind, language) for kind in blind.KINDS for language in ("de", "en") if blind.rows(kind, language)]
SAME = 0.5
"""Share of the characters of two passages that must overlap (F1) for them to be the same statement."""
FOUND, RIGHT = 0.85, 0.9
"""Share of the statements of the English articles found with their speaker, and of those found that are right."""


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_at_most_one_in_twenty_is_read_otherwise(kind: str, language: str) -> None:
    wrong = list(blind.wrong(kind, language))
    assert len(wrong) <= (1 - ENOUGH[kind]) * len(blind.rows(kind, language)), wrong


def _places(spans: Any) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _same(one: set[int], other: set[int]) -> bool:
    return bool(one & other) and 2 * len(one & other) >= SAME * (len(one) + len(other))


def test_the_english_articles_say_who_said_what() -> None:
    hits, found, wanted = 0, 0, 0
    for line in (blind.DATA / "en" / "articles.jsonl").read_text("utf-8").splitlines():
        document = json.loads(line)
        statements = list(reading.read(document["text"], language="en").statements)
        found += len(statements)
        wanted += len(document["quotes"])
        for quote in document["quotes"]:
            who = _places(quote["speaker"])
            for statement in statements:
                speaker = _places(statement.speaker)
                if _same(_places(quote["spans"]), _places(statement.spans)) and (who & speaker or who == speaker):
                    statements.remove(statement)
                    hits += 1
                    break
    assert hits / wanted >= FOUND
    assert hits / found >= RIGHT
