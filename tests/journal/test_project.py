"""The projection is total and exact: whatever is appended, stepwise views equal rebuilt ones, also after an erasure."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depesche.journal import rebuild, verify, views
from depesche.journal.erase import ERASABLE
from depesche.journal.errors import JournalError, SlugTaken
from depesche.journal.log import Journal
from depesche.words.changes import (
    AnyChange,
    DraftDropped,
    DraftSaved,
    EntriesErased,
    Expunged,
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
from depesche.words.claims import Claim
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import (
    ClaimOpened,
    FigureAccepted,
    StatementAmended,
    StatementLinked,
    StatementWritten,
)
from depesche.words.parties import Chain
from tests.databases import Databases
from tests.journal.made import ACTOR, KINDS, NOW, PICTURE, STORY, Told, any_of

posts = st.integers(1, 4)
texts = st.builds(
    PostText,
    body=st.sampled_from(["eins", "zwei"]),
    key=st.booleans(),
    media=st.sampled_from([(), (Media(PICTURE, 1, 1),), (Media(PICTURE, 1, 1), Media(PICTURE, 1, 1))]),
)
drafts = st.sampled_from(["d1", "d2"])
recorded = st.builds(
    RecordedStatement,
    number=st.integers(1, 5),
    statement=st.just(Statement(form="Direct", spans=((0, 1),))),
    words=st.just("so"),
)
few = st.one_of(
    st.builds(
        StoryOpened, slug=st.sampled_from(["a", "b"]), title=st.just("A"), language=st.just("de"), zone=st.just("UTC")
    ),
    st.builds(StoryAmended, slug=st.sampled_from(["a", "b", "c"]), title=st.just("B")),
    st.builds(StoryClosed),
    st.builds(StoryReopened),
    st.builds(DraftSaved, draft=drafts, text=texts, post=st.none() | posts),
    st.builds(DraftDropped, draft=drafts, post=st.none() | posts),
    st.builds(PostPublished, post=posts, text=texts, shown_at=st.integers(NOW - 9, NOW)),
    st.builds(
        PostCorrected,
        post=posts,
        revision=st.integers(2, 4),
        text=texts,
        correction=st.sampled_from(["typo", "update"]),
        note=st.just("neu"),
        shown_at=st.sampled_from([0, NOW - 77]),
    ),
    st.builds(PostRetracted, post=posts, note=st.just("weg"), undo=st.booleans()),
    st.builds(PostPinned, post=posts),
    st.builds(PostUnpinned, post=posts),
    st.builds(SummarySet, lines=st.lists(st.builds(SummaryLine, text=st.just("x")), max_size=2).map(tuple)),
    st.builds(
        StatementsRecorded, post=posts, revision=st.just(1), statements=st.lists(recorded, max_size=3).map(tuple)
    ),
    st.builds(Expunged, post=posts, revision=st.none() | st.just(1)),
    st.builds(StatementWritten, post=posts, revision=st.just(1), statement=recorded),
    st.builds(StatementAmended, statement=st.integers(1, 5), chain=st.none() | st.just(Chain(("kcna", "Kim")))),
    st.builds(FigureAccepted, statement=st.integers(1, 5), figure=st.just(0), measure=st.just("killed")),
    st.builds(StatementLinked, claim=st.integers(1, 2), statement=st.integers(1, 5)),
    st.builds(ClaimOpened, claim=st.builds(Claim, number=st.integers(1, 2), question=st.just("Wer?"))),
)
"""Changes over few objects, so that they meet; in any order, as no desk would make them."""


def test_stepwise_views_equal_rebuilt_ones(databases: Databases, back_end: str) -> None:
    """None stands for an erasure of whatever may be erased by then."""

    @settings(
        max_examples=60 if back_end == "sqlite" else 12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(changes=st.lists(few | st.just(None), max_size=25))
    def trial(changes: list[AnyChange | None]) -> None:
        url = databases.empty()
        journal = Journal.open(url)
        try:
            for number, change in enumerate(changes):
                each = change if change is not None else _erasure(journal, number)
                with journal.writing(STORY) as writing:
                    writing.append([each], actor=ACTOR, at=NOW + number)
            if _revisions_are_dense(changes) and _numbers_are_one_statements(changes):
                assert rebuild.compare(journal) == []
            rebuild.rebuild(journal)
            assert rebuild.compare(journal) == []
            assert verify.check(journal) == []
        finally:
            journal.close()
            databases.remove(url)

    trial()


def _erasure(journal: Journal, number: int) -> EntriesErased:
    erasable = [entry.seq for entry in journal.entries(STORY) if entry.kind in ERASABLE]
    return EntriesErased(tuple(seq for seq in erasable if seq % 3 == number % 3), "Beschluss", 1, 1)


def _revisions_are_dense(changes: list[AnyChange | None]) -> bool:
    """What `decide` sees to. Else an erased correction can't be told from the next one by its object alone."""
    revisions: dict[int, int] = {}
    for change in changes:
        if isinstance(change, PostPublished):
            if change.post in revisions:
                return False
            revisions[change.post] = 1
        if isinstance(change, PostCorrected):
            if change.revision != revisions.get(change.post, 0) + 1 or change.post not in revisions:
                return False
            revisions[change.post] += 1
    return True


