"""Sourcing, the first axis: which statements stand behind a claim and against it, and whose they are.

In: the statements linked to a claim. Out: roots, parties and sides, counted; links that newer ones overtook or that
were recalled. Outlets are never counted, and an unknown root never becomes a known one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, TypeAlias

from msgspec.structs import replace

from depesche.words.claims import Count, Link, Ref, Sourcing, Standing, Tally
from depesche.words.parties import Cast, Spoke, named, roots, side, voice

Label: TypeAlias = Standing | Literal["one_side"]
AFFIRMING = ("affirms", "figure")


def source(links: Iterable[Link], cast: Cast) -> Sourcing:
    """How many roots, parties and sides affirm and deny; only what readers are told of and still holds counts."""
    counted = live(shown(links))
    own = any(each.own for each in counted)
    return Sourcing(_tally(affirming(counted), cast), _tally(denying(counted), cast), own)


def label(standing: Standing, sourcing: Sourcing) -> Label:
    """The key of the words that readers see: one source is "Eine Seite" when several parties stand behind it."""
    several = len(sourcing.affirming.roots) > 1 or len(sourcing.affirming.parties) > 1
    return "one_side" if standing == "one_source" and several else standing


def overtake(links: Iterable[Link], figures: Iterable[Count], older: Collection[Ref]) -> tuple[Link, ...]:
    """The links, marked superseded where the same root updated every figure that they gave to the claim (`older`)."""
    refs = [each.ref for each in figures]
    left = {ref[0] for ref in refs if ref in older} - {ref[0] for ref in refs if ref not in older}
    return tuple(replace(each, superseded=True) if each.statement in left else each for each in links)


def _tally(links: Sequence[Link], cast: Cast) -> Tally:
    ends = [(each, roots(each.chain, cast, each.said)) for each in links]
    known: set[Spoke] = {(root, each.said) for each, found in ends for root in found}
    parties = {voice(party, cast) for each in links for party in named(each.chain, cast)}
    sides = {side(root, cast, said) for root, said in known} - {""}
    unknown = sum(not found for _, found in ends)
    return Tally(tuple(sorted({root for root, _ in known})), unknown, tuple(sorted(parties)), tuple(sorted(sides)))


def shown(links: Iterable[Link]) -> list[Link]:
    """What readers are told of, in the same order: no suggestions, and nobody for a figure that left the table."""
    return [each for each in links if each.accepted and not each.out]


def live(links: Iterable[Link]) -> list[Link]:
    """What still holds, in the same order: neither withdrawn nor superseded, nor out."""
    return [each for each in links if not (each.withdrawn or each.superseded or each.out)]


def affirming(links: Iterable[Link]) -> list[Link]:
    """Those that say yes, or give a figure of their own."""
    return [each for each in links if each.stance in AFFIRMING]


def denying(links: Iterable[Link]) -> list[Link]:
    """Those that say no."""
    return [each for each in links if each.stance == "denies"]


def differ(one: Link, other: Link, cast: Cast) -> bool:
    """True unless both are known to come from one root."""
    mine, yours = ({voice(r, cast) for r in roots(e.chain, cast, e.said)} for e in (one, other))
    return not (mine & yours)
