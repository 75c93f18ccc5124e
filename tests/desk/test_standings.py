"""What the desk derives when the house learns names: for every running story, and in nobody's way."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from depesche.bus.memory import MemoryBus
from depesche.desk.desk import Desk, Done
from depesche.journal import stream as streams
from depesche.journal import views
from depesche.journal.writing import Writing
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.changes import Entry, PostText
from depesche.words.ledgerchanges import PartyNamed
from depesche.words.parties import Party
from depesche.words.reckoner import Reckoned, Reckoner
from tests.desk.ledgerroom import ANNA, Ledgerroom, room_of

NIS = Party("nis", "intelligence", {"de": "NIS"}, "rok", aliases=("Südkoreas Geheimdienst",))


@pytest.fixture
def room(template: Path) -> Iterator[Ledgerroom]:
    """Two affirm a claim that are one, as soon as somebody says so."""
    with room_of(template) as opened:
        opened.ask(q.OpenClaim("Sind sie in Kursk?"))
        for name, who in (("eins", "nis"), ("zwei", "Südkoreas Geheimdienst")):
            opened.ask(q.LinkStatement(1, opened.say(name, who), "affirms"))
        assert opened.claim(1).standing == "several"
        yield opened


def test_a_publish_goes_before_the_standings_of_other_stories(
    room: Ledgerroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        room.ask(commands.OpenStory(f"andere-{number}", "Eine andere"), story="")
    turns: list[str] = []
    write = room.desk._write

    def noted(orders: Sequence[Any]) -> Any:
        turns.append(type(orders[0].command).__name__)
        return write(orders)

    monkeypatch.setattr(room.desk, "_write", noted)

    async def both() -> None:
        with room.desk._pen:  # the writer waits, until both are asked
            asked = [
                asyncio.ensure_future(room.desk.ask(command, ANNA, story=room.story, command_id=str(uuid.uuid4())))
                for command in (q.NameParty(NIS), commands.PublishPost(PostText("Eilig.")))
            ]
            await asyncio.sleep(0)
        assert all(isinstance(done, Done) for done in await asyncio.gather(*asked))

    asyncio.run(both())
    room.desk.close()
    assert turns == ["NameParty", "PublishPost", *["DeriveStandings"] * 5]
    assert room.claim(1).standing == "one_source"


def test_what_a_process_that_died_left_underived_is_derived_after_the_next_start(room: Ledgerroom) -> None:
    with room.journal.writing("house") as writing:  # and killed before it came to the stories
        writing.append([PartyNamed(NIS)], actor="x", at=room.now, command=str(uuid.uuid4()))
    room.desk.close()
    assert room.claim(1).standing == "several"
    desk = Desk(room.journal, MemoryBus(), clock=lambda: room.now)
    desk.prepare(room.story)
    desk.close()
    assert room.claim(1).standing == "one_source"
    assert room.journal.entries(room.story)[-1].kind == "StandingDerived"


def test_a_story_that_was_made_ready_is_not_read_again(room: Ledgerroom, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(room.journal, MemoryBus(), clock=lambda: room.now)
    desk.prepare(room.story)
    read, reckoned = list[int](), list[int]()
    each, reckon = Writing.each, Reckoner.reckon

    def reading(self: Writing, after: int) -> Iterator[Entry]:
        read.append(after)
        return each(self, after)

    def reckoning(self: Reckoner, claim: int) -> Reckoned:
        reckoned.append(claim)
        return reckon(self, claim)

    monkeypatch.setattr(Writing, "each", reading)
    monkeypatch.setattr(Reckoner, "reckon", reckoning)
    head = room.journal.heads()[room.story].seq
    done = desk.handle(commands.PublishPost(PostText("Neu.")), ANNA, story=room.story, command_id=str(uuid.uuid4()))
    desk.close()
    assert isinstance(done, Done)
    assert (min(read), reckoned) == (head, [])


def test_a_transaction_that_began_before_doesnt_make_others_begin_anew(
    room: Ledgerroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def reading(c: Connection, stream: str, *, after: int = 0) -> list[Entry]:
        read.extend([after] if stream == room.story else [])
        return streams.read(c, stream, after=after)

    monkeypatch.setattr(sys.modules["depesche.journal.views.ledger"], "read", reading)
    before = room.view()
    with room.journal.reading() as old:
        assert views.head(old, room.story) == before.seq  # here its moment is
        room.ask(q.UnlinkStatement(1, 2))
        assert room.claim(1).standing == "one_source"
        read.clear()
        assert views.ledger(old, room.story) == before
        assert views.ledger(old, room.story) == before
        assert read == [0]
    assert room.claim(1).standing == "one_source"
    room.ask(q.LinkStatement(1, 2, "affirms"))
    assert room.claim(1).standing == "several"
    assert 0 not in read[1:], "the newest fold went on"


def test_what_came_in_between_is_not_lost_by_making_ready(room: Ledgerroom) -> None:
    room.desk.prepare(room.story)
    room.ask(q.UnlinkStatement(1, 2))
    room.desk.prepare(room.story)
    room.ask(q.LinkStatement(1, 2, "affirms"))
    assert room.claim(1).standing == "several"
