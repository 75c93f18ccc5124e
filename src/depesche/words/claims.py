"""The ledger's nouns: claims, what statements do to them, figures to compare, sourcing and standing.

In: nothing. Out: frozen values; compare.py, tables.py, standing.py and candidates.py work on them and give new ones.
Sourcing is counted, standing is derived or set: the two are never merged, and "confirmed" is no standing.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from msgspec import Struct, field

from depesche.words.copy import Act, Figure, Interval
from depesche.words.parties import Chain

ClaimKind: TypeAlias = Literal["yes_no", "quantity", "event", "accusation"]
Stance: TypeAlias = Literal["affirms", "denies", "partly", "figure", "no_info"]
"""What a statement does to a claim. "figure" affirms that there is an answer and gives its own."""
RelationKind: TypeAlias = Literal[
    "repeats",
    "supports",
    "denies",
    "contradicts",
    "updates",
    "qualifies",
    "reverses",
    "corrects",
    "withdraws",
    "translates",
]
Judgement: TypeAlias = Literal["suggested", "accepted", "rejected"]
Standing: TypeAlias = Literal[
    "open",
    "one_source",
    "several",
    "contested",
    "conceded",
    "unverifiable",
    "verified",
    "refuted",
    "superseded",
    "withdrawn",
]
Ref: TypeAlias = tuple[int, int]
"""A figure: the number of its statement in the story, and its place among that statement's figures."""


class Period(Struct, frozen=True, omit_defaults=True, gc=False):
    """What a figure or a claim speaks about: first and last day (inclusive), None where the words set none."""

    first: dt.date | None = None
    last: dt.date | None = None


class Measure(Struct, frozen=True, omit_defaults=True):
    """What is counted, defined per story. `part_of` is the measure that contains it ("killed" in "killed or wounded").

    `grows` is True for totals that can't fall (the dead), False for levels that can (prisoners held, prices).
    """

    id: str
    names: dict[str, str] = field(default_factory=dict)
    definition: str = ""
    part_of: str = ""
    grows: bool = True


class Claim(Struct, frozen=True, omit_defaults=True):
    """One question of a story; `number` is dense within it. Unknown subject, place or period stay empty."""

    number: int
    question: str
    kind: ClaimKind = "yes_no"
    measure: str = ""
    population: str = ""
    subject: str = ""
    place: str = ""
    period: Period = Period()


class Count(Struct, frozen=True, omit_defaults=True, gc=False):
    """A figure of a statement with all that comparing needs.

    `said` is when it was said, `derived` that it was computed from others (always marked), `accepted` that an editor
    looked at it, `out` that it left the table (misread, withdrawn) and stays in the journal only.
    """

    ref: Ref
    figure: Figure
    measure: str
    population: str = ""
    place: str = ""
    period: Period = Period()
    chain: Chain = Chain()
    said: dt.date | None = None
    derived: bool = False
    accepted: bool = False
    out: bool = False


class Link(Struct, frozen=True, omit_defaults=True, gc=False):
    """A statement linked to a claim by a stance. `accepted`: an editor pressed the key, else a rule suggests it.

    `withdrawn` that its root or outlet took it back; `superseded` that the same root has said something newer
    elsewhere in the story; `out` that it was linked for a figure that left the table, and has no other one for the
    claim; `own` that it's our own check.
    """

    statement: int
    stance: Stance
    chain: Chain = Chain()
    said: dt.date | None = None
    act: Act = "assert"
    accepted: bool = False
    withdrawn: bool = False
    superseded: bool = False
    out: bool = False
    own: bool = False


class Relation(Struct, frozen=True, omit_defaults=True):
    """What one statement is to another, earlier one: suggested by a rule, accepted or rejected by a person."""

    one: int
    other: int
    kind: RelationKind
    judgement: Judgement = "suggested"
    by: str = ""
    why: str = ""


class Tally(Struct, frozen=True, omit_defaults=True):
    """Who stands behind one answer: known roots, chains without one, named parties, sides; each sorted, no doubles."""

    roots: tuple[str, ...] = ()
    unknown: int = 0
    parties: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()


class Sourcing(Struct, frozen=True, omit_defaults=True):
    """The first axis, always computed: who affirms, who denies, and whether we looked ourselves."""

    affirming: Tally = Tally()
    denying: Tally = Tally()
    own_check: bool = False


class Derived(Struct, frozen=True, omit_defaults=True):
    """A computed standing with all that explains it later: the rule, its version, the statements that it rests on.

    `sided`: it is one source, and several parties stand behind it. `accepted`: it is contested because an editor
    accepted a denial or a contradiction.
    """

    standing: Standing
    rule: str
    version: int
    inputs: tuple[int, ...] = ()
    sided: bool = False
    accepted: bool = False


class Setting(Struct, frozen=True, omit_defaults=True):
    """A standing set by an editor with reason, evidence and public line; `over` is what was derived at that moment.

    "refuted" is a proposal until `seconded` names somebody else than `by`.
    """

    standing: Standing
    by: str
    reason: str
    evidence: str = ""
    line: str = ""
    on: dt.date | None = None
    over: Standing = "open"
    seconded: str = ""


def period(interval: Interval | None) -> Period:
    """The days of a time as a text gave it; a time that the reader couldn't resolve stays unknown."""
    return Period() if interval is None else Period(interval.first, interval.last)
