"""The page "everything X said about Y", and the same as CSV and JSON-LD.

In: a question in the address. Out: a page of the first rows; exports that are bounded and written as they are found.
Never: a cell that a spreadsheet takes for a formula, a "<" that could end a script in which the JSON-LD is put.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from itertools import chain as joined
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from depesche.journal import views
from depesche.render.dates import clock
from depesche.web.api.telling import root
from depesche.web.desk import found, sayings
from depesche.web.desk.found import Question, Row
from depesche.web.house import House
from depesche.web.visit import Visit, signed_in
from depesche.words.book import Book

SHOWN, EXPORTED = 100, 10_000
"""Rows of the page, and of an export: what somebody reads, and what a spreadsheet opens at once."""
NAMES = 500
"""Names of the house that are offered."""
HEAD = (
    "story", "post", "statement", "who", "through", "act", "said", "recorded", "words", "figures", "claims", "url",
    "taken_back", "alarm",
    "stances",
)  # fmt: skip
"""Columns of the CSV; they never change their order, new ones come last."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""


def routes(house: House) -> list[BaseRoute]:
    """The page and its two exports."""
    return [
        Route("/desk/search", signed_in(show), methods=["GET"]),
        Route("/desk/search.csv", signed_in(as_csv), methods=["GET"]),
        Route("/desk/search.json", signed_in(as_json), methods=["GET"]),
    ]


async def show(visit: Visit) -> Response:
    """The form, and what was found."""
    return visit.page("desk/search.html", **await run_in_threadpool(_values, visit))


async def as_csv(visit: Visit) -> Response:
    """RFC 4180 with a byte order mark, which spreadsheets need to read UTF-8."""
    lines = _csv(visit, question(visit))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=_saved("csv"))


async def as_json(visit: Visit) -> Response:
    """schema.org: a graph of Quotation, each about the Claims that it answers."""
    return StreamingResponse(_json(visit, question(visit)), media_type="application/ld+json", headers=_saved("json"))


def question(visit: Visit) -> Question:
    """What the address asks; a field that can't be read asks nothing."""
    query = visit.request.query_params

    def text(name: str) -> str:
        return " ".join(query.get(name, "").split())[:200]

    def day(name: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text(name))
        except ValueError:
            return None

    claim = text("claim").partition(" ")[0]
    number = int(claim) if claim.isascii() and claim.isdigit() and len(claim) < 10 else 0
    return Question(text("who"), text("words"), number, text("measure"), text("story"), day("first"), day("last"))


def cell(text: str) -> str:
    """The text as a spreadsheet shows it and never calculates it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _values(visit: Visit) -> dict[str, Any]:
    asked = question(visit)
    rows = list(found.rows(visit.house.journal, asked, visit.language, SHOWN + 1))
    with visit.house.journal.reading() as connection:
        stories = views.stories(connection, desk=True)
        house = views.house(connection)
    names = {name for party in house.parties.values() for name in party.names.values()}
    names |= {outlet.name for outlet in house.outlets.values()}
    shown = [(row, clock(visit.language, row.story.zone).stamp(row.at)) for row in rows[:SHOWN]]
    return {
        "asked": asked,
        "rows": shown,
        "more": len(rows) > SHOWN,
        "stories": sorted(stories, key=lambda each: -each.changed_at),
        "names": sorted(names - {""})[:NAMES],
        "measures": sayings.measure_names(Book(), visit.language),
        "query": visit.request.url.query,
    }


def _csv(visit: Visit, asked: Question) -> Iterator[str]:
    yield "\ufeff" + _line(HEAD)
    for row in found.rows(visit.house.journal, asked, visit.language, EXPORTED):
        yield _line(
            (
                row.story.slug,
                str(row.post),
                str(row.number),
                row.who,
                " ← ".join(row.through),
                row.act,
                row.said.isoformat() if row.said else "",
                clock(visit.language, row.story.zone).iso(row.at),
                row.words,
                "; ".join(row.figures),
                "; ".join(f"{each.number}: {each.question} ({each.label})" for each in row.claims),
                _address(visit, row),
                visit.say("taken back") if row.taken_back else "",
                "; ".join(each.told for each in row.flags),
                "; ".join(f"{each.number}: {each.stance}" for each in row.claims),
            )
        )


def _line(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([cell(each) for each in cells])
    return line.getvalue()


def _json(visit: Visit, asked: Question) -> Iterator[str]:
    yield '{"@context":"https://schema.org","@graph":['
    gaps = joined(("\n",), iter(lambda: ",\n", ""))
    for row in found.rows(visit.house.journal, asked, visit.language, EXPORTED):
        yield next(gaps) + msgspec.json.encode(_quotation(visit, row)).decode().replace("<", "\\u003c")
    yield "\n]}\n"


def _quotation(visit: Visit, row: Row) -> dict[str, Any]:
    story = f"{root(visit.request)}/{row.story.slug}"
    makers = [{"@type": each.kind, "name": each.name} for each in row.makers]
    made: dict[str, Any] = {
        "@type": "Quotation",
        "@id": f"{_address(visit, row)}#statement-{row.number}",
        "text": row.words,
        "creator": makers if len(makers) > 1 else next(iter(makers), None),
        "dateCreated": row.said.isoformat() if row.said else None,
        "datePublished": clock(row.story.language, row.story.zone).iso(row.at),
        "inLanguage": row.story.language,
        "creativeWorkStatus": [
            *([visit.say("taken back")] if row.taken_back else []),
            *(each.told for each in row.flags),
        ],
        "isPartOf": {"@type": "BlogPosting", "url": _address(visit, row)},
        "about": [{"@type": "Claim", "@id": f"{story}/c/{each.number}", "name": each.question} for each in row.claims],
    }
    return {name: value for name, value in made.items() if value}


def _address(visit: Visit, row: Row) -> str:
    return f"{root(visit.request)}/{row.story.slug}/p/{row.post}"


def _saved(kind: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="statements.{kind}"', "cache-control": "no-store"}
