"""The entrance: what a connection is before uvicorn has it, and what it need not go to uvicorn for.

In: the first bytes of connections, and whole requests on those that stay. Out: a stream that the hub opens, an answer
that lies ready, or the connection left to uvicorn, bytes and all. Never: a connection that is silent for ever, or an
answer that isn't the application's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE
from uvicorn.server import ServerState

from depesche.live.handover import LiveProtocol
from depesche.live.readers import Reader
from depesche.live.sockets import SocketReader, number_of, write

PATIENCE = 64 * 1024
"""Bytes that a visitor may send while it waits for an answer; uvicorn then decides how much more."""
FIRST = 30.0
"""Seconds for a request's line and headers to come, from a connection's begin or a head's first byte: a slow phone
takes a few, and browsers open a connection a little ahead of its use.
"""
SWEEP = 5.0
"""Seconds between two looks at who is silent: a timer for each connection would cost more than its request."""

Ready: TypeAlias = Callable[[bytes, bool], "tuple[int, bytes] | None"]
"""Looks at the bytes of a request, which came by TLS or not. Gives a status and what follows uvicorn's own headers,
when the answer lies ready; None: the application knows.
"""


class Entrance:
    """What all connections of a server share: door, ready answers, and what uvicorn would have made a protocol of."""

    def __init__(
        self, door: Door, ready: Ready | None, config: Config, state: ServerState, app_state: dict[str, Any]
    ) -> None:
        self.door = door
        self.connections = cast(set[object], state.connections)
        self._ready = ready
        self._made_of = (config, state, app_state)
        self._keep = float(config.timeout_keep_alive)
        self._state = state
        self._joined: tuple[object, bytes] = (None, b"")
        asyncio.get_running_loop().call_later(SWEEP, self._sweep)

    def protocol(self) -> LiveProtocol:
        """uvicorn's protocol for a connection."""
        made = LiveProtocol(*self._made_of)
        made.answered = self.answered
        return made

    def head(self, status: int = 200) -> bytes:
        """The status line and the headers that uvicorn adds, which have the time of now."""
        self._state.total_requests += 1
        return STATUS_LINE[status] + self._headers()

    def answered(self, data: bytes, transport: asyncio.Transport, number: int) -> bool:
        """Answer a request at once, when its answer lies ready. `number` is the socket's."""
        if self._ready is None:
            return False
        found = self._ready(data, number < 0)
        if found is None:
            return False
        write(transport, number, self.head(found[0]) + found[1])
        return True

    def _headers(self) -> bytes:
        headers = self._state.default_headers  # uvicorn makes another list each second
        if self._joined[0] is not headers:
            self._joined = (headers, b"".join(b"%b: %b\r\n" % each for each in headers))
        return self._joined[1]

    def _sweep(self) -> None:
        """Close connections that have said nothing for too long."""
        now = time.monotonic()
        for each in list(self.connections):
            if isinstance(each, LiveProtocol):
                each.hurry(now - FIRST)
            elif isinstance(each, Visitor):
                each.hurry(now - FIRST, now - self._keep)
        asyncio.get_running_loop().call_later(SWEEP, self._sweep)


class Visitor(SocketReader):
    """A connection that asks for nothing but what lies ready, or becomes a stream if the door lets it in; else it
    becomes uvicorn's, as if that had had it from the beginning. In a storm of readers that come back this is a third
    of the CPU of uvicorn's own protocol.
    """

    __slots__ = ("_data", "_entrance", "_line", "_number", "_since", "_used")

    def __init__(self, entrance: Entrance) -> None:
        super().__init__()
        self._entrance: Entrance | None = entrance
        self._line: asyncio.Transport | None = None
        self._data: bytes | None = b""
        self._number = -1
        self._since = time.monotonic()
        self._used = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the request, known to uvicorn as a connection that it may shut down."""
        self._line = cast(asyncio.Transport, transport)
        self._number = number_of(self._line)
        if self._entrance is not None:
            self._entrance.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Answer at once, or knock with the first bytes; keep what comes while nobody has answered."""
        entrance, line = self._entrance, self._line
        if entrance is None or line is None:  # a reader has nothing more to say
            return
        waiting = bool(self._data)
        if not waiting and entrance.answered(data, line, self._number):
            self._since, self._used = time.monotonic(), True
            return
        self._data = (self._data or b"") + data
        if (not waiting and not entrance.door(data, self)) or (waiting and len(self._data) > PATIENCE):
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

    def pause_writing(self) -> None:
        """The client doesn't read what it asked for: it is heard again when it has."""
        if self._line is not None:
            self._line.pause_reading()

    def resume_writing(self) -> None:
        """The client has read."""
        if self._line is not None:
            self._line.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone, as a visitor or as a reader."""
        self._leave()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """uvicorn ends: a connection on which nothing was asked is closed."""
        if self._line is not None:
            self._line.close()

    def hurry(self, first: float, idle: float) -> None:
        """Close a connection on which nothing has come since `first`, or nothing more since `idle`. One that waits for
        the hub is not silent: we are.
        """
        if self._line is not None and not self._data and self._since < (idle if self._used else first):
            self._line.abort() if self._line.get_write_buffer_size() else self._line.close()

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


def protocol(door: Door, ready: Ready | None = None) -> type[asyncio.Protocol]:
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
            entrance = entrances[id(server_state)] = Entrance(door, ready, config, server_state, app_state)
        return Visitor(entrance)

    return cast(type[asyncio.Protocol], visitor)
