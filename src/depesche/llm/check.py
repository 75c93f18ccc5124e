"""An answer -> statements whose every span stands in the text. What a model only says, it didn't say.

In: the text, what a model told of it, and what the built-in reader found. Out: statements. A passage that isn't in the
text is dropped: with it the statement when it is what was said, else the field. Figures are never taken from the
model: it may only point at their words, and the grammar of figures reads them from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from depesche.llm.question import MOST, Told
from depesche.reading import figures
from depesche.words.copy import Figure, Reading, Span, Spans, Statement

ALONE = 0.5
"""Confidence in what only the model found: nobody measured it, so it is never pre-ticked."""
NEAR = 1000
"""Characters between what is said and who says it: further away it is another mention."""
LONGEST, PIECES, FIGURES = 2000, 5, 20
"""Characters of a passage that is looked for, passages and figures of a statement: an answer may be hostile, too."""


def checked(text: str, told: Iterable[Told], found: Reading) -> tuple[Statement, ...]:
    """The statements that hold, by their first span; the built-in reader's confidence where it found the same."""
    taken: dict[Spans, Statement] = {}
    for each in list(told)[:MOST]:
        statement = _statement(text, each, found, set(taken))
        if statement is not None:
            taken[statement.spans] = statement
    return tuple(sorted(taken.values(), key=lambda each: each.spans))


def _statement(text: str, told: Told, found: Reading, taken: set[Spans]) -> Statement | None:
    spans = _said(text, told.said, taken)
    if not spans:
        return None
    speaker, cue = _beside(text, told.speaker, spans), _beside(text, told.cue, spans)
    statement = Statement(
        told.form,
        spans,
        speaker=speaker,
        cue=cue,
        addressee=_beside(text, told.addressee, spans),
        name=told.name if speaker and _places(text, told.name, 0, len(text), most=1) else "",
        act=told.act,
        modality=told.modality,
        negated=told.negated,
        figures=_figures(text, told.figures, spans, found.language),
        confidence=ALONE,
        rule="llm",
    )
    same = next((each for each in found.statements if _same(each, statement)), None)
    return statement if same is None else replace(statement, confidence=max(ALONE, same.confidence))


def _said(text: str, passages: list[str], taken: set[Spans]) -> Spans:
    """Where the passages stand, one behind the other; () when one of them doesn't, or another has the place."""
    if not 0 < len(passages) <= PIECES:
        return ()
    for first in _places(text, passages[0], 0, len(text), most=MOST if len(passages) == 1 else PIECES):
        spans = [first]
        for passage in passages[1:]:
            spans += _places(text, passage, spans[-1][1], len(text), most=1)
        if len(spans) == len(passages) and tuple(spans) not in taken:
            return tuple(spans)
    return ()


def _beside(text: str, passage: str, said: Spans) -> Spans:
    """The place of the passage that is nearest to what is said, outside of it if there is one."""
    start, end = said[0][0], said[-1][1]
    near = _places(text, passage, max(0, start - NEAR), min(len(text), end + NEAR))
    if not near:
        return ()
    return (min(near, key=lambda span: (_inside(span, said), max(start - span[1], span[0] - end, 0), span)),)


def _inside(span: Span, spans: Spans) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in spans)


def _places(text: str, passage: str, start: int, end: int, *, most: int = 50) -> list[Span]:
    """Where a passage stands between `start` and `end`, as whole words; spaces and line ends are one."""
    words = passage.split()
    if not words or len(passage) > LONGEST:
        return []
    gap = r"\s{1,9}"
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    pattern = re.compile(before + gap.join(map(re.escape, words)) + after)
    places = []
    for match in pattern.finditer(text, start, end):
        places.append(match.span())
        if len(places) == most:
            break
    return places


def _figures(text: str, told: list[str], said: Spans, language: str) -> tuple[Figure, ...]:
    kept = []
    for start, end in said if told else ():
        pointed = [span for words in told[:FIGURES] for span in _places(text, words, start, end)]
        for figure in figures.find(text, language, start, end):
            if any(span[0] < figure.span[1] and figure.span[0] < span[1] for span in pointed):
                kept.append(figure)
    return tuple(kept)


def _same(one: Statement, other: Statement) -> bool:
    """True when both are about the same words, and by the same speaker."""
    return _overlap(one.spans, other.spans) >= 0.5 and (
        one.speaker == other.speaker or _overlap(one.speaker, other.speaker) > 0
    )


def _overlap(one: Spans, other: Spans) -> float:
    shared = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one for b in other)
    longest = max(sum(b - a for a, b in one), sum(b - a for a, b in other), 1)
    return shared / longest
