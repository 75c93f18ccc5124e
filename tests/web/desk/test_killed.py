"""Statements whose copy its wire took back or corrected: gone from what readers see, and flagged where one works."""

from __future__ import annotations

import csv
import io
import re

import pytest
from lxml.html import HtmlElement

from tests.newsroom import Newsroom
from tests.web.audience import one, parsed, text
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import ask, panel, recorded, statement, words
from tests.web.desk.test_alarms import alarms, plain, publish_from

NIS = "Der südkoreanische Geheimdienst NIS teilte am 30. April mit, 600 nordkoreanische Soldaten seien getötet worden."
SELENSKYJ = "Wolodymyr Selenskyj sagte am 30. April, rund 4000 nordkoreanische Soldaten seien getötet worden."
TOKIO = "Die Regierung in Tokio teilte am 30. April mit, 1200 nordkoreanische Soldaten seien getötet worden."
QUESTION = "Wie viele Soldaten wurden getötet?"


@pytest.fixture
def claim(room: Newsroom, slug: str, editor: Editor) -> int:
    """Two figures, contested; the second one came from copy of AFP."""
    room.publish(slug, NIS)
    recorded(room, slug, 1)
    publish_from(room, slug, plain(room, slug, SELENSKYJ, source="AFP"), SELENSKYJ)
    recorded(room, slug, 2)
    number: int = ask(editor, slug, "open", question=QUESTION, statement=1, measure="killed", stance="figure")["claim"]
    link(editor, slug, number, 2)
    return number


def link(editor: Editor, slug: str, claim: int, number: int) -> None:
    ask(editor, slug, "link", claim=claim, statement=number, stance="figure")
    for each in (number, 1):
        fields = {"statement": each, "figure": 0, "measure": "killed", "last": "2025-04-30"}
        ask(editor, slug, "figure", **fields)


def read(room: Newsroom, address: str) -> str:
    answer = room.client().get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<script.*?</script>", " ", answer.text)).split())


def card(room: Newsroom, slug: str) -> str:
    page = room.client().get(f"/{slug}").text
    return text(one(parsed(page), data_part="summary"))


def standing_line(editor: Editor, slug: str, claim: int) -> str:
    return str(editor.get(f"/desk/stories/{slug}?claim={claim}").tree.xpath("//button[@data-line]/@data-line")[0])


def kill(room: Newsroom, slug: str) -> None:
    plain(room, slug, "", version=2, canceled="true", source="AFP")
    assert [each["killed"] for each in alarms(room, slug)] == [True]


def test_a_killed_figure_leaves_everything_that_readers_see(
    room: Newsroom, slug: str, editor: Editor, claim: int
) -> None:
    assert "zwischen 600 und rund 4.000" in read(room, f"/{slug}/c/{claim}")
    assert "rund 4000 (Wolodymyr Selenskyj" in card(room, slug)
    assert "rund 4.000" in standing_line(editor, slug, claim)
    kill(room, slug)
    page = read(room, f"/{slug}/c/{claim}")
    assert "Eine Angabe: 600" in page
    assert "4.000" not in page
    assert page.count("rund 4000") == 1, "who says what still tells it, as taken back"
    assert "zurückgenommen" in page
    assert "600 (" in card(room, slug)
    assert "4000" not in card(room, slug)
    assert "4.000" not in standing_line(editor, slug, claim)
    told = room.client().get(f"/api/stories/{slug}/claims/{claim}").json()
    assert [each["words"] for each in told["figures"]] == ["600"]
    assert "4000" not in told["claim"]["said"]
    assert [each["withdrawn"] for each in told["statements"]] == [False, True]
    desk = words(panel(editor.get(f"/desk/stories/{slug}?claim={claim}")))
    assert "These figures contradict each other" not in desk


def test_a_kill_that_moves_no_standing_is_seen_at_once(room: Newsroom, slug: str, editor: Editor, claim: int) -> None:
    room.publish(slug, TOKIO)
    recorded(room, slug, 3)
    link(editor, slug, claim, 3)
    before = room.client().get(f"/api/stories/{slug}/claims/{claim}").json()["claim"]
    assert "zwischen 600 und rund 4.000" in read(room, f"/{slug}/c/{claim}")
    kill(room, slug)
    after = room.client().get(f"/api/stories/{slug}/claims/{claim}").json()["claim"]
    assert (before["standing"], after["standing"]) == ("contested", "contested")
    assert "zwischen 600 und 1.200" in read(room, f"/{slug}/c/{claim}")


