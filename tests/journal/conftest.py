"""The journals that the contract suite runs against: each back end is a parameter of the same tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from depesche.journal.log import Journal
from tests.journal.made import Told


@pytest.fixture
def journal(empty_journal: str) -> Iterator[Journal]:
    """An empty journal."""
    opened = Journal.open(empty_journal, busy=0.3)
    yield opened
    opened.close()


@pytest.fixture
def told(journal: Journal) -> Told:
    """A story that a test goes on telling."""
    return Told(journal)
