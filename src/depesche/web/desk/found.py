"""Everything that somebody said about something, over all stories: found for a page, or for an export.

In: a question (who, words, claim, measure, story, days). Out: rows, newest story first. Never: a search without an end,
a statement that was retracted or erased.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.views import ClaimView, LedgerView, StatementView, StoryView
from depesche.render import sayer, standing, words
from depesche.render.counted import MEASURES, measure
from depesche.web.desk.flags import Flag, flags
from depesche.words.book import Book
from depesche.words.claims import Link
from depesche.words.ledgerchanges import FigureAccepted
from depesche.words.parties import Cast, Chain, above, kind_of
from depesche.words.reckoning import House, act_of, chain_of, day_of, figures_of, judged_as, key, measures, taken_back

LOOKED_AT = 20_000
"""Statements that one search looks at: four stories of 5,000, some two seconds."""
STORIES = 200
"""Stories that a search without a name looks into, those that changed last."""
AT_ONCE = 500
"""Statements that are read together."""


class Question(Struct, frozen=True):
    """What is asked; empty fields ask nothing. `words` must all occur. Days are those of saying, else of recording."""

    who: str = ""
    words: str = ""
    claim: int = 0
    measure: str = ""
    story: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def is_empty(self) -> bool:
        """True when it would ask for everything."""
        return not (self.who or self.words or self.claim or self.measure)


class Answer(Struct, frozen=True):
    """A claim that a statement answers, and what the statement says to it."""

    number: int
    question: str
    label: str
    stance: str


class Maker(Struct, frozen=True):
    """Who says something, and what of schema.org they are, as far as the house knows."""

    name: str
    kind: Literal["Person", "Organization", "Thing"] = "Thing"


class Row(Struct, frozen=True):
    """A statement that was found. `said` is the day of saying, None where nobody knows; `at` is microseconds UTC.

    `makers` are several where it was said jointly; `who` names all of them. `flags` are the open alarms of its copy.
    """

    story: StoryView
    number: int
    post: int
    who: str
    makers: tuple[Maker, ...]
    through: tuple[str, ...]
    act: str
    quoted: bool
    words: str
    said: dt.date | None
    at: int
    figures: tuple[str, ...]
    claims: tuple[Answer, ...]
    taken_back: bool
    flags: tuple[Flag, ...]


def rows(journal: Journal, asked: Question, language: str, most: int) -> Iterator[Row]:
    """At most so many rows. Each step reads some hundred statements and then lets the database go."""
    if asked.is_empty:
        return
    with journal.reading() as connection:
        known = {story.id: story for story in views.stories(connection, desk=True)}
        pairs = _candidates(connection, asked, known)
    yield from islice(_rows(journal, asked, language, known, pairs), most)


def _rows(
    journal: Journal, asked: Question, language: str, known: dict[str, StoryView], pairs: list[tuple[str, int]]
) -> Iterator[Row]:
    for story, group in groupby(pairs, lambda pair: pair[0]):
        numbers = [number for _, number in group]
        for start in range(0, len(numbers), AT_ONCE):
            with journal.reading() as connection:
                found = _some(connection, asked, language, known[story], numbers[start : start + AT_ONCE])
            yield from found


def _candidates(c: Connection, asked: Question, known: dict[str, StoryView]) -> list[tuple[str, int]]:
    """Story and number of what may fit: by who said it, or else all that the stories have, newest first."""
    wanted = [s for s in known.values() if not asked.story or s.slug == asked.story]
    ids = {story.id for story in wanted}
    if asked.who:
        house = views.house(c)
        id = house.names.get(key(asked.who))
        names = _names(house, id) if id else [asked.who]
        said = views.said_by(c, names, limit=LOOKED_AT, desk=True, part=id is None)
        return [(story, each.number) for story, each in said if story in ids]
    pairs: list[tuple[str, int]] = []
    for story in sorted(wanted, key=lambda each: -each.changed_at)[:STORIES]:
        room = LOOKED_AT - len(pairs)
        if room <= 0:
            break
        with views.open_book(c, story.id) as (book, _):
            pairs += [(story.id, number) for number in sorted(book.statements, reverse=True)[:room]]
    return pairs


def _names(house: House, id: str) -> list[str]:
    """All names of a party, and of the people who speak for it."""
    cast = house.cast()
    people = [each for each, party in house.parties.items() if party.kind == "person" and id in above(each, cast)]
    found = [id]
    for each in dict.fromkeys((id, *people)):
        if each in house.parties:
            found += [*house.parties[each].names.values(), *house.parties[each].aliases]
        if each in house.outlets:
            found += [house.outlets[each].name, *house.outlets[each].aliases]
    return found


def _some(c: Connection, asked: Question, language: str, story: StoryView, numbers: list[int]) -> list[Row]:
    ledger = views.ledger(c, story.id)
    found = views.some_statements(c, story.id, numbers, desk=True)
    with views.open_book(c, story.id) as (book, house):
        there = [found[n] for n in numbers if n in found and n in book.statements]
        counted = _meant(asked.measure, book, language)
        fitting = [each for each in there if _fits(asked, counted, story, book, each, ledger)]
        alarmed = flags(c, story.id, book, language)
        made = [_row(language, story, book, house, each, ledger, alarmed) for each in fitting]
    known = house.names.get(key(asked.who)) is not None
    fit = [row for row in made if not asked.who or known or _called(asked.who, (row.who, *row.through))]
    return [row for row in fit if _says(asked.words, f"{row.words} {row.who}")]


def _meant(words: str, book: Book, language: str) -> frozenset[str]:
    """The keys of the measures that are meant: by key, by a name in any language, or by what their names begin with."""
    known = measures(book)
    if not words or words in known or words in MEASURES:
        return frozenset({words})
    called = {id: {key(id.replace("_", " ")), key(measure(id, known, language))} for id in (*known, *MEASURES)}
    for id, each in known.items():
        called[id] |= {key(name) for name in each.names.values()}
    asked = key(words)
    same = {id for id, names in called.items() if asked in names}
    return frozenset(same or {id for id, names in called.items() if any(each.startswith(asked) for each in names)})


def _fits(
    asked: Question, measured: frozenset[str], story: StoryView, book: Book, view: StatementView, ledger: LedgerView
) -> bool:
    if asked.claim and asked.claim not in [claim.number for claim, _ in _answered(ledger, view.number)]:
        return False
    zone = zoneinfo.ZoneInfo(story.zone)
    day = day_of(book, view.number) or dt.datetime.fromtimestamp(view.at / 1e6, tz=zone).date()
    if (asked.first and day < asked.first) or (asked.last and day > asked.last):
        return False
    if not asked.measure:
        return True
    read = figures_of(book, view.number)
    judged = (judged_as(book, (view.number, place)) for place in read)
    counted = {each.measure for each in judged if isinstance(each, FigureAccepted)}
    return not measured.isdisjoint(counted | {each.measure for each in read.values()})


def _row(
    language: str,
    story: StoryView,
    book: Book,
    house: House,
    view: StatementView,
    ledger: LedgerView,
    alarmed: Mapping[int, tuple[Flag, ...]],
) -> Row:
    number, recorded, cast = view.number, view.recorded, house.cast()
    chain = chain_of(book, number, house)
    makers = tuple(_makers(chain, cast, language))
    quoted = recorded.statement.form == "Direct"
    text = sayer.rejoined(recorded.words)
    who = ", ".join(each.name for each in makers)
    who = who or sayer.unnamed(recorded.statement.name, recorded.speaker)
    return Row(
        story,
        number,
        view.post,
        who,
        makers or ((Maker(who),) if who else ()),
        tuple(standing.through(chain, cast, language)),
        words.act(language, act_of(book, number)),
        quoted,
        sayer.unquoted(text) if quoted else text,
        day_of(book, number),
        view.at,
        tuple(each.words for each in figures_of(book, number).values()),
        tuple(_answers(ledger, number, language)),
        taken_back(book, number),
        alarmed.get(number, ()),
    )


def _answered(ledger: LedgerView, number: int) -> Iterator[tuple[ClaimView, Link]]:
    """The claims that a statement answers, as an editor said."""
    for claim in (ledger.claims[n] for n in ledger.claims_of.get(number, ())):
        yield from ((claim, each) for each in claim.links if each.statement == number and each.accepted)


def _answers(ledger: LedgerView, number: int, language: str) -> Iterator[Answer]:
    for claim, link in _answered(ledger, number):
        stance = standing.stance(language, link.stance, yes_no=claim.claim.kind == "yes_no")
        yield Answer(claim.number, claim.claim.question, standing.label(language, claim.label), stance)


def _makers(chain: Chain, cast: Cast, language: str) -> Iterator[Maker]:
    for id in chain.jointly or chain.hops[-1:]:
        if name := standing.name(id, cast, language):
            kind = kind_of(id, cast)
            if kind in ("person", "own"):
                yield Maker(name, "Person")
            elif kind in ("unnamed", "other") and id not in cast.outlets:
                yield Maker(name)
            else:
                yield Maker(name, "Organization")


def _called(asked: str, names: tuple[str, ...]) -> bool:
    """True when a word of a name begins like this: "NIS" is not in "ukrainische"."""
    begin = re.compile(rf"(?<!\w){re.escape(key(asked))}")
    return any(begin.search(key(name)) for name in names)


def _says(asked: str, text: str) -> bool:
    have = text.casefold()
    return all(word in have for word in asked.casefold().split())
