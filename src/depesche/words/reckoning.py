"""From the book to what the rules work on: names to parties, links and counts of a claim, and the standings now due.

In: a story's book and the house's cast. Out: values of claims.py and parties.py, and StandingDerived for exactly the
claims whose derived standing changed. Only figures that an editor accepted decide anything; all others are suggestions.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct, field

from depesche.words import sourcing, standing
from depesche.words.book import Book, effective
from depesche.words.claims import Count, Derived, Link, Measure, Ref
from depesche.words.compare import Finding
from depesche.words.copy import Act, Figure
from depesche.words.ledgerchanges import FigureAccepted, FigureRejected, StandingDerived
from depesche.words.parties import Cast, Chain, Outlet, Party, Side, above, roots
from depesche.words.tables import survey

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
    """The house's parties and outlets with their names made ready for looking up; made once per state of the house."""

    parties: dict[str, Party] = field(default_factory=dict)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def cast(self, sides: tuple[Side, ...] = ()) -> Cast:
        """Everybody, with a story's sides."""
        return Cast(self.parties, self.outlets, sides)


def house(parties: Mapping[str, Party], outlets: Mapping[str, Outlet]) -> House:
    """The house of these parties and outlets. A name that two have is the one's whose id comes first."""
    names: dict[str, str] = {}
    for id, party in sorted(parties.items()):
        for name in (id, *party.names.values(), *party.aliases):
            names.setdefault(key(name), id)
    for id, outlet in sorted(outlets.items()):
        for name in (id, outlet.name, *outlet.aliases):
            names.setdefault(key(name), id)
    names.pop("", None)
    return House(dict(parties), dict(outlets), names)


def key(name: str) -> str:
    """A name for looking up: without case, accents' encodings and double spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def resolved(chain: Chain, house: House) -> Chain:
    """The chain with the ids of those that the house knows; everybody else is their literal name."""
    return Chain(
        tuple(house.names.get(key(hop), hop) for hop in chain.hops),
        tuple(house.names.get(key(each), each) for each in chain.jointly),
    )


def chain_of(book: Book, number: int, house: House) -> Chain:
    """Through whom a statement came: as an editor said, else as it was read."""
    amended = book.amended.get(number)
    if amended is not None and amended.chain is not None:
        return resolved(amended.chain, house)
    said = book.statements.get(number)
    return resolved(said.chain, house) if said else Chain()


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


def count(book: Book, ref: Ref, house: House) -> Count | None:
    """A figure with all that comparing needs; None when the statement or the figure isn't there (any more)."""
    said, judged = book.statements.get(ref[0]), judged_as(book, ref)
    if said is None:
        return None
    read = said.figures[ref[1]] if 0 <= ref[1] < len(said.figures) else None
    chain, day = chain_of(book, ref[0], house), day_of(book, ref[0])
    if isinstance(judged, FigureAccepted):
        figure = judged.given or read
        if figure is None:
            return None
        more = judged.measure, judged.population, judged.place, judged.period
        return Count(ref, figure, *more, chain, day, judged.derived, True, ref[0] in book.withdrawn)
    if read is None:
        return None
    out = isinstance(judged, FigureRejected) or ref[0] in book.withdrawn
    return Count(ref, read, read.measure, read.population, "", said.about, chain, day, out=out)


def links(book: Book, claim: int, house: House, killed: Mapping[int, Collection[str]] | None = None) -> list[Link]:
    """The links of a claim and of those merged into it, of statements that readers see; one for each statement.

    `killed` has, by post, the ids of the copy that it came from, for posts whose copy was all taken back by its wire.
    """
    found: dict[int, Link] = {}
    for number in sorted(book.links):
        if effective(book, number) != claim or (number in book.dropped and number != claim):
            continue
        for statement, tied in sorted(book.links[number].items()):
            said = book.statements.get(statement)
            if said is None or (statement in found and not tied.accepted):
                continue
            chain, day = chain_of(book, statement, house), day_of(book, statement)
            copies = tuple((killed or {}).get(said.post, ()))
            own = any(_own(root, house) for root in roots(chain, house.cast(book.sides), day))
            found[statement] = Link(
                statement,
                tied.stance,
                chain,
                day,
                act_of(book, statement),
                tied.accepted,
                copies,
                statement in book.withdrawn or bool(copies),
                own=own,
            )
    return list(found.values())


