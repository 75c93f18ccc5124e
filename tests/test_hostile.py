"""What hostile outsiders and careless programs send: each gets a clear answer, and never one that says it's our fault.

In: requests that no browser makes. Out: 4xx with a sentence, within a bounded time. Never: a 500, and a name, text or
address in the log.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.newsroom import PASSWORD, Newsroom, newsroom

LONG = "9" * 5000
"""More digits than Python turns into a number."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    """One newsroom for all of these: nothing here may harm the next."""
    with newsroom(tmp_path_factory.mktemp("hostile") / "var") as opened:
        opened.story("kursk")
        opened.publish("kursk", "Moskau meldet, die Region sei zurückerobert.")
        yield opened


@pytest.fixture
def editor(room: Newsroom) -> Iterator[httpx2.Client]:
    """An editor's browser without scripts."""
    room.person("editor")
    with httpx2.Client(base_url=room.url, timeout=30, verify=False) as client:
        assert client.post("/desk/login", data={"login": "editor", "password": PASSWORD}).status_code == 303
        client.headers["x-csrf-token"] = client.get("/desk/session").json()["csrf"]
        yield client


def send(room: Newsroom, request: bytes, enough: int = 1) -> bytes:
    """What these very bytes are answered, up to its end or at least `enough` bytes."""
    place = urlsplit(room.url)
    heard = b""
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(request)
        while len(heard) < enough and (piece := line.recv(65536)):
            heard += piece
    return heard


@pytest.mark.parametrize("path", ["/kursk/p/", "/api/stories/kursk/posts/", "/desk/stories/kursk/posts/"])
def test_a_number_of_five_thousand_digits_names_nothing(room: Newsroom, path: str) -> None:
    assert room.client().get(path + LONG).status_code == 414


def test_an_event_id_of_five_thousand_digits_is_ignored(room: Newsroom) -> None:
    heard = send(room, b"GET /kursk/live HTTP/1.1\r\nHost: x\r\nLast-Event-ID: " + LONG.encode() + b"\r\n\r\n")
    assert heard.startswith(b"HTTP/1.1 200 "), heard


def test_a_host_that_no_machine_has_is_refused(room: Newsroom) -> None:
    heard = send(room, b"GET /kursk HTTP/1.1\r\nConnection: close\r\nHost: " + b"x" * 60_000 + b"\r\n\r\n", 100_000)
    assert heard.startswith(b"HTTP/1.1 400 "), heard[:200]
    assert len(heard) < 10_000, "what was sent comes back many times"


@pytest.mark.parametrize("piece", [b"x" * 65_536, b"X-A: y\r\n" * 8_000], ids=["one header", "many headers"])
def test_headers_without_end_end_the_connection(room: Newsroom, piece: bytes) -> None:
    place = urlsplit(room.url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(b"GET /kursk HTTP/1.1\r\nHost: x\r\nX-B: ")
        with pytest.raises(ConnectionError):
            line.sendall(piece * 1_000)  # 64 MB, of which sockets hold a few
    assert room.client(None).get("/kursk").status_code == 200


def test_an_origin_that_is_no_address_is_another_site(room: Newsroom) -> None:
    answer = room.client(None).post("/desk/login", data={"login": "x"}, headers={"origin": "http://["})
    assert answer.status_code == 403


@pytest.mark.parametrize("charset", ["undefined", "utf-7", "unicode_escape", "punycode", "idna", "utf-16"])
def test_a_form_comes_in_utf_8_or_not_at_all(room: Newsroom, charset: str) -> None:
    body = b'--XX\r\nContent-Disposition: form-data; name="login"\r\n\r\n+2AA-a\\ud800\r\n--XX--\r\n'
    headers = {"content-type": f"multipart/form-data; boundary=XX; charset={charset}"}
    answer = room.client(None).post("/desk/login", content=body, headers=headers)
    assert answer.status_code == 415, answer.text


@pytest.mark.parametrize("version", [LONG, "9" * 30, "-1", "٣"])
def test_a_passage_of_a_version_that_never_was_is_not_found(editor: httpx2.Client, version: str) -> None:
    answer = editor.post("/desk/stories/kursk/sheet", data={"do": f"adopt:x:{version}:1", "body": "Text."})
    assert answer.status_code == 404


@pytest.mark.parametrize("language", ["de" + "-aa" * 12, "de" + "-aaaaaaaa" * 100_000])
def test_a_language_is_no_longer_than_a_tag_can_be(room: Newsroom, language: str) -> None:
    answer = room.client().post("/api/stories/kursk/posts", json={"body": "Text.", "language": language})
    assert answer.json()["code"] == "language_unknown"
    answer = room.client().post("/api/stories", json={"slug": "long", "title": "Text", "language": language})
    assert answer.json()["code"] == "language_unknown"


@pytest.mark.parametrize("words", ["\u200b", " \u00a0\u2003 ", "\u00ad\u2060\u200e", "\ufeff\x01\u202e"])
def test_what_nobody_can_see_is_no_text(room: Newsroom, words: str) -> None:
    client = room.client()
    assert client.post("/api/stories/kursk/posts", json={"body": words}).json()["code"] == "body_missing"
    assert client.post("/api/stories", json={"slug": "empty", "title": words}).json()["code"] == "title_missing"
    note = client.post("/api/stories/kursk/posts/1/retract", json={"note": words})
    assert note.json()["code"] == "note_missing"


def test_a_name_that_is_not_taken_comes_back_short(room: Newsroom) -> None:
    answer = room.client().post("/api/stories/kursk/posts", json={"k" * 1_000_000: 1})
    assert answer.status_code == 422
    assert len(answer.content) < 2_000
