"""The ledger as readers and the desk see it: claims with their standing, links, figures side by side, parties, replies.

In: a reading connection (of the journal, or of a replica as of a moment), a story's id. Out: LedgerView, a frozen value
that any thread may keep. It is a fold of the story's entries, kept for each database and brought up to date entry by
entry; only claims that something touched are reckoned anew. Never: a word that was erased (then it is folded anew).
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from depesche.journal.stream import Head, digest_of, head_of, of_object, read
from depesche.words import book as books
from depesche.words import reckoning, sourcing, standing, tables
from depesche.words.book import Book, Proposal, Reply, Turn
from depesche.words.changes import EntriesErased, Entry
from depesche.words.claims import Claim, Count, Link, Measure, Ref, Relation, Setting, Sourcing, Tally
from depesche.words.compare import Finding
from depesche.words.names import called
from depesche.words.parties import Cast, roots
from depesche.words.reckoner import Reckoner
from depesche.words.reckoning import House
from depesche.words.sourcing import Label
from depesche.words.standing import Hint
from depesche.words.story import Story, fold
from depesche.words.tables import Row

HOUSE = "house"
"""The stream of parties and outlets, the same ones in every story."""
STORIES = 16
"""Folds that are kept for a database: those of the stories that were asked for last."""


class FigureView(Struct, frozen=True, gc=False):
    """A figure with what comparing knows of it. `words` is the number as it was said, `roots` are ids, () unknown.

    `of` is what a derived one was made of, in the words of the post: a part, and a whole; () unknown.
    """

    ref: Ref
    count: Count
    words: str
    roots: tuple[str, ...]
    post: int
    of: tuple[str, ...] = ()


class ClaimView(Struct, frozen=True):
    """A claim and where it stands. `label` is the key of the words for it ("one_side" where several stand behind one).

    `line`, `evidence` and `on` are what an editor told readers with it. `history` is what they could see, oldest first;
    `links` are of statements that readers see, by number, those overtaken or taken back marked; which of them readers
    are told of says sourcing.shown. `rows` is the table of
    `figures` (accepted ones that answer it), newest first; `ends` the lowest and the highest of the newest; `sums` are
    those of them that an earlier one and increments since then reach. `since` is when it turned for the last time,
    `changed_at` when anything of it changed for readers (microseconds UTC).
    """

    number: int
    claim: Claim
    label: Label
    standing: str
    since: int
    line: str
    evidence: str
    on: dt.date | None
    history: tuple[Turn, ...]
    sourcing: Sourcing
    links: tuple[Link, ...]
    figures: tuple[FigureView, ...]
    rows: tuple[Row, ...]
    ends: tuple[Ref, Ref] | None
    sums: tuple[Finding, ...]
    relations: tuple[Relation, ...]
    opened_at: int
    changed_at: int
    edition: int


class LedgerView(Struct, frozen=True):
    """The ledger of a story at `seq`; `house` is the seq of the house's names that it was made with.

    `claims` are those that are asked, by number; `merged` leads from a claim that was merged to the one that it became.
    `cast` has no sides: they are for the desk. `claims_of` leads from statements to claims that editors linked them to.
    """

    seq: int
    house: int
    claims: dict[int, ClaimView]
    merged: dict[int, int]
    measures: dict[str, Measure]
    cast: Cast
    replies: tuple[Reply, ...]
    claims_of: dict[int, tuple[int, ...]]


class DeskView(Struct, frozen=True):
    """What only the desk may see of a claim: suggestions, figures that nobody has judged, who set or proposed what.

    `entries` are all of the claim's standing, oldest first: with the desk's reasons and the actors' ids.
    """

    hints: tuple[Hint, ...]
    suggested: tuple[Finding, ...]
    unjudged: tuple[FigureView, ...]
    setting: Setting | None
    proposal: Proposal | None
    entries: tuple[Entry, ...]


class Names:
    """Whom the house knows, from one look to the next. `story`, its fold, is another one once something was erased."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nobody."""
        self.story, self.house = Story(), House()

    def known(self, c: Connection) -> House:
        """As it stands in the connection's transaction."""
        seq = head(c, HOUSE)
        if self.story.seq != seq:
            entries = read(c, HOUSE, after=self.story.seq)
            erased = self.story.seq and any(isinstance(entry.change, EntriesErased) for entry in entries)
            if self.story.seq > seq or erased:
                self.forget()
                entries = read(c, HOUSE)
            book = fold(entries, self.story).book
            self.house = reckoning.house(book.parties, book.outlets)
        return self.house


