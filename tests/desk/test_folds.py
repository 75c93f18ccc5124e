"""A desk that begins with a long story begins with its kept fold; one whose past isn't the journal's folds anew."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import select

from depesche.bus.memory import MemoryBus
from depesche.desk import folds as desk_folds
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.journal import folds
from depesche.journal.log import Journal
from depesche.journal.writing import Writing
from depesche.words import commands
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.story import Story, fold
from tests.databases import ON_SQLITE

CHIEF = Actor(id="c" * 8, name="Chefin", role="chief")
SECRET = "Birkenweg siebzehn"


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long story has five entries here."""
    monkeypatch.setattr(desk_folds, "EVERY", 5)


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    opened = Journal.open(empty_journal)
    yield opened
    opened.close()


def ask(desk: Desk, command: AnyCommand, story: str = "") -> Outcome:
    return desk.handle(command, CHIEF, story=story, command_id=str(uuid.uuid4()))


def told(desk: Desk, posts: int) -> str:
    """A story with so many posts."""
    done = ask(desk, commands.OpenStory("kursk", "Kursk"))
    assert isinstance(done, Done)
    for number in range(posts):
        assert isinstance(ask(desk, commands.PublishPost(PostText(f"Meldung {number}.")), done.story), Done)
    return done.story


def kept(journal: Journal, story: str) -> Story | None:
    with journal.reading() as connection:
        return folds.kept(connection, story)


def test_a_long_story_is_not_read_from_its_beginning(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(Desk(journal, MemoryBus()), 7)
    short_cut = kept(journal, story)
    assert short_cut == fold(journal.entries(story, limit=5)), "what is kept is the fold of the entries up to there"
    read: list[int] = []
    each = Writing.each

    def watched(writing: Writing, after: int) -> object:
        read.append(after)
        return each(writing, after)

    monkeypatch.setattr(Writing, "each", watched)
    fresh = Desk(journal, MemoryBus())
    refused = ask(fresh, commands.PinPost(8), story)
    assert refused == Refusal("post_missing", {"post": 8})
    assert isinstance(ask(fresh, commands.PinPost(7), story), Done)
    assert read[0] == 5


def test_what_was_erased_leaves_the_kept_fold(journal: Journal) -> None:
    desk = Desk(journal, MemoryBus())
    story = told(desk, 1)
    ask(desk, commands.PublishPost(PostText(SECRET, title=SECRET)), story)
    ask(desk, commands.AmendStory("kursk", "Kursk", SECRET), story)
    for _ in range(3):
        ask(desk, commands.PublishPost(PostText("Kurz.")), story)
    assert kept(journal, story) is not None
    assert isinstance(ask(desk, commands.Expunge(2, "Beschluss"), story), Done)
    assert kept(journal, story) is None
    with journal.reading() as connection:
        assert connection.execute(select(folds.fold)).first() is None


@pytest.mark.parametrize(
    "change",
    [
        {"release": "another"},
        {"digest": bytes(32)},
        {"content": b"damaged"},
        {"seq": 999},
    ],
)
def test_a_fold_that_doesnt_fit_is_made_anew(journal: Journal, change: dict[str, object]) -> None:
    story = told(Desk(journal, MemoryBus()), 7)
    with journal.shelving() as connection:
        connection.execute(folds.fold.update().values(change))
    assert kept(journal, story) is None
    assert isinstance(ask(Desk(journal, MemoryBus()), commands.PinPost(7), story), Done)


@pytest.fixture
def restored(empty_journal: str) -> Callable[[str], None]:
    """Puts an older copy into the place of the database, as somebody who restores a backup does."""
    file = empty_journal.removeprefix("sqlite:///")

    def copy(source: str, target: str) -> None:
        with closing(sqlite3.connect(source)) as before, closing(sqlite3.connect(target)) as after:
            before.backup(after)

    def run(which: str) -> None:
        copy(*((file, f"{file}.backup") if which == "keep" else (f"{file}.backup", file)))

    return run


@ON_SQLITE
def test_a_desk_notices_that_the_journal_has_another_past(journal: Journal, restored: Callable[[str], None]) -> None:
    """As after a failover to a replica that lacked the last entries: what is as long as before isn't the same."""
    desk, other = Desk(journal, MemoryBus()), Desk(journal, MemoryBus())
    story = told(desk, 2)
    restored("keep")
    ask(desk, commands.RetractPost(2, "Falsch."), story)
    ask(desk, commands.PublishPost(PostText("Dritter.")), story)
    restored("bring back")
    ask(other, commands.PublishPost(PostText("Ein anderer Dritter.")), story)
    ask(other, commands.CorrectPost(3, PostText("Anders."), "typo"), story)
    assert isinstance(ask(desk, commands.RetractPost(2, "Nun wirklich falsch."), story), Done)
    assert isinstance(ask(desk, commands.PinPost(3), story), Done)
