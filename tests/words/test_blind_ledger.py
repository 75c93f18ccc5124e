"""Gold written without knowledge of the rules: pairs of figures and denials flow in, the share judged right comes out.

The goals are .95 of the pairs and .85 of the denials. What a set gave when it was first tried, before its mistakes were
looked at, stands in docs/ledger.md, and what all of them give now in docs/performance.md. The set "hard" is ours. A
story is a hundred statements in the order of time, 25 of them denials.
"""

from __future__ import annotations

import pytest

from depesche.words.candidates import PRECISE, likely
from depesche.words.compare import compatible
from depesche.words.parties import Cast
from tests.words.denials import STORIES, STORIES_NEVER, in_set, in_story
from tests.words.makers import MEASURES, gold_pairs


@pytest.mark.parametrize(("name", "number"), [("blind", 30), ("second", 60)])
def test_pairs_written_without_the_rules_are_judged_right(name: str, number: int) -> None:
    pairs = gold_pairs("pairs", f"pairs.{name}.json")
    wrong = [p["why"] for p in pairs if compatible(p["one"], p["other"], MEASURES, Cast()) != p["compatible"]]
    assert len(pairs) == number
    assert 1 - len(wrong) / len(pairs) >= 0.95, wrong


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize(
    ("name", "number", "first", "among"),
    [
        ("blind", 20, 18, 20),
        ("second", 40, 34, 40),
        ("third", 40, 35, 39),
        ("fourth", 80, 69, 80),
        ("natural", 120, 115, 120),
        ("unseen", 100, 93, 100),
        ("wire", 120, 108, 120),
        ("fresh", 180, 146, 180),
        ("newest", 120, 100, 120),
        ("latest", 120, 87, 120),
        ("hard", 60, 51, 60),
    ],
)
def test_denials_that_share_few_words_with_their_targets_find_their_targets(
    name: str, number: int, first: int, among: int, keyed: bool
) -> None:
    found = in_set(name, keyed=keyed)
    assert len(found) == number
    assert sum(each.first for each in found) >= first
    assert sum(each.among for each in found) >= among


@pytest.mark.parametrize(
    ("name", "first", "among"),
    [
        ("war", 20, 24),
        ("train", 22, 24),
        ("land", 21, 24),
        ("coup", 23, 24),
        ("strike", 20, 24),
        ("border", 22, 24),
        ("flood", 23, 24),
        ("attack", 16, 21),
        ("tanker", 16, 20),
        ("election", 15, 22),
        ("outbreak", 13, 19),
        ("airport", 13, 19),
        ("bank", 14, 18),
        ("ceasefire", 16, 22),
        ("hospital", 16, 22),
        ("parliament", 12, 18),
        ("mine", 16, 19),
        ("olympics", 14, 20),
        ("ferry", 7, 18),
    ],
)
def test_among_all_that_a_story_said_before_the_target_is_one_of_three(name: str, first: int, among: int) -> None:
    found = in_story(name)
    assert len(found) == 25
    assert sum(each.first for each in found) >= first
    assert sum(each.among for each in found) >= among


@pytest.mark.parametrize(("names", "least"), [(STORIES, 110), (STORIES_NEVER, 110)])
def test_what_a_desk_is_told_in_a_story_is_right_four_times_in_five(names: tuple[str, ...], least: int) -> None:
    found = [each for name in names for each in in_story(name)]
    shown = [(one.statement, each.target) for each in found for one in likely(each.offered)]
    assert len(shown) >= least
    assert sum(one == to for one, to in shown) / len(shown) >= PRECISE
