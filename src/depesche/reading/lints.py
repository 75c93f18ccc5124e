"""What a careful editor would ask about: lost speakers, offices, populations, stray lines, open quotes, dates.

In: a text with what was found in it. Out: lints in the order of the text, each a span and what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.people import offices
from depesche.reading.quotes import Quotes
from depesche.words.copy import Figure, Interval, Lint, Span, Spans, Statement

_NAME = re.compile(r"[^\W\d_a-zäöüß][\w’'-]*")
_ARMED = frozenset({"", "soldiers", "fighters", "mercenaries", "officers"})
"""Those who fight for somebody; of civilians the place is enough."""
_HURT = frozenset({"killed", "wounded", "killed_or_wounded", "captured", "missing"})
_NEAR = 60
"""Characters after a figure in which its people are named, if they are."""
_CLOSED = '.!?…:;“”"«»’)]'


def stray_lines(text: str, paragraphs: Spans) -> Spans:
    """The lines after the last whole sentence of a text: headlines or names that belong to another item."""
    closed = [number for number, span in enumerate(paragraphs) if text[span[1] - 1] in _CLOSED]
    if not closed:
        return ()
    return paragraphs[closed[-1] + 1 :]


def headlines(text: str, paragraphs: Spans) -> Spans:
    """Lines without an end mark in a text that has lines with one: headlines, names of sections and outlets."""
    opened = tuple(span for span in paragraphs if text[span[1] - 1] not in _CLOSED)
    return opened if len(opened) < len(paragraphs) else ()


def lints_of(
    text: str, language: str, paragraphs: Spans, quotes: Quotes, drafts: Iterable[Draft],
    statements: Iterable[Statement], dates: Iterable[Interval], *, published: bool,
) -> tuple[Lint, ...]:  # fmt: skip
    """All lints of a text."""
    found = [Lint("stray_line", span) for span in stray_lines(text, paragraphs)]
    found += [Lint("quote_unclosed", span) for span in quotes.unclosed]
    found += _speakers(text, language, drafts)
    found += _populations(text, language, statements)
    if not published:
        found += _dates(dates)
    return tuple(sorted(found, key=lambda lint: (lint.span, lint.kind)))


def _bare(words: str, language: str) -> bool:
    """True for an office and a name alone: "Sprecher X" says not whose."""
    first, *rest = words.split()
    return bool(rest) and first.lower() in offices(language).whose and all(_NAME.fullmatch(word) for word in rest)


def _speakers(text: str, language: str, drafts: Iterable[Draft]) -> list[Lint]:
    found: list[Lint] = []
    seen: set[tuple[str, Span]] = set()
    for draft in drafts:
        if draft.lost and ("speaker_lost", draft.lost) not in seen:
            seen.add(("speaker_lost", draft.lost))
            found.append(Lint("speaker_lost", draft.lost, text[draft.lost[0] : draft.lost[1]]))
        for span in draft.speaker:
            words = text[span[0] : span[1]]
            if _bare(words, language) and ("office", span) not in seen:
                seen.add(("office", span))
                found.append(Lint("speaker_without_office", span, words))
    return found


def _populations(text: str, language: str, statements: Iterable[Statement]) -> list[Lint]:
    """Losses of which the text doesn't say whose they are."""
    found: list[Lint] = []
    seen: set[Span] = set()
    for statement in statements:
        for figure in statement.figures:
            if figure.measure in _HURT and figure.span not in seen and not _whose(text, language, figure):
                seen.add(figure.span)
                found.append(Lint("population_missing", figure.span, figure.measure))
    return found


def _whose(text: str, language: str, figure: Figure) -> bool:
    """True when the people counted have a nation, an army or a place of their own beside the number."""
    if figure.population not in _ARMED:
        return True
    after = text[figure.span[1] : figure.span[1] + _NEAR].split()
    if language == "en" and after and after[0][:1].isupper():
        return True  # "45 Ethiopian soldiers"
    near = text[figure.span[0] : figure.span[1] + _NEAR].lower()
    return any(cell.lower() in near for row in tables.rows(language, "nations") for cell in row[:3] if cell != "-")


def _dates(dates: Iterable[Interval]) -> list[Lint]:
    found: list[Lint] = []
    seen: set[str] = set()
    for date in dates:
        words = date.words.lower()
        if date.first is None and date.last is None and words not in seen:
            seen.add(words)
            found.append(Lint("date_without_day", date.span, date.words))
    return found
