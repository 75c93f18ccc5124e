"""The readers of one story: how far they are, who waits to join them, and the way of a frame to all of them.

In: what was read from the journal, readers. Out: the same bytes to every reader, in slices, so that ten thousand of
them don't keep the editor's request waiting. Never: a gap or a duplicate, which is why joining and moving on to a new
edition are each one step of the event loop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from depesche.live.counts import Counts
from depesche.live.readers import Reader

SLICE = 256
"""Readers served before others may use the loop: 2-3 ms at 10 us each, less than the next frame of a screen."""
MOST_REPLAYS = 4 * 1024 * 1024
"""Bytes of replays kept for one story; a storm of reconnecting readers has few different editions to come from."""

Join: TypeAlias = Callable[[bytes], Reader | None]
"""Opens the stream with these frames (which may be none) and gives back its reader; None: the client has gone."""


@dataclass(slots=True, eq=False)
class Waiter:
    """A reader for whom the journal must be asked first. `joined` is done when the stream is open; it fails with
    JournalError, or with StoryEnded when there is no stream to be had.
    """

    after: int | None
    join: Join | None
    joined: asyncio.Future[None]


@dataclass(slots=True, eq=False)
class Audience:
    """All streams of one story in this process. `edition` is None until the journal was asked for the first time."""

    story: str
    counts: Counts
    slug: str = ""
    edition: int | None = None
    readers: dict[Reader, None] = field(default_factory=dict)
    waiting: list[Waiter] = field(default_factory=list)
    replays: dict[int, bytes] = field(default_factory=dict)
    stale: bool = False
    spoke: float = 0.0
    task: asyncio.Task[None] | None = None
    telling: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """True when nobody would notice if this audience were forgotten."""
        return not self.readers and not self.waiting and self.task is None

    def replay(self, after: int | None) -> bytes | None:
        """The frames that bring a reader from `after` here; None when only the journal knows."""
        if self.edition is None:
            return None
        if after is None or after == self.edition:
            return b""
        return self.replays.get(after)

    def add(self, reader: Reader, ends: float) -> None:
        """From now on this reader gets every frame, until `ends`."""
        reader.audience = self
        reader.ends = ends
        self.readers[reader] = None
        self.counts.streams += 1

    def leave(self, reader: Reader) -> None:
        """This reader has gone."""
        if reader in self.readers:
            del self.readers[reader]
            self.counts.streams -= 1

    def move_on(self, edition: int, replays: dict[int, bytes]) -> list[Reader]:
        """The story is at `edition`; gives back whoever has to be told. Who joins from now on gets a replay that has
        it already; replays made for an earlier edition would tell what isn't so any more.
        """
        if edition != self.edition or sum(map(len, self.replays.values())) > MOST_REPLAYS:
            self.replays = {}
        self.edition = edition
        self.replays |= replays
        return list(self.readers)

    async def tell(self, frame: bytes, everybody: Sequence[Reader]) -> int:
        """Send the same bytes to all of them; gives back how many took them."""
        gone, size, write = 0, len(frame), os.write
        for start in range(0, len(everybody), SLICE):
            if start:
                await asyncio.sleep(0)
            # all but a few sockets take all of it: for those there is nothing here but the call of the kernel
            for reader in everybody[start : start + SLICE]:
                sent = 0
                try:
                    if reader.free >= 0 and (sent := write(reader.free, frame)) == size:
                        continue
                except OSError:  # full, or the client has gone: `send` finds out
                    pass
                if not reader.send(frame[sent:]):
                    gone += 1
                    self.leave(reader)
        return len(everybody) - gone

    def end(self, reader: Reader, last: bytes) -> None:
        """Close this reader's stream after these last bytes."""
        self.leave(reader)
        reader.end(last)
