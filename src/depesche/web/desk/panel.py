"""The panel "Claims" beside the sheet: the newest statements, the claims, or one claim laid open, as values.

In: a story and what is asked for. Out: Panel for the template. Never: a list without a bound.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from depesche.journal import views
from depesche.journal.views import StatementView, StoryView
from depesche.render import claims as readers
from depesche.render import standing
from depesche.render.dates import clock
from depesche.render.site import frame
from depesche.web.desk import claims, flags, line, sayings, strip
from depesche.web.desk.claims import Item, Opened
from depesche.web.desk.given import command_id
from depesche.web.desk.sayings import Ground, Saying
from depesche.web.desk.strip import Precision
from depesche.web.visit import Visit
from depesche.words.book import Book
from depesche.words.reckoning import House

LISTED = 12
"""Statements in the panel: as many as somebody goes through in a pause."""
CLAIMS = 200
"""Claims in the list."""
NAMES = 300
"""Names offered for a missing speaker."""


class Panel(Struct, frozen=True):
    """What the panel shows: `tab` is "statements", "claims" or "claim"."""

    tab: str
    count: int
    claims: list[Item] = []
    sayings: list[Saying] = []
    post: int = 0
    older: int = 0
    open: Opened | None = None
    precision: Precision = Precision(0, 0, on=True)
    names: list[str] = []
    measures: list[tuple[str, str]] = []
    questions: list[tuple[int, str]] = []


def panel(visit: Visit, about: StoryView, names: dict[str, str], asked: tuple[str, int]) -> Panel:
    """The panel as it is asked for: (what, number). Blocks; raises HTTPException 404 for a claim that isn't there."""
    tab, number = asked
    with visit.house.journal.reading() as connection:
        ledger = views.ledger(connection, about.id)
        strip.prepare(visit.house.journal, connection, about.id)
        with views.open_book(connection, about.id) as (book, house):
            finder = strip.Finder(visit.house.journal, connection, about.id, book, house)
            precise = strip.precision(book)
            ground = Ground(book, house, finder, visit.language, about.language, precise.on)
            ground = replace(ground, flags=flags.flags(connection, about.id, book, visit.language))
            common: dict[str, Any] = {
                "count": len(ledger.claims),
                "precision": precise,
                "measures": sayings.measure_names(book, visit.language),
                "questions": [(n, each.claim.question) for n, each in reversed(ledger.claims.items())][:CLAIMS],
                "names": [],
            }
            time = clock(visit.language, about.zone)
            now = today(visit, about)
            if tab == "claim":
                number = ledger.merged.get(number, number)
                if number not in ledger.claims:
                    raise HTTPException(404)
                common["names"] = _names(house, finder, visit.language)
                return Panel("claim", open=_opened(visit, about, connection, ground, number, names, now), **common)
            if tab == "claims":
                newest = sorted(ledger.claims.values(), key=lambda each: -each.since)[:CLAIMS]
                items = [
                    claims.item(each, visit.language, time, claims.notes(ground, each.number, now)) for each in newest
                ]
                return Panel("claims", claims=items, **common)
            common["names"] = _names(house, finder, visit.language)
            kept = _number(visit.request.query_params.get("keep", ""))
            found, older = _newest(connection, about, book, number, kept)
            made = [sayings.saying(ground, each) for each in found]
            return Panel("statements", sayings=made, post=number, older=older, **common)


def _opened(
    visit: Visit,
    about: StoryView,
    connection: Connection,
    ground: Ground,
    number: int,
    names: dict[str, str],
    now: dt.date,
) -> claims.Opened:
    ledger = views.ledger(connection, about.id)
    desk = views.claim_for_desk(connection, about.id, number)
    if desk is None:
        raise HTTPException(404)
    view = ledger.claims[number]
    wanted = {each.statement for each in view.links}
    wanted |= {n for hint in desk.hints for n in hint.statements} | {r[0] for f in desk.suggested for r in f.refs}
    statements = views.some_statements(connection, about.id, wanted, desk=True)
    return claims.opened(ground, about, view, ledger, desk, statements, names, now)


def _newest(
    connection: Connection, about: StoryView, book: Book, below: int, kept: int
) -> tuple[list[StatementView], int]:
    """The newest statements that readers see, or those below a number; and the one that somebody's cursor is on."""
    seen = sorted((n for n in book.statements if not below or n < below), reverse=True)
    listed = seen[:LISTED]
    if kept in book.statements and kept < listed[-1]:
        listed.append(kept)
    found = views.some_statements(connection, about.id, listed, desk=True)
    older = seen[LISTED - 1] if len(seen) > LISTED else 0
    return [found[n] for n in listed if n in found], older


def _names(house: House, finder: strip.Finder, language: str) -> list[str]:
    """The house's parties and outlets, then whom the story's statements name."""
    parties = [name for party in house.parties.values() for name in party.names.values()]
    outlets = [outlet.name for outlet in house.outlets.values() if outlet.name]
    return list(dict.fromkeys((*sorted(parties), *sorted(outlets), *finder.speakers())))[:NAMES]


def settable(visit: Visit) -> list[tuple[str, str, str]]:
    """The standings that an editor may say: key of the ledger, label, key on the keyboard."""
    return [(key, standing.label(visit.language, key), letter) for key, letter in claims.SETTABLE]


def asked_for(visit: Visit, number: int) -> tuple[str, int]:
    """What is asked for: a claim, or a list, statements from below a number on."""
    query = visit.request.query_params
    if number:
        return "claim", number
    return query.get("tab", "statements"), _number(query.get("below", ""))


def _number(text: str) -> int:
    """A number out of an address, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def laid(visit: Visit, about: StoryView, names: dict[str, str]) -> dict[str, Any]:
    """The panel for the story's page. Blocks."""
    query = visit.request.query_params
    asked = asked_for(visit, _number(query.get("claim", "")))
    if query.get("claims"):
        asked = (query["claims"], asked[1])
    return {
        "ledger": panel(visit, about, names, asked),
        "new_id": command_id,
        "settable": settable(visit),
        "today": today(visit, about).isoformat(),
    }


def line_of(visit: Visit, about: StoryView, number: str, language: str) -> str:
    """The standing line of a claim in this language, "" for a claim or a language that there isn't. Blocks."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    with visit.house.journal.reading() as connection:
        ledger = views.ledger(connection, about.id)
        view = ledger.claims.get(int(number))
        if view is None:
            return ""
        statements = views.some_statements(connection, about.id, readers.needed(view, whole=True))
    return line.both(readers.dossier(ledger, view, statements, whole=True), frame(about)).get(language, "")


def today(visit: Visit, about: StoryView) -> dt.date:
    return dt.datetime.fromtimestamp(visit.house.desk.clock() / 1e6, tz=zoneinfo.ZoneInfo(about.zone)).date()
