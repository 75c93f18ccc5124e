"""The kiosk: readers' answers that lie ready, given out without a turn through the application.

In: answers that the application made, bells. Out: the same bytes for the same request, until a bell says that the story
has changed, and for one second at most without having asked the journal. Never: another answer than the application's;
whatever is unusual about a request is left to it.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar, cast
from weakref import WeakSet

from msgspec import Struct
from starlette.requests import Request

from depesche.bus.base import Bell, Bus
from depesche.settings import Settings
from depesche.web.codings import coding_of
from depesche.web.edge import LONGEST_HOST

LOOK = 0.5
"""Seconds after which one request goes to the application again, while the others still get what lies here."""
TRUST = 1.0
"""Seconds after which nothing that lies here is given out any more: a lost bell, or a change by the command line, may
be late by this, and pages may be two seconds old anyway (Cache-Control).
"""
MOST_ANSWERS, MOST_BYTES = 2048, 64 * 1024 * 1024
"""Bounds of what lies here: a page of 20 posts has 5 kB compressed; the oldest go first."""
LONGEST_HEAD = 8 * 1024
"""Bytes of a request that is looked at here; browsers send one or two thousand."""

_REQUEST = re.compile(
    rb"(GET|HEAD) (/(?:[a-zA-Z0-9._~-][a-zA-Z0-9._~/-]*)?)(?:\?([a-z0-9=&]*))? HTTP/1\.1\r\n"
    rb"((?:[A-Za-z0-9-]+:[\x20-\x7e\t]*\r\n)+)\r\n"
)
"""A whole request without a body, and nothing behind it."""
_TELLING = re.compile(
    rb"^(host|accept-encoding|if-none-match|connection|x-forwarded-proto|content-length|transfer-encoding|expect|upgrade)"
    rb":[ \t]*(.*?)[ \t]*\r$",
    re.IGNORECASE | re.MULTILINE,
)
"""The headers that make a difference."""
_QUERY = re.compile(rb"(?:(?:after|order|page)=[a-z0-9]{1,15}(?:&(?!$)|$)){0,2}")
"""What pages of ours are asked with. Whatever else somebody writes there would fill the kiosk with copies."""
_PATH = re.compile(rb"/(?:[a-zA-Z0-9._~-][a-zA-Z0-9._~/-]*)?")
_SCHEME = b"x-forwarded-proto"
_USUAL = {b"host", b"accept-encoding", b"if-none-match", b"connection", _SCHEME}
_KEEPS = (b"", b"keep-alive")

Key = tuple[bytes, bytes, bytes, bool, str]
"""Path, query, host (b"" where the site's address is set), by TLS or not, and the coding that is taken."""
Made = TypeVar("Made")


class Shared(Struct, frozen=True):
    """What a view gives that may be told to others who asked for the same."""


class Print(Struct, frozen=True):
    """An answer as it is sent, 200 or 410: headers before the request's id (`known`: those for who has it already),
    headers behind it, and the body.
    """

    status: int
    etag: str
    first: bytes
    known: bytes
    last: bytes
    body: bytes

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return len(self.first) + len(self.known) + len(self.last) + len(self.body)


class _Lying(Struct):
    story: str
    print: Print
    since: float
    asked: bool = False


class Kiosk:
    """Belongs to the event loop's thread, but for `empty`."""

    _all: ClassVar[WeakSet[Kiosk]] = WeakSet()

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self.given = self.asked = 0
        self._bus = bus
        self._has_address = bool(settings.public_url)
        self._open = False
        self._lying: dict[Key, _Lying] = {}
        self._of: dict[str, set[Key]] = {}
        self._bytes = 0
        self._bells = 0
        self._rung: dict[str, int] = {}
        self._emptied = 0
        self._making: dict[tuple[Key, int], asyncio.Future[Any]] = {}
        self._all.add(self)

    async def run(self) -> None:
        """Be open, until cancelled."""
        stop = self._bus.listen(self._hear)
        self._open = True
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            self._open = False
            stop()
            self._clear()

    @classmethod
    def empty(cls) -> None:
        """Take everything from every kiosk, from any thread: it may have words that were erased."""
        for kiosk in list(cls._all):
            kiosk._bells += 1
            kiosk._emptied = kiosk._bells
            kiosk._clear()

    def answer(self, data: bytes, secure: bool) -> tuple[int, bytes] | None:
        """The status and what follows uvicorn's own headers, when the answer to this request lies here."""
        if len(data) > LONGEST_HEAD or not self._lying:
            return None
        request = _REQUEST.fullmatch(data)
        if request is None:
            return None
        method, path, query, headers = request.groups()
        told: dict[bytes, bytes] = {}
        for name, value in _TELLING.findall(headers):
            if (name := name.lower()) in told:
                return None
            told[name] = value
        if not self._is_usual(told):
            return None
        accepted = told.get(b"accept-encoding", b"").decode()
        lying = self._lying.get(self._named(path, query or b"", told[b"host"], secure, accepted))
        if lying is None or not self._is_fresh(lying):
            return None
        self.given += 1
        return _sent(lying.print, told.get(b"if-none-match"), with_body=method == b"GET")

    def ticket(self) -> int:
        """How many bells were heard until now: to be taken before the journal is asked."""
        return self._bells

    async def once(self, key: Key, make: Callable[[], Awaitable[Made]]) -> Made:
        """What `make` gives, made once for all who ask for the same before the next bell. What isn't to be shared, a
        redirect or an error, each of them makes for itself.
        """
        place = (key, self._bells)
        making = self._making.get(place)
        if making is None:
            making = asyncio.ensure_future(make())
            self._making[place] = making
            making.add_done_callback(lambda done: self._made(place, done))
            made: Made = await asyncio.shield(making)
            return made
        await asyncio.wait({making})
        shared = None if making.cancelled() or making.exception() is not None else making.result()
        if isinstance(shared, Shared):
            return cast("Made", shared)
        return await make()

    def keep(self, key: Key, story: str, ticket: int, printed: Print) -> None:
        """Let this answer, made from a journal that was read after the ticket was taken, lie here. "" as story: it
        tells of all stories.
        """
        newest = self._rung.get(story, 0) if story else self._bells
        if not self._open or max(self._emptied, newest) > ticket:
            return
        self._drop(key)
        self._lying[key] = _Lying(story, printed, time.monotonic())
        self._of.setdefault(story, set()).add(key)
        self._bytes += printed.size
        while self._lying and (len(self._lying) > MOST_ANSWERS or self._bytes > MOST_BYTES):
            self._drop(next(iter(self._lying)))

    def key(self, request: Request) -> Key | None:
        """Under what the answer to this request lies here; None when it doesn't."""
        scope = request.scope
        path, query = scope.get("raw_path") or b"", scope["query_string"]
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if not (self._open and len(hosts) == 1 and _PATH.fullmatch(path) and _QUERY.fullmatch(query)):
            return None
        accepted = request.headers.get("accept-encoding", "")
        return self._named(path, query, hosts[0], scope["scheme"] == "https", accepted)

    def _named(self, path: bytes, query: bytes, host: bytes, secure: bool, accepted: str) -> Key:
        host, secure = (b"", False) if self._has_address else (host, secure)
        return path, query, host, secure, coding_of(accepted)

    def _is_usual(self, told: dict[bytes, bytes]) -> bool:
        """True when nothing about this request is for the application, or uvicorn, to judge."""
        if not told.keys() <= _USUAL or told.get(b"connection", b"").lower() not in _KEEPS:
            return False
        return 0 < len(told.get(b"host", b"")) <= LONGEST_HOST and (self._has_address or _SCHEME not in told)

    def _is_fresh(self, lying: _Lying) -> bool:
        age = time.monotonic() - lying.since
        if age > LOOK and not lying.asked:
            lying.asked = True
            return False
        return age <= TRUST

    def _hear(self, bell: Bell) -> None:
        self._bells += 1
        self._rung[bell.story] = self._bells
        for key in [*self._of.pop(bell.story, ()), *self._of.pop("", ())]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        lying = self._lying.pop(key, None)
        if lying is not None:
            self._bytes -= lying.print.size
            self._of.get(lying.story, set()).discard(key)

    def _clear(self) -> None:
        self._lying.clear()
        self._of.clear()
        self._bytes = 0

    def _made(self, place: tuple[Key, int], done: asyncio.Future[Any]) -> None:
        self._making.pop(place, None)
        if not done.cancelled():
            done.exception()  # whoever asked may be gone


def _sent(printed: Print, condition: bytes | None, *, with_body: bool) -> tuple[int, bytes]:
    made = secrets.token_hex(8).encode()
    if printed.status == 200 and condition is not None and has(condition.decode(), printed.etag):
        return 304, b"".join((printed.known, made, printed.last))
    return printed.status, b"".join((printed.first, made, printed.last, printed.body if with_body else b""))


def has(condition: str, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, 13.1.2): a proxy may have put W/ before our tag."""
    tags = (each.strip().removeprefix("W/") for each in condition.split(","))
    return any(tag in ("*", etag) for tag in tags)
