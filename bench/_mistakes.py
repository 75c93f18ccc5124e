"""Where the reader was wrong: documents with their missed, invented and misattributed statements.

In: annotated documents and predictions in the same form. Out: lines to look at, and the precision at each confidence.
Pairs are made greedily by overlap, which is plainer than the metric's assignment and enough to choose the next rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

SAME = 0.5
"""A pair overlaps by at least half (F1 of characters), as in the metric's who-said-what."""
WORST = 20
SHOWN = 90


class Mistake(NamedTuple):
    """One thing wrong in one document: kind, rule (or form, when missed), a place in the text."""

    kind: str
    rule: str
    start: int
    end: int


def _places(spans: list[list[int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _overlap(one: set[int], other: set[int]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def pairs(gold: list[dict[str, Any]], found: list[dict[str, Any]]) -> dict[int, int]:
    """Numbers of gold statements -> numbers of found ones, best overlap first."""
    golden = [_places(quote["spans"]) for quote in gold]
    other = [_places(quote["spans"]) for quote in found]
    scored = sorted(
        ((_overlap(a, b), i, j) for i, a in enumerate(golden) for j, b in enumerate(other) if a & b), reverse=True
    )
    made: dict[int, int] = {}
    for share, i, j in scored:
        if share >= SAME and i not in made and j not in made.values():
            made[i] = j
    return made


def same_speaker(gold: dict[str, Any], found: dict[str, Any]) -> bool:
    """True when both name nobody, or somebody at places that overlap."""
    one, other = _places(gold["speaker"]), _places(found["speaker"])
    return bool(one & other) or one == other


def mistakes(document: dict[str, Any], found: list[dict[str, Any]]) -> Iterator[Mistake]:
    """What is wrong in one document."""
    gold = document["quotes"]
    made = pairs(gold, found)
    for i, quote in enumerate(gold):
        start, end = quote["spans"][0][0], quote["spans"][-1][1]
        if i not in made:
            yield Mistake("missed", quote["type"], start, end)
            continue
        other = found[made[i]]
        if not same_speaker(quote, other):
            yield Mistake("speaker", other["rule"], start, end)
        if quote["type"] != other["type"]:
            yield Mistake("form", other["rule"], start, end)
    for j, quote in enumerate(found):
        if j not in made.values():
            yield Mistake("invented", quote["rule"], quote["spans"][0][0], quote["spans"][-1][1])


def report(documents: list[dict[str, Any]], predicted: dict[Any, list[dict[str, Any]]]) -> Iterator[str]:
    """Counts by kind and rule, then the worst documents with each of their mistakes."""
    wrong = [(document, list(mistakes(document, predicted[document["id"]]))) for document in documents]
    for (kind, rule), count in Counter((m.kind, m.rule) for _, found in wrong for m in found).most_common(WORST):
        yield f"{count:5} {kind:<9} {rule}"
    for document, found in sorted(wrong, key=lambda each: -len(each[1]))[:WORST]:
        yield f"\n{document['id']}: {len(found)}"
        for m in sorted(found):
            yield f"  {m.kind:<9} {m.rule:<22} {document['text'][m.start : m.end][:SHOWN]!r}"


def curve(
    documents: list[dict[str, Any]], predicted: dict[Any, list[dict[str, Any]]]
) -> Iterator[tuple[float, int, float, float]]:
    """(least confidence, statements, share that were right, share of them with the right speaker)."""
    outcome: list[tuple[float, bool, bool]] = []
    for document in documents:
        found = predicted[document["id"]]
        back = {j: i for i, j in pairs(document["quotes"], found).items()}
        for j, quote in enumerate(found):
            hit = j in back
            outcome.append((quote["confidence"], hit, hit and same_speaker(document["quotes"][back[j]], quote)))
    for least in (0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.0):
        some = [each for each in outcome if each[0] >= least]
        if some:
            right, who = sum(each[1] for each in some), sum(each[2] for each in some)
            yield least, len(some), right / len(some), who / max(1, right)
