"""Statements: who says what in the story's posts, for the box on the page, a post's own page, and the desk.

In: a reading connection, a story's id. Out: StatementView. Without `desk`, statements of published posts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, or_, select

from depesche.journal import tables as t
from depesche.journal.prepared import Prepared, portions
from depesche.journal.views.body import change_in
from depesche.words.changes import StatementsRecorded
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import StatementWritten
from depesche.words.reckoning import key


class StatementView(Struct, frozen=True):
    """A statement as it was last recorded: `number` is its own for ever, `revision` the post's that it was read in.

    `at` is when readers were first told: when the first revision that says it went out (microseconds UTC).
    """

    number: int
    post: int
    revision: int
    recorded: RecordedStatement
    at: int
    edition: int


_S, _E, _R = t.statement.c, t.entry.c, t.revision.c
_FIRST = (_R.story == _S.story) & (_R.post == _S.post) & (_R.number == func.coalesce(_S.since, _S.revision))
_ASKED = (
    select(t.statement, func.coalesce(_R.at, _E.at).label("at"), _E.edition)
    .join(t.entry, (_E.stream == _S.story) & (_E.seq == _S.seq))
    .outerjoin(t.revision, _FIRST)
)
_PUBLISHED = (t.post.c.story == _S.story) & (t.post.c.number == _S.post) & (t.post.c.state == "published")


def statements(
    c: Connection, story: str, *, post: int | None = None, limit: int = 50, desk: bool = False
) -> list[StatementView]:
    """At most `limit` statements of the story, or of one post, the highest number first."""
    said = {"story": story, "most": limit} | ({} if post is None else {"post": post})
    return _seen(c, story, _newest(of_post=post is not None, desk=desk).all(c, said))


def statement(c: Connection, story: str, number: int, *, desk: bool = False) -> StatementView | None:
    """The statement with this number."""
    asked = _ASKED if desk else _ASKED.join(t.post, _PUBLISHED)
    rows = c.execute(asked.where(_S.story == story, _S.number == number)).all()
    return next(iter(_seen(c, story, rows)), None)


def some_statements(
    c: Connection, story: str, numbers: Iterable[int], *, desk: bool = False
) -> dict[int, StatementView]:
    """The statements with these numbers, by number; those that aren't there are left out."""
    asked, every, found = _ASKED if desk else _ASKED.join(t.post, _PUBLISHED), sorted({*numbers}), []
    for some in portions(every):
        found += _seen(c, story, c.execute(asked.where(_S.story == story, _S.number.in_(some))).all())
    return {each.number: each for each in found}


def statement_numbers(c: Connection, story: str, posts: Sequence[int]) -> list[int]:
    """The numbers of all statements of these posts, of published ones only."""
    asked = select(_S.number).join(t.post, _PUBLISHED).where(_S.story == story, _S.post.in_(posts))
    return list(c.execute(asked.order_by(_S.number)).scalars())


def said_by(
    c: Connection, names: Iterable[str], *, limit: int = 200, desk: bool = False, part: bool = False
) -> list[tuple[str, StatementView]]:
    """What somebody with one of these names said in any story, or was the way by which it came: story and statement,
    newest story first. Where an editor said through whom it came, only that counts. `part`: a part of a name is enough.
    """
    _A, keys = t.amended.c, sorted({key(name) for name in names} - {""})
    if not keys:
        return []

    def among(column: ColumnElement[str]) -> ColumnElement[bool]:
        return or_(*(column.contains(each if part else f"\n{each}\n", autoescape=True) for each in keys))

    asked = _ASKED if desk else _ASKED.join(t.post, _PUBLISHED)
    asked = asked.outerjoin(t.amended, (_A.story == _S.story) & (_A.number == _S.number))
    known = or_(and_(_A.names.is_(None), among(_S.names)), among(_A.names))
    asked = asked.join(t.stream, t.stream.c.id == _S.story).where(known)
    rows = c.execute(asked.order_by(t.stream.c.place.desc(), _S.number.desc()).limit(limit)).all()
    found: list[tuple[str, StatementView]] = []
    for story in dict.fromkeys(row.story for row in rows):
        found += [(story, each) for each in _seen(c, story, (row for row in rows if row.story == story))]
    return found


def _seen(c: Connection, story: str, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[StatementView]:
    """The rows with their words; each entry is read once, though it has all statements of a post."""
    if not (rows := list(rows)):
        return []
    words: dict[tuple[int, int], RecordedStatement] = {}
    seqs = sorted({row.seq for row in rows})
    for seq, kind, body in c.execute(select(_E.seq, _E.kind, _E.body).where(_E.stream == story, _E.seq.in_(seqs))):
        words |= {(seq, each.number): each for each in _in(kind, body)}
    return [
        StatementView(row.number, row.post, row.revision, words[row.seq, row.number], row.at, row.edition)
        for row in rows
        if (row.seq, row.number) in words
    ]


@cache
def _newest(*, of_post: bool, desk: bool) -> Prepared:
    asked = (_ASKED if desk else _ASKED.join(t.post, _PUBLISHED)).where(_S.story == bindparam("story"))
    if of_post:
        asked = asked.where(_S.post == bindparam("post"))
    return Prepared(asked.order_by(_S.number.desc()).limit(bindparam("most")))


def _in(kind: str, body: bytes | None) -> tuple[RecordedStatement, ...]:
    """The statements in the body of an entry: those that a reader found, or the one that an editor wrote."""
    if kind == "StatementWritten":
        written = change_in(StatementWritten, body)
        return () if written is None else (written.statement,)
    change = change_in(StatementsRecorded, body)
    return () if change is None else change.statements
