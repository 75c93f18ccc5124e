"""Live delivery against the floor (a loop of send() in C) and the anchor (nginx with nchan), interleaved in one run.

In: how many readers, runs and changes. Out: a table of medians with quartiles: CPU per delivery, time to the last
reader, memory a reader, a storm of reconnecting readers that each replay 20 posts; rows with TLS; and a curve over the
number of readers. Exit code 1 when anything was lost, came twice or out of order. Client and server share the cores,
and all carry frames of one size. A row is left out, and that is said, where its server isn't installed.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench import _live_report, _report
from bench._live_report import Result
from bench._live_servers import Running, behind_nginx, built, depesche, floor, frame_size, nchan
from bench._processes import HOST, lacking
from bench._report import Report

REPLAYED = 20
SETTLE = 1.0
"""Seconds between connecting and publishing: what the servers put off is done then."""
STORIES = 100
MORE = 4
"""Changes in a row of many stories, times those of one story, at as many times the pace: each story gets few."""
SPARE = 100
"""Files that a process opens beside those of its readers."""
MOST_MARKS = 64
"""Changes that the client can tell apart in one run."""


class Row(NamedTuple):
    """One line of the table: a server, and how it is used. `readers` instead of those that were asked for; `silent`
    ones beside them read nothing.
    """

    serve: Callable[[Path, int], AbstractContextManager[Running]]
    stories: int = 0
    tls: bool = False
    storm: bool = False
    readers: int = 0
    silent: int = 0
    needs: tuple[str, ...] = ()

    @property
    def lacks(self) -> str:
        """What to install before this can be measured."""
        return lacking(*self.needs, *(["libssl-dev"] if self.tls else []))


NGINX = ("nginx",)
NCHAN = ("nginx", "libnginx-mod-nchan")


def _behind(serve: Callable[[Path, int], AbstractContextManager[Running]], needs: tuple[str, ...] = NGINX) -> Row:
    return Row(lambda folder, frame: behind_nginx(serve(folder, frame), folder), tls=True, needs=needs)


ROWS = {
    "floor": Row(floor, storm=True),
    "nchan": Row(nchan, storm=True, needs=NCHAN),
    "depesche": Row(depesche, storm=True),
    "100 stories": Row(partial(depesche, stories=STORIES), stories=STORIES),
    "19,500 readers": Row(depesche, readers=19_500),
    "300 read nothing": Row(depesche, silent=300),
    "2 workers": Row(partial(depesche, workers=2)),
    "nchan, TLS in itself": Row(partial(nchan, tls=True), tls=True, needs=NCHAN),
    "depesche, TLS in itself": Row(partial(depesche, tls=True), tls=True),
    "nchan behind nginx": _behind(nchan, NCHAN),
    "depesche behind nginx": _behind(depesche),
}
CURVE = ("floor", "nchan", "depesche")


class Readers:
    """The client: ssebench, which is told what to wait for."""

    def __init__(self, program: Path, running: Running, path: str, readers: int, stories: int = 0) -> None:
        path = path if stories else path.replace("%d", "0")
        port = running.readers_port or running.port
        command = [str(program), HOST, str(port), path, str(readers), str(stories), *(["tls"] if running.tls else [])]
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


def fan_out(
    program: Path, running: Running, readers: int, changes: int, interval: float, stories: int = 0, silent: int = 0
) -> Result:
    """Publish changes to readers that are there; with many stories change n goes to story n."""
    running.warm_up()
    with running.silent(silent):
        time.sleep(SETTLE)  # what was begun late, as the process that reads texts, is there then
        return _fan_out(program, running, readers, changes, interval, stories)


def _fan_out(program: Path, running: Running, readers: int, changes: int, interval: float, stories: int) -> Result:
    before = running.memory()
    tag = random.randrange(0x10000)
    with Readers(program, running, running.live, readers, stories) as client:
        client.ask(f"open {tag:x} 0 120")
        opened = client.answer()
        time.sleep(SETTLE)
        memory = max(0.0, (running.memory() - before) / readers)
        client.ask(f"mark {tag:x} 0 {changes} {changes * interval + 20}")
        client.answer()
        began, sent = running.cpu(), []
        for number in range(changes):
            due = time.monotonic() + interval
            sent.append(running.publish(f"@@{tag:04x}:{number:08d}@@", number % stories if stories else 0))
            time.sleep(max(0.0, due - time.monotonic()))
        said = client.answer()
        used = running.cpu() - began
    times = [(each[0] - at, each[2] - at) for each, at in zip(said["numbers"], sent, strict=True) if each]
    wrong = opened["failed"] + said["missing"] + said["duplicates"] + said["disorder"]
    return Result(
        cpu=used * 1e6 / max(1, said["got"]),
        first=statistics.median(each[0] for each in times) / 1e6 if times else 0.0,
        last=statistics.median(each[1] for each in times) / 1e6 if times else 0.0,
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


class Bench:
    """What is measured: the rows in turns, and the curve."""

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        self._asked, self._folder = asked, folder
        self._program = built(folder, "ssebench", *(() if lacking("libssl-dev") else ("-DTLS", "-lssl", "-lcrypto")))
        self.frame = frame_size(folder)
        self.rows = [name for name in asked.rows if not ROWS[name].lacks]

    def table(self) -> dict[str, list[Result]]:
        """All runs, the servers one after the other in each, beginning with another one each time."""
        asked = self._asked
        results: dict[str, list[Result]] = {name: [] for name in self.rows}
        for run in range(asked.runs):
            turn = run % max(1, len(self.rows))
            for name in self.rows[turn:] + self.rows[:turn]:
                usual = asked.tls_readers if ROWS[name].tls else asked.readers
                results[name].append(self._once(name, ROWS[name].readers or usual))
                print(f"  run {run + 1} {name}: {results[name][-1]}", file=sys.stderr, flush=True)
        return results

    def curve(self) -> dict[str, dict[int, list[Result]]]:
        """The bare servers with ever more readers, in turns."""
        results: dict[str, dict[int, list[Result]]] = {name: {} for name in CURVE if name in self.rows}
        for _ in range(self._asked.curve_runs):
            for readers in self._asked.curve:
                for name, sizes in results.items():
                    sizes.setdefault(readers, []).append(self._once(name, readers, storming=False))
                    print(f"  {readers} readers {name}: {sizes[readers][-1]}", file=sys.stderr, flush=True)
        return results

    def _once(self, name: str, readers: int, *, storming: bool = True) -> Result:
        row, asked = ROWS[name], self._asked
        often = MORE if row.stories else 1
        changes = min(asked.changes * often, MOST_MARKS)
        with row.serve(self._folder, self.frame) as running:
            pace = asked.interval / often
            result = fan_out(self._program, running, readers, changes, pace, row.stories, row.silent)
            if row.storm and storming and asked.storm:
                again = storm(self._program, running, asked.storm)
                result.storm, result.wrong = again.storm, result.wrong + again.wrong
        return result


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("live", __doc__)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--tls-readers", type=int, default=5_000, help="readers in the rows with TLS")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--changes", type=int, default=10)
    parser.add_argument("--interval", type=float, default=0.4, help="seconds between two changes")
    parser.add_argument("--storm", type=int, default=5_000, help="readers that reconnect at once; 0: no storm")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--curve", nargs="*", type=int, default=[1_000, 5_000, 10_000, 19_500])
    parser.add_argument("--curve-runs", type=int, default=3)
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """The rows, the curve, and what was lost."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = max(asked.readers, *asked.curve, *(ROWS[name].readers for name in asked.rows))
    if hard < most + SPARE:
        raise SystemExit(
            f"{most:,} readers are as many open files: allow more than {hard:,} (ulimit -Hn), or ask for fewer."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="depesche-bench-") as folder:
        bench = Bench(asked, Path(folder))
        report.say(
            f"{asked.readers:,} readers ({asked.tls_readers:,} with TLS), {asked.storm:,} in the storm; frames of "
            f"{bench.frame:,} bytes; {asked.runs} runs, interleaved; client and servers share the cores."
        )
        for name in asked.rows:
            if name not in bench.rows:
                report.say(f"Left out: {name} (Debian: {ROWS[name].lacks})")
        results, curve = bench.table(), bench.curve()
    _live_report.table(report, results)
    if any(curve.values()):
        _live_report.sizes(report, curve)
    runs = [run for each in results.values() for run in each]
    runs += [run for sizes in curve.values() for each in sizes.values() for run in each]
    report.say(f"Wrong is what was lost, doubled or out of order; in all runs {sum(run.wrong for run in runs)}.")
    if any(run.wrong for run in runs):
        report.fail("Readers didn't get what was published.")


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
