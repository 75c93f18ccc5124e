"""Statements as editors repaired them: a missing speaker, another way that it came, another act.

In: a read transaction, statements as a reader of copy found them. Out: the same with what an editor said of them
instead; those that were taken back are left out. Never: a guess; who was not amended is who stands in the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import standing
from depesche.words.book import Book
from depesche.words.copy import Hop
from depesche.words.reckoning import House, act_of, chain_of

if TYPE_CHECKING:
    from depesche.journal.views import StatementView


def repaired(c: Connection, story: str, language: str, found: Sequence[StatementView]) -> list[StatementView]:
    """The statements, each as an editor left it."""
    if not found:
        return []
    with views.open_book(c, story) as (book, house):
        return [_told(each, book, house, language) for each in found if each.number not in book.withdrawn]


def _told(view: StatementView, book: Book, house: House, language: str) -> StatementView:
    if view.number not in book.amended or view.number not in book.statements:
        return view
    chain, cast = chain_of(book, view.number, house), house.cast()
    who = ", ".join(standing.speakers(chain, cast, language))
    hops = (*standing.through(chain, cast, language), who)
    said = replace(
        view.recorded.statement,
        name=who,
        chain=tuple(Hop((), name) for name in hops if name),
        act=act_of(book, view.number),
        confidence=1.0,  # an editor looked at it
    )
    return replace(view, recorded=replace(view.recorded, statement=said, speaker=who or view.recorded.speaker))
