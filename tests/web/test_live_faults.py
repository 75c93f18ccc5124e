"""Readers that read nothing, vanish or come all at once, in numbers: the others don't feel it. (make test-slow)"""

from __future__ import annotations

import contextlib
import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live.newsroom import Page
from tests.live.wire import PATIENCE, Wire
from tests.web.test_live import Served, change, everything, serving

pytestmark = pytest.mark.slow
STUCK, VANISHING, STORM = 300, 2_000, 1_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the readers' ends are in this process, too
    with serving(tmp_path, "by the door") as made:
        yield made
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def knocking(served: Served, *, window: int = 0) -> socket.socket:
    """A connection that asked for a stream and has not read anything."""
    made = socket.socket()
    if window:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    made.connect(("127.0.0.1", served.port))
    made.sendall(f"GET {served.path}/live?after=1 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return made


def until(served: Served, streams: int) -> None:
    end = time.monotonic() + PATIENCE
    while served.house.hub.counts.streams != streams:
        assert time.monotonic() < end, served.house.hub.counts
        time.sleep(0.01)


def test_readers_that_read_nothing_cost_only_themselves(served: Served) -> None:
    with ExitStack() as stack, served.live() as good:
        good.event()
        for _ in range(STUCK):
            stack.enter_context(contextlib.closing(knocking(served, window=4096)))
        until(served, STUCK + 1)
        waits = []
        while served.house.hub.counts.cut < STUCK:
            began = time.monotonic()
            edition = served.publish("Ein langer Satz. " * 2900)
            while int(change(good).id) < edition:
                pass
            waits.append(time.monotonic() - began)
            assert len(waits) < 100, "never cut off"
        until(served, 1)
        assert sorted(waits)[len(waits) // 2] < 1.0


def test_readers_that_vanish_leave_nothing_behind(served: Served) -> None:
    files = len(list(Path("/proc/self/fd").iterdir()))
    reset = b"\1\0\0\0\0\0\0\0"  # SO_LINGER with no time: the connection ends without a good-bye
    for number in range(VANISHING):
        wire = knocking(served)
        if number % 2:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
        wire.close()
    with served.live("?after=1") as good:
        served.publish("Alle weg.")
        assert "Alle weg." in change(good).data
    until(served, 0)
    assert len(list(Path("/proc/self/fd").iterdir())) <= files + 10


def test_readers_that_all_come_back_at_once_end_as_a_fresh_one(served: Served) -> None:
    for number in range(30):
        served.publish(f"Meldung {number}.")
    with ExitStack() as stack:
        knocked = [stack.enter_context(contextlib.closing(knocking(served))) for _ in range(STORM)]
        publisher = threading.Thread(target=lambda: [served.publish(f"Mittendrin {number}.") for number in range(20)])
        publisher.start()
        publisher.join(PATIENCE)
        fresh = everything(served)
        start = at_the_start(served)
        for wire in knocked:
            page = Page()
            page.edition, page.shows = 1, dict(start)
            reader = Wire.over(wire)
            while page.edition < fresh.edition:
                page.take(change(reader).delta)
            assert page.shows == fresh.shows


def at_the_start(served: Served) -> dict[str, dict[str, object]]:
    """What a page shows that was loaded at edition 1: the story's own parts, as they still are."""
    return {name: shown for name, shown in everything(served).shows.items() if name == "story"}
