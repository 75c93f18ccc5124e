"""One suite for every bus: what base.py promises, tried with two ends of the same bus, as two processes would have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import nats as nats_client
import pytest

from depesche.bus.base import Bell, Bus
from depesche.bus.local import LocalBus
from depesche.bus.memory import MemoryBus
from depesche.bus.nats import NatsBus
from depesche.bus.postgres import PostgresBus
from tests.bus.conftest import Server
from tests.bus.servers import NatsServer

Ends = Callable[[], AbstractAsyncContextManager[tuple[Bus, Bus]]]
PATIENCE = 30  # seconds until a bell that should have come counts as lost: tests share the machine


@asynccontextmanager
async def opened(*buses: Bus, away: bool = False) -> AsyncIterator[tuple[Bus, Bus]]:
    for bus in buses:
        await bus.open()
    if not away:
        await until(lambda: all(bus.up for bus in buses))  # open() waits a second only, and tests share the machine
    yield buses[0], buses[-1]
    for bus in buses:
        await bus.close()


@pytest.fixture(params=["memory", "local", "nats", "postgres"])
def ends(request: pytest.FixtureRequest, tmp_path: Path) -> Ends:
    """Makes both ends of a bus; within one process they are the same."""
    if request.param == "memory":
        return lambda: opened(MemoryBus())
    if request.param == "local":
        return lambda: opened(LocalBus(tmp_path / "bells"), LocalBus(tmp_path / "bells"))
    server: Server = request.getfixturevalue(request.param)
    form = NatsBus if request.param == "nats" else PostgresBus
    return lambda: opened(form(server.url), form(server.url))


@pytest.fixture(params=["nats", "postgres"])
def remote(request: pytest.FixtureRequest) -> tuple[Callable[[str], Bus], Server]:
    """A bus between processes, and its server."""
    form = NatsBus if request.param == "nats" else PostgresBus
    return form, request.getfixturevalue(request.param)


class Ear:
    """Notes what it hears, and in which thread."""

    def __init__(self, bus: Bus) -> None:
        self.heard: list[Bell] = []
        self.threads: set[int] = set()
        self._rang = asyncio.Event()
        self.stop = bus.listen(self._note)

    def _note(self, bell: Bell) -> None:
        self.heard.append(bell)
        self.threads.add(threading.get_ident())
        self._rang.set()

    async def until(self, bell: Bell) -> None:
        async with asyncio.timeout(PATIENCE):
            while bell not in self.heard:
                self._rang.clear()
                await self._rang.wait()


def run(ends: Ends, trial: Callable[[Bus, Bus], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with ends() as (one, other):
            await trial(one, other)

    asyncio.run(whole())


def test_a_bell_is_heard_at_every_end_and_in_order(ends: Ends) -> None:
    async def trial(one: Bus, other: Bus) -> None:
        here, there = Ear(one), Ear(other)
        bells = [Bell("a-story", number, number + 5) for number in range(1, 51)]
        for bell in bells:
            one.ring(bell)
        await here.until(bells[-1])
        await there.until(bells[-1])
        assert here.heard == there.heard == bells

    run(ends, trial)


def test_any_thread_may_ring_and_listeners_are_called_on_their_loop(ends: Ends) -> None:
    async def trial(one: Bus, other: Bus) -> None:
        ear = Ear(other)
        bells = [Bell(f"story-{number}", 1, 1) for number in range(8)]
        threads = [threading.Thread(target=one.ring, args=(bell,)) for bell in bells]
        for thread in threads:
            thread.start()
        for bell in bells:
            await ear.until(bell)
        assert ear.threads == {threading.get_ident()}
        assert len(ear.heard) == len(bells)
        for thread in threads:
            thread.join()

    run(ends, trial)


def test_who_stopped_listening_hears_nothing_more(ends: Ends) -> None:
    async def trial(one: Bus, other: Bus) -> None:
        gone, left = Ear(other), Ear(other)
        gone.stop()
        one.ring(Bell("a-story", 1, 1))
        await left.until(Bell("a-story", 1, 1))
        assert gone.heard == []

    run(ends, trial)


def test_an_open_bus_is_up_and_a_closed_one_drops_bells_without_a_word(ends: Ends) -> None:
    async def trial(one: Bus, other: Bus) -> None:
        ear = Ear(other)
        assert one.up
        assert other.up
        await other.close()
        await other.close()
        other.ring(Bell("a-story", 1, 1))
        await one.close()
        one.ring(Bell("a-story", 2, 2))
        await asyncio.sleep(0)  # what a closed bus had still handed to the loop would run here
        assert ear.heard == []

    run(ends, trial)


def test_a_bus_that_was_never_opened_may_be_rung() -> None:
    bus = MemoryBus()
    bus.ring(Bell("a-story", 1, 1))
    assert bus.up


def test_ringing_survives_a_listener_whose_loop_has_ended() -> None:
    bus = MemoryBus()

    async def listen() -> None:
        bus.listen(lambda bell: None)

    async def hear() -> None:
        ear = Ear(bus)
        bus.ring(Bell("a-story", 1, 1))
        await ear.until(Bell("a-story", 1, 1))
        assert ear.heard == [Bell("a-story", 1, 1)]

    asyncio.run(listen())
    asyncio.run(hear())


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def test_a_bus_whose_server_is_away_still_rings_at_home_and_comes_back(
    remote: tuple[Callable[[str], Bus], Server],
) -> None:
    form, server = remote

    async def trial(one: Bus, other: Bus) -> None:
        here, there = Ear(one), Ear(other)
        one.ring(Bell("a-story", 1, 1))
        await there.until(Bell("a-story", 1, 1))
        await asyncio.to_thread(server.stop)
        try:
            await until(lambda: not one.up and not other.up)
            one.ring(Bell("a-story", 2, 2))
            await here.until(Bell("a-story", 2, 2))
        finally:
            await asyncio.to_thread(server.start)
        await until(lambda: one.up and other.up)
        one.ring(Bell("a-story", 3, 3))
        await there.until(Bell("a-story", 3, 3))
        assert [bell.edition for bell in here.heard] == [1, 2, 3]
        assert [bell.edition for bell in there.heard] == [1, 3]  # the hubs look for what no bell told of

    run(lambda: opened(form(server.url), form(server.url)), trial)


def test_a_bus_whose_server_is_away_at_the_start_is_no_error(remote: tuple[Callable[[str], Bus], Server]) -> None:
    form, server = remote
    server.stop()

    async def trial(one: Bus, other: Bus) -> None:
        assert not one.up
        ear = Ear(other)
        await asyncio.to_thread(server.start)
        await until(lambda: one.up and other.up)
        one.ring(Bell("a-story", 1, 1))
        await ear.until(Bell("a-story", 1, 1))

    try:
        run(lambda: opened(form(server.url), form(server.url), away=True), trial)
    finally:
        server.start()


def test_what_somebody_else_says_on_the_same_line_is_ignored(nats: NatsServer) -> None:
    async def trial(one: Bus, other: Bus) -> None:
        ear = Ear(other)
        stranger = await nats_client.connect(nats.url)
        for nonsense in (b"", b"\xff\xfe", b"[]", b'{"edition": "1"}'):
            await stranger.publish("depesche.a-story", nonsense)
        await stranger.flush()
        await stranger.close()
        one.ring(Bell("a-story", 1, 1))
        await ear.until(Bell("a-story", 1, 1))
        assert len(ear.heard) == 1

    run(lambda: opened(NatsBus(nats.url), NatsBus(nats.url)), trial)
