"""Whom a story speaks of, for another house that imports it: the parties and outlets that its ledger rests on.

In: a story here, and later another journal. Out: what the house knows of those who speak in the story or stand on a
side, of whoever is above them, and nobody else; then entries in the other house for whom it doesn't know. Never: a note
of the desk's, or a change to somebody whom the other house has a word of its own for.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.writing import Writing
from depesche.words.decide import decide
from depesche.words.ledgercommands import NameOutlet, NameParty
from depesche.words.parties import Outlet, Party, above
from depesche.words.reckoning import chain_of
from depesche.words.story import fold
from depesche.words.text import clean_struct

MOST = 2_000
"""Parties and outlets of one story that are let in: a hundred times what a long story has."""


def whom(connection: Connection, story: str) -> tuple[tuple[Party, ...], tuple[Outlet, ...]]:
    """What the house knows of those whom the story's ledger rests on; whoever is above somebody comes first."""
    with views.open_book(connection, story) as (book, house):
        chains = [chain_of(book, number, house) for number in book.statements.keys() | book.amended.keys()]
        ids = {hop for chain in chains for hop in (*chain.hops, *chain.jointly)} | {side.party for side in book.sides}
    cast = house.cast()
    lines = {id: above(id, cast) for one in ids for id in above(one, cast)}
    found = sorted(lines, key=lambda id: (len(lines[id]), id))
    parties = tuple(house.parties[id] for id in found if id in house.parties)
    return parties, tuple(house.outlets[id] for id in found if id in house.outlets)


def introduce(writing: Writing, parties: Iterable[Party], outlets: Iterable[Outlet], *, at: int) -> int:
    """Name to the house, whose stream is written, whom it doesn't know yet; how many. `at` is microseconds UTC.

    Whoever has an id or a name that is another's here is left out, and so is whom this house forgot or had to expunge:
    its own word stands.
    """
    named = 0
    asked: list[NameParty | NameOutlet] = [
        *(NameParty(party) for party in parties),
        *(NameOutlet(outlet) for outlet in outlets),
    ]
    if not asked:
        return 0
    house = fold(writing.each(0))
    for command in map(clean_struct, asked[:MOST]):
        spoken_of = not command.object or command.object in house.touched
        answer = [] if spoken_of else decide(house, command, at)
        if isinstance(answer, list) and answer:
            named += 1
            fold(writing.append(answer, actor="", at=at), house)
    return named
