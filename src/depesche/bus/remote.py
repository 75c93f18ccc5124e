"""What the buses between processes have in common: bells of this process are heard here at once, and go out by a line
that is made anew whenever it breaks.

In: bells, from any thread and from the line. Out: bells to listeners, each once. Never: a wait for the line, a bell
kept for later while it is down (the hubs look at the journal anyway), or an end of trying.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable

import msgspec
from msgspec import Struct

from depesche.bus.base import Bell, Listener
from depesche.bus.memory import MemoryBus

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds between two tries: a restart of the server costs no more than a look at the heads."""
MOST_WAITING = 1000
"""Bells on their way out: a thousand changes in the time of one round trip is more than any desk makes."""


class LineDown(Exception):
    """The line is gone, or could not be made; the text says why."""


class _Numbers(Struct):
    edition: int
    seq: int


def packed(bell: Bell) -> bytes:
    """The numbers of a bell as they travel (JSON)."""
    return msgspec.json.encode(_Numbers(bell.edition, bell.seq))


def unpacked(story: str, payload: bytes | str) -> Bell | None:
    """The bell in what came by the line; None when it is something else."""
    try:
        numbers = msgspec.json.decode(payload, type=_Numbers)
    except (msgspec.DecodeError, UnicodeDecodeError):  # somebody else's message
        return None
    return Bell(story, numbers.edition, numbers.seq)


class RemoteBus(ABC):
    """A bus that needs a server. Forms of it say how a line is kept; see depesche.bus.base for what a bus promises."""

    name = ""

    def __init__(self) -> None:
        self._here = MemoryBus()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outbox: asyncio.Queue[Bell] = asyncio.Queue(MOST_WAITING)
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()

    @abstractmethod
    async def _keep_line(self) -> None:
        """Make a line, call `_line_up`, pass bells in and out until it breaks; raises LineDown."""

    async def open(self) -> None:
        """Begin to make the line; returns when it is there, or after a second without it."""
        if self._task is None:
            self._loop = asyncio.get_running_loop()
            self._task = asyncio.create_task(self._run())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._up.wait()

    async def close(self) -> None:
        """Give the line up."""
        self._loop = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._here.close()

    @property
    def up(self) -> bool:
        """True while the line stands."""
        return self._up.is_set()

    def ring(self, bell: Bell) -> None:
        """Ring here, and by the line."""
        self._here.ring(bell)
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # that loop has ended, and with it this process's hub
                loop.call_soon_threadsafe(self._send, bell)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear bells in the running loop, until the function that this gives back is called."""
        return self._here.listen(listener)

    def _send(self, bell: Bell) -> None:
        if self.up and not self._outbox.full():
            self._outbox.put_nowait(bell)

    def _heard(self, story: str, payload: bytes | str) -> None:
        bell = unpacked(story, payload)
        if bell is not None:
            self._here.ring(bell)

    def _line_up(self) -> None:
        self._up.set()
        log.info("the bus %s is up", self.name)

    async def _run(self) -> None:
        pause, told = FIRST_PAUSE, False
        while True:
            try:
                await self._keep_line()
            except LineDown as error:
                if self.up or not told:  # once for each time it goes down
                    log.warning("the bus %s is down, changes reach other processes seconds later: %s", self.name, error)
                    told = True
                pause = FIRST_PAUSE if self.up else min(2 * pause, LONGEST_PAUSE)
            finally:
                self._up.clear()
                while not self._outbox.empty():
                    self._outbox.get_nowait()
            await asyncio.sleep(pause)
