"""The desk as the web uses it: many editors at once, one disk."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import event

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Conflict, Desk, Done, Outcome
from depesche.journal import rebuild, verify
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.words import commands
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand, Refusal
from tests.databases import ON_SQLITE

EDITOR = Actor(id="e" * 8, name="Ada", role="editor")
REPORTER = Actor(id="r" * 8, name="Rio", role="reporter")
TEXT = PostText(body="Nordkorea bestätigt die Entsendung.")


def new() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    opened = Journal.open(empty_journal)
    yield opened
    assert list(verify.check(opened)) == []
    assert rebuild.compare(opened) == []
    opened.close()


@pytest.fixture
def desk(journal: Journal) -> Iterator[Desk]:
    made = Desk(journal, MemoryBus())
    yield made
    made.close()


def opened(desk: Desk, slug: str = "kursk") -> str:
    done = desk.handle(commands.OpenStory(slug, "Kursk"), EDITOR, story="", command_id=new())
    assert isinstance(done, Done)
    return done.story


async def all_at_once(desk: Desk, asked: list[tuple[AnyCommand, str]], story: str) -> list[Outcome | BaseException]:
    waiting = [desk.ask(command, EDITOR, story=story, command_id=key) for command, key in asked]
    return await asyncio.gather(*waiting, return_exceptions=True)


def test_what_many_editors_ask_at_once_is_written_in_fewer_transactions(desk: Desk, journal: Journal) -> None:
    story = opened(desk)
    commits: list[object] = []
    event.listen(journal.engines.writer, "commit", commits.append)
    outcomes = asyncio.run(all_at_once(desk, [(commands.PublishPost(TEXT), new()) for _ in range(40)], story))
    assert sorted(each.entries[0].object for each in outcomes if isinstance(each, Done)) == sorted(
        f"post:{number}" for number in range(1, 41)
    )
    assert len(commits) < 40


def test_one_that_is_refused_doesnt_disturb_the_others(desk: Desk) -> None:
    story = opened(desk)
    good, empty, missing = commands.PublishPost(TEXT), commands.PublishPost(PostText(" ")), commands.PinPost(99)
    asked: list[tuple[AnyCommand, str]] = [(each, new()) for each in (good, empty, good, missing, good)]
    outcomes = asyncio.run(all_at_once(desk, asked, story))
    codes = [each.code if isinstance(each, Refusal) else type(each).__name__ for each in outcomes]
    assert codes == ["Done", "body_missing", "Done", "post_missing", "Done"]


def test_a_command_sent_twice_at_once_is_carried_out_once(desk: Desk) -> None:
    story, key = opened(desk), new()
    outcomes = asyncio.run(all_at_once(desk, [(commands.PublishPost(TEXT), key)] * 5, story))
    done = [each for each in outcomes if isinstance(each, Done)]
    assert len(done) == 5
    assert {each.entries[0].seq for each in done} == {2}
    assert sum(not each.repeated for each in done) == 1


def test_the_same_id_with_other_words_is_refused(desk: Desk) -> None:
    story, key = opened(desk), new()
    desk.handle(commands.PublishPost(TEXT), EDITOR, story=story, command_id=key)
    again = desk.handle(commands.PublishPost(PostText("Anderes.")), EDITOR, story=story, command_id=key)
    assert again == Refusal("command_reused")


def test_two_editors_on_two_posts_never_conflict_and_on_one_they_do(desk: Desk) -> None:
    story = opened(desk)
    for _ in range(2):
        desk.handle(commands.PublishPost(TEXT), EDITOR, story=story, command_id=new())
    first = desk.handle(commands.CorrectPost(1, TEXT, "typo"), EDITOR, story=story, command_id=new(), expect=3)
    other = desk.handle(commands.CorrectPost(2, TEXT, "typo"), EDITOR, story=story, command_id=new(), expect=3)
    late = desk.handle(commands.CorrectPost(1, TEXT, "typo"), EDITOR, story=story, command_id=new(), expect=3)
    assert isinstance(first, Done)
    assert isinstance(other, Done)
    assert isinstance(late, Conflict)
    assert [entry.seq for entry in late.entries] == [4]


def test_two_stories_of_one_slug_cant_be(desk: Desk) -> None:
    opened(desk)
    again = desk.handle(commands.OpenStory("kursk", "Kursk"), EDITOR, story="", command_id=new())
    assert again == Refusal("slug_taken", {"slug": "kursk"})


def test_a_reporter_drafts_and_doesnt_publish(desk: Desk) -> None:
    story = opened(desk)
    refused = desk.handle(commands.PublishPost(TEXT), REPORTER, story=story, command_id=new())
    assert refused == Refusal("not_allowed", {"role": "reporter", "needed": "editor"})
    assert isinstance(desk.handle(commands.SaveDraft(new(), TEXT), REPORTER, story=story, command_id=new()), Done)


@ON_SQLITE
def test_a_full_disk_refuses_all_that_waited_and_takes_it_again_later(desk: Desk, journal: Journal) -> None:
    story = opened(desk)
    big = PostText(body="Wort " * 9_000)
    asked: list[tuple[AnyCommand, str]] = [(commands.PublishPost(big), new()) for _ in range(12)]
    with journal.shelving() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 40}")
    outcomes = asyncio.run(all_at_once(desk, asked, story))
    failed = [index for index, each in enumerate(outcomes) if isinstance(each, JournalError)]
    assert failed
    with journal.shelving() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    again = asyncio.run(all_at_once(desk, asked, story))
    assert all(isinstance(each, Done) for each in again)
    posts = {each.entries[0].object for each in again if isinstance(each, Done)}
    assert posts == {f"post:{number}" for number in range(1, 13)}


def test_a_process_behind_catches_up_before_it_decides(desk: Desk, journal: Journal) -> None:
    story = opened(desk)
    other = Desk(journal, MemoryBus())
    for turn in range(6):
        one = (desk, other)[turn % 2]
        assert isinstance(one.handle(commands.PublishPost(TEXT), EDITOR, story=story, command_id=new()), Done)
    refused = other.handle(commands.PinPost(7), EDITOR, story=story, command_id=new())
    assert refused == Refusal("post_missing", {"post": 7})
    assert isinstance(other.handle(commands.PinPost(6), EDITOR, story=story, command_id=new()), Done)
    other.close()
