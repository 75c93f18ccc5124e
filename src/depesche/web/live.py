"""Live delivery at the edge: what changed since an edition (to poll, or as a stream), and what watches the server.

In: requests of anybody, without cookies. Out: deltas that caches may share for a second, event streams, and three
answers for machines. Never: a stream where none can be given (503, the reader polls), or words that were taken back.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.journal.views import StoryView
from depesche.live.audience import Join
from depesche.live.changes import changes, frames
from depesche.live.handover import EXTENSION, Take
from depesche.live.hub import Hub, HubClosed, StoryEnded
from depesche.live.readers import PlainReader, Reader
from depesche.live.stream import HEADERS
from depesche.web.caching import Answer, Policy, cached
from depesche.web.house import House
from depesche.web.metrics import Metrics

CHANGES = Policy(max_age=1)
"""All readers at one edition share an address: a cache asks us once a second, however many they are."""
NEVER = {"cache-control": "no-store"}
LARGEST = 2**53 - 1
"""The largest edition that a browser can count to."""


def routes(house: House) -> Sequence[BaseRoute]:
    """The addresses of this module."""
    live, metrics = _Live(house), Metrics(house)
    return [
        Route("/healthz", _healthy),
        Route("/readyz", live.ready),
        Route("/metrics", metrics.answer),
        Route("/{slug}/changes", cached(CHANGES)(live.changes), name="changes"),
        Route("/{slug}/live", live.live, name="live"),
    ]


class _Live:
    """The views, which share the house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._base = house.settings.base_path

    def changes(self, request: Request) -> Answer | Response:
        """The objects touched after the reader's edition, as they are now."""
        after = _edition(request.query_params.get("after", "0"))
        with self._house.journal.showing(request.path_params["slug"], after) as connection:
            story = self._found(views.slug(connection, request.path_params["slug"]), request)
            if isinstance(story, Response):
                return story
            view = views.story(connection, story)
            if view is None:
                raise HTTPException(404)
            poll = self._house.settings.poll_seconds
            delta = changes(connection, view, after, poll=poll, base=self._base)
        return Answer(msgspec.json.encode(delta), "application/json", story=story)

    async def live(self, request: Request) -> Response:
        """The stream, or the reason why there is none."""
        hub = self._house.hub
        after = _last_seen(request)
        story = hub.find(request.path_params["slug"])
        try:
            if story is None:
                found = await run_in_threadpool(self._find, request)
                if isinstance(found, Response):
                    return found
                story = found
            if hub.full:
                return self._refused()
            await hub.ready(story, after)
        except StoryEnded:
            return await run_in_threadpool(self._rest, story or "", after)
        except HubClosed:
            return self._refused()
        return Stream(hub, story, after)

    def _find(self, request: Request) -> str | Response:
        """The id of a running story, or what to answer instead of a stream. Raises StoryEnded."""
        with self._house.journal.showing(request.path_params["slug"]) as connection:
            story = self._found(views.slug(connection, request.path_params["slug"]), request)
            view = views.story(connection, story) if isinstance(story, str) else None
        if view is not None and view.state != "open":
            return self._rest(view.id, _last_seen(request))
        return story

    def _found(self, found: tuple[str, str] | None, request: Request) -> str | Response:
        if found is None:
            raise HTTPException(404)
        story, slug = found
        asked = request.path_params["slug"]
        if slug == asked:
            return story
        last = request.url.path.rpartition("/")[2]
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{self._base}/{slug}/{last}{query}", 308, {"cache-control": CHANGES.header})

    def _rest(self, story: str, after: int | None) -> Response:
        """What a reader of an ended story still lacks; if nothing, 204, after which browsers don't come again."""
        with self._house.journal.showing(story, after or 0) as connection:
            view: StoryView | None = views.story(connection, story)
            if view is None:
                raise HTTPException(404)
            lacking = b"" if after is None else frames(connection, view, after, base=self._base)
        if not lacking:
            return Response(status_code=204, headers=NEVER)
        response = Response(self._house.hub.words.opening() + lacking)
        response.raw_headers[:0] = HEADERS
        return response

    def _refused(self) -> Response:
        hub = self._house.hub
        hub.counts.refused += 1
        reason = "There is no room for another stream." if hub.open else "This server is about to restart."
        headers = {**NEVER, "retry-after": str(hub.patience())}
        return PlainTextResponse(f"{reason} Ask for /changes instead, and for the stream later.\n", 503, headers)

    async def ready(self, request: Request) -> Response:
        """200 when readers and editors can be served: the journal answers and this process isn't about to end."""
        try:
            await run_in_threadpool(self._look)
        except JournalError as error:
            return PlainTextResponse(f"The journal can't be read: {error}\n", 503, NEVER)
        if not self._house.hub.open:
            return PlainTextResponse("This server is about to restart.\n", 503, NEVER)
        bus = "up" if self._house.bus.up else "down: readers learn of changes a few seconds later"
        return PlainTextResponse(f"ready\nbus: {bus}\n", headers=NEVER)

    def _look(self) -> None:
        self._house.journal.check()
        with self._house.journal.reading() as connection:
            views.slug(connection, "readyz")


class Stream(Response):
    """An open stream: on the connection itself where the server hands it over, by ASGI's own means elsewhere."""

    def __init__(self, hub: Hub, story: str, after: int | None) -> None:
        super().__init__()
        self._hub, self._story, self._after = hub, story, after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Returns at once when the connection was handed over, else when the stream has ended."""
        if scope["method"] == "HEAD":
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": b""})
            return
        take: Take | None = scope.get("extensions", {}).get(EXTENSION)
        line = take() if take is not None else None
        # headers go through every layer of the application, whichever way the stream takes then
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        if line is not None:
            await self._enter(line.open)
            return
        plain = PlainReader()
        await self._enter(plain.open)
        await plain.run(receive, send)

    async def _enter(self, opened: Join) -> None:
        opening = self._hub.words.opening()

        def join(replay: bytes) -> Reader | None:
            return opened(opening + replay)

        try:
            await self._hub.enter(self._story, self._after, join)
        except (StoryEnded, HubClosed, JournalError):  # since `ready`: the head can't be unsaid, so come back soon
            reader = join(b"")
            if reader is not None:
                reader.end(b"")


def _healthy(request: Request) -> Response:
    """200 as long as the event loop turns."""
    return PlainTextResponse("ok\n", headers=NEVER)


def _last_seen(request: Request) -> int | None:
    """The edition that a reader has: what its browser heard last wins over what its page was made with."""
    last = request.headers.get("last-event-id", "")
    if last.isascii() and last.isdigit() and len(last) <= 16 and int(last) <= LARGEST:
        return int(last)
    after = request.query_params.get("after")
    return None if after is None else _edition(after)


def _edition(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 16 and int(text) <= LARGEST):
        raise HTTPException(400, "“after” takes the number of an edition, as in ?after=17.")
    return int(text)
