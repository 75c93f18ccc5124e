"""The board on which the workers of a crew post their figures, so that each of them can tell the sum.

In: families of figures, from every worker once a second. Out: those of the others as they were last posted, and what a
worker that died had posted. Never: a figure that is half an old and half a new one.
"""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

ROOM = 64 * 1024
"""Bytes for one worker: its figures take 4 to 8 kB."""
_HEAD = 8
_TRIES = 100


class Family(Struct, frozen=True):
    """Figures of one name: kind (counter, gauge, histogram), what they mean, and each with its suffix and labels."""

    name: str
    kind: str
    text: str
    samples: tuple[tuple[str, float], ...]


class Board:
    """A shared file, mapped into memory. Each worker writes in its own place only."""

    def __init__(self, file: int, crew: int) -> None:
        self._memory = mmap.mmap(file, ROOM * crew)
        self._crew = crew

    @staticmethod
    def size(crew: int) -> int:
        """Bytes that the file must have."""
        return ROOM * crew

    def post(self, number: int, families: Iterable[Family]) -> None:
        """Put these figures into this worker's place; too many of them are left out."""
        posted = msgspec.json.encode(list(families))
        if len(posted) > ROOM - 2 * _HEAD:
            return
        start = number * ROOM
        turn = self._number(start) | 1  # odd: being written
        self._put(start, turn)
        self._put(start + _HEAD, len(posted))
        self._memory[start + 2 * _HEAD : start + 2 * _HEAD + len(posted)] = posted
        self._put(start, turn + 1)

    def read(self, number: int) -> list[Family]:
        """What was posted last in this place."""
        start = number * ROOM
        for _ in range(_TRIES):
            turn = self._number(start)
            length = self._number(start + _HEAD)
            posted = self._memory[start + 2 * _HEAD : start + 2 * _HEAD + min(length, ROOM)]
            if turn == self._number(start) and not turn % 2:
                with contextlib.suppress(msgspec.DecodeError):  # two wrote at once: one takes the other's place
                    return msgspec.json.decode(posted, type=list[Family]) if turn else []
        return []  # its worker died while it wrote

    def others(self, number: int) -> list[list[Family]]:
        """What all but this worker posted last."""
        return [self.read(each) for each in range(self._crew) if each != number]

    def _number(self, place: int) -> int:
        return int.from_bytes(self._memory[place : place + _HEAD], "little")

    def _put(self, place: int, number: int) -> None:
        self._memory[place : place + _HEAD] = number.to_bytes(_HEAD, "little")


def summed(parts: Sequence[Sequence[Family]], *, gauges: bool = True) -> list[Family]:
    """One family for each name: figures of all parts added up; of gauges called …_up the smallest, and without
    `gauges` counters only.
    """
    found: dict[str, Family] = {}
    for family in (each for part in parts for each in part if gauges or each.kind != "gauge"):
        before = found.get(family.name)
        found[family.name] = family if before is None else _added(before, family)
    return list(found.values())


def _added(one: Family, other: Family) -> Family:
    figures = dict(one.samples)
    for label, figure in other.samples:
        known = figures.get(label)
        if known is not None:
            figure = min(known, figure) if one.name.endswith("_up") else known + figure
        figures[label] = figure
    return Family(one.name, one.kind, one.text, tuple(figures.items()))
