"""How often does a denial find what it denies? Sets of three earlier statements, and stories of a hundred.

The gold of tests/data/ledger, by its words alone: what was worked on, which tells little of a new text, and what never
was. Out: how often the target is offered first or as one of three, and how often what a desk is told is right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from bench import _report
from bench._report import Report
from depesche.words.candidates import PRECISE, likely
from tests.words.denials import SETS, SETS_NEVER, STORIES, STORIES_NEVER, Found, in_set, in_story

GOAL = 0.85


def measure(_: argparse.Namespace, report: Report) -> None:
    """A row for each set and story, and what they add up to."""
    report.head("one of three", "denials", "target first", "share")
    worked = [_set(report, name) for name in SETS]
    never = [each for name in SETS_NEVER for each in _set(report, name)]
    report.head("in a story", "denials", "target first", "among the three", "told to the desk, and right")
    old, new = ([each for name in names for each in _story(report, name)] for names in (STORIES, STORIES_NEVER))
    _row(report, "all that were worked on", old)
    _row(report, "**all that never were**", new)
    report.goal("first of three, in the set that was worked on and gives least", min(map(_first, worked)), least=GOAL)
    report.goal("first of three, never worked on", _first(never), least=GOAL)
    report.goal("among the three in a story, never worked on", _among(new), least=GOAL)
    report.goal("right, of what a desk is told in such a story", _right(new), least=PRECISE)


def _set(report: Report, name: str) -> list[Found]:
    found = in_set(name)
    report.row(f"**{name}**" if name in SETS_NEVER else name, len(found), sum(f.first for f in found), _first(found))
    return found


def _story(report: Report, name: str) -> list[Found]:
    found = in_story(name)
    _row(report, f"**{name}**" if name in STORIES_NEVER else name, found)
    return found


def _row(report: Report, name: str, found: Sequence[Found]) -> None:
    told = _told(found)
    first, among = sum(each.first for each in found), sum(each.among for each in found)
    report.row(name, len(found), first, among, f"{sum(told)} of {len(told)}")


def _told(found: Sequence[Found]) -> list[bool]:
    return [one.statement == each.target for each in found for one in likely(each.offered)]


def _first(found: Sequence[Found]) -> float:
    return sum(each.first for each in found) / len(found)


def _among(found: Sequence[Found]) -> float:
    return sum(each.among for each in found) / len(found)


def _right(found: Sequence[Found]) -> float:
    return sum(_told(found)) / len(_told(found))


if __name__ == "__main__":
    sys.exit(_report.run(_report.options("denials", __doc__), measure))
