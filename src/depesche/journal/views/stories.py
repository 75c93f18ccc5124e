"""Stories: what a list of them and the head of a page need.

In: a reading connection, a slug or an id. Out: StoryView. `seq` is for the desk: readers get 0.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, bindparam, select

from depesche.journal import tables as t
from depesche.journal.prepared import Prepared
from depesche.journal.views.body import change_in
from depesche.words.changes import SummaryLine, SummarySet


class StoryView(Struct, frozen=True):
    """A story now. `posts` counts the numbers given, `first_post_at` never moves; `seq` is 0 for readers."""

    id: str
    slug: str
    title: str
    lead: str
    language: str
    zone: str
    state: str
    opened_at: int
    first_post_at: int | None
    changed_at: int
    ended_at: int | None
    seq: int
    edition: int
    posts: int
    pinned: int | None
    summary: tuple[SummaryLine, ...]
    summary_at: int | None


_S, _E = t.story.c, t.entry.c
_ASKED = (
    select(t.story, t.stream.c.seq, t.stream.c.edition, _E.body)
    .join(t.stream, t.stream.c.id == _S.id)
    .outerjoin(t.entry, (_E.stream == _S.id) & (_E.seq == _S.summary_seq))
)


def stories(c: Connection, *, desk: bool = False) -> list[StoryView]:
    """All stories, the one with the latest public change first."""
    rows = c.execute(_ASKED.order_by(_S.changed_at.desc(), t.stream.c.place.desc()))
    return [_story(row, desk=desk) for row in rows]


def story(c: Connection, slug_or_id: str, *, desk: bool = False) -> StoryView | None:
    """The story with this id or current slug; an old slug finds nothing (`slug` does)."""
    asked = {"asked": slug_or_id}
    row = _OF_ID.first(c, asked) or _OF_CURRENT.first(c, asked)
    return None if row is None else _story(row, desk=desk)


def slug(c: Connection, slug: str) -> tuple[str, str] | None:
    """The id and the current slug of the story that has this slug, or had it."""
    row = _OF_SLUG.first(c, {"asked": slug})
    return None if row is None else (row.id, row.slug)


_SLUG = t.slug.c.slug == bindparam("asked")
_OF_SLUG = Prepared(select(_S.id, _S.slug).join(t.slug, t.slug.c.story == _S.id).where(_SLUG))
_OF_ID = Prepared(_ASKED.where(_S.id == bindparam("asked")))
_CURRENT = (t.slug.c.story == _S.id) & (t.slug.c.slug == _S.slug)
_OF_CURRENT = Prepared(_ASKED.join(t.slug, _CURRENT).where(_SLUG))


def _story(row: Row[*tuple[Any, ...]], *, desk: bool) -> StoryView:
    card = change_in(SummarySet, row.body)
    lines = () if card is None else card.lines
    return StoryView(
        row.id,
        row.slug,
        row.title,
        row.lead,
        row.language,
        row.zone,
        row.state,
        row.opened_at,
        row.first_post_at,
        row.changed_at,
        row.ended_at,
        row.seq if desk else 0,
        row.edition,
        row.posts,
        row.pinned,
        lines,
        row.summary_at if lines else None,
    )
