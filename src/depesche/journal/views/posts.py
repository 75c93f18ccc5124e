"""Posts: a page of them, one of them, their revisions and the list of corrections.

In: a reading connection, a story's id. Out: PostView. The text of a retracted or expunged post is there for the desk
only (an expunged one for nobody); its place, note and history stay.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, literal, select

from depesche.journal import tables as t
from depesche.journal.prepared import Prepared
from depesche.journal.views.body import text_in
from depesche.words.changes import PostText


class RevisionView(Struct, frozen=True):
    """That a post was changed: when, in what way, and the public note. Never what it said."""

    post: int
    revision: int
    at: int
    correction: str
    note: str
    edition: int


class Revision(Struct, frozen=True):
    """A revision as the desk sees it; `text` None: erased. The first one has no correction and no note."""

    revision: int
    at: int
    correction: str
    note: str
    edition: int
    actor: str
    text: PostText | None


class PostView(Struct, frozen=True):
    """A post now. `note` is that of its retraction, `undo` says that it was taken back at once; `seq` is for the desk.

    `history` has the changes after publishing, oldest first. `correction` is "" where a body was erased.
    """

    story: str
    number: int
    state: str
    revision: int
    text: PostText | None
    shown_at: int
    published_at: int
    changed_at: int
    edition: int
    seq: int
    note: str
    undo: bool
    history: tuple[RevisionView, ...]


_P, _R, _E = t.post.c, t.revision.c, t.entry.c
_ASKED = select(t.post, _E.kind, _E.body).outerjoin(t.entry, (_E.stream == _P.story) & (_E.seq == _P.text_seq))
_OF_NUMBER = Prepared(_ASKED.where(_P.story == bindparam("story"), _P.number == bindparam("number")))
MOST_CORRECTIONS = 500
"""A public list that is longer is no longer read; the newest come first."""


def posts(
    c: Connection,
    story: str,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int = 20,
    desk: bool = False,
) -> list[PostView]:
    """At most `limit` posts, the highest number first, with numbers under `before` and over `after`."""
    asked = _ASKED.where(_P.story == story)
    if before is not None:
        asked = asked.where(_P.number < before)
    if after is not None:
        asked = asked.where(_P.number > after)
    return _with_history(c, story, c.execute(asked.order_by(_P.number.desc()).limit(limit)).all(), desk=desk)


def post(c: Connection, story: str, number: int, *, desk: bool = False) -> PostView | None:
    """The post with this number."""
    rows = _OF_NUMBER.all(c, {"story": story, "number": number})
    return next(iter(_with_history(c, story, rows, desk=desk)), None)


def some(c: Connection, story: str, numbers: list[int], *, desk: bool = False) -> list[PostView]:
    """The posts with these numbers, the highest first; those that don't exist are left out."""
    rows = c.execute(_ASKED.where(_P.story == story, _P.number.in_(numbers)).order_by(_P.number.desc())).all()
    return _with_history(c, story, rows, desk=desk)


def key_posts(c: Connection, story: str, *, limit: int) -> list[PostView]:
    """The newest posts that an editor marked as key events, as readers see them."""
    asked = _ASKED.where(_P.story == story, _P.key.is_(True), _P.state == "published")
    rows = c.execute(asked.order_by(_P.number.desc()).limit(limit)).all()
    return _with_history(c, story, rows, desk=False)


def post_numbers(c: Connection, story: str) -> int:
    """How many numbers were given: posts are 1 to this one, tombstones included."""
    return c.execute(select(t.story.c.posts).where(t.story.c.id == story)).scalar() or 0


def revisions(c: Connection, story: str, number: int) -> list[Revision]:
    """All revisions of a post, oldest first: for the desk."""
    asked = (
        select(t.revision, _E.kind, _E.body, _E.actor)
        .join(t.entry, (_E.stream == _R.story) & (_E.seq == _R.seq))
        .where(_R.story == story, _R.post == number)
        .order_by(_R.number)
    )
    return [
        Revision(
            row.number, row.at, row.correction or "", row.note, row.edition, row.actor, text_in(row.kind, row.body)
        )
        for row in c.execute(asked)
    ]


def corrections(c: Connection, story: str) -> list[RevisionView]:
    """The public list of corrections, newest first; spelling is left out."""
    told = _R.correction.is_not(None) & (_R.correction != "typo")
    asked = select(t.revision).where(_R.story == story, _R.number > 1, told).order_by(_R.seq.desc())
    return [_revision(row) for row in c.execute(asked.limit(MOST_CORRECTIONS))]


def shown_at(c: Connection, story: str, numbers: Collection[int]) -> dict[int, int]:
    """The times that readers see, by post; of as many posts as the list of corrections can have."""
    asked = select(_P.number, _P.shown_at).where(_P.story == story, _P.number.in_(numbers))
    return {row.number: row.shown_at for row in c.execute(asked)}


def retractions(c: Connection, story: str) -> list[PostView]:
    """The posts that were taken back, the highest number first; those withdrawn at once are left out."""
    # written out, because SQLite takes a partial index only for a condition that it can read
    retracted = _P.state == literal("retracted", literal_execute=True)
    asked = _ASKED.where(_P.story == story, retracted, _P.undo.is_(False)).order_by(_P.number.desc())
    return _with_history(c, story, c.execute(asked.limit(MOST_CORRECTIONS)).all(), desk=False)


def _with_history(c: Connection, story: str, rows: Any, *, desk: bool) -> list[PostView]:
    numbers = [row.number for row in rows if row.revision > 1]
    history: dict[int, list[RevisionView]] = {}
    if numbers:
        asked = select(t.revision).where(_R.story == story, _R.post.in_(numbers), _R.number > 1)
        for row in c.execute(asked.order_by(_R.post, _R.number)):
            history.setdefault(row.post, []).append(_revision(row))
    return [_post(row, tuple(history.get(row.number, ())), desk=desk) for row in rows]


def _revision(row: Row[*tuple[Any, ...]]) -> RevisionView:
    return RevisionView(row.post, row.number, row.at, row.correction or "", row.note, row.edition)


def _post(row: Row[*tuple[Any, ...]], history: tuple[RevisionView, ...], *, desk: bool) -> PostView:
    visible = desk or row.state == "published"
    return PostView(
        row.story,
        row.number,
        row.state,
        row.revision,
        text_in(row.kind, row.body) if visible else None,
        row.shown_at,
        row.published_at,
        row.changed_at,
        row.edition,
        row.seq if desk else 0,
        row.note,
        row.undo,
        history,
    )
