"""How readers are told whose word it is: one source or one side, sources that nobody knows, and what it was before."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from depesche.words.ledgercommands import AmendStatement
from depesche.words.parties import Chain
from tests.web.audience import as_read
from tests.web.coverage import Coverage
from tests.web.ledger import Ledger


@pytest.fixture
def ledger(both: tuple[TestClient, Coverage]) -> Ledger:
    """A story with posts and no claim."""
    both[1].open()
    made = Ledger(both[1])
    made.cast()
    return made


def asked(ledger: Ledger, *chains: tuple[str, ...]) -> int:
    """A claim that these affirm."""
    claim = ledger.ask("Ist Kursk vollständig zurückerobert?")
    for hops in chains:
        ledger.link(claim, ledger.tell("Kursk sei zurückerobert, heißt es.", *hops, words="Kursk sei zurückerobert"))
    return claim


def test_one_side_says_only_what_an_editor_said(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("gerasimov",), ("kcna",))
    page = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Mehrere sagen das, aber sie stehen auf einer Seite oder gehören zusammen." in page


def test_several_whose_sources_nobody_knows_stand_on_no_side(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("reuters", "nis"))
    joint = Chain(("ap",), ("nis", "rok_army", "ukraine"))
    ledger.do(AmendStatement(1, chain=joint))
    page = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "\nEine Seite " in page
    assert "Mehrere sagen das; ob sie es aus verschiedenen Quellen haben, ist nicht bekannt." in page
    assert "stehen auf einer Seite" not in page


def test_the_history_calls_a_standing_as_the_page_did(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("gerasimov",), ("kcna",))
    before = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "\nEine Seite Ja: " in before
    assert "Eine Quelle → Eine Seite, " in before
    ledger.link(claim, ledger.tell("Der Generalstab weist das zurück.", "staff", act="deny"), "denies")
    after = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "Eine Seite → Umstritten, " in after
    assert "Eine Quelle → Umstritten" not in after
