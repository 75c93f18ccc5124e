"""Folds of long stories, kept beside the journal: a process doesn't begin by reading 100,000 entries again.

In: a fold, and the digest of the entry that it ends with. Out: the same fold, as long as the journal has that entry
and the same release asks. Never: a fold of another past (a restored backup, a failover that lost entries), or one with
words that were erased since.
"""

from __future__ import annotations

import hashlib
import zlib
from functools import cache

import msgspec
from sqlalchemy import BigInteger, Column, Connection, LargeBinary, Table, delete, insert, select

from depesche import __version__
from depesche.journal import tables as t
from depesche.journal.form import GENESIS
from depesche.journal.stream import digest_of, each
from depesche.words import story as stories
from depesche.words.story import Story

EVERY = 20_000
"""Entries after which a fold is kept anew: so many are read and folded in a quarter of a second."""
LEVEL = 1
"""Of zlib: a fold of 100,000 posts shrinks from 13 MB to 1 MB in 30 ms."""

fold = Table(
    "fold",
    t.metadata,
    Column("stream", t.TEXT, primary_key=True),
    Column("release", t.TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
_DECODER = msgspec.msgpack.Decoder(Story)


def kept(c: Connection, stream: str) -> Story | None:
    """The fold of this stream that was kept; None when there is none that still holds."""
    e = t.entry.c
    ends = (e.stream == fold.c.stream) & (e.seq == fold.c.seq) & (e.digest == fold.c.digest)
    asked = select(fold.c.content).join(t.entry, ends)
    content = c.execute(asked.where(fold.c.stream == stream, fold.c.release == release())).scalar()
    if content is None:
        return None
    try:
        return _DECODER.decode(zlib.decompress(content))
    except (msgspec.DecodeError, zlib.error):  # it is only a short cut
        return None


def folded(c: Connection, stream: str) -> tuple[Story, bytes, int]:
    """The stream's fold, the digest of the entry that it ends with, and up to which entry it was kept ready."""
    story = kept(c, stream) or Story()
    ready = story.seq
    stories.fold(each(c, stream, after=ready), story)
    return story, digest_of(c, stream, story.seq) or GENESIS, ready


def keep(c: Connection, story: Story, digest: bytes) -> None:
    """Keep this fold, whose last entry has this digest, in place of an earlier one. The stream's head is locked."""
    forget(c, story.stream)
    content = zlib.compress(msgspec.msgpack.encode(story), LEVEL)
    c.execute(
        insert(fold).values(stream=story.stream, release=release(), seq=story.seq, digest=digest, content=content)
    )


def forget(c: Connection, stream: str) -> None:
    """Keep no fold of this stream: it may have words that were erased."""
    c.execute(delete(fold).where(fold.c.stream == stream))


@cache
def release() -> str:
    """This release, and the form that folds have in it: another one folds in its own way."""
    form = msgspec.json.encode(msgspec.json.schema(Story), order="deterministic")
    return f"{__version__} {hashlib.blake2b(form, digest_size=8).hexdigest()}"
