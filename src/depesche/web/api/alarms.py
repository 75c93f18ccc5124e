"""Alarms for programs: which posts came from copy that a wire corrected or killed, and dismissing one.

In: an Asked. Out: answers. With a token only: what a post came from is nobody else's affair. An alarm is answered by
correcting or retracting its post.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from depesche.journal import views
from depesche.journal.views import AlarmView
from depesche.web.api import forms, telling
from depesche.web.api.endpoints import Asked
from depesche.web.problems import Problem
from depesche.words.commands import DismissAlarm, ReopenAlarm

STATES = ("open", "dismissed", "answered")


async def list_alarms(asked: Asked) -> Response:
    """The alarms of a story in one `state`: open (which is what is meant without it), dismissed or answered."""
    state = asked.request.query_params.get("state", "open")
    if state not in STATES:
        raise Problem(400, "query_invalid", "state takes open, dismissed or answered.")
    about = await asked.story()

    def read() -> list[AlarmView]:
        with asked.house.journal.reading() as connection:
            return views.alarms(connection, about.id, state=state)

    found = await run_in_threadpool(read)
    return telling.answer(forms.AlarmsAnswer(alarms=tuple(_told(each) for each in found)))


async def dismiss(asked: Asked) -> Response:
    """Leave a post as it is, for a reason."""
    said = await asked.body(forms.Dismissal)
    return await asked.ask_here(DismissAlarm(asked.post, asked.request.path_params["copy"], said.reason))


async def reopen(asked: Asked) -> Response:
    """Take back that an alarm was dismissed."""
    return await asked.ask_here(ReopenAlarm(asked.post, asked.request.path_params["copy"]))


def _told(view: AlarmView) -> forms.AlarmAnswer:
    return forms.AlarmAnswer(
        post=view.post,
        copy=view.copy,
        used=view.used,
        version=view.version,
        state=view.state,
        since=telling.moment(view.since),
        seq=view.seq,
        killed=view.killed,
        how=view.how,
        statements=view.statements,
        reason=view.reason,
    )
