"""Pages and polls from one process without a cache in front, beside bare uvicorn with ready bytes; then behind nginx.

In: seconds and runs. Out: requests a second and CPU per request for a page, for who has it already (304) and for a poll
without news, the servers in turns; then how many requests of 2,000 readers reach the origin after an update, behind an
nginx that collapses them. Needs wrk and nginx (Debian: apt-get install wrk nginx). Exit code 1: an answer was wrong.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from msgspec import Struct

from bench._page_servers import Pages, depesche_with_posts, ready_bytes
from bench._proxied import collapsed

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
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is missing (Debian: apt-get install wrk).")
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    began = running.cpu()
    address = f"http://127.0.0.1:{running.port}{path}"
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *given, address]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    used = running.cpu() - began
    count, rate = _number(r"(\d+) requests in", said), _number(r"Requests/sec:\s+([\d.]+)", said)
    failed = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+)", said)
    wrong = _number(r"Non-2xx or 3xx responses: (\d+)", said) + sum(map(int, failed.groups() if failed else ()))
    return Result(rate, used * 1e6 / max(count, 1), int(wrong))


def measure(asked: argparse.Namespace, folder: Path) -> dict[tuple[str, str], list[Result]]:
    """All runs, the servers one after the other in each."""
    results: dict[tuple[str, str], list[Result]] = {}
    with depesche_with_posts(folder, POSTS) as ours, ready_bytes(folder, ours, CODING) as bare:
        edition, etag = ours.edition(), ours.header("etag", CODING)
        questions = {
            "page": (ours.page, {}),
            "304": (ours.page, {"If-None-Match": etag}),
            "poll": (f"{ours.page}/changes?after={edition}", {}),
        }
        for run in range(asked.runs):
            for server in (ours, bare) if run % 2 else (bare, ours):
                for name, (path, more) in questions.items():
                    result = ask(server, path, asked.seconds, {"Accept-Encoding": CODING, **more})
                    results.setdefault((name, server.name), []).append(result)
    return results


def table(results: dict[tuple[str, str], list[Result]]) -> None:
    """Print what came of it."""
    print(f"{'':<6} {'server':<14} {'requests/s':<28} µs of CPU a request")
    for (name, server), runs in sorted(results.items()):
        print(f"{name:<6} {server:<14} {told([run.rate for run in runs]):<28} {told([run.cpu for run in runs])}")
    for name, goal in GOALS.items():
        rate = statistics.median(run.rate for run in results[name, "depesche"])
        print(f"{name}: {rate:,.0f} requests/s (goal {goal:,}) {'ok' if rate >= goal else 'MISSED'}")


def told(values: list[float]) -> str:
    """The median, and the quartiles when there are any."""
    if len(values) < 3:
        return f"{statistics.median(values):,.1f}"
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:,.1f} [{low:,.1f}-{high:,.1f}]"


def _number(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    return float(found[1]) if found else 0.0


def main() -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2_000, help="readers who poll behind nginx; 0: none")
    parser.add_argument("--updates", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="depesche-bench-") as folder:
        results = measure(asked, Path(folder))
        table(results)
        if asked.readers:
            collapsed(Path(folder), asked.readers, asked.updates)
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")
    wrong = sum(run.wrong for runs in results.values() for run in runs)
    print(f"wrong answers: {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
