"""The handover from one shift to the next: what is open, what ages, what flipped, what waits for a second, alarms.

In: a story's ledger. Out: one page to read in a minute, or to print. Nothing on it has to be done.
"""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.journal import views
from depesche.journal.views import ClaimView
from depesche.render import standing
from depesche.render.dates import Clock, clock
from depesche.web.desk import claims, panel, story, strip
from depesche.web.desk.given import SYSTEM, names_of
from depesche.web.desk.sayings import Ground
from depesche.web.desk.story import Place
from depesche.web.house import House
from depesche.web.visit import Visit, signed_in
from depesche.words.book import Turn
from depesche.words.reckoning import chain_of
from depesche.words.standing import aged

SHIFT = 8 * 3_600_000_000
"""A shift in microseconds: what changed since it began is news for the next one."""
LISTED = 60
"""Claims of each part."""


def routes(house: House) -> list[BaseRoute]:
    """The page."""
    return [Route("/desk/stories/{slug}/handover", signed_in(show), methods=["GET"])]


async def show(visit: Visit) -> Response:
    """The page."""
    place = await run_in_threadpool(story.find, visit)
    names = await names_of(visit)
    return visit.page("desk/handover.html", **await run_in_threadpool(_values, visit, place, names))


def _values(visit: Visit, place: Place, names: dict[str, str]) -> dict[str, Any]:
    about, now = place.story, visit.house.desk.clock()
    time, today = clock(visit.language, about.zone), panel.today(visit, about)
    with visit.house.journal.reading() as connection:
        ledger = views.ledger(connection, about.id)
        alarms = views.alarms(connection, about.id)
        strip.prepare(visit.house.journal, connection, about.id)
        with views.open_book(connection, about.id) as (book, house):
            finder = strip.Finder(visit.house.journal, connection, about.id, book, house)
            ground = Ground(book, house, finder, visit.language, about.language, strip=False)
            notes = {number: claims.notes(ground, number, today) for number in ledger.claims}
            waiting = {number for number in ledger.claims if claims.suggested(book, number)}
            held = dict(book.settings)
            proposed = [number for number in book.proposals if number in ledger.claims]
            proposals = [(number, names.get(book.proposals[number].by, SYSTEM)) for number in proposed]
            nameless = [number for number in book.statements if not _named(ground, number)]
    newest = sorted(ledger.claims.values(), key=lambda each: -each.since)

    def items(found: list[ClaimView]) -> list[claims.Item]:
        return [claims.item(each, visit.language, time, notes[each.number]) for each in found[:LISTED]]

    ageing = [each for each in newest if each.standing == "unverifiable"]
    ageing.sort(key=lambda each: (not (each.number in held and aged(held[each.number], today)), each.since))
    return {
        **story.common(visit, place),
        "when": time.full(now),
        "flipped": [_flip(each, visit.language, time, now) for each in newest if _flipped(each, now)][:LISTED],
        "contested": items([each for each in newest if each.standing == "contested"]),
        "open": items([each for each in newest if each.standing in ("open", "one_source") or each.number in waiting]),
        "ageing": items(ageing),
        "proposals": [(claims.item(ledger.claims[n], visit.language, time), who) for n, who in proposals],
        "alarms": [(each.post, time.moment(each.since)) for each in alarms],
        "nameless": len(nameless),
    }


def _named(ground: Ground, number: int) -> bool:
    chain = chain_of(ground.book, number, ground.house)
    return bool((chain.hops and chain.hops[-1]) or chain.jointly)


def _flipped(each: ClaimView, now: int) -> bool:
    """True when it stands elsewhere than when the shift began; one that was only opened since then didn't flip."""
    if each.opened_at >= now - SHIFT and each.standing in ("open", "one_source"):
        return False
    return each.history[-1].at >= now - SHIFT and _before(each, now).standing != each.standing


def _before(each: ClaimView, now: int) -> Turn:
    """How it stood when the shift began, or when it was opened."""
    earlier = [turn for turn in each.history if turn.at < now - SHIFT]
    return earlier[-1] if earlier else each.history[0]


def _flip(each: ClaimView, language: str, time: Clock, now: int) -> dict[str, Any]:
    return {
        "number": each.number,
        "question": each.claim.question,
        "before": standing.label(language, _before(each, now).label),
        "after": standing.label(language, each.label),
        "when": time.moment(each.since),
        "line": each.line,
        "editor": each.history[-1].editor,
    }
