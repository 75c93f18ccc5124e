"""The desk's page of one post: correct it, see its revisions side by side, expunge.

In: a story and a number. Out: the page with the sheet of its correction. Words of a retracted post are shown here, to
the desk only; expunged ones are nowhere.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from depesche.journal import views
from depesche.journal.views import DraftView, PostView, Revision, StoryView
from depesche.render import words
from depesche.render.dates import clock
from depesche.render.markdown import html
from depesche.web.desk import alarms, items, sheet
from depesche.web.desk.diff import diff
from depesche.web.desk.given import SYSTEM, command_id, names_of
from depesche.web.desk.sheet import KINDS
from depesche.web.desk.story import Laid, Place, common, find
from depesche.web.visit import Visit

HINTS = {
    "typo": "Spelling only; readers get no note.",
    "update": "The facts moved on; it was right before.",
    "correction": "We were wrong; say what is right.",
    "addendum": "Something was missing.",
}
"""What each kind of change is for (msgids)."""


async def show(visit: Visit) -> Response:
    """The page as it is opened."""
    place = await run_in_threadpool(find, visit)
    number = number_of(visit)
    if place.story.slug != visit.request.path_params["slug"]:
        return visit.goto(f"/desk/stories/{place.story.slug}/posts/{number}")
    told = visit.say("The correction is out.") if visit.request.query_params.get("corrected") else ""
    return await page(visit, place, number, Laid(told=told))


def number_of(visit: Visit) -> int:
    """The post's number in the address. Raises HTTPException 404 for what no post has."""
    number = int(visit.request.path_params["number"])
    if number >= 2**31:
        raise HTTPException(404)
    return number


async def page(visit: Visit, place: Place, number: int, laid: Laid) -> Response:
    """The page with what lies on it."""
    names = await names_of(visit)
    values = await run_in_threadpool(_values, visit, place, number, laid, names)
    return visit.page("desk/post.html", **values)


def _values(visit: Visit, place: Place, number: int, laid: Laid, names: dict[str, str]) -> dict[str, Any]:
    story = place.story
    with visit.house.journal.reading() as connection:
        post = views.post(connection, story.id, number, desk=True)
        if post is None:
            raise HTTPException(404)
        past = views.revisions(connection, story.id, number)
        wanted = visit.request.query_params.get("draft", "")
        draft = views.draft(connection, story.id, wanted) if wanted else None
        alarmed = alarms.strip(visit, connection, story, names, number)
        page = laid.sheet or _page(visit, connection, story, post, past, draft)
    time = clock(visit.language, story.zone)
    return {
        **common(visit, place),
        "alarms": alarmed,
        "view": sheet.view(story, time.place, _kinds(visit)),
        "post": post,
        "shown": time.full(post.shown_at),
        "flags": items.flags(visit, story, post),
        "sheet": page if post.state == "published" else None,
        "problems": laid.problems,
        "preview": laid.preview,
        "conflict": laid.conflict,
        "given": laid.given,
        "told": laid.told,
        "gone": words.tombstone(visit.language, post.state, undo=post.undo) if post.state != "published" else "",
        "kept_text": html(post.text.body) if post.text and post.state != "published" else "",
        "revisions": _revisions(visit, place, post, past, names),
        "expunge_command": command_id(),
    }


def _page(
    visit: Visit, c: Connection, story: StoryView, post: PostView, past: list[Revision], draft: DraftView | None
) -> sheet.Sheet | None:
    """The sheet that the page is opened with: the post as it is, a draft of its correction, or an alarm's answer."""
    if post.state != "published":
        return None
    page = alarms.answering(visit, c, story, sheet.of_post(post, story.zone))
    if draft is None or draft.post != post.number:
        return page
    begun = sheet.of_text(draft.text, shown=page.shown)
    # nobody knows what they had seen, but nothing later than the draft
    revision = max((each.revision for each in past if each.at <= draft.saved_at), default=1)
    seen = {"post": page.post, "revision": revision, "expect": min(page.expect, draft.seq)}
    kept = {"draft": draft.draft, "draft_seq": draft.seq, "copies": sheet.named(draft.copies), "answers": page.answers}
    return replace(begun, **seen, **kept)


def _kinds(visit: Visit) -> list[tuple[str, str, str]]:
    named = {"typo": visit.say("Typing error")} | {
        kind: words.correction(visit.language, kind) for kind in KINDS if kind != "typo"
    }
    return [(kind, named[kind], visit.say(HINTS[kind])) for kind in KINDS]


def _revisions(
    visit: Visit, place: Place, post: PostView, past: list[Revision], names: dict[str, str]
) -> list[dict[str, Any]]:
    """The revisions, newest first, each with what it changed."""
    time = clock(visit.language, place.story.zone)
    shown = []
    before = ""
    for each in past:
        text = each.text.body if each.text else ""
        shown.append(
            {
                "number": each.revision,
                "when": time.full(each.at),
                "who": names.get(each.actor, SYSTEM),
                "label": items.correction(visit, each.correction),
                "note": each.note,
                "diff": (diff(before, text) if before else [("same", text)]) if each.text else [],
                "erased": each.text is None,
                "current": each.revision == post.revision and post.state == "published",
                "command": command_id(),
            }
        )
        before = text
    return shown[::-1]
