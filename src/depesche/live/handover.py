"""Handing a connection from uvicorn to the hub: the one module that touches uvicorn's insides.

In: a request that is to become a stream. Out: a reader that writes to the socket itself, after which uvicorn has
forgotten the connection. A delivery is then one call of the kernel; a task and a queue for each reader cost five times
as much. Never: another answer than the one that the application would have given.

Tested against the installed uvicorn by tests/live/test_handover.py; docs/adr/0040 says what is relied on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, TypeAlias, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from depesche.live.readers import Reader
from depesche.live.sockets import SocketReader

EXTENSION = "depesche.stream"
"""The key in scope["extensions"] where a server that can hand connections over puts a Take."""

MOST_HEAD = 64 * 1024
"""Bytes of a request's line and headers; browsers and proxies send a few thousand, and other servers take 8 to 64."""
PATIENCE = 64 * 1024
"""Bytes that a visitor may send while it waits for an answer; uvicorn then decides how much more."""


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

    _head: int | None = 0

    def data_received(self, data: bytes) -> None:
        """Take bytes in; a head that has become too long ends the connection."""
        super().data_received(data)
        if self._head is None or self.transport is None or self.transport.is_closing():
            return
        self._head += len(data)
        if self._head > MOST_HEAD:
            ours = b"".join(b"%b: %b\r\n" % each for each in self.server_state.default_headers)
            self.transport.write(STATUS_LINE[431] + ours + b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.close()

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
        self._head = 0
        super().on_message_begin()
        self.scope["extensions"] = cast(dict[str, dict[object, object]], {EXTENSION: self._take})

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


class Entrance:
    """What all visitors of a server share: the door, and what uvicorn would have made a protocol of."""

    def __init__(self, door: Door, config: Config, state: ServerState, app_state: dict[str, Any]) -> None:
        self.door = door
        self._made_of = (config, state, app_state)
        self.connections = cast(set[object], state.connections)
        self._state = state

    def protocol(self) -> LiveProtocol:
        """uvicorn's protocol for a connection."""
        return LiveProtocol(*self._made_of)

    def head(self) -> bytes:
        """The status line and the headers that uvicorn adds, which have the time of now."""
        self._state.total_requests += 1
        return STATUS_LINE[200] + b"".join(b"%b: %b\r\n" % each for each in self._state.default_headers)


class Visitor(SocketReader):
    """A connection that has just begun. It becomes a stream if the door lets it in, else uvicorn's, as if that had had
    it from the beginning. In a storm of readers that come back this is a third of the CPU of uvicorn's own protocol.
    """

    __slots__ = ("_data", "_entrance", "_line")

    def __init__(self, entrance: Entrance) -> None:
        super().__init__()
        self._entrance: Entrance | None = entrance
        self._line: asyncio.Transport | None = None
        self._data: bytes | None = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the request, known to uvicorn as a connection that it may shut down."""
        self._line = cast(asyncio.Transport, transport)
        if self._entrance is not None:
            self._entrance.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Knock with the first bytes; keep what comes while nobody has answered."""
        if self._entrance is None:  # a reader has nothing more to say
            return
        waiting = bool(self._data)
        self._data = (self._data or b"") + data
        if (not waiting and not self._entrance.door(data, self)) or (waiting and len(self._data) > PATIENCE):
            self.turn_away()

    def enter(self, first: bytes) -> Reader | None:
        """Become a stream that begins with these bytes, after the status line and uvicorn's own headers."""
        entrance, transport = self._leave()
        if entrance is None or transport is None or transport.is_closing():
            return None
        self.own(transport)
        self.send(entrance.head() + first)
        return self

    def turn_away(self) -> None:
        """Let uvicorn and the application answer."""
        data = self._data or b""
        entrance, transport = self._leave()
        if entrance is None or transport is None or transport.is_closing():
            return
        protocol = entrance.protocol()
        protocol.connection_made(transport)
        transport.set_protocol(protocol)
        if data:
            protocol.data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, as a visitor or as a reader."""
        self._leave()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """uvicorn ends: a connection on which nothing was asked is closed."""
        if self._line is not None:
            self._line.close()

    def _leave(self) -> tuple[Entrance | None, asyncio.Transport | None]:
        left = self._entrance, self._line
        if self._entrance is not None:
            self._entrance.connections.discard(self)
        self._entrance = self._line = self._data = None
        return left


Door: TypeAlias = Callable[[bytes, Visitor], bool]
"""Looks at the first bytes of a connection. True: `enter` or `turn_away` of the visitor was called, or will be.
False: it is uvicorn's.
"""


def protocol(door: Door) -> type[asyncio.Protocol]:
    """What uvicorn's setting `http` takes: makes a visitor of each connection."""
    entrances: dict[int, Entrance] = {}

    def visitor(
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> Visitor:
        entrance = entrances.get(id(server_state))
        if entrance is None:
            entrance = entrances[id(server_state)] = Entrance(door, config, server_state, app_state)
        return Visitor(entrance)

    return cast(type[asyncio.Protocol], visitor)
