"""What is done by saying it: act, negation and modality of a statement.

In: a draft and the text. Out: plain values. A verb gives the act (de/verbs.tsv); a "nicht" before it turns it round and
is kept beside it as `negated`, because "bestätigte nicht" is neither a confirmation nor a denial.
"""

from __future__ import annotations

import re

from depesche.reading.drafts import Draft
from depesche.words.copy import Act, Modality

_NOT = re.compile(r"\b(?:nicht|nie|niemals|keinesfalls|weder|keine[nrms]?|kein)\b")
_HEARSAY = re.compile(
    r"\b(?:soll|sollen)\b[^.;:]{0,200}\b(?:haben|sein)\b|\bangeblich|\bmutmaßlich|\bmöglicherweise\b|\bvermutlich\b|\bwohl\b|\boffenbar\b|\bwahrscheinlich\b"
)
_SILENT = re.compile(
    r"\b(?:nicht|keine?n?)\b[^.]{0,200}\b(?:äußern|äußerte[n]?|Stellungnahme|Kommentar|Stellung)\b|\b(?:äußerte[n]?|lehnte[n]?)\b[^.]{0,200}\b(?:nicht|Stellungnahme|Kommentar)\b"
)
_HOW_MANY = re.compile(r"^(?:wie viele?|wieviele?|wie hoch|die (?:genaue )?(?:Zahl|Anzahl|Höhe))\b")
_OPEN = frozenset(
    {
        "angeben",
        "sagen",
        "mitteilen",
        "bekanntgeben",
        "nennen",
        "beziffern",
        "wissen",
        "erklären",
        "äußern",
        "bestätigen",
        "verraten",
    }
)


def act_of(draft: Draft, text: str) -> Act:
    """The act of a statement."""
    frame = " ".join(text[start:end] for start, end in draft.frame)
    body = text[draft.spans[0][0] : draft.spans[-1][1]]
    if draft.verb is not None and draft.verb.lemma in _OPEN and _NOT.search(frame) and _HOW_MANY.match(body):
        return "gives_no_figure"
    if draft.form == "Reported" and _SILENT.search(body):
        return "no_comment"
    if draft.form == "FreeIndirect" and draft.rule == "demand":
        return "demand"
    return draft.act


def negated(draft: Draft, text: str) -> bool:
    """True when the word of saying itself is negated: "wollte nicht bestätigen", "bestritt nicht"."""
    if draft.verb is None or act_of(draft, text) in ("gives_no_figure", "no_comment"):
        return False
    if draft.form == "Reported":
        return False if not draft.said_by else bool(_NOT.search(text, draft.said_by[0], draft.said_by[1]))
    return any(_NOT.search(text, start, end) for start, end in draft.frame)


def modality_of(draft: Draft, text: str) -> Modality:
    """ "hedged" when the words themselves keep their distance: "soll ... haben", "angeblich"."""
    if draft.form == "FreeIndirect" and draft.rule == "hearsay":
        return "hedged"
    if draft.form == "Direct":
        return "asserted"
    return "hedged" if any(_HEARSAY.search(text, start, end) for start, end in draft.spans) else "asserted"
