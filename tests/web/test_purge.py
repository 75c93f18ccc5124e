"""Caches in front are told of what was taken back: a server that notes what it is asked stands for them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.settings import SettingsError, load
from depesche.web import purge
from depesche.words.commands import Expunge
from depesche.words.ledgercommands import ExpungeWords, OpenClaim
from tests.newsroom import Newsroom, newsroom

PATIENCE = 20.0


class Cache:
    """Notes what it is asked, and answers with these statuses, the last one for ever."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.statuses = [200]
        self.open = threading.Event()
        self.open.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def _note(self) -> None:
                outer.open.wait(PATIENCE)
                outer.asked.append(f"{self.command} {self.path}")
                status = outer.statuses.pop(0) if len(outer.statuses) > 1 else outer.statuses[0]
                self.send_response(status)
                self.send_header("location", "/elsewhere")
                self.end_headers()

            do_PURGE = do_BAN = do_POST = do_GET = _note

            def log_message(self, *words: Any) -> None:
                """Not."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.open.set()
        self._server.shutdown()
        self._server.server_close()

    def until(self, true: Callable[[], Any]) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, self.asked
            time.sleep(0.02)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cache]:
    monkeypatch.setattr(purge, "PAUSES", (0.05, 0.05, 0.05))
    made = Cache()
    yield made
    made.close()


@contextmanager
def behind(folder: Path, *templates: str, **settings: Any) -> Iterator[tuple[Newsroom, str]]:
    with newsroom(folder / "var", purge=templates, page_size=5, **settings) as room:
        slug = room.story("kursk")
        for number in range(12):
            room.publish(slug, f"Beitrag {number}.")
        yield room, slug


def test_what_shows_a_retracted_post_is_purged(tmp_path: Path, cache: Cache) -> None:
    with behind(tmp_path, f"{cache.url}/cache{{path}}", base_path="/live") as (room, slug):
        assert cache.asked == []  # what is published needs no purge
        room.client().post(f"/api/stories/{slug}/posts/2/retract", json={"note": "Falsch."})
        cache.until(lambda: len(cache.asked) >= 8)
        assert set(cache.asked) == {
            "PURGE /cache/live/",
            "PURGE /cache/live/kursk",
            "PURGE /cache/live/kursk?order=oldest",
            "PURGE /cache/live/kursk?page=latest",
            "PURGE /cache/live/kursk?order=oldest&page=latest",
            "PURGE /cache/live/kursk?page=1",
            "PURGE /cache/live/kursk/corrections",
            "PURGE /cache/live/kursk/p/2",
        }


def test_corrections_and_erasures_purge_by_story_or_address_too(tmp_path: Path, cache: Cache) -> None:
    templates = (f"{cache.url}/tag/{{story}}", f"{cache.url}/by?url={{url}}")
    site = {"url": "https://live.example.org", "purge_method": "POST"}
    with behind(tmp_path, *templates, **site) as (room, slug):
        room.client().post(f"/api/stories/{slug}/posts/7/correct", json={"body": "Neu.", "correction": "typo"})
        cache.until(lambda: any("p%2F7" in each for each in cache.asked))
        assert "POST /by?url=https%3A%2F%2Flive.example.org%2Fkursk%2Fp%2F7" in cache.asked
        stream = next(name for name in room.house.journal.heads() if name != "wire")
        assert cache.asked.count(f"POST /tag/{stream}") == 1  # one request for all pages
        chief = Actor(id=room.person("chief"), name="", role="chief")
        done = room.house.desk.handle(Expunge(3, "Beschluss"), chief, story=stream, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done)
        cache.until(lambda: any("p%2F3" in each for each in cache.asked))
        for command in (OpenClaim("Wohnt er dort?"), ExpungeWords("claim", 1, "Beschluss")):
            room.house.desk.handle(command, chief, story=stream, command_id=str(uuid.uuid4()))
        cache.until(lambda: any("kursk%2Fc%2F1" in each for each in cache.asked))


def test_drafts_are_nobodys_business(tmp_path: Path, cache: Cache) -> None:
    with behind(tmp_path, f"{cache.url}{{path}}") as (room, slug):
        draft = str(uuid.uuid4())
        room.client().put(f"/api/stories/{slug}/drafts/{draft}", json={"body": "Geheim."})
        room.client().post(f"/api/stories/{slug}/posts/1/retract", json={"note": "Falsch."})
        cache.until(lambda: any(each.endswith("/p/1") for each in cache.asked))
        assert not any(draft in each or "draft" in each for each in cache.asked)


def test_a_cache_that_fails_is_asked_again_and_then_left(
    tmp_path: Path, cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    cache.statuses = [503, 302, 200]
    with behind(tmp_path, f"{cache.url}/one/{{story}}") as (room, slug):
        room.client().post(f"/api/stories/{slug}/posts/1/retract", json={"note": "Falsch."})
        cache.until(lambda: len(cache.asked) == 3)
        assert "elsewhere" not in str(cache.asked)
        cache.statuses = [500]
        room.client().post(f"/api/stories/{slug}/posts/2/retract", json={"note": "Falsch."})
        cache.until(lambda: "was not purged" in caplog.text)
        assert len(cache.asked) == 7
        assert cache.url not in caplog.text.partition("was not purged")[2]


@pytest.mark.parametrize("away", ["silent", "closed"])
def test_publishing_does_not_wait_for_a_cache(tmp_path: Path, cache: Cache, away: str) -> None:
    url = cache.url
    if away == "closed":
        cache.close()
    cache.open.clear()
    with behind(tmp_path, f"{url}{{path}}") as (room, slug):
        for post in range(1, 6):
            answer = room.client().post(f"/api/stories/{slug}/posts/{post}/retract", json={"note": "Falsch."})
            assert answer.status_code < 300
        room.publish(slug, "Weiter.")
        assert cache.asked == []
        cache.open.set()


@pytest.mark.parametrize(
    "wrong", ["http://cache", "ftp://cache{path}", "http://user:word@cache{path}", "{path}", "http://c/{url}"]
)
def test_an_address_that_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(SettingsError, match="PURGE"):
        load({"DEPESCHE_PURGE": wrong})
