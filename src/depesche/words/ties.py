"""Who is tied to whom, for many speakers at once: what parties.py says of two, without looking at every two.

In: the ends of chains (roots), and who is who. Out: keys by which tied speakers find each other. Never another answer
than `akin`, `independent` and `sourcing.differ` give for two (tests/words/test_ties.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable

from msgspec import Struct

from depesche.words.parties import Cast, Spoke, above, kind_of, side, voice


class Ties(Struct, frozen=True, gc=False):
    """Two are tied when the one seeks a key under which the other is found; it never matters which is the one."""

    sought: frozenset[Hashable] = frozenset()
    found: frozenset[Hashable] = frozenset()


def kin(roots: Iterable[str], cast: Cast) -> Ties:
    """Ties of those that are akin: one voice, control, or one house below a state. Nobody is akin to the unknown."""
    ends = tuple(roots)
    shared = {(0, each) for root in ends for each in above(root, cast) if kind_of(each, cast) != "state"}
    line = _line(ends, cast)
    return Ties(line.sought | shared, line.found | shared)


def dependence(spoke: Spoke, cast: Cast) -> Ties:
    """Ties of those that aren't independent of each other: one line of command, one side on their days, or one name."""
    root, on = spoke
    line, stands = _line((root,), cast), side(root, cast, on)
    sides, alike = {(3, stands)} if stands else set(), cast.alike.get(root, ())
    sought = {(5, root), *((4, each) for each in alike)} if cast.alike else set()
    found = {(4, root), *((5, each) for each in alike)} if cast.alike else set()
    return Ties(line.sought | sides | sought, line.found | sides | found)


def voices(roots: Iterable[str], cast: Cast) -> Ties:
    """Ties of those who are known to speak for one party."""
    keys = frozenset(voice(root, cast) for root in roots)
    return Ties(keys, keys)


def strangers(ones: Iterable[Ties], others: Iterable[Ties]) -> set[Ties]:
    """Those of the first that aren't tied to every one of the second."""
    known, found = set(others), defaultdict[Hashable, set[Ties]](set)
    for each in known:
        for key in each.found:
            found[key].add(each)
    return {one for one in set(ones) if not _covers([found[key] for key in one.sought if key in found], len(known))}


def _covers(some: Collection[set[Ties]], number: int) -> bool:
    """True when there are so many in all of the sets together. Mostly one of them tells, or how large they are."""
    if any(len(each) == number for each in some):
        return True
    return sum(map(len, some)) >= number and len(set[Ties]().union(*some)) == number


def _line(ends: Iterable[str], cast: Cast) -> Ties:
    """Ties of those who speak for the same, or of whom one speaks for somebody above the other."""
    spoken = {voice(root, cast) for root in ends}
    uppers = {upper for each in spoken for upper in above(each, cast)}
    return Ties(
        frozenset({*((1, each) for each in uppers), *((2, each) for each in spoken)}),
        frozenset({*((1, each) for each in spoken), *((2, each) for each in uppers)}),
    )
