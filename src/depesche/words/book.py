"""Book, the ledger as a fold: what a story's entries say of claims, statements, figures, relations and standings.

In: nothing; enter/ fills it. Out: ids, chains, figures and what editors said, never what a statement says: that stays
in the entry that `seq` names. Nothing is derived here: `stale` are the claims whose derived standing has to be looked
at again, `moved` those that look different for another reason, `retold` those of which readers have to be told, as
nothing else that happened is public, `touched` the statements that may count differently, `sided` the parties on other
sides now: lists of work, and no part of the fold. Whoever keeps a book folds anew when
words were erased.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from msgspec import Struct, field

from depesche.words import ledgerchanges as c
from depesche.words.claims import Claim, Derived, Measure, Period, Ref, Relation, Setting, Standing
from depesche.words.copy import Act, Figure
from depesche.words.parties import Chain, Outlet, Party, Side
from depesche.words.sourcing import Label
from depesche.words.standing import stand

HAND = "hand"
"""The rule of a statement that an editor wrote down."""
OPEN = Derived("open", "", 0)
"""Where a claim stands of which no rule has said anything."""


class Said(Struct, frozen=True, gc=False):
    """A statement that readers see: where its words are, and what was read in it. Hops of the chain are names."""

    post: int
    revision: int
    seq: int
    chain: Chain = Chain()
    act: Act = "assert"
    said: dt.date | None = None
    about: Period = Period()
    figures: tuple[Figure, ...] = ()
    hand: bool = False


class Turn(Struct, frozen=True, gc=False):
    """Where a claim stood from `at` (microseconds UTC) on: by an editor with these words for readers, or by a rule.

    `label` is the key of the words that readers saw for it. `accepted`: the rule found it contested because an editor
    had accepted a denial or a contradiction.
    """

    at: int
    edition: int
    standing: Standing
    editor: bool = False
    line: str = ""
    evidence: str = ""
    on: dt.date | None = None
    rule: str = ""
    version: int = 0
    sided: bool = False
    accepted: bool = False

    @property
    def label(self) -> Label:
        return "one_side" if self.sided else self.standing


class Reply(Struct, frozen=True):
    """A reply, word for word."""

    number: int
    who: str
    words: str
    claim: int
    post: int
    received: dt.date | None
    at: int


class Proposal(Struct, frozen=True):
    """That a claim is refuted: by whom (an actor's id), with what for readers. The reason stays in its entry."""

    by: str
    evidence: str
    line: str


class Book(Struct):
    """The fold. `recalled` are the posts whose copy was all taken back by its wires. `links` is by claim and statement
    as they were linked; `merged` leads from a claim to its other.

    `figures` is by statement and place, `counted` has the accepted ones by measure. `relations` is by both statements,
    the lower number first; `related` leads from each to the others. `changed` has by claim when something of it last
    changed for readers (microseconds UTC); that words were taken back is no news of it, and hidden from every moment.
    """

    claims: dict[int, Claim] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    merged: dict[int, int] = field(default_factory=dict)
    statements: dict[int, Said] = field(default_factory=dict)
    of_post: dict[int, tuple[int, ...]] = field(default_factory=dict)
    amended: dict[int, c.StatementAmended] = field(default_factory=dict)
    withdrawn: dict[int, str] = field(default_factory=dict)
    recalled: set[int] = field(default_factory=set)
    links: dict[int, dict[int, c.StatementLinked]] = field(default_factory=dict)
    claims_of: dict[int, set[int]] = field(default_factory=dict)
    figures: dict[int, dict[int, c.FigureAccepted | c.FigureRejected]] = field(default_factory=dict)
    counted: dict[str, set[Ref]] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    relations: dict[tuple[int, int], Relation] = field(default_factory=dict)
    related: dict[int, set[int]] = field(default_factory=dict)
    sides: tuple[Side, ...] = ()
    settings: dict[int, Setting] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    derived: dict[int, Derived] = field(default_factory=dict)
    history: dict[int, list[Turn]] = field(default_factory=dict)
    changed: dict[int, int] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    strip: c.StripSwitched = c.StripSwitched()
    next_claim: int = 1
    next_reply: int = 1
    parties: dict[str, Party] = field(default_factory=dict)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    retold: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    sided: set[str] = field(default_factory=set)


class When(Struct, frozen=True):
    """The envelope of a change, as far as the book needs it."""

    seq: int
    edition: int
    at: int
    actor: str

    @property
    def shown(self) -> int:
        """When readers saw it; 0: they never do."""
        return self.at if self.edition else 0


def standing(book: Book, claim: int) -> Standing:
    """Where the claim stands in public."""
    return stand(book.derived.get(claim, OPEN), book.settings.get(claim))


def effective(book: Book, claim: int) -> int:
    """The claim that this one was merged into, over any number of steps; itself if it wasn't."""
    seen = {claim}
    while (into := book.merged.get(claim, 0)) and into not in seen:
        seen.add(into)
        claim = into
    return claim


def restale(book: Book, claims: Iterable[int], shown: int = 0) -> None:
    """Note these claims, and those that they were merged into; `shown` is when readers saw what changed."""
    for number in claims:
        for each in {number, effective(book, number)}:
            book.stale.add(each)
            if shown:
                book.changed[each] = shown


def touch(book: Book, statements: Iterable[int], shown: int = 0) -> None:
    """Note these statements, and the claims that they answer; `shown` is when readers saw what changed."""
    for number in statements:
        book.touched.add(number)
        for claim in book.claims_of.get(number, ()):
            tied = book.links.get(claim, {}).get(number)
            restale(book, (claim,), shown if tied and tied.accepted else 0)  # a suggestion is the desk's


def recall(book: Book, post: int, *, gone: bool) -> None:
    """Note that a post's wires took back all of its copy, or that its statements count (again)."""
    if gone == (post in book.recalled):
        return
    (set.add if gone else set.discard)(book.recalled, post)
    statements = book.of_post.get(post, ())
    touch(book, statements)
    tied = [(claim, number) for number in statements for claim in book.claims_of.get(number, ())]
    book.retold |= {effective(book, claim) for claim, number in tied if book.links[claim][number].accepted}
