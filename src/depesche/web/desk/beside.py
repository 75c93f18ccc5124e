"""What a text that isn't out yet fits or contradicts: beside a copy that is laid open, and beside the sheet.

In: statements that the reader found in the text. Out: at most three earlier statements of the story for each. They are
to look at: only what was published has a number that a judgement can name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.views import StoryView
from depesche.web.desk import sayings, strip
from depesche.web.desk.sayings import Earlier, Ground
from depesche.web.visit import Visit
from depesche.words.copy import Statement

STATEMENTS = 40
"""Statements of one text that are compared with the story's: some 100 ms."""

Said: TypeAlias = tuple[str, Statement, str]
"""What was said, what was read of it, and who said it."""


def fits(visit: Visit, about: StoryView, said: Sequence[Said]) -> list[tuple[Earlier, ...]]:
    """For each statement of a text the earlier ones of the story that it may fit or contradict. Blocks."""
    with visit.house.journal.reading() as connection:
        strip.prepare(visit.house.journal, connection, about.id)
        return _fits(visit, about, connection, said)


def _fits(visit: Visit, about: StoryView, connection: Connection, said: Sequence[Said]) -> list[tuple[Earlier, ...]]:
    with views.open_book(connection, about.id) as (book, house):
        if not strip.precision(book).on or not book.statements:
            return [()] * len(said)
        finder = strip.Finder(visit.house.journal, connection, about.id, book, house)
        ground = Ground(book, house, finder, visit.language, about.language)
        return [
            tuple(sayings.earlier(ground, each) for each in finder.of_reading(*one)) if number < STATEMENTS else ()
            for number, one in enumerate(said)
        ]
