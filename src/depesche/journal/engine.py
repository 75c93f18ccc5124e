"""How the database is opened: one engine that writes, one that only reads, and the schema brought up to date.

In: a URL. Out: two engines. Never: a writer that acknowledges before the disk has it (synchronous is FULL), and a
reader that can write. On SQLite there is one writing connection, whose transactions begin with BEGIN IMMEDIATE:
a lock that is asked for late can't be waited for. PostgreSQL's own part is postgres.py.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from depesche.journal.errors import JournalError, JournalGone, JournalMissing, JournalNewer, JournalUnreachable, telling
from depesche.journal.guard import missing, set_guard
from depesche.journal.postgres import check_server, lock_migration, open_postgres, open_reader

LATEST = "0005"
"""The newest migration; a test compares it with the folder."""
READERS = 8
"""Reading connections kept open; twice as many in a rush. Each is a file handle and 2 MB of page cache."""

_WRITER_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # in WAL mode NORMAL would lose acknowledged posts in a power cut
    "PRAGMA fullfsync = ON",  # macOS: fsync alone leaves the data in the disk's cache; elsewhere without effect
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # erased words are overwritten with zeros in the file
    "PRAGMA recursive_triggers = ON",  # else REPLACE deletes rows without asking the guard
    "PRAGMA trusted_schema = OFF",
    "PRAGMA wal_autocheckpoint = 16000",  # 64 MB: only where the keeper, who does it apart, can't keep up
)
_READER_PRAGMAS = ("PRAGMA query_only = ON", "PRAGMA trusted_schema = OFF")


class Engines(NamedTuple):
    """The engine that writes and the one that reads; on SQLite the file and the engine that keeps its log short."""

    writer: Engine
    reader: Engine
    file: Path | None = None
    keeper: Engine | None = None
    busy: float = 0.0
    identity: tuple[int, int] = (0, 0)


def open_replica(url: str, *, busy: float, of: str = "postgresql:") -> Engine:
    """An engine that reads a replica of the database `of`. No connection is made yet. Raises JournalError for URLs that
    can't be these.
    """
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        raise JournalError("The setting “replica” isn't a URL such as postgresql://host/depesche.") from None
    if place.get_backend_name() != "postgresql" or not of.startswith("postgresql"):
        raise JournalError("The setting “replica” needs PostgreSQL: SQLite has no replicas.")
    return open_reader(place, busy, connect=2)


def open_engines(url: str, *, busy: float) -> Engines:
    """Engines for this database, with the schema brought to the newest migration. Raises JournalError.

    `busy` is how many seconds a write waits for another process's write.
    """
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):  # not told as the cause: it may quote a password
        raise JournalError("The setting “database” isn't a URL such as sqlite:///var/depesche.db.") from None
    engines = _engines(place, busy)
    with ExitStack() as unless_ready, _explaining(), telling():
        unless_ready.callback(close_engines, engines)
        with engines.writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                check_server(connection)
            migrate(connection)
        unless_ready.pop_all()
    return engines


@contextmanager
def _explaining() -> Iterator[None]:
    """Say why the server can't be reached: whoever starts Depesche may know where it is, and readers may not."""
    try:
        yield
    except JournalUnreachable as error:
        reason = " ".join(str(getattr(error.__cause__, "orig", "")).split())
        raise JournalUnreachable(f"The database can't be reached: {reason or 'it gives no reason'}.") from error


def check_file(engines: Engines) -> None:
    """Raise JournalGone when the database's name doesn't lead to the file that was opened any more.

    A file that was removed can still be written: what is written there is gone with the process.
    """
    if engines.file is None:
        return
    try:
        found = engines.file.stat()
    except OSError as error:
        raise JournalGone() from error
    if (found.st_dev, found.st_ino) != engines.identity:
        raise JournalGone()


def url_of(file: Path) -> str:
    """The URL of an SQLite database in this file, whatever characters its name has."""
    return URL.create("sqlite", database=str(file)).render_as_string()


def close_engines(engines: Engines) -> None:
    """Close every connection. SQLite folds its write-ahead log into the file with the last one."""
    for each in (engines.reader, engines.keeper, engines.writer):
        if each is not None:
            each.dispose()


