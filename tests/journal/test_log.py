"""What every journal promises to the desk, on whatever database it stands."""

from __future__ import annotations

import threading
from contextlib import suppress

import pytest

from depesche.journal import verify, views
from depesche.journal.errors import CommandKnown, FormError, SlugTaken
from depesche.journal.log import Journal
from depesche.journal.stream import Head
from depesche.journal.writing import Receipt
from depesche.words.changes import (
    AnyChange,
    DraftSaved,
    EntriesErased,
    Entry,
    Expunged,
    PostPinned,
    PostPublished,
    PostText,
    StoryAmended,
    StoryClosed,
    StoryOpened,
)
from tests.journal.made import ACTOR, NOW, STORY, Told

OPENED = StoryOpened("kursk", "Truppen in Kursk", "de", "Europe/Berlin")
OTHER = "11111111-6a0c-4a5e-9a51-5d5f0c1f7a01"


def say(journal: Journal, *changes: AnyChange, stream: str = STORY, at: int = NOW, command: str = "") -> list[Entry]:
    with journal.writing(stream) as writing:
        return writing.append(changes, actor=ACTOR, at=at, command=command, fingerprint=b"asked")


def test_what_is_appended_comes_back(journal: Journal) -> None:
    said = say(journal, OPENED, DraftSaved("d", PostText("Entwurf")), command="c1")
    said += say(journal, PostPublished(1, PostText("Text – 😀"), NOW), PostPinned(1))
    assert journal.entries(STORY) == said
    assert [(entry.seq, entry.edition, entry.kind) for entry in said] == [
        (1, 1, "StoryOpened"),
        (2, None, "DraftSaved"),
        (3, 2, "PostPublished"),
        (4, 3, "PostPinned"),
    ]
    assert [entry.command for entry in said] == ["c1", "", "", ""]
    assert said[2].change == PostPublished(1, PostText("Text – 😀"), NOW)


def test_entries_are_read_from_any_seq_on(told: Told) -> None:
    for _ in range(5):
        told.publish()
    assert [entry.seq for entry in told.journal.entries(STORY, after=2, limit=3)] == [3, 4, 5]
    assert told.journal.entries(STORY, after=6) == []
    assert told.journal.entries("nobody") == []


def test_a_journal_that_is_opened_again_is_the_same(url: str) -> None:
    first = Journal.open(url)
    say(first, OPENED)
    heads = first.heads()
    first.close()
    again = Journal.open(url)
    assert again.heads() == heads
    assert [entry.change for entry in again.entries(STORY)] == [OPENED]
    again.close()


def test_a_new_stream_has_an_empty_head(journal: Journal) -> None:
    with journal.writing(STORY) as writing:
        assert writing.head == Head()
        assert list(writing.each(0)) == []
    assert journal.heads() == {}, "looking at a stream doesn't open it"


def test_the_head_follows_the_entries(told: Told) -> None:
    told.say(DraftSaved("d", PostText("x")))
    head = told.journal.heads()[STORY]
    assert (head.seq, head.edition, head.at) == (2, 1, told.now)
    with told.journal.writing(STORY) as writing:
        assert writing.head == head
        writing.append([StoryClosed()], actor=ACTOR, at=told.now)
        assert writing.head.seq == 3
        assert [entry.seq for entry in writing.each(1)] == [2, 3]


def test_streams_are_counted_each_for_itself(told: Told) -> None:
    other = Told(told.journal, OTHER, "berlin")
    told.publish()
    other.publish()
    assert {stream: (head.seq, head.edition) for stream, head in told.journal.heads().items()} == {
        STORY: (2, 2),
        OTHER: (2, 2),
    }


def test_no_changes_write_nothing(journal: Journal) -> None:
    assert say(journal, command="c1") == []
    assert journal.heads() == {}
    with journal.writing(STORY) as writing:
        assert writing.receipt("c1") is None


def test_time_never_goes_back_in_a_stream(journal: Journal) -> None:
    say(journal, OPENED, at=NOW)
    entry = say(journal, StoryClosed(), at=NOW - 3_600_000_000)[0]
    assert entry.at == NOW
    assert say(journal, StoryOpened("b", "B", "de", "UTC"), stream=OTHER, at=NOW - 5)[0].at == NOW - 5


def test_an_exception_in_the_block_undoes_everything(told: Told) -> None:
    before = told.journal.heads()
    with suppress(ZeroDivisionError), told.journal.writing(STORY) as writing:
        writing.append([StoryClosed()], actor=ACTOR, at=told.now, command="c9", fingerprint=b"")
        _ = 1 / (writing.head.seq - 2)
    assert told.journal.heads() == before
    assert told.say(StoryClosed(), command="c9")[0].seq == 2


