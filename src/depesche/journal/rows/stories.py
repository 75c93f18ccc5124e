"""The rows of a story itself: its head, its addresses, and which edition touched what last.

In: entries. Out: rows of `story`, `slug` and `touched`. Never: an address that goes from one story to another.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select

from depesche.journal import tables as t
from depesche.journal.prepared import alter, put
from depesche.words.changes import Entry, StoryOpened


def begin(c: Connection, entry: Entry, change: StoryOpened) -> None:
    """The story has a head."""
    claim(c, entry.stream, change.slug)
    said = {name: getattr(change, name) for name in ("slug", "title", "lead", "language", "zone")}
    put(c, t.story, {"id": entry.stream}, **said, state="open", opened_at=entry.at, changed_at=entry.at, posts=0)


def amend(c: Connection, entry: Entry, **values: Any) -> None:
    """Set these columns of the story's head, and the time of its latest public change if this is one."""
    if entry.edition is not None:
        values["changed_at"] = entry.at
    if values:
        alter(c, t.story, {"id": entry.stream}, **values)


def claim(c: Connection, stream: str, slug: str) -> None:
    """Whoever came first has a slug for ever, because links to it are redirected."""
    if slug_owner(c, slug) is None:
        c.execute(insert(t.slug).values(slug=slug, story=stream))


def slug_owner(c: Connection, slug: str) -> str | None:
    """The id of the story that has this slug, or had it."""
    return c.execute(select(t.slug.c.story).where(t.slug.c.slug == slug)).scalar()


def touch(c: Connection, entry: Entry, thing: str) -> None:
    """This object changed with the entry's edition."""
    put(c, t.touched, {"story": entry.stream, "object": thing}, edition=entry.edition)


def touch_again(c: Connection, entry: Entry, thing: str) -> None:
    """The entry touched this object, too, if it ever was: that can't be erased, so that a rebuild does the same."""
    alter(c, t.touched, {"story": entry.stream, "object": thing}, edition=entry.edition or 0)
