"""The card on top of the page, and what a story is called; its end, and that it goes on.

In: small forms. Out: the story's page, or what was refused. Lines of the card name posts by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.desk import Outcome
from depesche.web.desk import story
from depesche.web.desk.given import Given, expected, sent_id, settle
from depesche.web.desk.story import Laid, Place
from depesche.web.house import House
from depesche.web.visit import Visit, signed_in
from depesche.words.changes import SummaryLine
from depesche.words.commands import AmendStory, AnyCommand, CloseStory, ReopenStory, SetSummary

_NUMBER = re.compile(r"[0-9]{1,9}")


def routes(house: House) -> list[BaseRoute]:
    """Card, names, end."""
    return [
        Route("/desk/stories/{slug}/card", signed_in(set_card), methods=["POST"]),
        Route("/desk/stories/{slug}/about", signed_in(amend), methods=["POST"]),
        Route("/desk/stories/{slug}/state", signed_in(close_or_reopen), methods=["POST"]),
    ]


async def set_card(visit: Visit) -> Response:
    """Set the lines; empty ones are left out."""
    place = await run_in_threadpool(story.find, visit)
    pairs = list(zip(visit.texts("line"), visit.texts("posts"), strict=False))
    lines = tuple(SummaryLine(" ".join(text.split()), _posts(posts)) for text, posts in pairs if text.strip())
    outcome = await _ask(visit, place, SetSummary(lines), expect=expected(visit))

    async def again(given: Given) -> Response:
        fresh = await run_in_threadpool(story.find, visit)
        return await story.page(visit, fresh, Laid(given=given, card={"lines": pairs}))

    goto = f"/desk/stories/{place.story.slug}#card"
    return await settle(visit, outcome, goto=goto, form="card", again=again, zone=place.story.zone)


async def amend(visit: Visit) -> Response:
    """Change title, address or lead."""
    place = await run_in_threadpool(story.find, visit)
    slug = visit.text("slug").strip()
    command = AmendStory(slug, visit.text("title"), visit.text("lead"))
    outcome = await _ask(visit, place, command, expect=expected(visit))
    names = ("title", "slug", "lead")
    return await settle(
        visit,
        outcome,
        goto=f"/desk/stories/{slug}#card",
        form="about",
        names=names,
        again=_page(visit),
        zone=place.story.zone,
    )


async def close_or_reopen(visit: Visit) -> Response:
    """End the coverage, or go on with it."""
    place = await run_in_threadpool(story.find, visit)
    command = ReopenStory() if visit.text("do") == "reopen" else CloseStory()
    outcome = await _ask(visit, place, command, expect=None)
    goto = f"/desk/stories/{place.story.slug}#card"
    return await settle(visit, outcome, goto=goto, form="state", again=_page(visit), zone=place.story.zone)


async def _ask(visit: Visit, place: Place, command: AnyCommand, *, expect: int | None) -> Outcome:
    return await visit.house.desk.ask(
        command, visit.actor, story=place.story.id, command_id=sent_id(visit), expect=expect
    )


def _page(visit: Visit) -> Callable[[Given], Awaitable[Response]]:
    async def again(given: Given) -> Response:
        fresh = await run_in_threadpool(story.find, visit)
        return await story.page(visit, fresh, Laid(given=given))

    return again


def _posts(text: str) -> tuple[int, ...]:
    """The numbers in "3, 5 und 7", each once."""
    return tuple(dict.fromkeys(int(number) for number in _NUMBER.findall(text)))
