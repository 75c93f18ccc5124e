"""The picture of how figures went: days from left to right, numbers from 0 upwards, a letter for each source.

In: points. Out: where everything stands, in units of the drawing, for timeline.html, which makes an SVG without a style
or a script of its own; the table beside it says the same in words. Never: a value between two that were said (the lines
only tie one source's figures together), or a colour that means something.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

WIDTH, HEIGHT = 340, 190
"""Units of the drawing: one is about a pixel on a phone."""
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 16, 24
"""Room for the numbers, for a letter behind the last point, above the highest one, and for the days."""
MOST = 60
"""Points that are drawn, the newest: more can't be told apart."""
NEAR = 11
"""Units within which two letters would cover each other: they are written as one then."""
TICKS = 4


class Point(Struct, frozen=True):
    """A figure: its day, its ends as said (None: open), the letter of its source, and whether it was derived.

    One that speaks of a period has its `first` day, too; `day` is its last.
    """

    day: dt.date
    lo: float | None
    hi: float | None
    mark: str
    derived: bool = False
    first: dt.date | None = None

    @property
    def since(self) -> dt.date:
        return self.day if self.first is None else min(self.first, self.day)


class Dot(Struct, frozen=True):
    """A figure as it is drawn: from `bottom` to `top` at `x`, with an arrow where it is open.

    A period reaches from `left` to `right`; its dot stands in the middle, because nobody gave a day of it.
    """

    x: float
    left: float
    right: float
    top: float
    bottom: float
    open: str
    derived: bool


class Label(Struct, frozen=True):
    """Words at a place."""

    x: float
    y: float
    text: str


class Picture(Struct, frozen=True):
    """A drawing: axes, a line for each source with several figures, dots, letters, and what it shows in words."""

    title: str
    description: str
    numbers: tuple[Label, ...]
    days: tuple[Label, ...]
    lines: tuple[str, ...]
    dots: tuple[Dot, ...]
    letters: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def picture(
    points: Iterable[Point],
    title: str,
    description: str,
    *,
    number: Callable[[float], str],
    day: Callable[[dt.date], str],
) -> Picture | None:
    """The drawing of these figures; None when fewer than two of them have a day and a number."""
    drawn = sorted((p for p in points if p.lo is not None or p.hi is not None), key=_place)[-MOST:]
    if len(drawn) < 2:
        return None
    first, last = min(p.since for p in drawn), drawn[-1].day
    step, top = _scale(max(_ends(p)[1] for p in drawn))
    days = max(1, (last - first).days)

    def across(when: dt.date) -> float:
        part = (when - first).days / days if last > first else 0.5
        return round(LEFT + 12 + part * (WIDTH - LEFT - RIGHT - 24), 1)

    def up(value: float) -> float:
        return round(HEIGHT - BOTTOM - max(0.0, value) / top * (HEIGHT - TOP - BOTTOM), 1)

    dots = [_dot(p, across(p.since), across(p.day), up) for p in drawn]
    ticks = [step * n for n in range(round(top / step) + 1)]
    return Picture(
        title,
        description,
        tuple(Label(LEFT - 6, up(each) + 4, number(each)) for each in ticks),
        tuple(Label(across(each), HEIGHT - 6, day(each)) for each in dict.fromkeys((first, last))),
        _lines(drawn, dots),
        tuple(dots),
        _letters(drawn, dots),
    )


def _place(point: Point) -> tuple[object, ...]:
    return (point.day, point.mark, *_ends(point))


def _ends(point: Point) -> tuple[float, float]:
    lo = point.lo if point.lo is not None else point.hi
    hi = point.hi if point.hi is not None else point.lo
    return (lo or 0.0, hi or 0.0)


def _scale(most: float) -> tuple[float, float]:
    """The step between two numbers on the axis, and the highest one: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1.0, 1.0
    rough = most / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
    return step, step * math.ceil(most / step)


def _dot(point: Point, left: float, right: float, up: Callable[[float], float]) -> Dot:
    lo, hi = _ends(point)
    is_open = "up" if point.hi is None else "down" if point.lo is None else ""
    return Dot(round((left + right) / 2, 1), left, right, up(hi), up(lo), is_open, point.derived)


def _lines(points: Sequence[Point], dots: Sequence[Dot]) -> tuple[str, ...]:
    """The points of each polyline as SVG writes them, through the middle of a range's drawn ends."""
    found: dict[str, list[Dot]] = {}
    for point, dot in zip(points, dots, strict=True):
        if point.mark and not point.derived:
            found.setdefault(point.mark, []).append(dot)
    several = [line for line in found.values() if len({dot.x for dot in line}) > 1]
    return tuple(" ".join(f"{dot.x:g},{dot.top:g}" for dot in line) for line in several)


def _letters(points: Sequence[Point], dots: Sequence[Dot]) -> tuple[Label, ...]:
    placed: list[tuple[float, float, list[str]]] = []
    for point, dot in zip(points, dots, strict=True):
        near = next((p for p in placed if abs(p[0] - dot.x) < NEAR and abs(p[1] - dot.top) < NEAR), None)
        if near is None:
            placed.append((dot.x, dot.top, [point.mark]))
        elif point.mark not in near[2]:
            near[2].append(point.mark)
    return tuple(Label(x, round(y - 7, 1), " ".join(each for each in marks if each)) for x, y, marks in placed)
