"""A machine that fails under a running Depesche: what was acknowledged is kept, and everybody is told what to do.

In: a server, and its files taken away, replaced or cut off while it runs. Out: 503 with a sentence. Never: an
acknowledgement of what nobody will ever find again.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.newsroom import newsroom


@pytest.mark.damages
def test_a_folder_that_was_deleted_takes_no_post(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room:
        slug, client = room.story(), room.client()
        room.publish(slug, "Eins.")
        shutil.rmtree(tmp_path / "var")
        answer = client.post(f"/api/stories/{slug}/posts", json={"body": "Zwei."})
        assert answer.status_code == 503
        assert "removed or replaced" in answer.json()["detail"]
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
