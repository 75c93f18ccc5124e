"""Live delivery against the floor (a loop of send() in C) and the anchor (nginx with nchan), interleaved in one run.

In: how many readers, runs and changes. Out: a table of medians with quartiles: CPU per delivery, time to the last
reader, memory a reader, and a storm of reconnecting readers that each replay 20 posts; exit code 1 when anything was
lost, came twice or out of order. Client and server share the cores, and all three carry frames of one size.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from msgspec import Struct

from bench._live_servers import HOST, Running, built, depesche, floor, frame_size, nchan

SERVERS: dict[str, Callable[[Path, int], AbstractContextManager[Running]]] = {
    "floor": floor,
    "nchan": nchan,
    "depesche": depesche,
}
REPLAYED = 20
SETTLE = 1.0
"""Seconds between connecting and publishing: what the servers put off is done then."""
GOALS = (
    ("CPU per delivery, times nchan", "cpu", "nchan", 0.9),
    ("CPU per delivery, times floor", "cpu", "floor", 1.3),
    ("time to the last reader, times nchan", "last", "nchan", 1.0),
    ("storm, times nchan", "storm", "nchan", 0.35),
)
MEMORY_GOAL = 2.5


class Result(Struct):
    """One run of one server: microseconds of CPU a delivery, milliseconds, kilobytes a reader."""

    cpu: float = 0.0
    last: float = 0.0
    first: float = 0.0
    memory: float = 0.0
    storm: float = 0.0
    wrong: int = 0


class Readers:
    """The client: ssebench, which is told what to wait for."""

    def __init__(self, program: Path, running: Running, path: str, readers: int, stories: int = 0) -> None:
        path = path if stories else path.replace("%d", "0")
        command = [str(program), HOST, str(running.port), path, str(readers), str(stories)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, line: str) -> None:
        """Say what to do."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What came of it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("ssebench ended")
        said: dict[str, Any] = json.loads(line)
        return said


def fan_out(program: Path, running: Running, readers: int, changes: int, interval: float, stories: int = 0) -> Result:
    """Publish changes to readers that are there."""
    running.warm_up()
    before = running.memory()
    tag = random.randrange(0x10000)
    with Readers(program, running, running.live, readers, stories) as client:
        client.ask(f"open {tag:x} 0 60")
        opened = client.answer()
        time.sleep(SETTLE)
        memory = (running.memory() - before) / readers
        client.ask(f"mark {tag:x} 0 {changes} {changes * interval + 20}")
        client.answer()
        began, sent = running.cpu(), []
        for number in range(changes):
            due = time.monotonic() + interval
            sent.append(running.publish(f"@@{tag:04x}:{number:08d}@@"))
            time.sleep(max(0.0, due - time.monotonic()))
        said = client.answer()
        used = running.cpu() - began
    times = [(each[0] - at, each[2] - at) for each, at in zip(said["numbers"], sent, strict=True) if each]
    wrong = opened["failed"] + said["missing"] + said["duplicates"] + said["disorder"]
    return Result(
        cpu=used * 1e6 / max(1, said["got"]),
        first=statistics.median(each[0] for each in times) / 1e6,
        last=statistics.median(each[1] for each in times) / 1e6,
        memory=memory,
        wrong=wrong,
    )


def storm(program: Path, running: Running, readers: int) -> Result:
    """Readers that all come at once, each with REPLAYED posts to catch up with."""
    tag = random.randrange(0x10000)
    for number in range(REPLAYED):
        running.publish(f"@@{tag:04x}:{number:08d}@@")
    time.sleep(SETTLE)
    with Readers(program, running, running.replay, readers) as client:
        client.ask(f"open {tag:x} {REPLAYED} 60")
        said = client.answer()
    wrong = said["failed"] + said["missing"] + said["duplicates"] + said["disorder"]
    return Result(storm=(said["ended"] - said["began"]) / 1e6, wrong=wrong)


def measure(asked: argparse.Namespace, folder: Path) -> dict[str, list[Result]]:
    """All runs, the servers one after the other in each."""
    program, frame = built(folder, "ssebench"), frame_size(folder)
    print(f"{frame} bytes a frame, {asked.readers} readers, {asked.changes} changes, {asked.runs} runs", flush=True)
    results: dict[str, list[Result]] = {name: [] for name in asked.servers}
    for run in range(asked.runs):
        for name in asked.servers[run % len(asked.servers) :] + asked.servers[: run % len(asked.servers)]:
            with SERVERS[name](folder, frame) as running:
                result = fan_out(program, running, asked.readers, asked.changes, asked.interval)
                if asked.storm:
                    again = storm(program, running, asked.storm)
                    result.storm, result.wrong = again.storm, result.wrong + again.wrong
            results[name].append(result)
            print(f"  run {run + 1} {name}: {result}", file=sys.stderr, flush=True)
    return results


def told(values: Iterable[float]) -> str:
    """The median, and the quartiles when there are any."""
    values = sorted(values)
    if len(values) < 3:
        return f"{statistics.median(values):.2f}"
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.2f} [{low:.2f}-{high:.2f}]"


def table(results: dict[str, list[Result]]) -> None:
    """Print what came of it, and how far the goals are."""
    print(f"\n{'server':<10} {'µs/delivery':<22} {'last reader ms':<24} {'first ms':<20} {'kB/reader':<20} storm ms")
    for name, runs in results.items():
        columns = [told(getattr(run, field) for run in runs) for field in ("cpu", "last", "first", "memory", "storm")]
        print(f"{name:<10} {columns[0]:<22} {columns[1]:<24} {columns[2]:<20} {columns[3]:<20} {columns[4]}")
    ours = results.get("depesche")
    if ours is None:
        return
    print()
    for text, field, other, goal in GOALS:
        theirs = [getattr(run, field) for run in results.get(other, [])]
        if theirs and statistics.median(theirs):
            ratio = statistics.median(getattr(run, field) for run in ours) / statistics.median(theirs)
            print(f"{text}: {ratio:.2f} (goal {goal}) {'ok' if ratio <= goal else 'MISSED'}")
    memory = statistics.median(run.memory for run in ours)
    print(f"kB a reader: {memory:.2f} (goal {MEMORY_GOAL}) {'ok' if memory <= MEMORY_GOAL else 'MISSED'}")


def main() -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--changes", type=int, default=15)
    parser.add_argument("--interval", type=float, default=0.5, help="seconds between two changes")
    parser.add_argument("--storm", type=int, default=5_000, help="readers that reconnect at once; 0: no storm")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    asked = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="depesche-bench-") as folder:
        results = measure(asked, Path(folder))
    table(results)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    wrong = {name: sum(run.wrong for run in runs) for name, runs in results.items()}
    print(f"lost, twice or out of order: {wrong}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
