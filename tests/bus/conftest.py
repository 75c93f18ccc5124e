"""The servers that buses between processes need, started once for all tests of a process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from tests.bus.servers import NatsServer, PostgresServer


class Server(Protocol):
    """A server that can go away and come back."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...


@pytest.fixture(scope="session")
def nats() -> Iterator[NatsServer]:
    """A NATS server."""
    server = NatsServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server, in a folder that its own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="depesche-postgres-"))
    server = PostgresServer(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
