"""Pages as of a moment: what `?asof=` asks for, and the replicas that answer it, kept while they are asked for.

In: a request, the story as it is now. Out: a connection that has the story as readers could see it then. Never: a
moment of the future, words that were taken back since, or more than one replay at a time: a replay costs what the
story's entries cost, and anybody may ask for one.
"""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar
from weakref import WeakKeyDictionary

from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request

from depesche.journal import replay, views
from depesche.journal.log import Journal
from depesche.journal.replay import Moment, Replica
from depesche.journal.views import StoryView

PARAMETER = "asof"
KEPT, MOST_ENTRIES = 4, 200_000
"""Replicas in memory: each has the words of a story, half a kilobyte an entry."""
QUEUE = 3
"""Requests that wait for a replay at once: each holds a thread and a connection that readers of now need, too."""
PATIENCE = 8.0
"""Seconds that a request waits for somebody else's replay."""
_MICROSECONDS = re.compile(r"[0-9]{1,17}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WRONG = "“asof” takes a moment: microseconds since 1970 (UTC), or a time such as 2025-04-28T14:32:00+02:00."


def asked(request: Request) -> int | None:
    """The moment that is asked for, in microseconds UTC; None without one. Raises HTTPException 400."""
    given = request.query_params.get(PARAMETER)
    if given is None:
        return None
    at = parse(given)
    if at is None:
        raise HTTPException(400, _WRONG)
    return at


def parse(text: str) -> int | None:
    """Microseconds UTC, written as a number or as an instant of RFC 3339; None for anything else."""
    if _MICROSECONDS.fullmatch(text) and text.isascii():
        return int(text)
    # a plus that wasn't escaped in an address arrives as a blank
    text = re.sub(r" (\d\d:\d\d)$", r"+\1", text)
    if not _INSTANT.fullmatch(text) or not text.isascii():
        return None
    try:
        moment = dt.datetime.fromisoformat(text.upper())
        at = (moment - _EPOCH) // dt.timedelta(microseconds=1)
    except (ValueError, OverflowError):
        return None
    return at if at >= 0 else None


class Past:
    """The replicas of one journal, the last used ones."""

    _all: ClassVar[WeakKeyDictionary[Journal, Past]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self._kept: OrderedDict[Moment, Replica] = OrderedDict()
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._queue = threading.BoundedSemaphore(QUEUE)

    @classmethod
    def of(cls, journal: Journal) -> Past:
        """The past of this journal, the same for everybody who asks."""
        return cls._all.setdefault(journal, cls())

    @classmethod
    def empty(cls) -> None:
        """Let no replica stay in memory: it may have words that were erased."""
        for past in list(cls._all.values()):
            with past._lock:
                past._kept.clear()

    @contextmanager
    def reading(self, c: Connection, story: StoryView, at: int) -> Iterator[tuple[Connection, StoryView, Moment]]:
        """The story as of this time, under its address of today. Raises HTTPException 400, 404, 422 or 503."""
        if at > max(time.time_ns() // 1000, story.changed_at):  # the journal's clock never goes back, ours may
            raise HTTPException(400, "“asof” takes a moment that has passed: what will be then nobody knows.")
        then = replay.moment(c, story.id, at)
        if then is None:
            raise HTTPException(404, "This coverage had not begun then.")
        with self._replica(c, then).reading() as past:
            view = views.story(past, story.id)
            if view is None:
                raise HTTPException(404)
            yield past, replace(view, slug=story.slug), then

    def _replica(self, c: Connection, then: Moment) -> Replica:
        found = self._find(then)
        if found is not None:
            return found
        if not self._queue.acquire(blocking=False):
            raise _busy()
        try:
            if not self._turn.acquire(timeout=PATIENCE):
                raise _busy()
            try:
                found = self._find(then)  # somebody else may have asked for the same meanwhile
                return found if found is not None else self._keep(then, replay.replay(c, then))
            except replay.TooLong:
                raise HTTPException(422, "Too much has changed since then for it to be shown.") from None
            finally:
                self._turn.release()
        finally:
            self._queue.release()

    def _find(self, then: Moment) -> Replica | None:
        with self._lock:
            if then in self._kept:
                self._kept.move_to_end(then)
            return self._kept.get(then)

    def _keep(self, then: Moment, made: Replica) -> Replica:
        with self._lock:
            self._kept[then] = made
            while len(self._kept) > 1 and (
                len(self._kept) > KEPT or sum(each.seq for each in self._kept) > MOST_ENTRIES
            ):
                self._kept.popitem(last=False)
        return made


def _busy() -> HTTPException:
    return HTTPException(503, "Others are looking at the past, too.", {"retry-after": "5"})
