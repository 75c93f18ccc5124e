"""What is found for many speakers at once is what looking at every two of them finds, and costs far less."""

from __future__ import annotations

import time
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from depesche.words.claims import Link, Stance
from depesche.words.parties import Cast, Chain, Party, Side, akin, independent, roots
from depesche.words.sourcing import affirming, denying, differ, live
from depesche.words.standing import Hint, derive, hints
from depesche.words.ties import dependence, kin, strangers, voices
from tests.words.makers import CAST, KINDS, day

WHO = [*(Chain((who,)) for who in (*KINDS, "tass", "reuters", "somebody", ""))]
WHO += [Chain(("afp",), ("us_intelligence", "nis", "ua_intelligence")), Chain(("afp",), ("russia", "ukraine"))]
WHO += [Chain((who,)) for who in ("Huber", "Anton Huber", "Maria Huber")]
SIDED = replace(
    CAST,
    sides=(*CAST.sides, Side("usa", "kyiv", day("2025-04-20")), Side("rok", "seoul")),
    alike={"Anton Huber": frozenset({"Huber"}), "Maria Huber": frozenset({"Huber", "gerasimov"})},
)
STANCES: list[Stance] = ["affirms", "denies", "partly", "figure", "no_info"]
LINKS = st.builds(
    Link,
    st.just(0),
    st.sampled_from(STANCES),
    st.sampled_from(WHO),
    st.sampled_from([day("2025-04-12"), day("2025-04-26"), day("2025-04-28"), None]),
    st.sampled_from(["assert", "concede"]),
    accepted=st.booleans(),
    withdrawn=st.sampled_from([False, False, False, True]),
)


def related(one: Link, other: Link, cast: Cast) -> bool:
    ends = (roots(each.chain, cast, each.said) for each in (one, other))
    return any(akin(a, b, cast) for a, b in product(*ends))


def by_pairs(links: list[Link], cast: Cast) -> set[Hint]:
    """The definition: every affirmation beside every denial, every statement beside every earlier one."""
    counting = live(links)
    found = {Hint("conceded", (each.statement,)) for each in affirming(counting) if each.act == "concede"}
    pairs = [(a, d) for a, d in product(affirming(counting), denying(counting)) if differ(a, d, cast)]
    pairs = [(a, d) for a, d in pairs if not related(a, d, cast)]
    if pairs and not any(d.accepted for _, d in pairs):
        found.add(Hint("contested", tuple(sorted({each.statement for pair in pairs for each in pair}))))
    for link in counting:
        before = "denies" if link.stance == "affirms" else "affirms"
        turned = link.stance in ("affirms", "denies", "partly") and link.said
        said = [e for e in counting if turned and e.stance == before and e.said and link.said and e.said < link.said]
        earlier = [each for each in said if related(each, link, cast)]
        last = max((each.said for each in earlier if each.said), default=None)
        for each in earlier:
            if each.said == last:
                found.add(
                    Hint("qualifies" if link.stance == "partly" else "reverses", (each.statement, link.statement))
                )
        if earlier and link.stance == "affirms":
            found.add(Hint("conceded", (link.statement,)))
    return found


@settings(max_examples=300, deadline=None)
@given(st.lists(LINKS, max_size=14))
def test_hints_are_what_every_two_statements_say(drawn: list[Link]) -> None:
    links = [replace(each, statement=n) for n, each in enumerate(drawn)]
    assert hints(links, SIDED) == tuple(sorted(by_pairs(links, SIDED)))


@settings(max_examples=300, deadline=None)
@given(st.lists(LINKS, max_size=10))
def test_strangers_are_those_who_differ_from_somebody(links: list[Link]) -> None:
    ends = {(each.chain, each.said): roots(each.chain, SIDED, each.said) for each in links}
    spoken = {each: voices(known, SIDED) for each, known in ends.items()}
    one = {key for key in ends if spoken[key] in strangers(spoken.values(), spoken.values())}
    assert one == {(a.chain, a.said) for a, b in product(links, links) if differ(a, b, SIDED)}
    akins = {each: kin(known, SIDED) for each, known in ends.items()}
    two = {key for key in ends if akins[key] in strangers(akins.values(), akins.values())}
    assert two == {(a.chain, a.said) for a, b in product(links, links) if not related(a, b, SIDED)}
    spokes = {(root, said) for (_, said), known in ends.items() for root in known}
    lines = [dependence(each, SIDED) for each in spokes]
    assert bool(strangers(lines, lines)) == any(independent(a, b, SIDED) for a, b in combinations(spokes, 2))


def test_a_claim_that_thousands_of_statements_answer_takes_no_minutes() -> None:
    armies = {f"army-{n}": Party(f"army-{n}", "armed_force", org="alliance") for n in range(60)}
    people = {f"person-{n}": Party(f"person-{n}", "person", org=f"army-{n % 60}") for n in range(2_000)}
    cast = Cast({"alliance": Party("alliance", "state"), **armies, **people}, sides=(Side("alliance", "north"),))
    stances: list[Stance] = ["affirms", "denies", "figure"]
    days = [day(f"2025-{n % 12 + 1:02}-{n % 28 + 1:02}") for n in range(336)]
    links = [
        Link(n, stances[n % 3], Chain((f"person-{n % 2_000}",)), days[n % 336], accepted=n % 3 != 1)
        for n in range(5_000)
    ]
    began = time.process_time()
    assert derive(links, cast).standing == "one_source", "all stand on one side"
    assert hints(links, cast)
    assert time.process_time() - began < 4, "some 0.2 s; looking at every two took half a minute"
