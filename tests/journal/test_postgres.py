"""What PostgreSQL is asked for: how it is opened, guarded and migrated, and what is said when it can't be used."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import partial
from urllib.parse import urlsplit

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from depesche.journal import engine, guard, rebuild, verify, views
from depesche.journal import tables as t
from depesche.journal.errors import (
    CommandKnown,
    FormError,
    JournalError,
    JournalLocked,
    JournalNewer,
    JournalRace,
    JournalReadOnly,
    JournalUnreachable,
    SlugTaken,
)
from depesche.journal.log import Journal
from depesche.journal.survival import survivals
from depesche.words.changes import PostPublished, PostText, StoryClosed, StoryOpened
from tests.databases import PostgresDatabases, name_of
from tests.journal.made import ACTOR, NOW, STORY, Told

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"
OTHER = "11111111-6a0c-4a5e-9a51-5d5f0c1f7a01"


@pytest.fixture
def back_end() -> str:
    return "postgres"


def shell(url: str, sql: str) -> None:
    """Somebody with an SQL shell."""
    with psycopg.connect(url) as connection:
        connection.execute(sql)


@pytest.mark.parametrize(
    ("database", "session"), [("off", "on"), ("on", "on"), ("local", "local"), ("remote_apply", "remote_apply")]
)
def test_a_commit_is_on_the_disk_before_it_is_acknowledged(empty_journal: str, database: str, session: str) -> None:
    """Whoever made it faster than that for everything else didn't mean us; what waits for more is left alone."""
    shell(empty_journal, f"ALTER DATABASE {name_of(empty_journal)} SET synchronous_commit = {database}")
    with closing(Journal.open(empty_journal)) as journal:
        for _ in range(2):  # a rollback doesn't take it back
            with suppress(ZeroDivisionError), journal.shelving() as c:
                assert c.exec_driver_sql("SHOW synchronous_commit").scalar() == session
                _ = 1 / 0


def test_a_reader_cannot_write(told: Told) -> None:
    with pytest.raises(JournalReadOnly, match="read-only"), told.journal.reading() as c:
        c.exec_driver_sql("DELETE FROM post")
    assert told.publish() == 1, "and the writer still can"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM entry WHERE seq = 2",
        "TRUNCATE entry CASCADE",
        "TRUNCATE stream CASCADE",
        "UPDATE entry SET body = '\\x00' WHERE seq = 2",
        "UPDATE entry SET salt = '\\x00' WHERE seq = 2",
        "UPDATE entry SET at = at + 1",
        "UPDATE entry SET edition = NULL WHERE seq = 2",
        "UPDATE entry SET command = 'x' WHERE seq = 2",
        "UPDATE entry SET seq = 9, body = NULL WHERE seq = 2",
        "INSERT INTO entry SELECT * FROM entry WHERE seq = 2 ON CONFLICT (stream, seq) DO UPDATE SET at = 1",
        "DELETE FROM stream",
        "UPDATE stream SET seq = seq - 1",
        "UPDATE stream SET id = 'other'",
    ],
)
def test_the_journal_is_append_only(told: Told, empty_journal: str, sql: str) -> None:
    told.publish()
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        shell(empty_journal, sql)
    assert verify.check(told.journal) == []


def test_the_tables_are_what_the_migrations_make(journal: Journal) -> None:
    with journal.engines.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, t.metadata) == []


def test_no_index_depends_on_the_order_of_words_in_a_language(journal: Journal) -> None:
    """glibc changes it from time to time; an index made before then finds nothing, and takes doubles."""
    asked = (
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'"
    )
    with journal.reading() as c:
        assert c.execute(text(asked)).scalars().all() == []


@pytest.mark.damages
def test_a_guard_that_was_taken_away_is_missed_and_set_again(told: Told, empty_journal: str) -> None:
    shell(empty_journal, "DROP TRIGGER entry_update ON entry")
    shell(empty_journal, "ALTER TABLE stream DISABLE TRIGGER stream_truncate")
    named = [each.problem for each in verify.check(told.journal)]
    assert named == ["The guard entry_update is missing.", "The guard stream_truncate is missing."]
    with closing(Journal.open(empty_journal)) as again, again.reading() as c:
        assert guard.missing(c) == []


@pytest.mark.damages
@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE entry SET at = at + 1 WHERE seq = 2", 2),
        ("UPDATE entry SET body = body || ' '::bytea WHERE seq = 3", 3),
        ("DELETE FROM entry WHERE seq = 4", 4),
        ("UPDATE stream SET seq = seq - 1", 4),
    ],
)
def test_what_an_intruder_altered_is_named(told: Told, empty_journal: str, sql: str, seq: int) -> None:
    for _ in range(3):
        told.publish()
    shell(empty_journal, f"SET session_replication_role = replica; {sql}")
    assert [each.seq for each in verify.check(told.journal)] == [seq]


