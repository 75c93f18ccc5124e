"""Two nodes as real processes: how long after publishing on one a post is on a reader's stream of the other.

In: how many posts. Out: milliseconds from sending the request on one node to the whole frame on the other, p50 and p95:
by NATS, by PostgreSQL, and with the bus dead, when the hub finds the change by itself. Servers are those of the tests.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from bench import _report
from bench._report import Report, percentile
from tests.bus.servers import NatsServer, PostgresServer
from tests.databases import PostgresDatabases
from tests.faults.installation import SLUG, Installation, Node, installed, until
from tests.faults.reader import fresh, knock
from tests.live.wire import Wire

PAUSE = 0.1
"""Seconds between two posts."""
GOALS = {"NATS": 50, "PostgreSQL": 100}
"""Milliseconds, p50."""
DEAD_GOAL = 6_000
"""Milliseconds, the slowest, with the bus dead."""
DEAD_POSTS = 4


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("live_nodes", __doc__)
    parser.add_argument("--posts", type=int, default=100)
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """Each bus, and one that is dead."""
    report.head("bus: ms", "median", "p95", "slowest")
    with tempfile.TemporaryDirectory(prefix="depesche-nodes-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL has a user of its own
        with databases(folder / "server") as made:
            for bus, goal in GOALS.items():
                times, dead = trial(folder / bus, bus, made.blank(), asked.posts)
                report.row(bus, times, percentile(times, 95), max(times))
                report.goal(f"{bus}: p50", statistics.median(times), goal)
                if dead:
                    report.row(f"{bus}, dead", dead, percentile(dead, 95), max(dead))
                    report.goal(f"{bus}, dead: the slowest", max(dead), DEAD_GOAL)


@contextmanager
def databases(folder: Path) -> Iterator[PostgresDatabases]:
    """A PostgreSQL server, which waits for the disk as one does that keeps news."""
    server = PostgresServer(folder)
    made = PostgresDatabases(server.url)
    made.run("ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()")
    try:
        yield made
    finally:
        server.stop()


def trial(folder: Path, bus: str, database: str, posts: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each post, with the bus and (NATS only: the other one is the journal itself) without it."""
    nats = NatsServer()
    nats.start()
    try:
        with installed(folder, nodes=2, database=database, bus=nats.url if bus == "NATS" else "postgres") as office:
            until(lambda: all(is_up(node) for node in office.nodes), "the bus")
            times = crossing(office, posts, lambda: time.sleep(PAUSE))
            if bus != "NATS":
                return times, []
            nats.stop()
            until(lambda: not any(is_up(node) for node in office.nodes), "the end of the bus")
            return times, crossing(office, DEAD_POSTS, lambda: time.sleep(PAUSE * 13))
    finally:
        nats.stop()


def crossing(office: Installation, posts: int, rest: Callable[[], None]) -> list[float]:
    """Publish on the first node, read on the second."""
    here, there = office.nodes
    times = []
    with Wire.over(knock(there.port, f"/{SLUG}/live?after={fresh(there.url).edition}")) as wire:
        for number in range(posts):
            rest()
            began = time.monotonic()
            office.publish(here.url, f"Meldung {number}, und am Abend regnete es im Tal.")
            event = wire.change()
            assert event is not None
            assert f"Meldung {number}," in event.data
            times.append((time.monotonic() - began) * 1000)
    return times


def is_up(node: Node) -> bool:
    """What the node says of its bus."""
    return "bus: up" in httpx2.get(f"{node.url}/readyz", timeout=10).text


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
