"""The panel of copy: the list, and one copy laid open beside the draft.

In: copy from the journal, and what the reader found in it. Out: values for the template. Each statement comes with the
words that one key puts on the sheet.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection
from starlette.exceptions import HTTPException

from depesche.journal import views
from depesche.journal.views import CopyView, StoryView
from depesche.reading.lines import dateline
from depesche.render import counted, sayer, words
from depesche.render.dates import clock
from depesche.render.i18n import translator
from depesche.render.post import shortened
from depesche.web.desk import adopt, beside, marks
from depesche.web.visit import Visit
from depesche.words.copy import Copy, Interval, Reading

LISTED = 40
"""Copies in the list."""
MOST_STATEMENTS = 200
"""Statements at the side of one copy: the seed of 2,900 characters has 26."""
TITLE = 90
"""Characters of a copy's title where it has none of its own."""


class Opened(Struct, frozen=True):
    """A copy laid open; `taken`: this story uses it."""

    copy: Copy
    taken: bool
    title: str
    when: str
    language: str
    lines: list[list[marks.Piece]]
    cut: bool
    statements: list[dict[str, Any]]
    notes: list[str]
    pattern: str


class Listed(Struct, frozen=True):
    """A copy in the list; `taken`: this story uses it."""

    copy: Copy
    title: str
    when: str
    taken: bool


class Wire(Struct, frozen=True):
    """The panel: `which` copies are listed ("story" or "all"), or the one that is open."""

    which: str
    items: list[Listed] = []
    open: Opened | None = None


def listed(visit: Visit, story: StoryView, which: str) -> Wire:
    """The newest copies. Blocks."""
    own = which != "all"
    with visit.house.journal.reading() as connection:
        found = views.copies(connection, story=story.id if own else None, limit=LISTED)
        items = [_item(visit, story, each, headline(connection, each.copy)) for each in found]
    return Wire("story" if own else "all", items)


def laid_open(visit: Visit, story: StoryView, identity: str, version: int | None = None) -> Wire:
    """One copy with its statements. Blocks; raises HTTPException 404."""
    with visit.house.journal.reading() as connection:
        view = views.copy(connection, identity, version)
    if view is None:
        raise HTTPException(404)
    return Wire("story", open=opened(visit, story, view))


def opened(visit: Visit, story: StoryView, view: CopyView) -> Opened:
    """The copy with its statements, read from the cache or now. Blocks."""
    copy = view.copy
    with visit.house.journal.reading() as connection:
        named = headline(connection, copy)
    reading = visit.house.intake.reading(copy)
    statements = [
        told(visit, story, copy, reading, number)
        for number, statement in enumerate(reading.statements[:MOST_STATEMENTS])
        if statement.spans[0][0] < marks.MOST
    ]
    read = [reading.statements[each["number"]] for each in statements]
    said = [(adopt.said(copy.text, each.spans), each, adopt.speaker(copy.text, each)) for each in read]
    for each, earlier in zip(statements, beside.fits(visit, story, said), strict=True):
        each["strip"] = earlier
    return Opened(
        copy=copy,
        taken=story.id in view.taken_by,
        title=named,
        when=_when(visit, story, view),
        language=copy.language or reading.language or story.language,
        lines=marks.lines(copy.text, reading),
        cut=len(copy.text) > marks.MOST,
        statements=statements,
        notes=list(copy.notes),
        pattern=translator(story.language).gettext("“%(words)s”") % {"words": "{words}"},
    )


def told(visit: Visit, story: StoryView, copy: Copy, reading: Reading, number: int) -> dict[str, Any]:
    """A statement as it stands at the side of its copy."""
    statement = reading.statements[number]
    name = adopt.speaker(copy.text, statement)
    mention = adopt.said(copy.text, statement.speaker)
    via = adopt.through(statement, name)
    return {
        "number": number,
        "speaker": sayer.label(name) or visit.say("[who says this?]"),
        "mention": mention if mention != name else "",
        "act": words.act(visit.language, statement.act),
        "words": shortened(adopt.said(copy.text, statement.spans), 240),
        "chain": f"{visit.say('through')} {via}" if via else "",
        "figures": [figure.words for figure in statement.figures],
        "said": _interval(statement.said, visit.language),
        "sure": statement.sure,
        "form": statement.form,
        "passage": adopt.passage(copy, reading, number, story.language),
    }


def title(copy: Copy) -> str:
    """The title of a copy, or the beginning of its first line, without the dateline."""
    first = copy.text[: TITLE * 4].strip().partition("\n")[0]
    first = first[dateline(first, 0, len(first)) :].strip()
    return copy.title.strip() or shortened(first, TITLE) or copy.id


def headline(c: Connection, copy: Copy) -> str:
    """The title of a copy as the desk knows it: a kill, which often has no words, keeps that of what it takes back."""
    older = [each.copy for each in views.versions(c, copy.id)] if copy.canceled else []
    known = [each for each in older if each.version < copy.version and not each.canceled]
    return title(known[-1] if known else copy)


def _interval(interval: Interval | None, language: str) -> str:
    if interval is None:
        return ""
    days = counted.days(interval.first, interval.last, language)
    return f"{interval.words} ({days})" if days else interval.words


def _item(visit: Visit, story: StoryView, view: CopyView, title: str) -> Listed:
    return Listed(view.copy, title, _when(visit, story, view), story.id in view.taken_by)


def _when(visit: Visit, story: StoryView, view: CopyView) -> str:
    """When it was published where it comes from, else when it came in."""
    at = view.at if view.copy.published is None else view.copy.published
    time = clock(visit.language, story.zone)
    return f"{time.day(at)}, {time.time(at)}"
