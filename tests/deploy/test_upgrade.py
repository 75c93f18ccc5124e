"""One node is restarted after the other by the commands of the documents, while readers follow and posts go out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bus.servers import NatsServer
from tests.databases import PostgresDatabases
from tests.deploy.documents import blocks, carry_out
from tests.deploy.proxy import Proxy, proxied
from tests.faults.installation import Office, Writer, installed
from tests.faults.reader import Reader, all_equal

pytestmark = pytest.mark.timeout(300)
READERS, POSTS = 12, 150
Restart = Callable[[Writer], list[int]]
"""Restarts the nodes; gives how many posts were acknowledged at each restart."""


@pytest.mark.slow
def test_readers_and_editors_notice_nothing(
    nginx: str, nats: NatsServer, postgres_databases: PostgresDatabases, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the commands of the documents need curl")
    database = postgres_databases.blank()
    with installed(tmp_path / "var", nodes=2, database=database, bus=nats.url) as office:
        nodes = {"8001": office.nodes[0], "8002": office.nodes[1]}

        def restart(writer: Writer) -> list[int]:
            restarted: list[tuple[str, int]] = []

            def systemctl(verb: str, ports: list[str]) -> None:
                assert verb == "restart"
                for port in ports:
                    nodes[port].stop()
                    nodes[port].start(wait=False)
                    restarted.append((port, len(writer.acknowledged)))

            [lines] = blocks("Upgrade without a gap")
            places = {f":{port}/": f":{node.port}/" for port, node in nodes.items()} | {"sleep 10": "sleep 2"}
            carry_out(lines, places=places, env=office.environment, systemctl=systemctl)
            assert [port for port, _ in restarted] == ["8001", "8002"]
            return [count for _, count in restarted]

        with proxied(nginx, tmp_path / "nginx", [node.port for node in office.nodes]) as proxy:
            notice_nothing(proxy, office, [node.url for node in office.nodes], restart)
        assert f"verified {POSTS + 1} entries" in office.run("verify")
    postgres_databases.remove(database)


def notice_nothing(proxy: Proxy, office: Office, nodes: list[str], restart: Restart) -> None:
    """Restart the nodes while readers and an editor come through nginx: nothing is lost, and nobody turned away."""
    readers = [Reader([proxy.port], tls=True) for _ in range(READERS)]
    for reader in readers:
        reader.until_open()
    writer = Writer(office, [proxy.url], [f"Meldung {number}." for number in range(POSTS)], pause=0.1)
    writer.start()
    restarted = restart(writer)
    writer.finish()
    counts = [0, *restarted, POSTS]
    assert all(later > earlier for earlier, later in pairwise(counts)), "nothing was written in between"
    assert {status for reader in readers for status in reader.answers} == {200}, "somebody was turned away"
    for node in nodes:
        page = all_equal(readers, node, posts=POSTS)
        readers = []
    assert page.edition > POSTS
