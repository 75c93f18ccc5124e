"""Rebuild: the views made anew from the journal; and the comparison that proves that it changes nothing.

In: a journal. Out: fresh views, or the rows in which stepwise and rebuilt views differ (none: invariant 1). Streams go
in the order in which they began here, because the first to have a slug keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, create_engine, delete, insert, select
from sqlalchemy.pool import StaticPool

from depesche.journal import tables as t
from depesche.journal.log import Journal, each
from depesche.journal.postgres import lock_tables
from depesche.journal.project import step

AT_ONCE = 1000
"""Rows sent together."""
MOST_DIFFERENCES = 20
"""Told for one table: enough to see what kind of difference it is."""


def rebuild(journal: Journal) -> int:
    """Make all views anew in one transaction; the number of entries that were folded. Nobody writes meanwhile."""
    with journal.shelving() as connection:
        if connection.dialect.name == "postgresql":
            return _far(connection)
        _empty(connection)
        return _fold(connection, connection)


def _far(connection: Connection) -> int:
    """Fold here, and send the rows together: each step apart would cost a dozen ways to the server and back."""
    lock_tables(connection, [table.name for table in (t.stream, t.entry, *t.VIEWS)])
    with _scratch() as fresh:
        folded = _fold(connection, fresh)
        _empty(connection)
        for table in t.VIEWS:
            for rows in fresh.execute(select(table).execution_options(yield_per=AT_ONCE)).mappings().partitions():
                connection.execute(insert(table), [dict(row) for row in rows])
    return folded


def compare(journal: Journal) -> list[str]:
    """What a rebuild would change, one sentence for each row."""
    with journal.reading() as connection, _scratch() as fresh:
        _fold(connection, fresh)
        return [line for table in t.VIEWS for line in _differences(connection, fresh, table)]


@contextmanager
def _scratch() -> Iterator[Connection]:
    """Empty views in memory."""
    scratch = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with scratch.begin() as fresh:
            t.metadata.create_all(fresh, tables=list(t.VIEWS))
            yield fresh
    finally:
        scratch.dispose()


def _empty(connection: Connection) -> None:
    for table in t.VIEWS:
        connection.execute(delete(table))


def _fold(source: Connection, target: Connection) -> int:
    folded = 0
    for stream in source.execute(select(t.stream.c.id).order_by(t.stream.c.place)).scalars().all():
        for entry in each(source, stream):
            step(target, entry)
            folded += 1
    return folded


def _differences(stored: Connection, fresh: Connection, table: Table) -> list[str]:
    have, want = _rows(stored, table), _rows(fresh, table)
    keys = [key for key in have.keys() | want.keys() if have.get(key) != want.get(key)]
    return [
        f"{table.name} {key}: stored {have.get(key)}, rebuilt {want.get(key)}"
        for key in sorted(keys, key=str)[:MOST_DIFFERENCES]
    ]


def _rows(connection: Connection, table: Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = [column.name for column in table.primary_key]
    return {tuple(row._mapping[name] for name in names): tuple(row) for row in connection.execute(select(table))}
