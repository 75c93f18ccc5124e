"""Pictures through HTTP: for readers while a published post shows them, for the desk always, for guessers never."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.newsroom import Newsroom, newsroom
from tests.web.desk.editor import Editor, hang_up


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("room"), max_image=300_000, max_pixels=4_000_000) as opened:
        yield opened
        hang_up(opened)


@pytest.fixture(scope="module")
def editor(room: Newsroom) -> Editor:
    return Editor(room)


def picture(colour: object, size: tuple[int, int] = (1300, 800), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)  # type: ignore[arg-type]
    return out.getvalue()


def upload(editor: Editor, data: bytes, name: str = "a.jpg") -> httpx2.Response:
    return editor.ask("/desk/pictures", files={"file": (name, data, "image/jpeg")})


def publish(editor: Editor, slug: str, media: str, **more: str) -> None:
    fields = {"media": media, "media_alt": "Feld", "media_caption": "", "media_credit": "dpa", "body": "Text"}
    answer = editor.ask(f"/desk/stories/{slug}/sheet", fields, do="publish", **more)
    assert answer.status_code == 200, answer.text


def test_a_picture_of_nothing_published_is_for_the_desk_only(room: Newsroom, editor: Editor) -> None:
    made = upload(editor, picture("red")).json()
    path = made["src"]
    answer = editor.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"].startswith("private")
    seen = room.client(None).get(path)
    assert seen.status_code == 404
    assert seen.headers["cache-control"] == "no-store"


def test_a_published_picture_is_sent_with_every_guard(room: Newsroom, editor: Editor) -> None:
    slug = room.story()
    made = upload(editor, picture("green")).json()
    publish(editor, slug, made["id"])
    answer = room.client(None).get(made["src"])
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "public, max-age=31536000, s-maxage=10, immutable"
    assert answer.headers["content-disposition"].startswith("inline; filename=")
    assert "sandbox" in answer.headers["content-security-policy"]
    again = room.client(None).get(made["src"], headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_the_readers_page_names_only_pictures_that_are_there(room: Newsroom, editor: Editor) -> None:
    slug = room.story()
    publish(editor, slug, upload(editor, picture("navy")).json()["id"])
    page = room.client(None).get(f"/{slug}").text
    from lxml import html

    (image,) = html.fromstring(page).xpath("//article//img")
    paths = [part.split()[0] for part in image.get("srcset").split(",")] + [image.get("src")]
    assert len(paths) >= 3
    for path in paths:
        assert room.client(None).get(path).status_code == 200
    assert (image.get("width"), image.get("height")) == ("1300", "800")
    share = html.fromstring(page).xpath("string(//meta[@property='og:image']/@content)")
    if share:
        assert httpx2.get(share).headers["content-type"] == "image/jpeg"


def test_a_retracted_posts_picture_is_gone_for_readers_at_once(room: Newsroom, editor: Editor) -> None:
    slug = room.story()
    made = upload(editor, picture("purple")).json()
    publish(editor, slug, made["id"])
    assert room.client(None).get(made["src"]).status_code == 200
    editor.ask(f"/desk/stories/{slug}/posts/1/retract", note="falsches Bild")
    assert room.client(None).get(made["src"]).status_code == 404
    assert editor.client.get(made["src"]).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/media/" + "0" * 64 + "/480.webp",
        "/media/../depesche.db",
        "/media/%2e%2e/depesche.db",
        "/media/..%2f..%2fdepesche.db/480.webp",
        "/media/{id}/master.webp",
        "/media/{id}/..%2fmaster.webp",
        "/media/{id}/999.webp",
        "/media/{id}/480.webp%00.jpg",
        "/media/{id}",
    ],
)
def test_nothing_else_lies_below_media(room: Newsroom, editor: Editor, path: str) -> None:
    made = upload(editor, picture("red")).json()
    assert editor.client.get(made["src"]).status_code == 200
    assert editor.client.get(path.replace("{id}", made["id"])).status_code == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "picture_svg"),
        (b"GIF89a" + b"\0" * 20, "picture_unknown"),
        (b"<?php phpinfo();", "picture_unknown"),
        (picture("red")[:-400], "picture_broken"),
        (picture("red", (3000, 2000)), "picture_too_many_pixels"),
    ],
    ids=["empty", "svg", "gif", "php", "cut", "pixels"],
)
def test_what_is_hostile_or_broken_is_refused_in_words(editor: Editor, data: bytes, code: str) -> None:
    answer = upload(editor, data)
    assert answer.status_code == 422
    assert answer.json()["refused"]["code"] == code
    assert answer.json()["refused"]["field"] == "picture"


def test_too_many_bytes_are_refused_before_they_are_all_read(editor: Editor) -> None:
    answer = upload(editor, b"\xff\xd8\xff" + b"x" * 400_000)
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_an_uploads_name_makes_no_file(room: Newsroom, editor: Editor) -> None:
    upload(editor, picture("teal"), name="../../../../tmp/evil.php")
    folder: Path = room.house.settings.folder
    assert not [
        path
        for path in folder.rglob("*")
        if path.suffix not in (".webp", ".jpg") and "media" in path.parts and path.is_file()
    ]
