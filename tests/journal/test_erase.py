"""What a court takes out is gone from the journal, from its views and from the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from depesche.journal import rebuild, stock, verify, views
from depesche.journal.survival import survivals
from depesche.words.changes import (
    CopyReceived,
    CopyTaken,
    DraftDropped,
    DraftSaved,
    Media,
    PostPublished,
    PostRetracted,
    PostText,
    SummaryLine,
    SummarySet,
)
from depesche.words.copy import Copy
from tests.databases import ON_SQLITE
from tests.journal.made import NOW, PICTURE, STORY, Told

SECRET = "Birkenweg siebzehn"
DRAFT = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001"


@pytest.fixture
def exposed(told: Told) -> Told:
    """Post 1 says what it shouldn't, and so does all that repeats it."""
    told.say(DraftSaved(DRAFT, PostText(f"Entwurf: {SECRET}")))
    text = PostText(f"Er wohnt im {SECRET}.", key=True, media=(Media(PICTURE, 1, 1, alt=SECRET),))
    told.say(PostPublished(1, text, NOW - 99), DraftDropped(DRAFT, 1))
    told.posts = 1
    told.record(1, SECRET)
    told.say(SummarySet((SummaryLine(SECRET, (1,)),)))
    told.correct(1, f"Er wohnt weiter im {SECRET}.", note=f"Adresse: {SECRET}")
    told.publish("Ein anderer Post.")
    return told


def everything(told: Told) -> str:
    with told.journal.reading() as c:
        return repr(
            [
                views.stories(c, desk=True),
                views.posts(c, STORY, desk=True),
                views.revisions(c, STORY, 1),
                views.corrections(c, STORY),
                views.statements(c, STORY, desk=True),
                views.drafts(c, STORY),
                told.journal.entries(STORY),
            ]
        )


def on_disk(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.iterdir()) if SECRET.encode() in path.read_bytes()]


@ON_SQLITE
def test_the_words_are_everywhere_before(exposed: Told, tmp_path: Path) -> None:
    assert everything(exposed).count(SECRET) >= 10
    assert on_disk(tmp_path)


def test_an_expunged_post_leaves_no_words(exposed: Told, tmp_path: Path) -> None:
    exposed.expunge(1, 2, 3, 5, 6, 7, free=2)
    assert SECRET not in everything(exposed)
    assert on_disk(tmp_path) == []
    assert verify.check(exposed.journal) == []
    assert rebuild.compare(exposed.journal) == []


def test_an_expunged_post_keeps_its_place_as_a_tombstone(exposed: Told) -> None:
    exposed.expunge(1, 2, 3, 5, 6, 7, free=2)
    with exposed.journal.reading() as c:
        view = views.post(c, STORY, 1, desk=True)
        assert view is not None
        assert (view.state, view.text, view.revision) == ("expunged", None, 2)
        assert [(each.revision, each.note) for each in view.history] == [(2, "")]
        assert [each.number for each in views.posts(c, STORY)] == [2, 1]
        assert views.statements(c, STORY, desk=True) == []
        assert views.key_posts(c, STORY, limit=8) == []
        assert not stock.media_used(c, PICTURE)
        story = views.story(c, STORY)
        assert story is not None
        assert (story.summary, story.summary_at) == ((), None)


def test_readers_hear_of_all_that_went(exposed: Told) -> None:
    exposed.expunge(1, 2, 3, 5, 6, 7, free=2)
    exposed.say(SummarySet(()))
    with exposed.journal.reading() as c:
        touched = [each.object for each in views.touched(c, STORY, 6, 10)]
    assert touched == ["post:1", "statements:1", "summary"]


