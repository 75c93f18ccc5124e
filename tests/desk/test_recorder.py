"""Posts are read in the background, whatever happens to one of them or to the journal meanwhile."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
import uuid
from collections.abc import Callable, Iterator

import pytest

from depesche import reading
from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done
from depesche.desk.recorder import Recorder
from depesche.journal import views
from depesche.journal.log import Journal
from depesche.words import commands
from depesche.words.changes import PostText
from depesche.words.copy import Reading
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgercommands import WriteStatement
from tests.databases import ON_SQLITE

EDITOR = Actor(id="e" * 8, name="Ada", role="editor")
SAID = "Präsident Selenskyj sagte: „Wir halten die Linie.“"
MORE = "Bundeskanzler Merz sagte: „Wir helfen weiter.“"


class Stumbling:
    """The reader of a plug-in to which something happens when it reads its first post."""

    name = "stumbling"

    def __init__(self, happens: Callable[[int], None]) -> None:
        self._happens, self.times = happens, 0

    def read(
        self, text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
    ) -> Reading:
        self.times += 1
        self._happens(self.times)
        return reading.read(text, language=language, published=published, title=title)


@pytest.fixture
def desk(empty_journal: str) -> Iterator[Desk]:
    journal = Journal.open(empty_journal, busy=0.05)
    made = Desk(journal, MemoryBus())
    yield made
    made.close()
    journal.close()


def ask(desk: Desk, command: commands.AnyCommand, story: str = "") -> str:
    done = desk.handle(command, EDITOR, story=story, command_id=str(uuid.uuid4()))
    assert isinstance(done, Done)
    return done.story


async def read_two(desk: Desk, reader: Stumbling) -> set[int]:
    """Publish two posts while the recorder runs; the posts whose statements were recorded."""
    story = ask(desk, commands.OpenStory("kursk", "Kursk"))
    recorder = Recorder(desk, reader, pauses=(0.01, 0.01))
    running = asyncio.create_task(recorder.run())
    while not desk.after:
        await asyncio.sleep(0.001)
    for _ in range(2):
        ask(desk, commands.PublishPost(PostText(body=SAID)), story)
        await asyncio.sleep(0)
    async with asyncio.timeout(20):
        while reader.times < 2:
            await asyncio.sleep(0.001)
        await recorder.settled()
    assert not running.done()
    running.cancel()
    with desk.journal.reading() as connection:
        return {each.post for each in views.statements(connection, story)}


@pytest.mark.parametrize("error", [KeyError("x"), IndexError("x"), OverflowError("x"), RecursionError("x")])
def test_a_post_on_which_a_reader_fails_doesnt_stop_the_next(desk: Desk, error: Exception) -> None:
    def fail(times: int) -> None:
        if times == 1:
            raise error

    assert 2 in asyncio.run(read_two(desk, Stumbling(fail)))  # the start's look at what is unread may have read 1, too


@ON_SQLITE
def test_a_locked_journal_costs_no_statement(desk: Desk) -> None:
    assert desk.journal.engines.file is not None
    other = sqlite3.connect(desk.journal.engines.file, isolation_level=None, check_same_thread=False)
    locked = []

    def lock(times: int) -> None:
        """By the second post's time both posts are published; its first try finds the journal locked."""
        if times == 2:
            other.execute("BEGIN IMMEDIATE")
            locked.append(times)
        elif times > 2:
            other.execute("ROLLBACK") if other.in_transaction else None

    assert asyncio.run(read_two(desk, Stumbling(lock))) == {1, 2}
    assert locked
    other.close()


def test_the_desk_is_asked_for_nothing_where_a_new_post_says_nothing(desk: Desk) -> None:
    story = ask(desk, commands.OpenStory("kursk", "Kursk"))
    recorder = Recorder(desk, Stumbling(lambda times: None))
    ask(desk, commands.PublishPost(PostText(body="Es regnet.")), story)
    assert recorder.record(story, 1) is None
    ask(desk, commands.CorrectPost(1, PostText(body=SAID), "update", "Mit Zitat."), story)
    assert isinstance(recorder.record(story, 1), Done)
    ask(desk, commands.CorrectPost(1, PostText(body="Es regnet."), "update", "Ohne Zitat."), story)
    assert isinstance(recorder.record(story, 1), Done)
    with desk.journal.reading() as connection:
        assert views.statements(connection, story) == []


def test_what_is_corrected_at_once_is_read_as_it_is_then(desk: Desk) -> None:
    story = ask(desk, commands.OpenStory("kursk", "Kursk"))

    async def read() -> None:
        recorder = Recorder(desk, Stumbling(lambda times: None), pauses=(0.01,))
        running = asyncio.create_task(recorder.run())
        while not desk.after:
            await asyncio.sleep(0.001)
        ask(desk, commands.PublishPost(PostText(body=SAID)), story)
        ask(desk, commands.PublishPost(PostText(body=SAID)), story)
        ask(desk, commands.CorrectPost(1, PostText(body=f"Am Abend. {SAID} {MORE}"), "update", "Mehr."), story)
        ask(desk, commands.RetractPost(2, "Ein Irrtum."), story)
        await asyncio.sleep(0)
        async with asyncio.timeout(20):
            await recorder.settled()
        running.cancel()

    asyncio.run(read())
    with desk.journal.reading() as connection:
        found = views.statements(connection, story, desk=True)
    assert {(each.post, each.revision) for each in found} == {(1, 2)}
    assert len(found) == 2


def test_what_a_program_writes_down_right_after_publishing_is_not_recorded_twice(desk: Desk) -> None:
    story = ask(desk, commands.OpenStory("kursk", "Kursk"))
    (statement,) = reading.read(SAID).statements
    ((first, last),) = statement.spans

    async def write() -> None:
        recorder = Recorder(desk, Stumbling(lambda times: None), pauses=(0.01,))
        running = asyncio.create_task(recorder.run())
        while not desk.after:
            await asyncio.sleep(0.001)
        written = RecordedStatement(0, statement, SAID[first:last], "Präsident Selenskyj")
        for command in (commands.PublishPost(PostText(body=SAID)), WriteStatement(1, written)):
            done = await desk.ask(command, EDITOR, story=story, command_id=str(uuid.uuid4()))
            assert isinstance(done, Done)
        async with asyncio.timeout(20):
            await recorder.settled()
        running.cancel()

    asyncio.run(write())
    with desk.journal.reading() as connection:
        found = views.statements(connection, story, desk=True)
    assert [each.recorded.words for each in found] == [SAID[first:last]]
