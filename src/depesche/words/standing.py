"""Where a claim stands: the second axis, derived from the statements or set by an editor.

In: statements linked to a claim, its figures and what compare.py found. Out: Derived, the standing, hints for one key.
Outlets are never counted, an unknown root never becomes a known one, and no rule says that something is true.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import combinations, product
from typing import Literal

from msgspec import Struct

from depesche.words.claims import Count, Derived, Link, Relation, Setting, Standing
from depesche.words.compare import Finding, Known, heard
from depesche.words.parties import Cast, akin, independent, roots, side
from depesche.words.series import agree
from depesche.words.sourcing import affirming, denying, differ, live
from depesche.words.tables import latest

RULE = "standing"
VERSION = 1
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

    `known` has what was heard of the figures, if anybody has it already.
    """
    every = sorted(links, key=lambda link: link.statement)
    counting = live(every)
    numbers = {each.statement for each in counting}
    counts = [each for each in figures if each.ref[0] in numbers and not each.out]
    known = heard(counts, cast) if known is None else known
    standing = _standing(every, counting, counts, cast, tuple(findings), tuple(relations), known)
    return Derived(standing, RULE, VERSION, tuple(each.statement for each in every))


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
    found: set[Hint] = set()
    pairs = [(a, d) for a, d in product(affirming(counting), denying(counting)) if differ(a, d, cast)]
    pairs = [(a, d) for a, d in pairs if not _akin(a, d, cast)]  # one party against itself is a turn, not a dispute
    if pairs and not any(d.accepted for _, d in pairs):
        found.add(Hint("contested", tuple(sorted({each.statement for pair in pairs for each in pair}))))
    found |= {Hint("conceded", (each.statement,)) for each in affirming(counting) if each.act == "concede"}
    for each in counting:
        found |= _turn(each, counting, cast)
    return tuple(sorted(found))


def _standing(
    every: Sequence[Link],
    counting: Sequence[Link],
    counts: Sequence[Count],
    cast: Cast,
    findings: Sequence[Finding],
    relations: Sequence[Relation],
    known: Known,
) -> Standing:
    yes = affirming(counting)
    if not yes:
        gone = affirming(every)
        if not gone:
            return "open"
        return "superseded" if any(not each.withdrawn for each in gone) else "withdrawn"
    if _denied(counting, cast, relations) or _disputed(counts, findings):
        return "contested"
    said = {(each.chain, each.said) for each in yes}
    spoke = {(root, on) for chain, on in said for root in roots(chain, cast, on)}
    apart = {(root, side(root, cast, on)): (root, on) for root, on in spoke}  # a day only decides on the side
    if not any(independent(one, other, cast) for one, other in combinations(apart.values(), 2)):
        return "one_source"
    return "open" if denying(counting) or not _agree(counts, known) else "several"


def _denied(counting: Sequence[Link], cast: Cast, relations: Sequence[Relation]) -> bool:
    """True when an editor accepted a denial, as a stance or as a relation, by somebody else than who affirms."""
    no = [each for each in denying(counting) if each.accepted]
    if any(differ(one, each, cast) for one in affirming(counting) for each in no):
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


def _turn(link: Link, counting: Sequence[Link], cast: Cast) -> set[Hint]:
    """What a statement does to the latest earlier one of the same party that said otherwise."""
    if link.said is None or link.stance not in ("affirms", "denies", "partly"):
        return set()
    before = "denies" if link.stance == "affirms" else "affirms"
    earlier = [e for e in counting if e.stance == before and e.said and e.said < link.said and _akin(e, link, cast)]
    if not earlier:
        return set()
    day = max(each.said for each in earlier if each.said)
    pairs = [(each.statement, link.statement) for each in earlier if each.said == day]
    found = {Hint("qualifies" if link.stance == "partly" else "reverses", pair) for pair in pairs}
    return found | ({Hint("conceded", (link.statement,))} if link.stance == "affirms" else set())


def _akin(one: Link, other: Link, cast: Cast) -> bool:
    return any(
        akin(a, b, cast) for a, b in product(roots(one.chain, cast, one.said), roots(other.chain, cast, other.said))
    )
