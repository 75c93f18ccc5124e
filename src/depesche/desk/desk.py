"""The desk: a command comes in, changes go into the journal, the bell rings.

handle = access -> decide -> append, in one transaction of the stream; then one ring. Nothing is acknowledged before it
is durable, nothing is written twice for one command id, and only a command whose own object changed conflicts.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeAlias

import msgspec
from msgspec import Struct

from depesche.bus.base import Bell, Bus
from depesche.desk.access import SYSTEM, Actor, may
from depesche.journal import folds, stock, views
from depesche.journal.errors import JournalError, SlugTaken
from depesche.journal.folds import EVERY
from depesche.journal.log import Journal
from depesche.journal.stream import of_object, read
from depesche.journal.writing import Receipt, Writing
from depesche.settings import zones
from depesche.words import reckoning
from depesche.words.changes import AnyChange, EntriesErased, Entry
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
from depesche.words.ledgercommands import (
    DeriveStandings,
    ExpungeWords,
    ForgetOutlet,
    ForgetParty,
    NameOutlet,
    NameParty,
)
from depesche.words.reckoner import Reckoner
from depesche.words.reckoning import House
from depesche.words.story import Story, apply, killed
from depesche.words.text import clean_struct

log = logging.getLogger(__name__)

WIRE = "wire"
"""The stream of all copy."""
AT_ONCE = 32
"""Commands in one transaction: more would let the first one wait for the last one's work, some 2 ms each."""


_DERIVER = Actor(id=SYSTEM, name="Depesche", role="editor")


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


