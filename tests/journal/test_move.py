"""A whole installation goes from one kind of database to the other, and back, and is the same."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import BigInteger, Boolean, Integer, LargeBinary, insert, select, update

from depesche.cli import group
from depesche.journal import dump, move, people, rebuild, stock, verify
from depesche.journal import tables as t
from depesche.journal.errors import JournalError, JournalLocked
from depesche.journal.log import Journal
from depesche.journal.move import MoveRefused
from depesche.journal.stock import MediaRow
from depesche.words.changes import (
    CopyReceived,
    CopyTaken,
    DraftSaved,
    Media,
    PostPublished,
    PostRetracted,
    PostText,
    StoryClosed,
    StoryOpened,
)
from depesche.words.copy import Copy, Reading
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.journal.made import ACTOR, NOW, PICTURE, STORY, Told

OTHER = "11111111-6a0c-4a5e-9a51-5d5f0c1f7a01"


def furnished(url: str) -> Journal:
    """An installation with something in every table, and two stories with something of everything."""
    journal = Journal.open(url)
    told = Told(journal)
    told.say(DraftSaved("d1", PostText("Entwurf")), command="c1")
    told.say(PostPublished(1, PostText("Moskau – ü, 😀 und \u2028.", media=(Media(PICTURE, 1, 1),)), NOW), command="c2")
    told.posts = 1
    told.record(1, "Ja.")
    told.publish("Zweiter.")
    told.correct(2, "Zweiter, richtig.")
    told.say(PostRetracted(2, "Falsch."))
    told.publish("Wird gelöscht.")
    told.expunge(3, 8)
    other = Told(journal, OTHER, "ümlaut-vor-a")
    other.publish("Auf Deutsch")
    with journal.writing("wire") as writing:
        writing.append([CopyReceived(Copy("k1", "plain", "Text"))], actor=ACTOR, at=NOW, command="c3", fingerprint=b"")
    told.say(CopyTaken("k1", 1))
    with journal.shelving() as c:
        people.put_account(c, people.Account("a1", "ada", "Ada", "chief", "", "$argon2id$x", False, NOW, NOW))
        people.add_session(c, people.Session("ab" * 32, "a1", NOW, NOW, NOW + 1, "Firefox"))
        people.add_token(c, people.Token("t1", "a1", "Ticker", "cd" * 32, NOW))
        stock.keep_media(c, MediaRow(PICTURE, 1600, 900, 250_000, NOW, ACTOR))
        stock.keep_blob(c, "cd" * 32, b"\x00Kopie\xff", NOW)
        stock.keep_reading(c, "k1", 1, "de-1", Reading("de"))
        for table in t.metadata.sorted_tables:
            if table not in t.VIEWS and c.execute(select(table).limit(1)).first() is None:
                c.execute(insert(table).values({column.name: _any(column.type) for column in table.columns}))
    return journal


def _any(kind: Any) -> object:
    known: dict[type, object] = {Boolean: True, BigInteger: NOW, Integer: 1, LargeBinary: b"\x00\xff"}
    return next((value for each, value in known.items() if isinstance(kind, each)), "etwas")


def rows(journal: Journal) -> dict[str, list[tuple[Any, ...]]]:
    with journal.reading() as c:
        return {
            table.name: sorted((tuple(row) for row in c.execute(select(table))), key=repr)
            for table in t.metadata.sorted_tables
        }


def exports(journal: Journal) -> list[list[str]]:
    return [list(dump.export(journal, each, public=public)) for each in (STORY, OTHER) for public in (False, True)]


@pytest.fixture
def source(empty_journal: str) -> Iterator[Journal]:
    """An installation on the one kind of database."""
    with closing(furnished(empty_journal)) as journal:
        yield journal


@pytest.fixture
def elsewhere(back_end: str, sqlite_databases: SqliteDatabases, postgres_databases: PostgresDatabases) -> Databases:
    """The other kind."""
    return postgres_databases if back_end == "sqlite" else sqlite_databases


@pytest.fixture
def target(elsewhere: Databases) -> Iterator[Journal]:
    """An empty database of the other kind."""
    url = elsewhere.empty()
    with closing(Journal.open(url, busy=0.3)) as journal:
        yield journal
    elsewhere.remove(url)


def test_an_installation_is_the_same_on_the_other_kind_of_database_and_back(
    source: Journal, target: Journal, databases: Databases
) -> None:
    before = rows(source)
    counted: list[int] = []
    moved = move.move(source, target, counted.append)
    assert rows(target) == before
    assert (moved.streams, moved.entries) == (3, sum(head.seq for head in source.heads().values()))
    assert sum(counted) == move.steps(source)
    assert exports(target) == exports(source)
    assert verify.check(target) == []
    assert rebuild.compare(target) == []
    url = databases.empty()
    with closing(Journal.open(url)) as back:
        move.move(target, back)
        assert rows(back) == before
    databases.remove(url)


def test_the_newsroom_goes_on_in_the_new_place(source: Journal, target: Journal) -> None:
    move.move(source, target)
    with pytest.raises(JournalError, match="carried out already"), target.writing(STORY) as writing:
        writing.append([StoryClosed()], actor=ACTOR, at=NOW, command="c1", fingerprint=b"f")
    with target.writing("22222222-6a0c-4a5e-9a51-5d5f0c1f7a01") as writing:
        writing.append([StoryOpened("danach", "Danach", "de", "UTC")], actor=ACTOR, at=NOW)
    with target.reading() as c:
        places = c.execute(select(t.stream.c.place).order_by(t.stream.c.place)).scalars().all()
    assert places == [1, 2, 3, 4], "later streams are counted on"
    assert verify.check(target) == []


def test_a_target_with_anything_in_it_is_refused(source: Journal, target: Journal) -> None:
    with target.shelving() as c:
        people.put_account(c, people.Account("a2", "bob", "Bob", "chief", "", "x", False, NOW, NOW))
    with pytest.raises(MoveRefused, match=r"isn't empty.*“account” has 1 rows"):
        move.move(source, target)
    assert target.heads() == {}


def test_an_empty_source_and_the_same_place_are_refused(journal: Journal, target: Journal) -> None:
    with pytest.raises(MoveRefused, match="nothing to move"):
        move.move(journal, target)
    with pytest.raises(MoveRefused, match="same database"):
        move.move(journal, journal)


@pytest.mark.damages
def test_a_damaged_source_is_refused(source: Journal, target: Journal) -> None:
    with source.shelving() as c:
        for name in ("entry_update", "stream_update"):
            table = name.partition("_")[0]
            c.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if c.dialect.name == "postgresql" else ""))
        c.execute(update(t.entry).where(t.entry.c.seq == 2).values(at=NOW + 1))
    with pytest.raises(MoveRefused, match=r"source doesn't verify.*entry 2"):
        move.move(source, target)
    assert target.heads() == {}


def test_what_was_interrupted_left_nothing_and_is_simply_begun_again(source: Journal, target: Journal) -> None:
    def stop(rows: int) -> None:
        stop.counted += rows  # type: ignore[attr-defined]
        if stop.counted > 30:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    stop.counted = 0  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        move.move(source, target, stop)
    assert target.heads() == {}
    move.move(source, target)
    assert target.heads() == source.heads()


def test_nobody_writes_the_source_meanwhile(source: Journal, target: Journal, empty_journal: str) -> None:
    node = Journal.open(empty_journal, busy=0.1)
    refused: list[str] = []

    def publish() -> None:
        try:
            with node.writing(STORY) as writing:
                writing.append([StoryClosed()], actor=ACTOR, at=NOW)
        except JournalLocked as error:
            refused.append(str(error))

    def progress(rows: int) -> None:
        if not refused:
            other = threading.Thread(target=publish)
            other.start()
            other.join()

    move.move(source, target, progress)
    node.close()
    assert len(refused) == 1
    assert target.heads() == source.heads()


def test_the_command_moves_and_says_what_comes_next(
    source: Journal, elsewhere: Databases, empty_journal: str, tmp_path: Path
) -> None:
    url = elsewhere.blank()
    run = CliRunner().invoke(
        group, ["move", "--from", empty_journal, "--to", url], env={"DEPESCHE_FOLDER": str(tmp_path)}
    )
    assert run.exit_code == 0, run.output
    assert "every digest fits" in run.output
    assert str(tmp_path / "media") in run.output
    assert "DEPESCHE_DATABASE" in run.output
    again = CliRunner().invoke(group, ["move", "--from", empty_journal, "--to", url])
    assert again.exit_code == 1
    assert "isn't empty" in again.output
    elsewhere.remove(url)


def test_a_source_that_isnt_there_isnt_made(tmp_path: Path) -> None:
    there = tmp_path / "nowhere.db"
    run = CliRunner().invoke(group, ["move", "--from", f"sqlite:///{there}", "--to", f"sqlite:///{tmp_path}/new.db"])
    assert run.exit_code == 1
    assert "There is no database" in run.output
    assert not there.exists()
    wrong = CliRunner().invoke(group, ["move", "--from", f"sqlite:///{there}", "--to", "postgresql://u:swordfish@[x/y"])
    assert "swordfish" not in wrong.output