def test_an_expunged_revision_leaves_the_others(exposed: Told, tmp_path: Path) -> None:
    shown = exposed.now - 5
    exposed.correct(1, "Er wohnt dort nicht mehr.", note="Adresse entfernt.")
    exposed.expunge(1, 2, 3, 5, 6, 7, revision=1, free=2)
    with exposed.journal.reading() as c:
        view = views.post(c, STORY, 1)
        assert view is not None
        assert (view.state, view.text, view.shown_at) == ("published", PostText("Er wohnt dort nicht mehr."), shown)
        assert [each.note for each in view.history] == ["", "Adresse entfernt."]
        assert [each.text for each in views.revisions(c, STORY, 1)][:2] == [None, None]
    assert on_disk(tmp_path) == []
    assert rebuild.compare(exposed.journal) == []
    assert verify.check(exposed.journal) == []


def test_a_statement_that_outlives_an_erased_revision_is_said_since_the_next_one(exposed: Told) -> None:
    with exposed.journal.reading() as c:
        revisions = [each.at for each in views.revisions(c, STORY, 1)]
    exposed.record(1, "Er wohnt weiter", revision=2)
    exposed.correct(1, "Er wohnt weiter dort.")
    exposed.record(1, "Er wohnt weiter", revision=3)
    seqs = [e.seq for e in exposed.journal.entries(STORY) if e.kind in ("PostPublished", "StatementsRecorded")]
    exposed.expunge(1, *seqs[:2], revision=1)
    with exposed.journal.reading() as c:
        (said,) = views.statements(c, STORY, post=1)
    assert said.at == sorted(revisions)[1]
    assert rebuild.compare(exposed.journal) == []


def test_the_note_of_a_retraction_can_be_erased(told: Told) -> None:
    told.publish()
    told.say(PostRetracted(1, SECRET))
    told.expunge(1, 2, 3)
    assert SECRET not in everything(told)
    assert rebuild.compare(told.journal) == []


def test_an_open_draft_goes_with_its_post(told: Told) -> None:
    told.publish()
    told.say(DraftSaved(DRAFT, PostText(SECRET), 1))
    told.expunge(1, 2, 3)
    with told.journal.reading() as c:
        assert views.drafts(c, STORY) == []
    told.say(DraftSaved(DRAFT, PostText("neu")))
    with told.journal.reading() as c:
        assert [each.text.body for each in views.drafts(c, STORY)] == ["neu"]
    assert rebuild.compare(told.journal) == []


def test_erasing_twice_is_the_same_as_once(told: Told) -> None:
    told.publish()
    told.expunge(1, 2)
    told.expunge(1, 2)
    assert verify.check(told.journal) == []
    assert rebuild.compare(told.journal) == []


def test_hundreds_of_entries_are_erased_in_one_command(told: Told) -> None:
    changes = [DraftSaved(DRAFT, PostText(f"{SECRET} {number}"), 1) for number in range(1200)]
    told.publish()
    told.say(*changes)
    told.expunge(1, *range(2, 1203))
    with told.journal.reading() as c:
        assert views.drafts(c, STORY) == []
    assert verify.check(told.journal) == []


@ON_SQLITE
def test_the_log_is_cut_as_soon_as_no_reader_needs_it(exposed: Told, tmp_path: Path) -> None:
    with exposed.journal.reading() as c:
        views.story(c, STORY)
        exposed.expunge(1, 2, 3, 5, 6, 7, free=2)
        assert any("-wal still has old pages" in line for line in survivals(exposed.journal, STORY))
    exposed.publish("Danach.")
    assert not exposed.journal.log_due
    assert on_disk(tmp_path) == []
    assert survivals(exposed.journal, STORY) == []


@ON_SQLITE
def test_the_report_names_copy_and_backups(exposed: Told, tmp_path: Path) -> None:
    with exposed.journal.writing("wire") as writing:
        writing.append([CopyReceived(Copy("c1", "plain", SECRET))], actor="", at=NOW)
    exposed.say(CopyTaken("c1", 1))
    (tmp_path / "backup.sqlite").write_bytes((tmp_path / "depesche.db").read_bytes())
    (tmp_path / "kursk.jsonl").write_text('{"format":"depesche-journal"}')
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "media").mkdir()
    found = survivals(exposed.journal, STORY)
    assert len(found) == 3
    assert "copy c1" in found[0]
    assert "backup.sqlite" in found[1]
    assert "kursk.jsonl" in found[2]
