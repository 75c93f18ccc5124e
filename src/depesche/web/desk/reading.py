"""What the wire reader finds in a text that is just being written, and what it fits or contradicts in the story.

In: the sheet as it stands. Out: the text with its statements underlined, who says each of them, at most three earlier
statements beside it. Ticked is only what the reader is sure of. Never: anything recorded before the text is out.
"""

from __future__ import annotations

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.journal.views import StoryView
from depesche.render import sayer, words
from depesche.render.markdown import plain
from depesche.render.post import shortened
from depesche.render.templates import render
from depesche.web.desk import adopt, beside, marks, panel, sheet, story
from depesche.web.desk.sheet import Sheet
from depesche.web.house import House
from depesche.web.session import json, queued
from depesche.web.visit import Visit, signed_in

MOST = 20_000
"""Characters of a text that are read while somebody writes: a post of 3,000 words, some 200 ms."""


def routes(house: House) -> list[BaseRoute]:
    """The reading that is asked for while somebody types."""
    return [Route("/desk/stories/{slug}/reading", signed_in(show), methods=["POST"])]


async def show(visit: Visit) -> Response:
    """The reading of the sheet, as a piece of the page."""
    place = await run_in_threadpool(story.find, visit)
    page = await sheet.sent(visit)
    return json({"html": await queued(visit.request, "reading", of_sheet, visit, place.story, page)})


def of_sheet(visit: Visit, about: StoryView, page: Sheet) -> Markup:
    """Statements of the sheet, "" where nobody says anything. Blocks."""
    text = plain(page.body)[:MOST]
    if not text.strip():
        return Markup("")
    reader = visit.house.plugins.reader()
    language = page.language or about.language
    found = reader.read(text, language=language, published=panel.today(visit, about), title=page.title.strip() or None)
    statements = [each for each in found.statements[: beside.STATEMENTS] if each.spans]
    said = [(adopt.said(text, each.spans), each, adopt.speaker(text, each)) for each in statements]
    fitting = beside.fits(visit, about, said)
    shown = [
        {
            "number": number,
            "who": sayer.label(who),
            "does": words.act(visit.language, statement.act),
            "words": shortened(those, 160),
            "sure": statement.sure,
            "strip": fitting[number],
        }
        for number, (those, statement, who) in enumerate(said)
    ]
    if not shown:
        return Markup("")
    values = {"lines": marks.lines(text, found, most=MOST), "statements": shown, "language": language}
    return render("desk/reading.html", visit.language, base=visit.base, story=about, **values)
