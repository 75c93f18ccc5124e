"""The notary: signs a story's public chain when the story is closed, and every few minutes where the settings say so.

In: what the desk did, the clock. Out: checkpoints. It works beside the desk: nothing waits for it, and a key that can't
be used or a chain that doesn't fit is told in the log, not to whoever closes a story.
"""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import urlsplit

from depesche.desk.desk import Desk, Done
from depesche.journal import checkpoint, views
from depesche.journal.errors import JournalError
from depesche.journal.keys import Keys
from depesche.settings import Settings
from depesche.words.changes import StoryClosed

log = logging.getLogger(__name__)

MINUTE = 60.0
"""Seconds."""


class Notary:
    """Signs in the background while `run` runs; `sign` does it here and now."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self._desk = desk
        self._keys = Keys(settings.folder)
        self._name = key_name(settings)
        self._minutes = settings.checkpoint_minutes
        self._waiting: asyncio.Queue[str] = asyncio.Queue()

    async def run(self) -> None:
        """Sign stories as they are closed, those that a process that died had left unsigned, and all by the clock."""
        loop = asyncio.get_running_loop()

        def note(done: Done) -> None:
            if any(isinstance(entry.change, StoryClosed) for entry in done.entries):
                loop.call_soon_threadsafe(self._waiting.put_nowait, done.story)

        self._desk.after.append(note)
        try:
            for stream in await asyncio.to_thread(self._left_over):
                self._waiting.put_nowait(stream)
            while True:
                await self._next()
        finally:
            self._desk.after.remove(note)

    async def settled(self) -> None:
        """Wait until what was closed so far is signed."""
        await self._waiting.join()

    def sign(self, stream: str) -> bool:
        """Sign one story; False where that can't be done, and the log says why. Blocks."""
        try:
            checkpoint.sign(self._desk.journal, stream, self._keys.ready(self._name), self._desk.clock())
        except JournalError as error:
            log.error("story %s got no checkpoint: %s", stream, error)
            return False
        return True

    async def _next(self) -> None:
        """Wait for a story to sign, or for the clock."""
        wait = self._minutes * MINUTE if self._minutes else None
        try:
            stream = await asyncio.wait_for(self._waiting.get(), wait)
        except TimeoutError:
            for each in await asyncio.to_thread(self._due):
                await asyncio.to_thread(self.sign, each)
            return
        await asyncio.to_thread(self.sign, stream)
        self._waiting.task_done()

    def _due(self) -> list[str]:
        try:
            with self._desk.journal.reading() as connection:
                return checkpoint.due(connection)
        except JournalError as error:
            log.error("no checkpoints this time: %s", error)
            return []

    def _left_over(self) -> list[str]:
        """Closed stories whose end was never signed; none before there is a key, so that an upgrade makes none."""
        try:
            if self._keys.secret() is None:
                return []
            with self._desk.journal.reading() as connection:
                closed = {view.id for view in views.stories(connection, desk=True) if view.state == "closed"}
                return [stream for stream in checkpoint.due(connection) if stream in closed]
        except JournalError as error:
            log.error("no checkpoints at the start: %s", error)
            return []


def key_name(settings: Settings) -> str:
    """What a key is called where nobody names it: a URL without its scheme, as the specification recommends."""
    place = urlsplit(settings.public_url)
    return f"{place.netloc}{place.path}/depesche" if place.netloc else "depesche"
