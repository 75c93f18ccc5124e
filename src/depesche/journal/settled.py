"""Rows of a moment that are rows of today: what posts were then, as far as nothing has happened to them since.

In: a reading connection, a stream, the seq of its last entry then. Out: the posts that are settled, their rows, and the
entries that have to be folded. Never: a row of a post that has an entry after that seq.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, MappingResult, RowMapping, Table, and_, func, insert, or_, select, update

from depesche.journal import tables as t
from depesche.journal.stream import numbered

DESK_ONLY = ("DraftSaved", "DraftDropped", "CopyTaken")
"""Kinds of entries that nothing for readers rests on: most of a busy story's."""
KINDS = frozenset({"PostPublished", "PostCorrected", "StatementsRecorded", "StatementWritten"})
"""Kinds of entries that change rows of their own post only, and of the story what `complete` counts anew. Pictures are
left out: nobody asks for them as of a moment.
"""
GONE = ("PostRetracted", "Expunged")
"""Kinds after which a post isn't settled: it may have stood on top."""
_BATCH = 1000
_E = t.entry.c


class Settled(Struct, frozen=True):
    """Numbers of posts, and the seqs, in order, of all other entries that readers' pages rest on."""

    posts: frozenset[int]
    rest: tuple[int, ...]


def settled(c: Connection, stream: str, seq: int) -> Settled:
    """What nothing has happened to after this entry."""
    later = select(_E.object).where(_E.stream == stream, or_(_E.seq > seq, _E.kind.in_(GONE))).distinct()
    moving = {_post(each) for each in c.execute(later).scalars()}
    rest, posts = [], set()
    asked = select(_E.seq, _E.kind, _E.object).where(_E.stream == stream, _E.seq <= seq, _E.kind.not_in(DESK_ONLY))
    for place, kind, thing in c.execute(asked.order_by(_E.seq)):
        number = _post(thing)
        if kind not in KINDS or not number or number in moving:
            rest.append(place)
        elif kind == "PostPublished":
            posts.add(number)
    return Settled(frozenset(posts), tuple(rest))


def adopt(source: Connection, target: Connection, stream: str, found: Settled) -> None:
    """Copy the rows of these posts. To be done before the other entries are folded."""
    last = max(found.posts, default=0)
    p, r, s = t.post.c, t.revision.c, t.statement.c
    rows = source.execute(select(t.post).where(p.story == stream, p.number <= last)).mappings()
    _insert(target, t.post, rows, lambda row: row["number"] in found.posts)
    for table, here in (
        (t.revision, and_(r.story == stream, r.post <= last)),
        (t.statement, and_(s.story == stream, s.post <= last)),
    ):
        rows = source.execute(select(table).where(here)).mappings()
        _insert(target, table, rows, lambda row: row["post"] in found.posts)
    rows = source.execute(select(t.touched).where(t.touched.c.story == stream)).mappings()
    _insert(target, t.touched, rows, lambda row: _post(row["object"]) in found.posts)


def complete(c: Connection, stream: str) -> None:
    """Set what the story's row has of all its posts."""
    public = and_(_E.stream == stream, _E.edition.is_not(None))
    p, s = t.post.c, t.story.c
    first, most = c.execute(select(func.min(p.published_at), func.max(p.number)).where(p.story == stream)).one()
    changed: dict[str, Any] = {"changed_at": select(func.max(_E.at)).where(public).scalar_subquery()}
    c.execute(update(t.story).where(s.id == stream).values(changed | {"first_post_at": first, "posts": most or 0}))


def _insert(target: Connection, table: Table, rows: MappingResult, wanted: Callable[[RowMapping], bool]) -> None:
    for some in rows.partitions(_BATCH):
        kept = [dict(row) for row in some if wanted(row)]
        if kept:
            target.execute(insert(table), kept)


def _post(thing: str) -> int:
    """The post that this object is or belongs to; 0 for none."""
    name, number = numbered(thing)
    return number or 0 if name in ("post", "statements") else 0
