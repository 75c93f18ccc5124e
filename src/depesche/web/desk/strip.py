"""The strip "fits / contradicts": the earlier statement that a new one repeats, denies or updates, if one seems to be.

In: the story's book, the words of its statements, one statement or a text that is just being written. Out: candidates
(words/candidates.py), found without looking at more than some hundred of 5,000. The words are kept here by story, and
leave with the statements that had them. Never a judgement: that takes a key of an editor.
"""

from __future__ import annotations

import heapq
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.log import Journal
from depesche.journal.views import StatementView
from depesche.render import sayer
from depesche.words import candidates, likeness
from depesche.words.book import Book
from depesche.words.candidates import Key, Uttered
from depesche.words.claims import Count, period
from depesche.words.copy import Statement
from depesche.words.fits import Kind, fit
from depesche.words.ledgerchanges import FigureAccepted
from depesche.words.likeness import content, naming, topics
from depesche.words.parties import Chain, roots
from depesche.words.reckoning import (
    House,
    act_of,
    chain_of,
    count,
    day_of,
    judged_as,
    judged_suggestions,
    key,
    measures,
    resolved,
)

NEWEST = 200
"""Statements of one topic that are looked at, the newest: a topic that most of a story shares tells little."""
LOOKED_AT = 60
"""Statements whose words are compared: those that share the most topics, rare ones first,"""
LATEST = 20
"""and the latest ones: most of what is denied was said a moment ago."""
STORIES = 8
"""Stories whose words are kept, those that were asked for last: some 5 MB for 5,000 statements each."""
LONGEST_NAME = 4
"""Words of a party's name that are looked for in a text."""


class Fit(Struct, frozen=True):
    """An earlier statement and what a new one seems to be to it."""

    statement: int
    kind: Kind


class Precision(Struct, frozen=True):
    """How often the strip was right and wrong in this story, and whether it is on."""

    right: int
    wrong: int
    on: bool


class _Words:
    """What candidates need of each statement of a story, and where its topics are."""

    def __init__(self) -> None:
        self.seqs: dict[int, int] = {}
        self.said: dict[int, tuple[str, str]] = {}
        self.by_topic: dict[str, dict[int, None]] = defaultdict(dict)
        self.house: House | None = None
        self.parties: dict[int, tuple[str, ...]] = {}

    def follow(self, c: Connection, story: str, now: Mapping[int, int]) -> None:
        """Take in what is new, let go of what readers don't see any more; `now` has the entry of each statement."""
        for number in [n for n, seq in self.seqs.items() if now.get(n) != seq]:
            self._drop(number)
        missing = [n for n in now if n not in self.seqs]
        for number, view in views.some_statements(c, story, missing, desk=True).items():
            self.take(number, now[number], view)

    def take(self, number: int, seq: int, view: StatementView) -> None:
        """Keep the words of a statement, in place of what it said before."""
        if number in self.seqs:
            self._drop(number)
        recorded = view.recorded
        speaker = sayer.named(recorded.statement.name, recorded.speaker)
        self.seqs[number], self.said[number] = seq, (recorded.words, speaker)
        for topic in topics(recorded.words):
            self.by_topic[topic][number] = None

    def named(self, number: int, house: House) -> tuple[str, ...]:
        """The parties of the house that a statement's words name; looked for once, until the house has other names."""
        if self.house is not house:
            self.house, self.parties = house, {}
        if number not in self.parties:
            self.parties[number] = _parties(self.said[number][0], house)
        return self.parties[number]

    def _drop(self, number: int) -> None:
        words, _ = self.said.pop(number)
        del self.seqs[number]
        self.parties.pop(number, None)
        for topic in topics(words):
            self.by_topic[topic].pop(number, None)


class _Shelf:
    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.kept: dict[str, _Words] = {}


_SHELVES: WeakKeyDictionary[Journal, _Shelf] = WeakKeyDictionary()
_SHELVING = threading.Lock()


def prepare(journal: Journal, c: Connection, story: str) -> None:
    """Read the words of a story while its book is free: readers' pages wait for the book, not for words.

    They are put on the shelf under the book's lock, as everything that touches them.
    """
    with views.open_book(c, story) as (book, _):
        words = _kept(journal, story)
        missing = {number: said.seq for number, said in book.statements.items() if words.seqs.get(number) != said.seq}
    if not missing:
        return
    found = views.some_statements(c, story, missing, desk=True)
    for view in found.values():
        topics(view.recorded.words)  # the slow part; it remembers
    with views.open_book(c, story):
        for number, view in found.items():
            words.take(number, missing[number], view)


def forget(journal: Journal, story: str) -> None:
    """Let go of a story's words, and of all sentences that were compared: something was erased."""
    shelf = _shelf(journal)
    with shelf.turn:
        shelf.kept.pop(story, None)
    likeness.forget()


def _shelf(journal: Journal) -> _Shelf:
    with _SHELVING:
        return _SHELVES.setdefault(journal, _Shelf())


def _kept(journal: Journal, story: str) -> _Words:
    shelf = _shelf(journal)
    with shelf.turn:
        words = shelf.kept[story] = shelf.kept.pop(story) if story in shelf.kept else _Words()
        while len(shelf.kept) > STORIES:
            del shelf.kept[next(iter(shelf.kept))]
    return words


