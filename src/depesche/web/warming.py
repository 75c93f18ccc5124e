"""Warming up: what the first key and the first page after a start would wait for is done before anybody asks.

In: a server that is ready. Out: the folds of its running stories in memory, standings that a process that died left
underived, templates compiled, the reader's process. Never: a publish that waits for it; one that comes meanwhile goes
first.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Coroutine

from depesche.aside import Aside
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.journal.views import StoryView
from depesche.render import templates
from depesche.web.desk import strip
from depesche.web.house import House

log = logging.getLogger(__name__)


async def warm(house: House) -> None:
    """Warm up, story by story, those first that changed last; until done or cancelled."""
    for reader in house.plugins.readers:
        if isinstance(reader, Aside):
            await _whole(asyncio.to_thread(reader.begin))
    for number, story in enumerate(await asyncio.to_thread(_running, house)):
        await _whole(asyncio.to_thread(_story, house, story.id, shown=number < views.STORIES))
        await _whole(asyncio.to_thread(templates.ready, story.language))


async def _whole(work: Coroutine[None, None, None]) -> None:
    """Even when cancelled wait for the end of what was begun: the journal is closed after that."""
    call = asyncio.ensure_future(work)
    try:
        await asyncio.shield(call)
    finally:
        await call


def _running(house: House) -> list[StoryView]:
    with house.journal.reading() as connection:
        return [story for story in views.stories(connection) if story.state == "open"]


def _story(house: House, story: str, *, shown: bool) -> None:
    try:
        house.desk.prepare(story)
        if shown:
            with house.journal.showing(story) as connection:
                views.ledger(connection, story)
            with house.journal.reading() as connection:
                strip.prepare(house.journal, connection, story)
        gc.freeze()  # what was made stays, so the collector needn't look at it again
    except JournalError as error:
        log.warning("story %s was not made ready: %s", story, error)
