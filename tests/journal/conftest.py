"""The journals that the contract suite runs against: each back end is a parameter of the same tests."""

from __future__ import annotations

import shutil
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


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty journal: copying it takes less than migrating another one."""
    path = tmp_path_factory.mktemp("empty") / "depesche.db"
    Journal.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def journal(url: str, empty: Path) -> Iterator[Journal]:
    """An empty journal."""
    shutil.copy(empty, url.removeprefix("sqlite:///"))
    opened = Journal.open(url, busy=0.3)
    yield opened
    opened.close()


@pytest.fixture
def told(journal: Journal) -> Told:
    """A story that a test goes on telling."""
    return Told(journal)
