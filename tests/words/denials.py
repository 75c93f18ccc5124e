"""Gold of denials: sets where one of three earlier statements is denied, and whole stories in the order of time.

In: the name of a set or a story. Out: for each denial what is offered as its target, best first, and the target. For
what NEVER lists no word of the tables was ever worked on: it tells what a new text may expect. Of "newest", "airport"
and "bank" the mistakes were read once, for what they have in common, and weights were chosen by the first eight stories
and two sets; "latest" and the last four stories were written after that (docs/adr/0116).
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from depesche.reading.reader import read
from depesche.words.candidates import Candidate, Key, Uttered, candidates
from tests.words.makers import GOLD, day

SETS = ("own", "blind", "second", "third", "fourth", "natural", "unseen", "wire", "hard")
SETS_NEVER = ("fresh", "newest", "latest")
STORIES = ("war", "train", "land", "coup", "strike", "border", "flood")
STORIES_NEVER = (
    *("attack", "tanker", "election", "outbreak"),
    *("airport", "bank", "ceasefire", "hospital"),
    *("parliament", "mine", "olympics", "ferry"),
)


class Found(NamedTuple):
    """What is offered as the target of a denial, best first, and the number of the target."""

    offered: tuple[Candidate, ...]
    target: int

    @property
    def first(self) -> bool:
        """True when the target is offered first, as what is denied."""
        return bool(self.offered) and (self.offered[0].statement, self.offered[0].kind) == (self.target, "denies")

    @property
    def among(self) -> bool:
        """True when the target is offered."""
        return self.target in {one.statement for one in self.offered}


def in_set(name: str, *, keyed: bool = False) -> list[Found]:
    """For each denial of a set; `keyed` with what the wire reader fills in beside the words."""
    file = "denials.json" if name == "own" else f"denials.{name}.json"
    return [
        Found(
            candidates(
                uttered(9, denial, denies=True, keyed=keyed),
                [uttered(n, told, keyed=keyed) for n, told in enumerate(denial["candidates"])],
            ),
            denial["target"],
        )
        for denial in json.loads((GOLD / file).read_text("utf-8"))
    ]


def in_story(name: str) -> list[Found]:
    """For each denial of a story, among all that was said before."""
    story = json.loads((GOLD / f"story.{name}.json").read_text("utf-8"))
    said = [uttered(told["id"], told, denies="denies" in told, keyed=False) for told in story]
    return [Found(candidates(said[n], said[:n]), told["denies"]) for n, told in enumerate(story) if "denies" in told]


def uttered(number: int, told: dict[str, Any], *, denies: bool = False, keyed: bool = True) -> Uttered:
    """A statement of the gold."""
    by = told["by"] if keyed else ""
    key = read_key(told["text"]) if keyed else Key()
    return Uttered(number, told["text"], told["by"], by, day(told["said"]), denies, key)


def read_key(words: str) -> Key:
    """What the wire reader alone fills in: the measure and the population of the first figure."""
    readings = (read(words, language="de"), read(f"Die Behörde sagte: „{words}“", language="de"))
    figures = [figure for each in readings for s in each.statements for figure in s.figures if figure.measure]
    return Key(figures[0].measure, figures[0].population) if figures else Key()
