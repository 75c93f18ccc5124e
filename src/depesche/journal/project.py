"""The projection: one entry at a time into the views' tables. Appending and rebuilding both go through `step`.

In: an entry (its body perhaps erased). Out: rows. Never: a row that depends on anything but the entries up to this
one, and never an exception for a change that `decide` would not have made: the fold is total. Erasing an entry must
leave the rows exactly as if it had been folded without its body: fold equals fetch.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from depesche.journal import tables as t
from depesche.journal import upstream, uttered
from depesche.journal.prepared import Prepared
from depesche.words.changes import (
    CopyReceived,
    CopyTaken,
    DraftDropped,
    DraftSaved,
    EntriesErased,
    Entry,
    Expunged,
    PostCorrected,
    PostPinned,
    PostPublished,
    PostRetracted,
    PostText,
    PostUnpinned,
    StatementsRecorded,
    StoryAmended,
    StoryClosed,
    StoryOpened,
    StoryReopened,
    SummarySet,
)
from depesche.words.ledgerchanges import OfLedger

_COUNTED = Prepared(
    update(t.story)
    .where(t.story.c.id == bindparam("its_id"))
    .values(
        posts=case((t.story.c.posts < bindparam("number"), bindparam("number")), else_=t.story.c.posts),
        first_post_at=func.coalesce(t.story.c.first_post_at, bindparam("at")),
        changed_at=bindparam("at"),
    )
)


def step(c: Connection, entry: Entry) -> None:
    """Bring the views of the entry's stream from the entry before to this one."""
    if entry.edition is not None:
        _touch(c, entry, entry.object)
    if entry.change is None:
        _bury(c, entry)
    else:
        _change(c, entry)


def touch(c: Connection, entries: Sequence[Entry]) -> None:
    """Step over standings that follow from a command, all in one go: they only touch their claims."""
    last = {entry.object: entry for entry in entries}  # PostgreSQL takes a row once in a statement
    rows = [{"story": each.stream, "object": thing, "edition": each.edition} for thing, each in last.items()]
    _setting(c.dialect.name, t.touched, ("story", "object"), ("edition",)).many(c, rows)
    _story(c, entries[-1])


def slug_owner(c: Connection, slug: str) -> str | None:
    """The id of the story that has this slug, or had it."""
    return c.execute(select(t.slug.c.story).where(t.slug.c.slug == slug)).scalar()


def _change(c: Connection, entry: Entry) -> None:
    match entry.change:
        case StoryOpened() as change:
            _open(c, entry, change)
        case StoryAmended() as change:
            _claim(c, entry.stream, change.slug)
            _story(c, entry, slug=change.slug, title=change.title, lead=change.lead)
        case StoryClosed():
            _story(c, entry, state="closed", ended_at=entry.at)
        case StoryReopened():
            _story(c, entry, state="open", ended_at=None)
        case PostUnpinned():
            _story(c, entry, pinned=None)
        case PostPinned() as change:
            _story(c, entry, pinned=change.post)
        case SummarySet():
            _story(c, entry, summary_seq=entry.seq, summary_at=entry.at)
        case DraftSaved() as change:
            keys: dict[str, Any] = {"story": entry.stream, "draft": change.draft}
            _put(c, t.draft, keys, post=change.post, seq=entry.seq, saved_at=entry.at, actor=entry.actor)
            _picture(c, entry, change.text)
        case DraftDropped() as change:
            _remove(c, t.draft, story=entry.stream, draft=change.draft)
        case CopyReceived() as change:
            keys = {"stream": entry.stream, "id": change.copy.id, "version": change.copy.version}
            _put(c, t.copy, keys, seq=entry.seq, at=entry.at)
        case CopyTaken() as change:
            _take(c, entry, change)
        case OfLedger():
            uttered.step(c, entry)
            _story(c, entry)
        case _:
            if not upstream.step(c, entry):
                _post(c, entry)


def _post(c: Connection, entry: Entry) -> None:
    match entry.change:
        case PostPublished() as change:
            _publish(c, entry, change.post, change.shown_at, key=change.text.key)
            _picture(c, entry, change.text)
        case PostCorrected() as change:
            shown_at = change.shown_at or None
            _correct(
                c, entry, change.post, change.revision, shown_at, change.correction, change.note, key=change.text.key
            )
            _picture(c, entry, change.text)
        case PostRetracted() as change:
            _retract(c, entry, change.post, change.note, undo=change.undo)
        case StatementsRecorded() as change:
            uttered.record(c, entry, change)
            _story(c, entry)
        case Expunged() as change:
            _expunge(c, entry, change)
        case EntriesErased() as change:
            _forget(c, entry.stream, change.seqs)


