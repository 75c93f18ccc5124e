"""Which names of a story are one: spellings and last names, never two that only may be, in any order of arrival."""

from __future__ import annotations

import time
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.words.claims import Link
from depesche.words.names import called
from depesche.words.namesakes import namesakes
from depesche.words.parties import Cast, Chain, Party, independent, roots
from depesche.words.reckoning import House, house
from depesche.words.sourcing import label, source
from depesche.words.standing import derive

HOUSE = house(
    {
        "feuerwehr": Party("feuerwehr", "other", {"de": "Feuerwehr"}),
        "selenskyj": Party("selenskyj", "person", {"de": "Wolodymyr Selenskyj", "en": "Volodymyr Zelensky"}),
        "kueste": Party("kueste", "other", {"de": "Küstenwache"}),
        "wache": Party("wache", "other", {"de": "Küstenwache Nord"}),
    },
    {},
)


def stood(*names: str, known: House = HOUSE) -> tuple[str, str, tuple[str, ...]]:
    """Standing, label and roots of a claim that all of these affirm."""
    who = namesakes(names, known)
    cast = Cast(known.parties, known.outlets, alike=who.alike)
    links = [Link(n, "affirms", who.resolved(Chain((name,))), accepted=True) for n, name in enumerate(names, 1)]
    found = source(links, cast)
    standing = derive(links, cast).standing
    return standing, label(standing, found), found.affirming.roots


@pytest.mark.parametrize(
    ("names", "root"),
    [
        (("Die Polizei", "Polizei", "Ein Sprecher der Polizei"), "Polizei"),
        (("Huber", "Anton Huber", "Bürgermeister Huber"), "Anton Huber"),
        (("von der Leyen", "Ursula von der Leyen"), "Ursula von der Leyen"),
        (("The police", "the police"), "The police"),
        (("ukrainischen Generalstab", "Der ukrainische Generalstab"), "Der ukrainische Generalstab"),
        (("Die Feuerwehr", "Ein Feuerwehrsprecher"), "feuerwehr"),
        (("Zelensky", "Präsident Wolodymyr Selenskyj"), "selenskyj"),
    ],
)
def test_one_who_is_named_in_many_ways_is_one_root(names: tuple[str, ...], root: str) -> None:
    assert stood(*names) == ("one_source", "one_source", (root,))


@pytest.mark.parametrize(
    "names",
    [
        ("Polizei", "Die Polizei München"),
        ("Das Ministerium", "Das Innenministerium"),
        ("Ukraine", "Generalstab der Ukraine"),
        ("Polizei", "Polizei und Feuerwehrverband"),
        ("Feuerwehr", "Freiwillige Feuerwehr Passau"),
        ("Leyen", "Ursula von der Leyen"),
    ],
)
def test_names_that_may_mean_one_are_never_several(names: tuple[str, ...]) -> None:
    standing, shown, found = stood(*names)
    assert (standing, shown, len(found)) == ("one_source", "one_side", 2)


@pytest.mark.parametrize("names", [("Polizei", "Feuerwehr"), ("Anton Huber", "Maria Huber"), ("Küstenwache", "wache")])
def test_sources_that_are_clearly_different_are_several(names: tuple[str, ...]) -> None:
    assert stood(*names)[0] == "several"


def test_outlets_that_everybody_knows_and_people_without_a_name_are_no_roots() -> None:
    assert stood("Reuters", "AFP", "Le Monde", "die New York Times", "Ein Augenzeuge", "Ein Sprecher") == (
        "one_source",
        "one_source",
        (),
    )


def test_a_house_may_name_an_outlet_as_a_party() -> None:
    agency = house({"tass": Party("tass", "agency", {"de": "TASS"})}, {})
    assert stood("TASS", "Polizei", known=agency) == ("several", "several", ("Polizei", "tass"))


def test_a_last_name_that_two_have_is_independent_of_neither() -> None:
    who = namesakes(["Huber", "Anton Huber", "Maria Huber", "Polizei"], HOUSE)
    cast = Cast(alike=who.alike)
    assert who.one["Huber"] == "Huber"
    assert not independent(("Huber", None), ("Maria Huber", None), cast)
    assert not independent(("Anton Huber", None), ("Huber", None), cast)
    assert independent(("Anton Huber", None), ("Maria Huber", None), cast)
    assert independent(("Huber", None), ("Polizei", None), cast)


WORDS = [
    "Huber",
    "Anton",
    "Maria",
    "die",
    "Polizei",
    "München",
    "der",
    "Bundespolizei",
    "Sprecher",
    "und",
    "ein",
    "von",
]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@given(st.lists(NAMES, max_size=8), st.randoms())
def test_who_is_who_depends_on_no_order(names: list[str], random: Any) -> None:
    who = namesakes(names, HOUSE)
    assert namesakes(random.sample(names, len(names)), HOUSE) == who
    assert {who.one[root] for root in who.one.values() if root in who.one} <= set(who.one.values())
    named = sorted(name for name in set(names) if roots(Chain((name,)), Cast()))
    for one, other in combinations(named, 2):
        mine, yours = who.one[one], who.one[other]
        apart = independent((mine, None), (yours, None), Cast(alike=who.alike))
        cores = called(one).core, called(other).core
        assert not (apart and (cores[0] <= cores[1] or cores[1] <= cores[0]))


def test_thousands_of_names_take_no_time() -> None:
    names = [f"{first}{n} Huber{n % 45}" for n in range(1_500) for first in ("Anton", "Maria")]
    names += [f"Huber{n}" for n in range(45)] + [f"Feuerwehr Ort{n}" for n in range(1_500)] + ["Feuerwehr"]
    namesakes(names, HOUSE)
    began = time.process_time()
    who = namesakes(names, HOUSE)
    assert time.process_time() - began < 1, "some 0.05 s"
    assert len(set(who.one.values())) == len(set(names))
