"""The panel "Claims" beside the sheet: the newest statements, the claims, one claim laid open; and what keys do there.

In: a story's address, forms of asked.py. Out: the panel as a piece of the page, and after each key only what changed,
with the way back. Never: a dialog, a mandatory field, anything that publishing waits for.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.desk import Done, Outcome
from depesche.journal import views
from depesche.journal.views import LedgerView
from depesche.render.templates import render
from depesche.web.desk import claims, flags, panel, sayings, story, strip, told, undo
from depesche.web.desk.asked import Form, Unfit, commands
from depesche.web.desk.given import NOTHING, Given, command_id, expected, names_of, sent_id, settle
from depesche.web.desk.sayings import Ground
from depesche.web.desk.story import Laid, Place
from depesche.web.house import House
from depesche.web.refusals import Reasoned
from depesche.web.session import json
from depesche.web.visit import Visit, signed_in
from depesche.words.changes import EntriesErased, Entry
from depesche.words.ledgerchanges import ClaimOpened
from depesche.words.ledgercommands import HouseCommand, LedgerCommand, ProposeRefuted, SetStanding


def routes(house: House) -> list[BaseRoute]:
    """The panel and its pieces, and the one address of all its keys."""
    base = "/desk/stories/{slug}"

    def forget(done: Done) -> None:
        if any(isinstance(entry.change, EntriesErased) for entry in done.entries):
            strip.forget(house.journal, done.story)

    house.desk.after.append(forget)
    return [
        Route(f"{base}/claims", signed_in(show), methods=["GET"]),
        Route(f"{base}/claims/{{claim:int}}", signed_in(show), methods=["GET"]),
        Route(f"{base}/ledger", signed_in(act, least="editor"), methods=["POST"]),
    ]


async def show(visit: Visit) -> Response:
    """The panel: as a piece for the script, else the story's page with it."""
    place = await run_in_threadpool(story.find, visit)
    number = int(visit.request.path_params.get("claim", 0))
    if not visit.wants_json:
        query = f"claim={number}" if number else f"claims={visit.request.query_params.get('tab', 'claims')[:20]}"
        return visit.goto(f"/desk/stories/{place.story.slug}?{query}#claims")
    names = await names_of(visit)
    shown = await run_in_threadpool(panel.panel, visit, place.story, names, panel.asked_for(visit, number))
    return json({"html": await run_in_threadpool(_rendered, visit, place, shown)})


async def act(visit: Visit) -> Response:
    """Do what a key or a form says."""
    place = await run_in_threadpool(story.find, visit)
    form = visit.text("form")[:60]
    asked = await run_in_threadpool(_parse, visit, place)
    outcome: Outcome | Reasoned
    if isinstance(asked, Unfit):
        return await _answer(visit, place, asked.amiss, form)
    todo, backs = asked
    entries: list[Entry] = []
    back: list[LedgerCommand] = []
    identity = sent_id(visit)
    for index, command in enumerate(todo):
        number = identity if index == 0 else str(uuid.uuid5(uuid.UUID(identity), str(index)))
        seen = None if isinstance(command, HouseCommand) else expected(visit)
        outcome = await visit.house.desk.ask(command, visit.actor, story=place.story.id, command_id=number, expect=seen)
        if not isinstance(outcome, Done):
            break
        entries += outcome.entries
        way = None if outcome.repeated else backs[index] or undo.made(outcome.entries)
        back = [way, *back] if way is not None else back
    return await _answer(visit, place, outcome, form, entries, todo, back)


def _parse(visit: Visit, place: Place) -> tuple[list[LedgerCommand], list[LedgerCommand | None]] | Unfit:
    """The commands with their ways back, as the book stands now."""
    with visit.house.journal.reading() as connection:
        ledger = views.ledger(connection, place.story.id)
        with views.open_book(connection, place.story.id) as (book, house):
            form = Form(visit, book, house, place.story.language)
            try:
                todo = commands(form)
            except Unfit as unfit:
                return unfit
            todo = [_reasoned(visit, place, ledger, each) for each in todo]
            return todo, [undo.inverse(book, each) for each in todo]


def _reasoned(visit: Visit, place: Place, ledger: LedgerView, command: LedgerCommand) -> LedgerCommand:
    """Two keys set a standing: the reason is then what the statements say, and a check was made today."""
    if not isinstance(command, SetStanding | ProposeRefuted):
        return command
    view = ledger.claims.get(command.claim)
    if view is not None and not command.reason.strip():
        command = replace(command, reason=claims.reason_of(visit.language, view))
    if isinstance(command, SetStanding) and command.standing == "unverifiable" and command.on is None:
        command = replace(command, on=panel.today(visit, place.story))
    return command


