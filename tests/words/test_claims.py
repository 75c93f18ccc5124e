"""Chains and roots: outlets are never sources, unknown roots stay unknown, sides are only what editors said."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.words.claims import Claim, Count, Period, period
from depesche.words.copy import Interval
from depesche.words.parties import (
    Cast,
    Chain,
    Outlet,
    Party,
    Side,
    above,
    akin,
    controls,
    independent,
    named,
    roots,
    side,
    voice,
)
from tests.words.makers import CAST, KINDS, chain, count, day

JOINT = Chain(("afp",), ("us_intelligence", "nis", "ua_intelligence"))


@pytest.mark.parametrize(
    ("given_chain", "expected"),
    [
        (chain("kyiv_independent", "reuters", "lee", "nis"), {"nis"}),
        (chain("dpa", "kcna"), {"kcna"}),
        (chain("dpa", "kcna", "kim"), {"kim"}),
        (chain("tass"), {"russia"}),  # it's an outlet only, and who controls it is known
        (chain("kyiv_independent", "reuters"), set()),
        (chain("reuters", "official"), set()),
        (chain("reuters", ""), set()),
        (chain(), set()),
        (JOINT, set()),
    ],
)
def test_the_last_hop_is_the_root_and_unknown_stays_unknown(given_chain: Chain, expected: set[str]) -> None:
    assert roots(given_chain, CAST) == expected


def test_kcna_through_five_outlets_is_one_root() -> None:
    ways = [chain(outlet, "kcna") for outlet in ("dpa", "reuters", "ap", "kbs", "outlet")]
    assert {root for way in ways for root in roots(way, CAST)} == {"kcna"}


def test_parties_named_jointly_are_roots_once_an_editor_put_them_on_different_sides() -> None:
    assert named(JOINT, CAST) == {"us_intelligence", "nis", "ua_intelligence"}
    sides = (Side("usa", "washington"), Side("rok", "seoul"))
    assert roots(JOINT, replace(CAST, sides=(*CAST.sides, *sides))) == named(JOINT, CAST)
    assert roots(JOINT, replace(CAST, sides=(*CAST.sides, sides[0]))) == frozenset(), "one of them has no side"
    allied = tuple(Side(state, "allies") for state in ("usa", "rok", "ukraine"))
    assert roots(JOINT, replace(CAST, sides=allied)) == frozenset(), "all on one side"


def test_a_person_speaks_for_the_organisation() -> None:
    assert voice("gerasimov", CAST) == "russian_army"
    assert voice("nis", CAST) == "nis"
    assert voice("nobody", CAST) == "nobody"
    assert controls("russia", "gerasimov", CAST)
    assert not controls("gerasimov", "russia", CAST)


def test_two_generals_are_akin_two_services_of_a_state_are_not() -> None:
    assert akin("gerasimov", "commander", CAST)
    assert akin("kcna", "kim", CAST)
    assert not akin("nis", "rok_army", CAST)
    assert not akin("gerasimov", "kcna", CAST)


def test_a_side_is_inherited_from_above_and_holds_between_its_days() -> None:
    assert side("kcna", CAST) == "moscow"
    assert side("nis", CAST) == ""
    cast = replace(CAST, sides=(Side("rok", "old", last=day("2024-12-31")), Side("rok", "new", day("2025-01-01"))))
    assert side("nis", cast, day("2024-06-01")) == "old"
    assert side("nis", cast, day("2025-06-01")) == "new"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("nis", "us_intelligence", True),
        ("nis", "rok_army", True),
        ("nis", "ua_staff", True),
        ("gerasimov", "commander", False),
        ("gerasimov", "kcna", False),  # one side
        ("kim", "kcna", False),  # one controls the other
        ("zelensky", "ua_staff", False),
        ("nis", "nis", False),
    ],
)
def test_two_roots_are_independent_unless_one_voice_one_side_or_control(one: str, other: str, expected: bool) -> None:
    assert independent((one, None), (other, None), CAST) is expected
    if not expected and (one, other) != ("gerasimov", "kcna"):
        assert not independent((one, None), (other, None), replace(CAST, sides=())), "without any side too"
    assert independent((other, None), (one, None), CAST) is expected


def test_a_circle_of_organisations_ends() -> None:
    cast = Cast({"a": Party("a", "person", org="b"), "b": Party("b", "person", org="a")})
    assert above("a", cast) == ("a", "b")
    assert voice("a", cast) == "a"
    assert roots(chain("x"), Cast(outlets={"x": Outlet("x", controlled_by="y")})) == {"y"}


@given(st.lists(st.sampled_from([*KINDS, "reuters", "tass", ""]), max_size=5), st.sampled_from([*KINDS]))
def test_whoever_stands_in_the_middle_of_a_chain_changes_nothing(hops: list[str], root: str) -> None:
    assert roots(chain(*hops, root), CAST) == roots(chain(root), CAST)


def test_a_time_that_the_reader_could_not_resolve_stays_unknown() -> None:
    assert period(None) == Period()
    autumn = Interval((0, 5), "im vergangenen Herbst", dt.date(2024, 9, 1), dt.date(2024, 11, 30), "season")
    assert period(autumn) == Period(dt.date(2024, 9, 1), dt.date(2024, 11, 30))


def test_nouns_survive_the_journal_format() -> None:
    noun = count(3, "2025-04-30", "killed", 600, "reuters", "nis")
    assert msgspec.json.decode(msgspec.json.encode(noun), type=Count) == noun
    claim = Claim(1, "Wie viele wurden getötet?", "quantity", "killed", period=Period(last=day("2025-04-30")))
    assert msgspec.json.decode(msgspec.json.encode(claim), type=Claim) == claim
    assert msgspec.json.decode(msgspec.json.encode(CAST), type=Cast) == CAST
