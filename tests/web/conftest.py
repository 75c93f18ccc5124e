"""What tests of the readers' pages ask for: a reader, and news to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from depesche.settings import Settings
from tests.web.audience import SECRET, readers
from tests.web.coverage import Coverage, statement
from tests.web.ledger import Ledger


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[TestClient, Coverage]]:
    """A reader, and the coverage that is read."""
    settings = Settings(folder=tmp_path, publisher="Der Tagesbericht", url="https://live.example.org", page_size=5)
    with readers(settings) as made:
        yield made


@pytest.fixture
def reader(both: tuple[TestClient, Coverage]) -> TestClient:
    """A browser without cookies or scripts."""
    return both[0]


@pytest.fixture
def ledger(both: tuple[TestClient, Coverage]) -> Ledger:
    """A story with whoever speaks in it, and no claim."""
    both[1].open()
    made = Ledger(both[1])
    made.cast()
    return made


@pytest.fixture
def news(both: tuple[TestClient, Coverage]) -> Coverage:
    """A story with one post of each kind."""
    made = both[1]
    made.open(lead="Wer was sagt.")
    made.post(
        "Moskau meldet die **vollständige** Rückeroberung.", "Moskau meldet Rückeroberung", key=True, sources="dpa"
    )
    made.post("Kiew weist das zurück.", byline="Anna Beispiel")
    made.post(f"Ein {SECRET} in einem Beitrag, der falsch war.")
    made.correct(2, "Kiew weist das entschieden zurück.", "Das Wort „entschieden“ fehlte.", "addendum")
    made.retract(3, "Die Quelle hat es zurückgezogen.")
    made.said(
        1, statement("die Region sei zurückerobert", "Waleri Gerassimow"), statement("unklar", "Niemand", sure=False)
    )
    made.said(2, statement("„Nein“", "Kiew", direct=True), revision=2)
    made.pin(1)
    made.summary(("Moskau meldet, Kiew bestreitet.", (1, 2)))
    first = made.story
    made.open("leer", "Noch nichts")
    made.story = first
    return made
