"""What holds for every journal when a test has done with it, whatever the test was about.

In: journals, as they are closed. Out: problems in words, none when all is well: each stream's seq is gapless, its
editions are dense, its digests fit, and the views are what a fresh fold of the log gives ("fold equals fetch").
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from depesche.journal import rebuild, verify
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal

_problems: list[str] = []


def taken() -> list[str]:
    """The problems since the last time; they are told once."""
    found, _problems[:] = list(_problems), []
    return found


@contextmanager
def watching() -> Iterator[None]:
    """Look at each journal before it is closed."""
    close = Journal.close

    def look_and_close(journal: Journal) -> None:
        _problems.extend(problems(journal))
        close(journal)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "close", look_and_close)
        yield


def problems(journal: Journal) -> list[str]:
    """What is wrong with this journal."""
    try:
        return [*map(str, verify.check(journal)), *rebuild.compare(journal), *_gaps(journal)]
    except JournalError as error:
        return [f"the journal can't be looked at: {error}"]


def _gaps(journal: Journal) -> Iterator[str]:
    for stream, head in journal.heads().items():
        entries = journal.entries(stream, limit=1_000_000)
        if [entry.seq for entry in entries] != list(range(1, head.seq + 1)):
            yield f"{stream}: its seq has a gap"
        editions = [entry.edition for entry in entries if entry.edition is not None]
        if editions != list(range(1, head.edition + 1)):
            yield f"{stream}: its editions aren't dense"
        if any(before.at > after.at for before, after in pairwise(entries)):
            yield f"{stream}: its time goes back"
