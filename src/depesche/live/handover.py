"""Handing a connection from uvicorn to the hub: the one module that touches uvicorn's insides.

In: a request that is to become a stream. Out: a reader that writes to the socket itself, after which uvicorn has
forgotten the connection. A delivery is then one call of the kernel; a task and a queue for each reader cost five times
as much. Never: another answer than the one that uvicorn would have sent, or plain text on a line with TLS.

Tested against the installed uvicorn by tests/live/test_handover.py; docs/adr/0040 says what is relied on.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from depesche.live.audience import Join
from depesche.live.readers import UNSENT, Reader

if TYPE_CHECKING:
    from depesche.live.audience import Audience

IN_KERNEL = 32 * 1024
"""Bytes that the kernel keeps unsent for one stream (Linux takes twice the number); unbounded it keeps 780 kB."""
EXTENSION = "depesche.stream"
"""The key in scope["extensions"] where a server that can hand connections over puts a Take."""


class Line(Protocol):
    """A connection that is about to be handed over. Nothing has been sent yet."""

    def open(self, first: bytes) -> Reader | None:
        """Send the answer's head, which the application has given to `send`, and these bytes, as one; the connection
        is its reader's from now on. None: the client has gone.
        """


Take: TypeAlias = Callable[[], Line | None]
"""Begins a handover: what is sent from now on is kept until `open`. None: this connection has to stay."""


Door: TypeAlias = Callable[[bytes, Sequence[tuple[bytes, bytes]], Join], bool]
"""Opens a stream at once for a request with this target and these headers, by calling Join with what follows the status
line and uvicorn's own headers. False: it can't, the application is asked. A storm of 5,000 readers that come back
takes a quarter of the time by the door."""


class SocketReader(asyncio.Protocol):
    """A client whose socket is written to directly. Slots: there are ten thousands of these."""

    __slots__ = ("_fd", "_transport", "audience", "ends")

    def __init__(self, transport: asyncio.Transport, fd: int) -> None:
        self.ends = 0.0
        self.audience: Audience | None = None
        self._transport: asyncio.Transport | None = transport
        self._fd = fd

    def send(self, data: bytes) -> bool:
        """Write to the socket at once; what it doesn't take waits in the transport, as does all that comes after."""
        transport = self._transport
        if transport is None:
            return False
        waiting = transport.get_write_buffer_size()
        if waiting:
            return self._queue(transport, data, waiting)
        try:
            sent = os.write(self._fd, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return self._cut(transport)
        if sent != len(data):
            transport.write(data[sent:])
        return True

    def end(self, last: bytes) -> None:
        """Send these bytes and close; whoever doesn't read is not waited for, or the server could never stop."""
        transport = self._transport
        if transport is None:
            return
        if transport.get_write_buffer_size():
            self._cut(transport)
            return
        self.send(last)
        self._transport = None
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone. The loop closes the socket after this, so its number is never another client's."""
        self._transport = None
        if self.audience is not None:
            self.audience.leave(self)

    def _queue(self, transport: asyncio.Transport, data: bytes, waiting: int) -> bool:
        if waiting > UNSENT:
            return self._cut(transport)
        transport.write(data)
        return True

    def _cut(self, transport: asyncio.Transport) -> bool:
        self._transport = None
        transport.abort()  # close() would wait for what can't be sent
        return False


class TransportReader(SocketReader):
    """A client behind TLS in this process: only the transport may write, since it encrypts."""

    __slots__ = ()

    def send(self, data: bytes) -> bool:
        """Give the bytes to the transport."""
        if self._transport is None:
            return False
        return self._queue(self._transport, data, self._transport.get_write_buffer_size())


class LiveProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, whose connections can be handed over (uvicorn's documented setting `http`)."""

    door: Door | None = None
    _reader: SocketReader | None = None

    def on_message_begin(self) -> None:
        """Offer the extension with each request."""
        super().on_message_begin()
        self.scope["extensions"] = cast(dict[str, dict[object, object]], {EXTENSION: self._take})

    def on_headers_complete(self) -> None:
        """Try the door; whoever isn't let in goes to the application."""
        if self._reader is None and not self._entered():
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Nobody reads what comes behind the request for a stream."""
        if self._reader is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The request is here as a whole."""
        if self._reader is None:
            super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Take the client's bytes; in the same step let go of a connection that was let in meanwhile."""
        super().data_received(data)
        if self._reader is not None:
            self.connections.discard(self)
            self.transport.set_protocol(self._reader)
            _let_go(self)

    def send_400_response(self, msg: str) -> None:
        """Not into a stream."""
        if self._reader is None:
            super().send_400_response(msg)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of the request, whose scope holds us: memory should not wait for the collector."""
        super().connection_lost(exc)
        if self.scope is not None:
            self.scope.get("extensions", {}).pop(EXTENSION, None)

    def _entered(self) -> bool:
        if self.door is None or b"/live" not in self.url or self.parser.get_method() != b"GET":
            return False
        if self.pipeline or (self.cycle is not None and not self.cycle.response_complete):
            return False
        return not self.parser.should_upgrade() and self.door(self.url, self.headers, self._join)

    def _join(self, first: bytes) -> Reader | None:
        reader = _reader(self.transport)
        own = [b"%b: %b\r\n" % each for each in self.server_state.default_headers]
        reader.send(b"".join([STATUS_LINE[200], *own, first]))
        self.server_state.total_requests += 1
        self._reader = reader
        return reader

    def _take(self) -> Line | None:
        cycle = self.cycle
        # a request behind this one on the same connection is still to be answered; that is uvicorn's matter
        if self.pipeline or cycle.response_started or cycle.disconnected:
            return None
        return _Line(self)


def protocol(door: Door) -> type[LiveProtocol]:
    """The protocol with this door."""

    class WithDoor(LiveProtocol):
        """uvicorn makes one of these for each connection."""

    WithDoor.door = staticmethod(door)
    return WithDoor


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
        reader = _reader(transport)
        _forget(protocol)
        transport.set_protocol(reader)
        reader.send(b"".join([*self._head, first]))
        return reader


def _reader(transport: asyncio.Transport) -> SocketReader:
    fd = transport.get_extra_info("socket").fileno()
    _bound(fd)
    if transport.get_extra_info("sslcontext") is not None:
        return TransportReader(transport, -1)
    return SocketReader(transport, fd)


def _bound(fd: int) -> None:
    """Bound what the kernel keeps for a client that doesn't read; here and not on the listener, since a picture over
    a long line needs more.
    """
    same = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=fd)
    try:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, IN_KERNEL)
    finally:
        same.detach()  # the socket stays the transport's


def _forget(protocol: LiveProtocol) -> None:
    """What uvicorn itself does when a connection becomes a WebSocket, and no reference left that would keep it."""
    cycle = protocol.cycle
    cycle.on_response = _nothing
    cycle.transport = protocol.transport
    protocol.connections.discard(protocol)
    protocol.server_state.total_requests += 1
    protocol._unset_keepalive_if_required()
    protocol.flow.resume_reading()  # else nobody would notice that the client hangs up
    _let_go(protocol)


def _let_go(protocol: LiveProtocol) -> None:
    for name in ("parser", "scope", "headers", "transport", "flow", "cycle", "_reader"):
        setattr(protocol, name, None)


def _nothing() -> None:
    """What there is to do when uvicorn thinks that the answer is complete."""
