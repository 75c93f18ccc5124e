"""The desk of one story: sheet, posts, copy and card on one page, and what the page asks for while it is open.

In: a story's address. Out: the page, and its lists when something changed since a seq. A sheet that was sent and
refused is laid on the page again by the module that refused it. Never: a reader's page that shows any of this.
"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.access import reaches
from depesche.journal import views
from depesche.journal.views import StoryView
from depesche.render import pictures
from depesche.render.dates import clock
from depesche.render.templates import render
from depesche.web.desk import alarms, items, panel, sheet, wire
from depesche.web.desk.given import NOTHING, Given, command_id, names_of
from depesche.web.desk.sheet import Sheet
from depesche.web.house import House
from depesche.web.session import json
from depesche.web.visit import Visit, signed_in
from depesche.words.alarms import CopyRef
from depesche.words.changes import SummaryLine
from depesche.words.decide.limits import MOST_LINES, UNDO

LISTED = 30
"""Posts in the list; what is older is a page further."""


class Place(Struct, frozen=True):
    """A story as one request found it.

    `seq` is the head of its stream then: what a form expects, as it is at least the seq of every object on the page.
    """

    story: StoryView
    seq: int


class Laid(Struct, frozen=True):
    """What lies on the page besides the story: a sheet, why it was refused, what somebody else changed."""

    sheet: Sheet | None = None
    problems: dict[str, str] = {}
    preview: Markup = Markup("")
    conflict: Markup = Markup("")
    given: Given = NOTHING
    wire: wire.Wire | None = None
    card: dict[str, Any] = {}
    told: str = ""


def routes(house: House) -> list[BaseRoute]:
    """The page and its lists."""
    return [
        Route("/desk/stories/{slug}", signed_in(show), methods=["GET"]),
        Route("/desk/stories/{slug}/list", signed_in(tell), methods=["GET"]),
    ]


def find(visit: Visit) -> Place:
    """The story of this address, also by a slug that it once had. Blocks; raises HTTPException 404."""
    slug = visit.request.path_params["slug"]
    with visit.house.journal.reading() as connection:
        known = views.slug(connection, slug)
        story = views.story(connection, known[0] if known else slug, desk=True)
    if story is None:
        raise HTTPException(404)
    return Place(story, story.seq)


async def show(visit: Visit) -> Response:
    """The page."""
    place = await run_in_threadpool(find, visit)
    if place.story.slug != visit.request.path_params["slug"]:
        return visit.goto(f"/desk/stories/{place.story.slug}")
    told = visit.say("It is kept among the drafts.") if visit.request.query_params.get("kept") else ""
    laid = Laid(sheet=await run_in_threadpool(_asked_for, visit, place), told=told)
    return await page(visit, place, laid)


async def page(visit: Visit, place: Place, laid: Laid) -> Response:
    """The page with what lies on it."""
    names = await names_of(visit)
    values = await run_in_threadpool(_values, visit, place, laid, names)
    return visit.page("desk/story.html", **values)


async def tell(visit: Visit) -> Response:
    """The lists, when the story's stream went past `after`; else 204."""
    place = await run_in_threadpool(find, visit)
    after = visit.request.query_params.get("after", "")
    if after == str(place.seq):
        return Response(status_code=204, headers={"cache-control": "no-store"})
    names = await names_of(visit)
    return json(await run_in_threadpool(_lists, visit, place, names))


def common(visit: Visit, place: Place) -> dict[str, Any]:
    """What every template of a story needs."""
    role = visit.actor.role
    return {
        "story": place.story,
        "seq": place.seq,
        "may_publish": reaches(role, "editor"),
        "may_manage": reaches(role, "chief"),
        "may_expunge": reaches(role, "chief"),
        "pictures": pictures,
    }


