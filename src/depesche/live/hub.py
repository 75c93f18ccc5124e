"""The hub: bell -> read the journal after the last edition seen -> one frame -> every reader of the story.

In: bells, and every few seconds a look at the journal's heads; readers that want to join. Out: frames, each rendered
once. Never: a gap or a duplicate (a reader is registered, brought up to date and live in one step of the loop), a lost
change (a lost bell is late, never wrong), or one reader's slowness felt by another.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from depesche.bus.base import Bell, Bus
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.live.audience import Audience, Join, Waiter
from depesche.live.counts import Counts
from depesche.live.news import News, read, running
from depesche.live.pace import Pace
from depesche.live.readers import Reader
from depesche.live.stream import COMMENT, Words
from depesche.settings import Settings

log = logging.getLogger(__name__)

PACE = Pace()
"""What runs in a newsroom; tests of long times make it faster."""


class StoryEnded(Exception):
    """There is no stream to be had: the coverage has ended, or the story is gone."""


class HubClosed(Exception):
    """This process is about to end."""


class Visitor(Protocol):
    """Someone at the door, whose answer the hub may give later."""

    def enter(self, first: bytes) -> Reader | None:
        """Open the stream with these bytes; None: the visitor has gone."""

    def turn_away(self) -> None:
        """There is no stream; the application says why."""


class Hub:
    """All streams of this process. Everything but `__init__` belongs to the event loop's thread."""

    def __init__(self, journal: Journal, bus: Bus, settings: Settings, *, pace: Pace | None = None) -> None:
        pace = pace or PACE
        self.counts = Counts()
        self.words = Words(pace)
        self._journal = journal
        self._bus = bus
        self._most = settings.max_streams
        self._base = settings.base_path
        self._pace = pace
        self._open = True
        self._audiences: dict[str, Audience] = {}
        self._slugs: dict[str, str] = {}
        self._knocking: dict[str, list[tuple[int | None, Visitor]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # two: a story whose objects take long to render doesn't keep the others waiting
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="hub")

    async def run(self) -> None:
        """Hear bells, look at the heads, keep lines alive and end old ones; until cancelled, which ends all streams."""
        stop = self._bus.listen(self._hear)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._watch())
                group.create_task(self._tick())
        finally:
            stop()
            self.end()
            self._threads.shutdown(wait=True, cancel_futures=True)

    def end(self) -> None:
        """End every stream and take no new one; each reader is told another time to come back."""
        self._open = False
        for audience in self._audiences.values():
            _fail(audience.waiting, HubClosed())
            for reader in list(audience.readers):
                audience.end(reader, self.words.retry())

    def shrink(self, most: int) -> None:
        """Hold no more than this many streams, whatever the settings say."""
        self._most = min(self._most, most)

    @property
    def open(self) -> bool:
        """False once the process is about to end."""
        return self._open

    @property
    def full(self) -> bool:
        """True when no further stream can be taken; such a reader polls."""
        return not self._open or self.counts.streams >= self._most

    def patience(self) -> int:
        """Seconds after which a reader who got no stream should ask again, another value for each."""
        return round(random.uniform(*self._pace.full))  # noqa: S311 - spreads load, guards nothing

    def find(self, slug: str) -> str | None:
        """The id of the story with this slug if the hub knows it to be running right now."""
        story = self._slugs.get(slug, "")
        audience = self._audiences.get(story)
        return story if audience is not None and audience.slug == slug else None

    async def ready(self, story: str, after: int | None) -> None:
        """Return when a reader at `after` can most likely be taken at once.

        Raises JournalError, StoryEnded or HubClosed: the reader can still be told by a plain answer.
        """
        audience = self._audience(story)
        if audience.replay(after) is None:
            await self._ask(audience, after, None)

    async def enter(self, story: str, after: int | None, join: Join) -> None:
        """Open a stream for a reader at edition `after` (None: live only). `join` is called with its replay, in the
        same step in which the hub begins to send it what comes. Raises as `ready` does.
        """
        audience = self._audience(story)
        frames = audience.replay(after)
        if frames is None:
            await self._ask(audience, after, join)
        else:
            self._admit(audience, join, frames)

    def knock(self, slug: str, after: int | None, visitor: Visitor) -> bool:
        """Let a visitor enter, at once or as soon as the journal was asked; it is turned away when there is no stream
        to be had. False: nothing was done, since there is no room.
        """
        if self.full:
            return False
        audience = self._audiences.get(self._slugs.get(slug, ""))
        if audience is not None and audience.slug == slug:
            self._let_in(audience, after, visitor)
        elif slug in self._knocking:
            self._knocking[slug].append((after, visitor))
        else:
            self._knocking[slug] = [(after, visitor)]
            task = asyncio.create_task(self._look_up(slug))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    async def _look_up(self, slug: str) -> None:
        """Ask the journal once for all who knock for this slug."""
        loop = asyncio.get_running_loop()
        story = None
        try:
            story = await loop.run_in_executor(self._threads, running, self._journal, slug)
        except JournalError as error:
            self.counts.failed_reads += 1
            log.warning("a story could not be looked up: %s", error)
        finally:
            for after, visitor in self._knocking.pop(slug, ()):
                if story is None or not self._open:
                    visitor.turn_away()
                else:
                    self._let_in(self._audience(story), after, visitor)

    def _let_in(self, audience: Audience, after: int | None, visitor: Visitor) -> None:
        replay = audience.replay(after)
        if replay is not None:
            self._admit(audience, visitor.enter, replay)
            return

        def answered(joined: asyncio.Future[None]) -> None:
            if not joined.cancelled() and joined.exception() is not None:
                visitor.turn_away()

        self._queue(audience, after, visitor.enter).add_done_callback(answered)

    def _audience(self, story: str) -> Audience:
        if not self._open:
            raise HubClosed
        audience = self._audiences.get(story)
        if audience is None:
            audience = self._audiences[story] = Audience(story, self.counts, spoke=time.monotonic())
        return audience

    async def _ask(self, audience: Audience, after: int | None, join: Join | None) -> None:
        await self._queue(audience, after, join)

    def _queue(self, audience: Audience, after: int | None, join: Join | None) -> asyncio.Future[None]:
        waiter = Waiter(after, join, asyncio.get_running_loop().create_future())
        audience.waiting.append(waiter)
        self._wake(audience)
        return waiter.joined

    def _admit(self, audience: Audience, join: Join, replay: bytes) -> None:
        reader = join(replay)
        if reader is not None:
            audience.add(reader, time.monotonic() + random.uniform(*self._pace.life))  # noqa: S311 - as above
            self.counts.opened += 1

    def _hear(self, bell: Bell) -> None:
        self.counts.bells += 1
        self._journal.hear(bell.story, bell.edition)
        audience = self._audiences.get(bell.story)
        if audience is None or not self._open:
            return
        if audience.idle:  # nobody to tell: the next one to join asks the journal anyway
            del self._audiences[bell.story]
        elif audience.edition is None or bell.edition > audience.edition:
            audience.stale = True
            self._wake(audience)

    def _wake(self, audience: Audience) -> None:
        if audience.task is None:
            audience.task = asyncio.create_task(self._follow(audience))

    async def _follow(self, audience: Audience) -> None:
        """Read and tell until nobody waits and no bell is left; never two of these for one story."""
        try:
            while audience.stale or audience.waiting:
                audience.stale = False
                waiting, audience.waiting = audience.waiting, []
                try:
                    await self._turn(audience, waiting)
                finally:
                    _fail(waiting, HubClosed())  # only who was forgotten by an error; the log tells of it
        finally:
            audience.task = None

    async def _turn(self, audience: Audience, waiting: list[Waiter]) -> None:
        try:
            news = await self._read(audience, [each.after for each in waiting if each.after is not None])
        except JournalError as error:
            self.counts.failed_reads += 1
            log.warning("the changes of story %s could not be read: %s", audience.story, error)
            _fail(waiting, error)  # who is live already learns of it by the next look
            return
        if news is None:
            self._dismiss(audience, waiting)
            return
        if news.frames and audience.telling is not None:
            await audience.telling  # each reader gets the editions in their order
        everybody = audience.move_on(news.story.edition, news.replays)
        audience.slug = news.story.slug
        self._slugs[audience.slug] = audience.story
        for waiter in waiting:
            self._seat(audience, waiter)
        if news.frames:
            audience.telling = asyncio.create_task(self._tell(audience, news, everybody))
        if news.story.state != "open":
            if audience.telling is not None:
                await audience.telling
            self._dismiss(audience, [])

    async def _read(self, audience: Audience, afters: list[int]) -> News | None:
        self.counts.reads += 1
        since = audience.edition
        fresh = sorted({after for after in afters if after != since})
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, read, self._journal, audience.story, since, fresh, self._base)

    def _seat(self, audience: Audience, waiter: Waiter) -> None:
        if waiter.joined.done():  # the request was cancelled
            return
        frames = audience.replay(waiter.after)
        if frames is None:  # it was where the audience was, which has moved on meanwhile
            audience.waiting.append(waiter)
            return
        if waiter.join is not None:
            self._admit(audience, waiter.join, frames)
        waiter.joined.set_result(None)

    async def _tell(self, audience: Audience, news: News, everybody: list[Reader]) -> None:
        audience.spoke = time.monotonic()
        taken = await audience.tell(news.frames, everybody)
        self.counts.frames += 1
        self.counts.deliveries += taken
        self.counts.cut += len(everybody) - taken
        if taken:
            self.counts.lag.note(max(0.0, time.time() - news.story.changed_at / 1e6))

    def _dismiss(self, audience: Audience, waiting: list[Waiter]) -> None:
        """The story has ended: so do its streams. A browser that comes back is told not to come again."""
        _fail([*waiting, *audience.waiting], StoryEnded())
        audience.waiting = []
        for reader in list(audience.readers):
            audience.end(reader, self.words.retry())
        self._audiences.pop(audience.story, None)

    async def _watch(self) -> None:
        """Every few seconds, ask the journal where it is: nothing depends on a bell being heard."""
        loop = asyncio.get_running_loop()
        replicated = self._journal.replicated  # pages, too, may then be behind what no bell told of
        while True:
            await asyncio.sleep(self._pace.look)
            before = {story: each.edition for story, each in self._audiences.items()}
            try:
                heads = await loop.run_in_executor(self._threads, self._journal.heads) if before or replicated else {}
            except JournalError as error:
                self.counts.failed_reads += 1
                log.warning("the journal's heads could not be read: %s", error)
                continue
            for story, audience in self._audiences.items():
                seen, head = before.get(story), heads.get(story)
                edition = head.edition if head else 0
                # lower than before the look: an older backup was restored
                if seen is not None and audience.edition is not None and (edition > audience.edition or edition < seen):
                    self.counts.missed_bells += 1
                    audience.stale = True
                    self._wake(audience)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(self._pace.tick)
            for audience in list(self._audiences.values()):
                if audience.idle:
                    del self._audiences[audience.story]
                    continue
                now = time.monotonic()
                for reader in [each for each in audience.readers if each.ends <= now]:
                    audience.end(reader, self.words.retry())
                    self.counts.expired += 1
                if now - audience.spoke >= self._pace.comment:
                    audience.spoke = now
                    await audience.tell(COMMENT, list(audience.readers))


def _fail(waiting: Iterable[Waiter], error: Exception) -> None:
    for waiter in waiting:
        if not waiter.joined.done():
            waiter.joined.set_exception(error)