def accepted(book: Book, measure: str, house: House) -> list[Count]:
    """Every figure of this measure that an editor accepted and that readers still see."""
    if not measure:
        return []
    counts = (count(book, ref, house) for ref in sorted(book.counted.get(measure, ())))
    return [each for each in counts if each is not None]


def measures(book: Book) -> dict[str, Measure]:
    """What the story counts: its own definitions over those that every story has."""
    return {**OWN_MEASURES, **book.measures}


def answering(book: Book, claim: int, tied: Iterable[Link], house: House, *, also_read: bool = False) -> list[Count]:
    """The figures that answer a claim: of its measure, in statements that are linked to it.

    `also_read`: those that nobody has judged, too, where the reader found the claim's measure in them.
    """
    measure, numbers = book.claims[claim].measure, {each.statement for each in tied}
    found = [each for each in accepted(book, measure, house) if each.ref[0] in numbers]
    if also_read and measure:
        for number in sorted(numbers):
            for place in figures_of(book, number):
                if judged_as(book, (number, place)) is None and (each := count(book, (number, place), house)):
                    found += [each] if each.measure == measure else []
    return [each for each in found if _fits(book, claim, each)]


def derive(
    book: Book, claim: int, house: House, killed: Mapping[int, Collection[str]] | None = None
) -> tuple[Derived, list[Link], list[Count], tuple[Finding, ...]]:
    """The derived standing with what it rests on: links (overtaken ones marked), figures, computed findings."""
    cast, tied = house.cast(book.sides), links(book, claim, house, killed)
    every = accepted(book, book.claims[claim].measure, house)
    findings = survey(every, measures(book), cast) if len(every) > 1 else ()
    figures = answering(book, claim, tied, house, also_read=True)
    marked = list(sourcing.overtake(tied, [each for each in figures if each.accepted], findings))
    relations = [each for each in book.relations.values() if each.judgement == "accepted"]
    return standing.derive(marked, cast, figures, findings, relations), marked, figures, findings


def due(book: Book, house: House, killed: Mapping[int, Collection[str]] | None = None) -> list[StandingDerived]:
    """What was derived for the stale claims and is not in the journal yet, by number; the list of work is done then."""
    take_sides(book, house)
    changes = []
    for claim in sorted(book.stale):
        if claim not in book.claims or claim in book.merged or claim in book.dropped:
            continue
        now, _, _, _ = derive(book, claim, house, killed)
        if now.standing != book.derived.get(claim, _OPEN).standing:
            changes.append(StandingDerived(claim, now.standing, now.rule, now.version, now.inputs))
    book.stale.clear()
    return changes


def take_sides(book: Book, house: House) -> None:
    """Note the claims that somebody answers who stands on another side now, or whoever is below them."""
    if not book.sided:
        return
    cast, below = house.cast(), dict[str, bool]()
    for claim, tied in book.links.items():
        hops = {hop for each in tied for hop in _all(chain_of(book, each, house))}
        for hop in hops - below.keys():
            below[hop] = not book.sided.isdisjoint(above(hop, cast))
        if any(below[hop] for hop in hops):
            book.stale |= {claim, effective(book, claim)}
    book.sided.clear()


def suggested(book: Book, claim: int, house: House) -> tuple[Finding, ...]:
    """What the rules find between all figures around a claim, judged or not: of its measure, its parts and wholes."""
    known, numbers = measures(book), {each.statement for each in links(book, claim, house)}
    mine = book.claims[claim].measure
    family = {mine, known[mine].part_of if mine in known else ""} - {""}
    family |= {id for id, each in known.items() if each.part_of in family}
    counts = [each for measure in sorted(family) for each in accepted(book, measure, house)]
    for number in sorted(numbers):
        for place in figures_of(book, number):
            ref = (number, place)
            if judged_as(book, ref) is None and (each := count(book, ref, house)) and each.measure in family:
                counts.append(each)
    return survey(counts, known, house.cast(book.sides))


def _fits(book: Book, claim: int, each: Count) -> bool:
    asked = book.claims[claim]
    people = not asked.population or not each.population or asked.population == each.population
    return people and (not asked.place or not each.place or asked.place == each.place)


def _all(chain: Chain) -> tuple[str, ...]:
    return (*chain.hops, *chain.jointly)


def _own(root: str, house: House) -> bool:
    return root in house.parties and house.parties[root].kind == "own"


_OPEN = Derived("open", "", 0)
