"""Nodes, the bus and the database die under load: nothing acknowledged is lost, nothing comes twice, all readers agree.

Real processes: nodes killed with SIGKILL, NATS and PostgreSQL taken away and given back, while editors publish and
readers follow.
"""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from tests.bus.servers import NatsServer, PostgresServer
from tests.databases import PostgresDatabases
from tests.faults.installation import PATIENCE, Installation, Node, Writer, installed, until
from tests.faults.reader import Reader, all_equal, fresh, shown_once

READERS = 12
LATE = 20
"""Seconds within which a post is on every page though no bell rings: the hub looks every five."""

pytestmark = pytest.mark.timeout(300)


def bus(node: Node) -> str:
    """What a node says of its bus: up or down."""
    text = httpx2.get(f"{node.url}/readyz", timeout=PATIENCE).text
    return text.partition("bus: ")[2].partition(":")[0].strip()


def follow(office: Installation) -> list[Reader]:
    """Readers on all nodes, each with a stream; who loses it goes to the next node."""
    ports = [node.port for node in office.nodes]
    readers = [Reader(ports[number % len(ports) :] + ports[: number % len(ports)]) for number in range(READERS)]
    for reader in readers:
        reader.until_open()
    return readers


def written(count: int, *writers: Writer) -> None:
    """Wait until this many posts were acknowledged."""
    until(lambda: sum(len(writer.acknowledged) for writer in writers) >= count, f"{count} posts")


def settle(office: Installation, readers: list[Reader], acknowledged: dict[str, int]) -> None:
    """All nodes tell the same, each post is there once, readers have it all, and the journal holds."""
    page = all_equal(readers, office.nodes[0].url, posts=len(acknowledged))
    shown_once(page, acknowledged)
    for node in office.nodes[1:]:
        assert fresh(node.url).shows == page.shows
    assert f"verified {len(acknowledged) + 1} entries" in office.run("verify")


def test_a_node_is_killed_while_it_publishes_and_streams(nats: NatsServer, tmp_path: Path) -> None:
    with installed(tmp_path / "var", nodes=2, bus=nats.url) as office:
        readers = follow(office)
        writers = publish(office, 40)
        written(20, *writers)
        office.nodes[0].kill()
        written(40, *writers)
        office.nodes[0].start()
        for writer in writers:
            writer.finish()
        assert any(reader.opened > 1 for reader in readers)
        settle(office, readers, acknowledged(writers))


def publish(office: Installation, posts: int, *, pause: float = 0) -> list[Writer]:
    """Two editors, each with this many posts, on two nodes; who gets no answer asks the other."""
    urls = [node.url for node in office.nodes]
    writers = [
        Writer(office, urls[k:] + urls[:k], [f"Reporter {k} meldet {number}." for number in range(posts)], pause=pause)
        for k in range(2)
    ]
    for writer in writers:
        writer.start()
    return writers


def acknowledged(writers: list[Writer]) -> dict[str, int]:
    """All that was acknowledged, body and number."""
    return {body: number for writer in writers for body, number in writer.acknowledged.items()}


@pytest.mark.slow
def test_the_only_node_is_killed_again_and_again(tmp_path: Path) -> None:
    with installed(tmp_path / "var") as office:
        readers = follow(office)
        writer = Writer(office, [office.nodes[0].url], [f"Meldung {number}." for number in range(80)])
        writer.start()
        for kill in range(4):
            written(15 * (kill + 1), writer)
            office.nodes[0].kill()
            office.nodes[0].start()
        writer.finish()
        assert writer.resent > 0
        assert all(reader.opened > 1 for reader in readers)
        settle(office, readers, writer.acknowledged)


@pytest.mark.parametrize("away", [6, pytest.param(30, marks=pytest.mark.slow)], ids=lambda seconds: f"{seconds} s")
def test_the_bell_is_away_for_a_while(tmp_path: Path, away: float) -> None:
    nats = NatsServer()
    nats.start()
    try:
        with installed(tmp_path / "var", nodes=2, bus=nats.url) as office:
            here, there = office.nodes
            readers = follow(office)
            until(lambda: bus(here) == bus(there) == "up", "the bus")
            writer = Writer(office, [here.url], [f"Meldung {number}." for number in range(40)], pause=away / 40)
            writer.start()
            written(5, writer)
            nats.stop()
            gone = time.monotonic()
            until(lambda: bus(here) == bus(there) == "down", "the nodes to notice")
            written(10, writer)
            edition = fresh(here.url).edition
            for reader in readers:
                reader.until(edition, LATE)  # late, never wrong
            until(lambda: time.monotonic() - gone > away, "the time to pass")
            nats.start()
            until(lambda: bus(here) == bus(there) == "up", "the bus to be back")
            writer.finish()
            settle(office, readers, writer.acknowledged)
    finally:
        nats.stop()


@pytest.mark.parametrize("times", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_postgres_is_restarted_under_load(
    postgres: PostgresServer, postgres_databases: PostgresDatabases, tmp_path: Path, times: int
) -> None:
    database = postgres_databases.blank()
    with installed(tmp_path / "var", nodes=2, database=database, bus="postgres") as office:
        readers = follow(office)
        until(lambda: all(bus(node) == "up" for node in office.nodes), "the bus")
        writers = publish(office, 15 + 15 * times, pause=0.02)
        for turn in range(times):
            written(15 + 20 * turn, *writers)
            postgres.stop()
            time.sleep(1)
            postgres.start()
        for writer in writers:
            writer.finish()
        assert sum(writer.resent for writer in writers) > 0
        until(lambda: all(bus(node) == "up" for node in office.nodes), "the bus to be back")
        settle(office, readers, acknowledged(writers))
    postgres_databases.remove(database)
