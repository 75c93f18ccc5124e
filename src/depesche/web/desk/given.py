"""What comes back to a form that was not carried out: the reason, the field, and every word as it was typed.

In: a form and an outcome. Out: values for the templates, or a small JSON document for the scripts. Never: a form that
has to be filled in again.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable

from markupsafe import Markup
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from depesche.desk.desk import Conflict, Done, Outcome
from depesche.render.dates import clock
from depesche.render.standing import label
from depesche.render.templates import render
from depesche.web.refusals import Reasoned, field, told
from depesche.web.session import json
from depesche.web.visit import Visit
from depesche.words.changes import (
    AnyChange,
    DraftSaved,
    Entry,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostText,
    PostUnpinned,
    StoryAmended,
    SummarySet,
)
from depesche.words.ledgerchanges import ClaimOpened, FigureAccepted, StandingSet, StatementAmended

SENTENCES: dict[str, str] = {
    "conflict": "{who} changed this at {when}. Look at it, then send again.",
    "pinned": "Post {post} is pinned now.",
    "unpinned": "Nothing is pinned now.",
    "retracted": "The post was retracted.",
    "erased": "It was expunged.",
}
"""What the desk says of somebody else's change (msgids)."""
SYSTEM = "Depesche"
"""The name of an actor who is nobody: the program itself, or an account that is gone."""


class Given(Struct, frozen=True):
    """What was sent and why it wasn't done; `form` names the form, `changed` shows what somebody else did."""

    form: str = ""
    reason: str = ""
    field: str = ""
    values: dict[str, str] = {}
    changed: Markup = Markup("")


NOTHING = Given()


def command_id() -> str:
    """A new id for a command that a form will ask."""
    return str(uuid.uuid4())


def sent_id(visit: Visit, name: str = "command") -> str:
    """The id that the form carries, or a new one where it has none that fits."""
    sent = visit.text(name)
    return sent if is_uuid(sent) else command_id()


def is_uuid(text: str) -> bool:
    """True for a UUID in its usual form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def expected(visit: Visit, name: str = "expect") -> int | None:
    """The seq that the author saw, None when the form has none."""
    sent = visit.text(name)
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else None


def refused(visit: Visit, form: str, refusal: Reasoned, names: tuple[str, ...] = ()) -> Given:
    """A refusal as the form shows it, with the words of the fields `names`."""
    values = {name: visit.text(name) for name in names}
    return Given(form, told(visit.language, refusal), field(refusal), values)


async def names_of(visit: Visit) -> dict[str, str]:
    """What people are called, by the random ids that the journal keeps."""
    accounts = await run_in_threadpool(visit.house.people.accounts)
    return {account.id: account.name for account in accounts}


async def settle(
    visit: Visit,
    outcome: Outcome | Reasoned,
    *,
    goto: str,
    form: str,
    names: tuple[str, ...] = (),
    again: Callable[[Given], Awaitable[Response]],
    zone: str = "UTC",
) -> Response:
    """The answer to a plain form: on with `goto`, or the page `again` with what was refused."""
    if isinstance(outcome, Done):
        return json({"goto": visit.base + goto, "seq": outcome.seq}) if visit.wants_json else visit.goto(goto)
    if isinstance(outcome, Conflict):
        return await _changed(visit, outcome, form, names, again, zone)
    given = refused(visit, form, outcome, names)
    if visit.wants_json:
        return json({"refused": {"code": outcome.code, "reason": given.reason, "field": given.field}}, 422)
    page = await again(given)
    page.status_code = 422
    return page


async def _changed(
    visit: Visit,
    conflict: Conflict,
    form: str,
    names: tuple[str, ...],
    again: Callable[[Given], Awaitable[Response]],
    zone: str,
) -> Response:
    changed = await changes_shown(visit, conflict, zone)
    if visit.wants_json:
        return json({"conflict": {"html": changed, "expect": conflict.entries[-1].seq}}, 409)
    values = {name: visit.text(name) for name in names}
    page = await again(Given(form, values=values, changed=changed))
    page.status_code = 409
    return page


async def changes_shown(visit: Visit, conflict: Conflict, zone: str) -> Markup:
    """What somebody else made of the object, as a piece of a page."""
    last = conflict.entries[-1]
    who, when = await author(visit, last, zone)
    said = visit.say(SENTENCES["conflict"], who=who, when=when)
    lines = described(visit, last.change)
    return render("desk/changed.html", visit.language, base=visit.base, said=said, lines=lines)


async def author(visit: Visit, entry: Entry, zone: str) -> tuple[str, str]:
    """Who made this entry, and the time of day in the story's zone."""
    names = await names_of(visit)
    return names.get(entry.actor, SYSTEM), clock(visit.language, zone).time(entry.at)


def described(visit: Visit, change: AnyChange | None) -> list[str]:
    """What the object is now, in a few lines."""
    match change:
        case None:
            return [visit.say(SENTENCES["erased"])]
        case PostPublished() | PostCorrected() | DraftSaved():
            return _words(change.text)
        case PostRetracted():
            return [visit.say(SENTENCES["retracted"]), change.note]
        case SummarySet():
            return [f"{line.text} ({', '.join(map(str, line.posts))})" for line in change.lines]
        case StoryAmended():
            return [change.title, f"/{change.slug}", change.lead]
        case PostUnpinned():
            return [visit.say(SENTENCES["unpinned"])]
        case PostPinned():
            return [visit.say(SENTENCES["pinned"], post=change.post)]
        case ClaimOpened():
            return [change.claim.question]
        case StandingSet():
            return [label(visit.language, change.standing), change.line, change.evidence]
        case FigureAccepted():
            return [" · ".join(part for part in (change.measure, change.population, change.place) if part)]
        case StatementAmended():
            return [" ← ".join(change.chain.hops) if change.chain else ""]
        case _:
            return []


def _words(text: PostText) -> list[str]:
    return [line for line in (text.title, *text.body.split("\n")) if line.strip()]
