"""What is done with a sheet: publish, correct, keep as a draft, preview; and pictures and passages put on it.

In: the one form of the sheet, with the button that was pressed. Out: an answer for the scripts, or the page again with
the sheet as it now is. Never: a sheet that is lost, whatever is wrong with it.
"""

from __future__ import annotations

import re
from typing import Any

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.desk import Conflict, Done, Outcome
from depesche.desk.develop import Unusable
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.render.dates import clock
from depesche.settings import Settings
from depesche.web.desk import adopt, panel, post, preview, reading, sheet, story, wire
from depesche.web.desk.copy import take
from depesche.web.desk.given import command_id
from depesche.web.desk.sheet import KINDS, Sheet
from depesche.web.desk.story import Laid, Place
from depesche.web.house import House
from depesche.web.refusals import Amiss, Reasoned, field, told
from depesche.web.session import json, queued
from depesche.web.visit import Visit, signed_in
from depesche.words.changes import PostPublished
from depesche.words.commands import AnyCommand, CorrectPost, PublishPost, Refusal, SaveDraft


def routes(house: House) -> list[BaseRoute]:
    """The form's one address, and the preview that is asked for while somebody types."""
    return [
        Route("/desk/stories/{slug}/sheet", signed_in(do, most=_most), methods=["POST"]),
        Route("/desk/stories/{slug}/preview", signed_in(show_preview), methods=["POST"]),
    ]


def _most(settings: Settings) -> int:
    return settings.max_image + settings.max_body


async def do(visit: Visit) -> Response:
    """What the button says."""
    place = await run_in_threadpool(story.find, visit)
    page = await sheet.sent(visit)
    act, _, rest = visit.text("do").partition(":")
    page, problems = await _with_files(visit, page)
    if problems:
        return await _again(visit, place, page, problems=problems)
    match act:
        case "publish":
            return await _send(visit, place, page, "publish")
        case "save":
            return await _send(visit, place, page, "save")
        case "remove":
            return await _again(visit, place, sheet.without(page, rest))
        case "adopt" | "quote":
            return await _adopt(visit, place, page, rest)
        case "line":
            return await _line(visit, place, page, rest)
        case "theirs":
            return await _take_theirs(visit, place, page)
        case _:
            shown = await run_in_threadpool(preview.of_sheet, visit, place.story, page)
            shown += await queued(visit.request, "reading", reading.of_sheet, visit, place.story, page)
            return await _again(visit, place, page, preview=shown)


async def show_preview(visit: Visit) -> Response:
    """The sheet as readers would see it."""
    place = await run_in_threadpool(story.find, visit)
    page = await sheet.sent(visit)
    shown = "" if page.is_empty else await run_in_threadpool(preview.of_sheet, visit, place.story, page)
    return json({"html": shown})


async def _send(visit: Visit, place: Place, page: Sheet, act: str) -> Response:
    command = await run_in_threadpool(_command, visit, place, page, act)
    if isinstance(command, Amiss):
        return await _refused(visit, place, page, command)
    if act == "save":
        expect: int | None = page.draft_seq or None
    else:
        expect = page.expect if page.post else None
    try:
        outcome: Outcome = await visit.house.desk.ask(
            command, visit.actor, story=place.story.id, command_id=page.command, expect=expect
        )
    except JournalError as error:
        if visit.wants_json:
            raise  # 503: the script tries again
        return await _again(visit, place, page, problems={"": visit.say(str(error))}, status=503)
    if isinstance(outcome, Refusal):
        return await _refused(visit, place, page, outcome)
    if isinstance(outcome, Conflict):
        return await _conflict(visit, place, page, outcome, act)
    return _done(visit, place, page, outcome, act)


def _command(visit: Visit, place: Place, page: Sheet, act: str) -> AnyCommand | Amiss:
    if act == "save":
        return SaveDraft(page.draft, page.text, page.post, sheet.refs(page.copies))
    try:
        shown_at = sheet.moment(page.shown, place.story.zone)
    except (ValueError, OverflowError):
        return Amiss("shown_at_unreadable")
    if page.post is None:
        return PublishPost(page.text, shown_at, page.draft, sheet.refs(page.copies))
    kind = next((each for each in KINDS if each == page.correction), None)
    if kind is None:
        return Amiss("kind_missing")
    with visit.house.journal.reading() as connection:
        view = views.post(connection, place.story.id, page.post, desk=True)
    if view is not None and page.shown == sheet.wall_clock(view.shown_at, place.story.zone):
        shown_at = None  # nobody moved it, and its seconds are not on the sheet
    copies, answers = sheet.refs(page.copies), sheet.refs(page.answers)
    return CorrectPost(page.post, page.text, kind, page.note, shown_at, page.draft, copies, answers)


