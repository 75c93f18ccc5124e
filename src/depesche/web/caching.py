"""What caches may do with an answer, declared on the view; ETags, 304 and gzip for every view that declares it.

In: a view that gives bytes. Out: those bytes with a strong ETag (their hash, as they are sent), or 304. Compressed and
hashed once per bytes, not once per reader. Never: an answer that a browser takes for fresh after more than two seconds.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import lru_cache, wraps
from typing import ClassVar
from weakref import WeakSet

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from depesche.render import jsonld, post

SMALLEST = 512
"""Bytes below which gzip saves less than a network packet."""
LEVEL = 6
"""Of gzip: 9 takes twice the time for one per cent."""
PACKED = 512
"""Answers kept compressed: 30 kB each, so 15 MB at most."""


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


class Answer(Struct, frozen=True):
    """What a view gives: the bytes, their type, a status, and headers beside those of caching."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = {}


class Packed(Struct, frozen=True):
    """Bytes as they are sent, and the ETag that names just these."""

    body: bytes
    etag: str
    encoding: str = ""


View = Callable[[Request], Answer | Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def cached(policy: Policy) -> Callable[[View], Endpoint]:
    """Make an endpoint of a view that runs in a thread; a view may also give a finished Response (a redirect)."""

    def declare(view: View) -> Endpoint:
        @wraps(view)
        async def endpoint(request: Request) -> Response:
            answer = await run_in_threadpool(view, request)
            return answer if isinstance(answer, Response) else respond(request, answer, policy)

        return endpoint

    return declare


def respond(request: Request, answer: Answer, policy: Policy) -> Response:
    """The answer in the form that this request takes, or 304 when the asker has these very bytes."""
    packed = pack(answer.body, compressed=accepts_gzip(request.headers))
    headers = {"cache-control": policy.header, "etag": packed.etag, "vary": "accept-encoding", **answer.headers}
    if answer.status == 200 and _has(request.headers.get("if-none-match", ""), packed.etag):
        return Response(status_code=304, headers=headers)
    if packed.encoding:
        headers["content-encoding"] = packed.encoding
    if request.method == "HEAD":
        response = Response(None, answer.status, headers, answer.media_type)
        response.headers["content-length"] = str(len(packed.body))
        return response
    return Response(packed.body, answer.status, headers, answer.media_type)


class Shelf:
    """Rendered pages, each under what it shows and only in its newest edition; `forget` empties every shelf.

    Threads share it; two that render the same page at once give the same bytes.
    """

    _all: ClassVar[WeakSet[Shelf]] = WeakSet()

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, bytes]] = OrderedDict()
        self._all.add(self)

    @classmethod
    def empty(cls) -> None:
        """Take everything from every shelf."""
        for shelf in list(cls._all):
            with shelf._lock:
                shelf._kept.clear()

    def take(self, what: Hashable, edition: Hashable, make: Callable[[], bytes]) -> bytes:
        """The page as it is in this edition, made anew where the shelf has another one."""
        with self._lock:
            kept = self._kept.get(what)
            if kept is not None and kept[0] == edition:
                self._kept.move_to_end(what)
                return kept[1]
        made = make()
        with self._lock:
            self._kept[what] = (edition, made)
            self._kept.move_to_end(what)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


@lru_cache(maxsize=PACKED)
def pack(body: bytes, *, compressed: bool) -> Packed:
    """The bytes to send and their ETag; gzip only where it makes them smaller."""
    if compressed and len(body) >= SMALLEST:
        smaller = gzip.compress(body, LEVEL, mtime=0)
        if len(smaller) < len(body):
            return Packed(smaller, _etag(smaller), "gzip")
    return Packed(body, _etag(body))


def forget() -> None:
    """Let nothing that was rendered stay in memory: it may have words that were erased."""
    Shelf.empty()
    pack.cache_clear()
    post.article.cache_clear()
    jsonld.update.cache_clear()


def accepts_gzip(headers: Mapping[str, str]) -> bool:
    """True when Accept-Encoding names gzip without forbidding it (RFC 9110, 12.5.3)."""
    for part in headers.get("accept-encoding", "").lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip", "*"):
            return re.fullmatch(r"\s*q\s*=\s*0(?:\.0*)?\s*", weight) is None
    return False


def _etag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def _has(condition: str, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, 13.1.2): a proxy may have put W/ before our tag."""
    tags = (each.strip().removeprefix("W/") for each in condition.split(","))
    return any(tag in ("*", etag) for tag in tags)
