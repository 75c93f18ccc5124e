"""The bus of one machine: what is special about sockets in a folder."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from depesche.bus.base import Bell
from depesche.bus.local import LocalBus

BELL = Bell("a-story", 3, 7)
PATIENCE = 20


def run(trial: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with asyncio.timeout(PATIENCE):
            await trial()

    asyncio.run(whole())


async def heard(bus: LocalBus) -> asyncio.Queue[Bell]:
    await bus.open()
    queue: asyncio.Queue[Bell] = asyncio.Queue()
    bus.listen(queue.put_nowait)
    return queue


def test_a_process_without_a_socket_rings_all_that_have_one(tmp_path: Path) -> None:
    async def trial() -> None:
        servers = [LocalBus(tmp_path / "bells") for _ in range(3)]
        ears = [await heard(server) for server in servers]
        await asyncio.to_thread(LocalBus(tmp_path / "bells").ring, BELL)  # as the command line does
        for ear in ears:
            assert await ear.get() == BELL
        for server in servers:
            await server.close()
        assert list((tmp_path / "bells").iterdir()) == []

    run(trial)


def test_the_socket_of_a_killed_process_is_removed_by_the_next_bell(tmp_path: Path) -> None:
    async def trial() -> None:
        bus = LocalBus(tmp_path / "bells")
        ear = await heard(bus)
        dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        dead.bind(str(tmp_path / "bells" / "4711-dead"))
        dead.close()
        (tmp_path / "bells" / "no-socket").write_text("somebody's notes")
        LocalBus(tmp_path / "bells").ring(BELL)
        assert await ear.get() == BELL
        assert not (tmp_path / "bells" / "4711-dead").exists()
        assert (tmp_path / "bells" / "no-socket").exists()
        await bus.close()

    run(trial)


def test_what_is_no_bell_is_passed_over(tmp_path: Path) -> None:
    async def trial() -> None:
        bus = LocalBus(tmp_path / "bells")
        ear = await heard(bus)
        (place,) = (tmp_path / "bells").iterdir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
            for said in (b"", b"\xff", b"[1]", b'[{"story":7}]', b'{"story":"a","edition":1,"seq":1}'):
                stranger.sendto(said, str(place))
        LocalBus(tmp_path / "bells").ring(BELL)
        assert await ear.get() == BELL
        await bus.close()

    run(trial)


def test_a_long_name_of_the_folder_is_no_hindrance(tmp_path: Path) -> None:
    async def trial() -> None:
        folder = tmp_path / ("x" * 120) / "bells"
        bus, other = LocalBus(folder), LocalBus(folder)
        ear = await heard(bus)
        await other.open()
        assert bus.up
        other.ring(BELL)
        assert await ear.get() == BELL
        await bus.close()
        await other.close()

    if os.path.isdir("/proc/self/fd"):
        run(trial)


def test_where_there_can_be_no_socket_bells_stay_at_home(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def trial() -> None:
        (tmp_path / "file").write_text("")
        bus = LocalBus(tmp_path / "file" / "bells")
        with caplog.at_level(logging.WARNING):
            ear = await heard(bus)
        assert "seconds later" in caplog.text
        assert not bus.up
        bus.ring(BELL)
        assert await ear.get() == BELL
        await bus.close()

    run(trial)


def test_a_process_that_hangs_keeps_nobody_waiting(tmp_path: Path) -> None:
    async def trial() -> None:
        bus = LocalBus(tmp_path / "bells")
        ear = await heard(bus)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as hanging:
            hanging.bind(str(tmp_path / "bells" / "1-hangs"))
            for number in range(2000):
                bus.ring(Bell("a-story", number, number))
            for number in range(2000):
                assert (await ear.get()).edition == number
        await bus.close()

    run(trial)
