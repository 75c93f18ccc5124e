"""A story as readers could see it at a moment: its entries up to then, folded into a small database in memory.

In: a reading connection, a story's id, a moment (microseconds UTC). Out: a Replica, whose connections the same views
read as those of the journal. Never: words that were taken back since, however old the moment is; or a replay without a
bound. Rows of posts that nothing happened to since are taken as they are (settled.py); everything else is folded by the
same code as for every write, and costs what writing it cost without the disk.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Engine, and_, create_engine, func, insert, select, update
from sqlalchemy.pool import StaticPool

from depesche.journal import settled
from depesche.journal import tables as t
from depesche.journal.project import step
from depesche.journal.stream import read, some
from depesche.journal.views.ledger import HOUSE

MASKS = ("PostRetracted", "Expunged", "WordsExpunged", "ReplyRemoved", "PartyForgotten", "OutletForgotten")
"""Kinds of entries that hide words from every moment before them."""
LONGEST = 50_000
"""Entries that are folded at most: at half a millisecond each that is what a request may last."""
_BATCH = 500

_E = t.entry.c


class Moment(Struct, frozen=True):
    """What a replay depends on, and nothing else: where story and house stood, and what was taken back since."""

    story: str
    seq: int
    house: int
    taken_back: tuple[int, ...]


class TooLong(RuntimeError):
    """More than LONGEST entries would have to be folded."""


class Replica:
    """A story as of a moment. One thread reads it at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        weakref.finalize(self, engine.dispose)  # its memory goes with its last reader

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for the journal's views."""
        with self._turn, self._engine.connect() as connection:
            yield connection


def moment(c: Connection, story: str, at: int) -> Moment | None:
    """Where the story stood at this time; None when there was nothing yet. Costs some dozen look-ups by key."""
    seq = _last(c, story, at)
    if not seq:
        return None
    house = _last(c, HOUSE, at)
    gone = and_(t.post.c.story == story, t.post.c.state != "published")
    posts, latest = c.execute(select(func.count(), func.max(t.post.c.seq)).where(gone)).one()
    found = [_latest(c, story, "erased"), _latest(c, story, "reply", "ReplyRemoved")]
    found += [_latest(c, HOUSE, "party", "PartyForgotten"), _latest(c, HOUSE, "outlet", "OutletForgotten")]
    return Moment(story, seq, house, (posts, latest or 0, *found))


def replay(c: Connection, then: Moment) -> Replica:
    """The story at that moment, without the words that were taken back since. Raises TooLong."""
    found = settled.settled(c, then.story, then.seq)
    if len(found.rest) > LONGEST:
        raise TooLong
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    with engine.begin() as made:
        t.metadata.create_all(made, tables=[t.stream, t.entry, *t.VIEWS])
        if then.house:
            _copy(c, made, HOUSE, then.house)
            for entry in read(made, HOUSE):
                step(made, entry)
            _mask(c, made, HOUSE, then.house)
        _copy(c, made, then.story, then.seq)
        settled.adopt(c, made, then.story, found)
        for entry in some(made, then.story, found.rest):
            step(made, entry)
        settled.complete(made, then.story)
        _mask(c, made, then.story, then.seq)
    return Replica(engine)


def _last(c: Connection, stream: str, at: int) -> int:
    """The seq of the stream's last entry up to this time, 0 without one: times never go back within a stream."""
    low, high = 0, c.execute(select(t.stream.c.seq).where(t.stream.c.id == stream)).scalar() or 0
    while low < high:
        middle = (low + high + 1) // 2
        when = c.execute(select(_E.at).where(_E.stream == stream, _E.seq == middle)).scalar()
        low, high = (middle, high) if when is not None and when <= at else (low, middle - 1)
    return low


def _latest(c: Connection, stream: str, thing: str, kind: str = "") -> int:
    """The seq of the latest entry (of this kind) about an object of this sort, 0 without one."""
    about = and_(_E.stream == stream, _E.object >= f"{thing}:", _E.object < f"{thing};")
    asked = select(func.max(_E.seq)).where(and_(about, _E.kind == kind) if kind else about)
    return c.execute(asked).scalar() or 0


def _copy(source: Connection, target: Connection, stream: str, seq: int) -> None:
    asked = select(t.entry).where(_E.stream == stream, _E.seq <= seq).order_by(_E.seq)
    for batch in source.execute(asked.where(_E.kind.not_in(settled.DESK_ONLY))).mappings().partitions(_BATCH):
        target.execute(insert(t.entry), [dict(row) for row in batch])
    edition = target.execute(select(func.max(_E.edition)).where(_E.stream == stream)).scalar() or 0
    head = source.execute(select(t.stream).where(t.stream.c.id == stream)).mappings().one()
    target.execute(insert(t.stream), dict(head) | {"seq": seq, "edition": edition})


def _mask(source: Connection, target: Connection, stream: str, seq: int) -> None:
    """Take back what was taken back since: those entries are part of every moment. The story's time stays as it was."""
    changed_at = target.execute(select(t.story.c.changed_at)).scalar()
    known = set(target.execute(select(_E.object).where(_E.stream == stream)).scalars())
    later = and_(_E.stream == stream, _E.seq > seq, _E.kind.in_(MASKS))
    rows = [dict(row) for row in source.execute(select(t.entry).where(later).order_by(_E.seq)).mappings()]
    rows = [row for row in rows if row["object"] in known]
    if not rows:
        return
    target.execute(insert(t.entry), rows)
    for entry in read(target, stream, after=seq):
        step(target, entry)
    target.execute(update(t.stream).where(t.stream.c.id == stream).values(seq=rows[-1]["seq"]))
    target.execute(update(t.story).values(changed_at=changed_at))
    _bury_wordless(target)


def _bury_wordless(target: Connection) -> None:
    """A post whose text of then was erased alone (one revision) is as gone, at that moment, as an erased post."""
    gone = select(_E.seq).where(_E.stream == t.post.c.story, _E.seq == t.post.c.text_seq, _E.body.is_(None))
    wordless: dict[str, Any] = {"state": "expunged"}
    target.execute(update(t.post).where(t.post.c.state == "published", gone.exists()).values(wordless))
