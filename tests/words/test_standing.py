"""Where claims stand: example C in every order of arrival, examples A and B's standings, each row of the table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.words.claims import Derived, Link, Ref, Relation, Setting, Standing, Tally
from depesche.words.compare import Finding
from depesche.words.copy import Act
from depesche.words.parties import Chain, Side
from depesche.words.sourcing import label, overtake, source
from depesche.words.standing import RULE, VERSION, Hint, aged, derive, hints, stand, valid
from depesche.words.tables import survey
from tests.words.makers import CAST, MEASURES, chain, count, day
from tests.words.test_compare import DEPLOYED, LOSSES


def link(number: int, stance: Any, *hops: str, said: str = "2025-04-26", **more: Any) -> Link:
    return Link(number, stance, more.pop("chain", chain(*hops)), day(said), **{"accepted": True, **more})


KURSK = {
    "gerasimov": link(1, "affirms", "tass", "gerasimov"),
    "staff": link(2, "denies", "reuters", "ua_staff", act="deny", accepted=False),
    "kcna": link(3, "affirms", "dpa", "kcna", said="2025-04-28"),
    "commander": link(4, "partly", "reuters", "commander", said="2025-05-02"),
    "nis": link(5, "partly", "reuters", "lee", "nis", said="2025-04-30"),
}


def updated(findings: Iterable[Finding]) -> set[Ref]:
    return {each.refs[0] for each in findings if each.rule == "updates" and each.how == "computed"}


def arrived(arrival: list[str]) -> dict[str, Link]:
    return {name: replace(KURSK[name], statement=n) for n, name in enumerate(arrival, 1)}


@settings(deadline=None)
@given(st.permutations(list(KURSK)))
def test_example_c_stands_the_same_in_every_order_of_arrival(arrival: list[str]) -> None:
    links = arrived(arrival)
    names = {each.statement: name for name, each in links.items()}
    accepted = [*(each for name, each in links.items() if name != "staff"), replace(links["staff"], accepted=True)]
    assert derive(links.values(), CAST).standing == "one_source"
    assert source(links.values(), CAST).denying == Tally(), "what nobody has accepted doesn't count"
    sourcing = source(accepted, CAST)
    assert sourcing.affirming == Tally(("gerasimov", "kcna"), 0, ("kcna", "russian_army"), ("moscow",))
    assert sourcing.denying == Tally(("ua_staff",), 0, ("ua_staff",), ("kyiv",))
    assert label("one_source", sourcing) == "one_side"
    found = {(each.about, tuple(names[number] for number in each.statements)) for each in hints(links.values(), CAST)}
    assert {(about, frozenset(who)) for about, who in found if about == "contested"} == {
        ("contested", frozenset({"gerasimov", "kcna", "staff"}))
    }
    assert {each for each in found if each[0] != "contested"} == {("qualifies", ("gerasimov", "commander"))}
    contested = derive(accepted, CAST)
    assert (contested.standing, contested.accepted) == ("contested", True)
    assert not any(each.about == "contested" for each in hints(accepted, CAST))


@given(st.permutations(list(KURSK)), st.integers(1, 4))
def test_example_c_is_never_several_on_the_way(arrival: list[str], number: int) -> None:
    links = [each for each in arrived(arrival).values() if each.statement <= number]
    assert derive(links, CAST).standing in ("open", "one_source")


def test_example_c_before_the_denial_is_one_source() -> None:
    links = [KURSK["gerasimov"]]
    assert derive(links, CAST) == Derived("one_source", RULE, VERSION, (1,))
    assert label("one_source", source(links, CAST)) == "one_source"
    assert not derive(links, CAST).sided


@settings(deadline=None)
@given(st.permutations(list(LOSSES)))
def test_example_a_is_contested_once_the_suggestion_is_accepted(arrival: list[str]) -> None:
    counts = {name: replace(LOSSES[name], ref=(n, 0), accepted=True) for n, name in enumerate(arrival, 1)}
    killed = {name: each for name, each in counts.items() if each.measure == "killed"}
    links = [Link(each.ref[0], "figure", each.chain, each.said, accepted=True) for each in killed.values()]
    findings = survey(counts.values(), MEASURES, CAST)
    links = list(overtake(links, killed.values(), updated(findings)))
    assert [each.statement for each in links if each.superseded] == [killed["nis_jan_killed"].ref[0]]
    assert derive(links, CAST, killed.values(), findings).standing == "open"
    pair = killed["nis_killed"].ref[0], killed["zelensky_killed"].ref[0]
    accepted = Relation(*pair, "contradicts", "accepted", "editor", "vier zu eins")
    contested = derive(links, CAST, killed.values(), findings, [accepted])
    assert (contested.standing, contested.accepted) == ("contested", True)
    rejected = replace(accepted, judgement="rejected")
    assert derive(links, CAST, killed.values(), findings, [rejected]).standing == "open"


def test_example_b_is_one_side_until_an_editor_splits_or_sets_sides() -> None:
    joint = DEPLOYED["autumn"].chain
    links = [link(1, "figure", chain=joint)]
    assert derive(links, CAST).standing == "one_source"
    sourcing = source(links, CAST)
    assert (sourcing.affirming.roots, sourcing.affirming.unknown, len(sourcing.affirming.parties)) == ((), 1, 3)
    assert label("one_source", sourcing) == "one_side"
    assert derive(links, CAST).sided
    split = [link(n, "figure", "afp", party) for n, party in enumerate(joint.jointly, 1)]
    assert derive(split, CAST).standing == "several"
    sides = (*CAST.sides, Side("usa", "washington"), Side("rok", "seoul"))
    assert derive(links, replace(CAST, sides=sides)).standing == "several"


def test_kcna_through_five_outlets_is_one_source() -> None:
    links = [link(n, "affirms", outlet, "kcna") for n, outlet in enumerate(("dpa", "ap", "afp", "kbs", "outlet"), 1)]
    assert derive(links, CAST).standing == "one_source"
    assert source(links, CAST).affirming == Tally(("kcna",), 0, ("kcna",), ("moscow",))


@pytest.mark.parametrize(
    ("links", "standing"),
    [
        ([], "open"),
        ([link(1, "no_info", "nis")], "open"),
        ([link(1, "denies", "nis")], "open"),
        ([link(1, "partly", "nis")], "open"),
        ([link(1, "affirms", "reuters")], "one_source"),
        ([link(1, "affirms", "reuters"), link(2, "affirms", "ap")], "one_source"),
        ([link(1, "affirms", "reuters"), link(2, "affirms", "nis")], "one_source"),
        ([link(1, "affirms", "kim"), link(2, "affirms", "kcna")], "one_source"),
        ([link(1, "affirms", "zelensky"), link(2, "affirms", "ua_staff")], "one_source"),
        ([link(1, "affirms", "russia"), link(2, "affirms", "kcna")], "one_source"),
        ([link(1, "affirms", "nis"), link(2, "affirms", "us_intelligence")], "several"),
        ([link(1, "affirms", "kcna"), link(2, "affirms", "ua_staff")], "several"),
        ([link(1, "affirms", "nis"), link(2, "affirms", "usa"), link(3, "denies", "kcna", accepted=False)], "several"),
        ([link(1, "affirms", "nis"), link(2, "affirms", "usa", accepted=False)], "one_source"),
        ([link(1, "affirms", "nis"), link(2, "figure", "usa", out=True)], "one_source"),
        ([link(1, "figure", "usa", out=True)], "open"),
        ([link(1, "affirms", "nis"), link(2, "affirms", "usa"), link(3, "denies", "kcna")], "contested"),
        ([link(1, "affirms", "nis"), link(2, "denies", "kcna")], "contested"),
        ([link(1, "affirms", "nis"), link(2, "denies", "nis")], "one_source"),
        ([link(1, "affirms", "nis"), link(2, "denies", "kcna", withdrawn=True)], "one_source"),
        ([link(1, "affirms", "nis", withdrawn=True)], "withdrawn"),
        ([link(1, "affirms", "nis", withdrawn=True), link(2, "affirms", "usa")], "one_source"),
        ([link(1, "figure", "nis", superseded=True)], "superseded"),
        ([link(1, "figure", "nis", superseded=True), link(2, "figure", "usa", withdrawn=True)], "superseded"),
    ],
)
def test_each_row_of_the_table(links: list[Link], standing: Standing) -> None:
    found = derive(links, CAST)
    assert found.standing == standing
    assert found.accepted == (standing == "contested"), "an editor accepted the denial"
    assert derive(reversed(links), CAST) == found


@pytest.mark.parametrize(
    ("numbers", "accepted", "standing"),
    [
        ((600, 620), True, "open"),  # 1.03: nothing is claimed, and they don't affirm the same
        ((600, 600), True, "several"),
        ((600, 2700), True, "contested"),
        ((600, 2700), False, "open"),
    ],
)
def test_figures_are_contested_between_accepted_ones_only(
    numbers: tuple[float, float], accepted: bool, standing: Standing
) -> None:
    counts = [
        count(n, "2025-04-30", "killed", number, root, accepted=accepted)
        for n, (number, root) in enumerate(zip(numbers, ("nis", "ua_staff"), strict=True), 1)
    ]
    links = [Link(each.ref[0], "figure", each.chain, each.said, accepted=True) for each in counts]
    found = derive(links, CAST, counts, survey(counts, MEASURES, CAST))
    assert found.standing == standing
    assert not found.accepted, "numbers contradict each other by themselves"


def test_a_claim_about_january_is_superseded_by_the_same_roots_april() -> None:
    old, new = LOSSES["nis_jan_killed"], LOSSES["nis_killed"]
    (marked,) = overtake([link(1, "figure", chain=old.chain)], [old], updated(survey([old, new], MEASURES, CAST)))
    assert derive([marked], CAST).standing == "superseded"


@pytest.mark.parametrize(("act", "about"), [("concede", "conceded"), ("assert", None)])
def test_an_admission_is_suggested_never_set(act: Act, about: str | None) -> None:
    links = [link(1, "affirms", "kcna", act=act)]
    assert derive(links, CAST).standing == "one_source"
    assert [each.about for each in hints(links, CAST)] == ([about] if about else [])


def test_affirming_against_an_earlier_denial_is_a_turn_and_an_admission() -> None:
    links = [link(1, "affirms", "kcna", said="2025-04-28"), link(2, "denies", "kim", said="2024-11-01")]
    assert hints(links, CAST) == (Hint("conceded", (1,)), Hint("reverses", (2, 1)))


SET = Setting("unverifiable", "anna", "Zugang verweigert", on=dt.date(2025, 4, 30))


@pytest.mark.parametrize(
    ("setting", "derived", "expected"),
    [
        (None, "several", "several"),
        (SET, "one_source", "unverifiable"),
        (SET, "several", "unverifiable"),
        (SET, "contested", "contested"),
        (replace(SET, over="contested"), "contested", "unverifiable"),
        (replace(SET, standing="verified", evidence="Video"), "contested", "verified"),
        (replace(SET, standing="verified"), "contested", "contested"),
        (replace(SET, standing="refuted", evidence="Video"), "one_source", "one_source"),
        (replace(SET, standing="refuted", evidence="Video", seconded="anna"), "one_source", "one_source"),
        (replace(SET, standing="refuted", evidence="Video", seconded="ben"), "several", "refuted"),
        (replace(SET, standing="conceded"), "withdrawn", "withdrawn"),
        (replace(SET, reason=""), "several", "several"),
    ],
)
def test_what_an_editor_set_holds_until_something_new_overtakes_it(
    setting: Setting | None, derived: Standing, expected: Standing
) -> None:
    assert stand(Derived(derived, RULE, VERSION), setting) == expected


def test_unverifiable_needs_a_day_and_reminds_after_a_week() -> None:
    assert not valid(replace(SET, on=None))
    assert not aged(SET, dt.date(2025, 5, 6))
    assert aged(SET, dt.date(2025, 5, 7))


LINKS = st.builds(
    Link,
    st.integers(1, 9),
    st.sampled_from(["affirms", "denies", "partly", "figure", "no_info"]),
    st.builds(Chain, st.lists(st.sampled_from(["nis", "kcna", "gerasimov", "ua_staff", "reuters", ""])).map(tuple)),
    st.sampled_from([None, day("2025-04-26"), day("2025-04-28")]),
    accepted=st.booleans(),
    withdrawn=st.booleans(),
    superseded=st.booleans(),
)


@given(st.lists(LINKS, max_size=6, unique_by=lambda each: each.statement), st.randoms())
def test_standing_sourcing_and_hints_depend_on_no_order_and_no_outlet(links: list[Link], random: Any) -> None:
    shuffled = random.sample(links, len(links))
    assert derive(links, CAST) == derive(shuffled, CAST)
    assert source(links, CAST) == source(shuffled, CAST)
    assert hints(links, CAST) == hints(shuffled, CAST)
    through = [replace(each, chain=chain("dpa", "ap", *(each.chain.hops or ("",)))) for each in links]
    assert derive(through, CAST) == derive(links, CAST)
    assert derive(links, CAST).standing not in ("verified", "refuted", "conceded", "unverifiable")
