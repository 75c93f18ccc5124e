"""Readers are served from a replica where it is far enough: a replica that lags or is gone costs them nothing."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from depesche.bus.memory import MemoryBus
from depesche.cli import group
from depesche.desk.desk import Desk, Done
from depesche.journal import replica, views
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.live.hub import Hub
from depesche.live.pace import Pace
from depesche.live.readers import PlainReader
from depesche.settings import Settings
from depesche.words import commands
from depesche.words.changes import PostText
from tests.bus.servers import PostgresServer
from tests.databases import PostgresDatabases, name_of
from tests.live.newsroom import CHIEF, deltas
from tests.live.wire import Wire
from tests.newsroom import Newsroom, newsroom
from tests.standby import Standby

PATIENCE = 20


@pytest.fixture(scope="module")
def standby(postgres: PostgresServer) -> Iterator[Standby]:
    """A replica of the server."""
    made = Standby(postgres)
    yield made
    made.remove()


@pytest.fixture
def back_end() -> str:
    return "postgres"


@pytest.fixture
def copy(empty_journal: str, standby: Standby) -> str:
    """The address of the replica of an empty journal."""
    standby.go_on()
    standby.catch_up()
    return standby.url(name_of(empty_journal))


@pytest.fixture
def room(tmp_path: Path, empty_journal: str, copy: str) -> Iterator[Newsroom]:
    """A newsroom whose readers have a replica."""
    with newsroom(tmp_path, database=empty_journal, replica=copy) as made:
        yield made


def page(room: Newsroom, slug: str) -> str:
    answer = room.client(None).get(f"/{slug}")
    assert answer.status_code == 200
    return answer.text


def told(room: Newsroom, slug: str, after: int) -> tuple[int, int]:
    """The edition that `/changes` gives, and how many objects it has."""
    answer = room.client(None).get(f"/{slug}/changes", params={"after": after}).json()
    assert not answer.get("reset")
    return answer["edition"], len(answer["changes"])


def test_readers_ask_the_replica_and_the_desk_the_primary(room: Newsroom, standby: Standby, empty_journal: str) -> None:
    slug = room.story()
    room.publish(slug, "Erster.")
    standby.catch_up()
    before = standby.asked(name_of(empty_journal))
    for after in range(10):
        told(room, slug, after % 2)
        room.client(None).get(f"/{slug}/p/1?{after}")
        room.client().get(f"/api/stories/{slug}")
    deadline = time.monotonic() + PATIENCE
    while standby.asked(name_of(empty_journal)) - before < 5:  # its counters are written down now and then
        assert time.monotonic() < deadline
        told(room, slug, 0)


def test_a_replica_that_lags_hides_nothing_and_repeats_nothing(room: Newsroom, standby: Standby) -> None:
    slug = room.story()
    room.publish(slug, "Erster.")
    standby.catch_up()
    standby.hold()
    port = urlsplit(room.url).port or 0
    with Wire(port, f"/{slug}/live?after=2") as stream:
        room.publish(slug, "Zweiter.")
        assert "Zweiter." in page(room, slug)
        edition, objects = told(room, slug, 2)
        assert edition == 3
        assert objects
        assert told(room, slug, 3) == (3, 0)
        second = stream.change()
        assert second is not None
        assert second.id == "3"
        room.publish(slug, "Dritter.")
        third = stream.change()
        assert third is not None
        assert third.id == "4"
        with Wire(port, f"/{slug}/live?after=3") as late:
            replayed = late.change()
            assert replayed is not None
            assert replayed.id == "4"
        other = room.story()  # one that the replica has never heard of
        assert room.client(None).get(f"/{other}").status_code == 200
        assert other in room.client(None).get("/").text
        standby.go_on()
        standby.catch_up()
        room.publish(slug, "Vierter.")
        fourth = stream.change()
        assert fourth is not None
        assert fourth.id == "5", "nothing was told twice"
    assert "Vierter." in page(room, slug)


def test_what_was_retracted_doesnt_come_back_from_a_replica(room: Newsroom, standby: Standby) -> None:
    slug = room.story()
    number = room.publish(slug, "Falsche Meldung.")
    standby.catch_up()
    standby.hold()
    answer = room.client().post(f"/api/stories/{slug}/posts/{number}/retract", json={"note": "Falsch."})
    assert answer.status_code in (200, 201), answer.text
    assert "Falsche Meldung." not in page(room, slug)
    assert room.client(None).get(f"/{slug}/p/{number}").status_code == 410


def test_without_its_replica_everything_goes_on(
    room: Newsroom, standby: Standby, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "REST", 0.1)
    slug = room.story()
    standby.catch_up()
    assert "Erster." not in page(room, slug)
    standby.stop()
    room.publish(slug, "Erster.")
    assert "Erster." in page(room, slug)
    assert told(room, slug, 1)[0] == 2
    standby.start()
    room.publish(slug, "Zweiter.")
    standby.catch_up()
    assert "Zweiter." in page(room, slug)


def test_an_edition_that_somebody_made_up_is_the_primarys_to_judge(room: Newsroom) -> None:
    """After a backup was restored readers are ahead, and are told to begin anew: a replica may not say so."""
    slug = room.story()
    answer = room.client(None).get(f"/{slug}/changes", params={"after": 10**9}).json()
    assert (answer["edition"], answer["reset"]) == (1, True)


class Listening(PlainReader):
    """A reader whose editions are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[int] = []

    def send(self, data: bytes) -> bool:
        self.heard += [delta["edition"] for delta in deltas(data)]
        return True


