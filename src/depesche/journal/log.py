"""The log: the journal of one installation, opened. Whoever writes gets one transaction, one after the other.

In: a database's URL. Out: transactions to write in and connections to read from, each of one moment; for readers from
a replica where there is one. Never: an answer before the disk has the entry.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, select

from depesche.journal import form
from depesche.journal import tables as t
from depesche.journal.engine import Engines, check_file, close_engines, open_engines, open_replica
from depesche.journal.errors import JournalLocked, telling
from depesche.journal.keeper import Keeper
from depesche.journal.replica import Replica
from depesche.journal.stream import HEAD, Head, read
from depesche.journal.writing import Writing
from depesche.words.changes import Entry

LONGEST_WAIT = 30.0
"""Seconds that a write waits for another one of this process: importing a story of 100,000 entries takes that long."""


class Journal:
    """The journal of one installation. Any thread may use it; writes go one after the other."""

    def __init__(self, engines: Engines, *, salt: Callable[[], bytes], replica: Replica | None = None) -> None:
        self._engines = engines
        self._replica = replica
        self._salt = salt
        self._pen = threading.Lock()
        self._erased = False  # whether words were erased in the transaction of whoever has the pen
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
        with self._committing() as connection:
            writing = Writing(connection, stream, self._salt)
            yield writing
            self._erased = writing.erased
        self.hear(stream, writing.head.edition)

    @contextmanager
    def shelving(self) -> Iterator[Connection]:
        """One transaction on the plain tables (people, stock), committed at the end of the block."""
        with self._committing() as connection:
            yield connection

    @contextmanager
    def _committing(self) -> Iterator[Connection]:
        if not self._pen.acquire(timeout=LONGEST_WAIT):
            raise JournalLocked()
        self._erased = False
        try:
            check_file(self._engines)
            with telling(), self._engines.writer.begin() as connection:
                yield connection
            check_file(self._engines)  # nothing is acknowledged that went into a removed file
            self._keeper.committed(erased=self._erased)
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
            rows = connection.execute(select(t.stream.c.id, *HEAD)).all()
        heads = {row.id: Head(*row[1:]) for row in rows}
        if self._replica is not None:
            self._replica.set({stream: head.edition for stream, head in heads.items()}, marks)
        return heads
