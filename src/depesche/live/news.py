"""What the hub reads from the journal, off the event loop: frames for an audience, replays, and which story has a slug.

In: a journal, a story's id or slug, editions. Out: values that the loop can use at once, each from one state of the
journal. Never: anything that waits for the loop.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.views import StoryView
from depesche.live.changes import LONGEST_REPLAY, frames


class News(Struct, frozen=True):
    """What one read of the journal gave: frames for those who were at the audience's edition, replays for others."""

    story: StoryView
    frames: bytes
    replays: dict[int, bytes]


def read(journal: Journal, story: str, since: int | None, afters: Iterable[int], base: str) -> News | None:
    """Everything an audience needs, from one state of the journal; None when there is no such story. Blocks."""
    afters = list(afters)
    with journal.showing(story, max(since or 0, *afters, 0)) as connection:
        view = views.story(connection, story)
        if view is None:
            return None
        news = frames(connection, view, since, base=base) if since is not None else b""
        replays = {after: frames(connection, view, after, base=base, longest=LONGEST_REPLAY) for after in afters}
        return News(view, news, replays)


def running(journal: Journal, slug: str) -> str | None:
    """The id of the running story that has this slug now. Blocks."""
    with journal.showing(slug) as connection:
        found = views.slug(connection, slug)
        story = views.story(connection, found[0]) if found is not None and found[1] == slug else None
    return story.id if story is not None and story.state == "open" else None
