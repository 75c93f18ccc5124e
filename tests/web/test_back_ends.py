"""A newsroom's day through HTTP on each kind of database: what readers and editors get is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live.wire import Wire
from tests.newsroom import PASSWORD, Newsroom, newsroom


@pytest.fixture
def room(tmp_path: Path, empty_journal: str) -> Iterator[Newsroom]:
    """A newsroom on this kind of database."""
    with newsroom(tmp_path, database=empty_journal) as made:
        yield made


def test_a_day_in_the_newsroom(room: Newsroom) -> None:
    slug = room.story(title="Hochwasser – Übersicht")
    with Wire(urlsplit(room.url).port or 0, f"/{slug}/live?after=1") as stream:
        first = room.publish(slug, "„Der Deich hält“, sagte Bürgermeisterin Anna Berg am Montag. 😀")
        second = room.publish(slug, "Falsche Meldung.")
        heard = [stream.change(), stream.change()]
        assert [each.id for each in heard if each] == ["2", "3"]
    editor = room.client()
    done = editor.post(
        f"/api/stories/{slug}/posts/{first}/correct", json={"body": "Der Deich hält.", "correction": "typo"}
    )
    assert done.status_code in (200, 201), done.text
    done = editor.post(f"/api/stories/{slug}/posts/{second}/retract", json={"note": "Irrtum."})
    assert done.status_code in (200, 201), done.text
    reader = room.client(None)
    page = reader.get(f"/{slug}").text
    assert "Der Deich hält." in page
    assert "Falsche Meldung." not in page
    assert reader.get(f"/{slug}/p/{second}").status_code == 410
    changes = reader.get(f"/{slug}/changes", params={"after": 1}).json()
    assert changes["edition"] >= 5
    assert reader.get("/readyz").text.startswith("ready")
    assert reader.get("/").status_code == 200


def test_an_address_with_anything_in_it_is_an_unknown_one(room: Newsroom) -> None:
    for path in ("/ku%00rsk", "/%00", "/kursk%00/changes", "/%ff%fe/live", "/api/stories/%00"):
        assert room.client().get(path).status_code in (400, 404), path


def test_a_form_with_nul_in_it_is_cleaned_or_refused(room: Newsroom) -> None:
    slug = room.story()
    number = room.publish(slug, "Ein\x00Text")
    assert "EinText" in room.client(None).get(f"/{slug}/p/{number}").text
    asked = room.client(None).post("/desk/login", data={"login": "ada\x00", "password": PASSWORD})
    assert asked.status_code < 500


def test_the_same_command_sent_twice_is_carried_out_once(room: Newsroom) -> None:
    slug = room.story()
    key = {"idempotency-key": "0b6f1d0a-6a0c-4a5e-9a51-5d5f0c1f7a01"}
    answers = [
        room.client().post(f"/api/stories/{slug}/posts", json={"body": "Einmal."}, headers=key) for _ in range(2)
    ]
    assert [answer.json()["post"] for answer in answers] == [1, 1]
