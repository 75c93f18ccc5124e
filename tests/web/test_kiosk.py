"""Answers that lie ready: the same as the application's, current, and for nobody a way around it."""

from __future__ import annotations

import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk
from depesche.journal import views
from depesche.live import entrance
from depesche.web import kiosk as kiosks
from depesche.words.changes import PostText
from depesche.words.commands import PublishPost
from tests.newsroom import Newsroom, newsroom

PATIENCE = 20.0
BY_APP = b"X-Name: \xe4\r\n"
"""A header that means nothing, with a byte that the kiosk leaves to the application."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("kiosk")) as made:
        yield made


@pytest.fixture
def slug(room: Newsroom) -> str:
    made = room.story()
    room.publish(made, "Das Wasser steigt. " * 60)
    return made


class Line:
    """One connection, and what is asked on it."""

    def __init__(self, room: Newsroom, *, window: int = 0) -> None:
        self.socket = socket.socket()
        if window:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, window)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", int(room.url.rpartition(":")[2])))
        self._kept = b""

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *error: object) -> None:
        self.socket.close()

    def ask(self, path: str, *more: bytes, method: str = "GET", version: str = "1.1") -> tuple[int, bytes, bytes]:
        """Status, headers and body of one answer."""
        self.socket.sendall(request(path, *more, method=method, version=version))
        return self.answer(with_body=method != "HEAD")

    def answer(self, *, with_body: bool = True) -> tuple[int, bytes, bytes]:
        while b"\r\n\r\n" not in self._kept:
            self._more()
        head, _, self._kept = self._kept.partition(b"\r\n\r\n")
        status = int(head.split()[1])
        length = re.search(rb"content-length: (\d+)", head)
        size = int(length[1]) if with_body and status != 304 and length else 0
        while len(self._kept) < size:
            self._more()
        body, self._kept = self._kept[:size], self._kept[size:]
        return status, head, body

    def _more(self) -> None:
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("closed")
        self._kept += more


def request(path: str, *more: bytes, method: str = "GET", version: str = "1.1") -> bytes:
    return f"{method} {path} HTTP/{version}\r\nHost: localhost\r\n".encode() + b"".join(more) + b"\r\n"


def same(answer: tuple[int, bytes, bytes]) -> tuple[int, bytes, bytes]:
    """Without what differs from one answer to the next."""
    status, head, body = answer
    assert re.search(rb"\r\nx-request-id: [0-9a-f]{16}\r\n", head)
    return status, re.sub(rb"(date|x-request-id): [^\r]*", rb"\1", head), body


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("coding", [b"", b"Accept-Encoding: gzip, deflate, br, zstd\r\n", b"Accept-Encoding: gzip\r\n"])
@pytest.mark.parametrize("path", ["/{}", "/{}?order=oldest", "/{}/p/1", "/{}/changes?after=1", "/{}/corrections", "/"])
def test_what_lies_ready_is_what_the_application_says(
    room: Newsroom, slug: str, path: str, coding: bytes, method: str
) -> None:
    path, kiosk = path.format(slug), room.house.kiosk
    with Line(room) as line:
        by_app = same(line.ask(path, coding, BY_APP, method=method))
        line.ask(path, coding)
        given = kiosk.given
        assert same(line.ask(path, coding, method=method)) == by_app
        assert kiosk.given == given + 1
        etag = re.search(rb'etag: (".*")', by_app[1])
        assert etag is not None
        for condition in (etag[1], b"W/" + etag[1], b'"x", ' + etag[1], b"*"):
            known = same(line.ask(path, coding, BY_APP, b"If-None-Match: " + condition + b"\r\n", method=method))
            assert known[0] == 304
            assert same(line.ask(path, coding, b"If-None-Match: " + condition + b"\r\n", method=method)) == known
        assert line.ask(path, coding, b'If-None-Match: "other"\r\n')[0] == 200
        assert kiosk.given == given + 6


def test_what_is_gone_lies_ready_for_all_who_had_it_open(room: Newsroom, slug: str) -> None:
    desk = room.client("chief")
    for command in ({"command": "OpenClaim", "question": "Hält der Deich?"}, {"command": "DropClaim", "claim": 1}):
        assert desk.post(f"/api/stories/{slug}/ledger", json={"ask": command}).status_code < 300
    room.client().post(f"/api/stories/{slug}/posts/1/retract", json={"note": "Falsch."})
    kiosk = room.house.kiosk
    for path in (f"/{slug}/c/1", f"/{slug}/p/1"):
        with Line(room) as line:
            by_app = same(line.ask(path, BY_APP))
            assert by_app[0] == 410
            line.ask(path)
            given, asked = kiosk.given, kiosk.asked
            for _ in range(50):
                assert same(line.ask(path)) == by_app
                assert same(line.ask(path, b"If-None-Match: *\r\n")) == by_app
            assert kiosk.given > given + 90
            assert kiosk.asked < asked + 10


def test_who_publishes_sees_it_at_once_however_many_read_meanwhile(room: Newsroom, slug: str) -> None:
    ended = threading.Event()
    statuses: set[int] = set()

    def read() -> None:
        with Line(room) as line:
            while not ended.is_set():
                statuses.add(line.ask(f"/{slug}")[0])

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        with Line(room) as line:
            for number in range(30):
                published = room.publish(slug, f"Stand {number}")
                assert f"Stand {number}".encode() in line.ask(f"/{slug}")[2]
            room.client().post(f"/api/stories/{slug}/posts/{published}/retract", json={"note": "Falsch."})
            assert b"Stand 29" not in line.ask(f"/{slug}")[2]
            assert line.ask(f"/{slug}/p/{published}")[0] == 410
    finally:
        ended.set()
        for reader in readers:
            reader.join(PATIENCE)
    assert statuses == {200}


def test_a_change_that_nobody_rang_for_is_late_by_a_second(room: Newsroom, slug: str) -> None:
    with room.house.journal.reading() as connection:
        found = views.slug(connection, slug)
    assert found is not None
    other = Desk(room.house.journal, MemoryBus())  # as the command line does it: nobody hears this bus
    with closing(other), Line(room) as line:
        line.ask(f"/{slug}")
        quiet = PublishPost(PostText("Still geschehen"))
        other.handle(quiet, Actor("c" * 8, "", "chief"), story=found[0], command_id=str(uuid.uuid4()))
        end = time.monotonic() + PATIENCE
        while b"Still geschehen" not in line.ask(f"/{slug}")[2]:
            assert time.monotonic() < end


def test_unusual_requests_are_for_the_application(room: Newsroom, slug: str) -> None:
    kiosk, path = room.house.kiosk, f"/{slug}"
    with Line(room) as line:
        line.ask(path)
        line.ask(path)
        given = kiosk.given
    for more in (
        b"Connection: close\r\n",
        b"Host: other.example\r\n",
        b"X-Forwarded-Proto: https\r\n",
        b"Expect: 100-continue\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b" folded: header\r\n",
        b"Upgrade: websocket\r\n",
        b"Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n",
        b"X-Long: " + b"x" * 9_000 + b"\r\n",
    ):
        with Line(room) as line, suppress(ConnectionError):
            line.socket.sendall(request(path, more))
            line.answer()
    for asked in (
        f"{path}?utm=1",
        f"{path}?after=1&after=2&after=3",
        f"/{slug}%2F",
        f"//{slug}",
        f"{path}?order=Oldest",
    ):
        with Line(room) as line:
            line.ask(asked)
            line.ask(asked)
    with Line(room) as line:
        line.ask(path, version="1.0")
    assert kiosk.given == given


def test_an_address_of_the_site_in_the_request_makes_another_page(room: Newsroom, slug: str) -> None:
    with Line(room) as line:
        for host in ("one.example", "two.example") * 3:
            line.socket.sendall(f"GET /{slug} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert f"http://{host}/{slug}".encode() in line.answer()[2]


def test_requests_in_a_row_are_answered_in_their_order(room: Newsroom, slug: str) -> None:
    paths = [f"/{slug}", "/nichts", f"/{slug}/changes?after=1", f"/{slug}", "/healthz"] * 4
    with Line(room) as line:
        line.ask(f"/{slug}")
        line.socket.sendall(b"".join(map(request, paths)))
        assert [line.answer()[0] for _ in paths] == [200, 404, 200, 200, 200] * 4
        assert line.ask(f"/{slug}")[0] == 200


def test_a_request_in_pieces_is_a_request(room: Newsroom, slug: str) -> None:
    with Line(room) as line:
        for cut in (1, 7, 20):
            whole = request(f"/{slug}")
            line.socket.sendall(whole[:cut])
            time.sleep(0.02)
            line.socket.sendall(whole[cut:])
            assert line.answer()[0] == 200
            assert line.ask(f"/{slug}")[0] == 200


def test_who_asks_and_never_reads_is_no_longer_heard(room: Newsroom, slug: str) -> None:
    with Line(room, window=4096) as line:
        line.ask(f"/{slug}")
        line.socket.setblocking(False)
        sent, asked = 0, request(f"/{slug}", b"X-Pad: " + b"x" * 4_000 + b"\r\n")
        end = time.monotonic() + PATIENCE
        stuck = 0
        while stuck < 20:  # nothing was taken for 20 times 50 ms: the server doesn't read any more
            assert time.monotonic() < end
            try:
                sent += line.socket.send(asked[sent % len(asked) :])
                stuck = 0
                time.sleep(0.0005)  # one request at a time, or they go to uvicorn
            except BlockingIOError:
                stuck += 1
                time.sleep(0.05)
        line.socket.settimeout(PATIENCE)
        for _ in range(sent // len(asked)):
            assert line.answer()[0] == 200


def test_what_lies_ready_is_bounded(room: Newsroom, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosks, "MOST_ANSWERS", 3)
    with Line(room) as line:
        for number in range(20):
            line.ask(f"/{slug}/changes?after={number}")
    assert len(room.house.kiosk._lying) <= 3
    monkeypatch.setattr(kiosks, "MOST_BYTES", 10)
    with Line(room) as line:
        line.ask(f"/{slug}")
    assert not room.house.kiosk._lying
    assert room.house.kiosk._bytes == 0


def test_the_figures_tell_who_answered(room: Newsroom, slug: str) -> None:
    def figures() -> dict[str, int]:
        with Line(room) as line:
            said = line.ask("/metrics")[2].decode()
        return {by: int(number) for by, number in re.findall(r'answers_total\{by="(\w+)"\} (\d+)', said)}

    before = figures()
    with Line(room) as line:
        for _ in range(3):
            line.ask(f"/{slug}")
    assert figures() == {"kiosk": before["kiosk"] + 2, "application": before["application"] + 1}


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    monkeypatch.setattr(entrance, "FIRST", 0.2)
    monkeypatch.setattr(entrance, "SWEEP", 0.05)
    monkeypatch.setattr("depesche.web.server.KEEP_ALIVE", 1)
    with newsroom(tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"", b""),
        (b"GET / HT", b"HTTP/1.1 408 "),
        (b"\r\n", b"HTTP/1.1 408 "),
        (b"POST /api HTTP/1.1\r\nA: b", b"HTTP"),
    ],
)
def test_who_never_asks_is_not_waited_for(hasty: Newsroom, said: bytes, answer: bytes) -> None:
    with Line(hasty) as line:
        line.socket.sendall(said)
        heard = b""
        while more := line.socket.recv(4096):
            heard += more
        assert heard.startswith(answer)


def test_between_two_requests_there_is_more_time(hasty: Newsroom) -> None:
    slug = hasty.story()
    for more in (b"", BY_APP):
        with Line(hasty) as line:
            for _ in range(3):
                assert line.ask(f"/{slug}", more)[0] == 200
                time.sleep(0.4)  # more than for the first one
            assert line.socket.recv(1) == b""  # and an end, as before
