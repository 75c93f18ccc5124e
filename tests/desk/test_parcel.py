"""Pictures and copy that go along with an export, there and back by the command line, and altered on the way."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from depesche import app
from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.journal import stock, views
from depesche.settings import Settings
from depesche.words.changes import Media, PostText
from depesche.words.commands import OpenStory, PublishPost
from tests.test_cli import Shell

EDITOR = Actor("e" * 8, "Ada", "chief")
STORY = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0007"
COPY = "Die Stadt meldet: „Das Wasser steigt weiter“, sagte Anna Berg am Montag."


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A folder with a story of one picture and one copy: story.jsonl and the parcel beside it."""
    house = app.furnish(Settings(folder=tmp_path / "one"))
    done = house.desk.handle(OpenStory("elbe", "Elbe"), EDITOR, story=STORY, command_id=STORY)
    assert isinstance(done, Done)
    raw = io.BytesIO()
    Image.effect_noise((900, 600), 40).convert("RGB").save(raw, "PNG")
    picture = house.media.keep(raw.getvalue(), actor=EDITOR)
    assert isinstance(picture, Media)
    text = PostText("Das Wasser steigt.", media=(picture,))
    house.desk.handle(PublishPost(text), EDITOR, story=STORY, command_id=STORY[:-1] + "8")
    house.intake.receive(COPY.encode("latin-1", "replace"), actor=EDITOR, story=STORY, media_type="text/plain")
    house.desk.close()
    house.journal.close()
    told = Shell(tmp_path / "one").run(
        "export", "elbe", "--output", tmp_path / "story.jsonl", "--media", tmp_path / "parcel"
    )
    assert "1 pictures, 1 versions of copy" in told
    return tmp_path


def brought_in(packed: Path, code: int = 0) -> str:
    other = Shell(packed / "two")
    return other.run("import", packed / "story.jsonl", "--media", packed / "parcel", code=code)


def test_pictures_and_copy_are_there_again_elsewhere(packed: Path) -> None:
    assert "imported elbe" in brought_in(packed)
    house = app.furnish(Settings(folder=packed / "two"))
    with house.journal.reading() as connection:
        (post,) = views.posts(connection, STORY)
        (view,) = views.copies(connection, story=STORY)
        blob = stock.blob(connection, view.copy.blob)
    assert post.text is not None
    (picture,) = post.text.media
    assert house.media.is_public(picture.id)
    for name in ("320.webp", "640.webp"):
        file = house.media.file(picture.id, name)
        if file is not None:
            with Image.open(file) as image:
                assert image.width == int(name.partition(".")[0])
    one = sorted(each.name for each in (packed / "one/media").rglob("*.*"))
    assert one == sorted(each.name for each in (packed / "two/media").rglob("*.*"))
    assert view.copy.text.startswith("Die Stadt meldet")
    assert blob == COPY.encode("latin-1", "replace")
    house.desk.close()
    house.journal.close()


def test_a_story_that_is_here_keeps_what_it_has(packed: Path) -> None:
    brought_in(packed)
    assert "This story is here already." in brought_in(packed, code=1)


@pytest.mark.parametrize("where", ["picture", "name", "bytes", "line", "version"])
def test_what_was_altered_is_named_and_nothing_is_taken(packed: Path, where: str) -> None:
    (picture,) = (packed / "parcel/pictures").iterdir()
    copy = packed / "parcel/copy.jsonl"
    said = json.loads(copy.read_text())
    match where:
        case "picture":
            picture.write_bytes(picture.read_bytes() + b"x")
        case "name":
            picture.rename(picture.with_name("../../../etc".replace("/", "_")))
        case "bytes":
            copy.write_text(json.dumps({**said, "content": "eHh4"}))
        case "line":
            copy.write_text("{")
        case "version":
            copy.write_text(json.dumps({**said, "copy": {**said["copy"], "version": 0}}))
    told = brought_in(packed, code=1)
    assert str(packed / "parcel") in told
    assert Shell(packed / "two").run("story", "list") == ""


def test_what_is_missing_is_told_and_the_story_is_there(packed: Path) -> None:
    (picture,) = (packed / "parcel/pictures").iterdir()
    picture.unlink()
    (packed / "parcel/copy.jsonl").unlink()
    assert f"picture {picture.name[:12]} isn't in the folder" in brought_in(packed, code=1)
    assert "elbe" in Shell(packed / "two").run("story", "list")


def test_what_the_story_does_not_name_is_left_out(packed: Path) -> None:
    copy = packed / "parcel/copy.jsonl"
    foreign = json.loads(copy.read_text())
    foreign["copy"]["id"] = "00000000-0000-0000-0000-000000000000"
    copy.write_text(copy.read_text() + json.dumps(foreign) + "\n")
    brought_in(packed)
    house = app.furnish(Settings(folder=packed / "two"))
    with house.journal.reading() as connection:
        assert len(views.copies(connection)) == 1
    house.desk.close()
    house.journal.close()


def test_a_public_export_has_no_parcel(packed: Path) -> None:
    told = Shell(packed / "one").run("export", "elbe", "--public", "--media", packed / "x", code=2)
    assert "--media goes with a full export" in told
