"""A newsroom for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.newsroom import Newsroom


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    """A newsroom with an open story."""
    made = Newsroom(tmp_path)
    made.open()
    yield made
    made.close()
