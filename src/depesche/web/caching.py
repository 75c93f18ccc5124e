"""What caches may do with an answer, declared on the view; ETags, 304 and compressed forms for every view that does.

In: a view that gives bytes. Out: those bytes with a strong ETag (their hash, as they are sent), or 304. Rendered,
compressed and hashed once per change, not once per reader; what was made lies in the kiosk for the next one. Never: an
answer that a browser takes for fresh after more than two seconds.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import wraps
from typing import ClassVar
from weakref import WeakSet

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from depesche.render import jsonld, post
from depesche.web import asof, codings
from depesche.web.codings import Packed, coding_of
from depesche.web.headers import DEFAULTS
from depesche.web.kiosk import Kiosk, Print, Shared, has

MOST_BYTES = 32 * 1024 * 1024
"""Of a shelf: 300 pages of the largest that are usual."""


class Policy(Struct, frozen=True):
    """How long caches may keep an answer; all in seconds (RFC 9111, RFC 5861)."""

    max_age: int
    stale_while_revalidate: int = 0
    stale_if_error: int = 0

    @property
    def header(self) -> str:
        """The value of Cache-Control."""
        parts = [f"max-age={self.max_age}"]
        if self.stale_while_revalidate:
            parts.append(f"stale-while-revalidate={self.stale_while_revalidate}")
        if self.stale_if_error:
            parts.append(f"stale-if-error={self.stale_if_error}")
        return ", ".join(["public", *parts])


PAGE = Policy(max_age=2, stale_while_revalidate=10, stale_if_error=600)
"""A page is never fresh for more than 2 s; a cache may show one of 10 s ago while it asks, of 10 min ago in need."""


class Answer(Shared, frozen=True):
    """What a view gives: the bytes, their type, a status, headers beside those of caching, and the id of the story that
    it tells of, "" when it tells of all.
    """

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = {}
    story: str = ""


View = Callable[[Request], Answer | Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def cached(policy: Policy) -> Callable[[View], Endpoint]:
    """Declare how long caches may keep what a view gives: a decorator that makes an endpoint of it.

    The view runs in a thread; it may also give a finished Response (a redirect), which is passed on as it is.
    """

    def declare(view: View) -> Endpoint:
        """The endpoint of this view."""

        @wraps(view)
        async def endpoint(request: Request) -> Response:
            """Nothing lay ready: run the view, once for all who ask for the same now, and let the kiosk keep it."""
            kiosk: Kiosk = request.app.state.house.kiosk
            key, ticket = kiosk.key(request), kiosk.ticket()
            kiosk.asked += 1
            if key is None:
                answer = await run_in_threadpool(view, request)
            else:
                answer = await kiosk.once(key, lambda: run_in_threadpool(view, request))
            if isinstance(answer, Response):
                return answer
            packed = codings.pack(answer.body, coding=coding_of(request.headers.get("accept-encoding", "")))
            if key is not None and answer.status in (200, 410):
                kiosk.keep(key, answer.story, ticket, _printed(answer, packed, policy))
            return _respond(request, answer, packed, policy)

        return endpoint

    return declare


def _respond(request: Request, answer: Answer, packed: Packed, policy: Policy) -> Response:
    """The answer in the form that this request takes, or 304 when the asker has these very bytes."""
    if answer.status == 200 and has(request.headers.get("if-none-match", ""), packed.etag):
        return _known(answer, packed, policy)
    response = _whole(answer, packed, policy)
    if request.method == "HEAD":
        response.body = b""  # its length stands in the headers
    return response


def _whole(answer: Answer, packed: Packed, policy: Policy) -> Response:
    headers = _headers(answer, packed, policy)
    if packed.encoding:
        headers["content-encoding"] = packed.encoding
    return Response(packed.body, answer.status, headers, answer.media_type)


def _known(answer: Answer, packed: Packed, policy: Policy) -> Response:
    return Response(status_code=304, headers=_headers(answer, packed, policy))


def _headers(answer: Answer, packed: Packed, policy: Policy) -> dict[str, str]:
    return {"cache-control": policy.header, "etag": packed.etag, "vary": "accept-encoding", **answer.headers}


def _printed(answer: Answer, packed: Packed, policy: Policy) -> Print:
    """The answer as the kiosk gives it out: with the headers that all layers of the application would put on it."""
    own = [_whole(answer, packed, policy).raw_headers, _known(answer, packed, policy).raw_headers]
    names = {name for name, _ in own[0]}
    more = [(name.encode(), value.encode()) for name, value in DEFAULTS.items() if name.encode() not in names]
    first, known = (b"".join(b"%b: %b\r\n" % each for each in part) + b"x-request-id: " for part in own)
    last = b"\r\n" + b"".join(b"%b: %b\r\n" % each for each in more) + b"\r\n"
    return Print(answer.status, packed.etag, first, known, last, packed.body)


class Shelf:
    """Rendered pages, each under what it shows and only in its newest edition; `forget` empties every shelf.

    Threads share it; two that render the same page at once give the same bytes.
    """

    _all: ClassVar[WeakSet[Shelf]] = WeakSet()

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._all.add(self)

    @classmethod
    def empty(cls) -> None:
        """Take everything from every shelf."""
        for shelf in list(cls._all):
            with shelf._lock:
                shelf._kept.clear()
                shelf._bytes = 0

    def take(self, what: Hashable, edition: Hashable, make: Callable[[], bytes]) -> bytes:
        """The page as it is in this edition, made anew where the shelf has another one."""
        with self._lock:
            kept = self._kept.get(what)
            if kept is not None and kept[0] == edition:
                self._kept.move_to_end(what)
                return kept[1]
        made = make()
        with self._lock:
            _, before = self._kept.pop(what, (None, b""))
            self._kept[what] = (edition, made)
            self._bytes += len(made) - len(before)
            while len(self._kept) > self._most or (self._bytes > MOST_BYTES and len(self._kept) > 1):
                self._bytes -= len(self._kept.popitem(last=False)[1][1])
        return made


def forget() -> None:
    """Let nothing that was rendered stay in memory: it may have words that were erased."""
    Kiosk.empty()
    Shelf.empty()
    asof.Past.empty()
    codings.kept.cache_clear()
    post.article.cache_clear()
    jsonld.update.cache_clear()
