"""Erasing: what a court order takes out of the journal for good, and where the words may survive elsewhere.

In: the seqs that an EntriesErased names. Out: entries whose body and salt are NULL; on SQLite zeros in the file
(secure_delete) and an empty write-ahead log (truncated after the commit). Never: an entry that the fold needs.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, select, update

from depesche.journal import tables as t
from depesche.journal.errors import JournalError
from depesche.journal.prepared import portions

ERASABLE = frozenset(
    {
        "DraftSaved",
        "PostPublished",
        "PostCorrected",
        "PostRetracted",
        "SummarySet",
        "StatementsRecorded",
        "StatementWritten",
        "StatementAmended",
        "FigureAccepted",
        "CopyReceived",
        "AlarmDismissed",
        "ClaimOpened",
        "ClaimAmended",
        "StandingSet",
        "StandingExplained",
        "RefutedProposed",
        "ReplyRecorded",
        "MeasureAdded",
        "PartyNamed",
        "PartyNoted",
        "OutletNamed",
    }
)
"""Kinds that carry the words of a post, a claim, a standing, a reply, or what things are called. The others hold a
story together: without them it wouldn't fold.
"""


def erase(connection: Connection, stream: str, seqs: tuple[int, ...]) -> None:
    """Erase body and salt of these entries. Raises JournalError if one isn't there or may not be erased."""
    e = t.entry.c
    for some in portions(seqs):
        named = and_(e.stream == stream, e.seq.in_(some))
        kinds = {row.seq: row.kind for row in connection.execute(select(e.seq, e.kind).where(named))}
        for seq in some:
            if kinds.get(seq) not in ERASABLE:
                raise JournalError(f"Entry {seq} can't be erased: {kinds.get(seq, 'there is no such entry')}.")
        connection.execute(update(t.entry).where(named).values(body=None, salt=None))
