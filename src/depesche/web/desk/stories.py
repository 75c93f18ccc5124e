"""All stories, and the form that opens one.

In: a title and a few words. Out: a story that is on the readers' page at once. An address that isn't given is made of
the title.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.desk.access import reaches
from depesche.journal import views
from depesche.render.dates import clock
from depesche.settings import zones
from depesche.web.desk.given import NOTHING, Given, command_id, sent_id, settle
from depesche.web.house import House
from depesche.web.session import house_of
from depesche.web.visit import Visit, signed_in
from depesche.words.commands import OpenStory

SHORT = 60
"""Characters of an address that is made of a title: what still fits into a printed line."""
_JOINED = re.compile("['’\u0300-\u036f]")
"""Apostrophes, and accents that stand apart: what they stand in is one word."""
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


def routes(house: House) -> list[BaseRoute]:
    """The list, and opening a story."""
    return [
        Route("/desk", _to_list, methods=["GET"]),
        Route("/desk/", signed_in(show), methods=["GET"]),
        Route("/desk/stories", _to_list, methods=["GET"]),
        Route("/desk/stories", signed_in(open_story), methods=["POST"]),
    ]


async def _to_list(request: Any) -> Response:
    return RedirectResponse(f"{house_of(request).settings.base_path}/desk/", 303)


async def show(visit: Visit) -> Response:
    """The list."""
    return await _page(visit, NOTHING)


async def open_story(visit: Visit) -> Response:
    """Open a story."""
    slug = visit.text("slug").strip() or slug_of(visit.text("title"))
    command = OpenStory(
        slug, visit.text("title"), visit.text("language").strip(), visit.text("zone").strip(), visit.text("lead")
    )
    outcome = await visit.house.desk.ask(command, visit.actor, story="", command_id=sent_id(visit))

    async def again(given: Given) -> Response:
        return await _page(visit, given)

    names = ("title", "slug", "language", "zone", "lead")
    return await settle(visit, outcome, goto=f"/desk/stories/{slug}", form="open", names=names, again=again)


def slug_of(title: str) -> str:
    """An address made of a title: "Nordkoreanische Truppen in Kursk" is nordkoreanische-truppen-in-kursk."""
    plain = unicodedata.normalize("NFKD", title.casefold().translate(_GERMAN))
    words = re.findall(r"[a-z0-9]+", _JOINED.sub("", plain))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > SHORT and slug:
            break
        slug = longer
    return slug[:SHORT].strip("-")


async def _page(visit: Visit, given: Given) -> Response:
    return visit.page("desk/stories.html", **await run_in_threadpool(_values, visit, given))


def _values(visit: Visit, given: Given) -> dict[str, Any]:
    with visit.house.journal.reading() as connection:
        found = views.stories(connection, desk=True)
        alarms = views.alarm_counts(connection)
    newest = sorted(found, key=lambda story: (story.state == "closed", -story.changed_at))
    shown = []
    for story in newest:
        time = clock(visit.language, story.zone)
        shown.append((story, f"{time.day(story.changed_at)}, {time.time(story.changed_at)}", story.state))
    settings = visit.house.settings
    return {
        "stories": shown,
        "alarms": {view.id: alarms.get(view.id, 0) for view in found},
        "may_open": reaches(visit.actor.role, "editor"),
        "command": command_id(),
        "given": given,
        "settings": settings,
        "site": settings.public_url or f"{visit.request.url.netloc}{settings.base_path}",
        "zones": sorted(zones()) if reaches(visit.actor.role, "editor") else [],
    }
