"""Gold by somebody who hadn't seen the rules: at least nineteen in twenty are read as that person would."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench import _schemes, score
from depesche import reading
from tests.reading import blind

ENOUGH = {"figures": 0.95, "dates": 0.95, "acts": 0.95, "chains": 0.95, "lints": 0.95, "speakers": 0.9}
"""Share of the rows of a kind that must be exact."""
CASES = [(kind, language) for kind in blind.KINDS for language in ("de", "en") if blind.rows(kind, language)]
SAME = 0.5
"""Share of the characters of two passages that must overlap (F1) for them to be the same statement."""
LEAST = {"articles": (0.9, 0.93), "papers": (0.95, 0.95), "papers.unseen": (0.86, 0.95)}
"""Share of the statements of English articles found with their speaker, and of those found that are right."""


@pytest.mark.parametrize(("kind", "language"), CASES)
def test_at_most_one_in_twenty_is_read_otherwise(kind: str, language: str) -> None:
    wrong = list(blind.wrong(kind, language))
    assert len(wrong) <= (1 - ENOUGH[kind]) * len(blind.rows(kind, language)), wrong


def _places(spans: Any) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _same(one: set[int], other: set[int]) -> bool:
    return bool(one & other) and 2 * len(one & other) >= SAME * (len(one) + len(other))


def _shares(name: str) -> tuple[float, float]:
    """The share of the statements of a file that is found with its speaker, and of those found that is right."""
    hits, found, wanted = 0, 0, 0
    lines = (blind.DATA / "en" / f"{name}.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    scheme = _schemes.of(documents)
    for document in documents:
        read = reading.read(document["text"], language="en").statements
        made = _schemes.fit({0: [score.quote(each) for each in read]}, scheme, {0: document["text"]})[0]
        found += len(made)
        wanted += len(document["quotes"])
        for quote in document["quotes"]:
            who = _places(quote["speaker"])
            for each in made:
                speaker = _places(each["speaker"])
                if _same(_places(quote["spans"]), _places(each["spans"])) and (who & speaker or who == speaker):
                    made.remove(each)
                    hits += 1
                    break
    return hits / wanted, hits / found


@pytest.mark.parametrize("name", sorted(LEAST))
def test_english_articles_say_who_said_what(name: str) -> None:
    found, right = _shares(name)
    assert found >= LEAST[name][0]
    assert right >= LEAST[name][1]