class _Kept:
    """The fold of one story, and the view made of it. `behind` is another one, for transactions that began before."""

    def __init__(self) -> None:
        self.digest = b""
        self.house_seq = -1
        self.begin()

    def begin(self) -> None:
        """From the beginning."""
        self.story = Story()
        self.reckoner = Reckoner(self.story.book)
        self.view: LedgerView | None = None
        self.derived: set[int] = set()  # claims with figures made of others, which no change of those touches
        self.behind: _Kept | None = None

    @property
    def house(self) -> House:
        return self.reckoner.house


class _Shelf:
    """All folds of one database."""

    def __init__(self) -> None:
        self.turn = threading.RLock()
        self.kept: OrderedDict[str, _Kept] = OrderedDict()
        self.names = Names()


_SHELVES: WeakKeyDictionary[Engine, _Shelf] = WeakKeyDictionary()
_SHELVING = threading.Lock()


def ledger(c: Connection, story: str) -> LedgerView:
    """The ledger of this story as it stands in the connection's transaction; empty for a story that there isn't."""
    shelf = _shelf(c)
    with shelf.turn:
        kept = _caught_up(c, shelf, story)
        if kept.view is None or kept.view.seq != kept.story.seq or kept.view.house != kept.house_seq:
            kept.view = _made(kept)
        return kept.view


def claim_for_desk(c: Connection, story: str, claim: int) -> DeskView | None:
    """What only the desk may see of a claim. Compares the figures around it in pairs: for one claim at a time."""
    shelf = _shelf(c)
    with shelf.turn:
        kept = _caught_up(c, shelf, story)
        book = kept.story.book
        if claim not in book.claims:
            return None
        found = kept.reckoner.reckon(claim)
        return DeskView(
            standing.hints(found.links, kept.reckoner.cast),
            kept.reckoner.suggested(claim),
            tuple(_figure(kept, each) for each in found.figures if not each.accepted),
            book.settings.get(claim),
            book.proposals.get(claim),
            tuple(of_object(c, story, f"standing:{claim}")),
        )


@contextmanager
def open_book(c: Connection, story: str) -> Iterator[tuple[Book, House]]:
    """The book itself and the house, for the desk's own reckoning. Others wait meanwhile: read it, change nothing."""
    shelf = _shelf(c)
    with shelf.turn:
        kept = _caught_up(c, shelf, story)
        yield kept.story.book, kept.house


def house(c: Connection) -> House:
    """Whom the house knows."""
    shelf = _shelf(c)
    with shelf.turn:
        return shelf.names.known(c)


def head(c: Connection, stream: str) -> int:
    """The seq of the stream's latest entry, 0 without one."""
    return head_of(c, stream).seq


def forget_ledgers() -> None:
    """Let go of every fold: words were erased, and the memory of the process may not keep them either."""
    with _SHELVING:
        _SHELVES.clear()
    called.cache_clear()


def _shelf(c: Connection) -> _Shelf:
    with _SHELVING:
        return _SHELVES.setdefault(c.engine, _Shelf())


def _caught_up(c: Connection, shelf: _Shelf, story: str) -> _Kept:
    """The fold in the transaction's state. One that began before somebody else's moved the fold on has its own."""
    newest = shelf.kept[story] = shelf.kept.pop(story) if story in shelf.kept else _Kept()
    while len(shelf.kept) > STORIES:
        shelf.kept.popitem(last=False)
    last, kept = head_of(c, story), newest
    if newest.story.seq > last.seq:
        kept = newest.behind = newest.behind or _Kept()
    _follow(c, kept, story, last)
    kept.reckoner.follow(shelf.names.known(c))
    kept.house_seq = shelf.names.story.seq
    return kept


