"""The log: streams of entries, appended in one transaction together with their views, and read back.

In: changes that the desk decided. Out: entries with seq, edition, time and both digests; receipts of commands. Never:
half a command, a gap in seq, a time that goes back, or an answer before the disk has the entry.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import groupby
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from depesche.journal import folds, form
from depesche.journal import tables as t
from depesche.journal.engine import Engines, check_file, close_engines, open_engines, open_replica
from depesche.journal.erase import erase
from depesche.journal.errors import FormError, JournalBroken, JournalLocked, JournalUnreachable, SlugTaken, telling
from depesche.journal.keeper import Keeper
from depesche.journal.postgres import lock_new
from depesche.journal.prepared import Prepared
from depesche.journal.project import slug_owner, step, touch
from depesche.journal.replica import Replica
from depesche.words.changes import AnyChange, EntriesErased, Entry, StoryAmended, StoryOpened
from depesche.words.ledgerchanges import StandingDerived
from depesche.words.story import Story, apply

LONGEST_WAIT = 30.0
"""Seconds that a write waits for another one of this process: importing a story of 100,000 entries takes that long."""

NO_LIMIT = 2**62
"""A limit that limits nothing, in SQLite and in PostgreSQL."""

_LOG = logging.getLogger(__name__)
_E = t.entry.c
_ENVELOPE = (_E.stream, _E.seq, _E.edition, _E.at, _E.actor, _E.kind, _E.object, _E.body, _E.command)
_HEAD = (t.stream.c.seq, t.stream.c.edition, t.stream.c.digest, t.stream.c.public_digest, t.stream.c.at)

_OF_STREAM = _E.stream == bindparam("stream")
_HEAD_OF = Prepared(select(*_HEAD).where(t.stream.c.id == bindparam("stream")).with_for_update())
_MOVE_HEAD = Prepared(
    update(t.stream)
    .where(t.stream.c.id == bindparam("stream"))
    .values({column.name: bindparam(column.name) for column in _HEAD})
)
_RECEIPT = Prepared(select(_E.stream, _E.seq, _E.last, _E.fingerprint).where(_E.command == bindparam("command")))
_READ = Prepared(
    select(*_ENVELOPE).where(_OF_STREAM, _E.seq > bindparam("after")).order_by(_E.seq).limit(bindparam("most"))
)
_DIGEST = Prepared(select(_E.digest).where(_OF_STREAM, _E.seq == bindparam("seq")))
_OPEN, _ADD = insert(t.stream), Prepared(insert(t.entry))


class Head(Struct, frozen=True):
    """Where a stream stands: its last seq, edition, digests and time (microseconds UTC)."""

    seq: int = 0
    edition: int = 0
    digest: bytes = form.GENESIS
    public_digest: bytes = form.GENESIS
    at: int = 0


class Receipt(Struct, frozen=True):
    """What a command did before: its entries in its stream, and the fingerprint of what was asked."""

    stream: str
    first: int
    last: int
    fingerprint: bytes


class Writing:
    """One transaction on one stream. Use it inside `Journal.writing` only."""

    def __init__(self, connection: Connection, stream: str, salt: Callable[[], bytes]) -> None:
        self.connection = connection
        self.stream = stream
        self.erased = False
        self._salt = salt
        row = _HEAD_OF.first(connection, {"stream": stream})
        if row is None and connection.dialect.name == "postgresql":  # no row to lock, and another node may open it now
            lock_new(connection, stream)
            row = _HEAD_OF.first(connection, {"stream": stream})
        self.head = Head() if row is None else Head(*row)

    def beside(self, stream: str) -> Writing:
        """Another stream, in the same transaction."""
        return Writing(self.connection, stream, self._salt)

    def receipt(self, command: str) -> Receipt | None:
        """What the command with this id did before, in whatever stream."""
        row = _RECEIPT.first(self.connection, {"command": command})
        return None if row is None else Receipt(*row)

    def entries(self, after: int) -> list[Entry]:
        """All entries of the stream after this seq."""
        return [] if after >= self.head.seq else read(self.connection, self.stream, after=after)

    def each(self, after: int) -> Iterator[Entry]:
        """The same one by one, for streams that are longer than memory."""
        return iter(()) if after >= self.head.seq else each(self.connection, self.stream, after=after)

    def has(self, seq: int, digest: bytes) -> bool:
        """Whether the entry with this seq has this digest: if not, the journal's past isn't what somebody thinks."""
        if seq == self.head.seq:
            return digest == self.head.digest
        return digest_of(self.connection, self.stream, seq) == digest

    def kept_fold(self) -> Story | None:
        """The stream's fold as it was kept, up to some entry; None when it has to be made."""
        return folds.kept(self.connection, self.stream)

    def keep_fold(self, story: Story) -> None:
        """Keep this fold, if it ends where the stream does."""
        if story.seq == self.head.seq:
            folds.keep(self.connection, story, self.head.digest)

    def append(
        self,
        changes: Sequence[AnyChange],
        *,
        actor: str,
        at: int,
        command: str = "",
        fingerprint: bytes = b"",
        then: Callable[[list[Entry]], Sequence[AnyChange]] | None = None,
    ) -> list[Entry]:
        """Append these changes and bring the views up to them; `at` (microseconds UTC) is moved up to the last one.

        `then` is given their entries and answers what follows from them; that is appended with them, as one command.
        Opens the stream if it is new. Raises SlugTaken, CommandKnown and other JournalErrors: then let the exception
        leave `writing`, so that all is rolled back.
        """
        if not changes:
            return []
        c, first = self.connection, self.head.seq + 1
        if first == 1:
            c.execute(_OPEN, {"id": self.stream} | _values(self.head))
        rows = [self._link(change, actor, max(at, self.head.at)) for change in changes]
        if then is not None and (more := then(_entries(rows, changes))):
            rows += [self._link(change, actor, max(at, self.head.at)) for change in more]
            changes = [*changes, *more]
        if command:
            sealed = form.seal(command, self.stream, first, self.head.seq, fingerprint)
            rows[0] |= {"command": command, "fingerprint": fingerprint, "last": self.head.seq, "seal": sealed}
        _ADD.many(c, rows)
        _MOVE_HEAD.run(c, {"stream": self.stream} | _values(self.head))
        entries = _entries(rows, changes)
        for derived, some in groupby(entries, lambda entry: isinstance(entry.change, StandingDerived)):
            if derived:
                touch(c, list(some))
                continue
            for entry in some:
                self._project(entry)
        return entries

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the transaction that stands or falls alone: an exception in the block undoes this part only.

        Raises JournalBroken where SQLite has undone the whole transaction by itself, as it may when the disk fails, and
        JournalUnreachable where the connection broke: whatever was written after that would stand without the rest.
        """
        before, stands = (self.head, self.erased), False
        try:
            with telling(), self.connection.begin_nested():
                yield
            stands = True
        finally:
            if not stands:
                self.head, self.erased = before
                self._check_transaction()

    def _check_transaction(self) -> None:
        if self.connection.invalidated:
            raise JournalUnreachable()
        raw = self.connection.connection.driver_connection
        if isinstance(raw, sqlite3.Connection) and not raw.in_transaction:
            raise JournalBroken()

    def adopt(self) -> None:
        """Set the head to the last entries of the stream, which an import has put there as they were."""
        c, mine = self.connection, _E.stream == self.stream
        last = c.execute(select(_E.seq, _E.digest, _E.at).where(mine).order_by(_E.seq.desc()).limit(1)).one()
        latest = select(_E.edition, _E.public_digest).where(mine, _E.edition.is_not(None))
        public = c.execute(latest.order_by(_E.edition.desc()).limit(1)).one()
        self.head = Head(last.seq, public.edition, last.digest, public.public_digest, last.at)
        _MOVE_HEAD.run(c, {"stream": self.stream} | _values(self.head))

    def _link(self, change: AnyChange, actor: str, at: int) -> dict[str, Any]:
        """The row of the next entry; moves the head to it."""
        salt, body = self._salt(), form.encode(change)
        committed = form.commitment(salt, body)
        seq, edition, public = self.head.seq + 1, self.head.edition, self.head.public_digest
        clear = (at, actor, change.kind, change.object, committed)
        digest = form.digest(self.head.digest, self.stream, seq, *clear)
        if change.public:
            edition += 1
            public = form.public_digest(public, self.stream, edition, at, change.kind, change.object, committed)
        self.head = Head(seq, edition, digest, public, at)
        return {
            "stream": self.stream,
            "seq": seq,
            "edition": edition if change.public else None,
            "form": form.FORM,
            "at": at,
            "actor": actor,
            "kind": change.kind,
            "object": change.object,
            "commitment": committed,
            "digest": digest,
            "public_digest": public if change.public else None,
            "salt": salt,
            "body": body,
            "command": None,
            "fingerprint": None,
            "last": None,
            "seal": None,
        }

    def _project(self, entry: Entry) -> None:
        change = entry.change
        if isinstance(change, EntriesErased):
            erase(self.connection, self.stream, change.seqs)
            folds.forget(self.connection, self.stream)
            self.erased = True
        step(self.connection, entry)
        if isinstance(change, StoryOpened | StoryAmended) and slug_owner(self.connection, change.slug) != self.stream:
            raise SlugTaken(change.slug)


class _Done:
    """Whether words were erased in the transaction."""

    erased = False


class Journal:
    """The journal of one installation. Any thread may use it; writes go one after the other."""

    def __init__(self, engines: Engines, *, salt: Callable[[], bytes], replica: Replica | None = None) -> None:
        self._engines = engines
        self._replica = replica
        self._salt = salt
        self._pen = threading.Lock()
        self._keeper = Keeper(engines)

    @classmethod
    def open(
        cls, url: str, *, busy: float = 5.0, salt: Callable[[], bytes] | None = None, replica: str = ""
    ) -> Journal:
        """Open the database at this URL (`sqlite:///file`), making it and bringing its schema up to date.

        `busy` is how many seconds a write waits for another process; `replica` is the URL of a replica for readers.
        Raises JournalError.
        """
        beside = Replica(open_replica(replica, busy=busy, of=url)) if replica else None
        salt = salt or (lambda: os.urandom(form.SALT_SIZE))
        journal = cls(open_engines(url, busy=busy), salt=salt, replica=beside)
        # A crash may have come between an erasure and the truncation of SQLite's log.
        journal._keeper.empty(wait=False)
        return journal

    @property
    def engines(self) -> Engines:
        """The engines behind it: for doctor, the bench and tests."""
        return self._engines

    @property
    def log_due(self) -> bool:
        """True while SQLite's write-ahead log may still hold erased words, because a reader needed it."""
        return self._keeper.due

    def close(self) -> None:
        """Close all connections."""
        self._keeper.close()
        close_engines(self._engines)
        if self._replica is not None:
            self._replica.close()

    @contextmanager
    def writing(self, stream: str) -> Iterator[Writing]:
        """One transaction on this stream: committed, and on the disk, at the end of the block; or nothing of it."""
        with self._committing() as (connection, done):
            writing = Writing(connection, stream, self._salt)
            yield writing
            done.erased = writing.erased
        self.hear(stream, writing.head.edition)

    @contextmanager
    def shelving(self) -> Iterator[Connection]:
        """One transaction on the plain tables (people, stock), committed at the end of the block."""
        with self._committing() as (connection, _):
            yield connection

    @contextmanager
    def _committing(self) -> Iterator[tuple[Connection, _Done]]:
        done = _Done()
        if not self._pen.acquire(timeout=LONGEST_WAIT):
            raise JournalLocked()
        try:
            check_file(self._engines)
            with telling(), self._engines.writer.begin() as connection:
                yield connection, done
            check_file(self._engines)  # nothing is acknowledged that went into a removed file
            self._keeper.committed(erased=done.erased)
        finally:
            self._pen.release()

    @contextmanager
    def showing(self, story: str = "", edition: int = 0) -> Iterator[Connection]:
        """As `reading`, for what readers get: from the replica where there is one that has what this process has heard
        of this story (its id or slug, "" for all stories), and this edition at least.
        """
        with ExitStack() as stack:
            connection = self._replica.connection(stack, story, edition) if self._replica is not None else None
            if connection is None:
                connection = stack.enter_context(self.reading())
            with telling():
                yield connection

    def hear(self, story: str, edition: int) -> None:
        """Somebody says that the story has this edition: from now on readers are shown it, or a later one."""
        if self._replica is not None:
            self._replica.hear(story, edition)

    @property
    def replicated(self) -> bool:
        """Whether readers are shown a replica, so that it matters how far the primary is."""
        return self._replica is not None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that only reads; all that is read in the block is of one moment. The desk reads here only."""
        with telling(), self._engines.reader.begin() as connection:
            yield connection

    def entries(self, stream: str, after: int = 0, limit: int = 1000) -> list[Entry]:
        """At most `limit` entries of the stream after this seq, in order."""
        with self.reading() as connection:
            return read(connection, stream, after=after, limit=limit)

    def check(self) -> None:
        """Raise JournalGone when the database's file was removed or replaced."""
        check_file(self._engines)

    def heads(self) -> dict[str, Head]:
        """Where each stream stands."""
        marks = self._replica.marks() if self._replica is not None else {}
        with self.reading() as connection:
            rows = connection.execute(select(t.stream.c.id, *_HEAD)).all()
        heads = {row.id: Head(*row[1:]) for row in rows}
        if self._replica is not None:
            self._replica.set({stream: head.edition for stream, head in heads.items()}, marks)
        return heads


