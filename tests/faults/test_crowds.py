"""Readers of bad manners at a real process: some read nothing, thousands vanish. The others do not feel it."""

from __future__ import annotations

import contextlib
import resource
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.faults.installation import PATIENCE, SLUG, Installation, Node, installed, until
from tests.faults.reader import Reader, all_equal, fresh, knock, shown_once

pytestmark = pytest.mark.timeout(300)
SILENT, VANISHING, GOOD = 40, 2_000, 5
LONG = "Ein langer Satz. " * 2_900
"""50 kB: a reader who reads nothing is past its limit after some of these."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path / "var") as made:
        yield made


def figure(node: Node, name: str) -> float:
    """A figure of /metrics."""
    for line in httpx2.get(f"{node.url}/metrics", timeout=PATIENCE).text.splitlines():
        if line.startswith(f"{name} "):
            return float(line.split()[1])
    raise AssertionError(name)


def files(node: Node) -> int:
    """How many files and sockets the process holds."""
    return len(list(Path(f"/proc/{node.pid}/fd").iterdir()))


def test_readers_that_read_nothing_cost_only_themselves(office: Installation) -> None:
    node = office.nodes[0]
    good = [Reader([node.port]) for _ in range(GOOD)]
    for reader in good:
        reader.until_open()
    acknowledged = {}
    with contextlib.ExitStack() as stack:
        for _ in range(SILENT):
            silent = socket.socket()
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stack.enter_context(silent)
            silent.connect(("127.0.0.1", node.port))
            silent.sendall(f"GET /{SLUG}/live?after=0 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        until(lambda: figure(node, "depesche_streams") == SILENT + GOOD, "all streams")
        for number in range(100):
            body = f"Meldung {number}. "
            acknowledged[body] = office.publish(node.url, body + LONG)
            for reader in good:
                reader.until(fresh_edition(node))
            if figure(node, "depesche_streams_cut_total") >= SILENT:
                break
        assert figure(node, "depesche_streams_cut_total") >= SILENT, "never cut off"
    assert all(reader.opened == 1 for reader in good), "a good reader was cut off, too"
    shown_once(all_equal(good, node.url, posts=len(acknowledged)), acknowledged)


def fresh_edition(node: Node) -> int:
    edition: int = httpx2.get(f"{node.url}/{SLUG}/changes?after=0", timeout=PATIENCE).json()["edition"]
    return edition


def test_two_thousand_readers_connect_and_vanish(office: Installation) -> None:
    node = office.nodes[0]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    good = [Reader([node.port]) for _ in range(GOOD)]
    for reader in good:
        reader.until_open()
    held = files(node)
    bodies = {f"Meldung {number}.": office.publish(node.url, f"Meldung {number}.") for number in range(5)}
    for number in range(VANISHING):
        line = knock(node.port, f"/{SLUG}/live?after={number % 5}")
        if number % 2:  # without a good-bye
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if number % 400 == 0:
            bodies[f"Mittendrin {number}."] = office.publish(node.url, f"Mittendrin {number}.")
        line.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    bodies["Alle weg."] = office.publish(node.url, "Alle weg.")
    until(lambda: figure(node, "depesche_streams") == GOOD, "their streams to end")
    end = time.monotonic() + PATIENCE
    while files(node) > held + 10:
        assert time.monotonic() < end, "files are left behind"
        time.sleep(0.1)
    shown_once(all_equal(good, node.url, posts=len(bodies)), bodies)


def test_a_fresh_page_is_the_measure(office: Installation) -> None:
    """The comparison itself: a page that lacks a post isn't equal to a fresh one."""
    node = office.nodes[0]
    office.publish(node.url, "Eins.")
    page = fresh(node.url)
    office.publish(node.url, "Zwei.")
    assert fresh(node.url).shows != page.shows
