"""Plug-ins: an installed one is asked before the built-in ones, and an outlet hears of changes."""

from __future__ import annotations

import asyncio
import logging
from types import ModuleType

import pytest

from depesche import readers, wires
from depesche.bus.base import Bell
from depesche.bus.memory import MemoryBus
from depesche.live.outlets import tell
from depesche.plugins import Outlet, Received, Wire, gather, hookimpl
from depesche.words.copy import Copy


class Telex:
    """A wire of somebody else's, which reads text that begins with ZCZC."""

    name = "telex"

    def knows(self, data: bytes, received: Received) -> bool:
        return data.startswith(b"ZCZC")

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        return [Copy(id="", wire=self.name, text=data.decode("ascii", "replace"))]


class Bulletin:
    """An outlet that keeps what it was told; the first time fails."""

    name = "bulletin"

    def __init__(self) -> None:
        self.told_of: list[tuple[str, int]] = []
        self.called, self.enough = asyncio.Event(), asyncio.Event()

    async def told(self, story: str, edition: int) -> None:
        self.told_of.append((story, edition))
        self.called.set()
        if edition == 1:
            raise RuntimeError("no connection")
        self.enough.set()


def plug_in(**hooks: object) -> ModuleType:
    module = ModuleType("example_depesche")
    for name, function in hooks.items():
        setattr(module, name, function)
    return module


def test_a_plug_in_is_asked_before_what_is_built_in() -> None:
    @hookimpl
    def wires_of_theirs() -> list[Wire]:
        return [Telex()]

    plugins = gather([wires, plug_in(wires=wires_of_theirs)], installed=False)
    chosen = plugins.wire_for(b"ZCZC 123", Received())
    assert chosen is not None
    assert chosen.name == "telex"
    assert [wire.name for wire in plugins.wires][-1] == "plain"


def test_a_misspelt_hook_is_an_error_at_start() -> None:
    @hookimpl
    def wirez() -> list[Wire]:
        return []

    with pytest.raises(Exception, match="wirez"):
        gather([plug_in(wirez=wirez)], installed=False)


def test_the_built_in_reader_is_the_default_and_an_unknown_one_is_named() -> None:
    plugins = gather([readers], installed=False)
    assert plugins.reader().name == "depesche"
    found = plugins.reader().read("„Wir gehen“, sagte Kim.", language="de")
    assert found.statements
    with pytest.raises(LookupError, match="there are: depesche"):
        plugins.reader("oracle")


async def _ring_twice(outlet: Bulletin) -> None:
    bus = MemoryBus()
    outlets: list[Outlet] = [outlet]
    telling = asyncio.create_task(tell(bus, outlets))
    await asyncio.sleep(0)  # lets it begin to listen
    await asyncio.sleep(0)
    bus.ring(Bell("a story", 1, 1))
    await asyncio.wait_for(outlet.called.wait(), 5)
    bus.ring(Bell("a story", 2, 2))
    await asyncio.wait_for(outlet.enough.wait(), 5)
    telling.cancel()
    await asyncio.wait({telling})


def test_an_outlet_hears_the_newest_edition_and_its_errors_stay_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    outlet = Bulletin()
    with caplog.at_level(logging.ERROR):
        asyncio.run(_ring_twice(outlet))
    assert outlet.told_of == [("a story", 1), ("a story", 2)]
    assert "outlet bulletin failed at story a story: no connection" in caplog.text
