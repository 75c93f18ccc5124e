"""Who is who: parties, outlets, sides, and the chain that a statement came through.

In: ids that the desk resolved, and what the house knows of them. Out: roots, and whether two parties are one voice.
An unknown root stays unknown and a side is never guessed: what nobody recorded is "" or an empty set here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct, field

from depesche.words.names import called

PartyKind: TypeAlias = Literal[
    "state", "armed_force", "agency", "intelligence", "person", "ngo", "un", "own", "unnamed", "other"
]
"""own: our reporter. unnamed: somebody who is quoted without a name; never a root, because nobody can count them."""
OutletKind: TypeAlias = Literal["wire", "state_media", "public", "private", "social"]

Spoke: TypeAlias = tuple[str, dt.date | None]
"""A root, and the day on which it spoke: sides are dated."""


class Role(Struct, frozen=True, omit_defaults=True):
    """An office in words, and the days (inclusive) on which it was held; None is unknown or still."""

    words: str
    first: dt.date | None = None
    last: dt.date | None = None


class Party(Struct, frozen=True, omit_defaults=True):
    """Somebody who says something. `names` by language ("de", "en"); `org` is the party it belongs to or speaks for.

    `aliases` are other names under which texts know it.
    """

    id: str
    kind: PartyKind = "other"
    names: dict[str, str] = field(default_factory=dict)
    org: str = ""
    roles: tuple[Role, ...] = ()
    aliases: tuple[str, ...] = ()


class Outlet(Struct, frozen=True, omit_defaults=True):
    """Where something is said. One that is a party too (KCNA) has the same id there."""

    id: str
    name: str = ""
    kind: OutletKind = "private"
    controlled_by: str = ""
    aliases: tuple[str, ...] = ()


class Side(Struct, frozen=True, omit_defaults=True):
    """An editor's word that a party stands on this side of a story, between these days (inclusive)."""

    party: str
    side: str
    first: dt.date | None = None
    last: dt.date | None = None


class Cast(Struct, frozen=True, omit_defaults=True):
    """Everybody in a story: the house's parties and outlets by id, the story's own sides.

    `alike` has by root those whose shorter name may mean it, too (namesakes.py): nobody knows whether they are two.
    """

    parties: dict[str, Party] = field(default_factory=dict)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    sides: tuple[Side, ...] = ()
    alike: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Chain(Struct, frozen=True, omit_defaults=True, gc=False):
    """Ids from the outlet nearest to us to the root, which comes last; "" is a hop that the text doesn't name.

    `jointly` are parties that are named in one breath behind the last hop ("Geheimdienste der USA, Südkoreas und
    der Ukraine"): known parties whose root, one or several, isn't known.
    """

    hops: tuple[str, ...] = ()
    jointly: tuple[str, ...] = ()


def above(party: str, cast: Cast) -> tuple[str, ...]:
    """The party itself, then whom it belongs to or is controlled by, nearest first; ends where a circle would begin."""
    found = [party]
    for each in found:
        for upper in _uppers(each, cast):
            if upper and upper not in found:
                found.append(upper)
    return tuple(found)


def voice(party: str, cast: Cast) -> str:
    """Whom the party speaks for: a person speaks for the organisation, everybody else for themselves."""
    for each in above(party, cast):
        if kind_of(each, cast) not in ("person", "unnamed"):
            return each
    return party


def controls(one: str, other: str, cast: Cast) -> bool:
    """True when the one stands above the other."""
    return one != other and one in above(other, cast)


def akin(one: str, other: str, cast: Cast) -> bool:
    """True for "the same party" in the wide sense that suggestions use: one voice, control, or one house below a state.

    Two generals of one army are akin; an army and a secret service of one state aren't.
    """
    if _one_line(one, other, cast):
        return True
    shared = set(above(one, cast)) & set(above(other, cast))
    return any(kind_of(each, cast) != "state" for each in shared)


def side(party: str, cast: Cast, on: dt.date | None = None) -> str:
    """The side that an editor gave the party, or whoever is above it, for this day; "" when nobody did."""
    for each in above(party, cast):
        held = [s for s in cast.sides if s.party == each and _covers(s, on)]
        if held:
            return max(held, key=lambda s: (s.first or dt.date.min, s.side)).side
    return ""


def roots(chain: Chain, cast: Cast, on: dt.date | None = None) -> frozenset[str]:
    """Who is at the end of the chain; empty when that is unknown.

    An outlet that merely reports is no root; one that is controlled speaks for its controller. Whoever the house
    doesn't know is one unless the name says otherwise. Parties that are named jointly are roots of their own only once
    an editor has put them on different sides.
    """
    if chain.jointly:
        sides = {side(each, cast, on) for each in chain.jointly}
        return frozenset(chain.jointly) if len(sides) > 1 and "" not in sides else frozenset()
    last = chain.hops[-1] if chain.hops else ""
    if not last or kind_of(last, cast) == "unnamed":
        return frozenset()
    if last not in cast.parties:
        outlet = cast.outlets.get(last)
        last = outlet.controlled_by if outlet is not None else "" if called(last).nobody else last
    return frozenset({last}) if last else frozenset()


def named(chain: Chain, cast: Cast) -> frozenset[str]:
    """The parties that the chain ends with, whether their root is known or not."""
    return frozenset(chain.jointly) or roots(chain, cast)


def independent(one: Spoke, other: Spoke, cast: Cast) -> bool:
    """True when two roots are two parties, not on one side, none controlling the other and none a name for the other.

    A computed "several sources" needs this; whether they are *unabhängig* only an editor may say.
    """
    mine, yours = one[0], other[0]
    if _one_line(mine, yours, cast) or yours in cast.alike.get(mine, ()) or mine in cast.alike.get(yours, ()):
        return False
    sides = side(mine, cast, one[1]), side(yours, cast, other[1])
    return "" in sides or sides[0] != sides[1]


def is_outlet(id: str, cast: Cast) -> bool:
    """True for an outlet of the house's, and for one that the house doesn't know but everybody else does."""
    return id in cast.outlets or (id not in cast.parties and called(id).outlet)


def kind_of(party: str, cast: Cast) -> PartyKind:
    """What kind of party it is; "other" for one that nobody knows."""
    return cast.parties[party].kind if party in cast.parties else "other"


def _one_line(one: str, other: str, cast: Cast) -> bool:
    """True when they speak for the same, or one of those that they speak for stands above the other."""
    mine, yours = voice(one, cast), voice(other, cast)
    return mine == yours or controls(mine, yours, cast) or controls(yours, mine, cast)


def _uppers(party: str, cast: Cast) -> tuple[str, str]:
    known, outlet = cast.parties.get(party), cast.outlets.get(party)
    return (known.org if known else "", outlet.controlled_by if outlet else "")


def _covers(given: Side, on: dt.date | None) -> bool:
    if on is None:
        return True
    return (given.first is None or given.first <= on) and (given.last is None or on <= given.last)
