"""A reckoner that goes along with its book says what one says that begins anew, and looks at no claim too few."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from depesche.words import ledgerchanges as c
from depesche.words.book import Book, When
from depesche.words.claims import Claim, Measure
from depesche.words.copy import Figure, Hop, Interval, Statement
from depesche.words.enter import enter
from depesche.words.enter.statements import forget, record
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Chain, Party
from depesche.words.reckoner import Reckoned, Reckoner
from depesche.words.reckoning import House, house
from tests.words.makers import CAST, day

NAMES = (
    *("nis", "rok_army", "commander", "Ein Kommandeur", "ua_staff", "Reuters", "Der NIS"),
    *("Huber", "Herr Huber", "Anton Huber", "Maria Huber"),
)
DAYS = ("2025-04-01", "2025-04-30")
CLAIMS, POSTS = 3, 6
"""A post has one statement, with its own number."""
NUMBERS, ASKED = st.integers(1, POSTS), st.integers(1, CLAIMS)


@st.composite
def statements(draw: st.DrawFn, number: int) -> RecordedStatement:
    """What a revision of the post says: one figure, by somebody, on a day."""
    who, on = draw(st.sampled_from(NAMES)), draw(st.sampled_from(DAYS))
    return recorded(number, who, draw(st.sampled_from([100.0, 400.0])), on)


def recorded(number: int, who: str, value: float, on: str = DAYS[0]) -> RecordedStatement:
    said = day(on)
    found = Statement(
        "Indirect",
        ((0, 1),),
        name=who,
        chain=(Hop((), "reuters"), Hop((), who)),
        figures=(Figure((0, 1), "so viele", value, value, "exact", "killed"),),
        said=Interval((0, 1), "da", said, said, "day"),
    )
    return RecordedStatement(number, found, "so viele", who)


@st.composite
def acts(draw: st.DrawFn) -> Any:
    """Something that happens to the book, or to the house."""
    number, claim = draw(NUMBERS), draw(ASKED)
    return draw(
        st.one_of(
            st.tuples(st.just(number), st.none() | statements(number)),
            st.builds(c.StatementLinked, st.just(claim), st.just(number), st.sampled_from(["figure", "denies"])),
            st.builds(c.FigureAccepted, st.just(number), st.just(0), st.sampled_from(["killed", "held"])),
            st.sampled_from(
                [c.StatementUnlinked(claim, number), c.FigureRejected(number, 0), c.FigureReset(number, 0)]
            ),
            st.sampled_from([c.StatementWithdrawn(number, "root"), c.StatementReinstated(number)]),
            st.builds(c.StatementAmended, st.just(number), st.builds(Chain, st.tuples(st.sampled_from(NAMES)))),
            st.builds(c.RelationAccepted, st.just(number), NUMBERS, st.just("contradicts")),
            st.builds(
                c.SideSet, st.sampled_from(["rok", "ukraine", "Anton Huber", "Herr Huber"]), st.sampled_from(["", "x"])
            ),
            st.sampled_from([c.ClaimMerged(claim, 1), c.ClaimParted(claim), c.ClaimDropped(claim)]),
            st.builds(c.MeasureAdded, st.builds(Measure, st.just("killed"), grows=st.booleans())),
            st.builds(
                Party,
                st.sampled_from(["nis", "commander"]),
                st.sampled_from(["agency", "own"]),
                org=st.sampled_from(["", "ukraine"]),
                aliases=st.sampled_from([(), ("Ein Kommandeur",)]),
            ),
        )
    )


@settings(max_examples=50, deadline=None)
@given(st.tuples(*(statements(n) for n in range(1, POSTS + 1))), st.lists(st.lists(acts(), min_size=1), max_size=6))
def test_going_along_says_what_beginning_anew_says(
    first: tuple[RecordedStatement, ...], turns: list[list[Any]]
) -> None:
    book, parties = Book(), dict(CAST.parties)
    when = When(1, 1, 1, "anna")
    for number in range(1, CLAIMS + 1):
        enter(book, when, c.ClaimOpened(Claim(number, "Wie viele?", "quantity", "killed")))
    for number, said in enumerate(first, 1):
        record(book, when, number, 1, [said])
        enter(book, when, c.StatementLinked(number % CLAIMS + 1, number, "figure"))
        enter(book, when, c.FigureAccepted(number, 0, "killed"))
    along, names, kept = Reckoner(book), house(parties, CAST.outlets), dict[int, Reckoned]()
    for turn in [[], *turns]:
        for act in turn:
            match act:
                case (post, None):
                    forget(book, post)
                case (post, found):
                    record(book, when, post, 1, [found])
                case Party():
                    parties[act.id] = act
                    names = house(parties, CAST.outlets)
                case _:
                    enter(book, when, act)
        along.follow(names)
        kept |= {claim: along.reckon(claim) for claim in along.stale}
        along.stale.clear()
        assert kept == reckoned(book, names)


def test_figures_that_change_their_measures_with_each_other_decide_where_they_are_now() -> None:
    book, when = Book(), When(1, 1, 1, "anna")
    for number, measure in ((1, "killed"), (2, "held")):
        enter(book, when, c.ClaimOpened(Claim(number, "Wie viele?", "quantity", measure)))
    figures = ((1, "nis", 100.0, "held"), (2, "nis", 100.0, "killed"), (3, "rok_army", 400.0, "held"))
    for number, who, value, measure in (*figures, (4, "rok_army", 400.0, "killed")):
        record(book, when, number, 1, [recorded(number, who, value)])
        for claim in book.claims:
            enter(book, when, c.StatementLinked(claim, number, "figure"))
        enter(book, when, c.FigureAccepted(number, 0, measure))
    along, names = Reckoner(book), house(CAST.parties, CAST.outlets)
    along.follow(names)
    enter(book, when, c.FigureAccepted(1, 0, "killed"))
    enter(book, when, c.FigureAccepted(2, 0, "held"))
    along.follow(names)
    assert [along.reckon(claim).derived.standing for claim in book.claims] == ["contested", "contested"]


def reckoned(book: Book, names: House) -> dict[int, Reckoned]:
    anew = Reckoner(book)
    anew.follow(names)
    return {claim: anew.reckon(claim) for claim in book.claims}
