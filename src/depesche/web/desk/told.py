"""What a key did to the ledger, in words with those whom it was about: one look tells whether it hit what was meant.

In: the commands that were carried out, the book after them. Out: a line for the panel, "" where there is nothing more
to say than that it was done. Never: words that readers see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import standing
from depesche.render.i18n import translator
from depesche.web.desk import sayings
from depesche.words import ledgercommands as q
from depesche.words.book import Book, effective
from depesche.words.ledgercommands import LedgerCommand
from depesche.words.reckoning import House, figures_of

SENTENCES: Mapping[type[LedgerCommand], str] = {
    q.AcceptRelation: "Yes: {who} / {other}",
    q.RejectRelation: "Not again: {who} / {other}",
    q.ResetRelation: "Open again: {who} / {other}",
    q.AcceptFigure: "Accepted: {figure}, {who}",
    q.RejectFigure: "Misread: {figure}, {who}",
    q.ResetFigure: "Open again: {figure}, {who}",
    q.LinkStatement: "Linked: {who}, “{question}”",
    q.UnlinkStatement: "Not linked: {who}, “{question}”",
    q.AmendStatement: "As it stands now: {who}",
    q.WithdrawStatement: "Taken back: {who}",
    q.ReinstateStatement: "Not taken back: {who}",
    q.SetStanding: "{standing}: “{question}”",
    q.LiftStanding: "Left to the rules: “{question}”",
}
"""What is said of each (msgids). Of several that one key sent, the first in this list tells what the key was for."""


def done(c: Connection, story: str, book: Book, house: House, commands: Sequence[LedgerCommand], language: str) -> str:
    """What was done. Blocks."""
    first = next((each for kind in SENTENCES for each in commands if type(each) is kind), None)
    if first is None:
        return ""
    say = translator(language).gettext
    gaps = {"figure": _figure(book, first), "question": _question(book, first)}
    if isinstance(first, q.SetStanding):
        gaps["standing"] = standing.label(language, first.standing)
    for gap, field in (("who", "statement"), ("who", "one"), ("other", "other")):
        if number := getattr(first, field, 0):
            view = views.statement(c, story, number, desk=True)
            name = sayings.speaker(book, house, view, language) if view else ""
            gaps[gap] = name or say("[who says this?]")
    return say(SENTENCES[type(first)]).format_map(gaps)


def _figure(book: Book, command: LedgerCommand) -> str:
    if not isinstance(command, q.AcceptFigure | q.RejectFigure | q.ResetFigure):
        return ""
    figure = figures_of(book, command.statement).get(command.place)
    return figure.words if figure else ""


def _question(book: Book, command: LedgerCommand) -> str:
    claim = book.claims.get(effective(book, getattr(command, "claim", 0)))
    return claim.question if claim else ""
