"""Drafts: what is being written in a story. For the desk only.

In: a reading connection, a story's id. Out: DraftView.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, select

from depesche.journal import tables as t
from depesche.journal.views.body import change_in
from depesche.words.alarms import CopyRef
from depesche.words.changes import DraftSaved, PostText


class DraftView(Struct, frozen=True):
    """A draft as it was last saved; `post` is the post that it would correct, `actor` who saved it."""

    draft: str
    text: PostText
    post: int | None
    saved_at: int
    actor: str
    seq: int
    copies: tuple[CopyRef, ...] = ()


_D, _E = t.draft.c, t.entry.c
_ASKED = select(t.draft, _E.body).join(t.entry, (_E.stream == _D.story) & (_E.seq == _D.seq))


def drafts(c: Connection, story: str) -> list[DraftView]:
    """All drafts of the story, the one saved last first."""
    rows = c.execute(_ASKED.where(_D.story == story).order_by(_D.seq.desc()))
    return [view for view in map(_draft, rows) if view is not None]


def draft(c: Connection, story: str, draft: str) -> DraftView | None:
    """The draft with this id."""
    row = c.execute(_ASKED.where(_D.story == story, _D.draft == draft)).first()
    return None if row is None else _draft(row)


def _draft(row: Row[*tuple[Any, ...]]) -> DraftView | None:
    change = change_in(DraftSaved, row.body)
    if change is None:
        return None
    return DraftView(row.draft, change.text, row.post, row.saved_at, row.actor, row.seq, change.copies)
