"""A replica of the database, for readers: used where it is as far as this process knows the journal to be.

In: editions that this process has heard of (by bells, by looking at the heads, by its own writes). Out: a connection to
the replica, or None: then the primary is asked. Never: a reader who is told less than another one was, or a replica
that is down or behind and costs more than a moment.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack

from sqlalchemy import Connection, Engine, or_, select

from depesche.journal import tables as t
from depesche.journal.engine import LATEST, version
from depesche.journal.errors import JournalError, telling

PATIENCE = 0.1
"""Seconds that a replica may be behind before the primary is asked: a streaming one is milliseconds behind."""
LOOK = 0.005
"""Seconds between two looks at it meanwhile."""
REST = 5.0
"""Seconds in which a replica that failed isn't asked again."""
LAGGING = 1.0
"""Seconds in which nobody waits again after the replica was too late."""

_LOG = logging.getLogger(__name__)


class Replica:
    """One replica, as this process sees it. Any thread may use it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._heard: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._resting = 0.0
        self._lagging = 0.0
        self._known = False

    def hear(self, stream: str, edition: int) -> None:
        """The stream has this edition, at least."""
        with self._lock:
            if edition > self._heard.get(stream, 0):
                self._heard[stream] = edition

    def marks(self) -> dict[str, int]:
        """What was heard until now: to be taken before the primary's heads are read."""
        with self._lock:
            return dict(self._heard)

    def set(self, editions: Mapping[str, int], marks: Mapping[str, int]) -> None:
        """Where the primary is; lower than a mark: an older backup was restored."""
        with self._lock:
            for stream, edition in editions.items():
                heard = self._heard.get(stream, 0)
                if edition > heard or heard == marks.get(stream):
                    self._heard[stream] = edition
                    self._reached[stream] = min(edition, self._reached.get(stream, 0))
            for stream in marks.keys() - editions.keys():
                self._heard.pop(stream, None)

    def connection(self, stack: ExitStack, story: str, edition: int) -> Connection | None:
        """A connection on which this story (id or slug, "" for all) is at `edition` and as far as was heard, at least.

        It is given back when the stack is closed. None: ask the primary.
        """
        began = time.monotonic()
        if began < self._resting:
            return None
        patience = 0.0 if began < self._lagging else PATIENCE
        while True:
            try:
                with telling(), ExitStack() as unless_reached:
                    connection = unless_reached.enter_context(self._engine.begin())
                    if self._reaches(connection, story, edition):
                        stack.push(unless_reached.pop_all())
                        return connection
            except JournalError as error:
                self._fail(error)
                return None
            if not self._is_heard(edition) or time.monotonic() - began >= patience:
                break
            time.sleep(LOOK)
        self._lagging = time.monotonic() + LAGGING
        return None

    def close(self) -> None:
        """Close its connections."""
        self._engine.dispose()

    def _reaches(self, connection: Connection, story: str, edition: int) -> bool:
        if not self._known:
            if version(connection) != LATEST:
                raise JournalError("The replica has another release's tables, or isn't one of this database.")
            self._known = True
        with self._lock:
            missing = {stream for stream, heard in self._heard.items() if heard > self._reached.get(stream, 0)}
        if not missing and not edition:
            return True
        s = t.stream.c
        asked = select(s.id, s.edition)
        if story:
            owned = select(t.slug.c.story).where(t.slug.c.slug == story)
            asked = asked.where(or_(s.id == story, s.id.in_(owned)))
        there = {row.id: row.edition for row in connection.execute(asked)}
        with self._lock:
            for stream, reached in there.items():
                self._reached[stream] = max(reached, self._reached.get(stream, 0))
            if story and not there:  # new, or renamed, or nowhere
                return not missing
            wanted = there if story else missing
            return all(there.get(each, 0) >= max(edition, self._heard.get(each, 0)) for each in wanted)

    def _is_heard(self, edition: int) -> bool:
        """False for an edition that somebody made up: nobody waits for it."""
        with self._lock:
            return not edition or edition <= max(self._heard.values(), default=0)

    def _fail(self, error: JournalError) -> None:
        if time.monotonic() >= self._resting:
            _LOG.warning("the replica can't be used, readers are served by the primary: %s", error)
        self._resting = time.monotonic() + REST
        self._known = False
