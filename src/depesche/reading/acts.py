"""What is done by saying it: act, negation and modality of a statement.

In: a draft, the text and its language. Out: plain values. A verb gives the act (verbs.tsv); a "nicht" before it turns
it round and is kept beside it as `negated`, because "bestätigte nicht" is neither a confirmation nor a denial. The
words are in acts.tsv; each pattern made of them looks at a bounded number of characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.words.copy import Act, Modality, Span

_GAP = r"[^.;:]{0,200}"
_FIGURE = re.compile(r"\b(?:figures?|numbers?|estimate|toll|count)\b")


@cache
def _phrases(language: str, kind: str) -> tuple[str, ...]:
    rows = tables.rows(language, "acts")
    return tuple(each for row in rows if row[0] == kind for cell in row[1:] for each in cell.split())


@cache
def _pattern(language: str, kind: str, before: str = "") -> re.Pattern[str]:
    """A pattern for all phrases of a kind; "+" at the end of one stands for any ending."""
    parts = []
    for phrase in _phrases(language, kind):
        words = [rf"\b{re.escape(word.rstrip('+')).replace('_', ' ')}" for word in phrase.split("~")]
        parts.append((rf"\b{_GAP}").join(words) + ("" if phrase.endswith("+") else r"\b"))
    return re.compile(before + "(?:" + "|".join(parts or [r"(?!)"]) + ")", re.I if language == "en" else 0)


def act_of(draft: Draft, text: str, language: str) -> Act:
    """The act of a statement."""
    body = text[draft.spans[0][0] : draft.spans[-1][1]]
    lemma = draft.verb.lemma.replace(" ", "_") if draft.verb else ""
    if lemma in _phrases(language, "open"):
        low = body[:1].lower() + body[1:]  # "Wie viele es waren, sagte er nicht"
        counted = _pattern(language, "howmany", "^").match(low) or (lemma == "give_no" and _FIGURE.search(body))
        if counted and (lemma == "give_no" or any(_denied(text, span, language) for span in draft.frame)):
            return "gives_no_figure"
    silent = draft.form == "Reported" or (draft.form == "Direct" and len(body) < _SHORT)
    if silent and _pattern(language, "silent").search(body):
        return "no_comment"
    if draft.form == "FreeIndirect" and draft.rule == "demand":
        return "demand"
    return draft.act


_SHORT = 20
"""Characters of a quotation that may be nothing but "No comment"."""


def _denied(text: str, span: tuple[int, int], language: str) -> bool:
    return _pattern(language, "not").search(text, *span) is not None


def negated(draft: Draft, text: str, language: str, relatives: Sequence[Span] = ()) -> bool:
    """True when the word of saying itself is negated: "wollte nicht bestätigen", "bestritt nicht".

    What stands in one of `relatives` (in order) tells of somebody: "ein Mann, der nicht genannt werden wollte, sagte".
    """
    if draft.verb is None or act_of(draft, text, language) in ("gives_no_figure", "no_comment"):
        return False
    if draft.denied is not None:
        return draft.denied
    if draft.form == "Reported":
        return bool(draft.said_by) and _denied(text, draft.said_by or (0, 0), language)
    return any(_denied(text, part, language) for span in draft.frame for part in _outside(span, relatives))


def _outside(span: Span, relatives: Sequence[Span]) -> Iterator[Span]:
    """The parts of a span that lie in no relative clause."""
    start, end = span
    at = bisect_left(relatives, (start, start))
    while at < len(relatives) and relatives[at][0] < end:
        yield start, relatives[at][0]
        start = min(relatives[at][1], end)
        at += 1
    yield start, end


def modality_of(draft: Draft, text: str, language: str) -> Modality:
    """ "hedged" when the words themselves keep their distance: "soll ... haben", "angeblich"."""
    if draft.form == "FreeIndirect" and draft.rule == "hearsay":
        return "hedged"
    if draft.form == "Direct":
        return "asserted"
    hedge = _pattern(language, "hedge")
    return "hedged" if any(hedge.search(text, *span) for span in draft.spans) else "asserted"
