"""The outermost layer of every request: its id, its limits of size and time, and one line in the log.

In: whatever comes through the socket. Out: the same, or 408, 413 and 503 with a sentence. A body is counted while it
streams in and never kept here; an answer that has begun (a stream) isn't timed. Never: a line with personal data.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from depesche.web.logs import request_id

log = logging.getLogger("depesche.web")

ALLOWANCE = "depesche.body"
"""The scope's key for the most bytes that this request's body may have."""
TOLD = ("/api", "/desk")
"""Below these every request is logged. What readers fetch is logged only when it fails: ten thousand of them make
thousands of lines a second, which say nothing that a proxy's log doesn't.
"""
LONGEST_PATH, LONGEST_HOST = 1_000, 300
"""Characters: of the longest address that a page of ours has, three times over; and of a name in the DNS (253) with its
port. What a page makes of its host stands on it dozens of times, and pages are kept in memory.
"""
PATIENCE = 10
"""A body must be here after this many times request_seconds: a picture of 20 MB by a slow phone takes minutes."""


def allow(request: Request, most: int) -> None:
    """Let this request's body have up to `most` bytes. To be called before the body is read."""
    request.scope[ALLOWANCE] = most


class Edge:
    """ASGI middleware; `refuse(scope, status, detail)` makes the answer when the application can't any more."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        most: int,
        seconds: float,
        refuse: Callable[[Request, int, str], Response],
        base: str = "",
        answers: Counter[int] | None = None,
    ) -> None:
        self._app = app
        self._base = base
        self._most = most
        self._seconds = seconds
        self._refuse = refuse
        self._answers = answers if answers is not None else Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; exceptions pass through to Starlette's outermost layer after they were noted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault(ALLOWANCE, self._most)
        exchange = _Exchange(scope, receive, send, self._seconds, self._base)
        request_id.set(exchange.id)  # not reset: the server logs a crash after we have gone, in this same task
        try:
            async with asyncio.timeout(self._seconds) as deadline:
                exchange.deadline = deadline
                await (_unfit(scope, self._refuse) or self._app)(scope, exchange.receive, exchange.send)
        except TimeoutError:
            if not deadline.expired():  # somebody else's
                raise
            late = self._refuse(Request(scope), 503, f"There was no answer within {self._seconds:g} s. Try again.")
            await late(scope, receive, exchange.send)
        finally:
            self._answers[exchange.status or 500] += 1
            exchange.note()


def _unfit(scope: Scope, refuse: Callable[[Request, int, str], Response]) -> Response | None:
    """The answer to a request that is not worth a look: no page of ours has this address, no machine this name."""
    if len(scope["path"]) > LONGEST_PATH:
        return refuse(Request(scope), 414, "This address is longer than any address here.")
    if len(Headers(scope=scope).get("host", "")) > LONGEST_HOST:
        scope["headers"] = [each for each in scope["headers"] if each[0] != b"host"]
        return refuse(Request(scope), 400, "No host has a name as long as this.")
    return None


class _Exchange:
    """One request and its answer, watched."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, seconds: float, base: str) -> None:
        self.id = secrets.token_hex(8)
        self.status = 0
        self.deadline: asyncio.Timeout | None = None
        self._scope, self._receive, self._send, self._seconds = scope, receive, send, seconds
        self._base = base
        self._began = time.monotonic()
        self._bytes_in = 0
        self._whole = False

    async def receive(self) -> Message:
        """The next message; raises HTTPException 413 past the allowance and 408 when nothing more comes."""
        if self._whole:  # what still can come is the end of the connection: a stream waits for it for hours
            return await self._receive()
        self._measure(_announced(self._scope))
        self._extend(None)
        left = self._began + PATIENCE * self._seconds - time.monotonic()
        try:
            async with asyncio.timeout(max(0.0, min(self._seconds, left))):
                message = await self._receive()
        except TimeoutError as error:
            raise HTTPException(408, "The request's body came too slowly.") from error
        if not self.status:
            self._extend(self._seconds)
        if message["type"] == "http.request":
            self._bytes_in += len(message.get("body", b""))
            self._measure(self._bytes_in)
            self._whole = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on with the request's id in it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._extend(None)
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.id.encode())]
        await self._send(message)

    def note(self) -> None:
        """Write the request's line."""
        path: str = self._scope["path"]
        status = self.status or 500
        fetched = status < 400 and self._scope["method"] in ("GET", "HEAD")
        if fetched and not path.removeprefix(self._base).startswith(TOLD):
            return
        fields = {
            "method": self._scope["method"],
            "path": path[:200].encode("ascii", "backslashreplace").decode(),
            "status": status,
            "ms": round((time.monotonic() - self._began) * 1000, 1),
            "in": self._bytes_in,
        }
        log.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra={"fields": fields})

    def _measure(self, size: int) -> None:
        most = self._scope[ALLOWANCE]
        if size > most:
            raise HTTPException(413, f"This is too large: at most {megabytes(most)} are taken here.")

    def _extend(self, seconds: float | None) -> None:
        if self.deadline is not None and not self.deadline.expired():
            self.deadline.reschedule(None if seconds is None else asyncio.get_running_loop().time() + seconds)


def megabytes(size: int) -> str:
    """A size for people, in decimal megabytes."""
    return f"{size / 1_000_000:.1f}".removesuffix(".0") + " MB" if size >= 100_000 else f"{size} bytes"


def _announced(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0
