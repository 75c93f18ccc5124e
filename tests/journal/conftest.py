"""The journals that the contract suite runs against: each back end is a parameter of the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from depesche.journal.log import Journal
from tests.journal.made import Told

BACK_ENDS = ["sqlite"]
"""A back end is added here, and in `url`; every test of the contract then runs on it, too."""


@pytest.fixture(params=BACK_ENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that isn't there yet."""
    assert request.param == "sqlite"
    return f"sqlite:///{tmp_path / 'depesche.db'}"


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    """An empty journal."""
    opened = Journal.open(url, busy=0.3)
    yield opened
    opened.close()


@pytest.fixture
def told(journal: Journal) -> Told:
    """A story that a test goes on telling."""
    return Told(journal)
