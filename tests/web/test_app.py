"""The whole application: which address wins, what errors look like, and what a base path changes."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from depesche.web.headers import DEFAULTS
from depesche.words.decide.stories import RESERVED
from tests.newsroom import PASSWORD, Newsroom, newsroom

HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("app"), publisher="Tagblatt") as opened:
        yield opened


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_story_can_take_an_address_of_ours(room: Newsroom, word: str) -> None:
    answer = room.client().post("/api/stories", json={"slug": word, "title": "Titel"})
    assert answer.status_code == 422
    shown = room.client(None).get(f"/{word}", headers=HTML)
    assert "Titel" not in shown.text


def test_an_error_is_a_page_for_people_a_document_for_programs_and_a_line_for_others(room: Newsroom) -> None:
    reader = room.client(None)
    page = reader.get("/no-such-story", headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Tagblatt" in page.text
    assert reader.get("/api/no-such-thing", headers=HTML).headers["content-type"] == "application/problem+json"
    line = reader.get("/no-such-story", headers={"accept": "*/*"})
    assert line.headers["content-type"] == "text/plain; charset=utf-8"
    assert line.text.startswith("404 Not Found")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/api/stories", 200),
        ("GET", "/desk/login", 200),
        ("GET", "/healthz", 200),
        ("GET", "/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/", 405),
        ("POST", "/desk/login", 413),
    ],
)
def test_every_kind_of_answer_carries_the_headers_that_protect_it(
    room: Newsroom, method: str, path: str, status: int
) -> None:
    body = b"x" * 2_000_000 if status == 413 else b""
    headers = {**HTML, "content-type": "application/x-www-form-urlencoded"} if body else HTML
    answer = room.client(None).request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert {name for name in DEFAULTS if name not in answer.headers} == set()
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("path", "sent", "kind"),
    [
        ("/api/stories", {"authorization": "Bearer x"}, "application/problem+json"),
        ("/desk/", {"cookie": "depesche=x"}, "text/html; charset=utf-8"),
    ],
)
def test_a_crash_tells_nothing_but_that_it_happened(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch, path: str, sent: dict[str, str], kind: str
) -> None:
    def crash(token: str) -> None:
        raise ZeroDivisionError(f"the secret {token}")

    monkeypatch.setattr(room.house.people, "bearer", crash)
    monkeypatch.setattr(room.house.people, "session", crash)
    answer = room.client(None).get(path, headers={**HTML, **sent})
    assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
    assert answer.headers["connection"] == "close"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert {name for name in DEFAULTS if name not in answer.headers} == set()


def test_a_post_is_read_after_it_was_published(room: Newsroom) -> None:
    slug = room.story()
    room.publish(slug, "„Wir danken ihnen“, sagte Putin am Montag.")
    entries = eventually(lambda: kinds(room, slug), lambda found: "StatementsRecorded" in found)
    assert entries == ["StoryOpened", "PostPublished", "StatementsRecorded"]
    assert "Putin" in room.client(None).get(f"/{slug}").text


def kinds(room: Newsroom, slug: str) -> list[str]:
    """The kinds of a story's entries."""
    return [entry["kind"] for entry in room.client().get(f"/api/stories/{slug}/entries").json()["entries"]]


def eventually(look: Any, enough: Any, seconds: float = 10) -> Any:
    """What `look` gives as soon as it is enough; else what it gave last."""
    end = time.monotonic() + seconds
    while not enough(found := look()) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_a_locked_journal_is_told_and_the_same_request_goes_through_later(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        slug, key = room.story(), {"idempotency-key": str(uuid.uuid4())}
        room.token()
        other = sqlite3.connect(tmp_path / "depesche.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = room.client().post(f"/api/stories/{slug}/posts", json={"body": "Eins."}, headers=key)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert "busy" in refused.json()["detail"]
        assert room.client(None).get(f"/{slug}").status_code == 200
        other.execute("ROLLBACK")
        other.close()
        sent_again = room.client().post(f"/api/stories/{slug}/posts", json={"body": "Eins."}, headers=key)
        assert (sent_again.status_code, sent_again.json()["post"]) == (201, 1)


def test_it_lives_under_a_path_of_a_publisher(tmp_path: Path) -> None:
    with newsroom(tmp_path, base_path="/live", url="https://example.org") as room:
        slug = room.story()
        done = room.client().post(f"/api/stories/{slug}/posts", json={"body": "Eins."}).json()
        assert done["url"] == f"https://example.org/live/{slug}/p/1"
        assert httpx2.get(f"{room.url}/{slug}").status_code == 404
        assert httpx2.get(f"{room.url}/api/stories", headers=HTML).status_code == 404
        page = room.client(None).get(f"/{slug}").text
        styles = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert styles.startswith("/live/static/")
        assert httpx2.get(room.url + styles).status_code == 200
        room.person("editor")
        form = {"login": "editor", "password": PASSWORD, "next": "/live/desk/"}
        entered = room.client(None).post("/desk/login", data=form)
        assert (entered.status_code, entered.headers["location"]) == (303, "/live/desk/")
        assert room.client(None).get("/api/nothing").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("trusted", "scheme"), [(("127.0.0.1",), "https"), (("10.0.0.0/8",), "http"), ((), "http")])
def test_only_a_trusted_proxy_says_how_a_request_came(tmp_path: Path, trusted: tuple[str, ...], scheme: str) -> None:
    with newsroom(tmp_path, trusted_proxies=trusted) as room:
        slug = room.story()
        forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}
        shown = room.client(None).get(f"/api/stories/{slug}", headers=forwarded).json()
        assert shown["story"]["url"].startswith(f"{scheme}://127.0.0.1")
