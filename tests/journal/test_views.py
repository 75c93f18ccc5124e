"""What the views say after what happened: to the desk, and to readers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Connection

from depesche.journal import stock, views
from depesche.words.changes import (
    AnyChange,
    CopyReceived,
    CopyTaken,
    DraftDropped,
    DraftSaved,
    Media,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostText,
    PostUnpinned,
    StatementsRecorded,
    StoryAmended,
    StoryClosed,
    StoryOpened,
    StoryReopened,
    SummaryLine,
    SummarySet,
)
from depesche.words.copy import Copy, Statement
from depesche.words.ledger import RecordedStatement
from tests.databases import ON_SQLITE
from tests.journal.made import ACTOR, NOW, PICTURE, STORY, Told

OTHER = "11111111-6a0c-4a5e-9a51-5d5f0c1f7a01"
DRAFT = "3f0d9a52-9e52-4b8e-9d57-0a5c7a1e0001"


def story(told: Told, *, desk: bool = False) -> views.StoryView:
    with told.journal.reading() as c:
        view = views.story(c, told.story, desk=desk)
    assert view is not None
    return view


def post(told: Told, number: int, *, desk: bool = False) -> views.PostView:
    with told.journal.reading() as c:
        view = views.post(c, told.story, number, desk=desk)
    assert view is not None
    return view


def touched(told: Told, after: int = 0) -> list[tuple[str, int]]:
    with told.journal.reading() as c:
        return [(each.object, each.edition) for each in views.touched(c, told.story, after, 100)]


def test_a_new_story(told: Told) -> None:
    view = story(told)
    assert view == views.StoryView(
        id=STORY,
        slug="kursk",
        title="Truppen in Kursk",
        lead="Was bekannt ist",
        language="de",
        zone="Europe/Berlin",
        state="open",
        opened_at=told.now,
        first_post_at=None,
        changed_at=told.now,
        ended_at=None,
        seq=0,
        edition=1,
        posts=0,
        pinned=None,
        summary=(),
        summary_at=None,
    )


def test_a_story_is_found_by_id_and_slug_and_an_old_slug_leads_to_the_new_one(told: Told) -> None:
    told.say(StoryAmended("kursk-2024", "Neuer Titel", "Neu"))
    with told.journal.reading() as c:
        view = views.story(c, "kursk-2024")
        assert view is not None
        assert (view.id, view.title, view.lead) == (STORY, "Neuer Titel", "Neu")
        assert views.story(c, STORY) == view
        assert views.story(c, "kursk") is None
        assert views.slug(c, "kursk") == (STORY, "kursk-2024")
        assert views.slug(c, "kursk-2024") == (STORY, "kursk-2024")
        assert views.slug(c, "berlin") is None


def test_stories_come_with_the_latest_change_first(told: Told) -> None:
    other = Told(told.journal, OTHER, "berlin")
    told.now += 10**9
    told.publish()
    with told.journal.reading() as c:
        assert [view.slug for view in views.stories(c)] == ["kursk", "berlin"]
    other.now += 10**10
    other.say(DraftSaved(DRAFT, PostText("geheim")))
    with told.journal.reading() as c:
        assert [view.slug for view in views.stories(c)] == ["kursk", "berlin"], "a draft is no public change"


def test_the_first_post_fixes_when_the_coverage_began(told: Told) -> None:
    told.publish()
    first = told.now
    told.publish()
    told.say(PostRetracted(1, "Irrtum"))
    assert story(told).first_post_at == first
    assert story(told).posts == 2


def test_a_closed_story_has_an_end_until_it_goes_on(told: Told) -> None:
    told.say(StoryClosed())
    assert (story(told).state, story(told).ended_at) == ("closed", told.now)
    told.say(StoryReopened())
    assert (story(told).state, story(told).ended_at) == ("open", None)


def test_readers_never_see_how_much_the_desk_does(told: Told) -> None:
    told.publish()
    before = (story(told), post(told, 1))
    told.say(DraftSaved(DRAFT, PostText("geheim")))
    assert (story(told), post(told, 1)) == before
    assert story(told, desk=True).seq == 3
    assert post(told, 1, desk=True).seq == 2


def test_a_published_post(told: Told) -> None:
    told.publish("Südkorea spricht von 10.000 Soldaten.", key=True)
    view = post(told, 1)
    assert view.text == PostText("Südkorea spricht von 10.000 Soldaten.", title="Titel 1", key=True)
    assert (view.state, view.revision, view.edition, view.history) == ("published", 1, 2, ())
    assert view.published_at == view.changed_at == told.now
    with told.journal.reading() as c:
        assert views.post(c, STORY, 2) is None
        assert views.post(c, OTHER, 1) is None


def test_a_correction_shows_the_new_text_and_tells_what_changed(told: Told) -> None:
    told.publish("10.000")
    published = told.now
    told.correct(1, "12.000", note="Die Zahl war falsch.")
    told.correct(1, "12.000.", correction="typo", note="")
    view = post(told, 1)
    assert view.text == PostText("12.000.")
    assert view.published_at == published
    assert view.changed_at == told.now
    assert [(each.revision, each.correction, each.note) for each in view.history] == [
        (2, "correction", "Die Zahl war falsch."),
        (3, "typo", ""),
    ]
    with told.journal.reading() as c:
        assert [each.text for each in views.revisions(c, STORY, 1) if each.text] == [
            PostText("10.000", title="Titel 1"),
            PostText("12.000"),
            PostText("12.000."),
        ]
        assert [(each.post, each.note) for each in views.corrections(c, STORY)] == [(1, "Die Zahl war falsch.")]


def test_a_retracted_post_is_a_tombstone_for_readers_and_a_text_for_the_desk(told: Told) -> None:
    told.publish("Falsch.")
    told.correct(1, "Auch falsch.", note="Neue Zahl.")
    told.say(PostRetracted(1, "Die Quelle hat zurückgezogen."))
    view = post(told, 1)
    assert (view.state, view.text, view.note) == ("retracted", None, "Die Quelle hat zurückgezogen.")
    assert [each.note for each in view.history] == ["Neue Zahl."]
    assert post(told, 1, desk=True).text == PostText("Auch falsch.")


def test_an_undone_post_says_so(told: Told) -> None:
    told.publish()
    told.say(PostRetracted(1, undo=True))
    assert (post(told, 1).undo, post(told, 1).note, post(told, 1).text) == (True, "", None)


def test_a_page_of_posts_is_newest_first(told: Told) -> None:
    for _ in range(7):
        told.publish()
    told.say(PostRetracted(6, "weg"))
    with told.journal.reading() as c:
        assert [view.number for view in views.posts(c, STORY, limit=3)] == [7, 6, 5]
        assert [view.number for view in views.posts(c, STORY, before=5, limit=3)] == [4, 3, 2]
        assert [view.number for view in views.posts(c, STORY, after=4)] == [7, 6, 5]
        assert [view.number for view in views.posts(c, STORY, after=2, before=5)] == [4, 3]
        assert views.post_numbers(c, STORY) == 7
        assert views.post_numbers(c, OTHER) == 0
        assert views.posts(c, OTHER) == []


def test_key_posts_are_the_published_ones_that_are_marked_now(told: Told) -> None:
    for key in (True, False, True, True):
        told.publish(key=key)
    told.say(PostRetracted(3, "weg"))
    told.correct(4, "Nicht mehr wichtig.")
    with told.journal.reading() as c:
        assert [view.number for view in views.key_posts(c, STORY, limit=8)] == [1]


def test_a_pinned_post_that_is_retracted_leaves_the_top(told: Told) -> None:
    told.publish()
    told.publish()
    told.say(PostPinned(1))
    told.say(PostPinned(2))
    assert story(told).pinned == 2
    told.say(PostRetracted(1, "weg"))
    assert story(told).pinned == 2
    told.say(PostRetracted(2, "weg"))
    assert story(told).pinned is None
    assert touched(told, after=6) == [("pin", 7), ("post:2", 7)]


def test_an_unpinned_post_leaves_the_top(told: Told) -> None:
    told.publish()
    told.say(PostPinned(1))
    told.say(PostUnpinned(1))
    assert story(told).pinned is None


def test_the_card_is_the_last_one_that_was_set(told: Told) -> None:
    told.publish()
    told.say(SummarySet((SummaryLine("Alt", (1,)),)))
    told.say(SummarySet((SummaryLine("Neu", (1,)), SummaryLine("Dazu"))))
    assert story(told).summary == (SummaryLine("Neu", (1,)), SummaryLine("Dazu"))
    assert story(told).summary_at == told.now
    told.say(SummarySet(()))
    assert (story(told).summary, story(told).summary_at) == ((), None)


def test_each_object_is_touched_once_by_its_last_edition(told: Told) -> None:
    told.publish()
    told.publish()
    told.record(1, "Ja.")
    told.correct(1, "Neu.")
    told.say(DraftSaved(DRAFT, PostText("geheim")))
    told.say(SummarySet((SummaryLine("x"),)))
    told.say(StoryAmended("kursk", "Neu"))
    assert touched(told) == [("post:2", 3), ("statements:1", 4), ("post:1", 5), ("summary", 6), ("story", 7)]
    assert touched(told, after=5) == [("summary", 6), ("story", 7)]
    assert touched(told, after=7) == []
    with told.journal.reading() as c:
        assert views.touched(c, STORY, 0, 2) == [views.Touched("post:2", 3), views.Touched("statements:1", 4)]
        assert views.touched_count(c, STORY, 0) == 5
        assert views.touched_count(c, STORY, 0, most=3) == 3
        assert views.touched_seq(c, STORY, f"draft:{DRAFT}") == 6
        assert views.touched_seq(c, STORY, "post:1") == 5
        assert views.touched_seq(c, STORY, "post:9") == 0


def test_statements_are_those_recorded_last(told: Told) -> None:
    told.publish()
    told.publish()
    told.record(1, "Eins.", "Zwei.")
    told.record(2, "Drei.", first=3)
    told.record(1, "Zwei, neu.", first=2)
    with told.journal.reading() as c:
        found = views.statements(c, STORY)
        assert [(each.number, each.post, each.recorded.words) for each in found] == [
            (3, 2, "Drei."),
            (2, 1, "Zwei, neu."),
        ]
        assert [each.number for each in views.statements(c, STORY, post=1)] == [2]
        assert [each.number for each in views.statements(c, STORY, limit=1)] == [3]
        one = views.statement(c, STORY, 2)
        assert one is not None
        assert (one.recorded.words, one.edition, one.at) == ("Zwei, neu.", 6, told.now - 4_000_000)
        assert views.statement(c, STORY, 1) is None


def test_a_statement_is_said_since_the_first_revision_that_has_its_number(told: Told) -> None:
    told.publish()
    first = told.now
    told.record(1, "Eins.")
    told.correct(1, "Eins. Zwei.", correction="update")
    second = told.now
    told.record(1, "Eins.", "Zwei.", revision=2)
    told.correct(1, "Zwei, neu.", correction="typo", note="")
    told.record(1, "Zwei, neu.", revision=3, first=2)
    told.record(1, "Zwei, neu.", "Drei.", revision=3, first=2)  # read again
    with told.journal.reading() as c:
        times = {each.number: each.at for each in views.statements(c, STORY)}
    assert times == {2: second, 3: told.now - 2_000_000}
    assert first < second


def test_statements_of_a_retracted_post_are_for_the_desk(told: Told) -> None:
    told.publish()
    told.record(1, "Ja.")
    told.say(PostRetracted(1, "weg"))
    with told.journal.reading() as c:
        assert views.statements(c, STORY) == []
        assert views.statement(c, STORY, 1) is None
        assert [each.recorded.words for each in views.statements(c, STORY, desk=True)] == ["Ja."]
    assert touched(told, after=3) == [("post:1", 4), ("statements:1", 4)]


def test_drafts_are_the_last_saved_until_they_are_dropped(told: Told) -> None:
    told.publish()
    told.say(DraftSaved(DRAFT, PostText("eins")))
    told.say(DraftSaved(DRAFT, PostText("zwei"), 1))
    with told.journal.reading() as c:
        assert views.drafts(c, STORY) == [views.DraftView(DRAFT, PostText("zwei"), 1, told.now, ACTOR, 4)]
        assert views.draft(c, STORY, DRAFT) == views.drafts(c, STORY)[0]
        assert views.draft(c, OTHER, DRAFT) is None
    told.say(DraftDropped(DRAFT))
    with told.journal.reading() as c:
        assert views.drafts(c, STORY) == []


def test_copy_lies_on_the_wire_and_is_taken_by_stories(told: Told) -> None:
    copies = [Copy("a", "plain", "Text A"), Copy("b", "plain", "Text B"), Copy("a", "plain", "Text A, neu", version=2)]
    for each in copies:
        with told.journal.writing("wire") as writing:
            writing.append([CopyReceived(each)], actor="", at=NOW)
    told.say(CopyTaken("a", 2))
    told.say(CopyTaken("a", 1))
    with told.journal.reading() as c:
        found = views.copies(c)
        assert [(each.copy, each.taken_by) for each in found] == [
            (copies[2], (STORY,)),
            (copies[1], ()),
            (copies[0], (STORY,)),
        ]
        assert [each.copy for each in views.copies(c, limit=1)] == [copies[2]]
        assert [each.copy for each in views.copies(c, before=found[0].seq)] == [copies[1], copies[0]]
        assert [each.copy for each in views.copies(c, story=STORY)] == [copies[2]]
        assert views.copies(c, story=OTHER) == []
        assert views.copy(c, "a") == found[0]
        assert views.copy(c, "a", 1) == found[2]
        assert views.copy(c, "a", 3) is None
        assert views.taken(c, STORY) == {"a": 2}


def test_a_picture_is_shown_while_the_current_text_of_a_published_post_has_it(told: Told) -> None:
    picture = Media(PICTURE, 16, 9)

    def seen() -> tuple[bool, bool]:
        with told.journal.reading() as c:
            return stock.media_shown(c, PICTURE), stock.media_used(c, PICTURE)

    assert seen() == (False, False)
    told.say(DraftSaved(DRAFT, PostText("x", media=(picture, picture))))
    assert seen() == (False, True)
    told.publish("x", media=(picture,))
    assert seen() == (True, True)
    told.correct(1, "ohne Bild")
    assert seen() == (False, True)
    told.publish("x", media=(picture,))
    told.say(PostRetracted(2, "weg"))
    assert seen() == (False, True)


def test_a_slug_that_looks_like_an_id_takes_nothing_from_the_story_of_that_id(told: Told) -> None:
    Told(told.journal, OTHER, STORY)
    assert story(told).slug == "kursk"


@pytest.mark.parametrize("limit", [1, 20])
def test_a_damaged_body_is_a_missing_text_and_not_an_error(told: Told, limit: int) -> None:
    """The row of a post points at an entry that isn't there any more."""
    told.publish()
    told.publish()
    with told.journal.shelving() as c:
        c.exec_driver_sql("UPDATE post SET text_seq = 99 WHERE number = 2")
    with told.journal.reading() as c:
        assert views.posts(c, STORY, limit=limit)[0].text is None
    with told.journal.shelving() as c:
        c.exec_driver_sql("UPDATE post SET text_seq = 3 WHERE number = 2")