def _done(visit: Visit, place: Place, page: Sheet, done: Done, act: str) -> Response:
    number = page.post or next((each.change.post for each in done.entries if isinstance(each.change, PostPublished)), 0)
    at = done.entries[-1].at if done.entries else visit.house.desk.clock()
    here = f"/desk/stories/{place.story.slug}"
    if visit.wants_json:
        time = clock(visit.language, place.story.zone).time(at)
        return json({"done": act, "post": number, "seq": done.seq, "at": at, "time": time, "repeated": done.repeated})
    if act == "save":
        return visit.goto(f"{here}?kept=1")
    return visit.goto(f"{here}/posts/{number}?corrected=1" if page.post else f"{here}?published={number}")


async def _refused(visit: Visit, place: Place, page: Sheet, refusal: Reasoned) -> Response:
    reason, name = told(visit.language, refusal), field(refusal)
    if visit.wants_json:
        return json({"refused": {"code": refusal.code, "reason": reason, "field": name}}, 422)
    # a command id that was refused was used for nothing; one that was used before must be a new one
    page = replace(page, command=command_id()) if refusal.code == "command_reused" else page
    return await _again(visit, place, page, problems={name: reason}, status=422)


async def _conflict(visit: Visit, place: Place, page: Sheet, conflict: Conflict, act: str) -> Response:
    shown, expect = await preview.of_conflict(visit, place.story, page, conflict)
    if visit.wants_json:
        return json({"conflict": {"html": shown, "expect": expect}}, 409)
    if act == "save":  # two people on one draft: this one becomes a draft of its own
        page = replace(page, draft=command_id(), draft_seq=0, command=command_id())
    else:
        page = replace(page, expect=expect, command=command_id())
    return await _again(visit, place, page, conflict=shown, status=409)


async def _adopt(visit: Visit, place: Place, page: Sheet, which: str) -> Response:
    """Put a passage at the end of the text: the way without scripts."""
    identity, _, numbers = which.partition(":")
    version, _, number = numbers.partition(":")
    opened = await run_in_threadpool(
        wire.laid_open, visit, place.story, identity, int(version) if re.fullmatch("[0-9]{1,15}", version) else None
    )
    copy = opened.open
    chosen = next((each for each in copy.statements if str(each["number"]) == number), None) if copy else None
    if copy is not None and chosen is not None:
        await take(visit, place, copy.copy)
        body = f"{page.body.rstrip()}\n\n{chosen['passage'].text}".strip()
        sources, used = adopt.sources(page.sources, copy.copy), sheet.with_copy(page.copies, copy.copy)
        page = replace(page, body=body, sources=sources, copies=used)
    return await _again(visit, place, page, wire=opened)


async def _line(visit: Visit, place: Place, page: Sheet, which: str) -> Response:
    """Put the standing line of a claim at the end of the text: the way without scripts."""
    number, _, language = which.partition(":")
    found = await run_in_threadpool(panel.line_of, visit, place.story, number, language)
    body = f"{page.body.rstrip()}\n\n{found}".strip() if found else page.body
    return await _again(visit, place, replace(page, body=body))


async def _take_theirs(visit: Visit, place: Place, page: Sheet) -> Response:
    """Lay on the sheet what the other one made of the post."""
    with visit.house.journal.reading() as connection:
        view = views.post(connection, place.story.id, page.post or 0, desk=True)
    if view is None or view.text is None:
        return await _again(visit, place, page)
    taken = sheet.of_post(view, place.story.zone)
    return await _again(visit, place, replace(taken, draft=page.draft))


async def _with_files(visit: Visit, page: Sheet) -> tuple[Sheet, dict[str, str]]:
    """The sheet with the pictures that came with the form: the way without scripts."""
    problems: dict[str, str] = {}
    for file in visit.form.getlist("files"):
        if isinstance(file, UploadFile) and file.filename:
            data = await file.read()
            kept = await queued(visit.request, "pictures", visit.house.media.keep, data, actor=visit.actor)
            if isinstance(kept, Unusable):
                problems["picture"] = f"{file.filename[:80]}: {told(visit.language, kept)}"
            else:
                page = replace(page, media=(*page.media, kept))
    return page, problems


async def _again(visit: Visit, place: Place, page: Sheet, *, status: int = 200, **laid: Any) -> Response:
    shown = Laid(sheet=page, **laid)
    response = await (post.page(visit, place, page.post, shown) if page.post else story.page(visit, place, shown))
    response.status_code = status
    return response
