"""Verify: is each stream what was once written? Every digest is computed anew.

In: a journal. Out: findings, the first wrong entry of each stream first; none means that all is well. Never an
exception for what a damaged file holds: what can't be read is a finding too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Row, select

from depesche.journal import form
from depesche.journal import tables as t
from depesche.journal.chain import Chain, End, Finding, Link
from depesche.journal.errors import JournalError, telling
from depesche.journal.guard import missing
from depesche.journal.log import Journal

_E, _S = t.entry.c, t.stream.c


def check(journal: Journal, stream: str | None = None) -> list[Finding]:
    """What doesn't fit in this stream, or in any."""
    found: list[Finding] = []
    try:
        with journal.reading() as connection:
            for each in _in(connection, stream):
                found.append(each)
    except JournalError as error:
        if not found:
            found.append(Finding("", None, None, str(error)))
    return found


def findings(connection: Connection) -> list[Finding]:
    """What doesn't fit in any stream, in the state that this connection sees. Raises JournalError."""
    return list(_in(connection, None))


def _in(connection: Connection, stream: str | None) -> Iterator[Finding]:
    with _any_text(connection):
        for each in [stream] if stream is not None else _streams(connection):
            yield from _stream(connection, each)
        if stream is None:
            yield from (Finding("", None, None, f"The guard {name} is missing.") for name in missing(connection))


def _streams(connection: Connection) -> list[str]:
    """The streams that have a head, in their order, and those that only have entries."""
    known = connection.execute(select(_S.id).order_by(_S.place)).scalars().all()
    used = connection.execute(select(_E.stream).distinct()).scalars().all()
    return [*known, *sorted({*used} - {*known}, key=str)]


def _stream(connection: Connection, stream: str) -> list[Finding]:
    if not isinstance(stream, str) or not stream.isprintable():
        name = str(stream).encode("utf-8", "replace").decode()
        return [Finding(name, None, None, "The name of the stream is damaged, on its head or on entries.")]
    chain = Chain(stream)
    head = connection.execute(
        select(_S.edition, _S.public_digest, _S.seq, _S.digest, _S.at).where(_S.id == stream)
    ).first()
    asked = select(t.entry).where(_E.stream == stream).order_by(_E.seq).execution_options(yield_per=500)
    at = 0
    try:
        for row in _told(connection.execute(asked)):
            if chain.link(Link(**{name: getattr(row, name) for name in Link.__struct_fields__})):
                _receipt(chain, row)
            at = row.at
    except JournalError as error:
        return [*chain.findings, Finding(stream, chain.seq + 1, None, str(error))]
    chain.end(None if head is None else End(*head[:4]))
    if head is not None and not chain.findings and head.at != at:
        chain.findings.append(Finding(stream, chain.seq, None, "The head has another time than the last entry."))
    return chain.findings


def _told(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[Row[*tuple[Any, ...]]]:
    with telling():
        yield from rows


def _receipt(chain: Chain, row: Row[*tuple[Any, ...]]) -> None:
    """A command's id and what it did are no part of the chains; a seal of their own guards them."""
    parts = (row.command, row.fingerprint, row.last, row.seal)
    if parts == (None, None, None, None):
        return
    problem = "The receipt of its command was altered."
    whole = isinstance(row.command, str) and isinstance(row.fingerprint, bytes) and isinstance(row.last, int)
    if whole and row.command.isprintable():
        sealed = form.seal(row.command, chain.stream, row.seq, row.last, row.fingerprint)
        if sealed == row.seal:
            return
    chain.findings.append(Finding(chain.stream, row.seq, row.edition, problem))


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Let SQLite give back text that is no UTF-8, so that a flipped byte can be named instead of failing the read."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: Any = connection.connection.driver_connection
    raw.text_factory = lambda stored: stored.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        raw.text_factory = str
