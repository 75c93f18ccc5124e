"""Rebuild: the views made anew from the journal; and the comparison that proves that it changes nothing.

In: a journal. Out: fresh views, or the rows in which stepwise and rebuilt views differ (none: invariant 1). Streams go
in the order in which they began here, because the first to have a slug keeps it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, create_engine, delete, select
from sqlalchemy.pool import StaticPool

from depesche.journal import tables as t
from depesche.journal.log import Journal, each
from depesche.journal.project import step

MOST_DIFFERENCES = 20
"""Told for one table: enough to see what kind of difference it is."""


def rebuild(journal: Journal) -> int:
    """Make all views anew in one transaction; the number of entries that were folded."""
    with journal.shelving() as connection:
        for table in t.VIEWS:
            connection.execute(delete(table))
        return _fold(connection, connection)


def compare(journal: Journal) -> list[str]:
    """What a rebuild would change, one sentence for each row."""
    scratch = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with journal.reading() as connection, scratch.begin() as fresh:
            t.metadata.create_all(fresh, tables=list(t.VIEWS))
            _fold(connection, fresh)
            return [line for table in t.VIEWS for line in _differences(connection, fresh, table)]
    finally:
        scratch.dispose()


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
