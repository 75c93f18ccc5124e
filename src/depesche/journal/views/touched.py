"""What changed after an edition: each object once, by its last edition. Readers catch up by it.

In: a reading connection, a story's id, an edition. Out: objects ("post:17", "pin", "summary", "story",
"statements:17"). Public by nature: drafts and copy never stand here.
"""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from depesche.journal import tables as t
from depesche.journal.prepared import Prepared


class Touched(Struct, frozen=True):
    """An object, and the edition that touched it last."""

    object: str
    edition: int


_T = t.touched.c


def touched(c: Connection, story: str, after: int, limit: int) -> list[Touched]:
    """At most `limit` objects that were touched after this edition, the longest ago first."""
    return [Touched(*row) for row in _AFTER.all(c, {"story": story, "after": after, "most": limit})]


_AFTER = Prepared(
    select(_T.object, _T.edition)
    .where(_T.story == bindparam("story"), _T.edition > bindparam("after"))
    .order_by(_T.edition, _T.object)
    .limit(bindparam("most"))
)


def touched_count(c: Connection, story: str, after: int, *, most: int = 1000) -> int:
    """How many objects were touched after this edition; it stops counting at `most`."""
    some = select(_T.object).where(_T.story == story, _T.edition > after).limit(most).subquery()
    return c.execute(select(func.count()).select_from(some)).scalar_one()


def touched_seq(c: Connection, story: str, thing: str) -> int:
    """The seq of the latest entry of this object, public or not, 0 without one: what a command expects (desk only)."""
    latest = select(func.max(t.entry.c.seq)).where(t.entry.c.stream == story, t.entry.c.object == thing)
    return c.execute(latest).scalar() or 0
