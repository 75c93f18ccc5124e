"""One node is restarted after the other by the commands of the documents, while readers follow and posts go out."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from tests.bus.servers import NatsServer
from tests.databases import PostgresDatabases
from tests.deploy.documents import blocks, carry_out
from tests.deploy.proxy import proxied
from tests.faults.installation import Writer, installed
from tests.faults.reader import Reader, all_equal

pytestmark = pytest.mark.timeout(300)
READERS, POSTS = 12, 70


@pytest.mark.slow
def test_readers_and_editors_notice_nothing(
    nginx: str, nats: NatsServer, postgres_databases: PostgresDatabases, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the commands of the documents need curl")
    database = postgres_databases.blank()
    with installed(tmp_path / "var", nodes=2, database=database, bus=nats.url) as office:
        nodes = {"8001": office.nodes[0], "8002": office.nodes[1]}
        with proxied(nginx, tmp_path / "nginx", [node.port for node in office.nodes]) as proxy:
            readers = [Reader([proxy.port], tls=True) for _ in range(READERS)]
            for reader in readers:
                reader.until_open()
            bodies = [f"Meldung {number}." for number in range(POSTS)]
            writer = Writer(office, [proxy.url], bodies, pause=0.1)
            writer.start()
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
            writer.finish()
            counts = [0, *(count for _, count in restarted), POSTS]
            assert all(later > earlier for earlier, later in pairwise(counts)), "nothing was written in between"
            assert {status for reader in readers for status in reader.answers} == {200}, "somebody was turned away"
            for node in office.nodes:
                page = all_equal(readers, node.url, posts=POSTS)
                readers = []
            assert page.edition > POSTS
        assert f"verified {POSTS + 1} entries" in office.run("verify")
    postgres_databases.remove(database)
