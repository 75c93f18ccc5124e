"""Statements as the house tells them: whom it knows by the house's name, and what an editor repaired.

In: a read transaction, statements as a reader of copy found them. Out: the same with those names, and with the speaker,
the way and the act that an editor gave instead; those that were taken back are left out. Never: a guess; who is
neither known nor amended is who stands in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import sayer, standing
from depesche.words.book import Book
from depesche.words.copy import Hop
from depesche.words.reckoning import House, act_of, chain_of

if TYPE_CHECKING:
    from depesche.journal.views import StatementView


def repaired(c: Connection, story: str, language: str, found: Sequence[StatementView]) -> list[StatementView]:
    """The statements, each as the house tells it."""
    if not found:
        return []
    with views.open_book(c, story) as (book, house):
        return [_told(each, book, house, language) for each in found if each.number not in book.withdrawn]


def _told(view: StatementView, book: Book, house: House, language: str) -> StatementView:
    if view.number not in book.statements:
        return view
    chain, cast, said = chain_of(book, view.number, house), house.cast(), view.recorded.statement
    who = ", ".join(standing.speakers(chain, cast, language))
    if who:
        hops = tuple(Hop((), name) for name in (*standing.through(chain, cast, language), who))
        said = replace(said, name=who, chain=hops)
    elif said.name and view.number in book.amended:  # whom the text names isn't it, and nobody else is known
        who = sayer.label(standing.unknown(language, standing.way(chain, cast, language)[-1:]))
        said = replace(said, name=who, chain=())
    if view.number in book.amended:  # an editor looked at it
        said = replace(said, act=act_of(book, view.number), confidence=1.0)
    return replace(view, recorded=replace(view.recorded, statement=said, speaker=who or view.recorded.speaker))
