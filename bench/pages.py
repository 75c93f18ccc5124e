"""Pages and polls from one process without a cache in front, beside bare uvicorn with ready bytes; then behind nginx.

In: seconds and runs. Out: requests a second and CPU per request for a page, for who has it already (304) and for a poll
without news, the servers in turns; then how many requests of 2,000 readers reach the origin after an update, behind an
nginx that collapses them. The first needs wrk, the second nginx; one of them will do. Exit code 1: an answer was wrong.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

from bench import _report
from bench._page_servers import Pages, depesche_with_posts, ready_bytes
from bench._processes import lacking, program
from bench._proxied import collapsed
from bench._report import Report

POSTS = 20
CONNECTIONS = 64
CODING = "br"
GOALS = {"page": 20_000, "304": 28_000}
"""Requests a second of one process."""


class Result(Struct):
    """One run: requests a second, microseconds of CPU a request, answers that weren't as they should be."""

    rate: float
    cpu: float
    wrong: int


def ask(running: Pages, path: str, seconds: int, headers: dict[str, str]) -> Result:
    """Let wrk ask for one address as fast as it can."""
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    began = running.cpu()
    address = f"http://127.0.0.1:{running.port}{path}"
    command = [program("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *given, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = running.cpu() - began
    count, rate = _number(r"(\d+) requests in", said), _number(r"Requests/sec:\s+([\d.]+)", said)
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+)", said)
    wrong = _number(r"Non-2xx or 3xx responses: (\d+)", said) + sum(map(int, failed.groups() if failed else ()))
    return Result(rate, used * 1e6 / max(count, 1), int(wrong))


def asked_in_turns(asked: argparse.Namespace, folder: Path) -> dict[str, tuple[list[Result], list[Result]]]:
    """For each question all runs of the bare server and of ours, one after the other in each."""
    with depesche_with_posts(folder, POSTS) as ours, ready_bytes(folder, ours, CODING) as bare:
        edition, etag = ours.edition(), ours.header("etag", CODING)
        questions = {
            "page": (ours.page, {}),
            "304": (ours.page, {"If-None-Match": etag}),
            "poll": (f"{ours.page}/changes?after={edition}", {}),
        }
        results: dict[str, tuple[list[Result], list[Result]]] = {name: ([], []) for name in questions}
        for run in range(asked.runs):
            for which in (1, 0) if run % 2 else (0, 1):
                for name, (path, more) in questions.items():
                    result = ask((bare, ours)[which], path, asked.seconds, {"Accept-Encoding": CODING, **more})
                    results[name][which].append(result)
    return results


def alone(report: Report, results: dict[str, tuple[list[Result], list[Result]]]) -> None:
    """What one process gives, beside the bare server."""
    report.head("", "bare uvicorn, requests/s", "Depesche, requests/s", "CPU µs a request, bare", "Depesche")
    for name, (bare, ours) in results.items():
        report.row(
            name,
            *([run.rate for run in runs] for runs in (bare, ours)),
            *([run.cpu for run in runs] for runs in (bare, ours)),
        )
    for name, goal in GOALS.items():
        report.goal(f"{name}: requests a second", statistics.median(run.rate for run in results[name][1]), least=goal)
    if any(run.wrong for both in results.values() for runs in both for run in runs):
        report.fail("Some answers were wrong.")


def _number(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    return float(found[1]) if found else 0.0


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("pages", __doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2_000, help="readers who poll behind nginx; 0: none")
    parser.add_argument("--updates", type=int, default=5)
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """One process alone, then behind nginx."""
    with tempfile.TemporaryDirectory(prefix="depesche-bench-") as name:
        folder = Path(name)
        if lacks := lacking("wrk"):
            report.say(f"Left out: one process alone (Debian: {lacks})")
        else:
            alone(report, asked_in_turns(asked, folder))
        if lacks := lacking("nginx"):
            report.say(f"Left out: readers behind nginx (Debian: {lacks})")
        elif asked.readers:
            passed, times = collapsed(folder, asked.readers, asked.updates)
            report.head("polling behind nginx", "requests at the origin for an update", "all answered after ms")
            report.row(f"{asked.readers:,} readers, two questions each", passed, times)


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
