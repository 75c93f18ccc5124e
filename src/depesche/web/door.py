"""The door for readers of streams, before the application: who asks for nothing but a stream is let in at once.

In: the first bytes of a connection. Out: a stream, opened by the hub, or the connection left to uvicorn. Never: another
answer than the application's (web/live.py); whatever is unusual about a request is for the application to judge.
"""

from __future__ import annotations

import re

from depesche.live.hub import Visitor
from depesche.live.readers import Reader
from depesche.live.stream import HEADERS
from depesche.web.headers import DEFAULTS
from depesche.web.house import House

_REQUEST = re.compile(
    rb"GET ([a-zA-Z0-9._~/-]+)/live(?:\?(?:after=(\d{1,15}))?)? HTTP/1\.[01]\r\n"
    rb"((?:[A-Za-z0-9-]+:[\x20-\x7e\t]*\r\n)*)\r\n"
)
"""A whole request for a stream, and nothing behind it."""
_LAST_SEEN = re.compile(rb"^last-event-id:[ \t]*(.*?)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(rb"\d{1,15}")


class Door:
    """Opens streams without a turn through the application: when a server comes back, thousands of readers knock within
    seconds. Whatever is unusual about a request is left to uvicorn and the application. (live.entrance.Door)
    """

    def __init__(self, house: House) -> None:
        self._hub = house.hub
        self._before = f"{house.settings.base_path}/".encode()
        named = [(name.encode(), value.encode()) for name, value in DEFAULTS.items()]
        self._head = b"".join(b"%b: %b\r\n" % each for each in [*HEADERS, *named]) + b"\r\n"

    def __call__(self, data: bytes, visitor: Visitor) -> bool:
        """Have the hub open the stream that is asked for, or leave the connection to uvicorn."""
        request = _REQUEST.fullmatch(data)
        if request is None or not request[1].startswith(self._before):
            return False
        slug, after = request[1][len(self._before) :], request[2]
        last = _LAST_SEEN.search(request[3])
        if b"/" in slug or (last is not None and not _NUMBER.fullmatch(last[1])):
            return False
        if last is not None:
            after = last[1]
        return self._hub.knock(slug.decode(), None if after is None else int(after), self._opened(visitor))

    def _opened(self, visitor: Visitor) -> _WithHead:
        return _WithHead(visitor, self._head + self._hub.words.opening())


class _WithHead:
    """A visitor whose stream begins with the headers that every answer has, and the opening."""

    __slots__ = ("_head", "_visitor")

    def __init__(self, visitor: Visitor, head: bytes) -> None:
        self._visitor, self._head = visitor, head

    def enter(self, first: bytes) -> Reader | None:
        """Open the stream."""
        return self._visitor.enter(self._head + first)

    def turn_away(self) -> None:
        """The application answers."""
        self._visitor.turn_away()
