"""Verify names the first entry that doesn't fit, whatever was done to the file behind the journal's back."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from depesche.journal import verify
from depesche.journal.chain import Finding
from depesche.journal.engine import close_engines
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.journal.tables import entry as entry_table
from depesche.words.changes import DraftSaved, Entry, PostPinned, PostRetracted, PostText, SummaryLine, SummarySet
from tests.journal.made import STORY, Told

TRIGGERS = ("entry_insert", "entry_command", "entry_update", "entry_delete", "stream_update", "stream_delete")
COLUMNS = [column.name for column in entry_table.columns]
Tamper = Callable[[str], None]


@pytest.fixture
def back_end() -> str:
    """What stands here is about files."""
    return "sqlite"


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    """An empty journal that will be damaged: it is closed without another look at it."""
    opened = Journal.open(empty_journal)
    yield opened
    close_engines(opened.engines)


@pytest.fixture
def tamper(tmp_path: Path, told: Told) -> Tamper:
    """Does to the file what an intruder with an SQL shell can do, in a story with something of everything in it."""
    told.publish("Erster.")
    told.say(DraftSaved("d", PostText("geheim")), command="c1")
    told.publish("Zweiter.")
    told.say(PostPinned(1), command="c2")
    told.record(1, "Ja.")
    told.say(SummarySet((SummaryLine("x"),)))
    told.publish("Dritter.")
    told.expunge(3, 8)
    assert verify.check(told.journal) == []

    def run(sql: str) -> None:
        with closing(sqlite3.connect(tmp_path / "depesche.db", isolation_level=None)) as intruder:
            for trigger in TRIGGERS:
                intruder.execute(f"DROP TRIGGER IF EXISTS {trigger}")
            assert intruder.execute(sql).rowcount > 0

    return run


def places(journal: Journal) -> list[tuple[str, int | None]]:
    """Where something is wrong, the missing guards left out."""
    return [(each.stream, each.seq) for each in verify.check(journal) if each.stream]


def test_a_whole_journal_has_no_findings(told: Told) -> None:
    told.publish()
    assert verify.check(told.journal) == []
    assert verify.check(told.journal, STORY) == []
    assert verify.check(told.journal, "nobody") == [
        Finding("nobody", None, None, "The stream has entries but no head.")
    ]


def flipped(value: object, bit: int) -> object:
    """This value with one bit of it turned over, as it would be by a bad disk."""
    if isinstance(value, int):
        return value ^ (1 << bit + 8)  # lower ones give another entry's number, which SQLite refuses
    raw = bytearray(value if isinstance(value, bytes) else str(value).encode())
    raw[len(raw) // 2] ^= 1 << bit
    return bytes(raw)


@pytest.mark.parametrize("bit", [0, 3, 7])
@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_bit_in_any_column_is_named(
    told: Told, tamper: Tamper, tmp_path: Path, column: str, bit: int
) -> None:
    with closing(sqlite3.connect(tmp_path / "depesche.db", isolation_level=None)) as intruder:
        value = intruder.execute(f'SELECT "{column}" FROM entry WHERE seq = 5').fetchone()[0]
    assert value is not None, "entry 5 has a value in each column"
    wrong = flipped(value, bit)
    stored = wrong if isinstance(wrong, int) else f"X'{bytes(wrong).hex()}'"  # type: ignore[call-overload]
    if isinstance(value, str):
        stored = f"CAST({stored} AS TEXT)"
    tamper(f'UPDATE entry SET "{column}" = {stored} WHERE seq = 5')
    assert (STORY, 5) in places(told.journal)


OTHER_VALUES = [
    (column.name, value)
    for column in entry_table.columns
    for value in ["NULL", "'x'", "X'00ff'", "-1", "1.5", "9223372036854775807"]
    if column.nullable or value != "NULL"
]


@pytest.mark.parametrize(("column", "value"), OTHER_VALUES)
def test_any_other_value_in_any_column_is_named(told: Told, tamper: Tamper, column: str, value: str) -> None:
    tamper(f'UPDATE entry SET "{column}" = {value} WHERE seq = 5')
    found = places(told.journal)
    assert (STORY, 5) in found
    if column != "seq":
        assert next(place for place in found if place[0] == STORY) == (STORY, 5), "nothing before it is blamed"


def test_only_the_altered_entry_is_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE entry SET actor = 'somebody else' WHERE seq = 4")
    assert places(told.journal) == [(STORY, 4)]
    tamper("UPDATE entry SET digest = X'00' WHERE seq = 6")
    assert places(told.journal) == [(STORY, 4), (STORY, 6)]


def test_a_text_that_was_rewritten_is_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE entry SET body = replace(CAST(body AS TEXT), 'Zweiter', 'Anderer') WHERE seq = 4")
    assert places(told.journal) == [(STORY, 4)]
    tamper("UPDATE entry SET body = CAST(body AS BLOB) WHERE seq = 4")
    found = verify.check(told.journal)
    assert [each.seq for each in found if each.stream] == [4]
    assert "altered" in found[0].problem
    assert "entry 4" in str(found[0])


@pytest.mark.parametrize(("first", "last"), [(10, 10), (8, 10), (2, 10)])
def test_a_missing_tail_is_named_against_the_head(told: Told, tamper: Tamper, first: int, last: int) -> None:
    tamper(f"DELETE FROM entry WHERE seq BETWEEN {first} AND {last}")
    found = [each for each in verify.check(told.journal) if each.stream]
    assert found[-1].seq == first
    assert "tail is missing" in found[-1].problem


def test_a_missing_entry_in_the_middle_is_named(told: Told, tamper: Tamper) -> None:
    tamper("DELETE FROM entry WHERE seq IN (3, 4)")
    assert places(told.journal)[0] == (STORY, 3)
    assert "3 to 4" in verify.check(told.journal)[0].problem


def test_an_entry_that_was_put_in_is_named(told: Told, tamper: Tamper) -> None:
    columns = ", ".join(f'"{name}"' for name in COLUMNS if name not in ("seq", "edition", "command"))
    tamper(f"INSERT INTO entry (seq, {columns}) SELECT 11, {columns} FROM entry WHERE seq = 3")
    assert places(told.journal)[0] == (STORY, 11)


@pytest.mark.parametrize("column", ["seq", "edition", "at"])
def test_a_head_that_was_set_back_is_named(told: Told, tamper: Tamper, column: str) -> None:
    tamper(f"UPDATE stream SET {column} = {column} - 1")
    assert [stream for stream, _ in places(told.journal)] == [STORY]


@pytest.mark.parametrize("column", ["digest", "public_digest"])
def test_a_head_with_another_digest_is_named(told: Told, tamper: Tamper, column: str) -> None:
    tamper(f"UPDATE stream SET {column} = zeroblob(32)")
    assert [stream for stream, _ in places(told.journal)] == [STORY]


def test_entries_without_a_head_are_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE stream SET id = 'gone'")
    assert STORY in {stream for stream, _ in places(told.journal)}


def test_a_hole_that_nothing_names_is_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE entry SET body = NULL, salt = NULL WHERE seq = 4")
    found = verify.check(told.journal)
    assert (found[0].seq, found[0].edition) == (4, 3)
    assert "no later entry says that it was erased" in found[0].problem


def test_half_a_hole_is_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE entry SET salt = NULL WHERE seq = 8")
    assert places(told.journal) == []
    tamper("UPDATE entry SET salt = NULL WHERE seq = 4")
    assert places(told.journal) == [(STORY, 4)]


def test_an_erased_text_that_came_back_is_named(told: Told, tamper: Tamper) -> None:
    """As after an older backup was put together with newer entries."""
    tamper("UPDATE entry SET body = (SELECT body FROM entry WHERE seq = 4), salt = zeroblob(16) WHERE seq = 8")
    assert places(told.journal)[0] == (STORY, 8)


def test_a_retraction_is_no_reason_for_a_hole_on_the_desk(told: Told, tamper: Tamper) -> None:
    told.say(PostRetracted(2, "weg"))
    tamper("UPDATE entry SET body = NULL, salt = NULL WHERE seq = 4")
    assert places(told.journal) == [(STORY, 4)]


def test_a_missing_guard_is_named(told: Told, tamper: Tamper) -> None:
    tamper("UPDATE post SET note = note")
    assert [each.problem for each in verify.check(told.journal)] == [
        f"The guard {each} is missing." for each in TRIGGERS
    ]


def test_other_streams_are_still_checked(told: Told, tamper: Tamper) -> None:
    other = Told(told.journal, "00000000-6a0c-4a5e-9a51-5d5f0c1f7a01", "berlin")
    other.publish()
    tamper("UPDATE entry SET at = at + 1 WHERE seq = 2")
    assert {stream for stream, _ in places(told.journal)} == {STORY, other.story}


def test_any_damage_to_the_file_is_found_or_harmless(told: Told, tmp_path: Path) -> None:
    """Bits of the closed file are turned over at random: no changed entry is passed over, and nothing crashes."""
    for _ in range(30):
        told.publish("Ein Text von einiger Länge. " * 100)
    said = told.journal.entries(STORY)
    close_engines(told.journal.engines)
    file = tmp_path / "depesche.db"
    whole, chance = file.read_bytes(), random.Random(7)
    noticed = 0
    for attempt in range(60):
        damaged = bytearray(whole)
        damaged[chance.randrange(4096, len(damaged))] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"{attempt}.db"
        copy.write_bytes(damaged)
        noticed += _is_noticed(copy, said)
    assert noticed > 5


def _is_noticed(file: Path, said: list[Entry]) -> bool:
    try:
        journal = Journal.open(f"sqlite:///{file}")
    except JournalError:
        return True
    try:
        if verify.check(journal):
            return True
        assert journal.entries(STORY) == said, "an entry was changed and verify said nothing"
        return False
    finally:
        close_engines(journal.engines)
