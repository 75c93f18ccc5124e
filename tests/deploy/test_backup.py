"""Backup and restore by the commands of the documents, on a real installation that is being written meanwhile."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.bus.servers import PostgresServer
from tests.deploy.documents import CHECKOUT, blocks, carry_out
from tests.faults.installation import Installation, Writer, installed, until
from tests.faults.reader import Reader, all_equal, fresh

pytestmark = pytest.mark.timeout(300)
BEFORE, MEANWHILE = 60, 60


def told(office: Installation, backups: Path) -> dict[str, str]:
    """The documents' folders, and where they are here."""
    return {
        "/opt/depesche/.venv/bin/depesche": str(CHECKOUT / ".venv/bin/depesche"),
        "/opt/depesche": str(CHECKOUT),
        "/var/lib/depesche": str(office.folder),
        "/var/backups/depesche": str(backups),
        "runuser -u depesche -- ": "",
        "chown -R depesche:depesche": "ls",
    }


def nothing(verb: str, ports: list[str]) -> None:
    raise AssertionError((verb, ports))


def test_a_backup_is_whole_whoever_writes_meanwhile_and_can_be_restored(tmp_path: Path) -> None:
    with installed(tmp_path / "var") as office:
        node, places = office.nodes[0], told(office, tmp_path / "backups")
        picture = office.folder / "media" / "ab" / "picture.webp"
        picture.parent.mkdir(parents=True)
        picture.write_bytes(b"a picture")
        for number in range(BEFORE):
            office.publish(node.url, f"Vorher {number}.")
        writer = Writer(office, [node.url], [f"Meanwhile {number}." for number in range(MEANWHILE)])
        writer.start()
        until(lambda: len(writer.acknowledged) > 5, "the writer")
        backup = blocks("Backup")[0]
        acknowledged = set(writer.acknowledged.values())
        made = Path(carry_out(backup, places=places, env=office.environment, systemctl=nothing).strip())
        still_writing = writer.is_alive()
        writer.finish()
        assert still_writing, "the backup was made when nobody wrote any more"
        assert made.parent == tmp_path / "backups"
        assert {each.name for each in made.iterdir()} == {"depesche.db", "media"}
        assert (made / "media/ab/picture.webp").read_bytes() == b"a picture"
        assert made.stat().st_mode & 0o077 == 0, "others may read it"
        picture.unlink()

        reader = Reader([node.port])
        reader.until(fresh(node.url).edition)
        [sqlite, _] = blocks("Restore")
        env = {**office.environment, "BACKUP": str(made)}

        def systemctl(verb: str, ports: list[str]) -> None:
            assert ports == ["8000"]
            node.stop() if verb == "stop" else node.start()

        said = carry_out(sqlite, places=places, env=env, systemctl=systemctl)
        assert "verified" in said
        page = fresh(node.url)
        numbers = {int(name.partition(":")[2]) for name in page.shows if name.startswith("post:")}
        assert numbers == set(range(1, len(numbers) + 1))
        assert acknowledged <= numbers, "what was acknowledged before the backup began is in it"
        assert picture.read_bytes() == b"a picture"
        until(lambda: reader.page.edition <= page.edition, "the reader to notice that the story is older")
        office.publish(node.url, "Danach.")
        all_equal([reader], node.url, posts=len(numbers) + 1)


@pytest.mark.slow
def test_a_backup_of_postgres_is_restored_on_a_server_that_lost_it(postgres: PostgresServer, tmp_path: Path) -> None:
    address = urlsplit(postgres.url)
    host = parse_qs(address.query)["host"][0]
    admin = {"PGHOST": host, "PGUSER": address.username or "", "PATH": f"{postgres.tools}:{os.environ['PATH']}"}
    create, restore = blocks("Several nodes")[0], blocks("Restore")[1]
    carry_out(create, places={}, env=admin, systemctl=nothing)
    database = f"postgresql://depesche@/depesche?host={host}"
    with installed(tmp_path / "var", nodes=2, database=database, bus="postgres") as office:
        places, env = told(office, tmp_path / "backups"), {**office.environment, **admin}
        writer = Writer(office, [node.url for node in office.nodes], [f"Meldung {n}." for n in range(40)])
        writer.start()
        until(lambda: len(writer.acknowledged) > 10, "the writer")
        acknowledged = set(writer.acknowledged.values())
        made = carry_out(blocks("Backup")[0], places=places, env=env, systemctl=nothing).strip()
        writer.finish()
        assert (Path(made) / "depesche.dump").exists()

        def systemctl(verb: str, ports: list[str]) -> None:
            assert ports == ["8001", "8002"]
            for node in office.nodes:
                node.stop() if verb == "stop" else node.start()

        said = carry_out(restore, places=places, env={**env, "BACKUP": made}, systemctl=systemctl)
        assert "verified" in said
        page = fresh(office.nodes[0].url)
        numbers = {int(name.partition(":")[2]) for name in page.shows if name.startswith("post:")}
        assert acknowledged <= numbers
        assert fresh(office.nodes[1].url).shows == page.shows
        office.publish(office.nodes[1].url, "Danach.")
    carry_out(["dropdb depesche", "dropuser depesche"], places={}, env=admin, systemctl=nothing)


def test_a_backup_that_fails_leaves_none_behind(tmp_path: Path) -> None:
    with installed(tmp_path / "var") as office:
        office.publish(office.nodes[0].url, "Ein Satz.")
        office.nodes[0].stop()
        with closing(sqlite3.connect(office.folder / "depesche.db")) as damaged:
            damaged.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file = office.folder / "depesche.db"
        data = bytearray(file.read_bytes())
        data[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
        file.write_bytes(data)
        lines = blocks("Backup")[0]
        with pytest.raises(AssertionError, match=r"damaged|malformed"):
            carry_out(lines, places=told(office, tmp_path / "backups"), env=office.environment, systemctl=nothing)
        assert [each.name for each in (tmp_path / "backups").iterdir() if not each.name.endswith(".part")] == []