class Steps:
    """Counts what SQLite's machine does, which no other load on this computer changes."""

    def __init__(self, connection: Connection) -> None:
        self._raw = connection.connection.driver_connection
        self._count = 0

    def of(self, action: Callable[[], object]) -> int:
        """The steps that this takes."""
        assert self._raw is not None
        self._count = 0
        self._raw.set_progress_handler(self._step, 1)
        action()
        self._raw.set_progress_handler(None, 1)
        return self._count

    def _step(self) -> int:
        self._count += 1
        return 0


def fill(told: Told, posts: int) -> None:
    """Bring the story to so many posts, with a statement and a correction for each fourth."""
    changes: list[AnyChange] = []
    for number in range(told.posts + 1, posts + 1):
        changes.append(PostPublished(number, PostText("x"), NOW))
        if number % 4 == 0:
            changes.append(PostCorrected(number, 2, PostText("y"), "update", "z"))
            recorded = RecordedStatement(number, Statement(form="Direct", spans=((0, 1),)), "x")
            changes.append(StatementsRecorded(number, 1, (recorded,)))
    told.say(*changes)
    told.posts = posts


READS: dict[str, Callable[[Connection], object]] = {
    "story": lambda c: views.story(c, "kursk"),
    "page": lambda c: views.posts(c, STORY),
    "older page": lambda c: views.posts(c, STORY, before=80),
    "post": lambda c: views.post(c, STORY, 50),
    "key posts": lambda c: views.key_posts(c, STORY, limit=8),
    "drafts": lambda c: views.drafts(c, STORY),
    "picture": lambda c: stock.media_shown(c, PICTURE),
    "statements": lambda c: views.statements(c, STORY, limit=15),
    "statements of a post": lambda c: views.statements(c, STORY, post=40),
    "touched": lambda c: views.touched(c, STORY, views.story(c, STORY).edition - 20, 50),  # type: ignore[union-attr]
    "touched count": lambda c: views.touched_count(c, STORY, 0, most=60),
    "seq of an object": lambda c: views.touched_seq(c, STORY, "post:50"),
}


@ON_SQLITE
def test_a_long_story_costs_no_more_than_a_short_one(told: Told) -> None:
    def reads() -> dict[str, int]:
        with told.journal.reading() as c:
            steps = Steps(c)
            return {name: steps.of(partial(read, c)) for name, read in READS.items()}

    def publish() -> int:
        with told.journal.shelving() as c:
            steps = Steps(c)  # the one writing connection
        return steps.of(told.publish)

    fill(told, 100)
    few, published = reads(), publish()
    fill(told, 1500)
    many = reads()
    assert min(few.values()) > 5
    assert {name: many[name] for name in few if many[name] > few[name] * 1.2 + 10} == {}
    assert published > 100
    assert publish() <= published * 1.2


def test_opening_needs_a_slug_only_once(told: Told) -> None:
    told.say(StoryAmended("kursk", "Gleicher Name"))
    with told.journal.reading() as c:
        assert views.slug(c, "kursk") == (STORY, "kursk")
    assert isinstance(told.opened[0].change, StoryOpened)
