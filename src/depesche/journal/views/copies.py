"""Copy as it came in, newest first, with the stories that use it. For the desk only.

In: a reading connection. Out: CopyView, one for each version that came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, select

from depesche.journal import tables as t
from depesche.journal.views.body import change_in
from depesche.words.changes import CopyReceived
from depesche.words.copy import Copy

WIRE = "wire"
"""The stream of copy."""


class CopyView(Struct, frozen=True):
    """A version of copy, when it came in (`seq` in the stream "wire"), and the ids of the stories that use it."""

    copy: Copy
    at: int
    seq: int
    taken_by: tuple[str, ...]


_C, _E, _K = t.copy.c, t.entry.c, t.taken.c
_ASKED = select(t.copy, _E.body).join(t.entry, (_E.stream == _C.stream) & (_E.seq == _C.seq)).where(_C.stream == WIRE)


def copies(c: Connection, *, story: str | None = None, limit: int = 50, before: int | None = None) -> list[CopyView]:
    """At most `limit` versions of copy, newest first, under the seq `before`; of one story: those that it took."""
    asked = _ASKED.order_by(_C.seq.desc()).limit(limit)
    if story is not None:
        asked = asked.join(t.taken, (_K.copy == _C.id) & (_K.version == _C.version)).where(_K.story == story)
    if before is not None:
        asked = asked.where(_C.seq < before)
    return _seen(c, c.execute(asked).all())


def copy(c: Connection, id: str, version: int | None = None) -> CopyView | None:
    """This version of the copy, or its latest one."""
    asked = _ASKED.where(_C.id == id).order_by(_C.version.desc()).limit(1)
    if version is not None:
        asked = asked.where(_C.version == version)
    return next(iter(_seen(c, c.execute(asked).all())), None)


def versions(c: Connection, id: str) -> list[CopyView]:
    """All versions of the copy, the oldest first."""
    return _seen(c, c.execute(_ASKED.where(_C.id == id).order_by(_C.version)).all())


def taken(c: Connection, story: str) -> dict[str, int]:
    """The copy that a story uses, by id, with the version that it took."""
    return dict(c.execute(select(_K.copy, _K.version).where(_K.story == story).order_by(_K.seq)).all())


def _seen(c: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[CopyView]:
    ids = sorted({row.id for row in rows})
    users: dict[str, list[str]] = {}
    for story, id in c.execute(select(_K.story, _K.copy).where(_K.copy.in_(ids)).order_by(_K.at, _K.story)):
        users.setdefault(id, []).append(story)
    views = []
    for row in rows:
        change = change_in(CopyReceived, row.body)
        if change is not None:
            views.append(CopyView(change.copy, row.at, row.seq, tuple(users.get(row.id, ()))))
    return views
