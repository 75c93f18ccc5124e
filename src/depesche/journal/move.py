"""A whole installation from one database into another: journal, views, people, tokens, copy and all else that is there.

In: two journals, of any two kinds of database. Out: the second one holds what the first one holds, row for row, or
nothing of it. Never: a target in which something is already, a source that is written meanwhile, or an end without
every digest computed anew from what the target gives back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, func, insert, select, text

from depesche.journal import tables as t
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.journal.postgres import lock_tables
from depesche.journal.verify import findings

AT_ONCE = 50
"""Rows in memory: a piece of copy may have 2 MB, and an entry's body 8."""

Progress = Callable[[int], None]
"""Is told how many rows have been copied or compared since the last time."""


class MoveRefused(JournalError):
    """Nothing was moved; the sentence says why."""


class Moved(Struct, frozen=True):
    """What was moved: rows by table, and how many streams and entries are among them."""

    rows: dict[str, int]

    @property
    def streams(self) -> int:
        """How many streams there are."""
        return self.rows[t.stream.name]

    @property
    def entries(self) -> int:
        """How many entries there are."""
        return self.rows[t.entry.name]


def steps(source: Journal) -> int:
    """How many rows `move` will tell of: each is copied once and compared once."""
    with source.reading() as connection:
        return 2 * sum(_rows(connection, table) for table in t.metadata.sorted_tables)


def move(source: Journal, target: Journal, progress: Progress = lambda rows: None) -> Moved:
    """Copy everything in one transaction of the target, while nobody can write the source.

    Raises MoveRefused, or another JournalError; then the target is as it was, and the move may simply be tried again.
    """
    if source.engines.writer.url == target.engines.writer.url and source.engines.identity == target.engines.identity:
        raise MoveRefused("Source and target are the same database. Nothing was moved.")
    with _held(source) as before, _held(target) as after:
        _check(before, after)
        digests = {table.name: _copy(before, after, table, progress) for table in t.metadata.sorted_tables}
        _set_sequences(after)
        for table in t.metadata.sorted_tables:
            if _digest(after, table, progress) != digests[table.name]:
                raise MoveRefused(f"The target gives back other rows of “{table.name}” than it was given.")
        wrong = findings(after)
        if wrong:
            raise MoveRefused(f"The target doesn't verify: {wrong[0]}. Nothing was moved.")
        return Moved({table.name: _rows(after, table) for table in t.metadata.sorted_tables})


@contextmanager
def _held(journal: Journal) -> Iterator[Connection]:
    """A connection that nobody else can write beside: neither a server nor a command."""
    with journal.shelving() as connection:
        if connection.dialect.name == "postgresql":
            lock_tables(connection, [table.name for table in t.metadata.sorted_tables])
        yield connection


def _check(before: Connection, after: Connection) -> None:
    for table in t.metadata.sorted_tables:
        rows = _rows(after, table)
        if rows:
            there = f"its table “{table.name}” has {rows} rows"
            raise MoveRefused(f"The target isn't empty: {there}. Nothing was moved; name an empty database.")
    if not any(_rows(before, table) for table in t.metadata.sorted_tables):
        raise MoveRefused("The source is empty: there is nothing to move. Is it the right one?")
    wrong = findings(before)
    if wrong:
        raise MoveRefused(f"The source doesn't verify: {wrong[0]}. Nothing was moved; restore a backup first.")


def _copy(before: Connection, after: Connection, table: Table, progress: Progress) -> bytes:
    digest = hashlib.blake2b()
    names = [column.name for column in table.columns]
    with closing(_ordered(before, table)) as chunks:
        for rows in chunks:
            _note(digest, rows)
            after.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
            progress(len(rows))
    return digest.digest()


def _digest(connection: Connection, table: Table, progress: Progress) -> bytes:
    digest = hashlib.blake2b()
    with closing(_ordered(connection, table)) as chunks:
        for rows in chunks:
            _note(digest, rows)
            progress(len(rows))
    return digest.digest()


def _note(digest: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    for row in rows:
        digest.update(msgspec.msgpack.encode(row))


def _ordered(connection: Connection, table: Table) -> Generator[list[tuple[Any, ...]]]:
    """All rows by their primary key: in one order on every database, since text is ordered by its code points."""
    asked = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    with connection.execute(asked) as result:
        for rows in result.partitions():
            yield [tuple(row) for row in rows]


def _rows(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL count on after the numbers that were brought along."""
    if connection.dialect.name != "postgresql":
        return
    for table in t.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        asked = select(func.pg_get_serial_sequence(table.name, column.name), func.max(column))
        sequence, latest = connection.execute(asked).one()
        if sequence and latest:
            connection.execute(text("SELECT setval(:sequence, :latest)"), {"sequence": sequence, "latest": latest})
