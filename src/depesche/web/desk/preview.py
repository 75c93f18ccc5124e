"""What a sheet will look like, and what it looks like beside what somebody else has just made of the same post.

In: a sheet, or a sheet and a conflict. Out: markup by the same function that makes the readers' page: a preview that
differs from the page would be worse than none.
"""

from __future__ import annotations

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from depesche.desk.desk import Conflict
from depesche.journal import views
from depesche.journal.views import PostView, StoryView
from depesche.render.post import article
from depesche.render.site import frame
from depesche.render.templates import render
from depesche.web.desk.diff import diff
from depesche.web.desk.given import SENTENCES, author
from depesche.web.desk.sheet import Sheet, moment
from depesche.web.visit import Visit
from depesche.words.changes import DraftSaved, PostCorrected, PostPublished, PostRetracted, PostText


def of_sheet(visit: Visit, story: StoryView, page: Sheet) -> Markup:
    """The post as readers would see it. Blocks."""
    now = visit.house.desk.clock()
    with visit.house.journal.reading() as connection:
        before = views.post(connection, story.id, page.post, desk=True) if page.post else None
    view = PostView(
        story=story.id,
        number=page.post or story.posts + 1,
        state="published",
        revision=before.revision if before else 1,
        text=page.text,
        shown_at=_shown(page, story) or (before.shown_at if before else now),
        published_at=before.published_at if before else now,
        changed_at=now,
        edition=0,
        seq=0,
        note="",
        undo=False,
        history=before.history if before else (),
    )
    return article(frame(story, visit.base), view, "pin")  # as "pin" its ids differ from those in the list


async def of_conflict(visit: Visit, story: StoryView, page: Sheet, conflict: Conflict) -> tuple[Markup, int]:
    """Their text and mine, each against what it was made of; and the seq that is to be expected from now on."""
    last = conflict.entries[-1]
    who, when = await author(visit, last, story.zone)
    change = last.change
    theirs = change.text if isinstance(change, PostPublished | PostCorrected | DraftSaved) else PostText("")
    gone = ""
    if change is None:
        gone = visit.say(SENTENCES["erased"])
    elif isinstance(change, PostRetracted):
        gone = " ".join(part for part in (visit.say(SENTENCES["retracted"]), change.note) if part)
    base = await run_in_threadpool(_base, visit, story, page)
    shown = {
        "expect": last.seq,
        "who": who,
        "when": when,
        "gone": gone,
        "title": theirs.title,
        "body": theirs.body,
        "note": change.note if isinstance(change, PostCorrected) else "",
        "theirs": diff(base, theirs.body),
        "mine": diff(base if gone else theirs.body, page.body),
    }
    return render("desk/conflict.html", visit.language, base=visit.base, conflict=shown), last.seq


def _base(visit: Visit, story: StoryView, page: Sheet) -> str:
    """The text that the author began with."""
    if page.post is None:
        return ""
    with visit.house.journal.reading() as connection:
        revisions = views.revisions(connection, story.id, page.post)
    seen = [each.text for each in revisions if each.revision == page.revision and each.text]
    return seen[-1].body if seen else ""


def _shown(page: Sheet, story: StoryView) -> int | None:
    try:
        return moment(page.shown, story.zone)
    except (ValueError, OverflowError):
        return None
