"""Keeps SQLite's write-ahead log short: pages go back into the file in a thread of its own, and on demand all of them.

In: word of each commit. Out: a short log. Never: a publish that waits while a thousand pages are copied (one in sixty
did, and took ten times as long), or an erased word that stays in the log unnoticed.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from depesche.journal.engine import Engines, fold_log
from depesche.journal.errors import JournalError

EVERY = 64
"""Commits between two foldings: about a thousand pages, the size at which SQLite would do it inside a commit."""

_LOG = logging.getLogger(__name__)


class Keeper:
    """The keeper of one database's log. On PostgreSQL there is nothing to do."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._commits = 0
        self._due = False
        self._folding = threading.Lock()  # SQLite lets one fold at a time, and the other fails without waiting
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal-log") if engines.file else None

    @property
    def due(self) -> bool:
        """True while the log may still hold erased words, because a reader needed it."""
        return self._due

    def committed(self, *, erased: bool) -> None:
        """A transaction was committed; with `erased`, words were erased in it and have to leave the log, too.

        What was committed stands, whatever happens here. Only the erasing itself waits for readers: a publish may
        not be slow because a reader is.
        """
        self._commits += 1
        if erased or self._due:
            self.empty(wait=erased)
        elif self._thread is not None and self._commits % EVERY == 0:
            self._thread.submit(self._fold)

    def empty(self, *, wait: bool) -> None:
        """Cut the log to nothing; if readers need it, it is cut after a later commit."""
        if self._thread is None:
            return
        self._due = True
        try:
            with self._folding:
                self._due = not fold_log(self._engines, empty=True, wait=wait)
        except JournalError as error:
            _LOG.warning("the write-ahead log may hold erased words; it is cut after the next write: %s", error)

    def close(self) -> None:
        """Let a folding that was begun come to its end."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)

    def _fold(self) -> None:
        try:
            with self._folding:
                fold_log(self._engines, empty=False, wait=False)
        except JournalError as error:
            _LOG.warning("the write-ahead log grows, because it can't be folded into the file: %s", error)
