"""Since when readers are told what a statement says, and of when a claim is: corrections of form move neither."""

from __future__ import annotations

from msgspec.structs import replace
from starlette.testclient import TestClient

from depesche.render.dates import clock
from tests.web.audience import parsed, part, structured
from tests.web.coverage import MINUTE
from tests.web.ledger import Ledger


def test_a_typo_moves_neither_a_statements_time_nor_of_when_the_claim_is(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    before = reader.get(f"/kursk/c/{claim}").text
    ledger.corrected(1, "Gerassimow meldet dem Präsidenten, Kursk sei vollständig zurückerobetr.", "typo")
    ledger.corrected(1, "Gerassimow meldet dem Präsidenten, Kursk sei vollständig zurückerobert.", "typo")
    after = reader.get(f"/kursk/c/{claim}").text
    assert "zurückerobetr" not in after
    assert _times(after) == _times(before)
    assert "Stand: 28. Apr., 12:31" in part(parsed(reader.get("/kursk").text), "summary")
    assert structured(after) == structured(before)


def test_what_an_update_adds_is_said_since_the_update(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    before = _times(reader.get(f"/kursk/c/{claim}").text)
    assert ledger.news.at is not None
    ledger.news.at += 60 * MINUTE
    old = ledger.read(1)
    new = replace(old[0], number=0, words="Kursk sei von Minen frei", before="", after="")
    body = "Gerassimow meldet dem Präsidenten, Kursk sei vollständig zurückerobert. Kursk sei von Minen frei."
    ledger.news.correct(1, body, "Ergänzt.", "update")
    updated = clock("de", "Europe/Berlin").iso(ledger.news.at)
    ledger.news.said(1, *old, new, revision=2)
    ledger.link(claim, 4)
    after = _times(reader.get(f"/kursk/c/{claim}").text)
    assert {**before, "s4": updated} == {**after, "stand": before["stand"]}
    assert after["stand"] == clock("de", "Europe/Berlin").iso(ledger.news.at)  # it was linked then


def test_a_correction_of_what_counts_dates_the_claim_and_not_the_statement(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    before = _times(reader.get(f"/kursk/c/{claim}").text)
    (old,) = ledger.read(1)
    ledger.news.correct(1, "Gerassimow fragt den Präsidenten, Kursk sei vollständig zurückerobert?", "Er fragt nur.")
    asked = replace(old, statement=replace(old.statement, act="demand"))
    ledger.news.said(1, asked, revision=2)
    after = _times(reader.get(f"/kursk/c/{claim}").text)
    assert after["stand"] > before["stand"]
    assert {**after, "stand": ""} == {**before, "stand": ""}


def test_an_earlier_statement_that_is_linked_later_dates_the_claim(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.kursk()
    before = _times(reader.get(f"/kursk/c/{claim}").text)
    said = ledger.tell("KCNA meldet den Sieg.", "kcna")
    told = _times(reader.get(f"/kursk/c/{claim}").text)
    ledger.link(claim, said, accepted=False)  # a suggestion is the desk's
    assert _times(reader.get(f"/kursk/c/{claim}").text) == told == before
    ledger.link(claim, said)
    assert _times(reader.get(f"/kursk/c/{claim}").text)["stand"] > before["stand"]


def _times(page: str) -> dict[str, str]:
    """When each statement on a claim's page was said to readers, and of when the claim is."""
    tree = parsed(page)
    said = {
        each.attrib["id"]: next(each.iter("time")).attrib["datetime"] for each in tree.iter("li") if "id" in each.attrib
    }
    dated = next(each for each in tree.iter("p") if each.attrib.get("class") == "dated")
    return {**said, "stand": next(dated.iter("time")).attrib["datetime"]}