class Finder:
    """Finds candidates in one story, for one request. Made under the lock of `views.open_book`."""

    def __init__(self, journal: Journal, c: Connection, story: str, book: Book, house: House) -> None:
        self._words = _kept(journal, story)
        self._words.follow(c, story, {number: said.seq for number, said in book.statements.items()})
        self._book, self._house = book, house
        self._rejected = list(book.relations)

    def speakers(self) -> list[str]:
        """Whom the story's statements name, the latest first."""
        newest = reversed(list(self._words.said.values()))
        return list(dict.fromkeys(speaker for _, speaker in newest if speaker))

    def words(self, number: int) -> tuple[str, str]:
        """What was said and by whom, as the text has it; two empty texts when nobody said it."""
        return self._words.said.get(number, ("", ""))

    def of_statement(self, number: int) -> tuple[Fit, ...]:
        """The earlier statements that this one may repeat, deny or update, but for those that share a claim with it."""
        if number not in self._words.said:
            return ()
        mine = self._book.claims_of.get(number, set())
        shared = {n for claim in mine for n in self._book.links.get(claim, {})}
        new = self._uttered(number)
        pool = [n for n in self._pool(new, before=number) if n not in shared]
        return self._likely(new, self._count(number), pool)

    def of_reading(self, words: str, statement: Statement, speaker: str) -> tuple[Fit, ...]:
        """The same for a statement that isn't in the story (yet)."""
        chain = resolved(Chain(tuple(hop.name for hop in statement.chain) or (statement.name,)), self._house)
        known = statement.figures[0] if statement.figures else None
        said = statement.said
        when = said.first if said is not None and said.first == said.last else None
        about = period(statement.about[0] if statement.about else None)
        asked = Key(known.measure if known else "", known.population if known else "", period=about)
        new = Uttered(
            max(self._words.said, default=0) + 1,
            words,
            speaker,
            self._root(chain),
            when,
            statement.act == "deny",
            replace(asked, parties=_parties(words, self._house)),
        )
        figure = None
        if known is not None:
            figure = Count((new.statement, 0), known, known.measure, known.population, "", about, chain, when)
        return self._likely(new, figure, self._pool(new))

    def _likely(self, new: Uttered, figure: Count | None, pool: Iterable[int]) -> tuple[Fit, ...]:
        found = candidates.likely(candidates.candidates(new, map(self._uttered, pool), self._rejected))
        counted, cast = measures(self._book), self._house.cast(self._book.sides)
        kinds = ((each.statement, fit(each.kind, self._count(each.statement), figure, counted, cast)) for each in found)
        return tuple(Fit(statement, kind) for statement, kind in kinds if kind is not None)

    def _count(self, number: int) -> Count | None:
        """The first figure of a statement, as an editor took it or else as it was read."""
        return count(self._book, (number, 0), chain_of(self._book, number, self._house), day_of(self._book, number))

    def _pool(self, new: Uttered, before: int = 0) -> list[int]:
        """The latest statements, and earlier ones that share topics: a rare one tells more than one of everybody."""
        shared: Counter[int] = Counter()
        denier = naming(new.speaker) if new.denies else {}
        for topic, telling in {**denier, **content(new.words)}.items():
            those = self._words.by_topic.get(topic, {})
            weight = round(100 * telling * (1 + 1000 // (len(those) + 1)))  # whole numbers add up alike in any order
            for number in islice(reversed(those), NEWEST):
                if not before or number < before:
                    shared[number] += weight
        best = sorted(shared, key=lambda n: (-shared[n], -n))[:LOOKED_AT]
        latest = heapq.nlargest(LATEST, (n for n in self._words.said if not before or n < before))
        return list(dict.fromkeys([*best, *latest]))

    def _uttered(self, number: int) -> Uttered:
        words, speaker = self._words.said[number]
        book, house, said = self._book, self._house, self._book.statements[number]
        asked = Key(period=said.about)
        judged = judged_as(book, (number, 0))
        if isinstance(judged, FigureAccepted):
            asked = Key(judged.measure, judged.population, "", judged.place, judged.period)
        elif said.figures:
            asked = Key(said.figures[0].measure, said.figures[0].population, period=said.about)
        chain, day = chain_of(book, number, house), day_of(book, number)
        asked = replace(asked, parties=self._words.named(number, house))
        return Uttered(number, words, speaker, self._root(chain), day, act_of(book, number) == "deny", asked)

    def _root(self, chain: Chain) -> str:
        found = roots(chain, self._house.cast(self._book.sides))
        return next(iter(found)) if len(found) == 1 else ""


def precision(book: Book) -> Precision:
    """How often suggestions of the strip were accepted and rejected in this story since an editor switched it."""
    right, wrong = judged_suggestions(book)
    right, wrong = right - book.strip.right, wrong - book.strip.wrong
    return Precision(right, wrong, on=book.strip.on and candidates.useful(right, wrong))


def _parties(words: str, house: House) -> tuple[str, ...]:
    """The parties of the house that the words name."""
    return tuple(sorted({house.names[name] for name in _names(words) if name in house.names}))


def _names(words: str) -> Iterable[str]:
    parts = [part.strip('.,;:!?„“”"»«‚‘’()') for part in key(words).split()]
    for start in range(len(parts)):
        for length in range(1, LONGEST_NAME + 1):
            if start + length <= len(parts):
                yield " ".join(parts[start : start + length])
