"""A desk for the ledger's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.ledgerroom import Ledgerroom, room_of


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the story opened and everybody named."""
    folder = tmp_path_factory.mktemp("ledger")
    room = Ledgerroom(folder)
    room.open()
    room.close()
    return folder / "depesche.db"


@pytest.fixture
def room(template: Path) -> Iterator[Ledgerroom]:
    """A story that has begun."""
    with room_of(template) as opened:
        yield opened
