"""Everything that somebody said, over all stories; the exports; and the page that one shift leaves the next."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor, Page
from tests.web.desk.ledgers import GENERALSTAB, GERASSIMOW, NIS, ask, kursk, recorded, words


@pytest.fixture(scope="module")
def story(room: Newsroom) -> str:
    """One story for all: searching changes nothing."""
    return kursk(room, slug="kursk-suche", title="Kursk, gesucht")


@pytest.fixture(scope="module")
def other(room: Newsroom) -> str:
    slug = room.story("paris-suche", title="Paris, gesucht")
    room.publish(slug, "Waleri Gerassimow sagte, die Stadt Paris sei vollständig befreit.")
    recorded(room, slug, 1)
    return slug


def results(page: Page) -> list[str]:
    return [words(each) for each in page.tree.xpath("//ol[@class='sayings']/li")]


def table(editor: Editor, query: str) -> list[dict[str, str]]:
    answer = editor.client.get(f"/desk/search.csv?{query}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_what_somebody_said_is_found_over_all_stories(editor: Editor, story: str, other: str) -> None:
    found = results(editor.get("/desk/search?who=Waleri+Gerassimow"))
    assert len(found) == 2
    assert any("Kursk, gesucht" in each for each in found)
    assert any("Paris, gesucht" in each for each in found)


def test_a_part_of_a_name_and_words_are_enough(editor: Editor, story: str, other: str) -> None:
    assert [int(each["statement"]) for each in table(editor, "who=Gerassimow&words=kursk+befreit")] == [GERASSIMOW]
    assert results(editor.get("/desk/search?who=Gerassimow&words=Berlin")) == []
    (only,) = results(editor.get(f"/desk/search?who=Gerassimow&story={other}"))
    assert "Paris" in only


def test_a_partys_people_are_found_with_it(room: Newsroom, editor: Editor, story: str) -> None:
    party = {"id": "stab-ru", "kind": "armed_force", "names": {"de": "Generalstab Russlands"}}
    person = {"id": "gerassimow", "kind": "person", "names": {"de": "Waleri Gerassimow"}, "org": "stab-ru"}
    named = [{"command": "NameParty", "party": each} for each in (party, person)]
    ask(editor, story, commands=json.dumps(named))
    assert any("Kursk" in each for each in results(editor.get("/desk/search?who=Generalstab+Russlands")))


def test_by_claim_by_measure_and_by_day(editor: Editor, story: str) -> None:
    number = ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)["claim"]
    ask(editor, story, "link", claim=number, statement=GENERALSTAB, stance="denies")
    ask(editor, story, "speaker", statement=NIS, speaker="NIS", said="2025-04-30")
    by_claim = {int(each["statement"]) for each in table(editor, f"claim={number}&story={story}")}
    assert by_claim == {GERASSIMOW, GENERALSTAB}
    assert {int(each["statement"]) for each in table(editor, f"measure=killed&story={story}")} == {1, 2}
    assert [int(each["statement"]) for each in table(editor, f"measure=killed&last=2025-05-01&story={story}")] == [NIS]


@pytest.mark.parametrize(
    ("language", "measure", "statements"),
    [
        ("de", "Getötete", {1, 2}),
        ("de", "getötet", {1, 2}),
        ("en", "getötet", {1, 2}),
        ("en", "killed", {1, 2}),
        ("de", "getö", {1, 2}),
        ("de", "verletzt", set()),
    ],
)
def test_a_measure_is_found_by_its_name(
    editor: Editor, story: str, language: str, measure: str, statements: set[int]
) -> None:
    query = f"measure={measure}&story={story}"
    answer = editor.client.get(f"/desk/search.csv?{query}", headers={"accept-language": language})
    rows = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert {int(each["statement"]) for each in rows} == statements


def test_a_saved_search_says_where_and_how_each_answers(room: Newsroom, editor: Editor) -> None:
    slug = kursk(room)
    number = ask(editor, slug, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)["claim"]
    ask(editor, slug, "link", claim=number, statement=GENERALSTAB, stance="denies")
    parties = ({"id": "wg", "kind": "person"}, {"id": "gs", "kind": "armed_force"})
    named = [
        {"command": "NameParty", "party": {**party, "names": {"de": f"{party['id']} {slug}"}}} for party in parties
    ]
    amended = [
        {"command": "AmendStatement", "statement": GERASSIMOW, "chain": {"hops": ["wg"]}},
        {"command": "AmendStatement", "statement": GENERALSTAB, "chain": {"jointly": ["gs", "wg"]}},
    ]
    ask(editor, slug, commands=json.dumps(named + amended))
    rows = {int(each["statement"]): each for each in table(editor, f"words=kursk+befreit&story={slug}")}
    assert rows[GERASSIMOW]["stances"] == f"{number}: Yes"
    assert rows[GENERALSTAB]["stances"] == f"{number}: No"
    assert rows[GERASSIMOW]["url"] == f"{room.url}{room.house.settings.base_path}/{slug}/p/3"
    graph = json.loads(editor.client.get(f"/desk/search.json?words=kursk+befreit&story={slug}").text)["@graph"]
    found = {each["@id"]: each for each in graph}
    one, other = found[f"{rows[GERASSIMOW]['url']}#statement-3"], found[f"{rows[GENERALSTAB]['url']}#statement-4"]
    assert one["creator"]["@type"] == "Person"
    assert [each["@type"] for each in other["creator"]] == ["Organization", "Person"]
    assert one["about"][0]["@id"] == f"{room.url}{room.house.settings.base_path}/{slug}/c/{number}"


def test_a_retracted_statement_is_found_nowhere(room: Newsroom, editor: Editor) -> None:
    slug = room.story("rueckzug-suche")
    room.publish(slug, "Der Minister Zwirnbach sagte, alles sei vorbei.")
    recorded(room, slug, 1)
    assert results(editor.get("/desk/search?words=vorbei&who=Zwirnbach"))
    editor.send(f"/desk/stories/{slug}/posts/1/retract", note="falsch")
    assert results(editor.get("/desk/search?words=vorbei&who=Zwirnbach")) == []
    assert table(editor, "words=vorbei&who=Zwirnbach") == []


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+1", "-2", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(room: Newsroom, editor: Editor, name: str) -> None:
    slug = kursk(room)
    ask(editor, slug, "speaker", statement=NIS, speaker=name, new="")
    (row,) = [each for each in table(editor, f"words=600&story={slug}") if each["statement"] == str(NIS)]
    assert row["who"] == f"'{name}"


def test_the_export_as_json_ld_is_a_graph_of_quotations(editor: Editor, story: str) -> None:
    answer = editor.client.get(f"/desk/search.json?who=NIS&story={story}")
    assert answer.headers["content-type"].startswith("application/ld+json")
    document = json.loads(answer.text)
    (quotation,) = document["@graph"]
    assert quotation["@type"] == "Quotation"
    assert quotation["creator"]["name"] == "NIS"
    assert "600" in quotation["text"]
    assert "<" not in editor.client.get(f"/desk/search.json?words=kursk&story={story}").text


@pytest.mark.parametrize("query", ["", "first=gestern&who=NIS", "claim=x", "claim=99999999999", "story=keine&who=NIS"])
def test_any_question_is_answered(editor: Editor, story: str, query: str) -> None:
    assert editor.get(f"/desk/search?{query}").status == 200
    assert editor.client.get(f"/desk/search.csv?{query}").status_code == 200
    assert json.loads(editor.client.get(f"/desk/search.json?{query}").text)["@context"] == "https://schema.org"


@pytest.mark.parametrize("path", ["/desk/search", "/desk/search.csv", "/desk/search.json"])
def test_nobody_searches_without_signing_in(room: Newsroom, path: str) -> None:
    answer = room.client(None).get(f"{path}?who=NIS")
    assert answer.status_code == 303


def test_the_handover_has_what_flipped_what_is_open_and_what_ages(room: Newsroom, editor: Editor) -> None:
    slug = kursk(room, title="Übergabe")
    empty = words(editor.get(f"/desk/stories/{room.story()}/handover").tree.get_element_by_id("main"))
    assert "No claim stands elsewhere than eight hours ago." in empty
    assert "No check waits." in empty
    ask(editor, slug, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, slug, "open", question="Ist es geprüft?", statement=GERASSIMOW)
    ask(editor, slug, "open", question="Ist es falsch?", statement=GERASSIMOW)
    ask(editor, slug, "link", claim=1, statement=GENERALSTAB, stance="denies")
    ask(editor, slug, "stand", claim=2, standing="unverifiable", on="2025-04-01")
    ask(editor, slug, "stand", claim=3, standing="refuted", evidence="Bilder")
    page = editor.get(f"/desk/stories/{slug}/handover")
    said = words(page.tree.get_element_by_id("main"))
    assert "Open → Contested" in said
    assert said.count("Ist Kursk befreit?") == 2, "flipped, and contested"
    assert "Open → One" not in said
    assert "try to check it again" in said
    assert "Test editor proposes: refuted." in said
