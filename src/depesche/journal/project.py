"""The projection: one entry at a time into the views' tables. Appending and rebuilding both go through `step`.

In: an entry (its body perhaps erased). Out: rows. Never: a row that depends on anything but the entries up to this
one, and never an exception for a change that `decide` would not have made: the fold is total. Erasing an entry must
leave the rows exactly as if it had been folded without its body: fold equals fetch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select

from depesche.journal import tables as t
from depesche.journal.prepared import portions, put, remove, setting
from depesche.journal.rows import alarms, posts, statements, stories
from depesche.journal.stream import numbered
from depesche.words import changes
from depesche.words.changes import Entry
from depesche.words.ledgerchanges import OfLedger


def step(c: Connection, entry: Entry) -> None:
    """Bring the views of the entry's stream from the entry before to this one."""
    if entry.edition is not None:
        stories.touch(c, entry, entry.object)
    match entry.kind:  # of some that says all, with a body and without
        case "StoryClosed":
            stories.amend(c, entry, state="closed", ended_at=entry.at)
        case "StoryReopened":
            stories.amend(c, entry, state="open", ended_at=None)
        case "SummarySet":
            stories.amend(c, entry, summary_seq=entry.seq, summary_at=entry.at)
        case "DraftDropped":
            _drop(c, entry)
        case _ if entry.change is None:
            _bury(c, entry)
        case _:
            _post(c, entry)


def touch(c: Connection, entries: Sequence[Entry]) -> None:
    """Step over standings that follow from a command, all in one go: they only touch their claims."""
    last = {entry.object: entry for entry in entries}  # PostgreSQL takes a row once in a statement
    rows = [{"story": each.stream, "object": thing, "edition": each.edition} for thing, each in last.items()]
    setting(c.dialect.name, t.touched, ("story", "object"), ("edition",)).many(c, rows)
    stories.amend(c, entries[-1])


def _post(c: Connection, entry: Entry) -> None:
    match entry.change:
        case changes.PostPublished() as change:
            posts.publish(c, entry, change.post, change.shown_at, key=change.text.key)
            posts.picture(c, entry, change.text)
        case changes.PostCorrected() as change:
            told: dict[str, Any] = {"correction": change.correction, "note": change.note, "key": change.text.key}
            posts.correct(c, entry, change.post, change.revision, shown_at=change.shown_at or None, **told)
            posts.picture(c, entry, change.text)
        case changes.PostRetracted() as change:
            posts.retract(c, entry, change.post, change.note, undo=change.undo)
        case changes.Expunged() as change:
            posts.expunge(c, entry, change)
        case changes.StatementsRecorded() as change:
            statements.record(c, entry, change)
            stories.amend(c, entry)
        case _:
            _change(c, entry)


def _change(c: Connection, entry: Entry) -> None:
    match entry.change:
        case changes.StoryOpened() as change:
            stories.begin(c, entry, change)
        case changes.StoryAmended() as change:
            stories.claim(c, entry.stream, change.slug)
            stories.amend(c, entry, slug=change.slug, title=change.title, lead=change.lead)
        case changes.PostUnpinned():
            stories.amend(c, entry, pinned=None)
        case changes.PostPinned() as change:
            stories.amend(c, entry, pinned=change.post)
        case changes.DraftSaved() as change:
            keys: dict[str, Any] = {"story": entry.stream, "draft": change.draft}
            put(c, t.draft, keys, post=change.post, seq=entry.seq, saved_at=entry.at, actor=entry.actor)
            posts.picture(c, entry, change.text)
        case changes.CopyReceived() as change:
            keys = {"stream": entry.stream, "id": change.copy.id, "version": change.copy.version}
            put(c, t.copy, keys, seq=entry.seq, at=entry.at)
        case changes.CopyTaken() as change:
            _take(c, entry, change)
        case changes.EntriesErased() as change:
            _forget(c, entry.stream, change.seqs)
        case OfLedger():
            statements.step(c, entry)
            stories.amend(c, entry)
        case _:
            alarms.step(c, entry)


def _bury(c: Connection, entry: Entry) -> None:
    """Fold an entry whose body was erased or is damaged: its kind and object tell that something was there."""
    name, number = numbered(entry.object)
    match entry.kind:
        case "StoryOpened":
            stories.begin(c, entry, changes.StoryOpened(entry.stream, "", "", "UTC"))
        case "AlarmDismissed":
            alarms.bury(c, entry)
        case "DraftSaved":
            _drop(c, entry)
        case "PostPublished" if number is not None:
            posts.publish(c, entry, number, entry.at)
        case "PostCorrected" if number is not None:
            posts.correct(c, entry, number)
        case "PostRetracted" if number is not None:
            posts.retract(c, entry, number)
        case "StatementsRecorded" if name == "statements" and number is not None:
            remove(c, t.statement, story=entry.stream, post=number)
            stories.amend(c, entry)
        case "StatementAmended":
            remove(c, t.amended, story=entry.stream, number=number)  # the statement is as it was read
            stories.amend(c, entry)
        case "StatementWritten" | "FigureAccepted" | "ClaimOpened" | "ClaimAmended" | "StandingSet":
            stories.amend(c, entry)
        case "ReplyRecorded" | "MeasureAdded":
            stories.amend(c, entry)


def _drop(c: Connection, entry: Entry) -> None:
    remove(c, t.draft, story=entry.stream, draft=entry.object.partition(":")[2])


def _take(c: Connection, entry: Entry, change: changes.CopyTaken) -> None:
    keys = {"story": entry.stream, "copy": change.copy}
    k = t.taken.c
    newer = select(k.version).where(k.story == entry.stream, k.copy == change.copy, k.version >= change.version)
    if c.execute(newer).first() is None:
        put(c, t.taken, keys, version=change.version, seq=entry.seq, at=entry.at)


def _forget(c: Connection, stream: str, seqs: tuple[int, ...]) -> None:
    """Bring the rows that came from these entries to what the fold makes of them without their bodies."""
    for some in portions(seqs):
        posts.forget(c, stream, some)
        for table in (t.picture, t.statement, t.amended, t.draft, t.copy):
            c.execute(delete(table).where(t.VIEWS[table] == stream, table.c.seq.in_(some)))
