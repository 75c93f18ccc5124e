"""What takes a command of the ledger back: the command that the key "u" sends.

In: the book before the command, the command, the entries that it made. Out: the command that restores what was, None
where there is nothing to restore. Pure. An undo is a command like any other: it stands in the journal, too.
"""

from __future__ import annotations

from collections.abc import Iterable

from depesche.words import ledgercommands as q
from depesche.words.book import Book
from depesche.words.changes import Entry
from depesche.words.ledgerchanges import ClaimOpened, FigureAccepted, FigureRejected, PartyNamed
from depesche.words.ledgercommands import Judged, LedgerCommand
from depesche.words.reckoning import judged_as


def inverse(book: Book, command: LedgerCommand) -> LedgerCommand | None:
    """The way back for what is known beforehand; `made` has it for what gets its number only now."""
    match command:
        case q.AmendClaim() | q.DropClaim() | q.RestoreClaim() | q.MergeClaims() | q.PartClaims():
            return _claim(book, command)
        case q.AcceptFigure() | q.RejectFigure() | q.ResetFigure():
            return _figure(book, command.statement, command.place)
        case q.LinkStatement() | q.UnlinkStatement():
            before = book.links.get(command.claim, {}).get(command.statement)
            if before is None:
                return q.UnlinkStatement(command.claim, command.statement)
            return q.LinkStatement(command.claim, command.statement, before.stance, before.accepted)
        case q.AcceptRelation() | q.RejectRelation() | q.ResetRelation():
            return _relation(book, command)
        case q.AmendStatement():
            then = book.amended.get(command.statement)
            if then is None:
                return q.AmendStatement(command.statement)
            return q.AmendStatement(command.statement, then.chain, then.act, then.said)
        case q.WithdrawStatement():
            return q.ReinstateStatement(command.statement)
        case q.ReinstateStatement():
            return q.WithdrawStatement(command.statement)
        case _:
            return _standing(book, command)


def made(entries: Iterable[Entry]) -> LedgerCommand | None:
    """The way back for what the desk gave a number: a claim, a party."""
    for entry in entries:
        if type(entry.change) is ClaimOpened:
            return q.DropClaim(entry.change.claim.number)
        if isinstance(entry.change, PartyNamed):
            return q.ForgetParty(entry.change.party.id)
    return None


def _claim(book: Book, command: LedgerCommand) -> LedgerCommand | None:
    match command:
        case q.AmendClaim():
            before = book.claims.get(command.claim.number)
            return q.AmendClaim(before) if before else None
        case q.DropClaim():
            return q.RestoreClaim(command.claim)
        case q.RestoreClaim():
            return q.DropClaim(command.claim)
        case q.MergeClaims():
            return q.PartClaims(command.claim)
        case q.PartClaims():
            into = book.merged.get(command.claim)
            return q.MergeClaims(command.claim, into) if into else None
    return None


def _figure(book: Book, statement: int, place: int) -> LedgerCommand:
    match judged_as(book, (statement, place)):
        case FigureAccepted() as was:
            judged = Judged(place, was.measure, was.population, was.place, was.period, was.derived, was.given)
            return q.AcceptFigure(statement, judged)
        case FigureRejected() as was:
            return q.RejectFigure(statement, place, was.why)
        case _:
            return q.ResetFigure(statement, place)


def _relation(book: Book, command: q.AcceptRelation | q.RejectRelation | q.ResetRelation) -> LedgerCommand:
    before = book.relations.get((min(command.one, command.other), max(command.one, command.other)))
    if before is None:
        return q.ResetRelation(command.one, command.other, command.relation)
    back = q.AcceptRelation if before.judgement == "accepted" else q.RejectRelation
    return back(before.one, before.other, before.kind)


def _standing(book: Book, command: LedgerCommand) -> LedgerCommand | None:
    match command:
        case q.DropRefuted():
            was = book.proposals.get(command.claim)
            return q.ProposeRefuted(command.claim, _BACK, was.evidence, was.line) if was else None
        case q.ProposeRefuted():
            return q.DropRefuted(command.claim)
        case q.SetStanding() | q.LiftStanding():
            s = book.settings.get(command.claim)
            if s is not None and s.standing != "refuted":
                return q.SetStanding(command.claim, s.standing, _BACK, s.line, s.evidence, s.on)
            return None if type(command) is q.LiftStanding else q.LiftStanding(command.claim)
        case q.SwitchStrip():
            return q.SwitchStrip(not command.on)
        case q.AddMeasure():
            known = book.measures.get(command.measure.id)
            return q.AddMeasure(known) if known else q.DropMeasure(command.measure.id)
        case q.SetSide():
            same = (side for side in book.sides if (side.party, side.first) == (command.party, command.first))
            side = next(same, None)
            if side is None:
                return q.SetSide(command.party, "", command.first)
            return q.SetSide(side.party, side.side, side.first, side.last)
    return None


_BACK = "Undo"
"""The desk's reason for a standing that is set again because what followed it was taken back."""
