"""One suite for every bus: what base.py promises, tried with two ends of the same bus, as two processes would have."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from depesche.bus.base import Bell, Bus
from depesche.bus.memory import MemoryBus

Ends = Callable[[], AbstractAsyncContextManager[tuple[Bus, Bus]]]
PATIENCE = 10  # seconds until a bell that should have come counts as lost


@asynccontextmanager
async def memory() -> AsyncIterator[tuple[Bus, Bus]]:
    bus = MemoryBus()  # within one process both ends are the same
    await bus.open()
    yield bus, bus
    await bus.close()


@pytest.fixture(params=[memory])
def ends(request: pytest.FixtureRequest) -> Ends:
    made: Ends = request.param
    return made


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
    MemoryBus().ring(Bell("a-story", 1, 1))


def test_ringing_survives_a_listener_whose_loop_has_ended() -> None:
    bus = MemoryBus()

    async def listen() -> None:
        bus.listen(lambda bell: None)

    asyncio.run(listen())
    bus.ring(Bell("a-story", 1, 1))
