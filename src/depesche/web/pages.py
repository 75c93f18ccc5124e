"""The readers' pages: which address shows what, and where an old one leads.

In: requests of anybody, without cookies. Out: pages from render.page, cacheable as delivery asks, 308 to where a story
moved, 410 for what was taken back, 404. Each costs a look at the story's head, and rendering only when the edition is
new. Never: a word that readers may not see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.journal import views
from depesche.render import assets, page, paging
from depesche.render.i18n import translator
from depesche.web import asof, claims
from depesche.web.caching import PAGE, Answer, cached
from depesche.web.counter import Counter, site
from depesche.web.house import House

LARGEST_NUMBER = 2**31 - 1
"""Numbers in addresses beyond this name nothing; a database would choke on some of them."""


def routes(house: House) -> Sequence[BaseRoute]:
    """All addresses of readers' pages; a story's address is the last resort, after every reserved word."""
    counter = Counter(house)
    pages = _Pages(house, counter)
    return [
        Route("/", cached(PAGE)(pages.stories), name="stories"),
        Route("/robots.txt", cached(PAGE)(pages.robots)),
        Route("/favicon.ico", cached(PAGE)(_icon)),
        Route("/{slug}", cached(PAGE)(pages.story), name="story"),
        Route("/{slug}/p/{number:int}", cached(PAGE)(pages.post), name="post"),
        Route("/{slug}/corrections", cached(PAGE)(pages.corrections), name="corrections"),
        *claims.routes(counter),
    ]


def error(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A page for an error, in the language of the story that was asked for; it asks no database anything."""
    house: House = request.app.state.house
    language = getattr(request.state, "language", house.settings.language)
    path = getattr(request.state, "story_path", "")
    desk = request.scope["path"].startswith(f"{house.settings.base_path}/desk/")
    body = page.error(site(house, request), language, status, _explained(language, status, detail), path, desk=desk)
    return Response(body, status, {"cache-control": "no-store", **(headers or {})}, "text/html; charset=utf-8")


def _explained(language: str, status: int, detail: str) -> str:
    gettext = translator(language).gettext
    known = {
        404: gettext("Perhaps the address has a typing error, or what stood here has moved."),
        500: gettext("It is our fault and was noted. Please try again in a moment."),
        503: gettext("We can’t answer right now. Please try again in a moment."),
    }
    return known.get(status, detail)


class _Pages:
    """The views, which share the house and the counter."""

    def __init__(self, house: House, counter: Counter) -> None:
        self._house = house
        self._counter = counter

    def stories(self, request: Request) -> Answer:
        """The list of stories."""
        with self._house.journal.showing() as connection:
            return Answer(page.stories(site(self._house, request), views.stories(connection)))

    def story(self, request: Request) -> Answer | Response:
        """A story's front or one of its older pages."""
        with self._counter.story(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            order, number, latest = _asked(request)
            leaf = paging.leaf(story.posts, here.page_size, order=order, page=number, latest=latest)
            if leaf is None:
                then = "" if here.asof is None else f"?{asof.PARAMETER}={here.asof}"
                return RedirectResponse(f"{here.base}/{story.slug}{then}", 302, {"cache-control": PAGE.header})
            edition = _since(request)
            if edition is not None:  # everybody comes back from another edition: nothing to keep
                body = page.story(connection, here, story, leaf, edition)
                return Answer(body, headers={"cache-tag": story.id}, story=story.id)
            what = (here, story.id, "story", leaf.order, leaf.page)
            return self._counter.answer(what, shown, lambda: page.story(connection, here, story, leaf))

    def post(self, request: Request) -> Answer | Response:
        """One post; 410 with its tombstone when it was taken back."""
        number: int = request.path_params["number"]
        with self._counter.story(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            post = views.post(connection, story.id, number) if number <= LARGEST_NUMBER else None
            if post is None:
                raise HTTPException(404)
            status = 200 if post.text is not None else 410
            what = (here, story.id, "post", number)
            return self._counter.answer(what, shown, lambda: page.post(connection, here, story, post), status)

    def corrections(self, request: Request) -> Answer | Response:
        """The list of corrections."""
        with self._counter.story(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            what = (here, story.id, "corrections")
            return self._counter.answer(what, shown, lambda: page.corrections(connection, here, story))

    def robots(self, request: Request) -> Answer:
        """What crawlers should leave alone."""
        base = self._house.settings.base_path
        text = f"User-agent: *\nDisallow: {base}/desk\nDisallow: {base}/api\n"
        return Answer(text.encode(), "text/plain; charset=utf-8")


def _asked(request: Request) -> tuple[paging.Order, int | None, bool]:
    """Order, page number and whether the front is asked for by name. Raises HTTPException 404 for no number."""
    order: paging.Order = "oldest" if request.query_params.get("order") == "oldest" else "newest"
    number = request.query_params.get("page")
    if number is None or number == paging.LATEST:
        return order, None, number is not None
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise HTTPException(404)
    return order, int(number), False


def _since(request: Request) -> int | None:
    """The edition that a reader had. Raises HTTPException 400 for no number."""
    given = request.query_params.get("since")
    if given is not None and not re.fullmatch(r"[0-9]{1,15}", given):
        raise HTTPException(400, "“since” takes the number of an edition, as in ?since=17.")
    return None if given is None else int(given)


def _icon(request: Request) -> Answer:
    icon = assets.assets()["icon.svg"]
    return Answer(icon.body, icon.media_type)
