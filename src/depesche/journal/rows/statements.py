"""The rows of statements: where each one's words are, and through whom it came, to look it up across stories.

In: entries of statements. Out: rows. A row has names and no words; it goes with the entry that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from depesche.journal import tables as t
from depesche.journal.prepared import portions, put, remove
from depesche.journal.stream import of_object
from depesche.words.changes import Entry, StatementsRecorded
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import StatementAmended, StatementWritten
from depesche.words.reckoning import key

_S, _E = t.statement.c, t.entry.c


def record(c: Connection, entry: Entry, change: StatementsRecorded) -> None:
    """The statements of a post's revision replace those before; what an editor wrote stays, unless it is lost.

    One with the number of a statement before is that statement (recorder.py tells), and said since the same revision.
    """
    known = select(_S.number, func.coalesce(_S.since, _S.revision))
    known = known.where(_S.story == entry.stream, _S.post == change.post)
    since = dict(c.execute(known).all()) if change.revision > 1 else {}
    read = and_(_S.post == change.post, or_(_S.hand.is_not(True), _S.number.in_(change.lost)))
    again = _S.number.in_([each.number for each in change.statements])
    c.execute(delete(t.statement).where(_S.story == entry.stream, or_(read, again)))
    rows = {each.number: _row(entry, change.post, change.revision, each) for each in change.statements}
    for number in rows.keys() & since.keys():
        rows[number]["since"] = since[number]
    if rows:
        c.execute(insert(t.statement), list(rows.values()))


def redate(c: Connection, stream: str, erased: Sequence[int]) -> None:
    """Since when statements were said that outlive these erased entries, as the others still tell. Needs the log."""
    for some in portions(erased):
        of_posts = and_(_E.stream == stream, _E.seq.in_(some), _E.object.startswith("statements:"))
        for thing in c.execute(select(_E.object).where(of_posts).distinct()).scalars().all():
            for number, revision in _since(of_object(c, stream, thing)).items():
                row = and_(_S.story == stream, _S.number == number, _S.post == int(thing.partition(":")[2]))
                c.execute(update(t.statement).where(row).values(since=revision))


def _since(entries: Iterable[Entry]) -> dict[int, int]:
    """The first revisions that said a post's statements, by number, from all that was recorded of it."""
    since, hand = dict[int, int](), set[int]()
    for entry in entries:
        match entry.change:
            case StatementWritten() as change:
                since[change.statement.number] = change.revision
                hand.add(change.statement.number)
            case StatementsRecorded() as change:
                kept = (since.keys() & hand) - {*change.lost}
                numbers = kept | {each.number for each in change.statements}
                since = {number: since.get(number, change.revision) for number in numbers}
            case _ if entry.kind == "StatementsRecorded":
                since = {}
    return since


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
        "since": revision,
    }