@pytest.mark.parametrize("rings", [True, False])
def test_readers_of_one_node_hear_what_the_other_wrote_whatever_the_replica_has(
    empty_journal: str, copy: str, standby: Standby, tmp_path: Path, rings: bool
) -> None:
    """By the bell, or without one by a look at the primary's heads."""
    here, there = Journal.open(empty_journal), Journal.open(empty_journal, replica=copy)
    bus = MemoryBus()
    desk = Desk(here, bus if rings else MemoryBus())

    def do(command: commands.AnyCommand, story: str = "") -> Done:
        done = desk.handle(command, CHIEF, story=story, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done)
        return done

    story = do(commands.OpenStory("kursk", "Kursk")).story
    standby.catch_up()
    standby.hold()

    async def trial() -> list[int]:
        hub = Hub(there, bus, Settings(folder=tmp_path), pace=Pace(look=0.05))
        serving = asyncio.create_task(hub.run())
        reader = Listening()
        await hub.enter(story, 1, lambda _: reader)
        for number in range(5):
            done = await asyncio.to_thread(do, commands.PublishPost(PostText(f"Meldung {number}.")), story)
            if number == 2:
                standby.go_on()
            async with asyncio.timeout(PATIENCE):
                while done.edition not in reader.heard:
                    await asyncio.sleep(0.005)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        return reader.heard

    assert asyncio.run(trial()) == [2, 3, 4, 5, 6]
    with there.showing("kursk") as connection:
        view = views.story(connection, "kursk")
        assert view is not None
        assert view.edition == 6
    desk.close()
    here.close()
    there.close()


def test_a_replica_of_something_else_is_not_used(empty_journal: str, url: str) -> None:
    with closing(Journal.open(empty_journal, replica=url)) as journal, journal.showing() as connection:
        assert views.stories(connection) == []


def test_a_replica_of_sqlite_is_refused(tmp_path: Path, postgres_databases: PostgresDatabases) -> None:
    for wrong in ("sqlite:///x.db", "nonsense", "postgresql://db.example.org/depesche"):
        with pytest.raises(JournalError, match="replica"):
            Journal.open(f"sqlite:///{tmp_path}/depesche.db", replica=wrong)


def doctor(**environment: str) -> str:
    """What the doctor says of this installation."""
    named = {f"DEPESCHE_{name.upper()}": value for name, value in environment.items()}
    return CliRunner().invoke(group, ["doctor"], env=named).output


def test_the_doctor_looks_at_the_server_and_at_the_replica(
    empty_journal: str, copy: str, standby: Standby, url: str, tmp_path: Path
) -> None:
    """The tests' server waits for no disk, and their user may do anything: the doctor sees both."""
    told = doctor(folder=str(tmp_path), database=empty_journal, replica=copy)
    assert "keeps the journal" in told
    assert "a power cut can damage the database" in told
    assert "superuser" in told
    assert "the replica follows" in told
    assert "other tables" in doctor(folder=str(tmp_path), database=empty_journal, replica=url)
    assert "follows nobody" in doctor(folder=str(tmp_path), database=empty_journal, replica=empty_journal)
    assert "can't be used" in doctor(folder=str(tmp_path), database=empty_journal, replica="postgresql://ada:geheim@/x")
    assert "geheim" not in doctor(folder=str(tmp_path), database=empty_journal, replica="postgresql://ada:geheim@/x")
    assert "is a replica: name the primary" in doctor(folder=str(tmp_path), database=copy)
