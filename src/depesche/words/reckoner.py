"""The reckoner of one book: where its claims stand by the rules, and the standings that are due after a change.

In: a book as it goes on, the house. Out: links, figures and standing of a claim; changes for
exactly those whose derived standing changed. What was worked out of a statement and of each root's figures is kept, so
that a change costs what it touches and not what the story has. Only figures that an editor accepted decide anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import asdict, replace

from depesche.words import sourcing, standing
from depesche.words.book import OPEN, Book, effective
from depesche.words.claims import Claim, Count, Derived, Link, Ref, Relation
from depesche.words.compare import Finding, Heard
from depesche.words.copy import Act
from depesche.words.counts import measured, order
from depesche.words.ledgerchanges import FigureAccepted, FigureRejected, StandingDerived
from depesche.words.namesakes import Namesakes, namesakes
from depesche.words.parties import Cast, Chain, above, roots, voice
from depesche.words.reckoning import House, act_of, count, day_of, figures_of, judged_as, measures, taken_back, told
from depesche.words.series import Marks, contradiction, marks
from depesche.words.tables import survey

LOOKED_AT = 150
"""Figures around a claim that are compared pair by pair for suggestions, the newest: some 20 ms."""


class Spoken(Struct, frozen=True, gc=False):
    """A statement as the rules see it; `counts` are its figures that an editor accepted or that nobody has judged."""

    chain: Chain
    said: dt.date | None
    act: Act
    own: bool
    voices: frozenset[str]
    counts: tuple[Count, ...]


class Reckoned(Struct, frozen=True):
    """A claim's derived standing, its links (overtaken ones marked), and figures that answer it, accepted first.

    Links are there that were only suggested, too; of their figures, those that nobody has judged.
    """

    derived: Derived
    links: tuple[Link, ...]
    figures: tuple[Count, ...]


class Reckoner:
    """Reckons one book. `follow` it before asking anything; `stale` has the claims to look at again.

    `heard` has voices and band of each figure of the claims that were reckoned.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.house = House()
        self.cast = Cast()
        self.stale = set(book.claims)
        self.who = Namesakes()
        self._unmet = True
        self._names: dict[int, frozenset[str]] = {}
        self._naming: dict[str, set[int]] = {}
        self._grows: dict[str, bool] = {}
        self._spoken: dict[int, Spoken] = {}
        self.heard: dict[Ref, Heard] = {}
        self._series: dict[tuple[str, str], dict[Ref, Count]] = {}
        self._marks: dict[tuple[str, str], Marks] = {}
        self._placed: dict[Ref, list[tuple[str, str]]] = {}
        self._overtaken: set[Ref] = set()
        self._firm: set[Ref] = set()
        book.touched |= book.figures.keys() | book.statements.keys()

    def follow(self, house: House) -> None:
        """Take in what has changed in book and house since the last time."""
        book = self.book
        if house is self.house and not (book.touched or book.stale or book.sided):
            return
        touched = book.touched | self._meet(house)
        dirty = {series for number in touched for series in self._lift(number)} | self._regrown()
        dirty |= {series for number in touched for series in self._place(number)}
        weighed = {ref for series in dirty for ref in self._mark(series)}
        self.stale |= book.stale | self._claims(ref[0] for ref in weighed if self._weigh(ref))
        book.stale.clear()
        book.touched.clear()
        book.sided.clear()

    def due(self) -> list[StandingDerived]:
        """What was derived for the stale claims and is not in the journal yet, by number; none is stale then.

        A kill isn't public, so a claim that it takes a statement from is told anew, wherever it stands.
        """
        book, changes = self.book, list[StandingDerived]()
        for claim in sorted(self.stale):
            if claim in book.claims and claim not in book.merged and claim not in book.dropped:
                now, before = self.reckon(claim).derived, book.derived.get(claim, OPEN)
                if claim in book.retold or (now.standing, now.sided) != (before.standing, before.sided):
                    changes.append(StandingDerived(claim, **asdict(now)))
        self.stale.clear()
        return changes

    def settle(self) -> None:
        """Look at the stale claims; those that stand as they did aren't stale any more."""
        self.stale = {each.claim for each in self.due()}

    def reckon(self, claim: int) -> Reckoned:
        """Where the claim stands by the rules."""
        tied = self.links(claim)
        shown, every = {each.statement for each in sourcing.shown(tied)}, self._figures(self.book.claims[claim], tied)
        accepted = [each for each in every if each.accepted and each.ref[0] in shown]
        read = [each for each in every if not each.accepted]
        marked = sourcing.overtake(tied, accepted, self._overtaken)
        counting = {each.statement for each in sourcing.live(sourcing.shown(marked))}
        firm = [each for each in accepted if each.ref[0] in counting and each.ref in self._firm]
        clash = contradiction(firm, measures(self.book), self.heard)
        figures = (*accepted, *read)
        related = self.between(counting)
        derived = standing.derive(marked, self.cast, figures, (clash,) if clash else (), related, self.heard)
        return Reckoned(derived, marked, figures)

    def between(self, statements: Collection[int]) -> list[Relation]:
        """What an editor said that some of these statements do to others of them."""
        book = self.book
        pairs = {(one, other) for one in statements for other in book.related.get(one, ()) if other in statements}
        found = [book.relations[pair] for pair in sorted(pairs) if pair in book.relations]
        return [each for each in found if each.judgement == "accepted"]

    def links(self, claim: int) -> list[Link]:
        """The links of a claim and of those merged into it, of statements that readers see; by number, one for each."""
        book, asked, found = self.book, self.book.claims[claim], dict[int, Link]()
        for number in sorted({claim, *(n for n in book.merged if effective(book, n) == claim)}):
            if number in book.dropped and number != claim:
                continue
            for statement, tied in sorted(book.links.get(number, {}).items()):
                said = self.spoken(statement)
                if said is None or (statement in found and not tied.accepted):
                    continue
                how = (said.act, tied.accepted, taken_back(book, statement))
                out = tied.stance == "figure" and self._emptied(asked, statement, said)
                found[statement] = Link(statement, tied.stance, said.chain, said.said, *how, out=out, own=said.own)
        return [found[number] for number in sorted(found)]

    def suggested(self, claim: int) -> tuple[Finding, ...]:
        """What the rules find between the newest figures around a claim: of its measure, its parts and wholes."""
        known, mine = measures(self.book), self.book.claims[claim].measure
        family = {mine, known[mine].part_of if mine in known else ""} - {""}
        family |= {id for id, each in known.items() if each.part_of in family}
        tied = {each.statement for each in self.links(claim)}
        every = tied.union(*({n for n, _ in self.book.counted.get(measure, ())} for measure in family))
        said = [(n in tied, each) for n in every if (found := self.spoken(n)) for each in found.counts]
        around = [(own, each) for own, each in said if each.measure in family and (own or each.accepted)]
        around.sort(key=lambda pair: (pair[0], order(pair[1])))
        return survey([each for _, each in around[-LOOKED_AT:]], known, self.cast)

    def spoken(self, number: int) -> Spoken | None:
        """The statement as the rules see it; None when readers don't see it (any more)."""
        found = self._spoken.get(number)
        if found is None and number in self.book.statements:
            found = self._spoken[number] = self._read(number)
            self.heard |= {each.ref: Heard(found.voices, measured(each)) for each in found.counts}
        return found

    def _read(self, number: int) -> Spoken:
        book, house = self.book, self.house
        chain, day = self.who.resolved(told(book, number)), day_of(book, number)
        known = roots(chain, self.cast, day)
        judged = [(place, judged_as(book, (number, place))) for place in figures_of(book, number)]
        places = [place for place, said in judged if said is None or isinstance(said, FigureAccepted)]
        counts = (count(book, (number, place), chain, day) for place in places)
        return Spoken(
            chain,
            day,
            act_of(book, number),
            any(root in house.parties and house.parties[root].kind == "own" for root in known),
            frozenset(voice(root, self.cast) for root in known),
            tuple(each for each in counts if each is not None),
        )

    def _figures(self, asked: Claim, tied: Iterable[Link]) -> list[Count]:
        """The figures that answer a claim: of its measure, in statements that are linked to it, by number."""
        said = [self._spoken[each.statement].counts for each in tied] if asked.measure else []
        every = [each for counts in said for each in counts if each.measure == asked.measure]
        return [each for each in every if _fits(asked, each)] if asked.population or asked.place else every

    def _emptied(self, asked: Claim, number: int, said: Spoken) -> bool:
        """True when an editor rejected a figure of the statement, and no other one of it answers the claim."""
        rejected = any(isinstance(each, FigureRejected) for each in self.book.figures.get(number, {}).values())
        return rejected and not any(asked.measure in ("", each.measure) and _fits(asked, each) for each in said.counts)

    def _lift(self, number: int) -> list[tuple[str, str]]:
        """Forget what was worked out of a statement; the series that it leaves."""
        said = self._spoken.pop(number, None)
        left = []
        for each in said.counts if said else ():
            del self.heard[each.ref]
            for series in self._placed.pop(each.ref, ()):
                del self._series[series][each.ref]
                left.append(series)
        return left

    def _place(self, number: int) -> list[tuple[str, str]]:
        """Put a statement's accepted figures into the series of its roots; which those are."""
        said = self.spoken(number) if self.book.figures.get(number) else None
        accepted = [each for each in said.counts if each.accepted] if said else []
        for each in accepted:
            self._placed[each.ref] = [(each.measure, voice) for voice in self.heard[each.ref].voices]
            for series in self._placed[each.ref]:
                self._series.setdefault(series, {})[each.ref] = each
        return [series for each in accepted for series in self._placed[each.ref]]

    def _mark(self, series: tuple[str, str]) -> set[Ref]:
        """Mark the figures of a series anew; those that are or were in it."""
        figures, before = self._series.get(series, {}), self._marks.get(series, Marks())
        self._marks[series] = marks(figures.values(), measures(self.book), self.heard)
        return figures.keys() | before.newest | before.overtaken

    def _weigh(self, ref: Ref) -> bool:
        """True when a figure is overtaken or firm now and wasn't, or the other way. All its series are marked."""
        found = [self._marks[series] for series in self._placed.get(ref, ())]
        firm = all(ref in each.newest and ref not in each.doubted for each in found) and bool(found)
        before = ref in self._overtaken, ref in self._firm
        now = any(ref in each.overtaken for each in found), firm
        for marked, kept in zip(now, (self._overtaken, self._firm), strict=True):
            (kept.add if marked else kept.discard)(ref)
        return now != before

    def _regrown(self) -> set[tuple[str, str]]:
        """The series of measures that may fall now and may not before, or the other way."""
        before, now = self._grows, {id: each.grows for id, each in measures(self.book).items()}
        self._grows = now
        other = {id for id in before.keys() | now.keys() if before.get(id, True) != now.get(id, True)}
        return {series for series in self._series if series[0] in other} if other else set()

    def _meet(self, house: House) -> set[int]:
        """Learn anew who is who; the statements whose speakers are others now than before."""
        book, before, cast, known = self.book, self.who, self.cast, self.house
        news = [self._name(number) for number in book.touched]
        self._unmet |= any(news) or bool(book.sided) or house is not known
        if self._unmet and book.claims:  # nobody asks before who is who
            self.who, self._unmet = namesakes(self._naming.keys() | {each.party for each in book.sides}, house), False
        one = self.who.one
        sides = tuple(replace(each, party=one.get(each.party, each.party)) for each in book.sides)
        self.house, self.cast = house, replace(house.cast(sides), alike=self.who.alike)
        if self.who is before:
            return set()
        ids = {who.one.get(each, each) for who in (before, self.who) for each in book.sided}
        ids |= _differing(before.alike, self.who.alike)
        ids |= _differing(cast.parties, house.parties) | _differing(cast.outlets, house.outlets)
        return self._moved(before, cast, ids)

    def _moved(self, before: Namesakes, cast: Cast, ids: Collection[str]) -> set[int]:
        """Statements by others than before, or by those who are, belong to or are controlled by one of these."""

        @cache
        def changed(root: str) -> bool:
            return any(each in ids for within in (cast, self.cast) for each in above(root, within))

        found = set[int]()
        for name, numbers in self._naming.items():
            was, now = before.one.get(name, name), self.who.one.get(name, name)
            if was != now or (ids and changed(now)):
                found |= numbers
        found &= self._spoken.keys()
        self.stale |= self._claims(found)
        return found

    def _name(self, number: int) -> bool:
        """Note by which names a statement tells whom it came through; True when the story has other names now."""
        chain = told(self.book, number) if number in self.book.statements else Chain()
        before, now = self._names.get(number, frozenset()), frozenset({*chain.hops, *chain.jointly} - {""})
        known = len(self._naming)
        for name in now - before:
            self._naming.setdefault(name, set()).add(number)
        news = len(self._naming) > known
        for name in before - now:
            self._naming[name].discard(number)
            if not self._naming[name]:
                del self._naming[name]
                news = True
        self._names[number] = now
        return news

    def _claims(self, statements: Iterable[int]) -> set[int]:
        """The claims that these statements answer."""
        found = {claim for number in statements for claim in self.book.claims_of.get(number, ())}
        return found | {effective(self.book, claim) for claim in found}


def _fits(asked: Claim, each: Count) -> bool:
    people = not asked.population or not each.population or asked.population == each.population
    return people and (not asked.place or not each.place or asked.place == each.place)


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    return {id for id in before.keys() | now.keys() if before.get(id) != now.get(id)}
