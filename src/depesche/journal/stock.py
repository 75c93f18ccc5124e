"""Rows of what lies in stock: pictures (their bytes are files), the bytes of copy as it came, readings of copy.

In: rows, bytes, readings. Out: the same. Never: anything that a change says; a reading can be made again at any time,
and a picture belongs to whoever's text names it.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, and_, delete, insert, select

from depesche.journal.tables import blob as _blob
from depesche.journal.tables import media as _media
from depesche.journal.tables import picture as _picture
from depesche.journal.tables import post as _post
from depesche.journal.tables import reading as _reading
from depesche.words.copy import Reading

_DECODER = msgspec.json.Decoder(Reading)


class MediaRow(Struct, frozen=True):
    """A picture: SHA-256 (hex) of the original, pixels, bytes, when and by whom it came (microseconds UTC, actor)."""

    id: str
    width: int
    height: int
    size: int
    at: int
    actor: str


def keep_media(c: Connection, row: MediaRow) -> None:
    """Keep a picture's row; the first upload of a picture stays."""
    if media(c, row.id) is None:
        c.execute(insert(_media).values(**asdict(row)))


def media(c: Connection, media_id: str) -> MediaRow | None:
    """The row of this picture."""
    row = c.execute(select(_media).where(_media.c.id == media_id)).first()
    return None if row is None else MediaRow(*row)


def drop_media(c: Connection, media_id: str) -> None:
    """Forget a picture."""
    c.execute(delete(_media).where(_media.c.id == media_id))


def media_shown(c: Connection, media_id: str) -> bool:
    """True while the current text of a published post has this picture."""
    current = and_(_post.c.story == _picture.c.story, _post.c.text_seq == _picture.c.seq)
    query = select(_picture.c.media).join(_post, current)
    shown = query.where(_picture.c.media == media_id, _post.c.state == "published")
    return c.execute(shown.limit(1)).first() is not None


def media_used(c: Connection, media_id: str) -> bool:
    """True while any text that wasn't erased has this picture: a post, an earlier revision, a draft."""
    return c.execute(select(_picture.c.media).where(_picture.c.media == media_id).limit(1)).first() is not None


def forgotten_media(c: Connection, before: int, limit: int) -> list[str]:
    """Pictures that came before this time (microseconds UTC) and that no text has."""
    used = select(_picture.c.media).where(_picture.c.media == _media.c.id).exists()
    return list(c.execute(select(_media.c.id).where(_media.c.at < before, ~used).limit(limit)).scalars())


def keep_blob(c: Connection, blob_id: str, content: bytes, at: int) -> None:
    """Keep bytes under their SHA-256 (hex); the same bytes are kept once."""
    if c.execute(select(_blob.c.id).where(_blob.c.id == blob_id)).first() is None:
        c.execute(insert(_blob).values(id=blob_id, created=at, content=content))


def blob(c: Connection, blob_id: str) -> bytes | None:
    """These bytes."""
    return c.execute(select(_blob.c.content).where(_blob.c.id == blob_id)).scalar()


def reading(c: Connection, copy: str, version: int, reader: str) -> Reading | None:
    """What this reader found in this copy, if it was kept; None also where an older release kept it otherwise."""
    content = c.execute(
        select(_reading.c.content).where(
            _reading.c.copy == copy, _reading.c.version == version, _reading.c.reader == reader
        )
    ).scalar()
    try:
        return None if content is None else _DECODER.decode(content)
    except msgspec.DecodeError:
        return None


def keep_reading(c: Connection, copy: str, version: int, reader: str, found: Reading) -> None:
    """Keep what this reader found in this copy, in place of what it found before."""
    key = {"copy": copy, "version": version, "reader": reader}
    c.execute(delete(_reading).filter_by(**key))
    c.execute(insert(_reading).values(**key, content=msgspec.json.encode(found)))
