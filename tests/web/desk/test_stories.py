"""All stories, and opening one."""

from __future__ import annotations

from pathlib import Path

import pytest

from depesche.web.desk.stories import slug_of
from tests.newsroom import Newsroom, newsroom
from tests.web.desk.editor import Editor, hang_up


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Nordkoreanische Truppen in Kursk", "nordkoreanische-truppen-in-kursk"),
        ("Österreich wählt: Wer wird’s?", "oesterreich-waehlt-wer-wirds"),
        ("Wahl 2026 – die Ergebnisse", "wahl-2026-die-ergebnisse"),
        ("Łódź & Đà Nẵng", "lodz-da-nang"),
        ("  --  ", ""),
        ("Пожар", ""),
        ("x" * 100, "x" * 60),
        ("ein langer titel " * 10, "ein-langer-titel-ein-langer-titel-ein-langer-titel-ein"),
    ],
)
def test_an_address_is_made_of_the_title(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_an_empty_desk_says_what_to_do(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        assert "Open the first one below" in Editor(room).get("/desk/").said("empty")
        page = Editor(room, "reporter").get("/desk/")
        assert "An editor can open one." in page.said("empty")
        assert not page.tree.xpath("//form[@id='open']")
        hang_up(room)


def test_a_story_is_opened_and_is_there_for_readers(room: Newsroom, editor: Editor) -> None:
    page = editor.send(
        "/desk/stories", editor.get("/desk/").form("open"), title="Sturm über Kärnten", slug="", lead="Was geschieht"
    )
    assert page.answer.url.path == "/desk/stories/sturm-ueber-kaernten"
    assert "Sturm über Kärnten" in room.client(None).get("/sturm-ueber-kaernten").text
    assert "Sturm über Kärnten" in editor.get("/desk/").said("stories")


def test_the_same_form_twice_opens_one_story(room: Newsroom, editor: Editor) -> None:
    fields = {**editor.get("/desk/").form("open"), "title": "Nur einmal", "slug": "nur-einmal"}
    for _ in range(2):
        assert editor.send("/desk/stories", fields).answer.url.path == "/desk/stories/nur-einmal"


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"title": " "}, "title", "A story needs a title."),
        ({"slug": "desk"}, "slug", "The address “desk” belongs to Depesche itself."),
        ({"slug": "a/b"}, "slug", "The address “a/b” can't be used"),
        ({"slug": "schon-da"}, "slug", "The address “schon-da” belongs to another story."),
        ({"zone": "Europe/Atlantis"}, "zone", "There is no time zone “Europe/Atlantis”."),
        ({"language": "deutsch!"}, "language", "“deutsch!” is not a language tag"),
        ({"lead": "x" * 1001}, "lead", "Too long (lead): 1001 characters, at most 1000."),
    ],
)
def test_what_can_not_be_comes_back_with_the_reason_beside_it(
    room: Newsroom, editor: Editor, fields: dict[str, str], field: str, reason: str
) -> None:
    if fields.get("slug") == "schon-da" and room.client(None).get("/schon-da").status_code == 404:
        room.story("schon-da")
    typed = {"title": "Titel", "slug": "frei", "lead": "Vorspann", "language": "de", "zone": "Europe/Berlin", **fields}
    page = editor.send("/desk/stories", editor.get("/desk/").form("open"), **typed)
    assert page.status == 422
    (error,) = page.tree.xpath("//*[@id=$id]", id=f"open-{field}-error")
    assert error.text_content().startswith(reason)
    form = page.form("open")
    assert {name: form[name] for name in typed} == typed


def test_a_reporter_opens_no_story(room: Newsroom) -> None:
    answer = Editor(room, "reporter").ask("/desk/stories", title="x", slug="x", language="de", zone="Europe/Berlin")
    assert answer.json()["refused"]["code"] == "not_allowed"
