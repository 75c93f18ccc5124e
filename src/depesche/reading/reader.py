"""Text -> Reading: lines, quotes, sentences, frames, then names, acts, figures, dates and lints on what was found.

In: a text, and if known its language, day of publication and title. Out: a Reading whose spans all lie in the text.
Deterministic and without I/O; what can't be told stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from importlib import import_module

from depesche.reading import language as languages
from depesche.reading import lines, quotes, sentences, tables
from depesche.reading.items import Unit, units
from depesche.reading.lexis import lexis
from depesche.reading.lints import headlines, lints_of
from depesche.reading.mentions import small_names
from depesche.reading.statements import Statements
from depesche.words.copy import Reading, Span, Statement

READER = "depesche"


def read(
    text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
) -> Reading:
    """Find what is said in a text, and by whom; `published` is the day to which "am Montag" is relative."""
    language = (language or languages.guess(text)).split("-")[0].lower()
    text = quotes.typed(text)
    paragraphs = lines.paragraphs(text)
    marks = quotes.pair(text, paragraphs)
    found = sentences.split(text, language, paragraphs, marks)
    if language not in tables.LANGUAGES:  # passes through with direct quotations only
        plain = tuple(Statement("Direct", (quote.span,), rule="quotation", confidence=0.5) for quote in marks.top)
        return Reading(language=language, sentences=found, statements=plain, reader=READER)
    lex = lexis(language)
    quiet = set(headlines(text, paragraphs))
    places: list[Span] = []
    cut = units(text, found, marks, paragraphs, small_names(language))
    runs = _noted((unit for unit in cut if paragraphs[unit.paragraph] not in quiet), places)
    drafts, relatives = import_module(f"{__package__}.{language}").drafts(runs, lex)
    maker = Statements(text, language, lex, places, relatives, published)
    statements = maker.make(drafts)
    lints = lints_of(
        text, language, paragraphs, marks, drafts, statements, maker.dates, published=published is not None
    )
    return Reading(language=language, sentences=found, statements=statements, lints=lints, reader=READER)


def _noted(runs: Iterable[Unit], places: list[Span]) -> Iterator[Unit]:
    """The same units; where they stand is kept, what is in them is not, so that a book costs no more than its text."""
    for unit in runs:
        places.append((unit.start, unit.end))
        yield unit