def _bury(c: Connection, entry: Entry) -> None:
    """Fold an entry whose body was erased or is damaged: its kind and object tell that something was there."""
    name, _, rest = entry.object.partition(":")
    number = int(rest) if rest.isdecimal() and len(rest) < 19 else None
    match entry.kind:
        case "StoryOpened":
            _open(c, entry, StoryOpened(entry.stream, "", "", "UTC"))
        case "StoryClosed":
            _story(c, entry, state="closed", ended_at=entry.at)
        case "StoryReopened":
            _story(c, entry, state="open", ended_at=None)
        case "SummarySet":
            _story(c, entry, summary_seq=entry.seq, summary_at=entry.at)
        case "AlarmDismissed":
            upstream.bury(c, entry)
        case "DraftSaved" | "DraftDropped":
            _remove(c, t.draft, story=entry.stream, draft=rest)
        case "PostPublished" if number is not None:
            _publish(c, entry, number, entry.at, key=False)
        case "PostCorrected" if number is not None:
            here = and_(t.post.c.story == entry.stream, t.post.c.number == number)
            latest = c.execute(select(t.post.c.revision).where(here)).scalar() or 1
            _correct(c, entry, number, latest + 1, None, None, "", key=False)
        case "PostRetracted" if number is not None:
            _retract(c, entry, number, "", undo=False)
        case "StatementsRecorded" if name == "statements" and number is not None:
            _remove(c, t.statement, story=entry.stream, post=number)
            _story(c, entry)
        case "StatementAmended" | "StatementWritten" | "FigureAccepted":
            uttered.bury(c, entry)
            _story(c, entry)
        case "ClaimOpened" | "ClaimAmended" | "StandingSet" | "ReplyRecorded" | "MeasureAdded":
            _story(c, entry)


def _open(c: Connection, entry: Entry, change: StoryOpened) -> None:
    _claim(c, entry.stream, change.slug)
    _put(
        c,
        t.story,
        {"id": entry.stream},
        slug=change.slug,
        title=change.title,
        lead=change.lead,
        language=change.language,
        zone=change.zone,
        state="open",
        opened_at=entry.at,
        changed_at=entry.at,
        posts=0,
    )


def _picture(c: Connection, entry: Entry, text: PostText) -> None:
    """Note which pictures this text has; the same picture twice is one row."""
    rows = [
        {"story": entry.stream, "seq": entry.seq, "media": media} for media in {each.id: None for each in text.media}
    ]
    if rows:
        c.execute(insert(t.picture), rows)


def _publish(c: Connection, entry: Entry, number: int, shown_at: int, *, key: bool) -> None:
    _put(
        c,
        t.post,
        {"story": entry.stream, "number": number},
        **(_fresh(entry) | {"key": key}),
        text_seq=entry.seq,
        shown_at=shown_at,
    )
    _revise(c, entry, number, 1, shown_at, None, "")
    _COUNTED.run(c, {"its_id": entry.stream, "number": number, "at": entry.at})


def _correct(
    c: Connection,
    entry: Entry,
    number: int,
    revision: int,
    shown_at: int | None,
    correction: str | None,
    note: str,
    *,
    key: bool,
) -> None:
    values: dict[str, Any] = {"revision": revision, "text_seq": entry.seq, "key": key}
    if shown_at is not None:
        values["shown_at"] = shown_at
    _alter_post(c, entry, number, **values)
    _revise(c, entry, number, revision, shown_at, correction, note)
    _story(c, entry)


def _retract(c: Connection, entry: Entry, number: int, note: str, *, undo: bool) -> None:
    _alter_post(c, entry, number, state="retracted", note=note, note_seq=entry.seq, undo=undo)
    _take_down(c, entry, number)
    _story(c, entry)


def _expunge(c: Connection, entry: Entry, change: Expunged) -> None:
    if change.revision is None:
        _alter_post(c, entry, change.post, state="expunged")
        _remove(c, t.statement, story=entry.stream, post=change.post)
        _take_down(c, entry, change.post)
    else:
        _alter_post(c, entry, change.post)
        _retouch(c, entry, f"statements:{change.post}")
    _story(c, entry)


def _take(c: Connection, entry: Entry, change: CopyTaken) -> None:
    keys = {"story": entry.stream, "copy": change.copy}
    k = t.taken.c
    newer = select(k.version).where(k.story == entry.stream, k.copy == change.copy, k.version >= change.version)
    if c.execute(newer).first() is None:
        _put(c, t.taken, keys, version=change.version, seq=entry.seq, at=entry.at)


def _forget(c: Connection, stream: str, seqs: tuple[int, ...]) -> None:
    """Bring the rows that came from these entries to what the fold makes of them without their bodies."""
    for start in range(0, len(seqs), 500):  # SQLite takes 32,766 parameters at most, older ones 999
        some = seqs[start : start + 500]
        r = t.revision.c
        came = and_(r.story == stream, r.seq.in_(some))
        posts = c.execute(select(r.post).where(came).distinct()).scalars().all()
        shown_at = case((r.number == 1, r.at), else_=None)
        c.execute(update(t.revision).where(came).values(note="", correction=None, shown_at=shown_at))
        for number in posts:
            _show(c, stream, number)
        wordless = and_(t.post.c.story == stream, t.post.c.text_seq.in_(some))
        c.execute(update(t.post).where(wordless).values(key=False))
        c.execute(delete(t.picture).where(t.picture.c.story == stream, t.picture.c.seq.in_(some)))
        noted = and_(t.post.c.story == stream, t.post.c.note_seq.in_(some))
        c.execute(update(t.post).where(noted).values(note="", undo=False))
        c.execute(delete(t.statement).where(t.statement.c.story == stream, t.statement.c.seq.in_(some)))
        uttered.forget(c, stream, some)
        c.execute(delete(t.draft).where(t.draft.c.story == stream, t.draft.c.seq.in_(some)))
        c.execute(delete(t.copy).where(t.copy.c.stream == stream, t.copy.c.seq.in_(some)))


