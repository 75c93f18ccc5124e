"""Two nodes on one journal: what is published on one is on the other's readers because the bus rang."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from statistics import median

import pytest

from depesche.bus.base import Bus
from depesche.bus.nats import NatsBus
from depesche.bus.postgres import PostgresBus
from depesche.live.hub import Hub
from depesche.live.pace import Pace
from depesche.live.readers import PlainReader
from depesche.settings import Settings
from tests.bus.conftest import Server
from tests.live.newsroom import Newsroom, deltas

PATIENCE = 20
NEVER_LOOKS = Pace(look=3600)
"""So that only a bell can tell the hub."""


@pytest.fixture(params=["nats", "postgres"])
def server(request: pytest.FixtureRequest) -> tuple[type[NatsBus] | type[PostgresBus], Server]:
    form = NatsBus if request.param == "nats" else PostgresBus
    return form, request.getfixturevalue(request.param)


class Listening(PlainReader):
    """A reader whose frames are noted with the time at which the hub gave them."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[int, float]] = []
        self.rang = asyncio.Event()

    def send(self, data: bytes) -> bool:
        self.heard += [(delta["edition"], time.monotonic()) for delta in deltas(data)]
        self.rang.set()
        return True

    async def until(self, edition: int) -> float:
        """When this edition came."""
        async with asyncio.timeout(PATIENCE):
            while not any(each == edition for each, _ in self.heard):
                self.rang.clear()
                await self.rang.wait()
        return next(at for each, at in self.heard if each == edition)


def test_readers_of_one_node_hear_at_once_what_the_other_publishes(
    tmp_path: Path, server: tuple[type[NatsBus] | type[PostgresBus], Server]
) -> None:
    form, where = server
    here, there = form(where.url), form(where.url)
    desk, readers = Newsroom(tmp_path, here), Newsroom(tmp_path, there)
    desk.open()

    async def trial() -> list[float]:
        for bus in (here, there):
            await up(bus)
        hub = Hub(readers.journal, there, Settings(folder=tmp_path), pace=NEVER_LOOKS)
        serving = asyncio.create_task(hub.run())
        reader = Listening()
        await hub.enter(desk.story, None, lambda _: reader)
        took = []
        for number in range(10):
            began = time.monotonic()
            done = await asyncio.to_thread(desk.publish, f"Meldung {number}.")
            took.append(await reader.until(done.edition) - began)
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
        await here.close()
        await there.close()
        return took

    took = asyncio.run(trial())
    desk.close()
    readers.close()
    assert median(took) < 1.0  # on an idle machine 10 ms; without a bell it would be never


async def up(bus: Bus) -> None:
    await bus.open()
    async with asyncio.timeout(PATIENCE):
        while not bus.up:
            await asyncio.sleep(0.01)