def test_a_database_of_a_newer_release_is_left_alone(told: Told, empty_journal: str) -> None:
    shell(empty_journal, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(JournalNewer, match="newer release"):
        Journal.open(empty_journal)


def test_nodes_that_start_at_once_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(6) as nodes:
        journals = list(nodes.map(Journal.open, [url] * 6))
    for journal in journals:
        assert journal.heads() == {}
        journal.close()


def test_nodes_that_open_one_stream_at_once_take_turns(empty_journal: str) -> None:
    """As when an impatient editor's request goes to a second node, before the first one has answered."""
    journals = [Journal.open(empty_journal) for _ in range(4)]
    at_once = threading.Barrier(4)

    def work(journal: Journal) -> int:
        at_once.wait(20)
        with journal.writing("wire") as writing:
            if writing.receipt("same") is not None:
                return 0
            opened = StoryOpened("kursk", "Kursk", "de", "UTC")
            return len(writing.append([opened], actor=ACTOR, at=NOW, command="same", fingerprint=b""))

    with ThreadPoolExecutor(4) as nodes:
        assert sorted(nodes.map(work, journals)) == [0, 0, 0, 1]
    for journal in journals:
        journal.close()


def test_two_stories_that_take_one_address_at_once(empty_journal: str) -> None:
    """One of them has it; the other one is told to try again, and then that it is taken."""
    first, second = Journal.open(empty_journal), Journal.open(empty_journal)
    opened = StoryOpened("kursk", "Kursk", "de", "UTC")

    def claim(journal: Journal, stream: str) -> None:
        with journal.writing(stream) as writing:
            writing.append([opened], actor=ACTOR, at=NOW)

    with ThreadPoolExecutor(1) as other:
        with first.writing(STORY) as writing:
            writing.append([opened], actor=ACTOR, at=NOW)
            waiting = other.submit(claim, second, OTHER)
            while not writing.connection.exec_driver_sql(WAITING).scalar():
                assert not waiting.done()
        with pytest.raises(JournalRace) as told:
            waiting.result(20)
    assert told.value.retry
    with pytest.raises(SlugTaken):
        claim(second, OTHER)
    first.close()
    second.close()


def test_one_command_for_two_stories_at_once_is_carried_out_once(told: Told, empty_journal: str) -> None:
    with closing(Journal.open(empty_journal)) as there:
        other = Told(there, OTHER, "berlin")
        told.say(StoryClosed(), command="c1")
        with pytest.raises(CommandKnown):
            other.say(StoryClosed(), command="c1")
        other.say(StoryClosed(), command="c2")


def test_a_write_waits_for_another_node_and_not_for_ever(told: Told, empty_journal: str) -> None:
    with closing(Journal.open(empty_journal, busy=0.2)) as there:
        other = Told.__new__(Told)
        other.__dict__ |= told.__dict__ | {"journal": there}
        with told.journal.writing(STORY), pytest.raises(JournalLocked, match="try again"):
            other.say(StoryClosed())
        assert len(there.entries(STORY)) == 1, "readers go on"
        other.say(StoryClosed())


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("INSERT INTO entry (stream, body, object) VALUES ('s', :body, :it)", {"body": b"geheim", "it": "geheim"}),
        ("INSERT INTO slug VALUES (:slug, :slug), (:slug, :slug)", {"slug": "geheim"}),
    ],
)
def test_an_error_never_shows_the_words_of_an_entry(told: Told, sql: str, parameters: dict[str, object]) -> None:
    """PostgreSQL quotes the whole row in the details of an error."""
    with pytest.raises(JournalError) as error, told.journal.shelving() as c:
        c.execute(text(sql), parameters)
    assert "geheim" not in "".join(traceback.format_exception(error.value))


def test_an_error_never_shows_the_password(postgres_databases: PostgresDatabases) -> None:
    for url in (
        "postgresql://depesche:swordfish@127.0.0.1:1/depesche",
        "postgresql://depesche:swordfish@127.0.0.1:x/depesche",
        "postgresql://depesche:swordfish@[::1/depesche",
        "postgresql+nothing://depesche:swordfish@127.0.0.1/depesche",
        "mysql://depesche:swordfish@127.0.0.1/depesche",
    ):
        with pytest.raises(JournalError) as told:
            Journal.open(url)
        assert "swordfish" not in "".join(traceback.format_exception(told.value)), url


def test_a_server_that_isnt_there_is_told_with_the_reason(url: str) -> None:
    with pytest.raises(JournalUnreachable, match=r"can't be reached.*refused"):
        Journal.open("postgresql://depesche@127.0.0.1:1/depesche")
    with pytest.raises(JournalUnreachable, match="does not exist"):
        Journal.open(urlsplit(url)._replace(path="/nowhere").geturl())


