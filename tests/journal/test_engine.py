"""How the database is opened, guarded and migrated, and what is said when it can't be used."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from depesche.journal import engine, guard, rebuild, verify
from depesche.journal.errors import (
    JournalBroken,
    JournalDamaged,
    JournalError,
    JournalFull,
    JournalLocked,
    JournalMissing,
    JournalNewer,
    JournalReadOnly,
)
from depesche.journal.log import Journal
from depesche.journal.tables import metadata
from depesche.journal.writing import Writing
from depesche.words.changes import PostPublished, PostText, StoryClosed
from tests.journal.made import ACTOR, NOW, STORY, Told

MIGRATIONS = Path(engine.__file__).parent / "migrations"


@pytest.fixture
def back_end() -> str:
    """What stands here is about files."""
    return "sqlite"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "depesche.db"


@pytest.fixture
def intruder(told: Told, file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody with an SQL shell."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 300)],
)
def test_the_writer_survives_a_power_cut(journal: Journal, pragma: str, value: object) -> None:
    """synchronous 2 is FULL: the log is on the disk before a commit is acknowledged."""
    for _ in range(3):
        with journal.writing(STORY) as writing:
            assert writing.connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


def test_a_reader_cannot_write(told: Told) -> None:
    with pytest.raises(JournalReadOnly), told.journal.reading() as c:
        c.exec_driver_sql("DELETE FROM post")
    with told.journal.reading() as c:
        c.exec_driver_sql("PRAGMA query_only = OFF")
        with pytest.raises(OperationalError, match="readonly"):  # the file itself was opened for reading
            c.exec_driver_sql("DELETE FROM post")


def test_a_write_is_a_transaction_from_its_first_read(told: Told, intruder: sqlite3.Connection) -> None:
    intruder.execute("PRAGMA busy_timeout = 1").close()
    with told.journal.writing(STORY), pytest.raises(sqlite3.OperationalError, match="locked"):
        intruder.execute("BEGIN IMMEDIATE")


def test_nobody_else_may_read_the_file(told: Told, file: Path) -> None:
    for path in (file, file.with_name(f"{file.name}-wal")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE entry SET body = X'00' WHERE seq = 2",
        "UPDATE entry SET salt = X'00' WHERE seq = 2",
        "UPDATE entry SET at = at + 1",
        "UPDATE entry SET edition = NULL WHERE seq = 2",
        "UPDATE entry SET digest = NULL WHERE seq = 2",
        "UPDATE entry SET command = 'x' WHERE seq = 2",
        "UPDATE entry SET seq = 9, body = NULL WHERE seq = 2",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2",
        "REPLACE INTO entry SELECT * FROM entry WHERE seq = 2",
        "UPDATE OR REPLACE entry SET seq = 1 WHERE seq = 2",
        "DELETE FROM stream",
        "UPDATE stream SET seq = seq - 1",
        "UPDATE stream SET edition = 0",
        "UPDATE stream SET id = 'other'",
    ],
)
def test_the_journal_is_append_only(told: Told, intruder: sqlite3.Connection, sql: str) -> None:
    told.publish()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        intruder.execute(sql)
    assert verify.check(told.journal) == []


@pytest.mark.damages
def test_only_body_and_salt_may_go(told: Told, intruder: sqlite3.Connection) -> None:
    told.publish()
    intruder.execute("UPDATE entry SET body = NULL, salt = NULL WHERE seq = 2")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        intruder.execute("UPDATE entry SET body = X'00' WHERE seq = 2")


def test_the_tables_are_what_the_migrations_make(journal: Journal) -> None:
    with journal.engines.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [engine.LATEST]


def test_a_migration_in_batch_mode_keeps_the_guard(told: Told) -> None:
    """Alembic copies the table without its triggers; opening the journal sets them again."""
    from alembic.operations import Operations

    told.publish()
    with told.journal.engines.writer.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for name in guard.NAMES:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        with operations.batch_alter_table("entry", recreate="always") as batch:
            batch.alter_column("actor", existing_nullable=False)
        assert guard.missing(connection) == list(guard.NAMES)
        engine.migrate(connection)
        assert guard.missing(connection) == []
    assert verify.check(told.journal) == []
    with pytest.raises(JournalError, match="append-only"), told.journal.shelving() as c:
        c.exec_driver_sql("DELETE FROM entry")


def test_a_database_of_a_newer_release_is_left_alone(told: Told, file: Path, intruder: sqlite3.Connection) -> None:
    intruder.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(JournalNewer, match="newer release"):
        Journal.open(f"sqlite:///{file}")
    intruder.execute("UPDATE alembic_version SET version_num = ?", [engine.LATEST])


@pytest.mark.parametrize("url", ["", "depesche.db", "sqlite://", "sqlite:///:memory:", "nothing://x/y"])
def test_a_wrong_url_is_told(url: str) -> None:
    with pytest.raises(JournalError) as told:
        Journal.open(url)
    assert len(str(told.value)) > 30


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    Journal.open(f"sqlite:///{tmp_path / 'a' / 'b' / 'j.db'}").close()
    assert (tmp_path / "a" / "b" / "j.db").exists()


def test_a_place_that_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(JournalMissing, match="can't be opened"):
        Journal.open(f"sqlite:///{tmp_path}")
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalMissing, match="no folder"):
        Journal.open(f"sqlite:///{tmp_path / 'file' / 'j.db'}")


def test_a_name_with_anything_in_it_is_only_a_name(tmp_path: Path) -> None:
    """A question mark or a percent sign would mean something in a URL, and in SQLite's own URI."""
    for name in ("100%41 und mehr?.db", "ä b#c.db"):
        Journal.open(engine.url_of(tmp_path / name)).close()
        assert (tmp_path / name).stat().st_size > 0


