"""What came of a measurement, as Markdown: printed line by line, and with UPDATE=1 put into docs/performance.md.

In: rows, goals, drawings. Out: the measurement's block, with the command, the machine, the commit, how long it took and
how busy the machine was; each goal met or missed. Never: a figure in the document without these.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import shlex
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent
DOCUMENT = CHECKOUT / "docs/performance.md"
Cell = str | float | Sequence[float]


class Report:
    """The block of one measurement. What is added is printed at once, so that who waits sees how far it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.drawings: dict[str, str] = {}
        self.failed = False
        self._goals: list[str] = []

    def say(self, text: str) -> None:
        """A paragraph."""
        self._add("", text)

    def head(self, *cells: str) -> None:
        """A new table."""
        self._add("", _row(cells), "|---" * len(cells) + "|")

    def row(self, *cells: Cell) -> None:
        """A line of the table: words, a figure, or all that was measured, which becomes its median and quartiles."""
        self._add(_row([each if isinstance(each, str) else told(each) for each in cells]))

    def goal(self, text: str, value: float, most: float | None = None, *, least: float | None = None) -> None:
        """How far a goal is; with neither bound it is a figure to compare. They stand below everything else."""
        aim = "no goal"
        if most is not None:
            aim = f"goal ≤ {round(most, 2):,g}: {_met(value <= most)}"
        if least is not None:
            aim = f"goal ≥ {round(least, 2):,g}: {_met(value >= least)}"
        self._goals.append(f"- {text}: {told(value)} ({aim})")

    def fail(self, what: str) -> None:
        """Something came out wrong, whatever time it took: the command fails, and the document says it."""
        self.failed = True
        self.say(f"**{what}**")

    def draw(self, text: str, name: str, svg: str) -> None:
        """A drawing, which is written beside the document; the text is for who doesn't see it."""
        self.drawings[name] = svg
        self.say(f"![{text}](pictures/{name})")

    def end(self) -> None:
        """The goals, in a list."""
        if self._goals:
            self._add("", *self._goals)

    def _add(self, *lines: str) -> None:
        print(*lines, sep="\n", flush=True)
        self.lines += lines


def options(name: str, documented: str | None) -> argparse.ArgumentParser:
    """The command line of a measurement, which adds its options."""
    form = argparse.RawDescriptionHelpFormatter
    return argparse.ArgumentParser(prog=f"python -m bench.{name}", description=documented, formatter_class=form)


def run(parser: argparse.ArgumentParser, measure: Callable[[argparse.Namespace, Report], None]) -> int:
    """Measure what the command line asks for; gives the exit code, 1 when something came out wrong."""
    asked, report = parser.parse_args(), Report()
    command, where, load = shlex.join([*parser.prog.split(), *sys.argv[1:]]), machine(), os.getloadavg()[0]
    began = time.monotonic()
    measure(asked, report)
    if not any(line.startswith("|") for line in report.lines):
        raise SystemExit("Nothing could be measured: see above.")
    report.end()
    head = (
        f"`{command}`: {where}; took {_length(time.monotonic() - began)}, load {load:.1f} before and "
        f"{os.getloadavg()[0]:.1f} after."
    )
    print(f"\n{head}")
    if os.environ.get("UPDATE") == "1":
        write(parser.prog.rpartition(".")[2], "\n".join([head, *report.lines]), report.drawings)
    return int(report.failed)


def write(name: str, block: str, drawings: dict[str, str]) -> None:
    """Put a block into the document, in the place of the last one."""
    text = DOCUMENT.read_text(encoding="utf-8")
    place = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", re.S)
    if not place.search(text):
        raise SystemExit(
            f"{DOCUMENT.name} has no place for the figures: add <!-- {name} --> and <!-- /{name} --> to it."
        )
    DOCUMENT.write_text(place.sub(lambda _: f"\n{block}\n\n", text), encoding="utf-8")
    for file, svg in drawings.items():
        (DOCUMENT.parent / "pictures" / file).write_text(svg, encoding="utf-8")
    print(f"Written to {DOCUMENT.name}")


def machine() -> str:
    """The machine, what runs on it, the commit and the day, in a line."""
    known = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.+)$", known.read_text(), re.M) if known.exists() else None
    name = found[1] if found else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    programs = f"CPython {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    day = f"{dt.datetime.now(dt.UTC):%-d %B %Y}"
    return f"{os.cpu_count()} cores of {name}, {memory:.0f} GB, {system}, {programs}, {_commit()}, {day}"


def told(values: float | Sequence[float]) -> str:
    """A figure; of several the median, and the quartiles from three on. A dash where nothing was measured."""
    if isinstance(values, int):
        return f"{values:,}"
    if isinstance(values, float):
        return f"{values:,.{_digits(values)}f}"
    if not any(values):
        return "–"
    middle = float(statistics.median(values))
    if len(values) < 3:
        return told(middle)
    low, _, high = (f"{each:,.{_digits(middle)}f}" for each in statistics.quantiles(values, n=4))
    return f"{told(middle)} [{low}–{high}]"


def percentile(values: Sequence[float], share: int) -> float:
    """What so many of a hundred stay below."""
    return sorted(values)[int(len(values) * share / 100)]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """One median by the other."""
    return statistics.median(ours) / statistics.median(theirs)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _commit() -> str:
    """The commit, and whether anything but documents differs from it."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    found = subprocess.run(asked, cwd=CHECKOUT, capture_output=True, text=True).stdout.strip()
    same = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", ".", ":!docs"], cwd=CHECKOUT).returncode == 0
    return f"commit {found or 'unknown'}{'' if same else ' with changes'}"


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} minutes"


def _digits(value: float) -> int:
    """Three digits say enough."""
    return 0 if value >= 100 else 1 if value >= 10 else 2


def _met(true: bool) -> str:
    return "met" if true else "**missed**"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