def test_a_command_leaves_a_receipt_for_ever(told: Told) -> None:
    told.say(StoryClosed(), DraftSaved("d", PostText("x")), command="c1", fingerprint=b"what was asked")
    told.publish()
    with told.journal.writing(OTHER) as writing:
        assert writing.receipt("c1") == Receipt(STORY, 2, 3, b"what was asked")
        assert writing.receipt("c2") is None


def test_a_command_is_never_carried_out_twice(told: Told) -> None:
    told.say(StoryClosed(), command="c1")
    with pytest.raises(CommandKnown):
        told.say(StoryClosed(), command="c1")
    other = Told(told.journal, OTHER, "berlin")
    with pytest.raises(CommandKnown):
        other.say(StoryClosed(), command="c1")
    assert told.journal.heads()[STORY].seq == 2
    assert told.journal.heads()[OTHER].seq == 1


def test_entries_without_a_command_are_no_command(told: Told) -> None:
    told.say(DraftSaved("d", PostText("x")))
    told.say(DraftSaved("d", PostText("y")))
    with told.journal.writing(STORY) as writing:
        assert writing.receipt("") is None


@pytest.mark.parametrize("change", [StoryOpened("kursk", "Zweite", "de", "UTC"), StoryAmended("kursk", "Zweite")])
def test_two_stories_never_have_one_slug(told: Told, change: AnyChange) -> None:
    if isinstance(change, StoryAmended):
        say(told.journal, StoryOpened("berlin", "Zweite", "de", "UTC"), stream=OTHER)
    with pytest.raises(SlugTaken, match="kursk") as taken:
        say(told.journal, change, stream=OTHER)
    assert taken.value.slug == "kursk"
    assert len(told.journal.entries(OTHER)) == (1 if isinstance(change, StoryAmended) else 0)


def test_an_old_slug_stays_with_its_story(told: Told) -> None:
    told.say(StoryAmended("kursk-2024", "Truppen in Kursk"))
    with pytest.raises(SlugTaken):
        Told(told.journal, OTHER, "kursk")
    told.say(StoryAmended("kursk", "Truppen in Kursk"))


def test_what_cannot_be_stored_leaves_no_trace(told: Told) -> None:
    with pytest.raises(FormError):
        told.say(StoryClosed(), PostPublished(1, PostText("\ud800"), 0), command="c1")
    assert told.journal.heads()[STORY].seq == 1
    told.say(StoryClosed(), command="c1")


def test_writers_take_turns(told: Told) -> None:
    """Eight threads, each with a story of its own and one that they share."""
    stories = [Told(told.journal, OTHER.replace("1111", f"{thread:04x}", 1), f"s{thread}") for thread in range(8)]

    def work(mine: Told) -> None:
        for each in range(10):
            mine.publish()
            told.say(DraftSaved(f"{mine.story}-{each}", PostText("x")))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in stories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    heads = told.journal.heads()
    assert heads[STORY].seq == 1 + 8 * 10
    assert all(heads[mine.story].seq == 11 for mine in stories)
    assert verify.check(told.journal) == []


def test_a_reader_sees_one_moment(told: Told) -> None:
    told.publish()
    with told.journal.reading() as connection:
        before = views.story(connection, STORY)
        told.publish()
        assert views.story(connection, STORY) == before
        assert len(views.posts(connection, STORY)) == 1
    with told.journal.reading() as connection:
        assert len(views.posts(connection, STORY)) == 2


def test_a_part_that_fails_is_undone_alone(told: Told) -> None:
    """So the desk writes what eight editors sent at once, in one transaction."""
    with told.journal.writing(STORY) as writing:
        writing.append([DraftSaved("a", PostText("x"))], actor=ACTOR, at=NOW, command="c1", fingerprint=b"")
        with suppress(SlugTaken), writing.attempt():
            writing.append([StoryClosed()], actor=ACTOR, at=NOW, command="c2", fingerprint=b"")
            raise SlugTaken("berlin")
        assert writing.head.seq == 2
        with writing.attempt():
            writing.append([DraftSaved("b", PostText("y"))], actor=ACTOR, at=NOW, command="c3", fingerprint=b"")
        assert writing.receipt("c2") is None
    assert [entry.command for entry in told.journal.entries(STORY)] == ["", "c1", "c3"]


def test_an_erasure_that_is_undone_erases_nothing(told: Told) -> None:
    told.publish()
    with told.journal.writing(STORY) as writing:
        with suppress(SlugTaken), writing.attempt():
            writing.append([Expunged(1, None, (2,)), EntriesErased((2,), "x", 1, 1)], actor=ACTOR, at=NOW)
            raise SlugTaken("berlin")
        assert not writing.erased
    assert told.journal.entries(STORY)[1].change is not None