def _numbers_are_one_statements(changes: list[AnyChange | None]) -> bool:
    """What `decide` sees to: each is of one post, and new where an editor writes a statement down. Else what took the
    place of another statement, and was erased, can't be told from one that took nobody's.
    """
    posts: dict[int, int] = {}
    for change in changes:
        if isinstance(change, StatementWritten):
            if change.statement.number in posts:
                return False
            posts[change.statement.number] = change.post
        if isinstance(change, StatementsRecorded):
            for each in change.statements:
                if posts.setdefault(each.number, change.post) != change.post:
                    return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_any_change_can_be_appended_and_shown(kind: type[AnyChange], told: Told, back_end: str) -> None:
    told.publish()
    many = 15 if back_end == "sqlite" else 3  # what differs is the types of the columns

    @settings(max_examples=many, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(any_of(kind))
    def can(change: AnyChange) -> None:
        if isinstance(change, EntriesErased):
            return
        try:
            told.say(change)
        except SlugTaken:
            return
        with told.journal.reading() as c:
            views.story(c, STORY)
            views.posts(c, STORY)
            views.statements(c, STORY, desk=True)
            views.drafts(c, STORY)
            views.copies(c)

    can()
    assert rebuild.compare(told.journal) == []


def test_a_rebuild_brings_back_what_was_lost(told: Told) -> None:
    told.publish("Erster.")
    told.record(1, "Ja.")
    told.say(PostPinned(1))
    with told.journal.reading() as c:
        before = (views.stories(c, desk=True), views.posts(c, STORY, desk=True), views.statements(c, STORY))
    with told.journal.shelving() as c:
        c.exec_driver_sql("DELETE FROM story")
        c.exec_driver_sql("UPDATE post SET state = 'retracted', note = 'von Hand'")
        c.exec_driver_sql("DELETE FROM slug")
    differences = rebuild.compare(told.journal)
    assert {line.split()[0] for line in differences} == {"story", "post", "slug"}
    assert rebuild.rebuild(told.journal) == 4
    assert rebuild.compare(told.journal) == []
    with told.journal.reading() as c:
        after = (views.stories(c, desk=True), views.posts(c, STORY, desk=True), views.statements(c, STORY))
    assert after == before


def test_a_rebuild_gives_each_slug_to_the_story_that_had_it_first(told: Told) -> None:
    other = Told(told.journal, "00000000-6a0c-4a5e-9a51-5d5f0c1f7a01", "berlin")
    told.say(StoryAmended("oskol", "Oskol"))
    other.say(StoryAmended("spree", "Spree"))
    with pytest.raises(SlugTaken):
        other.say(StoryAmended("oskol", "Oskol"))
    rebuild.rebuild(told.journal)
    with told.journal.reading() as c:
        assert views.slug(c, "kursk") == (told.story, "oskol")
        assert views.slug(c, "berlin") == (other.story, "spree")


def test_rows_of_nobody_go_and_an_address_comes_back_to_its_story(told: Told) -> None:
    Told(told.journal, "00000000-6a0c-4a5e-9a51-5d5f0c1f7a01", "berlin")
    with told.journal.shelving() as c:
        c.exec_driver_sql("INSERT INTO touched VALUES ('nobody', 'pin', 7)")
        c.exec_driver_sql(f"UPDATE slug SET story = '{STORY}' WHERE slug = 'berlin'")
    rebuild.rebuild(told.journal)
    assert rebuild.compare(told.journal) == []


def test_a_rebuild_writes_nothing_where_nothing_is_wrong(told: Told, empty_journal: str) -> None:
    """So it needs no lock that an editor would wait for."""
    told.publish()
    with closing(Journal.open(empty_journal, busy=0.1)) as there, told.journal.writing(STORY):
        assert rebuild.rebuild(there) == 2


def test_an_entry_that_holds_the_story_together_is_not_erased(told: Told) -> None:
    told.publish()
    told.say(PostPinned(1))
    for seq in (1, 3, 4, 99):
        with pytest.raises(JournalError, match=f"Entry {seq} can't be erased"):
            told.say(EntriesErased((2, seq), "Beschluss", 1, 1))
    assert told.journal.entries(STORY)[1].change is not None, "nothing of a refused erasure is done"
