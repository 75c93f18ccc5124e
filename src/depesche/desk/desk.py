"""The desk: a command comes in, changes go into the journal, the bell rings.

handle = access -> decide -> append, in one transaction of the stream; then one ring. Nothing is acknowledged before it
is durable, nothing is written twice for one command id, and only a command whose own object changed conflicts.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

from msgspec import Struct

from depesche.bus.base import Bell, Bus
from depesche.desk import folds, orders
from depesche.desk.access import SYSTEM, Actor
from depesche.desk.folds import Folds
from depesche.desk.orders import Order
from depesche.journal import views
from depesche.journal.errors import JournalError, SlugTaken
from depesche.journal.log import Journal
from depesche.journal.stream import of_object, read
from depesche.journal.writing import Receipt, Writing
from depesche.words.changes import AnyChange, EntriesErased, Entry
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.decide import decide
from depesche.words.story import Story, fold

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Commands in one transaction: more would let the first one wait for the last one's work, some 2 ms each."""


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

    `asked_at` is when somebody last asked something, on the monotonic clock; what can wait gives way for a moment.

    Raises JournalError (journal.errors) when the journal can't be written; the same command may then be sent again.
    """

    def __init__(self, journal: Journal, bus: Bus, *, clock: Callable[[], int] = now_us) -> None:
        self.journal = journal
        self.clock = clock
        self.after: list[Callable[[Done], None]] = []
        self.asked_at = 0.0
        self._bus = bus
        self._folds = Folds()
        self._pen = threading.RLock()
        self._waiting: deque[tuple[Order, Future[Outcome]]] = deque()
        self._later: deque[Order] = deque()
        # one thread: with 40 writers waiting for one SQLite lock the p99 of a commit was six times as long
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def ask(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """`handle`, on the writer's thread, which takes all that waits for one story in one transaction: eight
        editors then wait for one write of the disk, not for eight. A caller that goes away doesn't undo what was begun.
        """
        order = orders.order_of(command, actor, story, command_id, expect)
        if isinstance(order, Refusal):
            return order
        if actor.id != SYSTEM:
            self.asked_at = time.monotonic()
        future: Future[Outcome] = Future()
        self._waiting.append((order, future))
        self._turn()
        return await asyncio.shield(asyncio.wrap_future(future))

    def handle(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """Carry out a command on the stream `story` ("" for OpenStory: the new story's id is made here).

        `command_id` is the client's UUID; the same id with the same content gives the same Done again. `expect`
        is the seq of the command's object that the author saw, None when nobody else's change matters.
        """
        order = orders.order_of(command, actor, story, command_id, expect)
        if isinstance(order, Refusal):
            return order
        outcome = self._write([order])[0]
        if isinstance(outcome, JournalError):
            raise outcome
        for each in self._derivations(outcome):
            self._write([each])
        return outcome

    def prepare(self, story: str) -> None:
        """Fold a story before somebody asks for it, while others write; derive what a process that died left open."""
        with self.journal.reading() as connection:
            made = folds.made(connection, story)
        with self._pen, self.journal.reading() as connection:
            self._folds.admit(connection, story, made)
        self._later.append(orders.derivation(story, str(uuid.uuid4())))
        self._turn()

    def close(self) -> None:
        """Let what was asked be written."""
        self._writer.shutdown(wait=True)

    def _turn(self) -> None:
        self._writer.submit(self._drain).add_done_callback(_report)

    def _drain(self) -> None:
        """Write what waits for the story that waits longest; each order brings a turn, so none is left over.

        What the desk asks of itself comes when nobody else waits: one story in a turn, so that a publish gets between.
        """
        taken: list[tuple[Order, Future[Outcome]]] = []
        while self._waiting and len(taken) < AT_ONCE:
            if taken and self._waiting[0][0].stream != taken[0][0].stream:
                break
            taken.append(self._waiting.popleft())
        if not taken:  # an earlier turn took it along
            for outcome in self._write([self._later.popleft()]) if self._later else ():
                if isinstance(outcome, JournalError):
                    log.warning("standings were not derived; the story's next command does it: %s", outcome)
            return
        wrong = JournalError("Something went wrong. Nothing was stored.")
        outcomes: Sequence[Outcome | JournalError] = [wrong] * len(taken)
        try:
            outcomes = self._write([order for order, _ in taken])
        finally:  # whatever happens, nobody waits for ever
            for (_, future), outcome in zip(taken, outcomes, strict=True):
                if isinstance(outcome, JournalError):
                    future.set_exception(outcome)
                else:
                    future.set_result(outcome)
        for outcome in outcomes:
            self._later += (derivations := self._derivations(outcome))
            for _ in derivations:
                self._turn()

    def _write(self, orders: Sequence[Order]) -> list[Outcome | JournalError]:
        """One transaction for orders of one stream. One that fails undoes itself only; if the disk fails, all do."""
        stream, outcomes, committed = orders[0].stream, list[Outcome | JournalError](), False
        with self._pen:
            try:
                with self.journal.writing(stream) as writing:
                    for order in orders:
                        outcomes.append(self._carry_out(order, writing, alone=len(orders) == 1))
                committed = True
            except JournalError as error:
                return [_refused(error)] * len(orders)
            finally:
                if not committed:
                    self._folds.let_go(stream)  # it may hold changes that nobody will ever read
            self._folds.keep(self.journal, stream)
        for outcome in outcomes:
            if isinstance(outcome, Done) and not outcome.repeated:
                self._tell(outcome)
        return outcomes

    def _carry_out(self, order: Order, writing: Writing, *, alone: bool) -> Outcome | JournalError:
        if alone:
            return self._decided(order, writing)
        try:
            with writing.attempt():
                return self._decided(order, writing)
        except JournalError as error:
            self._folds.let_go(order.stream)
            if error.retry:  # the disk is full or locked: there is no use in going on
                raise
            return _refused(error)

    def _decided(self, order: Order, writing: Writing) -> Outcome:
        receipt = writing.receipt(order.id)
        if receipt:
            return _again(receipt, order, writing)
        story = self._folds.caught_up(writing)
        answer = self._judge(story, order, writing)
        if isinstance(answer, Refusal | Conflict):
            return answer
        changes = answer or self._folds.due(writing)
        if not changes:  # it is so already
            return Done(order.stream, (), story.seq, story.edition, repeated=True)

        def follow(entries: list[Entry]) -> Sequence[AnyChange]:
            fold(entries, story)
            return self._folds.due(writing)

        said = {"actor": order.actor.id, "command": order.id}
        entries = writing.append(changes, **said, at=self.clock(), fingerprint=order.fingerprint, then=follow)
        fold((entry for entry in entries if entry.seq > story.seq), story)
        self._folds.written(writing)
        return Done(order.stream, tuple(entries), story.seq, story.edition)

    def _judge(self, story: Story, order: Order, writing: Writing) -> list[AnyChange] | Refusal | Conflict:
        command, expect = order.command, order.expect
        seen = story.touched.get(command.object, 0) if command.object else 0
        if expect is not None and seen > expect:
            since = of_object(writing.connection, writing.stream, command.object)
            return Conflict(command.object, expect, tuple(entry for entry in since if entry.seq > expect))
        answer = decide(story, command, max(self.clock(), story.at), actor=order.actor.id)
        if isinstance(answer, Refusal):
            return answer
        return orders.refuses(writing.connection, order) or answer

    def _tell(self, done: Done) -> None:
        # an erasure has no edition where readers see nothing of it; other processes must forget the words all the same
        if any(entry.edition or isinstance(entry.change, EntriesErased) for entry in done.entries):
            self._bus.ring(Bell(done.story, done.edition, done.seq))
        for listener in self.after:
            listener(done)

    def _derivations(self, outcome: Outcome | JournalError) -> list[Order]:
        """What follows when parties have other names now: every running story looks at its standings again."""
        if not isinstance(outcome, Done) or outcome.story != views.HOUSE or outcome.repeated:
            return []
        with self.journal.reading() as connection:
            running = [story.id for story in views.stories(connection) if story.state == "open"]
        return [orders.derivation(story, f"{outcome.story}:{outcome.seq}:{story}") for story in running]


def _report(turn: Future[None]) -> None:
    """A turn of the writer that failed in a way nobody foresaw belongs into the log."""
    if error := turn.exception():
        log.error("the desk's writer failed", exc_info=error)


def _refused(error: JournalError) -> Refusal | JournalError:
    return Refusal("slug_taken", {"slug": error.slug}) if isinstance(error, SlugTaken) else error


def _again(receipt: Receipt, order: Order, writing: Writing) -> Done | Refusal:
    """What a command that was carried out before gets: the same answer, or a refusal when it asks something else."""
    if receipt.fingerprint != order.fingerprint:
        return Refusal("command_reused")
    count = receipt.last - receipt.first + 1
    entries = read(writing.connection, receipt.stream, after=receipt.first - 1, limit=count)
    edition = max((entry.edition or 0 for entry in entries), default=0)
    return Done(receipt.stream, tuple(entries), receipt.last, edition, repeated=True)
