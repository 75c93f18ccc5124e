"""The servers that buses between processes need, started once for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest

from tests.bus.servers import NatsServer


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
