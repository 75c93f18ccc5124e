"""The pages of claims: one question of a story with all that is said to it, and the list of all of them.

In: requests of anybody, without cookies. Out: pages from render.claimpage, 308 from a claim to the one that it was
merged into, 410 for one that is no longer asked. Never: what only the desk may know of a claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.journal import views
from depesche.journal.views import StoryView
from depesche.render import claimpage, page
from depesche.render.i18n import translator
from depesche.render.site import Site, frame
from depesche.web.caching import PAGE, Answer, cached
from depesche.web.counter import Counter


def routes(counter: Counter) -> Sequence[BaseRoute]:
    """The addresses of this module."""
    claims = _Claims(counter)
    return [
        Route("/{slug}/c", cached(PAGE)(claims.every), name="claims"),
        Route("/{slug}/c/{claim:int}", cached(PAGE)(claims.claim), name="claim"),
    ]


class _Claims:
    """The views, which share the counter."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def claim(self, request: Request) -> Answer | Response:
        """One claim: where it stands and stood, its figures, who says what to it."""
        number: int = request.path_params["claim"]
        with self._counter.story(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            ledger = views.ledger(connection, story.id)
            view = ledger.claims.get(number)
            into = ledger.merged.get(number, 0)
            if view is None and into in ledger.claims:
                way = frame(story, here.base, here.asof).claim(into)
                return RedirectResponse(way, 308, {"cache-control": PAGE.header})
            what = (here, story.id, "claim", number)
            if view is None:
                _was(connection, story, number)
                return self._counter.answer(what, shown, lambda: _gone(here, story), 410)
            return self._counter.answer(what, shown, lambda: claimpage.claim(connection, here, story, ledger, view))

    def every(self, request: Request) -> Answer | Response:
        """The list of all claims, those that changed last first."""
        number = _page(request)
        with self._counter.story(request) as shown:
            if isinstance(shown, Response):
                return shown
            connection, story, here, _ = shown
            if number > claimpage.pages(views.ledger(connection, story.id)):
                raise HTTPException(404)
            what = (here, story.id, "claims", number)
            return self._counter.answer(what, shown, lambda: claimpage.every(connection, here, story, number))


def _was(c: Connection, story: StoryView, number: int) -> None:
    """Raises HTTPException 404 for a claim that there never was."""
    if not views.touched_seq(c, story.id, f"claim:{number}"):
        raise HTTPException(404)


def _gone(here: Site, story: StoryView) -> bytes:
    """What is said of a claim that is no longer asked. All who have its page open ask at once, so it is a page."""
    sentence = translator(story.language).gettext("This question is no longer asked.")
    return page.error(here, story.language, 410, sentence, frame(story, here.base, here.asof).path)


def _page(request: Request) -> int:
    """The number of the page. Raises HTTPException 404 for no number."""
    given = request.query_params.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", given):
        raise HTTPException(404)
    return int(given)
