"""What a plug-in can add: wires (copy in), readers (statements out of text) and outlets (news of a change out).

A plug-in is a Python package with an entry point in the group "depesche" that names a module; the functions of this
file's hook specifications that the module has, marked with @hookimpl, are called once at start. Built-in plug-ins get
no more than this. Never: a plug-in that fails silently, or one that sees more than it is given.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import pluggy
from msgspec import Struct

from depesche.words.copy import Copy, Reading

GROUP = "depesche"
"""The group of entry points, and the name that both markers carry."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


class Received(Struct, frozen=True):
    """What came with the bytes: media type, charset, and a file's name or an address. Each may be wrong or missing."""

    media_type: str = ""
    charset: str = ""
    name: str = ""


class WireError(ValueError):
    """These bytes aren't what this wire reads; the message is a sentence for the sender."""


class Wire(Protocol):
    """One foreign format."""

    @property
    def name(self) -> str:
        """The name that copy carries, such as "ninjs"."""

    def knows(self, data: bytes, received: Received) -> bool:
        """True when this wire should read these bytes; looks at their beginning only, and never raises."""

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """The copy in these bytes, oldest first, with `id` and `blob` left empty: intake fills them.

        Hostile bytes are expected: time and memory stay linear in their length, nothing is fetched. Raises
        WireError when there is no copy in them; an item that can't be read never loses the items beside it.
        """


class Reader(Protocol):
    """Finds statements in a text. Pure and offline unless its documentation says otherwise."""

    @property
    def name(self) -> str:
        """The name under which it is chosen and which a Reading carries."""

    def read(
        self, text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
    ) -> Reading:
        """The statements of this text; every span points into it."""


class Outlet(Protocol):
    """A way out that is told of changes and fetches what it needs from the public addresses."""

    @property
    def name(self) -> str:
        """The name in logs."""

    async def told(self, story: str, edition: int) -> None:
        """Story `story` (its id) is at this edition now. Bells in between may have been left out; it may take long."""


class Hooks:
    """The hook specifications."""

    @hookspec
    def wires(self) -> list[Wire]:
        """Return wires; one that knows the bytes better comes before one that takes anything."""
        return []

    @hookspec
    def readers(self) -> list[Reader]:
        """Return readers."""
        return []

    @hookspec
    def outlets(self) -> list[Outlet]:
        """Return outlets."""
        return []


@dataclass(frozen=True, slots=True)
class Plugins:
    """All wires, readers and outlets, those of other packages before the built-in ones."""

    wires: tuple[Wire, ...]
    readers: tuple[Reader, ...]
    outlets: tuple[Outlet, ...]
    chosen: str = ""

    def wire_for(self, data: bytes, received: Received) -> Wire | None:
        """The first wire that knows these bytes."""
        return next((wire for wire in self.wires if wire.knows(data, received)), None)

    def reader(self, name: str = "") -> Reader:
        """The reader of this name, without one the chosen one, or the first. Raises LookupError when there is none."""
        name = name or self.chosen
        for reader in self.readers:
            if name in ("", reader.name):
                return reader
        raise LookupError(f"there is no reader “{name}”; there are: {', '.join(each.name for each in self.readers)}")


def gather(builtin: Iterable[object], *, installed: bool = True, reader: str = "") -> Plugins:
    """Ask the built-in plug-ins and, if `installed`, every package with an entry point in our group.

    `reader` is the name of the one that reads. Raises LookupError when there is none of that name.
    """
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(Hooks)
    for module in builtin:  # pluggy asks the last one first, so what is installed may take what a built-in would
        manager.register(module)
    if installed:
        manager.load_setuptools_entrypoints(GROUP)
    manager.check_pending()
    hook: Any = manager.hook  # pluggy makes its attributes while it runs

    def all_of(answers: list[list[Any]]) -> tuple[Any, ...]:
        return tuple(each for answer in answers for each in answer)

    plugins = Plugins(all_of(hook.wires()), all_of(hook.readers()), all_of(hook.outlets()), chosen=reader)
    if reader:
        plugins.reader()
    return plugins
