"""What the desk shows of a text that isn't out yet: who says what in it, and what it fits or contradicts."""

from __future__ import annotations

from lxml import html

from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor
from tests.web.desk.ledgers import kursk, words

DENIAL = "Der ukrainische Generalstab bestritt, dass die Region Kursk vollständig befreit sei."


def test_what_is_being_written_is_read_with_its_speakers(room: Newsroom, editor: Editor, slug: str) -> None:
    body = "Wolodymyr Selenskyj sagte, *etwa 4.000* Soldaten seien getötet worden."
    answer = editor.ask(f"/desk/stories/{slug}/reading", {"body": body})
    assert answer.status_code == 200
    piece = html.fromstring(f"<div>{answer.json()['html']}</div>")
    assert "etwa 4.000 Soldaten seien getötet worden" in "".join(piece.xpath(".//mark/text()"))
    assert "Wolodymyr Selenskyj" in words(piece.find_class("readsayings")[0])
    assert not editor.get(f"/desk/stories/{slug}").all("saying"), "reading records nothing"


def test_what_is_being_written_stands_beside_what_it_contradicts(room: Newsroom, editor: Editor) -> None:
    slug = kursk(room)
    piece = html.fromstring(editor.ask(f"/desk/stories/{slug}/reading", {"body": DENIAL}).json()["html"])
    assert "contradicts Waleri Gerassimow" in words(piece)


def test_copy_stands_beside_what_it_contradicts(room: Newsroom, editor: Editor) -> None:
    slug = kursk(room)
    page = editor.send(f"/desk/stories/{slug}/copy", {"copy": DENIAL, "source": "Ukrinform"})
    assert "contradicts Waleri Gerassimow" in page.said("strip")


def test_without_scripts_the_preview_brings_the_reading(room: Newsroom, editor: Editor, slug: str) -> None:
    fields = {**editor.sheet(f"/desk/stories/{slug}"), "body": DENIAL}
    page = editor.send(f"/desk/stories/{slug}/sheet", fields, do="preview")
    assert "Der ukrainische Generalstab" in page.said("readsayings")


def test_hostile_text_is_words_and_nothing_is_no_reading(editor: Editor, slug: str) -> None:
    bad = "<script>alert(1)</script> Ada sagte: „<img src=x onerror=alert(1)> ist da“. " * 50
    assert "<script>alert" not in editor.ask(f"/desk/stories/{slug}/reading", {"body": bad}).json()["html"]
    assert editor.ask(f"/desk/stories/{slug}/reading", {"body": " \n"}).json()["html"] == ""
    long = "Ada sagte, es regne. " * 20_000
    assert editor.ask(f"/desk/stories/{slug}/reading", {"body": long}).status_code == 200
