"""What is done with a post that is out: pin, unpin, retract, undo, expunge; and drafts that are thrown away.

In: small forms. Out: the story's page again, or what was refused beside the form. Correcting is the sheet's affair.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.desk import Done
from depesche.web.desk import post, story
from depesche.web.desk.given import Given, expected, sent_id, settle
from depesche.web.desk.story import Laid, Place
from depesche.web.house import House
from depesche.web.session import json
from depesche.web.visit import Visit, signed_in
from depesche.words.commands import AnyCommand, DropDraft, Expunge, PinPost, RetractPost, UnpinPost


def routes(house: House) -> list[BaseRoute]:
    """A post's page, and one address for each thing that is done with it."""
    base = "/desk/stories/{slug}/posts/{number:int}"
    return [
        Route(base, signed_in(post.show), methods=["GET"]),
        Route(f"{base}/pin", signed_in(pin), methods=["POST"]),
        Route(f"{base}/unpin", signed_in(unpin), methods=["POST"]),
        Route(f"{base}/retract", signed_in(retract), methods=["POST"]),
        Route(f"{base}/expunge", signed_in(expunge), methods=["POST"]),
        Route("/desk/stories/{slug}/drafts/{draft}/drop", signed_in(drop), methods=["POST"]),
    ]


async def pin(visit: Visit) -> Response:
    """Put it on top."""
    return await _simple(visit, PinPost(post.number_of(visit)))


async def unpin(visit: Visit) -> Response:
    """Take it from the top."""
    return await _simple(visit, UnpinPost(post.number_of(visit)))


async def drop(visit: Visit) -> Response:
    """Throw a draft away."""
    return await _simple(visit, DropDraft(visit.request.path_params["draft"]))


async def retract(visit: Visit) -> Response:
    """Take it back: with a note, or as an undo right after it was published."""
    place = await run_in_threadpool(story.find, visit)
    number = post.number_of(visit)
    undo = visit.text("undo") == "1"
    outcome = await visit.house.desk.ask(
        RetractPost(number, visit.text("note"), undo=undo),
        visit.actor,
        story=place.story.id,
        command_id=sent_id(visit),
        expect=expected(visit),
    )
    if undo and isinstance(outcome, Done) and visit.wants_json:
        return json({"done": "undo", "post": number, "seq": outcome.seq})
    here = f"/desk/stories/{place.story.slug}"
    goto = f"{here}?from={number}" if undo else f"{here}#post-{number}"
    return await settle(
        visit,
        outcome,
        goto=goto,
        form=f"retract-{number}",
        names=("note",),
        again=_story_page(visit, place),
        zone=place.story.zone,
    )


async def expunge(visit: Visit) -> Response:
    """Erase it, or one revision of it, for good; then sweep the pictures that nothing uses any more."""
    place = await run_in_threadpool(story.find, visit)
    number, revision = post.number_of(visit), expected(visit, "revision")
    pictures = await run_in_threadpool(visit.house.media.of_post, place.story.id, number)
    outcome = await visit.house.desk.ask(
        Expunge(number, visit.text("reason"), revision),
        visit.actor,
        story=place.story.id,
        command_id=sent_id(visit),
        expect=expected(visit),
    )
    if isinstance(outcome, Done):
        for picture in pictures:
            await run_in_threadpool(visit.house.media.sweep, picture)

    async def again(given: Given) -> Response:
        return await post.page(visit, place, number, Laid(given=given))

    form = f"expunge-{revision}" if revision else "expunge"
    goto = f"/desk/stories/{place.story.slug}/posts/{number}"
    return await settle(visit, outcome, goto=goto, form=form, names=("reason",), again=again, zone=place.story.zone)


async def _simple(visit: Visit, command: AnyCommand) -> Response:
    place = await run_in_threadpool(story.find, visit)
    outcome = await visit.house.desk.ask(
        command, visit.actor, story=place.story.id, command_id=sent_id(visit), expect=expected(visit)
    )
    goto = f"/desk/stories/{place.story.slug}#posts"
    return await settle(visit, outcome, goto=goto, form="posts", again=_story_page(visit, place), zone=place.story.zone)


def _story_page(visit: Visit, place: Place) -> Callable[[Given], Awaitable[Response]]:
    async def again(given: Given) -> Response:
        fresh = await run_in_threadpool(story.find, visit)
        return await story.page(visit, fresh, Laid(given=given, told=given.reason if given.form == "posts" else ""))

    return again
