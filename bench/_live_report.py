"""What came of the live benchmark: a table, goals met or missed, and a plot of latency and memory over readers.

In: results of single runs. Out: rows and goals of the report, and the plot as SVG.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from bench._report import Report, ratio

BEHIND, ITSELF = "depesche behind nginx", "depesche, TLS in itself"
GOALS: tuple[tuple[str, str, str, str, float | None], ...] = (
    ("CPU per delivery, times nchan", "depesche", "cpu", "nchan", 0.9),
    ("CPU per delivery, times floor", "depesche", "cpu", "floor", 1.3),
    ("time to the last reader, times nchan", "depesche", "last", "nchan", 1.0),
    ("storm, times nchan", "depesche", "storm", "nchan", 0.35),
    ("time to the last reader, 100 stories, times one story", "100 stories", "last", "depesche", 1.0),
    (
        "time to the last reader beside 300 that read nothing, times alone",
        "300 read nothing",
        "last",
        "depesche",
        1.1,
    ),
    ("2 workers: CPU per delivery, times one process", "2 workers", "cpu", "depesche", None),
    ("2 workers: time to the last reader, times one process", "2 workers", "last", "depesche", None),
    ("TLS in itself: CPU per delivery, times nchan", ITSELF, "cpu", "nchan, TLS in itself", None),
    ("TLS in itself: time to the last reader, times nchan", ITSELF, "last", "nchan, TLS in itself", None),
    ("behind nginx: CPU per delivery, times nchan behind nginx", BEHIND, "cpu", "nchan behind nginx", None),
    ("behind nginx: time to the last reader, times nchan behind nginx", BEHIND, "last", "nchan behind nginx", None),
)
MEMORY_GOAL = 2.5
"""kB a reader."""
COLUMNS = {
    "cpu": "CPU µs a delivery",
    "first": "first reader ms",
    "last": "last reader ms",
    "memory": "kB a reader",
    "storm": "storm ms",
}
ON_CURVE = ("last", "memory", "cpu")
COLOURS = {"floor": "#767676", "nchan": "#b34700", "depesche": "#0b57a4"}
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 420, 300, 56, 34, 44


class Result(Struct):
    """One run of one server: microseconds of CPU a delivery, milliseconds, kilobytes a reader."""

    cpu: float = 0.0
    last: float = 0.0
    first: float = 0.0
    memory: float = 0.0
    storm: float = 0.0
    wrong: int = 0


Curve = Mapping[str, Mapping[int, Sequence[Result]]]
"""Server -> number of readers -> runs."""


def table(report: Report, results: Mapping[str, Sequence[Result]]) -> None:
    """A row for each server, and how far the goals are for which both servers were measured."""
    report.head("server", *COLUMNS.values(), "wrong")
    for name, runs in results.items():
        report.row(name, *(_values(runs, field) for field in COLUMNS), sum(run.wrong for run in runs))
    for text, ours, field, other, goal in GOALS:
        mine, theirs = _values(results.get(ours, ()), field), _values(results.get(other, ()), field)
        if any(mine) and any(theirs):
            report.goal(text, ratio(mine, theirs), goal)
    memory = _values(results.get("depesche", ()), "memory")
    if any(memory):
        report.goal("kB a reader", statistics.median(memory), MEMORY_GOAL)


def sizes(report: Report, curve: Curve) -> None:
    """The plot, and its figures."""
    report.draw("Time to the last reader and memory a reader over the number of readers", "live.svg", plot(curve))
    report.head("readers", "server", *(COLUMNS[field] for field in ON_CURVE))
    for readers in sorted({each for runs in curve.values() for each in runs}):
        for name, runs in curve.items():
            report.row(readers, name, *(_values(runs[readers], field) for field in ON_CURVE))


def plot(curve: Curve) -> str:
    """Two charts side by side: time to the last reader, and memory a reader, over the number of readers."""
    charts = [
        _chart(curve, "Time to the last reader, ms", lambda run: run.last, 0),
        _chart(curve, "Memory a reader, kB", lambda run: run.memory, WIDTH),
    ]
    key = "".join(
        f'<circle cx="{LEFT + 110 * at}" cy="{HEIGHT + 14}" r="4" fill="{COLOURS[name]}"/>'
        f'<text x="{LEFT + 110 * at + 10}" y="{HEIGHT + 18}">{name}</text>'
        for at, name in enumerate(curve)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {HEIGHT + 30}" font-family="sans-serif" '
        f'font-size="12" fill="#1a1a1a" role="img"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(charts)}{key}</svg>\n"
    )


def _chart(curve: Curve, title: str, value: Callable[[Result], float], shift: int) -> str:
    points = {
        name: [(readers, statistics.median(map(value, runs))) for readers, runs in sorted(sizes.items())]
        for name, sizes in curve.items()
    }
    right = max((readers for line in points.values() for readers, _ in line), default=1)
    high = _round_up(max((height for line in points.values() for _, height in line), default=1))
    wide, tall = WIDTH - LEFT - 20, HEIGHT - TOP - BOTTOM

    def place(readers: float, height: float) -> str:
        return f"{shift + LEFT + wide * readers / right:.1f},{TOP + tall * (1 - height / high):.1f}"

    made = [f'<text x="{shift + LEFT}" y="18" font-weight="bold">{title}</text>']
    for part in range(5):
        height = high * part / 4
        x, y = place(0, height).split(",")
        made.append(f'<path d="M{x},{y}h{wide}" stroke="#ddd"/>')
        made.append(f'<text x="{float(x) - 6}" y="{float(y) + 4}" text-anchor="end">{height:g}</text>')
    for readers in sorted({readers for line in points.values() for readers, _ in line}):
        x = place(readers, 0).split(",")[0]
        made.append(f'<text x="{x}" y="{HEIGHT - 24}" text-anchor="middle">{readers / 1000:g}k</text>')
    for name, line in points.items():
        made.append(
            f'<polyline points="{" ".join(place(*each) for each in line)}" fill="none" stroke="{COLOURS[name]}" '
            'stroke-width="2"/>'
        )
        for each in line:
            x, y = place(*each).split(",")
            made.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{COLOURS[name]}"/>')
    return "".join(made)


def _values(runs: Sequence[Result], field: str) -> list[float]:
    return [getattr(run, field) for run in runs]


def _round_up(value: float) -> float:
    """The next 1, 2, 4 or 8 times a power of ten, so that the quarters of an axis are round."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)
