"""What caches may do with a page, and what they are told of its bytes."""

from __future__ import annotations

import gzip
import hashlib
import os
import time
import tracemalloc
import uuid
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from depesche.bus.local import LocalBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done
from depesche.render import assets, jsonld, post
from depesche.web import caching, codings, forgetting
from depesche.words import likeness
from depesche.words.changes import PostText
from depesche.words.commands import Expunge, SaveDraft
from tests.newsroom import newsroom
from tests.web.audience import PAGES
from tests.web.coverage import Coverage


def test_a_page_may_be_cached_for_two_seconds(reader: TestClient, news: Coverage) -> None:
    for address in PAGES[:6]:
        headers = reader.get(address).headers
        assert headers["cache-control"] == "public, max-age=2, stale-while-revalidate=10, stale-if-error=600"
        assert headers["vary"] == "accept-encoding"
    assert reader.get("/nichts").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_the_etag_is_the_hash_of_the_bytes_that_are_sent(reader: TestClient, news: Coverage, encoding: str) -> None:
    with reader.stream("GET", "/kursk", headers={"accept-encoding": encoding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.headers["etag"] == f'"{hashlib.blake2b(sent, digest_size=12).hexdigest()}"'
    page = gzip.decompress(sent) if encoding == "gzip" else sent
    assert page.startswith(b"<!doctype html>")


def test_who_has_the_page_gets_nothing_again(reader: TestClient, news: Coverage) -> None:
    etag = reader.get("/kursk").headers["etag"]
    for condition in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        answer = reader.get("/kursk", headers={"if-none-match": condition})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == etag
    news.post("Etwas Neues")
    assert reader.get("/kursk", headers={"if-none-match": etag}).status_code == 200


def test_a_head_is_the_page_without_its_body(reader: TestClient, news: Coverage) -> None:
    get, head = reader.get("/kursk"), reader.head("/kursk")
    assert head.content == b""
    for name in ("etag", "cache-control", "content-length", "content-type"):
        assert head.headers[name] == get.headers[name]


def test_drafts_and_reading_leave_the_page_as_it_is(reader: TestClient, news: Coverage) -> None:
    etag = reader.get("/kursk").headers["etag"]
    news.do(SaveDraft("00000000-0000-4000-8000-000000000002", PostText("Noch nicht fertig")))
    assert reader.get("/kursk").headers["etag"] == etag


def test_erased_words_stay_in_no_memory(tmp_path: Path) -> None:
    with newsroom(tmp_path / "var") as room:
        slug = room.story()
        number = room.publish(slug, "Ein Name, den ein Gericht verbietet.")
        for path in (f"/{slug}", f"/{slug}/p/{number}", f"/{slug}/changes?after=0"):
            room.client(None).get(path)
        kept = (post.article, jsonld.update, codings.kept)
        assert all(each.cache_info().currsize for each in kept)
        chief = Actor(id=room.person("chief"), name="", role="chief")
        stream = next(name for name in room.house.journal.heads() if name != "wire")
        done = room.house.desk.handle(Expunge(number, "Beschluss"), chief, story=stream, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done)
        assert [each.cache_info().currsize for each in kept] == [0, 0, 0]


@pytest.mark.parametrize("most", [forgetting.MOST, 1], ids=["a few", "more than are looked at at once"])
def test_what_another_process_erased_stays_in_no_memory(
    most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "MOST", most)
    with newsroom(tmp_path / "var") as room:
        slug = room.story()
        number = room.publish(slug, "Ein Name, den ein Gericht verbietet.")
        for each in range(3):  # what is written here isn't read again
            room.publish(slug, f"Meldung {each}.")
            time.sleep(forgetting.PAUSE * 2)
        room.client(None).get(f"/{slug}")
        kept = (codings.kept, likeness.content)
        likeness.content("Ein Name, den ein Gericht verbietet.")
        assert all(each.cache_info().currsize for each in kept)
        chief = Actor(id=room.person("chief"), name="", role="chief")
        stream = next(name for name in room.house.journal.heads() if name != "wire")
        other = Desk(room.house.journal, LocalBus(tmp_path / "var" / "bells"))  # as the command line does it
        done = other.handle(Expunge(number, "Beschluss"), chief, story=stream, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done)
        end = time.monotonic() + 20
        while any(each.cache_info().currsize for each in kept):
            assert time.monotonic() < end
            time.sleep(0.01)
        other.close()


def test_a_file_may_be_cached_for_ever(reader: TestClient) -> None:
    answer = reader.get(assets.path("reader.js"))
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.content == assets.assets()["reader.js"].body
    assert reader.get("/static/reader.js").status_code == 404
    assert reader.get("/static/../settings.py").status_code == 404


def test_large_pages_asked_for_by_ever_new_hosts_dont_fill_the_memory() -> None:
    shelf, large = caching.Shelf(256), 2_000_000
    codings.kept.cache_clear()
    tracemalloc.start()
    try:
        for host in range(150):
            page = shelf.take(host, 1, lambda: os.urandom(1) * large)
            codings.pack(page + str(host).encode(), coding="gzip")
        assert shelf.take(149, 1, lambda: b"") == page
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < caching.MOST_BYTES + 3 * large
    assert codings.pack(b"small" * 200, coding="gzip") is codings.pack(b"small" * 200, coding="gzip")
