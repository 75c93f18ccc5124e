"""How sure a statement is: how many statements of its rule were right on a corpus, and whether it names someone.

In: a draft. Out: a number from 0 to 1. From SURE on nine in ten are right; docs/reading.md shows the curve.
"""

from __future__ import annotations

from functools import cache

from depesche.reading import tables
from depesche.reading.drafts import Draft

_UNKNOWN_RULE = 0.5
_NO_NAME = 0.15
"""What is taken off when nobody is named ("sie sagte", "niemand"): such a statement can't be ticked in advance."""


def confidence(draft: Draft, *, named: bool) -> float:
    """The confidence of a draft; `named`: its speaker could be resolved to a name."""
    base = _rules().get(draft.rule, _UNKNOWN_RULE)
    if not named:
        base -= _NO_NAME
    return round(max(0.05, base), 2)


@cache
def _rules() -> dict[str, float]:
    return {rule: float(share) for language in tables.LANGUAGES for rule, share in tables.rows(language, "confidence")}
