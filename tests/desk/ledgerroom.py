"""A desk for the ledger's tests: a story, the house's names of tests/words/makers.py, statements by name.

In: counts and links as the rules' own tests have them. Out: commands to a real desk over a real journal, one after the
other, with the numbers that the desk gave; and what the views say, by name instead of number.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.views import ClaimView, LedgerView
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.changes import PostText
from depesche.words.claims import Count, Measure
from depesche.words.commands import AnyCommand
from depesche.words.copy import Act, Figure, Hop, Interval, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Cast
from tests.words.makers import CAST, MEASURES

ANNA = Actor(id="a" * 8, name="Anna", role="chief")
BEN = Actor(id="b" * 8, name="Ben", role="editor")
START = 1_746_000_000_000_000
"""30 April 2025, 08:00 UTC, in microseconds."""


MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""That the disk has it is tested elsewhere."""


class Ledgerroom:
    """One story; a clock that goes a second with each command."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal.open(f"sqlite:///{folder / 'depesche.db'}")
        self.now = max((START, *(head.at for head in self.journal.heads().values())))
        self.desk = Desk(self.journal, MemoryBus(), clock=lambda: self.now)
        self.story = next(iter(sorted(set(self.journal.heads()) - {"house", "wire"})), "")
        self.numbers: dict[str, int] = {}
        self.posts: dict[str, int] = {}

    def open(self, cast: Cast = CAST, measures: Sequence[Measure] = tuple(MEASURES.values())) -> None:
        """Open the story, with everybody named and on their sides."""
        done = self.ask(commands.OpenStory("kursk", "Truppen in Kursk"), story="")
        self.story = done.story
        for party in sorted(cast.parties.values(), key=lambda each: each.kind != "state"):
            upper = party.org
            if not upper or upper in ("russia", "dprk", "ukraine", "rok", "usa"):
                self.ask(q.NameParty(party))
        for party in cast.parties.values():
            self.ask(q.NameParty(party))
        for outlet in cast.outlets.values():
            self.ask(q.NameOutlet(outlet))
        for side in cast.sides:
            self.ask(q.SetSide(side.party, side.side, side.first, side.last))
        for measure in measures:
            self.ask(q.AddMeasure(measure))

    def close(self) -> None:
        self.desk.close()
        self.journal.close()

    def try_(self, command: AnyCommand, actor: Actor = ANNA, *, story: str | None = None, **more: Any) -> Outcome:
        """Ask and take whatever comes."""
        self.now += 1_000_000
        where = self.story if story is None else story
        return self.desk.handle(command, actor, story=where, command_id=str(uuid.uuid4()), **more)

    def ask(self, command: AnyCommand, actor: Actor = ANNA, *, story: str | None = None) -> Done:
        """Ask what must be done."""
        outcome = self.try_(command, actor, story=story)
        assert isinstance(outcome, Done), outcome
        return outcome

    def say(
        self,
        name: str,
        *hops: str,
        said: dt.date | None = None,
        act: Act = "assert",
        figures: tuple[Figure, ...] = (),
        words: str = "",
    ) -> int:
        """Publish a post with one statement in it and record that; the statement's number."""
        self.ask(commands.PublishPost(PostText(f"{name}: {words or 'etwas gesagt'}.")))
        self.posts[name] = len(self.posts) + 1
        day = None if said is None else Interval((0, 1), "da", said, said, "day")
        chain = tuple(Hop(((0, 1),), hop) for hop in hops)
        statement = Statement(
            "Indirect", ((0, 1),), name=hops[-1] if hops else "", chain=chain, act=act, figures=figures, said=day
        )
        recorded = RecordedStatement(0, statement, words or f"{name} sagte etwas", hops[-1] if hops else "")
        done = self.ask(commands.RecordStatements(self.posts[name], 1, (recorded,)))
        number = max(self.view_statements(self.posts[name]))
        assert done.entries
        self.numbers[name] = number
        return number

    def say_count(self, name: str, count: Count) -> int:
        """A statement with this figure, as somebody's reader would have found it."""
        number = self.say(name, *count.chain.hops, said=count.said, figures=(count.figure,))
        if count.chain.jointly:
            self.ask(q.AmendStatement(number, chain=count.chain))
        return number

    def judged(self, count: Count) -> q.Judged:
        """The key that an editor presses for this count."""
        return q.Judged(0, count.measure, count.population, count.place, count.period, count.derived)

    def view(self) -> LedgerView:
        with self.journal.reading() as c:
            return views.ledger(c, self.story)

    def claim(self, number: int) -> ClaimView:
        return self.view().claims[number]

    def view_statements(self, post: int) -> list[int]:
        with self.journal.reading() as c:
            return [each.number for each in views.statements(c, self.story, post=post, desk=True)]

    def names(self) -> dict[int, str]:
        """Statements by number."""
        return {number: name for name, number in self.numbers.items()}

    def table(self, claim: int) -> list[tuple[str, list[str], str | None]]:
        """The rows of a claim's table, by the names of the statements."""
        names = self.names()
        return [
            (names[row.ref[0]], [names[t[0]] for t in row.through], names[row.before[0]] if row.before else None)
            for row in self.claim(claim).rows
        ]


@contextmanager
def room_of(template: Path) -> Iterator[Ledgerroom]:
    """A copy of this database, at work."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        shutil.copy(template, Path(folder) / "depesche.db")
        room = Ledgerroom(Path(folder))
        try:
            yield room
        finally:
            room.close()
