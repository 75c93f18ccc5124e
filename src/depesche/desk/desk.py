"""The desk: a command comes in, changes go into the journal, the bell rings.

handle = access -> decide -> append, in one transaction of the stream; then one ring. Nothing is acknowledged before it
is durable, nothing is written twice for one command id, and only a command whose own object changed conflicts.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
import uuid
import zoneinfo
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import msgspec
from msgspec import Struct

from depesche.bus.base import Bell, Bus
from depesche.desk.access import Actor, may
from depesche.journal import stock, views
from depesche.journal.errors import SlugTaken
from depesche.journal.log import Journal, Receipt, Writing
from depesche.words.changes import AnyChange, Entry
from depesche.words.commands import (
    AmendStory,
    AnyCommand,
    CorrectPost,
    OpenStory,
    PublishPost,
    ReceiveCopy,
    Refusal,
    SaveDraft,
    TakeCopy,
)
from depesche.words.decide import decide
from depesche.words.story import Story, apply
from depesche.words.text import clean_struct

WIRE = "wire"
"""The stream of all copy."""


class Done(Struct, frozen=True):
    """The command is in the journal. `repeated`: this command id was carried out before, nothing was done again."""

    story: str
    entries: tuple[Entry, ...]
    seq: int
    edition: int
    repeated: bool = False


class Conflict(Struct, frozen=True):
    """Somebody else changed the object after `expect`; `entries` are those changes, oldest first."""

    object: str
    expect: int
    entries: tuple[Entry, ...]


Outcome: TypeAlias = Done | Refusal | Conflict


def now_us() -> int:
    """The time in microseconds UTC."""
    return time.time_ns() // 1000


class Desk:
    """Decides and writes. `handle` blocks until the disk has it; `ask` is the same from an event loop.

    Raises JournalError (journal.errors) when the journal can't be written; the same command may then be sent again.
    """

    def __init__(self, journal: Journal, bus: Bus, *, clock: Callable[[], int] = now_us) -> None:
        self.journal = journal
        self.clock = clock
        self.after: list[Callable[[Done], None]] = []
        self._bus = bus
        self._folds: dict[str, Story] = {}
        # one thread: with 40 writers waiting for one SQLite lock the p99 of a commit was six times as long
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def ask(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """`handle`, on the writer's thread. A caller that goes away doesn't undo what was begun."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(
            self._writer,
            lambda: self.handle(command, actor, story=story, command_id=command_id, expect=expect),
        )
        return await asyncio.shield(work)

    def handle(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """Carry out a command on the stream `story` ("" for OpenStory: the new story's id is made here).

        `command_id` is the client's UUID; the same id with the same content gives the same Done again. `expect`
        is the seq of the command's object that the author saw, None when nobody else's change matters.
        """
        refused = may(actor, command)
        if refused:
            return refused
        command = clean_struct(command)
        stream = self._stream(command, story, command_id)
        outcome = self._write(command, actor, stream, command_id, expect)
        if isinstance(outcome, Done) and not outcome.repeated:
            self._tell(outcome)
        return outcome

    def close(self) -> None:
        """Let the last write finish."""
        self._writer.shutdown(wait=True)

    def _stream(self, command: AnyCommand, story: str, command_id: str) -> str:
        if isinstance(command, ReceiveCopy):
            return WIRE
        if isinstance(command, OpenStory) and not story:
            # from the command's id, so that a retry of a lost answer finds the same story
            return str(uuid.uuid5(uuid.NAMESPACE_OID, f"depesche:{command_id}"))
        return story

    def _write(self, command: AnyCommand, actor: Actor, stream: str, command_id: str, expect: int | None) -> Outcome:
        fingerprint = _fingerprint(command, actor, stream)
        try:
            with self.journal.writing(stream) as writing:
                receipt = writing.receipt(command_id)
                if receipt:
                    return self._again(receipt, fingerprint)
                fold = self._caught_up(stream, writing)
                answer = self._judge(fold, command, writing, expect)
                if not isinstance(answer, list):
                    return answer
                if not answer:  # it is so already
                    return Done(stream, (), fold.seq, fold.edition, repeated=True)
                entries = writing.append(
                    answer, actor=actor.id, at=self.clock(), command=command_id, fingerprint=fingerprint
                )
        except SlugTaken as taken:
            self._folds.pop(stream, None)
            return Refusal("slug_taken", {"slug": taken.slug})
        except BaseException:
            self._folds.pop(stream, None)  # half caught up, or changes that were never committed
            raise
        for entry in entries:
            apply(fold, entry)
        self._folds[stream] = fold
        return Done(stream, tuple(entries), fold.seq, fold.edition)

    def _caught_up(self, stream: str, writing: Writing) -> Story:
        fold = self._folds.get(stream)
        if fold is None or fold.seq > writing.head.seq:  # ahead of the journal: an older backup was restored
            fold = Story()
        for entry in writing.entries(fold.seq):
            apply(fold, entry)
        self._folds[stream] = fold
        return fold

    def _judge(
        self, fold: Story, command: AnyCommand, writing: Writing, expect: int | None
    ) -> list[AnyChange] | Refusal | Conflict:
        seen = fold.touched.get(command.object, 0) if command.object else 0
        if expect is not None and seen > expect:
            since = [entry for entry in writing.entries(expect) if entry.object == command.object]
            return Conflict(command.object, expect, tuple(since))
        answer = decide(fold, command, max(self.clock(), fold.at))
        if isinstance(answer, Refusal):
            return answer
        return _check_outside(command, writing, fold) or answer

    def _again(self, receipt: Receipt, fingerprint: bytes) -> Done | Refusal:
        if receipt.fingerprint != fingerprint:
            return Refusal("command_reused")
        count = receipt.last - receipt.first + 1
        entries = self.journal.entries(receipt.stream, after=receipt.first - 1, limit=count)
        edition = max((entry.edition or 0 for entry in entries), default=0)
        return Done(receipt.stream, tuple(entries), receipt.last, edition, repeated=True)

    def _tell(self, done: Done) -> None:
        if any(entry.edition for entry in done.entries):
            self._bus.ring(Bell(done.story, done.edition, done.seq))
        for listener in self.after:
            listener(done)


def _fingerprint(command: AnyCommand, actor: Actor, stream: str) -> bytes:
    """What makes a repeated command the same: who asked what of which story."""
    said = msgspec.json.encode((command, actor.id, stream))
    return hashlib.blake2b(said, digest_size=16).digest()


def _check_outside(command: AnyCommand, writing: Writing, fold: Story) -> Refusal | None:
    """What the fold can't know: time zones, other stories' addresses, pictures and copy."""
    if isinstance(command, OpenStory) and command.zone not in zoneinfo.available_timezones():
        return Refusal("zone_unknown", {"zone": command.zone})
    if isinstance(command, OpenStory | AmendStory):
        owner = views.slug(writing.connection, command.slug)
        if owner and owner[0] != fold.stream:
            return Refusal("slug_taken", {"slug": command.slug})
    if isinstance(command, TakeCopy) and not views.copy(writing.connection, command.copy, command.version):
        return Refusal("copy_missing")
    if isinstance(command, SaveDraft | PublishPost | CorrectPost):
        for media in command.text.media:
            if not stock.media(writing.connection, media.id):
                return Refusal("media_unknown", {"media": media.id[:12]})
    return None