def read(connection: Connection, stream: str, *, after: int = 0, limit: int | None = None) -> list[Entry]:
    """Entries of the stream after this seq, in order."""
    rows = _READ.all(connection, {"stream": stream, "after": after, "most": NO_LIMIT if limit is None else limit})
    return [
        Entry(
            row.stream, row.seq, row.edition, row.at, row.actor, row.kind, row.object, _change(row), row.command or ""
        )
        for row in rows
    ]


def of_object(connection: Connection, stream: str, thing: str) -> list[Entry]:
    """Every entry of the stream about this object, oldest first."""
    asked = select(*_ENVELOPE).where(_E.stream == stream, _E.object == thing).order_by(_E.seq)
    return [_entry(row._asdict(), _change(row)) for row in connection.execute(asked)]


def of_kind(connection: Connection, stream: str, kind: str) -> list[Entry]:
    """Every entry of the stream of this kind, oldest first."""
    asked = select(*_ENVELOPE).where(_E.stream == stream, _E.kind == kind).order_by(_E.seq)
    return [_entry(row._asdict(), _change(row)) for row in connection.execute(asked)]


def some(connection: Connection, stream: str, seqs: Sequence[int]) -> Iterator[Entry]:
    """These entries of the stream, in the order of `seqs`, which is theirs."""
    for start in range(0, len(seqs), 500):  # old builds of SQLite take 999 parameters
        asked = select(*_ENVELOPE).where(_E.stream == stream, _E.seq.in_(seqs[start : start + 500])).order_by(_E.seq)
        yield from [_entry(row._asdict(), _change(row)) for row in connection.execute(asked)]


