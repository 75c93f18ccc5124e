"""What rules suggest of a claim at the desk, with the quotes it rests on: one key says yes, one says no for good."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import (
    GENERALSTAB,
    GERASSIMOW,
    NIS,
    ask,
    carried,
    claim,
    kursk,
    panel,
    press,
    recorded,
    words,
)


@pytest.fixture
def story(room: Newsroom) -> str:
    return kursk(room)


def said(editor: Editor, slug: str, statement: int, day: str, **more: Any) -> None:
    """Say on which day a statement was made."""
    ask(editor, slug, "speaker", statement=statement, said=day, **more)


def suggestions(editor: Editor, slug: str, number: int) -> list[Any]:
    return editor.get(f"/desk/stories/{slug}?claim={number}").all("suggestion")


def test_a_party_that_turns_round_is_suggested_with_both_quotes(room: Newsroom, editor: Editor, story: str) -> None:
    room.publish(story, "Waleri Gerassimow sagte, die Region Kursk sei nicht vollständig befreit.")
    recorded(room, story, 5)
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "link", claim=1, statement=5, stance="denies")
    said(editor, story, GERASSIMOW, "2025-04-26")
    said(editor, story, 5, "2025-05-03")
    (found,) = suggestions(editor, story, 1)
    assert "The same party said the opposite before." in words(found)
    assert words(found).count("Waleri Gerassimow:") == 2
    after = press(editor, story, found, "y")
    assert not after.all("suggestion")
    assert [(each.one, each.other, each.kind) for each in claim(room, story, 1).relations] == [
        (5, GERASSIMOW, "reverses")
    ]


def test_a_party_that_qualifies_is_suggested_and_a_no_stays(room: Newsroom, editor: Editor, story: str) -> None:
    room.publish(story, "Waleri Gerassimow sagte, die Region Kursk sei weitgehend befreit.")
    recorded(room, story, 5)
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "link", claim=1, statement=5, stance="partly")
    ask(editor, story, "link", claim=1, statement=GERASSIMOW, stance="denies")
    said(editor, story, GERASSIMOW, "2025-04-26")
    said(editor, story, 5, "2025-05-03")
    ask(editor, story, "link", claim=1, statement=GERASSIMOW, stance="affirms")
    (found,) = suggestions(editor, story, 1)
    assert "qualifies what it said before" in words(found)
    press(editor, story, found, "x")
    assert suggestions(editor, story, 1) == []


def test_a_suggested_denial_is_contested_by_one_key(room: Newsroom, editor: Editor, story: str) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    link = {"command": "LinkStatement", "claim": 1, "statement": GENERALSTAB, "stance": "denies", "accepted": False}
    ask(editor, story, commands=json.dumps([link]))
    assert claim(room, story, 1).standing == "one_source"
    (found,) = suggestions(editor, story, 1)
    assert "Is the claim contested?" in words(found)
    press(editor, story, found, "y")
    assert claim(room, story, 1).standing == "contested"


def test_an_admission_is_conceded_by_one_key_with_its_words_as_the_reason(
    room: Newsroom, editor: Editor, story: str
) -> None:
    ask(editor, story, "open", question="Ist Kursk befreit?", statement=GERASSIMOW)
    ask(editor, story, "speaker", statement=GERASSIMOW, **{"as": "concede"})
    (found,) = suggestions(editor, story, 1)
    page = press(editor, story, found, "y")
    assert claim(room, story, 1).standing == "conceded"
    assert "die Region Kursk sei vollständig befreit“" in words(panel(page))


def test_a_misread_figure_leaves_the_table_by_one_key(room: Newsroom, editor: Editor, story: str) -> None:
    room.publish(story, "Der NIS teilte mit, 4.100 nordkoreanische Soldaten seien getötet worden.")
    recorded(room, story, 5)
    ask(editor, story, "open", question="Wie viele?", kind="quantity", measure="killed", statement=NIS, stance="figure")
    ask(editor, story, "link", claim=1, statement=5, stance="figure")
    for number in (NIS, 5):
        said(editor, story, number, "2025-04-30", speaker="NIS")
        ask(editor, story, "figure", statement=number, figure=0, measure="killed", population="soldiers")
    (found,) = suggestions(editor, story, 1)
    assert "one of the two is misread" in words(found)
    misread = found.xpath(".//button[contains(., 'Misread: 4.100')]")[0].getparent()
    editor.send(f"/desk/stories/{story}/ledger", dict(misread.fields))
    assert [each.words for each in claim(room, story, 1).figures] == ["600"]
    assert suggestions(editor, story, 1) == []


def test_a_key_answers_the_claim_that_is_open_and_no_other(room: Newsroom, editor: Editor, story: str) -> None:
    for number, (count, done) in enumerate((("4.100", "getötet"), ("300", "verwundet"), ("2.000", "verwundet")), 5):
        room.publish(story, f"Der NIS teilte mit, {count} nordkoreanische Soldaten seien {done} worden.")
        recorded(room, story, number)
    for measure, numbers in (("killed", (NIS, 5)), ("wounded", (6, 7))):
        ask(editor, story, "open", question=f"Wie viele {measure}?", kind="quantity", measure=measure)
        for number in numbers:
            said(editor, story, number, "2025-04-30", speaker="NIS")
            ask(editor, story, "figure", statement=number, figure=0, measure=measure, population="soldiers")
    for number in (NIS, 5):
        ask(editor, story, "link", claim=1, statement=number, stance="figure")
    ask(editor, story, "link", claim=2, statement=6, stance="figure")
    ask(editor, story, "link", claim=2, statement=7, stance="figure")
    mine, other = suggestions(editor, story, 2)
    assert ("300" in words(mine), "4.100" in words(other)) == (True, True)
    assert json.loads(carried(mine, "y"))[0]["statement"] in (6, 7)
    assert other.xpath(".//button")
    assert not other.xpath(".//button[@data-do]")
    press(editor, story, mine, "y")
    (other,) = suggestions(editor, story, 2)
    assert not other.xpath(".//button[@data-do]"), "it is of another claim"
