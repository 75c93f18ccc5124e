"""Handing a connection from uvicorn to the hub: the one module that touches uvicorn's insides.

In: a request that is to become a stream. Out: a reader that writes to the socket itself, after which uvicorn has
forgotten the connection. A delivery is then one call of the kernel; a task and a queue for each reader cost five times
as much. Never: another answer than the one that the application would have given.

Tested against the installed uvicorn by tests/live/test_handover.py; docs/adr/0040 says what is relied on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from depesche.live.readers import Reader
from depesche.live.sockets import SocketReader, number_of

EXTENSION = "depesche.stream"
"""The key in scope["extensions"] where a server that can hand connections over puts a Take."""

MOST_HEAD = 64 * 1024
"""Bytes of a request's line and headers; browsers and proxies send a few thousand, and other servers take 8 to 64."""


class Line(Protocol):
    """A connection that is about to be handed over. Nothing has been sent yet."""

    def open(self, first: bytes) -> Reader | None:
        """Send the answer's head, which the application has given to `send`, and these bytes, as one; the connection
        is its reader's from now on. None: the client has gone.
        """


Take: TypeAlias = Callable[[], Line | None]
"""Begins a handover: what is sent from now on is kept until `open`. None: this connection has to stay."""


class LiveProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, whose connections can be handed over (uvicorn's documented setting `http`).

    The head of a request is bounded: uvicorn keeps whatever comes until the head ends, if it ever does.
    """

    answered: Callable[[bytes, asyncio.Transport, int], bool] | None = None
    """Answers a whole request at once, when its answer lies ready (live.entrance)."""
    _head: int | None = 0
    _between, _begun, _fresh = True, False, False
    _since = 0.0
    _number = -1

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note where and when it began."""
        super().connection_made(transport)
        self._since, self._number = time.monotonic(), number_of(transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes in; a head that has become too long ends the connection."""
        if self._between and self.answered is not None and self._at_rest():
            self._since = time.monotonic()
            if self.answered(data, self.transport, self._number):
                self._wait_for_more()
                return
        super().data_received(data)
        if self._head is None or self.transport is None or self.transport.is_closing():
            return
        if self._fresh:  # where in these bytes it began is unknown: requests before it may be in them
            self._fresh = False
            return
        self._head += len(data)
        if self._head > MOST_HEAD:
            self._refuse(431)

    def hurry(self, first: float) -> None:
        """End a connection whose first request, or whose request under way, has begun before `first` and still lacks
        its head; idle ones between two requests have uvicorn's own limit.
        """
        idle = self._between and (self._begun or self.timeout_keep_alive_task is not None)
        lacking = self._head is not None and not idle
        if lacking and self._since < first and not self.transport.is_closing():
            self._refuse(408)

    def _refuse(self, status: int) -> None:
        ours = b"".join(b"%b: %b\r\n" % each for each in self.server_state.default_headers)
        self.transport.write(STATUS_LINE[status] + ours + b"content-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()

    def _at_rest(self) -> bool:
        """True when nothing is under way here, so that what comes begins a request."""
        done = self.cycle is None or self.cycle.response_complete
        return done and not self.pipeline and not self.transport.is_closing() and not self.flow.write_paused

    def _wait_for_more(self) -> None:
        """As uvicorn does after an answer."""
        self._unset_keepalive_if_required()
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what comes behind a body in chunks (RFC 9110, 6.5) is used by nothing here."""
        if self._head is not None:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head has ended; what follows is the body, which the application counts."""
        self._head = None
        super().on_headers_complete()

    def on_message_begin(self) -> None:
        """Offer the extension with each request."""
        self._head, self._between, self._begun, self._fresh = 0, False, True, True
        self._since = time.monotonic()
        super().on_message_begin()
        self.scope["extensions"] = cast(dict[str, dict[object, object]], {EXTENSION: self._take})

    def on_message_complete(self) -> None:
        """The request is whole; what comes now begins another one."""
        self._between = True
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the request, whose scope holds us: memory should not wait for the collector."""
        super().connection_lost(exc)
        if self.scope is not None:
            self.scope.get("extensions", {}).pop(EXTENSION, None)

    def _take(self) -> Line | None:
        cycle = self.cycle
        # a request behind this one on the same connection is still to be answered; that is uvicorn's matter
        if self.pipeline or cycle.response_started or cycle.disconnected:
            return None
        return _Line(self)


class _Line:
    """The answer's head, held back. It stands where uvicorn's cycle has its transport until the line is open."""

    def __init__(self, protocol: LiveProtocol) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._head: list[bytes] = []
        protocol.cycle.transport = cast(asyncio.Transport, self)
        protocol.cycle.chunked_encoding = False  # the stream ends with the connection, so it needs no chunks

    def write(self, data: bytes) -> None:
        """Keep what uvicorn sends."""
        self._head.append(data)

    def close(self) -> None:
        """The application failed: nothing is handed over."""
        self._transport.close()

    def is_closing(self) -> bool:
        """As the transport has it."""
        return self._transport.is_closing()

    def open(self, first: bytes) -> Reader | None:
        """Hand the connection over."""
        protocol, transport = self._protocol, self._transport
        cycle = protocol.cycle
        cycle.response_complete = True
        if cycle.disconnected or transport.is_closing():
            return None
        reader = SocketReader()
        reader.own(transport)
        _forget(protocol)
        transport.set_protocol(reader)
        reader.send(b"".join([*self._head, first]))
        return reader


def _forget(protocol: LiveProtocol) -> None:
    """What uvicorn itself does when a connection becomes a WebSocket, and no reference left that would keep it."""
    cycle = protocol.cycle
    cycle.on_response = _nothing
    cycle.transport = protocol.transport
    protocol.connections.discard(protocol)
    protocol.server_state.total_requests += 1
    protocol._unset_keepalive_if_required()
    protocol.flow.resume_reading()  # else nobody would notice that the client hangs up
    for name in ("parser", "scope", "transport", "flow", "cycle"):
        setattr(protocol, name, None)


def _nothing() -> None:
    """What there is to do when uvicorn thinks that the answer is complete."""
