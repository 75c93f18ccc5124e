"""A moment is the same whether the rows of posts are taken from today or folded from the first entry on."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, select

from depesche.journal import replay, settled
from depesche.journal import tables as t
from depesche.journal.replay import Moment
from depesche.words.changes import Media, PostPinned, PostRetracted, PostUnpinned, StoryAmended, SummaryLine, SummarySet
from tests.databases import ON_SQLITE
from tests.journal.made import PICTURE, STORY, Told


@pytest.fixture
def busy(told: Told) -> Told:
    """A story in which much happens to posts, early and late."""
    for number in range(1, 9):
        told.publish(f"Beitrag {number}", key=number == 3, media=(Media(PICTURE, 1, 1),) if number == 4 else ())
        told.record(number, f"Wort {number}", first=number)
    told.say(PostPinned(2), SummarySet((SummaryLine("Bekannt", (1, 2)),)))
    told.correct(1, "Anders 1", note="Neu.")
    told.say(PostRetracted(2, "Falsch."))
    told.say(PostPinned(5))
    told.correct(5, "Anders 5")
    told.say(PostUnpinned(5), StoryAmended("anders", "Anders"))
    told.correct(6, "Anders 6")
    told.expunge(6, 12, revision=1, free=9)
    told.say(PostPinned(7))
    told.say(PostRetracted(7, "Falsch."), PostRetracted(8, "Auch."))
    told.publish("Danach.")
    return told


def rows(c: Connection) -> dict[str, list[Any]]:
    """All that the views read, without pictures: those are the desk's affair."""
    return {
        table.name: sorted(map(repr, c.execute(select(table)).all()))
        for table in (*t.VIEWS, t.stream)
        if table is not t.picture
    }


@ON_SQLITE  # which journal the rows come from makes no difference to where they go
def test_every_moment_is_what_folding_makes_of_it(busy: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    last, taken = busy.journal.heads()[STORY].seq, 0
    everything = settled.Settled(frozenset(), tuple(range(1, last + 1)))
    with busy.journal.reading() as c:
        for seq in range(1, last + 1):
            moment = Moment(STORY, seq, 0, ())
            taken += len(settled.settled(c, STORY, seq).posts)
            with replay.replay(c, moment).reading() as past:
                found = rows(past)
            with monkeypatch.context() as patch:
                patch.setattr(settled, "settled", lambda *_: everything)
                with replay.replay(c, moment).reading() as past:
                    folded = rows(past)
            assert found == folded, seq
    assert taken > last
