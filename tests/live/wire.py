"""The reader's end of a stream as it is on the wire.

In: an address. Out: heads, events and comments, as an EventSource would see them. Reading waits for what must come and
gives up after PATIENCE; nothing here sleeps.
"""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import ExitStack
from typing import Any

from msgspec import Struct

PATIENCE = 10.0
"""Seconds until what should have come counts as lost."""


class StreamCut(Exception):
    """The stream ended inside an event."""


class Event(Struct, frozen=True):
    """One event: its id and its data; a comment has neither, a bare `retry` only that."""

    id: str = ""
    event: str = ""
    data: str = ""
    retry: int = 0
    comment: bool = False

    @property
    def delta(self) -> dict[str, Any]:
        """The data, which is JSON."""
        made: dict[str, Any] = json.loads(self.data)
        return made


class Wire:
    """One connection that asked for a stream."""

    def __init__(
        self, port: int, path: str, *, headers: str = "", tls: bool = False, version: str = "1.1", window: int = 0
    ) -> None:
        self.socket = socket.socket()
        with ExitStack() as unless_listening:
            unless_listening.callback(self.close)
            self.socket.settimeout(PATIENCE)
            if window:  # bytes that the kernel takes for a client that doesn't read; to be set before it connects
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
            self.socket.connect(("127.0.0.1", port))
            if tls:
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                self.socket = context.wrap_socket(self.socket)
            self.socket.sendall(f"GET {path} HTTP/{version}\r\nHost: localhost\r\n{headers}\r\n".encode())
            self._listen()
            unless_listening.pop_all()

    @classmethod
    def over(cls, asked: socket.socket) -> Wire:
        """The answer on a connection that has asked already."""
        made = cls.__new__(cls)
        made.socket = asked
        made._listen()
        return made

    def _listen(self) -> None:
        self._bytes = b""
        self.head = self._until(b"\r\n\r\n").decode("latin-1").lower()
        self.status = int(self.head.split()[1])
        self.chunked = "transfer-encoding: chunked" in self.head
        self._body = b""

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.socket.close()

    def event(self) -> Event | None:
        """The next event, comment or retry; None when the stream has ended."""
        while b"\n\n" not in self._body:
            more = self._more()
            if more is None:
                if self._body:
                    raise StreamCut
                return None
            self._body += more
        block, _, self._body = self._body.partition(b"\n\n")
        return _parsed(block.decode())

    def change(self) -> Event | None:
        """The next event that carries a change; None when the stream has ended."""
        while (event := self.event()) is not None:
            if event.event == "change":
                return event
        return None

    def rest(self) -> list[Event]:
        """All that comes until the stream ends."""
        return list(iter(self.event, None))

    def _more(self) -> bytes | None:
        if not self.chunked:
            return self._take() or None
        size = int(self._until(b"\r\n"), 16)
        while len(self._bytes) < size + 2:
            self._fill()
        chunk, self._bytes = self._bytes[:size], self._bytes[size + 2 :]
        return chunk or None

    def _take(self) -> bytes:
        if not self._bytes:
            return self.socket.recv(65536)
        taken, self._bytes = self._bytes, b""
        return taken

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._bytes:
            self._fill()
        found, _, self._bytes = self._bytes.partition(mark)
        return found + mark

    def _fill(self) -> None:
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("the connection ended in the middle")
        self._bytes += more


def _parsed(block: str) -> Event:
    fields: dict[str, str] = {}
    for line in block.split("\n"):
        if line.startswith(":"):
            return Event(comment=True)
        name, _, value = line.partition(": ")
        fields[name] = value
    return Event(fields.get("id", ""), fields.get("event", ""), fields.get("data", ""), int(fields.get("retry", 0)))
