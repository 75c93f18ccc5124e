"""Alarms: posts whose copy was corrected or killed upstream; and which posts came from which copy. For the desk only.

In: a reading connection, a story's id. Out: AlarmView, oldest first, as that one waits longest. An alarm of a post that
was taken back is over, whatever its row says.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, and_, func, or_, select

from depesche.journal import tables as t
from depesche.journal.rows.alarms import alarm as _alarm
from depesche.journal.rows.alarms import used as _used
from depesche.journal.views.body import change_in
from depesche.journal.views.copies import WIRE
from depesche.words.alarms import AlarmDismissed, AlarmRaised


class AlarmView(Struct, frozen=True):
    """The alarm of a post and a copy.

    `used` is the version that the post came from, `version` the one that raised it, `since` when (microseconds UTC).
    `reason` and `actor` are those of whoever dismissed it; `seq` is what a command expects.
    """

    post: int
    copy: str
    version: int
    used: int
    killed: bool
    how: str
    state: str
    since: int
    seq: int
    statements: tuple[int, ...] = ()
    reason: str = ""
    actor: str = ""


class UsedView(Struct, frozen=True):
    """That a post of a story came from this version of a copy (or was settled with it since)."""

    story: str
    post: int
    copy: str
    version: int


_A, _U, _E, _K, _C = _alarm.c, _used.c, t.entry.c, t.taken.c, t.copy.c
_PUBLISHED = and_(t.post.c.story == _A.story, t.post.c.number == _A.post, t.post.c.state == "published")
MOST = 200
"""Alarms shown at once: a wire that kills its item of a whole day reaches a few dozen posts."""


def alarms(c: Connection, story: str, *, state: str = "open", post: int | None = None) -> list[AlarmView]:
    """The alarms in this state ("open", "dismissed", "answered"), of one post or of all, the longest waiting first."""
    asked = select(_alarm).join(t.post, _PUBLISHED).where(_A.story == story, _A.state == state)
    if post is not None:
        asked = asked.where(_A.post == post)
    rows = c.execute(asked.order_by(_A.since, _A.post, _A.copy).limit(MOST)).all()
    return [_seen(c, row) for row in rows]


def alarm(c: Connection, story: str, post: int, copy: str) -> AlarmView | None:
    """The alarm of this post and this copy, in whatever state."""
    row = c.execute(select(_alarm).where(_A.story == story, _A.post == post, _A.copy == copy)).first()
    return None if row is None else _seen(c, row)


def alarm_counts(c: Connection) -> dict[str, int]:
    """How many open alarms each story has; stories without one are left out."""
    asked = select(_A.story, func.count()).join(t.post, _PUBLISHED).where(_A.state == "open").group_by(_A.story)
    return dict(c.execute(asked).all())


def used(c: Connection, story: str, post: int) -> list[UsedView]:
    """The copy that a post came from."""
    rows = c.execute(select(_used).where(_U.story == story, _U.post == post).order_by(_U.copy))
    return [UsedView(*row) for row in rows]


def users(c: Connection, copy: str) -> list[UsedView]:
    """The posts that came from a copy, in all stories."""
    rows = c.execute(select(_used).where(_U.copy == copy).order_by(_U.story, _U.post))
    return [UsedView(*row) for row in rows]


def takers(c: Connection, copy: str) -> list[str]:
    """The stories that use a copy."""
    return list(c.execute(select(_K.story).where(_K.copy == copy).order_by(_K.story)).scalars())


def overtaken(c: Connection) -> list[str]:
    """The copy of which a story uses, or a post came from, a version that isn't the newest."""
    newest = select(_C.id, func.max(_C.version).label("version")).where(_C.stream == WIRE).group_by(_C.id).subquery()
    taken = select(_K.copy).join(newest, and_(newest.c.id == _K.copy, newest.c.version > _K.version))
    behind = (
        select(_U.copy)
        .join(newest, and_(newest.c.id == _U.copy, newest.c.version > _U.version))
        .outerjoin(_alarm, and_(_A.story == _U.story, _A.post == _U.post, _A.copy == _U.copy))
        .where(or_(_A.version.is_(None), _A.version < newest.c.version))
    )
    return sorted(c.execute(taken.union(behind)).scalars())


def _seen(c: Connection, row: Row[*tuple[Any, ...]]) -> AlarmView:
    raised = change_in(AlarmRaised, _body(c, row.story, row.raised))
    settled = (
        c.execute(select(_E.body, _E.actor, _E.kind).where(_E.stream == row.story, _E.seq == row.settled)).first()
        if row.settled
        else None
    )
    dismissed = change_in(AlarmDismissed, settled.body) if settled and settled.kind == "AlarmDismissed" else None
    return AlarmView(
        row.post,
        row.copy,
        row.version,
        row.used,
        row.killed,
        row.how,
        row.state,
        row.since,
        max(row.raised, row.settled or 0),
        raised.statements if raised else (),
        dismissed.reason if dismissed else "",
        settled.actor if settled else "",
    )


def _body(c: Connection, story: str, seq: int) -> bytes | None:
    return c.execute(select(_E.body).where(_E.stream == story, _E.seq == seq)).scalar()
