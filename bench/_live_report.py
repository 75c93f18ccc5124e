"""What came of the live benchmark, as a table, as goals met or missed, as a plot, and as a part of docs/performance.md.

In: results of single runs. Out: medians with quartiles, in Markdown; a plot of latency and memory over readers as SVG.
Never: a figure without the machine, the commit and the command that it came from.
"""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

CHECKOUT = Path(__file__).parent.parent
DOCUMENT = CHECKOUT / "docs/performance.md"
PLOT = CHECKOUT / "docs/pictures/live.svg"
PART = re.compile(r"(?<=<!-- live -->\n).*?(?=<!-- /live -->)", re.S)
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


def machine() -> str:
    """The machine, what runs on it, and the commit, in a line."""
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    name = found[1] if found else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    asked = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(asked, cwd=CHECKOUT, capture_output=True, text=True).stdout.strip()
    day = f"{dt.datetime.now(dt.UTC):%d %B %Y}"
    return (
        f"{os.cpu_count()} cores of {name}, {memory:.0f} GB, {platform.system()} {platform.release()}, CPython "
        f"{platform.python_version()}, commit {commit}, {day}, load {os.getloadavg()[0]:.1f}"
    )


def told(values: Iterable[float]) -> str:
    """The median, and the quartiles when there are any; a dash where nothing was measured."""
    values = sorted(values)
    if not any(values):
        return "–"
    digits = 0 if statistics.median(values) >= 100 else 1
    if len(values) < 3:
        return f"{statistics.median(values):.{digits}f}"
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.{digits}f} [{low:.{digits}f}–{high:.{digits}f}]"


def table(results: Mapping[str, Sequence[Result]]) -> str:
    """A row for each server."""
    lines = ["| server | CPU µs a delivery | first reader ms | last reader ms | kB a reader | storm ms | wrong |"]
    lines.append("|---|---|---|---|---|---|---|")
    for name, runs in results.items():
        columns = [told(getattr(run, field) for run in runs) for field in ("cpu", "first", "last", "memory", "storm")]
        lines.append(f"| {name} | {' | '.join(columns)} | {sum(run.wrong for run in runs)} |")
    return "\n".join(lines)


def goals(results: Mapping[str, Sequence[Result]]) -> str:
    """How far the goals are, those for which both servers were measured."""
    lines = []
    for text, ours, field, other, goal in GOALS:
        mine, theirs = _median(results, ours, field), _median(results, other, field)
        if mine and theirs:
            aim = "no goal" if goal is None else f"goal ≤ {goal}: {_met(mine / theirs <= goal)}"
            lines.append(f"- {text}: {mine / theirs:.2f} ({aim})")
    memory = _median(results, "depesche", "memory")
    if memory:
        lines.append(f"- kB a reader: {memory:.2f} (goal ≤ {MEMORY_GOAL}: {_met(memory <= MEMORY_GOAL)})")
    return "\n".join(lines)


def write(
    results: Mapping[str, Sequence[Result]],
    curve: Mapping[str, Mapping[int, Sequence[Result]]],
    where: str,
    command: str,
) -> None:
    """Put table, goals and plot into the document, in the place of the last ones."""
    runs = max((len(each) for each in results.values()), default=0)
    drawn = any(curve.values())
    if drawn:
        PLOT.write_text(plot(curve), encoding="utf-8")
    wrong = sum(run.wrong for each in results.values() for run in each)
    wrong += sum(run.wrong for sizes in curve.values() for each in sizes.values() for run in each)
    parts = [
        f"`UPDATE=1 {command}`: {where}. Medians of {runs} interleaved runs, quartiles in brackets; client and servers "
        "share the cores.",
        table(results),
        goals(results),
        f"Wrong: lost, doubled or out of order; over all runs {wrong}.",
    ]
    if drawn:
        parts.append("![Time to the last reader and memory a reader over the number of readers](pictures/live.svg)")
        parts.append(_sizes(curve))
    text = DOCUMENT.read_text(encoding="utf-8")
    assert PART.search(text), f"{DOCUMENT} has no place for the figures"
    new = "\n" + "\n\n".join(part for part in parts if part) + "\n\n"
    DOCUMENT.write_text(PART.sub(lambda _: new, text, count=1), encoding="utf-8")
    print(f"Written to {DOCUMENT.relative_to(CHECKOUT)}")


def plot(curve: Mapping[str, Mapping[int, Sequence[Result]]]) -> str:
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


def _chart(
    curve: Mapping[str, Mapping[int, Sequence[Result]]], title: str, value: Callable[[Result], float], shift: int
) -> str:
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


def _sizes(curve: Mapping[str, Mapping[int, Sequence[Result]]]) -> str:
    lines = ["| readers | server | last reader ms | kB a reader | CPU µs a delivery |", "|---|---|---|---|---|"]
    for readers in sorted({each for sizes in curve.values() for each in sizes}):
        for name, sizes in curve.items():
            columns = [told(getattr(run, field) for run in sizes[readers]) for field in ("last", "memory", "cpu")]
            lines.append(f"| {readers:,} | {name} | {' | '.join(columns)} |")
    return "\n".join(lines)


def _median(results: Mapping[str, Sequence[Result]], name: str, field: str) -> float:
    values = [float(getattr(run, field)) for run in results.get(name, ())]
    return statistics.median(values) if values else 0.0


def _met(true: bool) -> str:
    return "met" if true else "**missed**"


def _round_up(value: float) -> float:
    """The next 1, 2, 4 or 8 times a power of ten, so that the quarters of an axis are round."""
    power = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)
