"""A real server in a thread, for tests that go through HTTP.

In: an application. Out: its address, while the block lasts; at its end the server has shut down in order. Never: a port
that somebody chose, or a wait without an end.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import uvicorn

from depesche.web.server import address, bind

PATIENCE = 20.0
"""Seconds for starting and for ending: both take far less than one, on a machine that is not busy."""


@contextlib.contextmanager
def running(server: uvicorn.Server) -> Iterator[str]:
    """Run this server on a free port; gives its address."""
    bound: socket.socket = bind("127.0.0.1", 0)
    url = address(bound)
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield url
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the server did not end"


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the server ended while it started"
        assert time.monotonic() < end, "the server did not start"
        time.sleep(0.01)
