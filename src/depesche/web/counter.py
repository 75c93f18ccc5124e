"""Where readers' pages are given out: the story that an address means, now or as of a moment, and what lies rendered.

In: requests of anybody. Out: a story with a connection that has it, 308 to where it moved, rendered pages. Each costs a
look at the story's head, and rendering only when something that the page shows is new. Never: a word that readers may
not see.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from depesche.journal import views
from depesche.journal.views import StoryView
from depesche.render.site import Site
from depesche.web import asof
from depesche.web.caching import PAGE, Answer, Shelf
from depesche.web.house import House

SHELF = 256
"""Pages kept rendered: the fronts of all stories that are read right now and some older pages."""
PAST_SHELF = 64
"""Pages of the past kept rendered, apart from the others: nobody's curiosity may cost readers the front."""


def site(house: House, request: Request) -> Site:
    """The site as this request sees it: at the public address of the settings, or else where it was asked."""
    settings = house.settings
    root = settings.public_url or f"{request.url.scheme}://{request.url.netloc}{settings.base_path}"
    return Site(
        root=root,
        base=settings.base_path,
        publisher=settings.publisher,
        imprint_url=settings.imprint_url,
        privacy_url=settings.privacy_url,
        language=settings.language,
        zone=settings.zone,
        page_size=settings.page_size,
    )


class Shown(NamedTuple):
    """A story as a request asks for it: now, or as of a moment. `state` is what its pages depend on beside the site."""

    connection: Connection
    story: StoryView
    site: Site
    state: Hashable


class Counter:
    """Gives out stories and rendered pages."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._shelf, self._past_shelf = Shelf(SHELF), Shelf(PAST_SHELF)
        self._past = asof.Past.of(house.journal)

    @contextmanager
    def story(self, request: Request) -> Iterator[Shown | Response]:
        """The story of this address as it is, or as it was at the moment that is asked for."""
        at = asof.asked(request)
        here = site(self._house, request)
        with self._house.journal.showing(request.path_params["slug"]) as connection:
            story = self._found(connection, request)
            if isinstance(story, Response):
                yield story
            elif at is None:
                yield Shown(connection, story, here, (story.slug, story.edition, views.head(connection, views.HOUSE)))
            else:
                with self._past.reading(connection, story, at) as (past, view, then):
                    yield Shown(past, view, replace(here, asof=at), (view.slug, then))

    def answer(self, what: tuple[object, ...], shown: Shown, make: Callable[[], bytes], status: int = 200) -> Answer:
        """The page, from its shelf or made now."""
        shelf = self._shelf if shown.site.asof is None else self._past_shelf
        body = shelf.take(what, shown.state, make)
        return Answer(body, status=status, headers={"cache-tag": shown.story.id}, story=shown.story.id)

    def _found(self, connection: Connection, request: Request) -> StoryView | Response:
        """The story of this address, or the way to where it is now. Raises HTTPException 404."""
        slug: str = request.path_params["slug"]
        story = views.story(connection, slug)
        if story is None and (moved := views.slug(connection, slug)) is not None:
            story = views.story(connection, moved[0])
        if story is None:
            raise HTTPException(404)
        base = self._house.settings.base_path
        request.state.language, request.state.story_path = story.language, f"{base}/{story.slug}"
        return story if story.slug == slug else _moved(request, slug, base, f"{base}/{story.slug}")


def _moved(request: Request, slug: str, base: str, path: str) -> Response:
    """308 to the same page of a story that has another address now; not kept for long, since it may move back."""
    rest = request.scope["path"].removeprefix(base).removeprefix(f"/{slug}")
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{path}{quote(rest)}{query}", 308, {"cache-control": PAGE.header})
