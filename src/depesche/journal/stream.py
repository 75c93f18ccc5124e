"""A stream: where it stands, and its entries as they are read back from the log, in order.

In: a connection in a transaction, a stream's id. Out: its head; entries, all or those about something. Never: one
damaged entry that takes the story with it, or a stream that has to fit into memory.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, bindparam, select

from depesche.journal import form
from depesche.journal import tables as t
from depesche.journal.errors import FormError
from depesche.journal.prepared import Prepared, portions
from depesche.words.changes import AnyChange, Entry

NO_LIMIT = 2**62
"""A limit that limits nothing, in SQLite and in PostgreSQL."""

_LOG = logging.getLogger(__name__)


class Head(Struct, frozen=True):
    """Where a stream stands: its last seq, edition, digests and time (microseconds UTC)."""

    seq: int = 0
    edition: int = 0
    digest: bytes = form.GENESIS
    public_digest: bytes = form.GENESIS
    at: int = 0


_E = t.entry.c
HEAD = tuple(t.stream.c[name] for name in Head.__struct_fields__)

_FIELDS = (_E.stream, _E.seq, _E.edition, _E.at, _E.actor, _E.kind, _E.object, _E.body, _E.command)
_ENTRY = select(*_FIELDS).where(_E.stream == bindparam("stream")).order_by(_E.seq)
_READ = Prepared(_ENTRY.where(_E.seq > bindparam("after")).limit(bindparam("most")))
_DIGEST = Prepared(select(_E.digest).where(_E.stream == bindparam("stream"), _E.seq == bindparam("seq")))
_HEAD_OF = Prepared(select(*HEAD).where(t.stream.c.id == bindparam("stream")))


def head_of(connection: Connection, stream: str) -> Head:
    """Where the stream stands; at the very beginning when there is none."""
    return Head(*(_HEAD_OF.first(connection, {"stream": stream}) or ()))


def digest_of(connection: Connection, stream: str, seq: int) -> bytes | None:
    """The digest of this entry of the stream, None when there is none."""
    found: bytes | None = _DIGEST.value(connection, {"stream": stream, "seq": seq})
    return found


def read(connection: Connection, stream: str, *, after: int = 0, limit: int = NO_LIMIT) -> list[Entry]:
    """Entries of the stream after this seq, in order."""
    return [_entry(row) for row in _READ.all(connection, {"stream": stream, "after": after, "most": limit})]


def each(connection: Connection, stream: str, *, after: int = 0) -> Iterator[Entry]:
    """All entries of the stream after this seq one by one, for streams that are longer than memory."""
    while some := read(connection, stream, after=after, limit=1000):
        yield from some
        after = some[-1].seq


def of_object(connection: Connection, stream: str, thing: str) -> list[Entry]:
    """Every entry of the stream about this object, oldest first."""
    return _where(connection, stream, _E.object == thing)


def of_kind(connection: Connection, stream: str, kind: str) -> list[Entry]:
    """Every entry of the stream of this kind, oldest first."""
    return _where(connection, stream, _E.kind == kind)


def some(connection: Connection, stream: str, seqs: Sequence[int]) -> Iterator[Entry]:
    """These entries of the stream, in the order of `seqs`, which is theirs."""
    for portion in portions(seqs):
        yield from _where(connection, stream, _E.seq.in_(portion))


def numbered(thing: str) -> tuple[str, int | None]:
    """What sort of object this is, and its number ("post:17"); None where it has none that a database holds."""
    name, _, rest = thing.partition(":")
    return name, int(rest) if rest.isdecimal() and len(rest) < 19 else None


def _where(connection: Connection, stream: str, asked: ColumnElement[bool]) -> list[Entry]:
    return [_entry(row) for row in connection.execute(_ENTRY.where(asked), {"stream": stream})]


def _entry(row: Any) -> Entry:
    said = (row.stream, row.seq, row.edition, row.at, row.actor, row.kind, row.object)
    return Entry(*said, _change(row), row.command or "")


def _change(row: Any) -> AnyChange | None:
    if row.body is None:
        return None
    try:
        return form.decode(row.kind, row.body)
    except FormError as error:
        # One damaged entry must not take the story with it: it folds like an erased one, and verify names it.
        _LOG.error("entry %s of stream %s: %s", row.seq, row.stream, error)
        return None
