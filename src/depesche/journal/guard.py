"""Triggers that keep the journal append-only: of an entry only body and salt may ever become NULL.

In: a connection that may change the schema. Out: the triggers, made anew. They stand against mistakes, not against
whoever owns the file (that is what the chains are for). Alembic's batch mode copies a table without its triggers, so
they are set again after every migration.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from depesche.journal.errors import KNOWN, MESSAGE
from depesche.journal.tables import entry

NAMES = ("entry_insert", "entry_command", "entry_update", "entry_delete", "stream_update", "stream_delete")
TRUNCATES = ("entry_truncate", "stream_truncate")
"""Of PostgreSQL only: SQLite has no TRUNCATE."""
_ERASABLE = ("body", "salt")
_FIXED = [column.name for column in entry.columns if column.name not in _ERASABLE]

# INSERT OR REPLACE would delete a row without asking a delete trigger, so an insert has to look first.
_WRONG_INSERT = "EXISTS (SELECT 1 FROM entry WHERE stream = NEW.stream AND (seq = NEW.seq OR edition = NEW.edition))"
_KNOWN_COMMAND = "EXISTS (SELECT 1 FROM entry WHERE command = NEW.command)"
_WRONG_UPDATE = " OR ".join(
    [f'NEW."{name}" IS DISTINCT FROM OLD."{name}"' for name in _FIXED]
    + [f'(NEW."{name}" IS NOT NULL AND NEW."{name}" IS DISTINCT FROM OLD."{name}")' for name in _ERASABLE]
)
_BACKWARDS = "NEW.id IS DISTINCT FROM OLD.id OR NEW.seq < OLD.seq OR NEW.edition < OLD.edition OR NEW.at < OLD.at"
_RULES = {
    "entry_insert": ("INSERT", "entry", _WRONG_INSERT),
    "entry_command": ("INSERT", "entry", _KNOWN_COMMAND),
    "entry_update": ("UPDATE", "entry", _WRONG_UPDATE),
    "entry_delete": ("DELETE", "entry", ""),
    "stream_update": ("UPDATE", "stream", _BACKWARDS),
    "stream_delete": ("DELETE", "stream", ""),
}
_SQLITE_HAS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
_POSTGRES_HAS = (
    "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN (to_regclass('entry'), to_regclass('stream'))"
)


def set_guard(connection: Connection) -> None:
    """Make the triggers anew, whatever is left of them."""
    for name, (event, table, wrong) in _RULES.items():
        if connection.dialect.name == "sqlite":
            _set_sqlite(connection, name, event, table, wrong)
        else:
            _set_postgres(connection, name, event, table, wrong)
    for name in TRUNCATES if connection.dialect.name != "sqlite" else ():
        _set_postgres(connection, name, "TRUNCATE", name.partition("_")[0], "")


def missing(connection: Connection) -> list[str]:
    """The names of triggers that should be there and aren't."""
    sqlite = connection.dialect.name == "sqlite"
    there = {row[0] for row in connection.execute(text(_SQLITE_HAS if sqlite else _POSTGRES_HAS))}
    return [name for name in (NAMES if sqlite else NAMES + TRUNCATES) if name not in there]


def _set_sqlite(connection: Connection, name: str, event: str, table: str, wrong: str) -> None:
    # SQLite calls it IS NOT; IS DISTINCT FROM came with 3.39, and Debian's Python may link an older one.
    when = f"WHEN {wrong}".replace("IS DISTINCT FROM", "IS NOT") if wrong else ""
    message = KNOWN if wrong == _KNOWN_COMMAND else MESSAGE
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {when} BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _set_postgres(connection: Connection, name: str, event: str, table: str, wrong: str) -> None:
    # PostgreSQL has no INSERT OR REPLACE, and its triggers' WHEN may not look into the table: constraints do there.
    if event == "INSERT":
        wrong = "FALSE"
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    when = f"WHEN ({wrong})" if wrong else ""
    each = "STATEMENT" if event == "TRUNCATE" else "ROW"
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} {when} EXECUTE FUNCTION journal_refuse()"
    )
