"""The view of alarms: what each post came from, and the alarms of each post, one row of each a post and a copy.

In: entries of the kinds of words/alarms.py. Out: rows of `used` and `alarm`, and nothing with words in it: a reason is
looked up in its entry. Never: an exception for a change that `decide` would not have made.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    PrimaryKeyConstraint,
    Table,
    and_,
    delete,
    insert,
    select,
    update,
)

from depesche.journal.tables import TEXT, VIEWS, metadata
from depesche.words.alarms import AlarmAnswered, AlarmDismissed, AlarmRaised, AlarmReopened, CopyUsed, alarm_of
from depesche.words.changes import Entry

used = Table(
    "used",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("post", BigInteger, nullable=False),
    Column("copy", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),  # that the words came from, or that was settled since
    PrimaryKeyConstraint("story", "post", "copy"),
    Index("used_copy", "copy"),
    sqlite_with_rowid=False,
)

alarm = Table(
    "alarm",
    metadata,
    Column("story", TEXT, nullable=False),
    Column("post", BigInteger, nullable=False),
    Column("copy", TEXT, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("killed", Boolean, nullable=False),
    Column("how", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("raised", BigInteger, nullable=False),  # the seq of the entry that raised it, and of the one that settled it
    Column("settled", BigInteger),
    PrimaryKeyConstraint("story", "post", "copy"),
    Index("alarm_state", "story", "state"),
    sqlite_with_rowid=False,
)

VIEWS[used] = used.c.story
VIEWS[alarm] = alarm.c.story


def step(c: Connection, entry: Entry) -> bool:
    """Follow an entry; False for one of another kind."""
    match entry.change:
        case CopyUsed() as change:
            for ref in change.copies:
                _use(c, entry.stream, change.post, ref.copy, ref.version, oldest=True)
        case AlarmRaised() as change:
            _raise(c, entry, change)
        case AlarmDismissed() as change:
            _settle(c, entry, change.post, change.copy, change.version, "dismissed")
        case AlarmAnswered() as change:
            _settle(c, entry, change.post, change.copy, change.version, "answered")
        case AlarmReopened() as change:
            _reopen(c, entry, change)
        case _:
            return False
    return True


def bury(c: Connection, entry: Entry) -> None:
    """Follow a dismissal whose reason was erased."""
    found = alarm_of(entry.object)
    row = c.execute(select(alarm.c.version).where(_at(alarm, entry.stream, *found))).first() if found else None
    if found and row is not None and entry.kind == "AlarmDismissed":
        _settle(c, entry, *found, row.version, "dismissed")


def _raise(c: Connection, entry: Entry, change: AlarmRaised) -> None:
    here = _at(alarm, entry.stream, change.post, change.copy)
    before = c.execute(select(alarm.c.state, alarm.c.since).where(here)).first()
    since = before.since if before is not None and before.state == "open" else entry.at
    c.execute(delete(alarm).where(here))
    values: dict[str, Any] = {"version": change.version, "used": change.used, "killed": change.killed}
    values |= {"how": change.how, "state": "open", "since": since, "raised": entry.seq}
    c.execute(insert(alarm).values(story=entry.stream, post=change.post, copy=change.copy, **values))
    if c.execute(select(used.c.copy).where(_at(used, entry.stream, change.post, change.copy))).first() is None:
        _use(c, entry.stream, change.post, change.copy, change.used)


def _settle(c: Connection, entry: Entry, post: int, copy: str, version: int, state: str) -> None:
    here = _at(alarm, entry.stream, post, copy)
    if not c.execute(update(alarm).where(here).values(state=state, settled=entry.seq)).rowcount:
        values: dict[str, Any] = {"version": version, "used": version, "killed": False, "how": "adopted"}
        values |= {"state": state, "since": entry.at, "raised": entry.seq, "settled": entry.seq}
        c.execute(insert(alarm).values(story=entry.stream, post=post, copy=copy, **values))
    _use(c, entry.stream, post, copy, version)


def _reopen(c: Connection, entry: Entry, change: AlarmReopened) -> None:
    here = _at(alarm, entry.stream, change.post, change.copy)
    c.execute(update(alarm).where(here).values(state="open", settled=None))


def _use(c: Connection, story: str, post: int, copy: str, version: int, *, oldest: bool = False) -> None:
    """Set the version; `oldest` keeps an older one, else a newer one is kept."""
    here = _at(used, story, post, copy)
    known = c.execute(select(used.c.version).where(here)).scalar()
    if known is None:
        c.execute(insert(used).values(story=story, post=post, copy=copy, version=version))
    elif known != version and (version < known) == oldest:
        c.execute(update(used).where(here).values(version=version))


def _at(table: Table, story: str, post: int, copy: str) -> Any:
    return and_(table.c.story == story, table.c.post == post, table.c.copy == copy)
