"""By what it is said: heard, written, held, or not told.

In: a draft, its text and language. Out: the medium of the benchmark's scheme: Speech for people who are heard, Writing
for what was read, SW (speech or writing) when the text doesn't tell, ST (speech or thought) for what somebody holds.
"""

from __future__ import annotations

import re
from functools import cache

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.people import office, offices
from depesche.words.copy import Medium, Spans

_WORD = re.compile(r"\w+(?:[-’']\w+)*")


@cache
def _words(language: str, kind: str) -> frozenset[str]:
    return frozenset(
        word for row in tables.rows(language, "medium") if row[0] == kind for cell in row[1:] for word in cell.split()
    )


def medium_of(draft: Draft, text: str, language: str) -> Medium:
    """The medium of a statement; one that goes on with another has that one's."""
    verb = draft.verb
    if verb is not None and any(letter in _words(language, "thought") for letter in verb.frames):
        return "ST"
    around = _in(text, (*draft.frame, *draft.speaker))
    if verb is not None and verb.lemma in _words(language, "writes"):
        return "Writing"
    if _any(around, _words(language, "written"), compounds=language == "de"):
        return "Writing"
    if draft.form == "Direct" or around & _words(language, "spoken"):
        return "Speech"
    return "Speech" if draft.speaker and _person(text, draft, language) else "SW"


def _in(text: str, spans: Spans) -> set[str]:
    return {match[0].lower() for start, end in spans for match in _WORD.finditer(text, start, end)}


def _any(words: set[str], known: frozenset[str], *, compounds: bool) -> bool:
    if words & known:
        return True
    return compounds and any(
        word[at:] in known for word in words if len(word) > _LONG for at in range(2, len(word) - 5)
    )


_LONG = 9
"""Letters of a compound ("Zeitungsbericht") at least."""


def _person(text: str, draft: Draft, language: str) -> bool:
    """True when a person speaks: a pronoun, an office, a first name."""
    start, end = draft.speaker[0][0], draft.speaker[-1][1]
    words = _WORD.findall(text, start, min(end, start + 200))
    if {word.lower() for word in words[:2]} & _words(language, "speaks"):
        return True
    first = offices(language).first
    return any(word in first or office(word, language) for word in words)