def test_a_dismissed_kill_brings_the_figure_back_and_the_past_stays(
    room: Newsroom, slug: str, editor: Editor, claim: int
) -> None:
    then = room.house.desk.clock()
    kill(room, slug)
    between = room.house.desk.clock()
    (alarm,) = alarms(room, slug)
    said = {"reason": "Unsere Reporterin hat es gehört."}
    answer = room.client().post(f"/api/stories/{slug}/alarms/{alarm['post']}/{alarm['copy']}/dismiss", json=said)
    assert answer.status_code == 200, answer.text
    assert "zwischen 600 und rund 4.000" in read(room, f"/{slug}/c/{claim}")
    assert "zwischen 600 und rund 4.000" in read(room, f"/{slug}/c/{claim}?asof={then}")
    assert "Eine Angabe: 600" in read(room, f"/{slug}/c/{claim}?asof={between}")


def test_killed_copy_keeps_its_headline_and_says_that_it_was_withdrawn(
    room: Newsroom, slug: str, editor: Editor
) -> None:
    copy = plain(room, slug, SELENSKYJ, source="AFP", title="Selenskyj: Rund 4000 Tote")
    plain(room, slug, "", version=2, canceled="true", source="AFP")
    page = editor.get(f"/desk/stories/{slug}")
    (listed,) = page.tree.xpath(f"//li[@data-copy='{copy['id']}']")
    assert "Selenskyj: Rund 4000 Tote AFP" in words(listed)
    assert "withdrawn by its source" in words(listed)
    opened = editor.get(f"/desk/stories/{slug}?copy={copy['id']}").tree.get_element_by_id("copy-title")
    assert words(opened) == "Selenskyj: Rund 4000 Tote"


def test_statements_of_killed_copy_are_flagged_where_one_works_with_them(
    room: Newsroom, slug: str, editor: Editor, claim: int
) -> None:
    kill(room, slug)
    page = editor.get(f"/desk/stories/{slug}?claims=statements")
    there = statement(page, 2)
    (link,) = there.xpath(".//p[@class='alarmed']/a")
    assert words(link) == "AFP has withdrawn this copy"
    assert page.tree.get_element_by_id(link.get("href")[1:]).get("data-post") == "2"
    assert "taken back" in words(there)
    assert "accepted" not in words(there)
    assert "alarmed" not in str(statement(page, 1).xpath(".//p/@class"))
    assert "AFP has withdrawn this copy" in words(panel(editor.get(f"/desk/stories/{slug}?claim={claim}")))


def test_a_figure_of_corrected_copy_is_accepted_by_no_single_key(room: Newsroom, slug: str, editor: Editor) -> None:
    publish_from(room, slug, plain(room, slug, NIS), NIS)
    recorded(room, slug, 1)

    def there() -> HtmlElement:
        return statement(editor.get(f"/desk/stories/{slug}?claims=statements"), 1)

    assert there().xpath(".//button[@data-do='f']")
    plain(room, slug, NIS.replace("600", "700"), version=2)
    assert "dpa has corrected this copy" in words(there())
    assert not there().xpath(".//button[@data-do='f']")
    assert there().xpath(".//summary[@data-do='f']"), "looking at what it counts, an editor can still accept it"
    (alarm,) = alarms(room, slug)
    said = {"reason": "600 ist richtig."}
    room.client().post(f"/api/stories/{slug}/alarms/{alarm['post']}/{alarm['copy']}/dismiss", json=said)
    assert "corrected this copy" not in words(there())
    assert there().xpath(".//button[@data-do='f']")


def test_the_search_and_its_exports_flag_them_too(room: Newsroom, slug: str, editor: Editor, claim: int) -> None:
    kill(room, slug)
    query = f"claim={claim}&story={slug}"
    page = editor.get(f"/desk/search?{query}")
    (link,) = page.tree.xpath("//p[@class='alarmed']/a")
    assert words(link) == "AFP has withdrawn this copy"
    assert f"/desk/stories/{slug}#alarm-2-" in link.get("href")
    answer = editor.client.get(f"/desk/search.csv?{query}").text.removeprefix("\ufeff")
    rows = {each["statement"]: each for each in csv.DictReader(io.StringIO(answer))}
    assert (rows["2"]["taken_back"], rows["2"]["alarm"]) == ("taken back", "AFP has withdrawn this copy")
    assert (rows["1"]["taken_back"], rows["1"]["alarm"]) == ("", "")
    graph = editor.client.get(f"/desk/search.json?{query}").json()["@graph"]
    told = {each["@id"].rpartition("-")[2]: each.get("creativeWorkStatus") for each in graph}
    assert told == {"1": None, "2": ["taken back", "AFP has withdrawn this copy"]}
