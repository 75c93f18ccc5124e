"""Where a claim stands: the second axis, derived from the statements or set by an editor.

In: statements linked to a claim, its figures and what compare.py found. Out: Derived, the standing, hints for one key.
Outlets are never counted, an unknown root never becomes a known one, and no rule says that something is true.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cache
from typing import Literal

from msgspec import Struct

from depesche.words.claims import Count, Derived, Link, Relation, Setting, Stance, Standing
from depesche.words.compare import Finding, Known, heard
from depesche.words.parties import Cast, Chain, Spoke, independent, roots, side
from depesche.words.series import agree
from depesche.words.sourcing import affirming, denying, differ, label, live, shown, source
from depesche.words.tables import latest
from depesche.words.ties import Ties, dependence, kin, strangers, voices

RULE = "standing"
VERSION = 2
"""Raised with every change of what derive answers: stored standings keep the version that made them."""
REMIND = dt.timedelta(days=7)
"""An "unverifiable" of this age is shown for another look: a weekly desk meeting is the slowest that papers have."""


class Hint(Struct, frozen=True, order=True):
    """Something to accept or reject with one key: a standing, or what a statement does to an earlier one of its party.

    `statements` are in the order of saying for "reverses" and "qualifies", by number for a standing.
    """

    about: Literal["conceded", "contested", "qualifies", "reverses"]
    statements: tuple[int, ...]


def derive(
    links: Iterable[Link],
    cast: Cast,
    figures: Iterable[Count] = (),
    findings: Iterable[Finding] = (),
    relations: Iterable[Relation] = (),
    known: Known | None = None,
) -> Derived:
    """The computed standing of a claim. `figures` answer it; findings and relations may be the story's.

    Suggested links decide nothing: what nobody has accepted moves no standing that readers see.
    `known` has what was heard of the figures, if anybody has it already.
    """
    every = sorted(shown(links), key=lambda link: link.statement)
    counting = live(every)
    numbers = {each.statement for each in counting}
    counts = [each for each in figures if each.ref[0] in numbers and not each.out]
    known = heard(counts, cast) if known is None else known
    denied = _denied(counting, cast, tuple(relations))
    contested = denied or _disputed(counts, tuple(findings))
    standing = _standing(every, counting, counts, cast, known, contested=contested)
    sided = standing == "one_source" and label(standing, source(counting, cast)) == "one_side"
    inputs = tuple(each.statement for each in every)
    return Derived(standing, RULE, VERSION, inputs, sided, denied and standing == "contested")


def stand(derived: Derived, setting: Setting | None) -> Standing:
    """Where the claim stands in public: what an editor set, unless it isn't valid or something new overtook it.

    verified and refuted are left only by an editor. The others give way to a contradiction, a withdrawal or a
    newer figure that arose after they were set.
    """
    if setting is None or not valid(setting):
        return derived.standing
    firm = setting.standing in ("verified", "refuted")
    overtaken = derived.standing in ("contested", "superseded", "withdrawn") and derived.standing != setting.over
    return derived.standing if overtaken and not firm else setting.standing


def valid(setting: Setting) -> bool:
    """True when it has what its standing demands: always a reason, and evidence, a day or a second editor."""
    match setting.standing:
        case "verified":
            enough = bool(setting.evidence)
        case "refuted":
            enough = bool(setting.evidence) and setting.seconded not in ("", setting.by)
        case "unverifiable":
            enough = setting.on is not None
        case _:
            enough = True
    return enough and bool(setting.by) and bool(setting.reason)


def aged(setting: Setting, today: dt.date) -> bool:
    """True when an "unverifiable" is so old that somebody should try again."""
    return setting.standing == "unverifiable" and setting.on is not None and today - setting.on >= REMIND


def hints(links: Iterable[Link], cast: Cast) -> tuple[Hint, ...]:
    """What an editor should look at, sorted: denials not accepted yet, turns of one party, admissions."""
    counting = live(links)
    ties = _ties(counting, cast)
    yes, no = affirming(counting), denying(counting)
    yeas, nays = ({ties[each.statement] for each in some} for some in (yes, no))
    # one party against itself is a turn, not a dispute
    denied, denials = strangers(yeas, nays), strangers(nays, yeas)
    answers = [each for each in no if ties[each.statement] in denials]
    found: set[Hint] = set()
    if answers and not any(each.accepted for each in answers):
        pairs = (*(each for each in yes if ties[each.statement] in denied), *answers)
        found.add(Hint("contested", tuple(sorted(each.statement for each in pairs))))
    found |= {Hint("conceded", (each.statement,)) for each in yes if each.act == "concede"}
    return tuple(sorted(found | _turns(counting, ties)))


def _standing(
    every: Sequence[Link],
    counting: Sequence[Link],
    counts: Sequence[Count],
    cast: Cast,
    known: Known,
    *,
    contested: bool,
) -> Standing:
    yes = affirming(counting)
    if not yes:
        gone = affirming(every)
        if not gone:
            return "open"
        return "superseded" if any(not each.withdrawn for each in gone) else "withdrawn"
    if contested:
        return "contested"
    said = {(each.chain, each.said) for each in yes}
    spoke = {(root, on) for chain, on in said for root in roots(chain, cast, on)}
    apart = {(root, side(root, cast, on)): (root, on) for root, on in spoke}  # a day only decides on the side
    if not _independent([*apart.values()], cast):
        return "one_source"
    return "open" if denying(counting) or not _agree(counts, known) else "several"


def _independent(spoke: Sequence[Spoke], cast: Cast) -> bool:
    """True when two of them are independent of each other. Mostly the first one and another tell."""
    if any(independent(spoke[0], each, cast) for each in spoke[1:]):
        return True
    lines = {dependence(each, cast) for each in spoke}
    return bool(len(lines) > 2 and strangers(lines, lines))


def _denied(counting: Sequence[Link], cast: Cast, relations: Sequence[Relation]) -> bool:
    """True when an editor accepted a denial, as a stance or as a relation, by somebody else than who affirms."""
    yes, no = affirming(counting), denying(counting)
    if no and strangers((_voices(each, cast) for each in yes), (_voices(each, cast) for each in no)):
        return True
    by_number = {each.statement: each for each in counting}
    accepted = [each for each in relations if each.judgement == "accepted" and each.kind in ("denies", "contradicts")]
    known = [each for each in accepted if each.one in by_number and each.other in by_number]
    return any(differ(by_number[each.one], by_number[each.other], cast) for each in known)


def _disputed(counts: Sequence[Count], findings: Sequence[Finding]) -> bool:
    """True when a rule found a contradiction between figures that an editor accepted, both of them."""
    accepted = {each.ref for each in counts if each.accepted}
    rules = [each for each in findings if each.rule == "contradicts" and each.how == "computed"]
    return any(accepted.issuperset(each.refs) for each in rules)


def _agree(counts: Sequence[Count], known: Known) -> bool:
    """True when no two of the newest figures exclude each other; roots that differ don't affirm the same."""
    return agree((each for each in latest(counts, known) if not each.figure.increment), known)