@pytest.mark.parametrize("content", [b"Lieber Kollege, " * 400, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_database_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "j.db"
    file.write_bytes(content)
    with pytest.raises(JournalDamaged, match="damaged"):
        Journal.open(f"sqlite:///{file}")
    assert file.read_bytes() == content


def test_a_file_that_is_cut_off_is_told(told: Told, file: Path, tmp_path: Path) -> None:
    for _ in range(50):
        told.publish("Ein Text von einiger Länge. " * 100)
    told.journal.engines.writer.dispose()
    told.journal.engines.reader.dispose()
    cut = tmp_path / "cut.db"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(JournalDamaged, match="restore the latest backup"):
        Journal.open(f"sqlite:///{cut}")


@pytest.mark.damages
def test_a_page_that_is_damaged_is_told_while_the_rest_goes_on(told: Told, file: Path) -> None:
    for _ in range(50):
        told.publish("Ein Text von einiger Länge. " * 100)
    engine.close_engines(told.journal.engines)
    raw = bytearray(file.read_bytes())
    at = raw.rindex(b"Titel 40") // 4096 * 4096
    raw[at : at + 4096] = b"\xff" * 4096
    file.write_bytes(raw)
    journal = Journal.open(f"sqlite:///{file}")
    try:
        assert {each.stream for each in verify.check(journal)} == {STORY}
        with pytest.raises(JournalDamaged):
            journal.entries(STORY)
        assert len(journal.entries(STORY, limit=10)) == 10
    finally:
        engine.close_engines(journal.engines)


def test_a_full_disk_loses_nothing_and_the_next_write_works(told: Told) -> None:
    """SQLite refuses to grow the file, as it does when the disk refuses: the same SQLITE_FULL."""
    told.publish()
    before = told.journal.heads()

    def limit(pages: int) -> None:
        with told.journal.shelving() as c:
            c.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with told.journal.shelving() as c:
        used = c.exec_driver_sql("PRAGMA page_count").scalar()
    assert used is not None
    limit(used)
    with pytest.raises(JournalFull, match=r"disk is full.*make room"):
        told.say(PostPublished(2, PostText("x" * 49_000), NOW), command="c1")
    assert told.journal.heads() == before
    limit(1_000_000)
    assert told.say(PostPublished(2, PostText("x" * 49_000), NOW), command="c1")[0].seq == 3
    assert verify.check(told.journal) == []
    assert rebuild.compare(told.journal) == []


def test_a_lock_of_another_process_is_told_and_the_next_write_works(told: Told, file: Path) -> None:
    script = (
        "import sqlite3, sys\n"
        f"c = sqlite3.connect({str(file)!r}, isolation_level=None)\n"
        "c.execute('BEGIN EXCLUSIVE')\n"
        "print('locked', flush=True)\n"
        "sys.stdin.readline()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"locked\n"
        start = time.monotonic()
        with pytest.raises(JournalLocked, match="try again"):
            told.say(StoryClosed(), command="c1")
        assert 0.2 < time.monotonic() - start < 20, "it waited as long as it was told to"
        assert len(told.journal.entries(STORY)) == 1, "readers go on"
        other.stdin.write(b"\n")
        other.stdin.flush()
        other.wait(20)
    assert told.say(StoryClosed(), command="c1")[0].seq == 2


def test_a_lock_while_opening_is_told(told: Told, file: Path, intruder: sqlite3.Connection) -> None:
    intruder.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalLocked):
        Journal.open(f"sqlite:///{file}", busy=0.1)
    intruder.execute("ROLLBACK")
    Journal.open(f"sqlite:///{file}", busy=0.1).close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(JournalMissing, match="right"):
        Journal.open(f"sqlite:///{folder / 'j.db'}")


def test_a_database_that_may_not_be_written_is_told(told: Told) -> None:
    with told.journal.shelving() as c:
        c.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(JournalReadOnly, match="can't be written"):
        told.say(StoryClosed())
    raw = told.journal.engines.writer.raw_connection()
    raw.cursor().execute("PRAGMA query_only = OFF")
    raw.close()
    told.say(StoryClosed())


def test_an_error_never_shows_the_words_of_an_entry(told: Told) -> None:
    with pytest.raises(JournalError) as error, told.journal.shelving() as c:
        c.execute(text("INSERT INTO entry (stream, body) VALUES ('s', :body)"), {"body": b"geheim"})
    assert "geheim" not in f"{error.value} {error.value.__cause__}"


def test_an_empty_file_becomes_a_journal(file: Path) -> None:
    file.touch()
    journal = Journal.open(f"sqlite:///{file}")
    assert journal.heads() == {}
    journal.close()


def test_a_transaction_that_sqlite_undid_by_itself_is_not_gone_on_with(told: Told) -> None:
    """As it may when the disk fails in the middle: what came after would stand alone, without the rest."""

    def fail(writing: Writing) -> None:
        with writing.attempt():
            writing.append([StoryClosed()], actor=ACTOR, at=NOW)
            raw = writing.connection.connection.driver_connection
            assert raw is not None
            raw.execute("ROLLBACK")

    with pytest.raises(JournalError), told.journal.writing(STORY) as writing:
        fail(writing)
    assert told.journal.heads()[STORY].seq == 1
    told.say(StoryClosed())


def test_a_full_disk_in_one_of_several_parts_leaves_nothing_by_halves(told: Told) -> None:
    with told.journal.shelving() as c:
        used = c.exec_driver_sql("PRAGMA page_count").scalar()
        c.exec_driver_sql(f"PRAGMA max_page_count = {used}")

    def part(writing: Writing, number: int, size: int) -> None:
        with suppress(JournalFull), writing.attempt():
            writing.append([PostPublished(number, PostText("x" * size), NOW)], actor=ACTOR, at=NOW)

    with suppress(JournalBroken), told.journal.writing(STORY) as writing:
        part(writing, 1, 10)
        part(writing, 2, 49_000)
        part(writing, 2, 20)
    with told.journal.shelving() as c:
        c.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert verify.check(told.journal) == []
    assert rebuild.compare(told.journal) == []


def test_another_look_at_the_file_keeps_the_locks_of_this_process(told: Told, file: Path) -> None:
    """POSIX takes all locks of a process from a file that it closes anywhere: another process, the last one as it
    thinks, would then fold and remove the log that this one still writes.
    """
    second = Journal.open(f"sqlite:///{file}")
    look = f"from depesche.journal.log import Journal; Journal.open('sqlite:///{file}').close()"
    log = file.with_name(f"{file.name}-wal").stat().st_ino
    subprocess.run([sys.executable, "-c", look], check=True, timeout=60)
    assert file.with_name(f"{file.name}-wal").stat().st_ino == log
    told.publish()
    second.close()
    count = (
        "import sys, sqlite3; print(sqlite3.connect(sys.argv[1]).execute('SELECT max(seq) FROM entry').fetchone()[0])"
    )
    found = subprocess.run([sys.executable, "-c", count, str(file)], check=True, timeout=60, capture_output=True)
    assert found.stdout.strip() == b"2"
