"""The rows of posts: each as it stands, its revisions, and the pictures that its texts have.

In: entries about a post, its text perhaps erased. Out: rows of `post`, `revision` and `picture`. Never: a post that is
missing because the entry that published it was damaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, update

from depesche.journal import tables as t
from depesche.journal.prepared import Prepared, alter, put, remove
from depesche.journal.rows import stories
from depesche.words.changes import Entry, Expunged, PostText

_P, _R, _S = t.post.c, t.revision.c, t.story.c
_COUNTED = Prepared(
    update(t.story)
    .where(_S.id == bindparam("its_id"))
    .values(
        posts=case((_S.posts < bindparam("number"), bindparam("number")), else_=_S.posts),
        first_post_at=func.coalesce(_S.first_post_at, bindparam("at")),
        changed_at=bindparam("at"),
    )
)


def publish(c: Connection, entry: Entry, number: int, shown_at: int, *, key: bool = False) -> None:
    """A post went out."""
    fresh = _fresh(entry) | {"key": key, "text_seq": entry.seq, "shown_at": shown_at}
    put(c, t.post, {"story": entry.stream, "number": number}, **fresh)
    _revise(c, entry, number, 1, shown_at=shown_at, correction=None, note="")
    _COUNTED.run(c, {"its_id": entry.stream, "number": number, "at": entry.at})


def correct(
    c: Connection,
    entry: Entry,
    number: int,
    revision: int | None = None,
    *,
    shown_at: int | None = None,
    correction: str | None = None,
    note: str = "",
    key: bool = False,
) -> None:
    """A post has a new text; where nothing says as which revision, it is the next one."""
    if revision is None:
        here = and_(_P.story == entry.stream, _P.number == number)
        revision = (c.execute(select(_P.revision).where(here)).scalar() or 1) + 1
    shown = {} if shown_at is None else {"shown_at": shown_at}
    _alter(c, entry, number, revision=revision, text_seq=entry.seq, key=key, **shown)
    _revise(c, entry, number, revision, shown_at=shown_at, correction=correction, note=note)
    stories.amend(c, entry)


def retract(c: Connection, entry: Entry, number: int, note: str = "", *, undo: bool = False) -> None:
    """A post was taken back."""
    _alter(c, entry, number, state="retracted", note=note, note_seq=entry.seq, undo=undo)
    _take_down(c, entry, number)
    stories.amend(c, entry)


def expunge(c: Connection, entry: Entry, change: Expunged) -> None:
    """A post is gone, or one revision's words are."""
    if change.revision is None:
        _alter(c, entry, change.post, state="expunged")
        remove(c, t.statement, story=entry.stream, post=change.post)
        _take_down(c, entry, change.post)
    else:
        _alter(c, entry, change.post)
        stories.touch_again(c, entry, f"statements:{change.post}")
    stories.amend(c, entry)


def picture(c: Connection, entry: Entry, text: PostText) -> None:
    """Note which pictures this text has; the same picture twice is one row."""
    rows = [{"story": entry.stream, "seq": entry.seq, "media": id} for id in dict.fromkeys(m.id for m in text.media)]
    if rows:
        c.execute(insert(t.picture), rows)


def forget(c: Connection, stream: str, seqs: Sequence[int]) -> None:
    """Bring the rows that came from these entries to what the fold makes of them without their bodies."""
    came = and_(_R.story == stream, _R.seq.in_(seqs))
    numbers = c.execute(select(_R.post).where(came).distinct()).scalars().all()
    shown_at = case((_R.number == 1, _R.at), else_=None)
    c.execute(update(t.revision).where(came).values(note="", correction=None, shown_at=shown_at))
    for number in numbers:
        _show(c, stream, number)
    c.execute(update(t.post).where(_P.story == stream, _P.text_seq.in_(seqs)).values(key=False))
    c.execute(update(t.post).where(_P.story == stream, _P.note_seq.in_(seqs)).values(note="", undo=False))


def _show(c: Connection, stream: str, number: int) -> None:
    """Set the time that readers see to the latest one that is still known."""
    known = select(_R.shown_at).where(_R.story == stream, _R.post == number, _R.shown_at.is_not(None))
    shown_at = c.execute(known.order_by(_R.seq.desc()).limit(1)).scalar()
    if shown_at is not None:
        alter(c, t.post, {"story": stream, "number": number}, shown_at=shown_at)


def _take_down(c: Connection, entry: Entry, number: int) -> None:
    """A post is gone: so is its place on top, and its statements from what readers see."""
    if alter(c, t.story, {"id": entry.stream, "pinned": number}, pinned=None):
        stories.touch(c, entry, "pin")
    stories.touch_again(c, entry, f"statements:{number}")


def _alter(c: Connection, entry: Entry, number: int, **values: Any) -> None:
    keys = {"story": entry.stream, "number": number}
    values |= {"changed_at": entry.at, "seq": entry.seq, "edition": entry.edition or 0}
    if not alter(c, t.post, keys, **values):
        put(c, t.post, keys, **(_fresh(entry) | values))


def _fresh(entry: Entry) -> dict[str, Any]:
    return {
        "state": "published",
        "revision": 1,
        "shown_at": entry.at,
        "published_at": entry.at,
        "changed_at": entry.at,
        "seq": entry.seq,
        "edition": entry.edition or 0,
        "note": "",
        "note_seq": None,
        "undo": False,
        "key": False,
    }


def _revise(c: Connection, entry: Entry, post: int, number: int, **said: Any) -> None:
    keys = {"story": entry.stream, "post": post, "number": number}
    put(c, t.revision, keys, seq=entry.seq, edition=entry.edition or 0, at=entry.at, **said)