def _turns(counting: Sequence[Link], ties: Mapping[int, Ties]) -> set[Hint]:
    """What statements do to the latest earlier ones of the same party that said otherwise."""
    said = defaultdict[tuple[Stance, Hashable], list[tuple[dt.date, int]]](list)
    for each in counting:
        for key in ties[each.statement].found:
            if each.said is not None:
                said[each.stance, key].append((each.said, each.statement))
    for days in said.values():
        days.sort()
    found: set[Hint] = set()
    for link in counting:
        if link.said is None or link.stance not in ("affirms", "denies", "partly"):
            continue
        before: Stance = "denies" if link.stance == "affirms" else "affirms"
        earlier = [said[before, key] for key in ties[link.statement].sought if (before, key) in said]
        pairs = [(number, link.statement) for number in _latest(earlier, link.said)]
        found |= {Hint("qualifies" if link.stance == "partly" else "reverses", pair) for pair in pairs}
        if pairs and link.stance == "affirms":
            found.add(Hint("conceded", (link.statement,)))
    return found


def _latest(some: Iterable[Sequence[tuple[dt.date, int]]], before: dt.date) -> set[int]:
    """The statements of the last day before this one; each list is sorted."""
    ends = [(days, end) for days in some if (end := bisect_left(days, (before,)))]
    last = max((days[end - 1][0] for days, end in ends), default=before)
    return {number for days, end in ends for _, number in days[bisect_left(days, (last,), hi=end) : end]}


def _ties(counting: Iterable[Link], cast: Cast) -> dict[int, Ties]:
    """By statement the ties of who said it to whoever is akin."""

    @cache
    def known(chain: Chain, said: dt.date | None) -> Ties:
        return kin(roots(chain, cast, said), cast)

    return {each.statement: known(each.chain, each.said) for each in counting}


def _voices(link: Link, cast: Cast) -> Ties:
    return voices(roots(link.chain, cast, link.said), cast)
