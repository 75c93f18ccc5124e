"""The readers' pages: which address shows what, and where an old one leads.

In: requests of anybody, without cookies. Out: pages from render.page, cacheable as delivery asks, 308 to where a story
moved, 410 for what was taken back, 404. Each costs a look at the story's head, and rendering only when the edition is
new. Never: a word that readers may not see.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import quote

from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.journal import views
from depesche.journal.views import StoryView
from depesche.render import assets, page, paging
from depesche.render.i18n import translator
from depesche.render.site import Site
from depesche.web import asof
from depesche.web.caching import PAGE, Answer, Shelf, cached
from depesche.web.house import House

SHELF = 256
"""Pages kept rendered: the fronts of all stories that are read right now and some older pages, 25 MB at most."""
PAST_SHELF = 64
"""Pages of the past kept rendered, apart from the others: nobody's curiosity may cost readers the front."""
LARGEST_NUMBER = 2**31 - 1
"""Numbers in addresses beyond this name nothing; a database would choke on some of them."""


def routes(house: House) -> Sequence[BaseRoute]:
    """All addresses of readers' pages; a story's address is the last resort, after every reserved word."""
    pages = _Pages(house)
    return [
        Route("/", cached(PAGE)(pages.stories), name="stories"),
        Route("/robots.txt", cached(PAGE)(pages.robots)),
        Route("/favicon.ico", cached(PAGE)(_icon)),
        Route("/{slug}", cached(PAGE)(pages.story), name="story"),
        Route("/{slug}/p/{number:int}", cached(PAGE)(pages.post), name="post"),
        Route("/{slug}/corrections", cached(PAGE)(pages.corrections), name="corrections"),
    ]


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


def error(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page for an error, in the language of the story that was asked for; it asks no database anything."""
    house: House = request.app.state.house
    language = getattr(request.state, "language", house.settings.language)
    path = getattr(request.state, "story_path", "")
    body = page.error(site(house, request), language, status, _explained(language, status, detail), path)
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, "text/html; charset=utf-8")


def _explained(language: str, status: int, detail: str) -> str:
    gettext = translator(language).gettext
    known = {
        404: gettext("Perhaps the address has a typing error, or what stood here has moved."),
        500: gettext("It is our fault and was noted. Please try again in a moment."),
        503: gettext("We can’t answer right now. Please try again in a moment."),
    }
    return known.get(status, detail)


class Shown(NamedTuple):
    """A story as a request asks for it: now, or as of a moment. `state` is what its pages depend on beside the site."""

    connection: Connection
    story: StoryView
    site: Site
    state: Hashable


class _Pages:
    """The views, which share the house and a shelf of rendered pages."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._shelf, self._past_shelf = Shelf(SHELF), Shelf(PAST_SHELF)
        self._past = asof.Past(house.journal)

    def stories(self, request: Request) -> Answer:
        """The list of stories."""
        with self._house.journal.reading() as connection:
            return Answer(page.stories(site(self._house, request), views.stories(connection)))

    def story(self, request: Request) -> Answer | Response:
        """A story's front or one of its older pages."""
        with self._reading(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            order, number, latest = _asked(request)
            leaf = paging.leaf(story.posts, here.page_size, order=order, page=number, latest=latest)
            if leaf is None:
                then = "" if here.asof is None else f"?{asof.PARAMETER}={here.asof}"
                return RedirectResponse(f"{here.base}/{story.slug}{then}", 302, {"cache-control": PAGE.header})
            what = (here, story.id, "story", leaf.order, leaf.page)
            return self._answer(what, shown, lambda: page.story(connection, here, story, leaf))

    def post(self, request: Request) -> Answer | Response:
        """One post; 410 with its tombstone when it was taken back."""
        number: int = request.path_params["number"]
        with self._reading(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            post = views.post(connection, story.id, number) if number <= LARGEST_NUMBER else None
            if post is None:
                raise HTTPException(404)
            status = 200 if post.text is not None else 410
            what = (here, story.id, "post", number)
            return self._answer(what, shown, lambda: page.post(connection, here, story, post), status)

    def corrections(self, request: Request) -> Answer | Response:
        """The list of corrections."""
        with self._reading(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            what = (here, story.id, "corrections")
            return self._answer(what, shown, lambda: page.corrections(connection, here, story))

    def robots(self, request: Request) -> Answer:
        """What crawlers should leave alone."""
        base = self._house.settings.base_path
        text = f"User-agent: *\nDisallow: {base}/desk\nDisallow: {base}/api\n"
        return Answer(text.encode(), "text/plain; charset=utf-8")

    @contextmanager
    def _reading(self, request: Request) -> Iterator[Shown | Response]:
        """The story of this address as it is, or as it was at the moment that is asked for."""
        at = asof.asked(request)
        here = site(self._house, request)
        with self._house.journal.reading() as connection:
            story = self._found(connection, request)
            if isinstance(story, Response):
                yield story
            elif at is None:
                yield Shown(connection, story, here, (story.slug, story.edition))
            else:
                with self._past.reading(connection, story, at) as (past, view, then):
                    yield Shown(past, view, replace(here, asof=at), (view.slug, then))

    def _answer(self, what: tuple[object, ...], shown: Shown, make: Callable[[], bytes], status: int = 200) -> Answer:
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


def _asked(request: Request) -> tuple[paging.Order, int | None, bool]:
    """Order, page number and whether the front is asked for by name. Raises HTTPException 404 for no number."""
    order: paging.Order = "oldest" if request.query_params.get("order") == "oldest" else "newest"
    number = request.query_params.get("page")
    if number is None or number == paging.LATEST:
        return order, None, number is not None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise HTTPException(404)
    return order, int(number), False


def _icon(request: Request) -> Answer:
    icon = assets.assets()["icon.svg"]
    return Answer(icon.body, icon.media_type)
