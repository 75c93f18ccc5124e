"""The bus of a single process: a bell goes from the writer's thread to the event loop that listens.

In: bells, from any thread. Out: calls of listeners, each on its own loop. Never: a wait, or an error for the one who
rings, whatever has become of the listeners' loops.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from depesche.bus.base import Bell, Listener


class MemoryBus:
    """Rings within this process only; needs nothing and is always up."""

    def __init__(self) -> None:
        # replaced, never changed: ring() reads it in other threads without a lock
        self._listeners: tuple[tuple[asyncio.AbstractEventLoop, Listener], ...] = ()

    async def open(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Forget the listeners."""
        self._listeners = ()

    @property
    def up(self) -> bool:
        """Always."""
        return True

    def ring(self, bell: Bell) -> None:
        """Call each listener in its loop."""
        for place in self._listeners:
            with contextlib.suppress(RuntimeError):  # that loop is closed: nobody is there to hear it
                place[0].call_soon_threadsafe(self._deliver, place, bell)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear bells in the running loop, until the function that this gives back is called."""
        mine = (asyncio.get_running_loop(), listener)
        self._listeners = (*self._listeners, mine)

        def stop() -> None:
            self._listeners = tuple(each for each in self._listeners if each is not mine)

        return stop

    def _deliver(self, place: tuple[asyncio.AbstractEventLoop, Listener], bell: Bell) -> None:
        if any(each is place for each in self._listeners):  # who stopped is not called, not even once more
            place[1](bell)
