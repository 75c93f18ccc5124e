"""What is decided of parties and outlets: how the house names them, and on which side they stand in a story.

In: the house's book, or a story's for sides, and a command. Out: changes or a refusal. Never: one name for two, or a
party above itself.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec.structs import replace

from depesche.words import ledgerchanges as c
from depesche.words import ledgercommands as q
from depesche.words.book import Book
from depesche.words.commands import Answer, Refusal
from depesche.words.decide.limits import MOST_NAMES, MOST_ROLES, too_long, too_many, unfit_id
from depesche.words.parties import Cast, Outlet, Party, above
from depesche.words.reckoning import house, key, names_of
from depesche.words.story import Story
from depesche.words.text import is_seen


def decide(story: Story, command: q.HouseCommand | q.SetSide) -> Answer:
    """What changes about somebody who speaks, or about where things are said."""
    if isinstance(command, q.SetSide):
        change = c.SideSet(command.party.strip(), command.side.strip(), command.first, command.last)
        return too_long(change.party, change.side) or [change] if change.party else _unknown("")
    if story.state != "unopened":  # only the house names anybody
        return Refusal("wrong_stream")
    book = story.book
    match command:
        case q.NameParty():
            return _party(book, command.party, command.note)
        case q.NameOutlet():
            outlet = command.outlet
            outlet = outlet if outlet.id else replace(outlet, id=_made(book, _names(outlet)))
            same = book.outlets.get(outlet.id) == outlet
            return _unfit(book, outlet.id, _names(outlet), outlet.controlled_by) or (
                [] if same else [c.OutletNamed(outlet)]
            )
        case q.ForgetParty():
            return [c.PartyForgotten(command.party)] if command.party in book.parties else _unknown(command.party)
        case q.ForgetOutlet():
            return [c.OutletForgotten(command.outlet)] if command.outlet in book.outlets else _unknown(command.outlet)


def _party(book: Book, party: Party, note: str | None) -> Answer:
    party = party if party.id else replace(party, id=_made(book, _names(party)))
    refusal = _unfit(book, party.id, _names(party), party.org) or too_many("roles", len(party.roles), MOST_ROLES)
    refusal = refusal or too_long(*(each.words for each in party.roles)) or too_long(reason=note or "")
    named = [] if book.parties.get(party.id) == party else [c.PartyNamed(party)]
    return refusal or [*named, *([] if note is None else [c.PartyNoted(party.id, note.strip())])]


def _unfit(book: Book, id: str, names: tuple[str, ...], upper: str) -> Refusal | None:
    if not names:
        return Refusal("name_missing_party")
    if refusal := unfit_id(id) or too_many("names", len(names), MOST_NAMES):
        return refusal
    taken = house(book.parties, book.outlets).names
    for name in names:
        if refusal := too_long(name):
            return refusal
        if (owner := taken.get(key(name), id)) != id:
            return Refusal("name_taken", {"name": name, "id": owner})
    if upper and upper not in book.parties:
        return _unknown(upper)
    if upper and upper != id and id in above(upper, Cast(book.parties, book.outlets)):
        return Refusal("party_circle", {"party": id})
    return None


def _unknown(id: str) -> Refusal:
    return Refusal("party_missing", {"party": id[:60]})


def _names(named: Party | Outlet) -> tuple[str, ...]:
    return tuple(each for each in names_of(named) if is_seen(each))


def _made(book: Book, names: tuple[str, ...]) -> str:
    """An id out of a name, with a number behind it where somebody has it already."""
    plain = unicodedata.normalize("NFKD", names[0].casefold() if names else "").encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "party"
    taken, id, number = {*book.parties, *book.outlets}, stem, 1
    while id in taken:
        number += 1
        id = f"{stem}-{number}"
    return id
