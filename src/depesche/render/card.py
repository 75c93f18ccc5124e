"""The ledger's part of the card on top: what is known, what is contested, what is open; and the list of all claims.

In: a read transaction, a story. Out: groups of lines, few enough for a card, or a page of all of them. Never: a claim
without its standing first, words that nobody asked for, or more statements read than the lines show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import claims, standing
from depesche.render.claims import Line
from depesche.render.site import Frame

if TYPE_CHECKING:
    from depesche.journal.views import ClaimView, LedgerView

MOST: dict[standing.Group, int] = {"known": 3, "contested": 4, "open": 3}
"""Lines of each group on the card: ten are read in the half minute that somebody has who arrives late."""
PAGE = 50
"""Lines on a page of the list of all claims."""
PARTS = 6
"""Lines of claims that count parts of another."""
Groups = list[tuple[str, list[Line]]]
"""Headings, each with its lines."""


class Card(Struct, frozen=True):
    """The groups that have a line; `all` claims are asked in the story, `shown` of them stand here."""

    groups: Groups = []
    all: int = 0
    shown: int = 0


def card(c: Connection, frame: Frame) -> Card:
    """The card's lines, the claims that changed last."""
    ledger = views.ledger(c, frame.story)
    if not ledger.claims:
        return Card()
    newest = _newest(ledger)
    chosen: list[ClaimView] = []
    for group, most in MOST.items():
        chosen += [each for each in newest if standing.GROUPS.get(each.standing) == group][:most]
    return Card(_grouped(_lines(c, frame, ledger, chosen), frame), len(newest), len(chosen))


def page(c: Connection, frame: Frame, number: int) -> tuple[Groups, bool]:
    """One page of the list of all claims, the ones that changed last first; whether there are more behind it."""
    ledger = views.ledger(c, frame.story)
    newest = _newest(ledger)
    first = (number - 1) * PAGE
    lines = _lines(c, frame, ledger, newest[first : first + PAGE])
    return _grouped(lines, frame), len(newest) > first + PAGE


def parts(c: Connection, frame: Frame, ledger: LedgerView, whole: ClaimView) -> list[Line]:
    """The claims that count a part of what this one counts: "600 of them killed"."""
    measures, measure = ledger.measures, whole.claim.measure
    inside = {id for id, each in measures.items() if measure and each.part_of == measure}
    return _lines(c, frame, ledger, [each for each in _newest(ledger) if each.claim.measure in inside][:PARTS])


def _newest(ledger: LedgerView) -> list[ClaimView]:
    return sorted(ledger.claims.values(), key=lambda each: (each.edition, each.number), reverse=True)


def _lines(c: Connection, frame: Frame, ledger: LedgerView, chosen: Sequence[ClaimView]) -> list[Line]:
    numbers = {number for each in chosen for number in claims.needed(each, whole=False)}
    words = views.some_statements(c, frame.story, numbers)
    lines = [claims.line(claims.dossier(ledger, each, words, whole=False), frame) for each in chosen]
    shown = views.shown_at(c, frame.story, {each.post for each in lines})
    return [replace(each, post_at=shown.get(each.post, 0)) for each in lines]


def _grouped(lines: Sequence[Line], frame: Frame) -> Groups:
    groups = [(standing.title(frame.language, group), [e for e in lines if e.group == group]) for group in MOST]
    return [(title, group) for title, group in groups if group]
