"""Text -> Reading: lines, quotes, sentences, frames, then names, acts, figures, dates and lints on what was found.

In: a text, and if known its language, day of publication and title. Out: a Reading whose spans all lie in the text.
Deterministic and without I/O; what can't be told stays unknown.
"""

from __future__ import annotations

import datetime as dt

from depesche.reading import lines, quotes, sentences
from depesche.reading.clauses import Clauses
from depesche.reading.directs import Directs
from depesche.reading.drafts import Draft
from depesche.reading.following import Following
from depesche.reading.frames import Frames
from depesche.reading.items import units
from depesche.reading.lexis import lexis
from depesche.reading.reports import Reports
from depesche.reading.sources import Sources
from depesche.words.copy import Hop, Reading, Statement

READER = "depesche"


def read(
    text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
) -> Reading:
    """Find what is said in a text, and by whom; `published` is the day to which "am Montag" is relative."""
    language = language or "de"
    lex = lexis(language)
    paragraphs = lines.paragraphs(text)
    marks = quotes.pair(text, paragraphs)
    found = sentences.split(text, language, paragraphs, marks)
    drafts: list[Draft] = []
    following = Following()
    for unit in units(text, found, marks, paragraphs):
        clauses = Clauses(unit, lex)
        frames = Frames(clauses)
        Sources(frames).find()
        frames.after()
        frames.before()
        directs = Directs(frames)
        directs.find()
        if not frames.drafts:
            Reports(frames).find()
        following.unit(clauses, frames)
        directs.inner(following.open)
        drafts += frames.drafts
    return Reading(language=language, sentences=found, statements=_statements(text, drafts), reader=READER)


def _statements(text: str, drafts: list[Draft]) -> tuple[Statement, ...]:
    drafts = sorted(drafts, key=lambda draft: (draft.spans[0][0], -draft.spans[-1][1]))
    number = {id(draft): place for place, draft in enumerate(drafts)}
    return tuple(_statement(text, draft, number) for draft in drafts)


def _statement(text: str, draft: Draft, number: dict[int, int]) -> Statement:
    name = text[draft.speaker[0][0] : draft.speaker[-1][1]] if draft.speaker else ""
    return Statement(
        form=draft.form, spans=tuple(draft.spans), speaker=tuple(draft.speaker), cue=tuple(draft.cue),
        addressee=tuple(draft.addressee), frame=tuple(draft.frame), act=draft.act, rule=draft.rule,
        name=name, chain=(Hop(spans=tuple(draft.speaker), name=name),) if name else (),
        confidence=0.8, inherits=number.get(id(draft.inherits)), within=number.get(id(draft.within)),
    )  # fmt: skip