def migrate(connection: Connection) -> None:
    """Bring the schema to the newest migration inside the open transaction, and set the guard."""
    if version(connection) == LATEST and not missing(connection):
        return
    if connection.dialect.name == "postgresql":
        lock_migration(connection)  # two nodes may start at once
    if version(connection) == LATEST:
        if missing(connection):
            set_guard(connection)
        return
    # Imported here: alembic takes half a second, and a database is migrated once in a release.
    from alembic import command
    from alembic.config import Config
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise JournalNewer() from error
    set_guard(connection)


def fold_log(engines: Engines, *, empty: bool, wait: bool) -> bool:
    """Copy SQLite's write-ahead log into the file; `empty` also cuts it to nothing. False while a reader needs it.

    `wait`: be as patient with readers as a write is with writers.
    """
    if engines.keeper is None:
        return True
    with telling():
        raw = engines.keeper.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {int(engines.busy * 1000) if wait else 0}")
            how = "TRUNCATE" if empty else "PASSIVE"
            busy: int = cursor.execute(f"PRAGMA wal_checkpoint({how})").fetchone()[0]
        finally:
            raw.close()
    return busy == 0


def version(connection: Connection) -> str | None:
    """The migration that the schema is at; None: there is none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _engines(place: URL, busy: float) -> Engines:
    match place.get_backend_name():
        case "sqlite":
            return _sqlite(place, busy)
        case "postgresql":
            return Engines(*open_postgres(place, busy), busy=busy)
        case other:
            raise JournalError(f"There is no journal in a database of the kind “{other}”: use SQLite or PostgreSQL.")


def _sqlite(place: URL, busy: float) -> Engines:
    if not place.database or place.database == ":memory:":
        raise JournalError("A journal needs a file: use a URL such as sqlite:///var/depesche.db.")
    path = Path(place.database).absolute()
    identity = _make_file(path)

    def connect(mode: str, pragmas: tuple[str, ...]) -> sqlite3.Connection:
        """A connection that every pragma was set on, or none: half set up it might lose what was acknowledged."""
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode={mode}",
            uri=True,
            timeout=busy,
            isolation_level=None,  # we begin transactions ourselves
            check_same_thread=False,  # the pool hands a connection to one thread at a time
            cached_statements=512,
        )
        try:
            for pragma in pragmas:
                connection.execute(pragma).close()
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def engine(mode: str, pragmas: tuple[str, ...], size: int, rush: int = 0) -> Engine:
        return create_engine(
            "sqlite://",
            creator=lambda: connect(mode, pragmas),
            poolclass=QueuePool,
            pool_size=size,
            max_overflow=rush,
            pool_timeout=busy,
            hide_parameters=True,  # they are somebody's words
        )

    writer, keeper = engine("rw", _WRITER_PRAGMAS, 1), engine("rw", _WRITER_PRAGMAS, 1)
    reader = engine("ro", _READER_PRAGMAS, READERS, READERS)
    event.listen(writer, "begin", lambda connection: _begin(connection, "BEGIN IMMEDIATE"))
    event.listen(reader, "begin", lambda connection: _begin(connection, "BEGIN"))
    return Engines(writer, reader, path, keeper, busy, identity)


def _begin(connection: Connection, how: str) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for mypy
    raw.execute(how)


def _make_file(path: Path) -> tuple[int, int]:
    """Make the file, if it is not there, so that nobody else can read it: it holds what isn't published. Gives back
    its device and inode: which file it is, whatever becomes of its name.

    A file that is there isn't opened: POSIX takes away all locks that a process has on a file when it closes it
    anywhere (https://www.sqlite.org/howtocorrupt.html, 2.2), and a journal of this process may be open on it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        made = path.stat()
        if not stat.S_ISREG(made.st_mode):
            raise JournalMissing(f"{path} can't be opened: it is no file.")
        if not os.access(path, os.R_OK | os.W_OK):
            raise JournalMissing(f"{path} can't be opened: permission denied. Give Depesche's user the right.")
    except (FileExistsError, NotADirectoryError) as error:
        raise JournalMissing(f"{path.parent} is no folder. Name another place for the database.") from error
    except PermissionError as error:
        raise JournalMissing(f"{path} can't be opened: {error.strerror}. Give Depesche's user the right.") from error
    except OSError as error:
        raise JournalMissing(f"{path} can't be opened: {error.strerror}.") from error
    return made.st_dev, made.st_ino
