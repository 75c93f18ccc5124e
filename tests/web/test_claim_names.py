"""Who counts as a source for readers: one by many names is one, and what only reports is none."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.web.audience import parsed, part
from tests.web.coverage import Coverage
from tests.web.ledger import Ledger


@pytest.fixture
def ledger(both: tuple[TestClient, Coverage]) -> Ledger:
    """A story with posts and no claim, in a house that knows nobody."""
    both[1].open()
    return Ledger(both[1])


@pytest.mark.parametrize(
    ("speakers", "shown"),
    [
        (("Die Feuerwehr", "Feuerwehr", "Ein Sprecher der Feuerwehr"), "Ja: Feuerwehr"),
        (("Anton Huber", "Huber"), "Ja: Anton Huber"),
        (("Le Monde", "Anadolu", "Der Spiegel"), "Ja: Quellen unbekannt, laut Le Monde, Anadolu, Der Spiegel"),
    ],
)
def test_one_source_by_many_names_is_one(
    reader: TestClient, ledger: Ledger, speakers: tuple[str, ...], shown: str
) -> None:
    claim = ledger.ask("Hält der Deich?")
    for speaker in speakers:
        ledger.link(claim, ledger.tell(f"{speaker}: Der Deich hält.", speaker))
    card = part(parsed(reader.get("/kursk").text), "summary")
    assert "Eine Quelle" in card
    assert "Mehrere Quellen" not in card
    assert shown in card


def test_a_full_name_that_comes_later_tells_who_was_meant(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.ask("Hält der Deich?")
    ledger.link(claim, ledger.tell("Huber: Der Deich hält.", "Huber"))
    ledger.link(claim, ledger.tell("Die Polizei: Der Deich hält.", "Die Polizei"))
    assert "Ja: Huber, Die Polizei" in part(parsed(reader.get("/kursk").text), "summary")
    ledger.tell("Der Bürgermeister Anton Huber mahnt.", "Anton Huber")
    card = part(parsed(reader.get("/kursk").text), "summary")
    assert "Mehrere Quellen" in card
    assert "Ja: Anton Huber, Die Polizei" in card
