"""Gold written without knowledge of the rules: pairs of figures and denials flow in, the share judged right comes out.

Both reach their goals, pairs .95 and denials .85. The denials have been developed against since they were written; what
was reached when each set was first tried stands in docs/ledger.md.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from depesche.words.candidates import Candidate, candidates
from depesche.words.compare import compatible
from depesche.words.parties import Cast
from tests.words.makers import GOLD, MEASURES, gold_pairs
from tests.words.test_candidates import uttered

DENIALS: list[dict[str, Any]] = json.loads((GOLD / "denials.blind.json").read_text("utf-8"))


def offered(denial: dict[str, Any], *, keyed: bool) -> tuple[Candidate, ...]:
    """What is offered as the target of this denial, best first."""
    earlier = [uttered(n, told, keyed=keyed) for n, told in enumerate(denial["candidates"])]
    return tuple(candidates(uttered(9, denial, denies=True, keyed=keyed), earlier))


def test_pairs_written_without_the_rules_are_judged_right() -> None:
    pairs = gold_pairs("pairs", "pairs.blind.json")
    wrong = [p["why"] for p in pairs if compatible(p["one"], p["other"], MEASURES, Cast()) != p["compatible"]]
    assert len(pairs) == 30
    assert 1 - len(wrong) / len(pairs) >= 0.95, wrong


@pytest.mark.parametrize("keyed", [True, False])
def test_denials_written_without_the_rules_find_their_targets(keyed: bool) -> None:
    found = [(offered(each, keyed=keyed), each["target"]) for each in DENIALS]
    assert len(found) == 20
    assert sum(bool(best) and (best[0].statement, best[0].kind) == (to, "denies") for best, to in found) / 20 >= 0.85
    assert sum(to in {one.statement for one in best} for best, to in found) >= 19
