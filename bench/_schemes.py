"""Corpora differ in what they annotate: a reading is brought into the scheme of the corpus that it is scored against.

In: annotated documents and predictions in our own scheme. Out: the same predictions, without types and parts that the
corpus never annotates; where none of its statements stands inside another, a quotation within what is told belongs to
that (which is mixed, if there is such a type), and one broken off for its speaker is one statement in two pieces. Such
corpora know sources, cues and contents: a report's content is its object, and a source is a whole phrase.
Looks at the annotation only to see which types and parts there are, never at where they are.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

FORMS = frozenset({"Direct", "Indirect", "Reported", "FreeIndirect", "IndirectFreeIndirect", "Mixed"})
PARTS = ("cue", "frame", "addressee", "speaker")
_QUOTES = frozenset('„“”"«»')
_GOES_ON = frozenset({"en_quote_verb_quote", "quote_alone"})
"""Rules of quotations that go on with the one before."""
_HANGS = re.compile(r" (?:of|that|who) [^.,;:–—“”\"\n]{1,80}")
"""What belongs to words that are quoted: "warned of “rampant gaming” of the system"."""
_NAMES = frozenset({"en_names", "en_accuse"})
"""Rules by which something gets a name or is blamed: that something belongs to the content."""

Found = dict[Any, list[dict[str, Any]]]


class Scheme(NamedTuple):
    """What a corpus annotates: types, the parts of each, and whether a word belongs to one statement at most (flat)."""

    types: frozenset[str]
    parts: dict[str, frozenset[str]]
    flat: bool


def of(documents: list[dict[str, Any]]) -> Scheme:
    """The scheme of a corpus, by what occurs in it at all."""
    quotes = [quote for document in documents for quote in document["quotes"]]
    types = (frozenset(quote["type"] for quote in quotes) & FORMS) or FORMS
    parts = {
        form: frozenset(part for part in PARTS if any(quote.get(part) for quote in quotes if quote["type"] == form))
        for form in types
    }
    return Scheme(types, parts, not any(quote.get("nested") for quote in quotes))


def fit(found: Found, scheme: Scheme, texts: dict[Any, str]) -> Found:
    """The predictions in the scheme of the corpus."""
    return {number: _fit(quotes, scheme, texts[number]) for number, quotes in found.items()}


def _fit(quotes: list[dict[str, Any]], scheme: Scheme, text: str) -> list[dict[str, Any]]:
    kept = _flat(_apart([_whole(quote, text, scheme) for quote in quotes]), text, scheme) if scheme.flat else quotes
    known = [quote for quote in kept if quote["type"] in scheme.types]
    return [
        {**quote, **{part: () for part in PARTS if part not in scheme.parts[quote["type"]]}}
        for quote in known
    ]  # fmt: skip


def _whole(quote: dict[str, Any], text: str, scheme: Scheme) -> dict[str, Any]:
    """A report as its object, what is named with its name, a source with what stands between it and its cue."""
    if not quote["cue"]:
        return quote
    (start, end), (first, last) = quote["spans"][0], (quote["cue"][0][0], quote["cue"][-1][1])
    if quote["type"] == "Reported" and "Reported" not in scheme.types:
        object_ = (last, end) if any(said[0] < first for said in quote["speaker"]) else (start, first)
        quote = {**quote, "type": "Indirect", "spans": _stripped(object_, text)}
    elif quote["rule"] in _NAMES and last < start:
        rest = _HANGS.match(text, end)
        named = _stripped((last, rest.end() if rest else end), text)
        quote = {**quote, "type": "Direct" if text[named[0][0]] in _QUOTES else "Indirect", "spans": named}
    if quote["rule"] == "en_according" and quote["frame"] and last <= quote["speaker"][0][0]:
        tail = _stripped((quote["speaker"][0][0], max(quote["speaker"][0][1], quote["frame"][0][1])), text)
        return {**quote, "speaker": tail}
    if len(quote["speaker"]) == 1 and quote["speaker"][0][1] < first:
        between = text[quote["speaker"][0][1] : first]
        if between.startswith(",") and between.rstrip().endswith(",") and len(between.split()) > 1:
            whole = quote["speaker"][0][1] + len(between.rstrip()) - 1
            quote = {**quote, "speaker": [(quote["speaker"][0][0], whole)]}
    return quote


def _apart(quotes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what is said in a source: "Smith, who has complained that it is rigged, said"."""
    sources = [span for quote in quotes for span in quote["speaker"]]
    return [
        quote
        for quote in quotes
        if not any(start <= quote["cue"][0][0] < end for start, end in sources if quote["cue"])
    ]  # fmt: skip


def _stripped(span: tuple[int, int], text: str) -> list[tuple[int, int]]:
    """The span without blanks at its edges and marks at its end; nothing when nothing is left."""
    start, end = span
    words = text[start:end].rstrip(" .;:,!?\n")
    start += len(words) - len(words.lstrip())
    return [(start, span[0] + len(words))] if words.strip() else []


def _flat(quotes: list[dict[str, Any]], text: str, scheme: Scheme) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    mixed = "Mixed" in scheme.types
    for quote in quotes:
        if quote["within"] is not None or not quote["spans"]:
            continue
        before = made[-1] if made else None
        if before is not None and quote["rule"] in _GOES_ON and _same(before, quote, text):
            before["spans"] = [*before["spans"], *quote["spans"]]
            continue
        if before is not None and quote["rule"] == before["rule"] == "en_names" and quote["cue"] == before["cue"]:
            before["spans"] = [(before["spans"][0][0], quote["spans"][-1][1])]  # "called it “solid” and “overdue”"
            continue
        said = "".join(text[start:end] for start, end in quote["spans"])
        both = mixed and quote["type"] == "Indirect" and any(mark in said for mark in _QUOTES)
        made.append({**quote, "type": "Mixed" if both else quote["type"], "spans": list(quote["spans"])})
    return made


def _same(before: dict[str, Any], quote: dict[str, Any], text: str) -> bool:
    """True when both are of one cue and nothing but it, or a few signs, stands between them in a paragraph."""
    if before["cue"] != quote["cue"] or before["speaker"] != quote["speaker"]:
        return False
    between = text[before["spans"][-1][1] : quote["spans"][0][0]]
    return "\n\n" not in between
