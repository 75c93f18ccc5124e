"""A reader that missed 1 or 10,000 changes ends where one stands that missed none: over any sequence of commands."""

from __future__ import annotations

from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from depesche.words import commands
from depesche.words.changes import PostText, SummaryLine
from depesche.words.commands import AnyCommand
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement
from tests.live.newsroom import Newsroom, Page

stories = count()
numbers = st.integers(1, 5)
bodies = st.sampled_from(
    ["Die Lage ist unklar.", "**Laut KCNA** sei alles beendet.", "> Zitat\n\nEnde.", "10.000 Soldaten"]
)
texts = st.builds(PostText, body=bodies, title=st.sampled_from(["", "Titel"]), key=st.booleans())
recorded = st.builds(
    RecordedStatement,
    number=st.just(0),
    statement=st.just(Statement(form="Direct", spans=((0, 4),), name="Kim", confidence=0.95)),
    words=st.sampled_from(["Die Lage ist unklar", "alles beendet"]),
    speaker=st.just("Kim"),
)
sensible = st.one_of(
    st.builds(commands.PublishPost, text=texts),
    st.builds(
        commands.CorrectPost,
        post=numbers,
        text=texts,
        correction=st.sampled_from(["typo", "update", "correction", "addendum"]),
        note=st.just("Hinweis"),
    ),
    st.builds(commands.RetractPost, post=numbers, note=st.just("Irrtum")),
    st.builds(commands.Expunge, post=numbers, reason=st.just("Beschluss")),
    st.builds(commands.PinPost, post=numbers),
    st.builds(commands.UnpinPost, post=numbers),
    st.builds(
        commands.SetSummary,
        lines=st.lists(st.builds(SummaryLine, text=bodies, posts=st.tuples(numbers)), max_size=3).map(tuple),
    ),
    st.builds(
        commands.AmendStory,
        slug=st.integers(0, 10**9).map("anders-{}".format),
        title=st.sampled_from(["Kursk", "Anders"]),
    ),
    st.builds(commands.CloseStory),
    st.builds(commands.ReopenStory),
    st.builds(
        commands.RecordStatements,
        post=numbers,
        revision=st.integers(1, 2),
        statements=st.lists(recorded, max_size=2).map(tuple),
    ),
)


@given(st.lists(sensible, min_size=1, max_size=25))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_however_much_was_missed_the_page_is_the_same(newsroom: Newsroom, asked: list[AnyCommand]) -> None:
    newsroom.open(f"kursk-{next(stories)}")  # a story of its own for each example; a journal for each takes too long
    always = Page().catch_up(newsroom)
    heard = Page().hear(newsroom.stream(0))
    left = [_copy(always)]
    for command in asked:
        newsroom.ask(command)
        always.catch_up(newsroom)
        heard.hear(newsroom.stream(heard.edition))
        left.append(_copy(always))
    fresh = Page().catch_up(newsroom)
    assert always.edition == fresh.edition == newsroom.edition
    assert always.shows == fresh.shows
    assert heard.shows == fresh.shows
    for page in left:
        polled, streamed = _copy(page), _copy(page)
        assert polled.catch_up(newsroom).shows == fresh.shows
        assert streamed.hear(newsroom.stream(page.edition)).shows == fresh.shows


def _copy(page: Page) -> Page:
    made = Page()
    made.edition, made.shows = page.edition, dict(page.shows)
    return made
