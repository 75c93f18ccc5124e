"""A reader who follows a story over any number of breaks, as a browser's page does, only with less patience.

In: ports of nodes or of a proxy. Out: the state of the page, which must equal that of a page fetched just now. A change
that comes twice, or out of order, fails the reader (tests.live.newsroom.Page).
"""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from tests.faults.installation import PATIENCE, SLUG
from tests.live.newsroom import Page
from tests.live.wire import StreamCut, Wire

GLANCE = 0.5
"""Seconds after which a reader looks whether it should end."""
BACK = (0.05, 0.3)
"""Seconds until it comes back; a browser waits one to ten."""
TLS = ssl.create_default_context()
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE


def fresh(url: str) -> Page:
    """The state of a page that begins with nothing, as this address tells it now."""
    page, more = Page(), True
    with httpx2.Client(timeout=PATIENCE, verify=False) as client:
        while more:
            delta = client.get(f"{url}/{SLUG}/changes?after={page.edition}").json()
            page.take(delta)
            more = delta.get("more", False)
    return page


def knock(port: int, path: str, *, tls: bool = False) -> socket.socket:
    """A connection on which this path was asked for."""
    made = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    with contextlib.ExitStack() as unless_asked:
        unless_asked.callback(made.close)
        if tls:
            made = TLS.wrap_socket(made, server_hostname="localhost")
            unless_asked.callback(made.close)
        made.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
        unless_asked.pop_all()
    return made


class Reader(threading.Thread):
    """One page. It asks the ports in turn, beginning with the first."""

    def __init__(self, ports: Sequence[int], *, tls: bool = False) -> None:
        super().__init__(daemon=True)
        self._ports, self._tls = ports, tls
        self._end = threading.Event()
        self.page = Page()
        self.opened = 0
        self.answers: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.start()

    def run(self) -> None:
        """Follow until told to end."""
        turn = 0
        while not self._end.is_set():
            port = self._ports[turn % len(self._ports)]
            try:
                with knock(port, self._path(), tls=self._tls) as line, Wire.over(line) as wire:
                    self.answers[wire.status] += 1
                    if wire.status == 200:
                        self._follow(wire, port)
            except (OSError, StreamCut, httpx2.TransportError):  # a break, as every reader has now and then
                pass
            except AssertionError as error:
                self.wrong.append(f"{error!r} at edition {self.page.edition}")
                return
            turn += 1
            self._end.wait(random.uniform(*BACK))

    def until(self, edition: int, patience: float = PATIENCE) -> None:
        """Wait until it has this edition."""
        end = time.monotonic() + patience
        while self.page.edition < edition:
            assert self.wrong == []
            assert time.monotonic() < end, f"{self.page.edition} of {edition}, answers {self.answers}"
            time.sleep(0.01)

    def until_open(self, times: int = 1) -> None:
        """Wait until it has had this many streams."""
        end = time.monotonic() + PATIENCE
        while self.opened < times:
            assert time.monotonic() < end, self.answers
            time.sleep(0.01)

    def end(self) -> None:
        """End soon."""
        self._end.set()

    def close(self) -> None:
        """End; fails when it ever got something twice or out of order."""
        self._end.set()
        self.join(PATIENCE)
        assert self.wrong == []

    def _path(self) -> str:
        return f"/{SLUG}/live?after={self.page.edition}"

    def _follow(self, wire: Wire, port: int) -> None:
        self.opened += 1
        wire.socket.settimeout(GLANCE)
        while not self._end.is_set():
            try:
                event = wire.change()
            except TimeoutError:
                continue
            if event is None:
                return
            self._take(event.delta, port)

    def _take(self, delta: dict[str, Any], port: int) -> None:
        if delta.get("reset"):  # too much was missed, or an older backup was restored
            self.page.take(delta, fresh(f"{'https' if self._tls else 'http'}://localhost:{port}"))
        else:
            self.page.take(delta)


def all_equal(readers: Sequence[Reader], url: str, *, posts: int) -> Page:
    """Wait until the readers have all that this address tells, end them, and compare each with a fresh page."""
    page = fresh(url)
    numbers = sorted(int(name.partition(":")[2]) for name in page.shows if name.startswith("post:"))
    assert numbers == list(range(1, posts + 1))
    for reader in readers:
        reader.until(page.edition)
    for reader in readers:
        reader.end()
    for reader in readers:
        reader.close()
        assert reader.page.edition == page.edition
        assert reader.page.shows == page.shows
    return page


def shown_once(page: Page, acknowledged: Mapping[str, int]) -> None:
    """Each acknowledged post stands under its number and nowhere else, and there is nothing beside them."""
    for body, number in acknowledged.items():
        assert body in page.shows[f"post:{number}"]["html"]
    numbers = [int(name.partition(":")[2]) for name in page.shows if name.startswith("post:")]
    assert sorted(numbers) == sorted(acknowledged.values())
