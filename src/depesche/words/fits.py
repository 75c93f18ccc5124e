"""What a statement is to an earlier one that it is like: their figures decide where both count the same thing.

In: what the words make of it (candidates.py) and a figure of each. Out: the kind of relation to suggest. Never: that
two say the same while their figures differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from depesche.words import candidates
from depesche.words.bands import apart
from depesche.words.claims import Count, RelationKind
from depesche.words.compare import Rule, compare
from depesche.words.counts import Measures, measured
from depesche.words.parties import Cast

Kind: TypeAlias = Literal["same", "denies", "updates", "corrects", "contradicts"]
RELATION: Mapping[Kind, RelationKind] = {
    "same": "repeats",
    "denies": "denies",
    "updates": "updates",
    "corrects": "corrects",
    "contradicts": "contradicts",
}
"""What is recorded when somebody says yes."""
FIGURES: Mapping[Rule, Kind] = {
    "repeats": "same",
    "updates": "updates",
    "corrects": "corrects",
    "misread": "contradicts",
    "contradicts": "contradicts",
    "part_exceeds": "contradicts",
}
"""What the rules for figures say, as a relation."""
DIRECTED: frozenset[Kind] = frozenset({"updates", "corrects"})
"""Kinds that only a newer figure can be to an older one."""


def fit(alike: candidates.Kind, old: Count | None, new: Count | None, measures: Measures, cast: Cast) -> Kind | None:
    """The kind of relation of two statements whose words are `alike` in this way; None: none that can be told.

    None where their figures differ and no rule says what that means, and where the earlier statement has the newer one.
    """
    if alike == "denies" or old is None or new is None or new.measure == "" or new.measure != old.measure:
        return alike
    found = compare(old, new, measures, cast)
    if not found:
        return None if apart(measured(old), measured(new)) else "same"
    kind = FIGURES.get(found[0].rule)
    return None if kind in DIRECTED and found[0].refs != (old.ref, new.ref) else kind
