"""Copy that is pasted or uploaded into a story, and the panel where it is read.

In: a text or files, up to the size that copy may have. Out: the copy laid open beside the sheet. One file that can't be
read doesn't lose the others.
"""

from __future__ import annotations

import mimetypes
from typing import Any

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.intake import Arrival
from depesche.render.templates import render
from depesche.settings import Settings
from depesche.web.desk import sheet, story, wire
from depesche.web.desk.given import NOTHING, Given, command_id, refused
from depesche.web.desk.story import Laid, Place
from depesche.web.house import House
from depesche.web.refusals import Amiss, Reasoned, told
from depesche.web.session import json, queued
from depesche.web.visit import Visit, signed_in
from depesche.words.commands import TakeCopy
from depesche.words.copy import Copy


class Piece(Struct, frozen=True):
    """One thing that came in: its bytes, and what they were called."""

    data: bytes
    name: str = ""
    media_type: str = ""


def routes(house: House) -> list[BaseRoute]:
    """Taking copy in, and the panel as a piece of the page."""
    return [
        Route("/desk/stories/{slug}/copy", signed_in(receive, most=_most), methods=["POST"]),
        Route("/desk/stories/{slug}/copy", signed_in(show), methods=["GET"]),
        Route("/desk/stories/{slug}/copy/{copy}", signed_in(show), methods=["GET"]),
        Route("/desk/stories/{slug}/copy/{copy}/take", signed_in(note_taken), methods=["POST"]),
        Route("/desk/stories/{slug}/copy/{copy}/renew", signed_in(renew, most=_most), methods=["POST"]),
    ]


def _most(settings: Settings) -> int:
    """Twice the copy itself: a form may write each byte of a foreign alphabet as three."""
    return settings.max_copy * 2


async def show(visit: Visit) -> Response:
    """The panel alone, for the script that puts it into the page."""
    place = await run_in_threadpool(story.find, visit)
    return await _panel(visit, place)


async def note_taken(visit: Visit) -> Response:
    """A passage of this copy was put on a sheet of the story, which takes it by that."""
    place = await run_in_threadpool(story.find, visit)
    opened = await run_in_threadpool(wire.laid_open, visit, place.story, visit.request.path_params["copy"])
    if opened.open is not None:
        await take(visit, place, opened.open.copy)
    return json({"done": "take"})


async def take(visit: Visit, place: Place, copy: Copy) -> None:
    """The story uses this copy from now on; that it does so already is no news."""
    command = TakeCopy(copy.id, copy.version)
    await visit.house.desk.ask(command, visit.actor, story=place.story.id, command_id=command_id())


async def renew(visit: Visit) -> Response:
    """The source of this copy has corrected or withdrawn it, as somebody read or was told."""
    place = await run_in_threadpool(story.find, visit)
    identity = visit.request.path_params["copy"]
    kept = await run_in_threadpool(
        visit.house.intake.renew,
        identity,
        visit.text("copy"),
        canceled=visit.text("canceled") == "1",
        actor=visit.actor,
        story=place.story.id,
    )
    if isinstance(kept, Copy):
        return await _taken(visit, place, identity, [])
    given = refused(visit, "renew", kept, ("copy", "canceled"))
    if visit.wants_json:
        return json({"refused": {"code": kept.code, "reason": given.reason, "field": given.field}}, 422)
    opened = await run_in_threadpool(wire.laid_open, visit, place.story, identity)
    page = await story.page(visit, place, Laid(given=given, wire=opened))
    page.status_code = 422
    return page


async def receive(visit: Visit) -> Response:
    """Take in what was pasted and uploaded."""
    place = await run_in_threadpool(story.find, visit)
    try:
        published = sheet.moment(visit.text("published"), place.story.zone)
    except (ValueError, OverflowError):
        return await _refused(visit, place, Amiss("shown_at_unreadable"), "published")
    given = Copy("", "", "", published=published, source=" ".join(visit.text("source").split())[:200])
    pieces = await _pieces(visit)
    if not pieces:
        return await _refused(visit, place, Amiss("files_missing"))
    arrived: list[Arrival] = []
    problems: list[str] = []
    refusal: Reasoned | None = None
    for piece in pieces:
        outcome = await queued(
            visit.request,
            "copy",
            visit.house.intake.receive,
            piece.data,
            actor=visit.actor,
            story=place.story.id,
            media_type=piece.media_type,
            charset="utf-8" if not piece.name else "",
            name=piece.name,
            given=given,
        )
        if isinstance(outcome, Arrival):
            arrived.append(outcome)
        else:
            refusal = outcome
            problems.append(f"{piece.name[:80]}: {told(visit.language, outcome)}".lstrip(": "))
    if refusal is not None and not arrived:
        return await _refused(visit, place, refusal)
    only = arrived[0].copies[0].id if len(arrived) == 1 and len(arrived[0].copies) == 1 else ""
    return await _taken(visit, place, only, problems)


async def _pieces(visit: Visit) -> list[Piece]:
    text = visit.text("copy")
    pieces = [Piece(text.encode(), media_type="text/plain")] if text.strip() else []
    for file in visit.form.getlist("files"):
        if isinstance(file, UploadFile) and file.filename:
            kind = file.content_type or mimetypes.guess_type(file.filename)[0] or ""
            pieces.append(Piece(await file.read(), file.filename, kind))
    return pieces


async def _taken(visit: Visit, place: Place, only: str, problems: list[str]) -> Response:
    if visit.wants_json:
        return json({"done": "copy", "copy": only, "problems": problems})
    if problems:
        given = Given("paste", " ".join(problems))
        return await story.page(visit, place, Laid(given=given))
    return visit.goto(f"/desk/stories/{place.story.slug}{f'?copy={only}' if only else ''}#wire")


async def _refused(visit: Visit, place: Place, refusal: Reasoned, field: str = "") -> Response:
    given = refused(visit, "paste", refusal, ("copy", "source", "published"))
    if field:
        given = Given(given.form, given.reason, field, given.values)
    if visit.wants_json:
        return json({"refused": {"code": refusal.code, "reason": given.reason, "field": given.field}}, 422)
    page = await story.page(visit, place, Laid(given=given))
    page.status_code = 422
    return page


async def _panel(visit: Visit, place: Place) -> Response:
    shown = await run_in_threadpool(_wire, visit, place)
    values: dict[str, Any] = {**story.common(visit, place), "wire": shown, "given": NOTHING}
    piece = await run_in_threadpool(
        render, "desk/copy.html", visit.language, base=visit.base, csrf=visit.csrf, command=command_id(), **values
    )
    return json({"html": piece})


def _wire(visit: Visit, place: Place) -> wire.Wire:
    identity = visit.request.path_params.get("copy", "")
    if identity:
        return wire.laid_open(visit, place.story, identity)
    return wire.listed(visit, place.story, visit.request.query_params.get("copies", "story"))
