"""What happens to statements: recorded, written, amended, taken back, linked to claims; their figures and relations.

In: a book, and a change of statements or what a post's revision says. Out: the book updated, and what may count
differently now noted in it. Never: a statement by hand lost because a reader didn't find it.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from depesche.words import ledgerchanges as c
from depesche.words.book import HAND, Book, Said, When, restale, touch
from depesche.words.claims import Ref, Relation, period
from depesche.words.copy import Figure
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Chain


def enter(book: Book, when: When, change: c.StatementChange) -> None:
    """Update the book by what happened to a statement, to its figures or between two."""
    match change:
        case c.LinkSuggested():
            _link(book, c.StatementLinked(change.claim, change.statement, change.stance, False), when.shown)
        case c.StatementLinked():
            _link(book, change, when.shown if change.accepted else 0)  # a suggestion is the desk's
        case c.StatementUnlinked() | c.LinkDismissed():
            book.links.get(change.claim, {}).pop(change.statement, None)
            book.claims_of.get(change.statement, set()).discard(change.claim)
            restale(book, (change.claim,), when.shown)
        case c.FigureAccepted() | c.FigureRejected():
            judge(book, (change.statement, change.figure), change, when.shown)
        case c.FigureReset():
            judge(book, (change.statement, change.figure), None, when.shown)
        case c.RelationAccepted() | c.RelationRejected() | c.RelationWithdrawn() | c.RelationReopened():
            _relate(book, when, change)
        case c.StatementWritten():
            _write(book, when, change)
        case _:
            _amend(book, when, change)


def record(
    book: Book, when: When, post: int, revision: int, found: Iterable[RecordedStatement], lost: Iterable[int] = ()
) -> None:
    """Put the statements of a post's revision in the place of the earlier ones; those by hand stay unless lost."""
    fresh = {each.number: each for each in found}
    gone = fresh.keys() | set(lost)
    # a foreign journal may number statements of two posts alike: what became of the one is gone for the other
    before = {n: _matters(said) for n in book.of_post.get(post, ()) if (said := book.statements.get(n))}
    for each in fresh.values():
        _lapse(book, each)
    kept = [n for n in before if book.statements[n].hand and n not in gone]
    for number in before.keys() - kept:
        book.statements.pop(number, None)
    for number, each in fresh.items():
        book.statements[number] = _said(each, post, revision, when.seq)
    book.of_post[post] = (*kept, *fresh)
    now = {n: _matters(book.statements[n]) for n in book.of_post[post]}
    touch(book, {n for n in before.keys() | now.keys() if before.get(n) != now.get(n)}, when.shown)


def forget(book: Book, post: int) -> None:
    """The post's statements are nothing that readers see any more, and nothing that counts."""
    before = book.of_post.pop(post, ())
    for number in before:
        book.statements.pop(number, None)
    touch(book, before)


def judge(book: Book, ref: Ref, judged: c.FigureAccepted | c.FigureRejected | None, shown: int = 0) -> None:
    """Put down what an editor said of a figure in the place of what was said before; None: nothing."""
    before = book.figures.setdefault(ref[0], {}).pop(ref[1], None)
    if isinstance(before, c.FigureAccepted):
        book.counted.get(before.measure, set()).discard(ref)
    if judged is not None:
        book.figures[ref[0]][ref[1]] = judged
    if isinstance(judged, c.FigureAccepted):
        book.counted.setdefault(judged.measure, set()).add(ref)
    touch(book, (ref[0],), shown)


def _link(book: Book, linked: c.StatementLinked, shown: int) -> None:
    book.links.setdefault(linked.claim, {})[linked.statement] = linked
    book.claims_of.setdefault(linked.statement, set()).add(linked.claim)
    restale(book, (linked.claim,), shown)


def _write(book: Book, when: When, change: c.StatementWritten) -> None:
    number = change.statement.number
    book.statements[number] = replace(_said(change.statement, change.post, change.revision, when.seq), hand=True)
    book.of_post[change.post] = (*(n for n in book.of_post.get(change.post, ()) if n != number), number)
    touch(book, (number,), when.shown)


def _amend(book: Book, when: When, change: c.StatementAmended | c.StatementWithdrawn | c.StatementReinstated) -> None:
    number = change.statement
    match change:
        case c.StatementAmended():
            if change == c.StatementAmended(number):  # as it was read: nothing is left of the amendment
                book.amended.pop(number, None)
            else:
                book.amended[number] = change
        case c.StatementWithdrawn():
            book.withdrawn[number] = change.by
        case c.StatementReinstated():
            book.withdrawn.pop(number, None)
    touch(book, (number,), when.shown)


def _relate(
    book: Book, when: When, change: c.RelationAccepted | c.RelationRejected | c.RelationWithdrawn | c.RelationReopened
) -> None:
    pair = min(change.one, change.other), max(change.one, change.other)
    match change:
        case c.RelationAccepted():
            book.relations[pair] = Relation(change.one, change.other, change.relation, "accepted", when.actor)
        case c.RelationRejected():
            book.relations[pair] = Relation(change.one, change.other, change.relation, "rejected", when.actor)
        case _:
            book.relations.pop(pair, None)
    for one, other in (pair, pair[::-1]):
        (set.add if pair in book.relations else set.discard)(book.related.setdefault(one, set()), other)
    touch(book, pair, when.shown)


def _lapse(book: Book, recorded: RecordedStatement) -> None:
    """What was said of a figure lapses when a correction of the post put another number in its place."""
    said, now = book.statements.get(recorded.number), recorded.statement.figures
    for place, judged in [*book.figures.get(recorded.number, {}).items()] if said is not None else ():
        given = isinstance(judged, c.FigureAccepted) and judged.given is not None
        if said is not None and not given and _number(said.figures, place) != _number(now, place):
            judge(book, (recorded.number, place), None)


def _number(figures: tuple[Figure, ...], place: int) -> Figure | None:
    return replace(figures[place], span=(0, 1), words="") if 0 <= place < len(figures) else None


def _matters(said: Said) -> Said:
    """What the rules see of a statement: where its words stand is nothing to them."""
    return replace(said, revision=0, seq=0, figures=tuple(replace(each, span=(0, 1)) for each in said.figures))


def _said(recorded: RecordedStatement, post: int, revision: int, seq: int) -> Said:
    s = recorded.statement
    hops = tuple(hop.name for hop in s.chain) or ((s.name,) if s.name else ())
    day = s.said.first if s.said is not None and s.said.first == s.said.last else None  # "in April" is no day
    about = period(s.about[0] if s.about else None)
    return Said(post, revision, seq, Chain(hops), s.act, day, about, s.figures, s.rule == HAND)
