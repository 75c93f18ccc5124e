"""A machine that fails under a running Depesche: what was acknowledged is kept, and everybody is told what to do.

In: a server, and its files taken away, replaced or cut off while it runs. Out: 503 with a sentence. Never: an
acknowledgement of what nobody will ever find again.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from tests.newsroom import PASSWORD, Newsroom, newsroom


@contextlib.contextmanager
def desk(room: Newsroom) -> Iterator[httpx2.Client]:
    """An editor's browser without scripts."""
    room.person("editor")
    with httpx2.Client(base_url=room.url, headers={"accept-language": "en"}, timeout=30, verify=False) as client:
        assert client.post("/desk/login", data={"login": "editor", "password": PASSWORD}).status_code == 303
        client.headers["x-csrf-token"] = client.get("/desk/session").json()["csrf"]
        yield client


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "red").save(out, "PNG")
    return out.getvalue()


def test_a_picture_that_cant_be_kept_costs_no_text(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room, desk(room) as editor:
        slug = room.story()
        (tmp_path / "var" / "media").write_text("This is no folder.")
        page = editor.post(
            f"/desk/stories/{slug}/sheet",
            data={"do": "publish", "body": "Mein langer Text."},
            files={"files": ("a.png", picture(), "image/png")},
        )
        assert (page.status_code, "Mein langer Text." in page.text) == (200, True)
        assert "disk is full or can" in page.text
        asked = editor.post("/desk/pictures", files={"file": ("a.png", picture(), "image/png")})
        assert (asked.status_code, asked.json()["refused"]["code"]) == (422, "picture_unkept")


def test_an_upload_that_finds_no_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with newsroom(tmp_path / "var") as room, desk(room) as editor:
        slug = room.story()
        monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", full)
        files = {"files": ("a.txt", b"Er sagte viel. " * 100_000, "text/plain")}
        answer = editor.post(f"/desk/stories/{slug}/copy", files=files)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert "disk" in answer.text


@pytest.mark.damages
def test_a_folder_that_was_deleted_takes_no_post(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room:
        slug, client = room.story(), room.client()
        room.publish(slug, "Eins.")
        shutil.rmtree(tmp_path / "var")
        answer = client.post(f"/api/stories/{slug}/posts", json={"body": "Zwei."})
        assert answer.status_code == 503
        assert "The database" in answer.json()["detail"]
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        assert client.get(f"/{slug}").status_code in (200, 503)


def test_a_file_that_was_replaced_takes_no_post_until_it_is_back(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room:
        slug, client = room.story(), room.client()
        room.publish(slug, "Eins.")
        file, backup, away = (tmp_path / "var" / name for name in ("depesche.db", "backup.db", "away.db"))
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
            source.backup(target)
        room.publish(slug, "Zwei.")
        file.rename(away)
        backup.rename(file)
        before = file.read_bytes()
        assert client.post(f"/api/stories/{slug}/posts", json={"body": "Drei."}).status_code == 503
        assert file.read_bytes() == before
        os.replace(away, file)
        assert client.post(f"/api/stories/{slug}/posts", json={"body": "Drei."}).json()["post"] == 3
