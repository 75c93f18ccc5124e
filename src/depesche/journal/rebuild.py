"""Rebuild: the views as the journal has them; and the comparison that proves that nothing had to be put right.

In: a journal. Out: right views, or the rows in which stepwise and rebuilt views differ (none: invariant 1). Streams go
in the order in which they began here, because the first to have a slug keeps it. Never: a story that waits while
another one is folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, create_engine, insert, select
from sqlalchemy.pool import StaticPool

from depesche.journal import tables as t
from depesche.journal.log import Journal
from depesche.journal.prepared import remove
from depesche.journal.project import step
from depesche.journal.stream import each
from depesche.journal.writing import Writing

AT_ONCE = 1000
"""Rows fetched together."""
MOST_DIFFERENCES = 20
"""Told for one table: enough to see what kind of difference it is."""

_Row = tuple[Any, ...]


class _Difference(NamedTuple):
    """A row as it is stored and as it should be; None: there is none."""

    key: _Row
    have: _Row | None
    want: _Row | None


def rebuild(journal: Journal) -> int:
    """Put every row right that differs from what the journal says; the number of entries that were folded.

    Others write meanwhile: all is folded and compared in one state of the journal, and only a story with something
    wrong in it waits, while its newest entries are folded and its rows are compared again.
    """
    with _scratch() as fresh:
        with journal.reading() as connection:
            ends = _fold(connection, fresh)
            wrong = {stream for table in t.VIEWS for stream in _streams(connection, fresh, table)}
        folded = sum(ends.values())
        for stream in sorted(wrong):
            with journal.writing(stream) as writing:
                folded += _put_right(writing, fresh, ends.get(stream, 0))
    return folded


def compare(journal: Journal) -> list[str]:
    """What a rebuild would change, one sentence for each row."""
    with journal.reading() as connection, _scratch() as fresh:
        _fold(connection, fresh)
        return [line for table in t.VIEWS for line in _told(connection, fresh, table)]


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


def _fold(source: Connection, target: Connection) -> dict[str, int]:
    """Fold all entries; gives the seq at which each stream ends."""
    ends = {}
    for stream in source.execute(select(t.stream.c.id).order_by(t.stream.c.place)).scalars().all():
        ends[stream] = 0
        for entry in each(source, stream):
            step(target, entry)
            ends[stream] += 1
    return ends


def _put_right(writing: Writing, fresh: Connection, after: int) -> int:
    """Bring the fresh views of this stream from `after` to its end, and the stored ones to them."""
    late = 0
    for entry in writing.each(after):
        step(fresh, entry)
        late += 1
    for table in t.VIEWS:
        _write(writing.connection, table, list(_differences(writing.connection, fresh, table, writing.stream)))
    return late


def _write(stored: Connection, table: Table, found: list[_Difference]) -> None:
    """Put rows that are right in the place of those that aren't."""
    names, keys = table.columns.keys(), table.primary_key.columns.keys()
    for key, _, _ in found:
        remove(stored, table, **dict(zip(keys, key, strict=True)))
    if rows := [dict(zip(names, want, strict=True)) for _, _, want in found if want is not None]:
        stored.execute(insert(table), rows)


def _streams(stored: Connection, fresh: Connection, table: Table) -> Iterator[str]:
    """The streams that a differing row names, or should."""
    name = itemgetter(list(table.columns).index(t.VIEWS[table]))
    for _, *both in _differences(stored, fresh, table):
        yield from (name(row) for row in both if row is not None)


def _told(stored: Connection, fresh: Connection, table: Table) -> list[str]:
    found = sorted(_differences(stored, fresh, table), key=lambda each: str(each.key))
    return [f"{table.name} {key}: stored {have}, rebuilt {want}" for key, have, want in found[:MOST_DIFFERENCES]]


def _differences(
    stored: Connection, fresh: Connection, table: Table, stream: str | None = None
) -> Iterator[_Difference]:
    """The rows that aren't the same, of one stream or of all."""
    columns = list(table.columns)
    places = [columns.index(column) for column in table.primary_key]
    asked = select(table).execution_options(yield_per=AT_ONCE)
    if stream is not None:
        asked = asked.where(t.VIEWS[table] == stream)

    def key(row: _Row) -> _Row:
        return tuple(row[place] for place in places)

    want = {key(row): tuple(row) for row in fresh.execute(asked)}
    for row in stored.execute(asked):
        right = want.pop(key(row), None)
        if right != row:
            yield _Difference(key(row), tuple(row), right)
    yield from (_Difference(missing, None, row) for missing, row in want.items())
