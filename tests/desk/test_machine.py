"""A newsroom that does anything, in any order, over a real journal: the invariants hold after every step.

Commands go through desk.handle only. After each: views equal refolded views, numbers without gaps, chains that verify,
an answer for every command, the same answer for the same command, and nothing public that was taken back.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Conflict, Desk, Done, Outcome
from depesche.journal import rebuild, verify, views
from depesche.journal.log import Journal
from depesche.words import commands
from depesche.words.book import standing
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import WordsExpunged
from depesche.words.story import fold
from tests.databases import PostgresDatabases
from tests.words.commands import NOW, anything, ledger, named, recorded

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""The machine writes a thousand times; that the disk has it is tested elsewhere."""
CHIEF = Actor(id="c" * 8, name="Chefin", role="chief")


class Newsroom(RuleBasedStateMachine):
    """One story, one desk, a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.now = NOW
        self.journal = Journal.open(self.place())
        self.desk = self.fresh_desk()
        self.story = ""
        self.asked: list[tuple[AnyCommand, str, Done]] = []
        self.remembered: list[tuple[int, dict[int, tuple[str, int]]]] = []

    def place(self) -> str:
        return f"sqlite:///{self.folder / 'depesche.db'}"

    def fresh_desk(self) -> Desk:
        return Desk(self.journal, MemoryBus(), clock=lambda: self.now)

    @initialize()
    def open(self) -> None:
        command_id = str(uuid.UUID(int=1))
        done = self.desk.handle(commands.OpenStory("start", "Start"), CHIEF, story="", command_id=command_id)
        assert isinstance(done, Done)
        self.story = done.story

    @rule(command=anything, number=st.uuids())
    def ask(self, command: AnyCommand, number: uuid.UUID) -> None:
        outcome = self.handle(command, str(number))
        if isinstance(outcome, Done) and outcome.entries:
            self.asked.append((command, str(number), outcome))

    @rule(command=ledger | named, number=st.uuids())
    def ask_of_the_ledger(self, command: AnyCommand, number: uuid.UUID) -> None:
        self.ask(command, number)

    @rule(said=st.lists(recorded, min_size=1, max_size=3), numbers=st.tuples(st.uuids(), st.uuids()))
    def publish_what_somebody_said(self, said: list[RecordedStatement], numbers: tuple[uuid.UUID, uuid.UUID]) -> None:
        self.ask(commands.PublishPost(PostText("Jemand sagte etwas.")), numbers[0])
        with self.journal.reading() as connection:
            post = views.post_numbers(connection, self.story)
        fresh = tuple(replace(each, number=0, words="etwas") for each in said)
        self.ask(commands.RecordStatements(post, 1, fresh), numbers[1])

    @rule(command=anything, number=st.uuids(), expect=st.integers(0, 40))
    def ask_expecting(self, command: AnyCommand, number: uuid.UUID, expect: int) -> None:
        outcome = self.handle(command, str(number), expect)
        if isinstance(outcome, Conflict):
            assert outcome.entries
            assert all(entry.seq > expect and entry.object == outcome.object for entry in outcome.entries)

    @rule(data=st.data())
    def ask_again(self, data: st.DataObject) -> None:
        if self.asked:
            command, number, first = data.draw(st.sampled_from(self.asked))
            again = self.handle(command, number)
            assert isinstance(again, Done)
            assert again.repeated
            assert [entry.seq for entry in again.entries] == [entry.seq for entry in first.entries]

    @rule(data=st.data(), command=anything)
    def ask_other_things_under_the_same_id(self, data: st.DataObject, command: AnyCommand) -> None:
        if self.asked:
            before, number, _ = data.draw(st.sampled_from(self.asked))
            if command != before:
                outcome = self.handle(command, number)
                assert isinstance(outcome, Refusal)

    @rule()
    def somebody_remembers_how_it_stood(self) -> None:
        entries = self.journal.entries(self.story, limit=10_000)
        moment = entries[-1].at - 1  # as of the last entry's own time more may come while the clock stands still
        self.remembered.append((moment, self.as_of(moment)))

    @rule(by=st.integers(-(10**9), 10**9))
    def the_clock_jumps(self, by: int) -> None:
        self.now += by

    @rule()
    def the_desk_restarts(self) -> None:
        self.desk.close()
        self.desk = self.fresh_desk()

    @invariant()
    def views_are_the_fold(self) -> None:
        assert rebuild.compare(self.journal) == []

    @invariant()
    def the_chains_verify(self) -> None:
        assert list(verify.check(self.journal)) == []

    @invariant()
    def the_ledger_is_the_fold(self) -> None:
        with self.journal.reading() as connection:
            kept = views.ledger(connection, self.story)
            views.forget_ledgers()
            assert kept == views.ledger(connection, self.story)

    @invariant()
    def the_ledger_rests_on_what_readers_see(self) -> None:
        with self.journal.reading() as connection:
            ledger_view = views.ledger(connection, self.story)
            seen = views.some_statements(connection, self.story, range(1, 100))
        numbers = {link.statement for claim in ledger_view.claims.values() for link in claim.links}
        assert numbers <= set(seen)

    @invariant()
    def time_never_goes_back(self) -> None:
        times = [entry.at for entry in self.journal.entries(self.story, limit=10_000)] if self.story else []
        assert times == sorted(times)

    @invariant()
    def how_it_stood_at_a_moment_never_changes(self) -> None:
        for moment, states in self.remembered[-5:]:
            assert self.as_of(moment) == states

    @invariant()
    def what_was_taken_back_has_no_words(self) -> None:
        if not self.story:
            return
        with self.journal.reading() as connection:
            posts = views.posts(connection, self.story, limit=100)
            gone = {post.number for post in posts if post.state != "published"}
            assert all((post.text is None) == (post.number in gone) for post in posts)
            assert not gone & {each.post for each in views.statements(connection, self.story, limit=100)}
            view = views.story(connection, self.story)
        assert view is not None
        assert view.pinned not in gone

    def as_of(self, moment: int) -> dict[int, tuple[str, int]]:
        """The fold of all entries up to this moment, whatever was erased since: state and revision of posts; under
        negative numbers, where claims stood and how often that had changed.
        """
        entries = (entry for entry in self.journal.entries(self.story, limit=10_000) if entry.at <= moment)
        story = fold(entries)
        stood: dict[int, tuple[str, int]] = {n: (post.state, post.revision) for n, post in story.posts.items()}
        stood |= {-n: (standing(story.book, n), len(turns)) for n, turns in story.book.history.items()}
        return stood

    def handle(self, command: AnyCommand, number: str, expect: int | None = None) -> Outcome:
        story = "" if isinstance(command, commands.OpenStory) and not self.story else self.story
        outcome = self.desk.handle(command, CHIEF, story=story, command_id=number, expect=expect)
        if isinstance(outcome, Done) and any(isinstance(entry.change, WordsExpunged) for entry in outcome.entries):
            self.remembered.clear()  # of a claim without its words nobody knows any more how it stood
        return outcome

    def teardown(self) -> None:
        self.desk.close()
        self.journal.close()
        shutil.rmtree(self.folder)


TestNewsroom = Newsroom.TestCase
TestNewsroom.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,  # the disk of a shared machine sometimes takes its time
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_a_newsroom_on_postgresql(postgres_databases: PostgresDatabases) -> None:
    class OnPostgres(Newsroom):
        def place(self) -> str:
            return postgres_databases.empty()

        def teardown(self) -> None:
            url = self.journal.engines.writer.url
            super().teardown()
            postgres_databases.remove(url.render_as_string())

    run_state_machine_as_test(OnPostgres, settings=settings(TestNewsroom.settings, max_examples=4))
