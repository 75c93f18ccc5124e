"""Checkpoints: the heads of the public chains, signed, kept, and never contradicting one another.

In: a journal and a secret key. Out: rows of the table `checkpoint`, notes. Before a head is signed, its chain is
computed anew from the last checkpoint on: a history that doesn't continue what was signed is not signed. Never: two
digests for one edition.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from depesche.journal import form, notes
from depesche.journal import tables as t
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.journal.notes import Note, SecretKey
from depesche.journal.stream import Head, head_of

_C, _E = t.checkpoint.c, t.entry.c
MOST_LISTED = 1_000
"""Checkpoints of a story that are shown, the newest: one an hour for six weeks."""
IN_EXPORT = 20
"""Checkpoints that go along with an export: the newest proves it all, the others tell when."""


class CheckpointRefused(JournalError):
    """The head can't be signed; the sentence says why."""


def sign(journal: Journal, stream: str, key: SecretKey, now: int) -> Note | None:
    """Sign where this stream's public chain stands; None if this key has signed that already, or nothing is public.

    `now` is microseconds UTC. Raises CheckpointRefused when the chain doesn't continue the last checkpoint.
    """
    with journal.reading() as connection:
        head = head_of(connection, stream)
        last = next(iter(of_story(connection, stream, limit=1)), None)
        if head.edition == 0:
            return None
        if last is not None and last.edition == head.edition and last.digest == head.public_digest:
            return None if notes.claims_signer(last, [key.public]) else _again(journal, notes.countersign(last, key))
        _check(connection, stream, head, last)
    return _keep(journal, notes.write(key, stream, head.edition, head.public_digest, now), now)


def due(connection: Connection) -> list[str]:
    """The streams whose public chain went on since their last checkpoint, the longest unchanged first."""
    latest = select(_C.story, func.max(_C.edition).label("edition")).group_by(_C.story).subquery()
    asked = (
        select(t.stream.c.id)
        .outerjoin(latest, latest.c.story == t.stream.c.id)
        .where(t.stream.c.edition > func.coalesce(latest.c.edition, 0))
    )
    return list(connection.execute(asked.order_by(t.stream.c.at)).scalars())


def streams(connection: Connection) -> list[str]:
    """Every stream with a public chain."""
    return list(
        connection.execute(select(t.stream.c.id).where(t.stream.c.edition > 0).order_by(t.stream.c.place)).scalars()
    )


def of_story(connection: Connection, stream: str, *, limit: int = MOST_LISTED) -> list[Note]:
    """The checkpoints of a stream, the newest first."""
    rows = connection.execute(select(_C.note).where(_C.story == stream).order_by(_C.edition.desc()).limit(limit))
    return [note for text in rows.scalars() for note in notes.read(text)]


def latest(connection: Connection) -> dict[str, Note]:
    """The newest checkpoint of each stream that has one."""
    newest = select(_C.story, func.max(_C.edition).label("edition")).group_by(_C.story).subquery()
    asked = select(_C.note).join(newest, (newest.c.story == _C.story) & (newest.c.edition == _C.edition))
    return {note.stream: note for text in connection.execute(asked).scalars() for note in notes.read(text)}


def _check(connection: Connection, stream: str, head: Head, last: Note | None) -> None:
    """Follow the chain from the last checkpoint to the head."""
    edition, digest = (0, form.GENESIS) if last is None else (last.edition, last.digest)
    if last is not None and (head.edition < edition or not _stands(connection, stream, last)):
        raise CheckpointRefused(
            f"The journal doesn't hold what was signed at edition {edition} of {last.at}: it was rewritten. "
            "Nothing was signed; run `depesche verify`."
        )
    for link in _links(connection, stream, edition):
        edition += 1
        clear = (link.at, link.kind, link.object, link.commitment)
        digest = form.public_digest(digest, stream, edition, *clear)
        if link.edition != edition or link.public_digest != digest:
            raise CheckpointRefused(f"Edition {edition} was altered. Nothing was signed; run `depesche verify`.")
    if (edition, digest) != (head.edition, head.public_digest):
        raise CheckpointRefused("The head doesn't fit the last edition. Nothing was signed; run `depesche verify`.")


def _stands(connection: Connection, stream: str, note: Note) -> bool:
    asked = select(_E.public_digest).where(_E.stream == stream, _E.edition == note.edition)
    return connection.execute(asked).scalar() == note.digest


def _links(connection: Connection, stream: str, after: int) -> Iterator[Any]:
    asked = select(_E.edition, _E.at, _E.kind, _E.object, _E.commitment, _E.public_digest)
    asked = asked.where(_E.stream == stream, _E.edition > after).order_by(_E.edition)
    yield from connection.execute(asked.execution_options(yield_per=1000))


def _keep(journal: Journal, note: Note, now: int) -> Note | None:
    with journal.shelving() as connection:
        here = (_C.story == note.stream) & (_C.edition == note.edition)
        if connection.execute(select(_C.edition).where(here)).first() is not None:  # another process was quicker
            return None
        row = {"story": note.stream, "edition": note.edition, "at": now, "note": str(note)}
        connection.execute(insert(t.checkpoint).values(**row))
    return note


def _again(journal: Journal, note: Note) -> Note:
    """Keep a note with one more signature: after a rotation the new key vouches for the newest checkpoint, too."""
    with journal.shelving() as connection:
        here = (_C.story == note.stream) & (_C.edition == note.edition)
        connection.execute(update(t.checkpoint).where(here).values(note=str(note)))
    return note
