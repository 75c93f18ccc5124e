"""What changed since the last visit: standings and figures first, seven lines at most, without cookies or scripts."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from depesche.journal import views
from depesche.words.ledgercommands import Judged, SetStanding
from tests.web.audience import one, parsed, text
from tests.web.coverage import Coverage
from tests.web.ledger import Ledger, number


@pytest.fixture
def ledger(both: tuple[TestClient, Coverage]) -> Ledger:
    """A story with two claims."""
    both[1].open()
    made = Ledger(both[1])
    made.cast()
    made.kursk()
    made.losses()
    return made


def edition(ledger: Ledger) -> int:
    with ledger.news.journal.reading() as connection:
        view = views.story(connection, ledger.news.story)
        assert view is not None
        return view.edition


def told(reader: TestClient, since: int) -> list[str]:
    section = one(parsed(reader.get(f"/kursk?since={since}").text), id="since")
    return [text(each) for each in section.iter("li")]


def test_standings_come_first_then_figures_then_corrections(reader: TestClient, ledger: Ledger) -> None:
    seen = edition(ledger)
    ledger.news.correct(1, "Gerassimow sagt etwas anderes.", "Der Name war falsch.")
    ledger.news.post("Etwas Wichtiges.", "Waffenruhe", key=True)
    said = ledger.tell("Kiew nennt 900 Getötete.", "staff", said="2025-04-30", figures=(number("900", 900),))
    ledger.link(2, said, "figure", figure=Judged(0))
    ledger.do(SetStanding(1, "verified", "x", evidence="Augenschein"))
    lines = told(reader, seen)
    kinds = [line.split(" 28. Apr.")[0] for line in lines]
    assert kinds[0].startswith("Von uns geprüft Ist Kursk vollständig zurückerobert? (vorher: Umstritten)")
    assert "Wie viele nordkoreanische Soldaten wurden getötet?" in kinds[1]
    assert kinds[2] == "Korrektur Der Name war falsch."
    assert kinds[3] == "Wichtiges Ereignis Waffenruhe"
    assert len(lines) == 4


def test_new_figures_of_a_claim_that_stands_where_it_stood_are_told(reader: TestClient, ledger: Ledger) -> None:
    seen = edition(ledger)
    said = ledger.tell("Der NIS spricht von 601 Getöteten.", "nis", said="2025-05-02", figures=(number("601", 601),))
    ledger.link(2, said, "figure", figure=Judged(0))
    (line,) = told(reader, seen)
    assert line.startswith("Neue Angabe Wie viele nordkoreanische Soldaten wurden getötet? 601 (NIS)")


def test_there_are_seven_lines_at_most(reader: TestClient, ledger: Ledger) -> None:
    seen = edition(ledger)
    for each in range(12):
        ledger.ask(f"Frage {each}?")
    lines = told(reader, seen)
    assert len(lines) == 7
    assert lines[0].startswith("Offen Frage 11?")


def test_who_missed_nothing_of_weight_is_told_so(reader: TestClient, ledger: Ledger) -> None:
    seen = edition(ledger)
    assert told(reader, seen) == []
    ledger.news.post("Nichts Besonderes.")
    page = reader.get(f"/kursk?since={seen}").text
    assert "Nichts Wesentliches hat sich geändert" in page
    assert told(reader, 10**14) == []


@pytest.mark.parametrize("wrong", ["x", "-1", "", "1" * 16, "1.5"])
def test_what_is_no_edition_gets_a_page_that_says_so(reader: TestClient, ledger: Ledger, wrong: str) -> None:
    assert reader.get("/kursk", params={"since": wrong}).status_code == 400


def test_without_since_the_page_only_keeps_room_for_the_link(reader: TestClient, ledger: Ledger) -> None:
    tree = parsed(reader.get("/kursk").text)
    link = one(tree, data_back="")
    assert "hidden" in link.attrib
    assert [each for each in tree.iter() if each.attrib.get("id") == "since"] == []


def test_a_story_without_a_ledger_tells_corrections_only(reader: TestClient, news: Coverage) -> None:
    lines = told(reader, 0)
    assert [line.partition(" ")[0] for line in lines] == ["Zurückgezogen", "Wichtiges"]
