"""Text -> Reading: lines, quotes, sentences, frames, then names, acts, figures, dates and lints on what was found.

In: a text, and if known its language, day of publication and title. Out: a Reading whose spans all lie in the text.
Deterministic and without I/O; what can't be told stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from depesche.reading import english, lines, quotes, sentences
from depesche.reading import language as languages
from depesche.reading.clauses import Clauses
from depesche.reading.directs import Directs
from depesche.reading.drafts import Draft
from depesche.reading.following import REACH, Following
from depesche.reading.frames import Frames
from depesche.reading.items import QUOTE, Unit, units
from depesche.reading.lexis import Lexis, lexis
from depesche.reading.lints import headlines, lints_of
from depesche.reading.nounframes import NounFrames
from depesche.reading.reports import Reports
from depesche.reading.sources import Sources
from depesche.reading.statements import Statements
from depesche.words.copy import Reading, Span, Statement

READER = "depesche"
FRAMED = ("de", "en")
"""The languages whose frames are known; any other passes through with direct quotations only."""


def read(
    text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
) -> Reading:
    """Find what is said in a text, and by whom; `published` is the day to which "am Montag" is relative."""
    language = (language or languages.guess(text)).split("-")[0].lower()
    paragraphs = lines.paragraphs(text)
    marks = quotes.pair(text, paragraphs)
    found = sentences.split(text, language, paragraphs, marks)
    if language not in FRAMED:
        plain = tuple(Statement("Direct", (quote.span,), rule="quotation", confidence=0.5) for quote in marks.top)
        return Reading(language=language, sentences=found, statements=plain, reader=READER)
    lex = lexis(language)
    quiet = set(headlines(text, paragraphs))
    places: list[Span] = []
    runs = _noted(
        (unit for unit in units(text, found, marks, paragraphs) if paragraphs[unit.paragraph] not in quiet), places
    )
    drafts, relatives = _drafts(runs, lex) if language == "de" else (_english(runs, lex), [])
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


def _english(runs: Iterable[Unit], lex: Lexis) -> list[Draft]:
    """The drafts of English units; a quotation that stands alone goes on with the one before."""
    drafts: list[Draft] = []
    known = english.verbs()
    last: Draft | None = None
    for unit in runs:
        found = english.English(unit, lex, known).find()
        alone = len(unit.items) <= 2 and unit.items and unit.items[0].kind == QUOTE
        if not found and alone and last is not None and unit.number - last.unit <= REACH:
            made = Draft("Direct", [(unit.items[0].start, unit.items[0].end)], "quote_alone", unit=unit.number)
            made.speaker, made.cue, made.frame = last.speaker, last.cue, last.frame
            made.inherits = last.inherits or last
            found = [made]
        last = next((d for d in reversed(found) if d.within is None), last)
        drafts += found
    return drafts


def _drafts(runs: Iterable[Unit], lex: Lexis) -> tuple[list[Draft], list[Span]]:
    """The drafts of all units and the spans of their relative clauses, in order."""
    drafts: list[Draft] = []
    relatives: list[Span] = []
    following = Following()
    for unit in runs:
        clauses = Clauses(unit, lex)
        frames = Frames(clauses)
        Sources(frames).find()
        frames.after()
        frames.before()
        NounFrames(frames).find()
        directs = Directs(frames)
        directs.find()
        if not frames.drafts:
            Reports(frames).find()
        Reports(frames).aside()
        following.unit(clauses, frames)
        directs.inner(following.open)
        drafts += frames.drafts
        if frames.drafts:
            relatives += [
                clauses.raw(c.start, c.end) for c in clauses.chunks if c.end > c.start and clauses.kind(c) == "rel"
            ]
    return drafts, relatives