def _follow(c: Connection, kept: _Kept, story: str, last: Head) -> None:
    """Bring the fold up to this head; from the beginning where the journal has another past (a restored backup)."""
    before = kept.story.seq
    if before and (before > last.seq or kept.digest != digest_of(c, story, before)):
        kept.begin()
    if kept.story.seq == last.seq:
        return
    entries = read(c, story, after=kept.story.seq)
    if kept.story.seq and any(isinstance(entry.change, EntriesErased) for entry in entries):
        kept.begin()
        entries = read(c, story)
    fold(entries, kept.story)
    kept.digest = last.digest


def _made(kept: _Kept) -> LedgerView:
    """The view; claims that nothing touched since the last one are taken over."""
    book, known = kept.story.book, kept.view.claims if kept.view is not None else {}
    stale = kept.reckoner.stale | book.moved | kept.derived
    kept.reckoner.stale.clear()
    book.moved.clear()
    asked = [n for n in sorted(book.claims) if n not in book.dropped and n not in book.merged]
    fresh = {n: _claim(kept, n) for n in asked if n not in known or n in stale}
    kept.derived = {n for n, each in fresh.items() if any(figure.count.derived for figure in each.figures)}
    claims = {n: fresh[n] if n in fresh else known[n] for n in asked}
    claims_of: dict[int, set[int]] = {}
    for claim in claims.values():
        for link in (each for each in claim.links if each.accepted):
            claims_of.setdefault(link.statement, set()).add(claim.number)
    return LedgerView(
        kept.story.seq,
        kept.house_seq,
        claims,
        {n: books.effective(book, n) for n in book.merged},
        reckoning.measures(book),
        replace(kept.reckoner.cast, sides=()),
        tuple(book.replies[n] for n in sorted(book.replies)),
        {statement: tuple(sorted(numbers)) for statement, numbers in claims_of.items()},
    )


def _claim(kept: _Kept, number: int) -> ClaimView:
    book, cast = kept.story.book, kept.reckoner.cast
    found = kept.reckoner.reckon(number)
    figures = [each for each in found.figures if each.accepted]
    heard = kept.reckoner.heard
    ends = tables.ends(figures, cast, heard)
    turns = book.history.get(number, [])
    last = turns[-1] if turns else Turn(0, 0, "open")
    now = books.standing(book, number)
    source = sourcing.source(found.links, cast)
    numbers = {each.statement for each in found.links}
    related = kept.reckoner.between(numbers)
    return ClaimView(
        number,
        book.claims[number],
        sourcing.label(now, source),
        now,
        last.at,
        last.line,
        last.evidence,
        last.on,
        tuple(turns),
        _without_labels(source),
        found.links,
        tuple(_figure(kept, each) for each in figures),
        tables.rows(figures, cast, heard),
        (ends[0].ref, ends[1].ref) if ends else None,
        tables.sums(figures, cast),
        tuple(replace(each, by="") for each in related),
        book.opened.get(number, 0),
        max(last.at, book.changed.get(number, 0)),
        last.edition,
    )


def _without_labels(source: Sourcing) -> Sourcing:
    """Sides by number: readers may know how many there are, and not what the desk calls them."""
    labels = sorted({*source.affirming.sides, *source.denying.sides})

    def numbered(tally: Tally) -> Tally:
        return replace(tally, sides=tuple(str(labels.index(each) + 1) for each in tally.sides))

    return replace(source, affirming=numbered(source.affirming), denying=numbered(source.denying))


def _figure(kept: _Kept, count: Count) -> FigureView:
    book = kept.story.book
    said = book.statements[count.ref[0]]
    ends = roots(count.chain, kept.reckoner.cast, count.said)
    of = tuple(each.figure.words for each in _origin(kept, count, said.post)) if count.derived else ()
    return FigureView(count.ref, count, count.figure.words, tuple(sorted(ends)), said.post, of)


def _origin(kept: _Kept, count: Count, post: int) -> tuple[Count, ...]:
    book = kept.story.book
    spoken = [kept.reckoner.spoken(number) for number in book.of_post.get(post, ())]
    beside = [each for found in spoken if found for each in found.counts]
    return tables.origin(count, beside, reckoning.measures(book), kept.reckoner.cast)