class _Order(Struct, frozen=True):
    """A command on its way to the journal, already cleaned and allowed."""

    command: AnyCommand
    actor: Actor
    stream: str
    id: str
    expect: int | None

    @property
    def fingerprint(self) -> bytes:
        """What makes a repeated command the same: who asked what of which story."""
        said = msgspec.json.encode((self.command, self.actor.id, self.stream))
        return hashlib.blake2b(said, digest_size=16).digest()


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
        self._folds: dict[str, Story] = {}
        self._reckoners: dict[str, Reckoner] = {}
        self._ends: dict[str, bytes] = {}
        self._kept: dict[str, int] = {}
        self._names = Story(), House()
        self._pen = threading.RLock()
        self._waiting: deque[tuple[_Order, Future[Outcome]]] = deque()
        self._later: deque[_Order] = deque()
        # one thread: with 40 writers waiting for one SQLite lock the p99 of a commit was six times as long
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="desk")

    async def ask(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """`handle`, on the writer's thread, which takes all that waits for one story in one transaction: eight
        editors then wait for one write of the disk, not for eight. A caller that goes away doesn't undo what was begun.
        """
        order = _order(command, actor, story, command_id, expect)
        if isinstance(order, Refusal):
            return order
        if actor.id != SYSTEM:
            self.asked_at = time.monotonic()
        future: Future[Outcome] = Future()
        self._waiting.append((order, future))
        self._writer.submit(self._drain).add_done_callback(_report)
        return await asyncio.shield(asyncio.wrap_future(future))

    def handle(
        self, command: AnyCommand, actor: Actor, *, story: str, command_id: str, expect: int | None = None
    ) -> Outcome:
        """Carry out a command on the stream `story` ("" for OpenStory: the new story's id is made here).

        `command_id` is the client's UUID; the same id with the same content gives the same Done again. `expect`
        is the seq of the command's object that the author saw, None when nobody else's change matters.
        """
        order = _order(command, actor, story, command_id, expect)
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
            fold, digest, kept = folds.folded(connection, story)
            reckoner = Reckoner(fold.book)
            reckoner.follow(views.house(connection))
            reckoner.settle(killed(fold))
        with self._pen, self.journal.reading() as connection:
            # only what nobody has moved on or erased from since
            if story not in self._folds and views.head(connection, story) == fold.seq:
                self._folds[story], self._ends[story], self._kept[story] = fold, digest, kept
                self._reckoners[story] = reckoner
        self._later.append(_derivation(story, f"depesche:{uuid.uuid4()}"))
        self._writer.submit(self._drain).add_done_callback(_report)

    def close(self) -> None:
        """Let what was asked be written."""
        self._writer.shutdown(wait=True)

    def _drain(self) -> None:
        """Write what waits for the story that waits longest; each order brings a turn, so none is left over.

        What the desk asks of itself comes when nobody else waits: one story in a turn, so that a publish gets between.
        """
        taken: list[tuple[_Order, Future[Outcome]]] = []
        while self._waiting and len(taken) < AT_ONCE:
            if taken and self._waiting[0][0].stream != taken[0][0].stream:
                break
            taken.append(self._waiting.popleft())
        if not taken:  # an earlier turn took it along
            for outcome in self._write([self._later.popleft()]) if self._later else ():
                if isinstance(outcome, JournalError):
                    log.warning("standings were not derived; the story's next command does it: %s", outcome)
            return
        outcomes: Sequence[Outcome | JournalError] = [JournalError("Something went wrong. Nothing was stored.")] * len(
            taken
        )
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
                self._writer.submit(self._drain).add_done_callback(_report)

    def _write(self, orders: Sequence[_Order]) -> list[Outcome | JournalError]:
        """One transaction for orders of one stream. One that fails undoes itself only; if the disk fails, all do."""
        stream, outcomes, committed = orders[0].stream, list[Outcome | JournalError](), False
        with self._pen:
            try:
                with self.journal.writing(stream) as writing:
                    for order in orders:
                        outcomes.append(self._carry_out(order, writing, alone=len(orders) == 1))
                committed = True
            except SlugTaken as taken:
                return [Refusal("slug_taken", {"slug": taken.slug})]
            except JournalError as error:
                return [error] * len(orders)
            finally:
                if not committed:
                    self._let_go(stream)  # it may hold changes that nobody will ever read
            self._keep(stream)
        for outcome in outcomes:
            if isinstance(outcome, Done) and not outcome.repeated:
                self._tell(outcome)
        return outcomes

    def _carry_out(self, order: _Order, writing: Writing, *, alone: bool) -> Outcome | JournalError:
        if alone:
            return self._decided(order, writing)
        try:
            with writing.attempt():
                return self._decided(order, writing)
        except SlugTaken as taken:
            self._let_go(order.stream)
            return Refusal("slug_taken", {"slug": taken.slug})
        except JournalError as error:
            self._let_go(order.stream)
            if error.retry:  # the disk is full or locked: there is no use in going on
                raise
            return error

    def _decided(self, order: _Order, writing: Writing) -> Outcome:
        receipt = writing.receipt(order.id)
        if receipt:
            return _again(receipt, order, writing)
        fold = self._caught_up(order.stream, writing)
        answer = self._judge(fold, order, writing)
        if not isinstance(answer, list):
            return answer
        answer = answer or self._due(fold, writing)
        if not answer:  # it is so already
            return Done(order.stream, (), fold.seq, fold.edition, repeated=True)
        applied: list[Entry] = []

        def follow(entries: list[Entry]) -> Sequence[AnyChange]:
            for entry in entries:
                applied.append(entry)
                apply(fold, entry)
            return self._due(fold, writing)

        said = {"actor": order.actor.id, "command": order.id}
        entries = writing.append(answer, **said, at=self.clock(), fingerprint=order.fingerprint, then=follow)
        for entry in entries[len(applied) :]:
            apply(fold, entry)
        self._ends[order.stream] = writing.head.digest
        if any(isinstance(entry.change, EntriesErased) for entry in entries):
            self._let_go(order.stream)  # what was erased leaves the memory, too
        return Done(order.stream, tuple(entries), fold.seq, fold.edition)

    def _due(self, fold: Story, writing: Writing) -> list[AnyChange]:
        """The standings that follow from what the fold and the house have now."""
        reckoner = self._reckoners.get(writing.stream)
        if reckoner is None or reckoner.book is not fold.book:
            reckoner = self._reckoners[writing.stream] = Reckoner(fold.book)
        reckoner.follow(self._house(writing))
        return [*reckoner.due(killed(fold))]

    def _house(self, writing: Writing) -> House:
        """Whom the house knows, as it stands in this transaction."""
        seq = views.head(writing.connection, views.HOUSE)
        fold, names = self._names
        if fold.seq != seq:
            fold = Story() if fold.seq > seq else fold
            entries = read(writing.connection, views.HOUSE, after=fold.seq)
            if fold.seq and any(isinstance(entry.change, EntriesErased) for entry in entries):
                self._let_go_of_names()
                fold, entries = Story(), read(writing.connection, views.HOUSE)
            for entry in entries:
                apply(fold, entry)
            names = reckoning.house(fold.book.parties, fold.book.outlets)
            self._names = fold, names
        return names

    def _caught_up(self, stream: str, writing: Writing) -> Story:
        fold = self._folds.get(stream)
        if fold is None or not writing.has(fold.seq, self._ends.get(stream, b"")):
            fold = None  # another past than the journal's: an older backup was restored, or a failover lost entries
        if fold is None:
            fold = folds.kept(writing.connection, stream) or Story()
            self._kept[stream] = fold.seq
        for entry in writing.each(fold.seq):
            apply(fold, entry)
        self._folds[stream] = fold
        self._ends[stream] = writing.head.digest
        return fold

    def _let_go(self, stream: str) -> None:
        self._folds.pop(stream, None)
        self._reckoners.pop(stream, None)
        if stream == views.HOUSE:
            self._let_go_of_names()

    def _let_go_of_names(self) -> None:
        self._names = Story(), House()
        self._reckoners.clear()  # they know the names, too

    def _keep(self, stream: str) -> None:
        """Keep the fold of a story that has become much longer since the last time, for the next process."""
        fold = self._folds.get(stream)
        if fold is None or fold.seq < self._kept.get(stream, 0) + EVERY:
            return
        self._kept[stream] = fold.seq
        try:
            with self.journal.writing(stream) as writing:
                if fold.seq == writing.head.seq:
                    folds.keep(writing.connection, fold, writing.head.digest)
        except JournalError as error:
            log.warning("the fold of story %s was not kept: %s", stream, error)

    def _judge(self, fold: Story, order: _Order, writing: Writing) -> list[AnyChange] | Refusal | Conflict:
        command, expect = order.command, order.expect
        seen = fold.touched.get(command.object, 0) if command.object else 0
        if expect is not None and seen > expect:
            since = of_object(writing.connection, writing.stream, command.object)
            return Conflict(command.object, expect, tuple(entry for entry in since if entry.seq > expect))
        answer = decide(fold, command, max(self.clock(), fold.at), actor=order.actor.id)
        if isinstance(answer, Refusal):
            return answer
        return _check_outside(command, writing, fold) or answer

    def _tell(self, done: Done) -> None:
        # an erasure has no edition where readers see nothing of it; other processes must forget the words all the same
        if any(entry.edition or isinstance(entry.change, EntriesErased) for entry in done.entries):
            self._bus.ring(Bell(done.story, done.edition, done.seq))
        for listener in self.after:
            listener(done)

    def _derivations(self, outcome: Outcome | JournalError) -> list[_Order]:
        """What follows when parties have other names now: every running story looks at its standings again."""
        if not isinstance(outcome, Done) or outcome.story != views.HOUSE or outcome.repeated:
            return []
        with self.journal.reading() as connection:
            running = [story.id for story in views.stories(connection) if story.state == "open"]
        return [_derivation(story, f"depesche:{outcome.story}:{outcome.seq}:{story}") for story in running]


def _order(command: AnyCommand, actor: Actor, story: str, command_id: str, expect: int | None) -> _Order | Refusal:
    refused = may(actor, command)
    return refused or _Order(clean_struct(command), actor, _stream(command, story, command_id), command_id, expect)


def _derivation(story: str, about: str) -> _Order:
    return _Order(DeriveStandings(), _DERIVER, story, str(uuid.uuid5(uuid.NAMESPACE_OID, about)), None)


def _report(turn: Future[None]) -> None:
    """A turn of the writer that failed in a way nobody foresaw belongs into the log."""
    if error := turn.exception():
        log.error("the desk's writer failed", exc_info=error)


def _stream(command: AnyCommand, story: str, command_id: str) -> str:
    if isinstance(command, ReceiveCopy):
        return WIRE
    if isinstance(command, NameParty | ForgetParty | NameOutlet | ForgetOutlet):
        return views.HOUSE
    if isinstance(command, ExpungeWords) and command.of in ("party", "outlet"):
        return views.HOUSE
    if isinstance(command, OpenStory) and not story:
        # from the command's id, so that a retry of a lost answer finds the same story
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"depesche:{command_id}"))
    return story


