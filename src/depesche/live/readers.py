"""Who a stream goes to: what the hub asks of a reader, and the reader behind any ASGI server.

In: frames, from the hub. Out: bytes to one client, in order. Never: a wait for a slow client (past UNSENT it is cut
off and comes back with its Last-Event-ID), or memory without a bound.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING, Protocol

from starlette.types import Receive, Send

if TYPE_CHECKING:
    from depesche.live.audience import Audience

UNSENT = 256 * 1024
"""Bytes that may wait for one reader: 400 changes of 600 bytes; whoever is so far behind is faster by reconnecting."""


class Reader(Protocol):
    """One open stream. `ends` is when the hub will end it (seconds, monotonic), `audience` whom it belongs to.

    `free` is the number of its socket while nothing waits to be sent there, so that it may be written to at once; what
    the socket doesn't take is given to `send`. -1: only `send` may write.
    """

    free: int
    ends: float
    audience: Audience | None

    def send(self, data: bytes) -> bool:
        """Send whole frames, or the rest of what its socket took; at once. False: the reader is gone or cut off."""

    def end(self, last: bytes) -> None:
        """Send these last bytes and close."""


class PlainReader:
    """A stream by ASGI's own means: frames wait in a bounded queue until `run` has sent them.

    Slower than a socket in the hub's hands by the price of a task, and never different.
    """

    __slots__ = ("_cut", "_ended", "_queue", "_rang", "_waiting", "audience", "ends")

    free = -1

    def __init__(self) -> None:
        self.ends = 0.0
        self.audience: Audience | None = None
        self._queue: deque[bytes] = deque()
        self._waiting = 0
        self._rang = asyncio.Event()
        self._ended = False
        self._cut = asyncio.Event()

    def open(self, first: bytes) -> PlainReader:
        """Begin with these bytes."""
        self.send(first)
        return self

    def send(self, data: bytes) -> bool:
        """Put frames into the queue; a reader whose queue is full is cut off."""
        if self._ended or self._waiting > UNSENT:
            self._ended = True
            self._cut.set()
            return False
        self._queue.append(data)
        self._waiting += len(data)
        self._rang.set()
        return True

    def end(self, last: bytes) -> None:
        """Let the queue run empty, then end the answer."""
        if not self._ended:
            self._queue.append(last)
            self._ended = True
            self._rang.set()

    async def run(self, receive: Receive, send: Send) -> None:
        """Carry the queue to the client until the stream ends, is cut off or the client has gone."""
        carry = asyncio.create_task(self._carry(send))
        gone = asyncio.create_task(_gone(receive))
        cut = asyncio.create_task(self._cut.wait())
        try:
            done, _ = await asyncio.wait({carry, gone, cut}, return_when=asyncio.FIRST_COMPLETED)
            if carry in done:
                with contextlib.suppress(OSError):  # how some servers say that the client has gone
                    carry.result()
        finally:
            if self.audience is not None:
                self.audience.leave(self)
            for task in (carry, gone, cut):
                task.cancel()
            await asyncio.gather(carry, gone, cut, return_exceptions=True)

    async def _carry(self, send: Send) -> None:
        while self._queue or not self._ended:
            if not self._queue:
                self._rang.clear()
                await self._rang.wait()
                continue
            data = b"".join(self._queue)
            self._queue.clear()
            await send({"type": "http.response.body", "body": data, "more_body": True})
            self._waiting -= len(data)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