def _values(visit: Visit, place: Place, laid: Laid, names: dict[str, str]) -> dict[str, Any]:
    story = place.story
    query = visit.request.query_params
    with visit.house.journal.reading() as connection:
        posts = _posts(visit, connection, story)
        found = items.drafts(visit, story, views.drafts(connection, story.id), names)
        alarmed = alarms.strip(visit, connection, story, names)
    return {
        **common(visit, place),
        "alarms": alarmed,
        "view": sheet.view(story, clock(visit.language, story.zone).place, []),
        "sheet": laid.sheet or sheet.blank(visit.actor.byline),
        "problems": laid.problems,
        "preview": laid.preview,
        "conflict": laid.conflict,
        "given": laid.given,
        "told": laid.told,
        "published": _published(visit, posts),
        "items": posts,
        "older": posts[-1].view.number if posts and posts[-1].view.number > 1 else None,
        "drafts": found,
        "wire": laid.wire or _wire(visit, story, query),
        "card": {**_card(story, place.seq), **laid.card},
        **panel.laid(visit, story, names),
        "about": {"command": command_id(), "other_command": command_id(), "expect": place.seq},
    }


def _lists(visit: Visit, place: Place, names: dict[str, str]) -> dict[str, Any]:
    story = place.story
    with visit.house.journal.reading() as connection:
        posts = _posts(visit, connection, story)
        found = items.drafts(visit, story, views.drafts(connection, story.id), names)
        one = visit.request.query_params.get("post", "")
        number = int(one) if one.isascii() and one.isdigit() and len(one) < 10 else None
        alarmed = alarms.strip(visit, connection, story, names, number)
    values = {
        **common(visit, place),
        "base": visit.base,
        "csrf": visit.csrf,
        "given": NOTHING,
        "alarms": alarmed,
        "items": posts,
        "drafts": found,
    }
    return {
        "seq": place.seq,
        "posts": render("desk/posts.html", visit.language, **values),
        "drafts": render("desk/drafts.html", visit.language, **values),
        "alarms": render("desk/alarms.html", visit.language, **values),
        "dismissed": render("desk/dismissed.html", visit.language, **values),
    }


def _posts(visit: Visit, connection: Connection, story: StoryView) -> list[items.Item]:
    before = visit.request.query_params.get("before", "")
    limit = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    found = views.posts(connection, story.id, before=limit, limit=LISTED, desk=True)
    return [items.item(visit, story, each) for each in found]


def _published(visit: Visit, posts: list[items.Item]) -> dict[str, Any] | None:
    """What to say of the post that was just published without scripts."""
    wanted = visit.request.query_params.get("published", "")
    post = next((each.view for each in posts if str(each.view.number) == wanted), None)
    if post is None or post.state != "published":
        return None
    fresh = visit.house.desk.clock() < post.published_at + UNDO and post.revision == 1
    return {"number": post.number, "undo": fresh, "command": command_id()}


def _asked_for(visit: Visit, place: Place) -> Sheet | None:
    """The sheet of a draft (?draft=), or with the text of a post that was taken back (?from=)."""
    query, story = visit.request.query_params, place.story
    with visit.house.journal.reading() as connection:
        if wanted := query.get("draft", ""):
            draft = views.draft(connection, story.id, wanted)
            if draft:
                kept = {"draft": draft.draft, "draft_seq": draft.seq, "copies": sheet.named(draft.copies)}
                return replace(sheet.of_text(draft.text), **kept)
        number = query.get("from", "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            post = views.post(connection, story.id, int(number), desk=True)
            if post and post.text:
                came = [CopyRef(each.copy, each.version) for each in views.used(connection, story.id, post.number)]
                return replace(sheet.of_text(post.text), copies=sheet.named(came))
    return None


def _wire(visit: Visit, story: StoryView, query: Any) -> wire.Wire:
    if query.get("copy"):
        return wire.laid_open(visit, story, query["copy"])
    return wire.listed(visit, story, query.get("copies", "story"))


def _card(story: StoryView, seq: int) -> dict[str, Any]:
    """The lines of the card, and room for another two."""
    room = max(0, min(2, MOST_LINES - len(story.summary)))
    lines = [(line.text, numbers(line)) for line in story.summary] + [("", "")] * room
    return {"command": command_id(), "expect": seq, "lines": lines, "conflict": None}


def numbers(line: SummaryLine) -> str:
    """The posts that a line rests on, as they are typed."""
    return ", ".join(str(number) for number in line.posts)
