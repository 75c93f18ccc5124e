"""The bytes of an event stream beside its changes (WHATWG HTML, server-sent events): opening, comment, good-bye.

In: the pace. Out: bytes, made once. Never: a frame with a change in it, those come from changes.py.
"""

from __future__ import annotations

import random

from depesche.live.pace import Pace

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # nginx would hold frames back until its buffer is full
    (b"connection", b"close"),  # the end of the stream is the end of the connection, for HTTP/1.0 proxies too
]
COMMENT = b":\n\n"
_VARIANTS = 64
"""Different waits before a reader comes back: enough to spread 10,000 readers over ten seconds, made once."""


class Words:
    """What is said at the beginning and the end of a stream; `retry` tells the browser when to come back."""

    def __init__(self, pace: Pace) -> None:
        waits = [random.uniform(*pace.back) for _ in range(_VARIANTS)]  # noqa: S311 - spreads load, guards nothing
        self._retries = [b"retry: %d\n\n" % (1000 * wait) for wait in waits]
        self._next = 0

    def opening(self) -> bytes:
        """The first bytes of a stream, before its replay: a comment gets through buffers that wait for a body."""
        return COMMENT + self.retry()

    def retry(self) -> bytes:
        """When to come back, another time for each reader; it stands at the end of a stream too."""
        self._next = (self._next + 1) % _VARIANTS
        return self._retries[self._next]
