"""Blind gold: rows written by somebody who hadn't seen the rules -> which of them are read otherwise.

The rules of comparison are those of tests/data/reading/README.md. Nothing here is ever put right to suit a rule.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from depesche import reading
from depesche.reading import dates, figures
from depesche.words.copy import Statement

DATA = Path(__file__).parent.parent / "data" / "reading"
DAY = dt.date(2026, 3, 11)
_ARTICLES = ("der", "die", "das", "den", "dem", "des", "ein", "eine", "einem", "einer", "einen", "the", "a", "an")
KINDS = ("figures", "dates", "acts", "chains", "speakers", "lints")

Wrong = tuple[str, Any, Any]
"""A text, what is right, what was read."""


def rows(kind: str, language: str) -> list[Any]:
    """The rows of one file; none when there is no such file."""
    path = DATA / f"{kind}.blind.{language}.json"
    found: list[Any] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return found


def plain(name: str) -> str:
    """A name without leading article, its case and quotation marks, in lower case."""
    words = name.replace("„", "").replace("“", "").replace("”", "").replace('"', "").split()
    if words[:1] == ["eines"]:
        words = [*words[1:-1], words[-1].removesuffix("s")]
    while words and words[0].lower() in _ARTICLES:
        words.pop(0)
    return " ".join(words).casefold()


def _outer(text: str, language: str) -> list[Statement]:
    found = reading.read(text, language=language, published=DAY).statements
    return [statement for statement in found if statement.within is None]


def wrong(kind: str, language: str) -> Iterator[Wrong]:
    """The rows of a kind that are read otherwise."""
    for row in rows(kind, language):
        text, right, got = _CHECKS[kind](row, language)
        if right != got:
            yield text, right, got


def _figures(row: dict[str, Any], language: str) -> Wrong:
    found = figures.find(row["text"], language)
    right, got = [], []
    for at, each in enumerate(row["figures"]):
        one = found[at] if at < len(found) else None
        kept = {**{"lo": None, "hi": None, "approximator": "exact", "increment": False}, **each}
        right.append(kept)
        got.append({key: getattr(one, key, None) for key in kept})
    return row["text"], (right, len(right)), (got, len(found))


def _dates(row: dict[str, Any], language: str) -> Wrong:
    published = dt.date.fromisoformat(row["published"]) if row["published"] else None
    found = dates.find(row["text"], language, published)
    got = [(one.first and str(one.first), one.last and str(one.last), one.precision) for one in found]
    right = [(one["first"], one["last"], one["precision"]) for one in row["dates"]]
    words = [one["words"] for one in row["dates"]]
    same = len(words) == len(found) and all(
        one.words.endswith(word) or word.endswith(one.words) for word, one in zip(words, found, strict=True)
    )
    return row["text"], (right, True), (got, same)


def _acts(row: list[Any], language: str) -> Wrong:
    text, act, negated, target = row
    found = [(s.act, s.negated) for s in _outer(text, language)]
    said = [text[start:end] for s in _outer(text, language) for start, end in s.spans]
    held = target is None or any(str(target) in each for each in said)
    return text, ([(act, negated)], True), (found, held)


def _chains(row: list[Any], language: str) -> Wrong:
    text, chain = row
    found = [[hop.name for hop in s.chain] for s in reading.read(text, language=language, published=DAY).statements]
    longest = max(found, key=len, default=[])
    best = next((each for each in found if [plain(n) for n in each] == [plain(n) for n in chain]), longest)
    return text, [plain(name) for name in chain], [plain(name) for name in best]


def _speakers(row: list[Any], language: str) -> Wrong:
    text, names = row
    return text, [plain(name) for name in names], [plain(s.name) for s in _outer(text, language)]


def _lints(row: list[Any], language: str) -> Wrong:
    text, lints, published = row
    day = dt.date.fromisoformat(published) if published else None
    found = reading.read(text, language=language, published=day).lints
    return text, [list(each) for each in lints], [[lint.kind, text[lint.span[0] : lint.span[1]]] for lint in found]


_CHECKS: dict[str, Callable[[Any, str], Wrong]] = {
    "figures": _figures, "dates": _dates, "acts": _acts, "chains": _chains, "speakers": _speakers, "lints": _lints,
}  # fmt: skip
