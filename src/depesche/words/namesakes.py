"""Which names of a story are one and the same: "Huber" is Anton Huber where no other Huber is named.

In: all names that a story's statements have, and the house. Out: by name its root, an id of the house or the fullest of
those that mean the same; by root the shorter names that may mean it, too. Never dependent on the order of names, and
in doubt two names are neither one nor independent of each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from depesche.words.names import Called, called
from depesche.words.parties import Chain
from depesche.words.reckoning import House, names_of

TAIL = 7
"""Letters of a word that may be the end of a longer one: "Ministerium" may mean "Innenministerium". Such are names of
bodies; shorter ones are people's as well, and no Oberhuber is a Huber."""


class Namesakes(Struct, frozen=True, gc=False):
    """`one` leads from each name to its root, `alike` from a root to roots whose shorter name may mean it."""

    one: Mapping[str, str] = field(default_factory=dict)
    alike: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def resolved(self, chain: Chain) -> Chain:
        """The chain with roots in the place of names."""
        one = self.one
        return Chain(tuple(one.get(hop, hop) for hop in chain.hops), tuple(one.get(hop, hop) for hop in chain.jointly))


def namesakes(names: Iterable[str], house: House) -> Namesakes:
    """Who is who among these names. Near-linear: names are compared with those only that they may stand in."""
    found = {name: house.find(name) for name in set(names)}
    spelled = {id: {id, *names_of(house.parties[id])} for id in found.values() if id in house.parties}
    one = {name: id for name, id in found.items() if id}
    for same in _grouped(name for name, id in found.items() if not id):
        root = min(same, key=_plainness)
        one |= dict.fromkeys(same, root)
        if not called(root).nobody:
            spelled[root] = same
    longer = _longer(spelled)
    taken = {root: top for root, above in longer.items() if (top := _top(root, above, longer, spelled, house))}
    alike = defaultdict[str, set[str]](set)
    for root, above in longer.items():
        for each in above:
            if not {root, each} <= house.parties.keys():  # two that the house names are two
                alike[taken.get(each, each)].add(taken.get(root, root))
    return Namesakes(
        {name: taken.get(root, root) for name, root in one.items()},
        {root: frozenset(may - {root}) for root, may in alike.items() if may - {root}},
    )


def _grouped(names: Iterable[str]) -> Iterator[set[str]]:
    """Names that are the same in essence; who has no name is only who is called the same."""
    groups = defaultdict[object, set[str]](set)
    for name in names:
        who = called(name)
        groups[name if who.unnamed or not who.core else who.core].add(name)
    yield from groups.values()


def _plainness(name: str) -> tuple[bool, bool, bool, str]:
    """The least is shown: rather "Feuerwehr" than "Die Feuerwehr", rather that than "Ein Sprecher der Feuerwehr"."""
    who = called(name)
    dressed = len(name.split()) - len(who.words)
    return dressed > who.led, name[:1].islower(), who.led, name


def _longer(spelled: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """By root the roots that have a name in which one of its names stands."""
    cores = defaultdict[frozenset[str], set[str]](set)
    for root, names in spelled.items():
        for name in names:
            if core := called(name).core:
                cores[core].add(root)
    common = Counter(word for core in cores for word in core)
    filed = defaultdict[str, list[frozenset[str]]](list)
    for core in cores:  # under its rarest word only, so that hardly any is looked at in vain
        filed[min(core, key=lambda word: (common[word], word))].append(core)
    longer = defaultdict[str, set[str]](set)
    for core, roots in cores.items():
        within = {part for word in core for part in filed.get(word, ()) if part < core}
        for part in within | {part for tail in _tails(core) for part in filed.get(tail, ()) if len(part) == 1}:
            for root in cores[part]:
                longer[root] |= roots - {root}
    return {root: above for root, above in longer.items() if above}


def _tails(core: frozenset[str]) -> Iterator[str]:
    """What longer words end in: "ministerium" of "innenministerium", and more that is no word."""
    return (word[start:] for word in core for start in range(1, len(word) - TAIL + 1))


def _top(
    root: str, above: set[str], longer: Mapping[str, set[str]], spelled: Mapping[str, set[str]], house: House
) -> str:
    """The person whose last name this is, if only one such person is named; whom the house names stays what it is."""
    tops = [each for each in above if each not in longer]
    if len(tops) != 1 or root in house.parties or not _person(spelled[root], spelled[tops[0]]):
        return ""
    return tops[0]


def _person(short: set[str], full: set[str]) -> bool:
    """True when the one is the last name of the other: "Huber" of "Anton Huber", not "Ukraine" of a staff's name."""
    if any(called(name).led for name in short | full):
        return False
    return any(_ends(called(one), called(other)) for one in short for other in full)


def _ends(short: Called, full: Called) -> bool:
    before = len(full.words) - len(short.words)
    tail = before > 0 and full.words[before:] == short.words and full.words[before - 1] in full.core
    return tail and full.proper and not full.joint