def test_rights_that_are_missing_are_told(url: str, postgres_databases: PostgresDatabases) -> None:
    name = f"guest_{name_of(url)}"
    postgres_databases.run(f"CREATE ROLE {name} LOGIN")
    guest = urlsplit(url)._replace(netloc=f"{name}@").geturl()
    with pytest.raises(JournalReadOnly, match=r"permission denied.*rights of Depesche's user"):
        Journal.open(guest)
    postgres_databases.run(f"DROP ROLE {name}")


def test_a_database_of_another_encoding_is_refused(url: str, postgres_databases: PostgresDatabases) -> None:
    latin = f"{name_of(url)}_latin"
    postgres_databases.run(f"CREATE DATABASE {latin} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(JournalError, match=r"encoding LATIN1.*UTF8"):
        Journal.open(urlsplit(url)._replace(path=f"/{latin}").geturl())
    postgres_databases.run(f"DROP DATABASE {latin}")


def test_nul_is_found_nowhere_and_stored_nowhere(told: Told) -> None:
    with told.journal.reading() as c:
        assert views.slug(c, "ku\0rsk") is None
        assert views.story(c, "kursk\0") is None
    with pytest.raises(FormError, match="NUL"):
        told.say(PostPublished(1, PostText("a\0b"), NOW))
    told.say(PostPublished(1, PostText(r"so schreibt man \u0000 und \\u0000"), NOW))


def test_a_connection_that_broke_in_a_write_leaves_nothing_and_the_next_one_works(told: Told, url: str) -> None:
    kill = partial(shell, url, TERMINATE.format(told.journal.engines.writer.url.database))

    def publish() -> None:
        with told.journal.writing(STORY) as writing:
            writing.append([StoryClosed()], actor=ACTOR, at=NOW, command="c1", fingerprint=b"")
            kill()

    with pytest.raises(JournalUnreachable) as broken:
        publish()
    assert broken.value.retry
    assert told.journal.heads()[STORY].seq == 1
    told.say(StoryClosed(), command="c1")
    kill()  # connections that lie in the pool
    assert told.journal.heads()[STORY].seq == 2
    assert told.say(StoryOpened("kursk", "Neu", "de", "UTC"), command="c2")[0].seq == 3


def test_a_part_in_which_the_connection_broke_isnt_gone_on_with(told: Told, url: str) -> None:

    def part(journal: Journal) -> None:
        with journal.writing(STORY) as writing, writing.attempt():
            shell(url, TERMINATE.format(journal.engines.writer.url.database))
            writing.append([StoryClosed()], actor=ACTOR, at=NOW)

    with pytest.raises(JournalUnreachable) as broken:
        part(told.journal)
    assert broken.value.retry, "the desk then gives the whole transaction up"
    assert told.journal.heads()[STORY].seq == 1


def test_erased_words_are_in_no_row_and_the_report_says_where_they_may_be(told: Told) -> None:
    told.publish("Birkenweg siebzehn")
    told.expunge(1, 2)
    with told.journal.reading() as c:
        assert c.execute(select(t.entry.c.body).where(t.entry.c.seq == 2)).scalar() is None
    assert any("VACUUM FULL entry" in line for line in survivals(told.journal, STORY))


def test_the_newest_migration_needs_no_lock(told: Told, empty_journal: str) -> None:
    """Else a node couldn't start while another one imports a story."""
    with told.journal.writing(STORY), closing(Journal.open(empty_journal, busy=0.2)) as there:
        assert there.heads()[STORY].seq == 1
    assert engine.LATEST


def test_views_are_made_anew_while_another_node_goes_on_publishing(told: Told, empty_journal: str) -> None:
    def publish() -> None:
        while told.posts < 60:
            try:
                told.publish()
            except JournalLocked:  # an editor sends it again, too
                told.posts -= 1

    with closing(Journal.open(empty_journal)) as there, ThreadPoolExecutor(1) as node:
        going = node.submit(publish)
        while not going.done():
            shell(
                empty_journal, "DELETE FROM post WHERE number % 3 = 0; UPDATE story SET title = 'von Hand', posts = 1"
            )
            assert rebuild.rebuild(there) >= 1
        going.result()
        assert rebuild.compare(there) == []
        assert verify.check(there) == []


def test_putting_one_story_right_waits_for_no_other_one(told: Told, empty_journal: str) -> None:
    with closing(Journal.open(empty_journal, busy=0.2)) as there:
        Told(there, OTHER, "berlin").publish()
        shell(empty_journal, f"DELETE FROM post WHERE story = '{OTHER}'")
        with told.journal.writing(STORY):
            assert rebuild.rebuild(there) == 3
        assert rebuild.compare(there) == []
