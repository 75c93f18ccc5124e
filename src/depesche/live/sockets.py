"""A reader whose socket the hub writes to itself: one call of the kernel a delivery.

In: frames, from the hub. Out: bytes on the socket, at once; what the socket doesn't take waits in the transport, and
all that comes after waits behind it. Never: more than UNSENT for one client, plain text on a line with TLS, or a byte
to a client that got the number of a socket which was closed.
"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING

from depesche.live.readers import UNSENT

if TYPE_CHECKING:
    from depesche.live.audience import Audience

IN_KERNEL = 32 * 1024
"""Bytes that the kernel keeps unsent for one stream (Linux takes twice the number); unbounded it keeps 780 kB."""
_NONE = -1
"""In place of the socket's number where only the transport may write: it encrypts, or bytes wait in it."""


class SocketReader(asyncio.Protocol):
    """A client, and its transport's protocol. Slots: there are ten thousands of these."""

    __slots__ = ("_fd", "_transport", "audience", "ends", "free")

    def __init__(self) -> None:
        self.ends = 0.0
        self.free = _NONE
        self.audience: Audience | None = None
        self._transport: asyncio.Transport | None = None
        self._fd = _NONE

    def own(self, transport: asyncio.Transport) -> None:
        """From now on this transport's connection is a stream."""
        self._transport = transport
        _bound(transport.get_extra_info("socket").fileno())
        self._fd = number_of(transport)

    def send(self, data: bytes) -> bool:
        """Write to the socket; False: the client has gone, or was cut off for not reading."""
        transport = self._transport
        if transport is None:
            return False
        if transport.get_write_buffer_size() > UNSENT or not write(transport, self._fd, data):
            return self._cut(transport)
        self.free = _NONE if transport.get_write_buffer_size() else self._fd
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
        self._let_go()
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone. The loop closes the socket after this, so its number is never another client's."""
        self._let_go()
        if self.audience is not None:
            self.audience.leave(self)

    def _cut(self, transport: asyncio.Transport) -> bool:
        self._let_go()
        transport.abort()  # close() would wait for what can't be sent
        return False

    def _let_go(self) -> None:
        self._transport, self.free = None, _NONE


def number_of(transport: asyncio.Transport) -> int:
    """The number of the transport's socket; -1 when only the transport may write to it, since it encrypts."""
    if transport.get_extra_info("sslcontext") is not None:
        return _NONE
    number: int = transport.get_extra_info("socket").fileno()
    return number


def write(transport: asyncio.Transport, number: int, data: bytes) -> bool:
    """Write to the socket at once, as far as it takes it, the rest by the transport; False: the client has gone."""
    if number == _NONE or transport.get_write_buffer_size():
        transport.write(data)
        return True
    try:
        sent = os.write(number, data)
    except BlockingIOError:
        sent = 0
    except OSError:
        return False
    if sent != len(data):
        transport.write(data[sent:])
    return True


def _bound(fd: int) -> None:
    """Bound what the kernel keeps for a client that doesn't read; here and not on the listener, since a picture over
    a long line needs more.
    """
    same = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=fd)
    try:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, IN_KERNEL)
    finally:
        same.detach()  # the socket stays the transport's
