"""Entering what happened into a book: claims and statements each by a module here, the book's short lists at once.

In: changes in their envelopes, in order; of an erased one its kind and object. Out: the book that was given, updated,
with what has to be looked at again noted in it. Total: what `decide` would never have made does no harm.
"""

from __future__ import annotations

from depesche.words import ledgerchanges as c
from depesche.words.book import Book, Reply, When, touch
from depesche.words.claims import Claim
from depesche.words.enter import claims, statements
from depesche.words.parties import Side


def enter(book: Book, when: When, change: c.LedgerChange) -> None:
    """Update the book."""
    if isinstance(change, c.StatementChange):
        statements.enter(book, when, change)
    elif isinstance(change, c.ClaimChange):
        claims.enter(book, when, change)
    elif isinstance(change, c.StandingChange):
        claims.turn(book, when, change)
    elif isinstance(change, c.HouseChange):
        _name(book, change)
    else:
        _list(book, when, change)


def bury(book: Book, when: When, kind: str, thing: str) -> None:
    """Enter a change whose body was erased: its kind and object tell what it was about."""
    name, _, rest = thing.partition(":")
    numbers = [int(each) if each.isdecimal() and len(each) < 19 else -1 for each in rest.split(".")]
    if kind == "StatementsRecorded":
        statements.forget(book, numbers[0])
    elif kind == "StatementAmended":
        book.amended.pop(numbers[0], None)
        touch(book, numbers)
    elif name == "figure" and len(numbers) == 2:
        statements.judge(book, (numbers[0], numbers[1]), None)
    elif kind == "ClaimOpened":
        claims.enter(book, when, c.ClaimOpened(Claim(numbers[0], "")))
        book.dropped.add(numbers[0])
    elif kind == "StandingSet":
        claims.expunge(book, c.WordsExpunged("standing", numbers[0]))
    elif kind == "ReplyRecorded":
        book.next_reply = max(book.next_reply, numbers[0] + 1)


def _list(book: Book, when: When, change: c.ListChange) -> None:
    match change:
        case c.MeasureAdded():
            claims.define(book, change.measure.id, change.measure, when.shown)
        case c.MeasureDropped():
            claims.define(book, change.measure, None, when.shown)
        case c.SideSet():
            others = (s for s in book.sides if (s.party, s.first) != (change.party, change.first))
            new = (Side(change.party, change.side, change.first, change.last),) if change.side else ()
            book.sides = (*others, *new)
            book.sided.add(change.party)
        case c.ReplyRecorded():
            book.next_reply = max(book.next_reply, change.reply + 1)
            book.replies[change.reply] = Reply(
                change.reply, change.who, change.words, change.claim, change.post, change.received, when.at
            )
        case c.ReplyRemoved():
            book.replies.pop(change.reply, None)
        case c.WordsExpunged():
            claims.expunge(book, change)
        case c.StripSwitched():
            book.strip = change


def _name(book: Book, change: c.HouseChange) -> None:
    match change:
        case c.PartyNamed():
            book.parties[change.party.id] = change.party
        case c.PartyForgotten():
            book.parties.pop(change.party, None)
        case c.OutletNamed():
            book.outlets[change.outlet.id] = change.outlet
        case c.OutletForgotten():
            book.outlets.pop(change.outlet, None)
