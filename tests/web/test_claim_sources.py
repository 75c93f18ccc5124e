"""How readers are told whose word it is: one source or one side, sources that nobody knows, and what it was before."""

from __future__ import annotations

import re

from msgspec.structs import replace
from starlette.testclient import TestClient

from depesche.words.ledgercommands import AcceptRelation, AmendStatement, Judged
from depesche.words.parties import Chain
from tests.web.audience import as_read, one, parsed, part, structured, text
from tests.web.ledger import Ledger, number


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


def test_a_root_that_nobody_knows_is_no_outlet(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("dpa",), ("gerasimov",))
    ledger.do(AmendStatement(1, chain=Chain(("dpa", ""))))
    page = reader.get(f"/kursk/c/{claim}").text
    assert "Ja: Waleri Gerassimow; Quelle unbekannt, laut dpa" in as_read(page)
    said = one(parsed(page), id="s1")
    assert text(said).startswith("Quelle unbekannt, laut dpa 28. Apr.")
    assert [each.text for each in next(said.iter("details")).iter("li")] == ["dpa", "Quelle unbekannt"]
    assert [each.get("creator") for each in structured(page)["appearance"]][1:] == [None]
    assert "Quelle unbekannt, laut dpa" in part(parsed(reader.get("/kursk").text), "ledger")


def test_outlets_that_only_report_are_no_source(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("dpa",), ("tass", "reuters"), ("ap", "dpa"))
    page = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "\nEine Quelle Ja: Quellen unbekannt, laut dpa, Reuters\n" in page
    assert "Woher die es haben, die das sagen, ist nicht bekannt." in page
    assert "TASS\nReuters\nQuelle unbekannt" in page


def test_papers_that_everybody_knows_and_the_house_does_not_are_no_source_either(
    reader: TestClient, ledger: Ledger
) -> None:
    claim = asked(ledger, ("Le Monde",), ("New York Times",))
    page = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "\nEine Quelle Ja: Quellen unbekannt, laut Le Monde, New York Times\n" in page
    assert "Woher die es haben, die das sagen, ist nicht bekannt." in page


def test_an_unknown_source_in_english(reader: TestClient, ledger: Ledger) -> None:
    ledger.news.open("english", "In English", language="en")
    ledger._next = 1
    claim = ledger.ask("Has Kursk been retaken?")
    ledger.link(claim, ledger.tell("Kursk has been retaken, AP reports.", "ap", words="Kursk has been retaken"))
    page = as_read(reader.get(f"/english/c/{claim}").text)
    assert "One source Yes: unknown source, according to AP\n" in page
    assert "Unknown source, according to AP" in page
    assert "It isn’t known where" not in page
    assert "The sources of those who say so aren’t known." in page


def test_somebody_whom_the_text_does_not_name_is_what_it_calls_them(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("dpa", ""))
    (said,) = ledger.read(1)
    ledger.news.said(1, replace(said, speaker="ein Insider"))
    assert "Ja: Ein Insider" in as_read(reader.get(f"/kursk/c/{claim}").text)


def test_a_figure_whose_root_nobody_knows(reader: TestClient, ledger: Ledger) -> None:
    claim = ledger.ask("Wie viele wurden getötet?", "quantity", measure="killed")
    for outlet, words, many in (("dpa", "600", 600), ("ap", "700", 700)):
        figures = (number(words, many),)
        said = ledger.tell(f"{outlet} nennt {words} Getötete.", outlet, figures=figures, said="2025-04-28")
        ledger.link(claim, said, "figure", figure=Judged(0))
    page = as_read(reader.get(f"/kursk/c/{claim}").text)
    assert "600 (Quelle unbekannt, laut dpa) 700 (Quelle unbekannt, laut AP)" in page
    assert "Quelle unbekannt laut AP, indirekt" in page
    assert re.search(r"A\s600\b.*B\s700\b", page, re.DOTALL)


def test_what_is_said_of_an_unknown_source_names_the_outlet(reader: TestClient, ledger: Ledger) -> None:
    claim = asked(ledger, ("dpa",), ("gerasimov",))
    ledger.do(AcceptRelation(2, 1, "supports"))
    assert "stützt, was dpa sagt" in as_read(reader.get(f"/kursk/c/{claim}").text)
