"""The rows of statements: where each one's words are, and through whom it came, to look it up across stories.

In: entries of statements. Out: rows. A row has names and no words; it goes with the entry that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_

from depesche.journal import tables as t
from depesche.journal.prepared import put, remove
from depesche.words.changes import Entry, StatementsRecorded
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import StatementAmended, StatementWritten
from depesche.words.reckoning import key

_S = t.statement.c


def record(c: Connection, entry: Entry, change: StatementsRecorded) -> None:
    """The statements of a post's revision replace those before; what an editor wrote stays, unless it is lost."""
    read = and_(_S.post == change.post, or_(_S.hand.is_not(True), _S.number.in_(change.lost)))
    again = _S.number.in_([each.number for each in change.statements])
    c.execute(delete(t.statement).where(_S.story == entry.stream, or_(read, again)))
    rows = {each.number: _row(entry, change.post, change.revision, each) for each in change.statements}
    if rows:
        c.execute(insert(t.statement), list(rows.values()))


def step(c: Connection, entry: Entry) -> None:
    """Follow a change of the ledger, as far as it is about a statement's row."""
    match entry.change:
        case StatementWritten() as change:
            row = _row(entry, change.post, change.revision, change.statement) | {"hand": True}
            put(c, t.statement, {each: row.pop(each) for each in ("story", "number")}, **row)
        case StatementAmended() as change:
            keys: dict[str, Any] = {"story": entry.stream, "number": change.statement}
            if change.chain is None:
                remove(c, t.amended, **keys)
            else:
                put(c, t.amended, keys, seq=entry.seq, names=names((*change.chain.hops, *change.chain.jointly)))


def names(hops: Iterable[str]) -> str:
    """Names for looking up, each between line ends; "" for nobody."""
    found = sorted({key(hop) for hop in hops} - {""})
    return "\n" + "\n".join(found) + "\n" if found else ""


def _row(entry: Entry, post: int, revision: int, recorded: RecordedStatement) -> dict[str, object]:
    statement = recorded.statement
    return {
        "story": entry.stream,
        "number": recorded.number,
        "post": post,
        "revision": revision,
        "seq": entry.seq,
        "hand": statement.rule == "hand",
        "names": names((statement.name, *(hop.name for hop in statement.chain))),
    }