async def _answer(
    visit: Visit,
    place: Place,
    outcome: Outcome | Reasoned,
    form: str,
    entries: Sequence[Entry] = (),
    did: Sequence[LedgerCommand] = (),
    back: Sequence[LedgerCommand] = (),
) -> Response:
    here = f"/desk/stories/{place.story.slug}"
    opened = next((each.change.claim.number for each in entries if type(each.change) is ClaimOpened), 0)
    if isinstance(outcome, Done) and visit.wants_json:
        return json(await _pieces(visit, outcome, opened, did, back))

    async def again(given: Given) -> Response:
        fresh = await run_in_threadpool(story.find, visit)
        return await story.page(visit, fresh, Laid(given=given))

    return await settle(
        visit,
        outcome,
        goto=f"{here}?{_query(visit.text('view'))}",
        form=form,
        names=tuple(name for name in visit.form if name not in ("csrf", "command")),
        again=again,
        zone=place.story.zone,
    )


def _query(view: str) -> str:
    """The address of what the form was pressed in: a claim, a statement with those below it, a list."""
    kind, _, number = view.partition(":")
    if number.isascii() and number.isdigit() and len(number) < 10:
        if kind == "claim":
            return f"claim={number}#claims"
        return f"claims=statements&below={int(number) + 1}#saying-{number}"
    return f"claims={'claims' if kind == 'claims' else 'statements'}#claims"


async def _pieces(
    visit: Visit, done: Done, opened: int, did: Sequence[LedgerCommand], back: Sequence[LedgerCommand]
) -> dict[str, Any]:
    """What changed on the page, what was done, and the way back."""
    place = await run_in_threadpool(story.find, visit)
    names = await names_of(visit)
    kind, _, number = visit.text("view").partition(":")
    which = int(number) if number.isdecimal() and len(number) < 10 else 0
    pieces = await run_in_threadpool(_piece, visit, place, names, kind, which)
    said = visit.say("Claim {number} is open.", number=opened) if opened else ""
    return {
        "seq": place.seq,
        "told": said or await run_in_threadpool(_told, visit, place, did) or visit.say("Done."),
        "claim": opened,
        "undo": sayings.encoded(back) if back else "",
        **pieces,
    }


def _told(visit: Visit, place: Place, did: Sequence[LedgerCommand]) -> str:
    with visit.house.journal.reading() as c, views.open_book(c, place.story.id) as (book, house):
        return told.done(c, place.story.id, book, house, did, visit.language)


def _piece(visit: Visit, place: Place, names: dict[str, str], kind: str, number: int) -> dict[str, Any]:
    if kind == "saying":
        one = _one(visit, place, number)
        return {"piece": f"saying-{number}", "html": one}
    if kind == "claim":
        try:
            shown = panel.panel(visit, place.story, names, ("claim", number))
        except HTTPException:  # it was dropped, or merged
            shown = panel.panel(visit, place.story, names, ("claims", 0))
    else:
        shown = panel.panel(visit, place.story, names, (kind if kind in ("statements", "claims") else "claims", number))
    return {"piece": "claims", "html": _rendered(visit, place, shown)}


def _one(visit: Visit, place: Place, number: int) -> str:
    """One statement, made anew."""
    about = place.story
    with visit.house.journal.reading() as connection, views.open_book(connection, about.id) as (book, house):
        finder = strip.Finder(visit.house.journal, connection, about.id, book, house)
        ground = Ground(book, house, finder, visit.language, about.language, strip.precision(book).on)
        ground = replace(ground, flags=flags.flags(connection, about.id, book, visit.language))
        view = views.statement(connection, about.id, number, desk=True)
        if view is None or number not in book.statements:
            return ""
        made = sayings.saying(ground, view)
    return render("desk/onesaying.html", visit.language, each=made, **_common(visit, place))


def _rendered(visit: Visit, place: Place, shown: panel.Panel) -> str:
    return render("desk/claims.html", visit.language, ledger=shown, **_common(visit, place))


def _common(visit: Visit, place: Place) -> dict[str, Any]:
    return {
        **story.common(visit, place),
        "base": visit.base,
        "csrf": visit.csrf,
        "given": NOTHING,
        "new_id": command_id,
        "actor": visit.actor,
        "settable": panel.settable(visit),
        "today": panel.today(visit, place.story).isoformat(),
    }
