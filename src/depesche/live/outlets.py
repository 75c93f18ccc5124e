"""Outlets are told of changes: one task each, so that a slow one keeps neither readers nor the others waiting.

In: bells. Out: calls of `told` with the newest edition of each story; editions in between may be left out. Never: an
outlet's error anywhere but in the log.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from depesche.bus.base import Bell, Bus
from depesche.plugins import Outlet

log = logging.getLogger(__name__)


async def tell(bus: Bus, outlets: Sequence[Outlet]) -> None:
    """Tell all outlets of all changes, until cancelled."""
    async with asyncio.TaskGroup() as group:
        for outlet in outlets:
            group.create_task(_serve(bus, outlet))


async def _serve(bus: Bus, outlet: Outlet) -> None:
    waiting: dict[str, int] = {}
    rung = asyncio.Event()

    def hear(bell: Bell) -> None:
        if not bell.edition:  # there is nothing to be fetched
            return
        waiting[bell.story] = max(bell.edition, waiting.get(bell.story, 0))
        rung.set()

    stop = bus.listen(hear)
    try:
        while await rung.wait():
            rung.clear()
            while waiting:
                story, edition = waiting.popitem()
                call = asyncio.ensure_future(outlet.told(story, edition))
                try:
                    await asyncio.wait({call})
                finally:
                    call.cancel()
                if not call.cancelled() and (error := call.exception()):
                    log.error("outlet %s failed at story %s: %s", outlet.name, story, error, exc_info=error)
    finally:
        stop()
