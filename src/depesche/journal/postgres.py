"""How a PostgreSQL database is opened: one engine that writes, one that only reads, perhaps one that reads a replica.

In: URLs. Out: engines whose sessions promise what the journal needs: a commit is on the disk before it is acknowledged,
a reading block sees one moment, nobody waits for ever. Never: two nodes that migrate at once or that open one stream
at once (locks of the database's own see to that), or a NUL, which PostgreSQL's text can't hold.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from depesche.journal.errors import JournalError

READERS = 8
"""Reading connections kept open; twice as many in a rush. Each is a process of the server."""
MOST_CONNECTIONS = 2 * READERS + 2
"""Connections of a process at most: in a rush, with the writer's."""
OLDEST = 14
"""The oldest major version: older ones get no more security fixes (https://www.postgresql.org/support/versioning/)."""

CONNECT = 5
"""Seconds that a connection may take to be made."""
_NETWORK: dict[str, Any] = {
    "application_name": "depesche",
    "client_encoding": "utf8",
    # a server that vanished without a word is noticed within half a minute, not after TCP's quarter of an hour
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
LONGEST_READ = 60
"""Seconds after which a query is given up: whoever asked has long gone."""
LONGEST_PAUSE = 60
"""Seconds that a writer may hold its locks without a word: a node that froze doesn't keep the others from writing."""

_MIGRATION = int.from_bytes(b"depesche", "big")
"""The key of the lock under which the schema is changed."""
_NEVER_OFF = """
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""
"""The weakest setting that still waits for the disk is left alone, as is what waits for standbys, too."""


def open_postgres(place: URL, busy: float) -> tuple[Engine, Engine]:
    """The engine that writes and the one that reads. No connection is made yet. Raises JournalError."""
    return _writer(_driven(place), busy), open_reader(place, busy)


def open_reader(place: URL, busy: float, *, size: int = READERS, connect: int = CONNECT) -> Engine:
    """An engine that only reads, all of one block at one moment."""
    engine = _engine(_driven(place), busy, size=size, rush=size, connect=connect)

    def prepare(raw: Any, record: object) -> None:
        from psycopg import IsolationLevel

        _prepare(raw, f"SET statement_timeout = {LONGEST_READ * 1000}")
        raw.isolation_level = IsolationLevel.REPEATABLE_READ
        raw.read_only = True

    event.listen(engine, "connect", prepare)
    return engine


def lock_migration(connection: Connection) -> None:
    """Wait until no other node changes the schema; the lock ends with the transaction. Raises JournalError."""
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5min'")
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10min'")
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION})


def lock_new(connection: Connection, stream: str) -> None:
    """Wait until nobody else opens this stream, which has no head yet that could be locked."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))"), {"stream": stream})


def lock_tables(connection: Connection, names: list[str]) -> None:
    """Let others read these tables and nobody write them until the transaction ends, however long it takes."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    first_stream = sorted(names, key=lambda name: name != "stream")  # as every write does, or both wait for ever
    quoted = ", ".join(f'"{name}"' for name in first_stream)
    connection.exec_driver_sql(f"LOCK TABLE {quoted} IN EXCLUSIVE MODE")


def check_server(connection: Connection) -> None:
    """Raise JournalError for a server or a database that can't hold a journal."""
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
    if number < OLDEST * 10_000:
        raise JournalError(f"This is PostgreSQL {number // 10_000}. Depesche needs {OLDEST} or newer.")
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise JournalError(
            f"The database has the encoding {encoding}. Make one with: CREATE DATABASE … ENCODING 'UTF8'."
        )


def _writer(place: URL, busy: float) -> Engine:
    # one connection is enough: writes of a process go one after the other; the second is for whoever looks at it
    engine = _engine(place, busy, size=1, rush=1, connect=CONNECT)

    def prepare(raw: Any, record: object) -> None:
        _prepare(
            raw,
            _NEVER_OFF,
            f"SET lock_timeout = {max(1, int(busy * 1000))}",
            f"SET idle_in_transaction_session_timeout = {LONGEST_PAUSE * 1000}",
        )

    event.listen(engine, "connect", prepare)
    event.listen(engine, "handle_error", _leave_standby)
    return engine


def _engine(place: URL, busy: float, *, size: int, rush: int, connect: int) -> Engine:
    try:
        return create_engine(
            place,
            pool_size=size,
            max_overflow=rush,
            pool_timeout=busy,
            pool_pre_ping=True,  # after a restart of the server no request has to fail to find that out
            pool_use_lifo=True,  # what a rush opened can fall idle
            hide_parameters=True,  # they are somebody's words
            connect_args={"connect_timeout": connect} | _NETWORK,
        )
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise JournalError("PostgreSQL needs a library: pip install 'depesche[postgres]'.") from error


def _driven(place: URL) -> URL:
    """The URL with the driver that Depesche knows."""
    return place.set(drivername="postgresql+psycopg")


def _prepare(raw: Any, *settings: str) -> None:
    """Settings of a session, made outside any transaction, so that no rollback takes them back."""
    raw.autocommit = True
    for setting in ("SET jit = off", *settings):  # compiling takes longer than any of our queries
        raw.execute(setting)
    raw.autocommit = False
    _replace_nul(raw)


def _replace_nul(raw: Any) -> None:
    """Let U+FFFD stand for NUL in what is looked for: an address with %00 is an unknown one, no error.

    The journal itself refuses NUL before (form.encode), on every database.
    """
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    raw.adapters.register_dumper(str, WithoutNul)


def _leave_standby(context: ExceptionContext) -> None:
    """After a failover the old primary still answers, but takes no writes: give up the connections to it."""
    if getattr(context.original_exception, "sqlstate", None) == "25006":
        context.is_disconnect = True
