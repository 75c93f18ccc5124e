"""The rows of alarms: what each post came from, and the alarms of each post, one row of each a post and a copy.

In: entries of the kinds of words/alarms.py. Out: rows of `used` and `alarm`, and nothing with words in it: a reason is
looked up in its entry. Never: an exception for a change that `decide` would not have made.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Index, PrimaryKeyConstraint, Table, select

from depesche.journal.prepared import alter, put
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


def step(c: Connection, entry: Entry) -> None:
    """Follow a change of an alarm, or of what a post came from."""
    match entry.change:
        case CopyUsed() as change:
            for ref in change.copies:
                _use(c, _keys(entry.stream, change.post, ref.copy), ref.version, oldest=True)
        case AlarmRaised() as change:
            _raise(c, entry, change)
        case AlarmDismissed() as change:
            _settle(c, entry, change.post, change.copy, change.version, "dismissed")
        case AlarmAnswered() as change:
            _settle(c, entry, change.post, change.copy, change.version, "answered")
        case AlarmReopened() as change:
            alter(c, alarm, _keys(entry.stream, change.post, change.copy), state="open", settled=None)


def bury(c: Connection, entry: Entry) -> None:
    """Follow a dismissal whose reason was erased."""
    found = alarm_of(entry.object)
    version = c.execute(select(alarm.c.version).filter_by(**_keys(entry.stream, *found))).scalar() if found else None
    if found and version is not None:
        _settle(c, entry, *found, version, "dismissed")


def _raise(c: Connection, entry: Entry, change: AlarmRaised) -> None:
    keys = _keys(entry.stream, change.post, change.copy)
    before = c.execute(select(alarm.c.state, alarm.c.since).filter_by(**keys)).first()
    since = before.since if before is not None and before.state == "open" else entry.at
    said = {"version": change.version, "used": change.used, "killed": change.killed, "how": change.how}
    put(c, alarm, keys, **said, state="open", since=since, raised=entry.seq, settled=None)
    if c.execute(select(used.c.copy).filter_by(**keys)).first() is None:
        put(c, used, keys, version=change.used)


def _settle(c: Connection, entry: Entry, post: int, copy: str, version: int, state: str) -> None:
    keys = _keys(entry.stream, post, copy)
    if not alter(c, alarm, keys, state=state, settled=entry.seq):
        said = {"version": version, "used": version, "killed": False, "how": "adopted"}
        put(c, alarm, keys, **said, state=state, since=entry.at, raised=entry.seq, settled=entry.seq)
    _use(c, keys, version)


def _use(c: Connection, keys: dict[str, Any], version: int, *, oldest: bool = False) -> None:
    """Set the version; `oldest` keeps an older one, else a newer one is kept."""
    known = c.execute(select(used.c.version).filter_by(**keys)).scalar()
    if known is None or (known != version and (version < known) == oldest):
        put(c, used, keys, version=version)


def _keys(story: str, post: int, copy: str) -> dict[str, Any]:
    return {"story": story, "post": post, "copy": copy}
