"""Writing: one transaction on one stream. Changes are linked to its chains and appended, its views brought up to them.

In: changes that the desk decided. Out: entries with seq, edition, time and both digests; receipts of commands. Never:
half a command, a gap in seq, or a time that goes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import Connection, bindparam, insert, select, update

from depesche.journal import folds, form
from depesche.journal import tables as t
from depesche.journal.erase import erase
from depesche.journal.errors import JournalBroken, JournalUnreachable, SlugTaken, telling
from depesche.journal.postgres import lock_new
from depesche.journal.prepared import Prepared
from depesche.journal.project import step, touch
from depesche.journal.rows.statements import redate
from depesche.journal.rows.stories import slug_owner
from depesche.journal.stream import HEAD, Head, digest_of, each
from depesche.words.changes import AnyChange, EntriesErased, Entry, StoryAmended, StoryOpened
from depesche.words.ledgerchanges import StandingDerived


class Receipt(Struct, frozen=True):
    """What a command did before: its entries in its stream, and the fingerprint of what was asked."""

    stream: str
    first: int
    last: int
    fingerprint: bytes


_E = t.entry.c
_THIS = t.stream.c.id == bindparam("stream")
_HEAD_HELD = Prepared(select(*HEAD).where(_THIS).with_for_update())
_MOVE_HEAD = Prepared(update(t.stream).where(_THIS).values({column.name: bindparam(column.name) for column in HEAD}))
_RECEIPT = Prepared(select(_E.stream, _E.seq, _E.last, _E.fingerprint).where(_E.command == bindparam("command")))
_OPEN, _ADD = insert(t.stream), Prepared(insert(t.entry))
_UNASKED = dict.fromkeys(("command", "fingerprint", "last", "seal"))


class Writing:
    """One transaction on one stream. Use it inside `Journal.writing` only."""

    def __init__(self, connection: Connection, stream: str, salt: Callable[[], bytes]) -> None:
        self.connection = connection
        self.stream = stream
        self.erased = False
        self._salt = salt
        row = _HEAD_HELD.first(connection, {"stream": stream})
        if row is None and connection.dialect.name == "postgresql":  # no row to lock, and another node may open it now
            lock_new(connection, stream)
            row = _HEAD_HELD.first(connection, {"stream": stream})
        self.head = Head(*(row or ()))

    def beside(self, stream: str) -> Writing:
        """Another stream, in the same transaction."""
        return Writing(self.connection, stream, self._salt)

    def receipt(self, command: str) -> Receipt | None:
        """What the command with this id did before, in whatever stream."""
        row = _RECEIPT.first(self.connection, {"command": command})
        return None if row is None else Receipt(*row)

    def each(self, after: int) -> Iterator[Entry]:
        """All entries of the stream after this seq one by one, for streams that are longer than memory."""
        return iter(()) if after >= self.head.seq else each(self.connection, self.stream, after=after)

    def has(self, seq: int, digest: bytes) -> bool:
        """Whether the entry with this seq has this digest: if not, the journal's past isn't what somebody thinks."""
        if seq == self.head.seq:
            return digest == self.head.digest
        return digest_of(self.connection, self.stream, seq) == digest

    def open(self) -> None:
        """Begin the stream."""
        self.connection.execute(_OPEN, {"id": self.stream} | asdict(self.head))

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
        first, rows = self.head.seq + 1, list[dict[str, Any]]()
        if first == 1:
            self.open()
        entries = [self._link(change, actor, at, rows) for change in changes]
        if then is not None:
            entries += [self._link(change, actor, at, rows) for change in then(entries)]
        if command:
            sealed = form.seal(command, self.stream, first, self.head.seq, fingerprint)
            rows[0] |= {"command": command, "fingerprint": fingerprint, "last": self.head.seq, "seal": sealed}
            entries[0] = replace(entries[0], command=command)
        _ADD.many(self.connection, rows)
        self._move_head()
        for derived, some in groupby(entries, lambda entry: isinstance(entry.change, StandingDerived)):
            if derived:
                touch(self.connection, list(some))
            else:
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
        self._move_head()

    def _move_head(self) -> None:
        _MOVE_HEAD.run(self.connection, {"stream": self.stream} | asdict(self.head))

    def _link(self, change: AnyChange, actor: str, at: int, rows: list[dict[str, Any]]) -> Entry:
        """The next entry, its row put to the others; moves the head to it."""
        salt, body, kind, thing = self._salt(), form.encode(change), change.kind, change.object
        before, committed, at = self.head, form.commitment(salt, body), max(at, self.head.at)
        seq, edition, public = before.seq + 1, before.edition, before.public_digest
        digest = form.digest(before.digest, self.stream, seq, at, actor, kind, thing, committed)
        if change.public:
            edition += 1
            public = form.public_digest(public, self.stream, edition, at, kind, thing, committed)
        self.head = Head(seq, edition, digest, public, at)
        numbered, linked = (edition, public) if change.public else (None, None)
        row = {"stream": self.stream, "seq": seq, "edition": numbered, "at": at, "actor": actor, "kind": kind}
        row |= {"object": thing, "form": form.FORM, "commitment": committed, "salt": salt, "body": body}
        rows.append(row | {"digest": digest, "public_digest": linked} | _UNASKED)
        return Entry(self.stream, seq, numbered, at, actor, kind, thing, change)

    def _project(self, entry: Entry) -> None:
        change = entry.change
        if isinstance(change, EntriesErased):
            erase(self.connection, self.stream, change.seqs)
            folds.forget(self.connection, self.stream)
            self.erased = True
        step(self.connection, entry)
        if isinstance(change, EntriesErased):
            redate(self.connection, self.stream, change.seqs)
        if isinstance(change, StoryOpened | StoryAmended) and slug_owner(self.connection, change.slug) != self.stream:
            raise SlugTaken(change.slug)
