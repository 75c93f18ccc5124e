"""Drafts -> statements: names, chains, acts, figures and dates put to what the frames have found.

In: a text and its drafts. Out: frozen Statements in the order of the text. A figure belongs to the innermost statement
that it stands in; a date in the clause of saying is when it was said, one in what is said is what it speaks about.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from typing import TypeVar

from depesche.reading import acts, dates, figures
from depesche.reading.chains import Chains
from depesche.reading.confidence import confidence
from depesche.reading.drafts import Draft
from depesche.reading.lexis import Lexis
from depesche.reading.medium import medium_of
from depesche.reading.names import Names
from depesche.words.copy import Figure, Interval, Span, Statement


class Statements:
    """Makes the statements of one text."""

    def __init__(
        self, text: str, language: str, lex: Lexis, places: list[Span], relatives: list[Span], published: dt.date | None
    ) -> None:
        self.text = text
        self.language = language
        self.lex = lex
        self.places = places
        self.relatives = relatives
        self.dates = tuple(dates.find(text, language, published))
        self.date_starts = [date.span[0] for date in self.dates]
        self.figures: tuple[Figure, ...] = ()
        self.figure_starts: list[int] = []

    def make(self, drafts: list[Draft]) -> tuple[Statement, ...]:
        """The statements of these drafts, ordered by their first span, the outer before the inner."""
        drafts.sort(key=lambda draft: (draft.spans[0][0], -draft.spans[-1][1]))
        self.figures = self._count(drafts)
        self.figure_starts = [figure.span[0] for figure in self.figures]
        names = Names(self.text, self.lex, self.language)
        found = names.resolve(drafts)
        chains = Chains(self.text, self.lex, names, found, self.language)
        number = {id(draft): place for place, draft in enumerate(drafts)}
        return tuple(self._statement(draft, found, chains, number) for draft in drafts)

    def _count(self, drafts: list[Draft]) -> tuple[Figure, ...]:
        """The figures of all units in which something is said; the rest of the text is not looked at."""
        spans = [span for draft in drafts for span in draft.spans]
        spans.sort()
        found: list[Figure] = []
        at = 0
        for start, end in self.places:
            while at < len(spans) and spans[at][1] <= start:
                at += 1
            if at < len(spans) and spans[at][0] < end:
                inside = _inside(self.dates, self.date_starts, (start, end))
                found += figures.find(self.text, self.language, start, end, dates=inside)
        return tuple(found)

    def _statement(self, draft: Draft, found: dict[int, str], chains: Chains, number: dict[int, int]) -> Statement:
        said, about = self._times(draft)
        return Statement(
            form=draft.form,
            spans=tuple(draft.spans),
            speaker=tuple(draft.speaker),
            cue=tuple(draft.cue),
            addressee=tuple(draft.addressee),
            frame=tuple(draft.frame),
            medium=medium_of(draft, self.text, self.language),
            name=found.get(id(draft), ""),
            chain=chains.of(draft),
            act=acts.act_of(draft, self.text, self.language),
            modality=acts.modality_of(draft, self.text, self.language),
            negated=acts.negated(draft, self.text, self.language, self.relatives),
            figures=self._figures(draft),
            said=said,
            about=about,
            confidence=confidence(draft, named=bool(found.get(id(draft)))),
            rule=draft.rule,
            inherits=number.get(id(draft.inherits)),
            within=number.get(id(draft.within)),
        )

    def _figures(self, draft: Draft) -> tuple[Figure, ...]:
        return tuple(figure for span in draft.spans for figure in _inside(self.figures, self.figure_starts, span))

    def _times(self, draft: Draft) -> tuple[Interval | None, tuple[Interval, ...]]:
        """When it was said, and the times that it speaks about."""
        if not self.dates:
            return None, ()
        inside = [
            date
            for span in draft.spans
            for date in _inside(self.dates, self.date_starts, span)
            if not self._attribute(date)
        ]
        if draft.form == "Reported":
            said = [
                date for date in inside if draft.said_by is None or draft.said_by[0] <= date.span[0] < draft.said_by[1]
            ]
            return (said[0] if said else None), tuple(date for date in inside if date not in said[:1])
        around = [
            date for span in draft.frame for date in _inside(self.dates, self.date_starts, span)
            if not self._attribute(date) and not any(a <= date.span[0] < b for a, b in draft.spans)
        ]  # fmt: skip
        if draft.inherits is not None and draft.rule != "quote_alone":
            around = []
        return (around[0] if around else None), tuple(inside)

    def _attribute(self, date: Interval) -> bool:
        return dates.is_attribute(self.text, self.language, date) or self._in_relative(date)

    def _in_relative(self, date: Interval) -> bool:
        """A relative clause tells of its noun: "die Region, die sie im vergangenen Jahr eingenommen hatten"."""
        at = bisect_right(self.relatives, (date.span[0], len(self.text))) - 1
        return at >= 0 and self.relatives[at][0] <= date.span[0] < self.relatives[at][1]


_T = TypeVar("_T", Figure, Interval)


def _inside(found: tuple[_T, ...], starts: list[int], span: Span) -> tuple[_T, ...]:
    """Those that begin within the span; both come in the order of the text."""
    return found[bisect_left(starts, span[0]) : bisect_left(starts, span[1])]
