"""Statements that stand ready: those of every publish, which SQLite runs in a few microseconds.

In: a statement that SQLAlchemy built, a connection in a transaction, values by name. Out: rows, each with its columns
as attributes. On SQLite the driver runs them, since SQLAlchemy takes 40 µs to hand out what SQLite finds in three; a
server is waited for anyway. Never: a value inside the text of a statement. Errors are those of `telling`.
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

Said: TypeAlias = Mapping[str, Any]
"""Values by the names of a statement's parameters."""
T = TypeVar("T")


class _Ready(NamedTuple):
    """For SQLite: the text, values that stand in the statement itself, what makes a row, and where it has truths."""

    text: str
    fixed: Said
    row: Any
    truths: tuple[int, ...]


class Prepared:
    """A statement, to be made once and run often."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update | Delete) -> None:
        self._statement = statement

    def all(self, c: Connection, said: Said) -> Sequence[Any]:
        """All rows."""
        raw = _sqlite(c)
        if raw is None:
            return c.execute(self._statement, said).all()
        ready = self._ready
        rows = raw.execute(ready.text, {**ready.fixed, **said}).fetchall()
        if ready.truths:  # SQLite has numbers for them
            rows = [[bool(v) if n in ready.truths and v is not None else v for n, v in enumerate(row)] for row in rows]
        return [ready.row(row) for row in rows]

    def first(self, c: Connection, said: Said) -> Any:
        """The first row, None when there is none."""
        return next(iter(self.all(c, said)), None)

    def value(self, c: Connection, said: Said) -> Any:
        """The first column of the first row, None when there is none."""
        row = self.first(c, said)
        return None if row is None else row[0]

    def run(self, c: Connection, said: Said) -> int:
        """Change rows, or add one; how many were changed."""
        raw = _sqlite(c)
        if raw is None:
            return c.execute(self._statement, said).rowcount
        return raw.execute(self._ready.text, {**self._ready.fixed, **said}).rowcount

    def many(self, c: Connection, rows: Sequence[Said]) -> None:
        """The same for each of these rows."""
        raw = _sqlite(c)
        if raw is None:
            c.execute(self._statement, rows)
        else:
            raw.executemany(self._ready.text, [{**self._ready.fixed, **said} for said in rows])

    @cached_property
    def _ready(self) -> _Ready:
        made = self._statement.compile(dialect=sqlite.dialect(paramstyle="named"))
        columns = [*self._statement.selected_columns] if isinstance(self._statement, Select) else []
        row = namedtuple("Row", [column.key or "" for column in columns], rename=True)  # type: ignore[misc]
        truths = tuple(place for place, column in enumerate(columns) if isinstance(column.type, Boolean))
        fixed = {name: bind.value for name, bind in made.binds.items() if not bind.required}  # others must be given
        return _Ready(str(made), fixed, row._make, truths)


def _sqlite(c: Connection) -> sqlite3.Connection | None:
    raw = c.connection.driver_connection
    return raw if isinstance(raw, sqlite3.Connection) else None


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values, as many at a time as one statement may have: old builds of SQLite take 999 parameters."""
    for start in range(0, len(values), 500):
        yield values[start : start + 500]


def put(c: Connection, table: Table, keys: Said, **values: Any) -> None:
    """Set the row with this primary key, whether it is there or not, in one statement."""
    setting(c.dialect.name, table, tuple(keys), tuple(values)).run(c, {**keys, **values})


def alter(c: Connection, table: Table, keys: Said, **values: Any) -> int:
    """Set columns of the rows that have these values; how many there are."""
    return _altering(table, tuple(keys), tuple(values)).run(c, _named(keys) | values)


def remove(c: Connection, table: Table, **keys: Any) -> None:
    """Remove the rows that have these values."""
    _removing(table, tuple(keys)).run(c, _named(keys))


# Building a statement costs SQLAlchemy more than SQLite needs to run it, so each is built once.
@cache
def setting(dialect: str, table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    """The statement of `put`, for many rows."""
    made: postgresql.Insert | sqlite.Insert
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    made = made.values({name: bindparam(name) for name in keys + values})
    set_ = {name: made.excluded[name] for name in values}
    return Prepared(made.on_conflict_do_update(index_elements=keys, set_=set_))


@cache
def _altering(table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    return Prepared(update(table).where(*_these(table, keys)).values({name: bindparam(name) for name in values}))


@cache
def _removing(table: Table, keys: tuple[str, ...]) -> Prepared:
    return Prepared(delete(table).where(*_these(table, keys)))


def _these(table: Table, keys: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"its_{name}") for name in keys]


def _named(keys: Said) -> dict[str, Any]:
    return {f"its_{name}": value for name, value in keys.items()}