def _again(receipt: Receipt, order: _Order, writing: Writing) -> Done | Refusal:
    """What a command that was carried out before gets: the same answer, or a refusal when it asks something else."""
    if receipt.fingerprint != order.fingerprint:
        return Refusal("command_reused")
    count = receipt.last - receipt.first + 1
    entries = read(writing.connection, receipt.stream, after=receipt.first - 1, limit=count)
    edition = max((entry.edition or 0 for entry in entries), default=0)
    return Done(receipt.stream, tuple(entries), receipt.last, edition, repeated=True)


def _check_outside(command: AnyCommand, writing: Writing, fold: Story) -> Refusal | None:
    """What the fold can't know: time zones, other stories' addresses, pictures and copy."""
    if isinstance(command, OpenStory) and command.zone not in zones():
        return Refusal("zone_unknown", {"zone": command.zone})
    if isinstance(command, OpenStory | AmendStory):
        owner = views.slug(writing.connection, command.slug)
        if owner and owner[0] != fold.stream:
            return Refusal("slug_taken", {"slug": command.slug})
    if isinstance(command, TakeCopy) and not views.copy(writing.connection, command.copy, command.version):
        return Refusal("copy_missing")
    if isinstance(command, PublishPost | CorrectPost):
        for ref in command.copies:
            if not views.copy(writing.connection, ref.copy, ref.version):
                return Refusal("copy_missing")
    if isinstance(command, SaveDraft | PublishPost | CorrectPost):
        for media in command.text.media:
            if not stock.media(writing.connection, media.id):
                return Refusal("media_unknown", {"media": media.id[:12]})
    return None
