"""An alarm dismissed with a reason, and that taken back; correcting and retracting its post are the sheet's affair.

In: small forms. Out: the page that they were sent from, or what was refused beside the form.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.web.desk import post, story
from depesche.web.desk.flags import anchor
from depesche.web.desk.given import Given, expected, sent_id, settle
from depesche.web.desk.story import Laid
from depesche.web.house import House
from depesche.web.visit import Visit, signed_in
from depesche.words.commands import DismissAlarm, ReopenAlarm


def routes(house: House) -> list[BaseRoute]:
    """Dismissing an alarm, and taking that back."""
    base = "/desk/stories/{slug}/posts/{number:int}/alarms/{copy}"
    return [
        Route(f"{base}/dismiss", signed_in(dismiss), methods=["POST"]),
        Route(f"{base}/reopen", signed_in(reopen), methods=["POST"]),
    ]


async def dismiss(visit: Visit) -> Response:
    """Leave the post as it is, with a reason."""
    number = post.number_of(visit)
    command = DismissAlarm(number, visit.request.path_params["copy"], visit.text("reason"))
    return await _settle(visit, command, number)


async def reopen(visit: Visit) -> Response:
    """It was a mistake."""
    number = post.number_of(visit)
    return await _settle(visit, ReopenAlarm(number, visit.request.path_params["copy"]), number)


async def _settle(visit: Visit, command: DismissAlarm | ReopenAlarm, number: int) -> Response:
    place = await run_in_threadpool(story.find, visit)
    outcome = await visit.house.desk.ask(
        command, visit.actor, story=place.story.id, command_id=sent_id(visit), expect=expected(visit)
    )
    on_post = visit.text("from") == "post"
    here = f"/desk/stories/{place.story.slug}"

    async def again(given: Given) -> Response:
        fresh = await run_in_threadpool(story.find, visit)
        if on_post:
            return await post.page(visit, fresh, number, Laid(given=given))
        return await story.page(visit, fresh, Laid(given=given))

    return await settle(
        visit,
        outcome,
        goto=f"{here}/posts/{number}" if on_post else f"{here}#alarms",
        form=anchor(command.post, command.copy),
        names=("reason",),
        again=again,
        zone=place.story.zone,
    )