def each(connection: Connection, stream: str, *, after: int = 0) -> Iterator[Entry]:
    """All entries of the stream after this seq one by one, for streams that are longer than memory."""
    while some := read(connection, stream, after=after, limit=1000):
        yield from some
        after = some[-1].seq


def folded(connection: Connection, stream: str) -> tuple[Story, bytes, int]:
    """The stream's fold, the digest of the entry that it ends with, and up to which entry it was kept ready."""
    fold = folds.kept(connection, stream) or Story()
    ready = fold.seq
    for entry in each(connection, stream, after=fold.seq):
        apply(fold, entry)
    return fold, digest_of(connection, stream, fold.seq) or form.GENESIS, ready


def digest_of(connection: Connection, stream: str, seq: int) -> bytes | None:
    """The digest of this entry of the stream, None when there is none."""
    found: bytes | None = _DIGEST.value(connection, {"stream": stream, "seq": seq})
    return found


def _change(row: Row[*tuple[Any, ...]]) -> AnyChange | None:
    if row.body is None:
        return None
    try:
        return form.decode(row.kind, row.body)
    except FormError as error:
        # One damaged entry must not take the story with it: it folds like an erased one, and verify names it.
        _LOG.error("entry %s of stream %s: %s", row.seq, row.stream, error)
        return None


def _entries(rows: Sequence[dict[str, Any]], changes: Sequence[AnyChange]) -> list[Entry]:
    return [_entry(row, change) for row, change in zip(rows, changes, strict=True)]


def _entry(row: dict[str, Any], change: AnyChange | None) -> Entry:
    return Entry(
        row["stream"],
        row["seq"],
        row["edition"],
        row["at"],
        row["actor"],
        row["kind"],
        row["object"],
        change,
        row["command"] or "",
    )


def _values(head: Head) -> dict[str, Any]:
    return structs.asdict(head)