def _show(c: Connection, stream: str, number: int) -> None:
    """Set the time that readers see to the latest one that is still known."""
    r = t.revision.c
    known = select(r.shown_at).where(r.story == stream, r.post == number, r.shown_at.is_not(None))
    shown_at = c.execute(known.order_by(r.seq.desc()).limit(1)).scalar()
    if shown_at is not None:
        here = and_(t.post.c.story == stream, t.post.c.number == number)
        c.execute(update(t.post).where(here).values(shown_at=shown_at))


def _take_down(c: Connection, entry: Entry, number: int) -> None:
    """A post is gone: so is its place on top, and its statements from what readers see."""
    pinned = and_(t.story.c.id == entry.stream, t.story.c.pinned == number)
    if c.execute(update(t.story).where(pinned).values(pinned=None)).rowcount:
        _touch(c, entry, "pin")
    _retouch(c, entry, f"statements:{number}")


def _retouch(c: Connection, entry: Entry, thing: str) -> None:
    """Touch an object if it ever was: whether it was can't be erased, so that a rebuild does the same."""
    _set(c, t.touched, {"story": entry.stream, "object": thing}, {"edition": entry.edition or 0})


def _touch(c: Connection, entry: Entry, thing: str) -> None:
    _put(c, t.touched, {"story": entry.stream, "object": thing}, edition=entry.edition)


def _story(c: Connection, entry: Entry, **values: Any) -> None:
    if entry.edition is not None:
        values["changed_at"] = entry.at
    if values:
        _set(c, t.story, {"id": entry.stream}, values)


def _claim(c: Connection, stream: str, slug: str) -> None:
    """Whoever came first has a slug for ever, because links to it are redirected."""
    if slug_owner(c, slug) is None:
        c.execute(insert(t.slug).values(slug=slug, story=stream))


def _alter_post(c: Connection, entry: Entry, number: int, **values: Any) -> None:
    values |= {"changed_at": entry.at, "seq": entry.seq, "edition": entry.edition or 0}
    keys = {"story": entry.stream, "number": number}
    if not _set(c, t.post, keys, values):
        _put(c, t.post, keys, **(_fresh(entry) | {"shown_at": entry.at} | values))


def _fresh(entry: Entry) -> dict[str, Any]:
    return {
        "state": "published",
        "revision": 1,
        "published_at": entry.at,
        "changed_at": entry.at,
        "seq": entry.seq,
        "edition": entry.edition or 0,
        "note": "",
        "note_seq": None,
        "undo": False,
        "key": False,
    }


def _revise(
    c: Connection, entry: Entry, post: int, number: int, shown_at: int | None, correction: str | None, note: str
) -> None:
    _put(
        c,
        t.revision,
        {"story": entry.stream, "post": post, "number": number},
        seq=entry.seq,
        edition=entry.edition or 0,
        at=entry.at,
        shown_at=shown_at,
        correction=correction,
        note=note,
    )


def _put(c: Connection, table: Table, keys: dict[str, Any], **values: Any) -> None:
    """Set the row with this primary key, whether it is there or not, in one statement."""
    _setting(c.dialect.name, table, tuple(keys), tuple(values)).run(c, keys | values)


def _set(c: Connection, table: Table, keys: dict[str, Any], values: dict[str, Any]) -> int:
    named = {f"its_{name}": value for name, value in keys.items()}
    return _change_of(table, tuple(keys), tuple(values)).run(c, named | values)


def _remove(c: Connection, table: Table, **keys: Any) -> None:
    _removal(table, tuple(keys)).run(c, {f"its_{name}": value for name, value in keys.items()})


# Building a statement costs SQLAlchemy more than SQLite needs to run it, so each is built once.
@cache
def _setting(dialect: str, table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    made: postgresql.Insert | sqlite.Insert
    made = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    made = made.values({name: bindparam(name) for name in keys + values})
    set_ = {name: made.excluded[name] for name in values}
    return Prepared(made.on_conflict_do_update(index_elements=keys, set_=set_))


@cache
def _change_of(table: Table, keys: tuple[str, ...], values: tuple[str, ...]) -> Prepared:
    return Prepared(update(table).where(*_named(table, keys)).values({name: bindparam(name) for name in values}))


@cache
def _removal(table: Table, keys: tuple[str, ...]) -> Prepared:
    return Prepared(delete(table).where(*_named(table, keys)))


def _named(table: Table, keys: tuple[str, ...]) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"its_{name}") for name in keys]
