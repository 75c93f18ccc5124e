"""What another process erased leaves this one's memory, too.

In: bells, and the entries that they tell of. Out: nothing that was rendered or compared stays in memory once an
erasure is among them. Never: a wait for whoever rang.
"""

from __future__ import annotations

import asyncio
import logging

from depesche.bus.base import Bell
from depesche.desk.desk import Done
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.web import caching
from depesche.web.desk import strip
from depesche.web.house import House

log = logging.getLogger(__name__)

BEFORE = 50
"""Entries before a story's first bell that are looked at: a bell may stand for some that were lost."""
MOST = 500
PAUSE = 0.03
"""Seconds after a bell: the frame that it rang for goes to its readers first. What lay ready went with the bell."""
ERASED = "EntriesErased"


async def forget_erased(house: House) -> None:
    """Forget what others erase, until cancelled. What this process's desk erases is forgotten at once, by itself."""
    waiting: dict[str, int] = {}
    seen: dict[str, int] = {}
    rung = asyncio.Event()

    def hear(bell: Bell) -> None:
        if bell.seq <= seen.get(bell.story, 0):  # our own: no need to wake for it
            return
        waiting[bell.story] = max(bell.seq, waiting.get(bell.story, 0))
        rung.set()

    def note(done: Done) -> None:
        """Written here, right behind what was looked at: there is no need to read it again."""
        if done.entries and seen.get(done.story) == done.entries[0].seq - 1:
            seen[done.story] = done.entries[-1].seq

    stop = house.bus.listen(hear)
    house.desk.after.append(note)
    try:
        while await rung.wait():
            await asyncio.sleep(PAUSE)
            rung.clear()
            while waiting:
                story, seq = waiting.popitem()
                after = seen.get(story, max(0, seq - BEFORE))
                if after >= seq:
                    continue
                seen[story], more = await _look(house, story, after)
                if more:
                    waiting.setdefault(story, seq)
    finally:
        house.desk.after.remove(note)
        stop()


async def _look(house: House, story: str, after: int) -> tuple[int, bool]:
    """Look for erasures behind an entry; gives how far that went, and whether a burst left more to look at."""
    try:
        entries = await asyncio.to_thread(house.journal.entries, story, after, MOST)
    except JournalError as error:  # to be on the safe side, which costs a rendering
        log.warning("what was written could not be looked at: %s", error)
        _forget(house, story)
        return after, False
    if any(entry.kind == ERASED for entry in entries):
        _forget(house, story)
    return entries[-1].seq if entries else after, len(entries) == MOST


def _forget(house: House, story: str) -> None:
    caching.forget()
    views.forget_ledgers()
    strip.forget(house.journal, story)
