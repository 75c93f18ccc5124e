"""Corpora differ in what they annotate: a reading is brought into the scheme of the corpus that it is scored against.

In: annotated documents and predictions in our own scheme. Out: the same predictions, without types and parts that the
corpus never annotates; where none of its statements stands inside another, a quotation within what is told belongs to
that (which is mixed, if there is such a type), and one broken off for its speaker is one statement in two pieces.
Looks at the annotation only to see which types and parts there are, never at where they are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

FORMS = frozenset({"Direct", "Indirect", "Reported", "FreeIndirect", "IndirectFreeIndirect", "Mixed"})
PARTS = ("cue", "frame", "addressee", "speaker")
_QUOTES = frozenset('„“”"«»')
_GOES_ON = frozenset({"en_quote_verb_quote", "quote_alone"})
"""Rules of quotations that go on with the one before."""

Found = dict[Any, list[dict[str, Any]]]


class Scheme(NamedTuple):
    """What a corpus annotates: its types, its parts, and whether a word belongs to one statement at most (flat)."""

    types: frozenset[str]
    parts: frozenset[str]
    flat: bool


def of(documents: list[dict[str, Any]]) -> Scheme:
    """The scheme of a corpus, by what occurs in it at all."""
    quotes = [quote for document in documents for quote in document["quotes"]]
    types = frozenset(quote["type"] for quote in quotes) & FORMS
    parts = frozenset(part for part in PARTS if any(quote.get(part) for quote in quotes))
    return Scheme(types or FORMS, parts, not any(quote.get("nested") for quote in quotes))


def fit(found: Found, scheme: Scheme, texts: dict[Any, str]) -> Found:
    """The predictions in the scheme of the corpus."""
    return {number: _fit(quotes, scheme, texts[number]) for number, quotes in found.items()}


def _fit(quotes: list[dict[str, Any]], scheme: Scheme, text: str) -> list[dict[str, Any]]:
    kept = _flat(quotes, text, mixed="Mixed" in scheme.types) if scheme.flat else quotes
    known = [quote for quote in kept if quote["type"] in scheme.types]
    return [{**quote, **{part: () for part in PARTS if part not in scheme.parts}} for quote in known]


def _flat(quotes: list[dict[str, Any]], text: str, *, mixed: bool) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for quote in quotes:
        if quote["within"] is not None:
            continue
        before = made[-1] if made else None
        if before is not None and quote["rule"] in _GOES_ON and _same(before, quote, text):
            before["spans"] = [*before["spans"], *quote["spans"]]
            continue
        said = "".join(text[start:end] for start, end in quote["spans"])
        both = mixed and quote["type"] == "Indirect" and any(mark in said for mark in _QUOTES)
        made.append({**quote, "type": "Mixed" if both else quote["type"], "spans": list(quote["spans"])})
    return made


def _same(before: dict[str, Any], quote: dict[str, Any], text: str) -> bool:
    """True when both are of one cue and nothing but it, or a few signs, stands between them."""
    if before["cue"] != quote["cue"] or before["speaker"] != quote["speaker"]:
        return False
    between = text[before["spans"][-1][1] : quote["spans"][0][0]]
    return "\n" not in between
