"""From the book to what the rules work on: names to parties, and a statement's chain, act, day and figures.

In: a story's book, the house's parties and outlets. Out: values of claims.py and parties.py. What an editor said comes
before what was read.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping

from msgspec import Struct, field

from depesche.words.book import Book
from depesche.words.claims import Count, Measure, Ref
from depesche.words.copy import Act, Figure
from depesche.words.ledgerchanges import FigureAccepted, FigureRejected
from depesche.words.names import called
from depesche.words.parties import Cast, Chain, Outlet, Party, Side

OWN_MEASURES: Mapping[str, Measure] = {
    "killed": Measure("killed", {"de": "getötet", "en": "killed"}, part_of="killed_or_wounded"),
    "wounded": Measure("wounded", {"de": "verwundet", "en": "wounded"}, part_of="killed_or_wounded"),
    "killed_or_wounded": Measure("killed_or_wounded", {"de": "getötet oder verwundet", "en": "killed or wounded"}),
    "sent": Measure("sent", {"de": "entsandt", "en": "sent"}),
    "captured": Measure("captured", {"de": "gefangen genommen", "en": "captured"}),
    "missing": Measure("missing", {"de": "vermisst", "en": "missing"}),
}
"""What every story counts like this unless it says otherwise: keys of the wire reader that have one meaning."""


STRIP = frozenset({"repeats", "denies", "updates"})
"""What the strip "fits / contradicts" suggests (candidates.py: same, denies, updates)."""


class House(Struct, frozen=True):
    """The house's parties and outlets with their names made ready for looking up; made once per state of the house.

    `names` are spelled as `key` has them, `cores` are what names.py leaves of them.
    """

    parties: dict[str, Party] = field(default_factory=dict)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    cores: dict[frozenset[str], str] = field(default_factory=dict)

    def cast(self, sides: tuple[Side, ...] = ()) -> Cast:
        """Everybody, with a story's sides."""
        return Cast(self.parties, self.outlets, sides)

    def find(self, name: str) -> str:
        """The id of whom a text names like this, "" for whom the house doesn't know: as it is spelled, else in
        essence. What two are called in essence finds neither."""
        id = self.names.get(key(name), "")
        if id or not self.cores or not (found := called(name)).core or found.unnamed:
            return id
        return self.cores.get(found.core, "")


def house(parties: Mapping[str, Party], outlets: Mapping[str, Outlet]) -> House:
    """The house of these parties and outlets. A name that two have is the one's whose id comes first."""
    names, cores = dict[str, str](), dict[frozenset[str], str]()
    named: list[tuple[str, Party | Outlet]] = [*sorted(parties.items()), *sorted(outlets.items())]
    for id, each in named:
        for name in (id, *names_of(each)):
            names.setdefault(key(name), id)
            if not called(name).unnamed and cores.setdefault(called(name).core, id) != id:
                cores[called(name).core] = ""
    names.pop("", None)
    return House(dict(parties), dict(outlets), names, cores)


def names_of(named: Party | Outlet) -> tuple[str, ...]:
    """All names and aliases that the house has for a party or an outlet."""
    first = tuple(named.names.values()) if isinstance(named, Party) else (named.name,)
    return *first, *named.aliases


def key(name: str) -> str:
    """A name for looking up: without case, accents' encodings and double spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def resolved(chain: Chain, house: House) -> Chain:
    """The chain with the ids of those that the house knows; everybody else is their literal name."""
    return Chain(
        tuple(house.find(hop) or hop for hop in chain.hops),
        tuple(house.find(each) or each for each in chain.jointly),
    )


def chain_of(book: Book, number: int, house: House) -> Chain:
    """Through whom a statement came, with the ids of those that the house knows."""
    return resolved(told(book, number), house)


def told(book: Book, number: int) -> Chain:
    """Through whom a statement came, by the names that are said: by an editor, else in the text."""
    amended, said = book.amended.get(number), book.statements.get(number)
    if amended is not None and amended.chain is not None:
        return amended.chain
    return said.chain if said else Chain()


def act_of(book: Book, number: int) -> Act:
    """What kind of act it was."""
    amended = book.amended.get(number)
    return amended.act if amended is not None and amended.act is not None else book.statements[number].act


def day_of(book: Book, number: int) -> dt.date | None:
    """The day on which it was said, if anybody knows."""
    amended, said = book.amended.get(number), book.statements.get(number)
    if amended is not None and amended.said is not None:
        return amended.said
    return said.said if said else None


def taken_back(book: Book, number: int) -> bool:
    """True when whoever said it or the outlet that brought it took it back, as an editor or a wire's kill says."""
    said = book.statements.get(number)
    return number in book.withdrawn or (said is not None and said.post in book.recalled)


def judged_suggestions(book: Book) -> tuple[int, int]:
    """How many suggestions of the kinds that the strip makes were accepted and rejected in this story."""
    judged = [each.judgement for each in book.relations.values() if each.kind in STRIP]
    return judged.count("accepted"), judged.count("rejected")


def judged_as(book: Book, ref: Ref) -> FigureAccepted | FigureRejected | None:
    """What an editor said of a figure."""
    return book.figures.get(ref[0], {}).get(ref[1])


def figures_of(book: Book, number: int) -> dict[int, Figure]:
    """The figures of a statement by their place: as read, or as an editor gave them."""
    said = book.statements.get(number)
    found = dict(enumerate(said.figures if said else ()))
    for place, judged in book.figures.get(number, {}).items() if said else ():
        if isinstance(judged, FigureAccepted) and judged.given is not None:
            found[place] = judged.given
    return found


def count(book: Book, ref: Ref, chain: Chain, day: dt.date | None) -> Count | None:
    """A figure with all that comparing needs; None when the statement or the figure isn't there (any more).

    `chain` and `day` are those of its statement.
    """
    said, judged = book.statements.get(ref[0]), judged_as(book, ref)
    if said is None:
        return None
    read = said.figures[ref[1]] if 0 <= ref[1] < len(said.figures) else None
    if isinstance(judged, FigureAccepted):
        figure = judged.given or read
        if figure is None:
            return None
        more = judged.measure, judged.population, judged.place, judged.period
        return Count(ref, figure, *more, chain, day, judged.derived, True, taken_back(book, ref[0]))
    if read is None:
        return None
    out = isinstance(judged, FigureRejected) or taken_back(book, ref[0])
    return Count(ref, read, read.measure, read.population, "", said.about, chain, day, out=out)


def measures(book: Book) -> dict[str, Measure]:
    """What the story counts: its own definitions over those that every story has."""
    return {**OWN_MEASURES, **book.measures}
