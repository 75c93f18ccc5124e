"""What a reader has missed: the objects touched after its edition, each once, as readers may see them now.

In: a read transaction, a story as it stands in it, the reader's edition. Out: a Delta, the one shape that `/changes`
answers and that a frame of `/live` carries. Never: an old state of an object, so that a reader who missed 1 or 10,000
changes ends where one stands who missed none, and words that were taken back are never repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.views import StoryView, Touched
from depesche.render import objects

MOST = 50
"""Objects in one answer of `/changes`."""
TOO_MANY = 200
"""Touched objects beyond which fetching the page again costs less than telling them all."""
LONGEST_REPLAY = 128 * 1024
"""Bytes of a replay beyond which a new stream starts with a reset: half of what may wait unsent for a reader."""


class Delta(Struct, frozen=True, omit_defaults=True):
    """What brings a reader to `edition`. `more`: ask again from there; `reset`: fetch the page again instead.

    `poll` is how many seconds the server wants between two questions, 0 when the coverage has ended and no question
    is needed any more; a frame of a stream has none.
    """

    edition: int
    changes: Sequence[dict[str, Any]]
    more: bool = False
    reset: bool = False
    poll: int | None = None


def changes(connection: Connection, story: StoryView, after: int, *, poll: int, base: str = "") -> Delta:
    """The answer to a reader at edition `after` (0: who has nothing); `base` is the site's base path."""
    pause = poll if story.state == "open" else 0
    touched = _touched(connection, story, after)
    if touched is None:
        return Delta(story.edition, [], reset=True, poll=pause)
    part = _first(touched)
    more = len(part) < len(touched)
    edition = part[-1].edition if more else story.edition
    return Delta(edition, _rendered(connection, story, part, base), more, poll=pause)


def frames(
    connection: Connection, story: StoryView, after: int, *, base: str = "", longest: int | None = None
) -> bytes:
    """What a stream sends to bring readers from `after` to the story's edition: no bytes when they are there, one
    frame for each edition, or one reset when there are too many objects, or more than `longest` bytes.
    """
    touched = _touched(connection, story, after)
    if touched is None:
        return _frame(Delta(story.edition, [], reset=True))
    rendered = _rendered(connection, story, touched, base)
    several = b"".join(
        _frame(Delta(edition, list(same))) for edition, same in groupby(rendered, key=itemgetter("edition"))
    )
    if longest is not None and len(several) > longest:
        return _frame(Delta(story.edition, [], reset=True))
    return several


def _touched(connection: Connection, story: StoryView, after: int) -> Sequence[Touched] | None:
    """The objects touched after `after`; None when only a reset helps."""
    if after > story.edition:  # of the future: the journal was restored from a backup
        return None
    if after == story.edition:
        return []
    touched = views.touched(connection, story.id, after, TOO_MANY + 1)
    return None if len(touched) > TOO_MANY else touched


def _first(touched: Sequence[Touched]) -> Sequence[Touched]:
    """The first that make MOST objects, or a few fewer: what one change did together (a retraction also unpins)
    stays together, because the next answer begins after the edition of the last one.
    """
    most = MOST - len(objects.PARTS)  # each part of the page may have to come along with the posts
    if len(touched) <= most:
        return touched
    end = most
    while end and touched[end - 1].edition == touched[most].edition:
        end -= 1
    return touched[: end or most]


def _rendered(connection: Connection, story: StoryView, touched: Sequence[Touched], base: str) -> list[dict[str, Any]]:
    return objects.render(connection, story, touched, base) if touched else []


def _frame(delta: Delta) -> bytes:
    return b"id: %d\nevent: change\ndata: %b\n\n" % (delta.edition, msgspec.json.encode(delta))
