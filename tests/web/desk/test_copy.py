"""Copy at the desk: pasted, uploaded, read, laid open; and what bad copy gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.newsroom import Newsroom
from tests.web.desk.editor import Editor, Page

SEED = (Path(__file__).parents[2] / "data" / "seed.txt").read_text()


def paste(editor: Editor, slug: str, copy: str, **fields: str) -> Page:
    return editor.send(f"/desk/stories/{slug}/copy", {"copy": copy, **fields})


def test_what_is_pasted_is_laid_open_with_its_statements(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, SEED, source="KCNA", published="2025-04-28T09:00")
    (copy,) = page.all("copy")
    assert "KCNA" in page.said("meta")
    marked = {mark.text_content() for mark in copy.xpath(".//mark")}
    assert (
        "„Schulter an Schulter mit den russischen Kämpfern verteidigten sie unser Vaterland, als wäre es ihr eigenes“"
        in marked
    )
    text = "\n".join("".join(line.itertext()) for line in copy.xpath(".//div[@id='copytext']/p[not(@class)]"))
    assert text == "\n".join(line for line in SEED.split("\n") if line), "every character of the copy is there"
    speakers = page.said("speaker")
    assert "Wladimir Putin" in speakers
    assert "zwischen 10.000 und 12.000" in page.said("figure")


def test_every_mark_has_its_statement(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, SEED)
    numbers = {each.get("data-number") for each in page.all("statement")}
    marked = {number for mark in page.tree.xpath("//mark/@data-s") for number in mark.split()}
    assert marked == numbers


def test_a_passage_is_adopted_with_speaker_and_source(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, "Laut KCNA ist der Einsatz „siegreich abgeschlossen“.", source="KCNA")
    (button,) = [
        each
        for each in page.tree.xpath("//button[starts-with(@value, 'adopt:')]")
        if "siegreich" in each.get("data-text")
    ][:1]
    fields = {**page.form("sheet"), "body": "Mein Anfang.", "sources": "dpa"}
    sheet = editor.send(f"/desk/stories/{slug}/sheet", fields, do=button.get("value")).form("sheet")
    assert sheet["body"].startswith("Mein Anfang.\n\n")
    assert "siegreich abgeschlossen" in sheet["body"]
    assert "KCNA" in sheet["body"].removeprefix("Mein Anfang.")
    assert sheet["sources"] == "dpa, KCNA"


@pytest.mark.parametrize(
    ("copy", "given", "source"),
    [
        ("Eilmeldung\n\nSeoul (dpa) - Das sagte Lee am Mittwoch.", "", "dpa"),
        ("Seoul (dpa) - Das sagte Lee am Mittwoch.", "KCNA", "KCNA"),
        ("Roth (SPD) - so heißt er - sagte das am Mittwoch.", "", ""),
    ],
)
def test_who_signs_the_dateline_is_the_source_where_nobody_names_one(
    editor: Editor, slug: str, copy: str, given: str, source: str
) -> None:
    page = paste(editor, slug, copy, source=given)
    (article,) = page.all("copy")
    assert article.get("data-source") == source
    assert "(dpa) -" not in article.findtext("h3")  # the title is what the item says


def test_scripts_in_copy_are_words(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, "<script>alert(1)</script> <img src=x onerror=alert(1)> sagte Ada: „<b>Ja</b>“.")
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert "<script>alert(1)</script>" in page.said("copytext")


def test_several_files_are_taken_and_one_bad_one_is_named(editor: Editor, slug: str) -> None:
    files = [
        ("files", ("eins.txt", "Ada sagte: „Eins“.".encode("latin-1", "replace"), "text/plain")),
        ("files", ("zwei.txt", "Bob sagte: „Zwei“.".encode("utf-16"), "text/plain")),
        ("files", ("leer.txt", b"", "text/plain")),
    ]
    page = editor.send(f"/desk/stories/{slug}/copy", files=files)
    assert "leer.txt: This copy is empty." in page.said("error")
    assert len(page.tree.xpath("//ul[@class='copies']/li")) == 2


@pytest.mark.parametrize("copy", ["", "   \n "])
def test_nothing_is_no_copy(editor: Editor, slug: str, copy: str) -> None:
    page = paste(editor, slug, copy, source="dpa")
    assert page.status == 422
    assert "Paste a text or choose a file." in page.said("error")
    assert page.form("paste")["source"] == "dpa"


def test_a_time_that_can_not_be_read_keeps_the_text(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, "Ein Text", published="neulich")
    assert "This time can't be read." in page.said("error")
    assert page.form("paste")["copy"] == "Ein Text"


def test_five_megabytes_are_refused_in_words(editor: Editor, slug: str) -> None:
    page = paste(editor, slug, "x" * 5_000_000)
    assert page.status == 413
    assert "too large" in page.text
    files = [("files", ("gross.txt", b"y" * 3_000_000, "text/plain"))]
    page = editor.send(f"/desk/stories/{slug}/copy", files=files)
    assert page.status == 422
    assert "This copy is too big: at most 2000 kB." in page.said("error")


@pytest.mark.parametrize(
    "copy",
    [
        "„" * 10_000,
        "a\x00b\x1b[31m\u202eevil",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "x" * 300_000,
    ],
    ids=["quotes", "controls", "emoji", "long"],
)
def test_odd_copy_is_laid_open_all_the_same(editor: Editor, slug: str, copy: str) -> None:
    page = paste(editor, slug, copy)
    assert page.status == 200
    assert page.all("copy")


def test_copy_of_one_story_is_found_from_another(room: Newsroom, editor: Editor, slug: str) -> None:
    other = room.story()
    paste(editor, slug, "Nur einmal eingefügt: „Ja“, sagte Ada.")
    assert not editor.get(f"/desk/stories/{other}").tree.xpath("//ul[@class='copies']/li")
    page = editor.get(f"/desk/stories/{other}?copies=all")
    assert "Nur einmal eingefügt" in page.said("copies")


def test_an_unknown_copy_is_not_found(editor: Editor, slug: str) -> None:
    assert editor.get(f"/desk/stories/{slug}?copy=none").status == 404
    assert editor.get(f"/desk/stories/{slug}/copy/none").status == 404


def test_a_reporter_may_paste(room: Newsroom, slug: str) -> None:
    page = paste(Editor(room, "reporter"), slug, "Ada sagte: „Ja“.")
    assert page.all("copy")
