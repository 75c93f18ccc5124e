"""Book, the ledger as a fold: what a story's entries say of claims, statements, figures, relations and standings.

In: changes in their envelopes, in order. Out: ids, chains, figures and what editors said, never what a statement says:
that stays in the entry that `seq` names. `enter` updates the book that it is given. Nothing is derived here: `stale`
are the claims whose derived standing has to be looked at again, `moved` those that look different for another reason,
`touched` the statements that may count differently, `sided` the parties on other sides now: lists of work, and no part
of the fold. Whoever keeps a book folds anew when words were erased.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from depesche.words.claims import Claim, Derived, Measure, Period, Ref, Relation, Setting, Standing, period
from depesche.words.copy import Act, Figure, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import (
    ClaimAmended,
    ClaimDropped,
    ClaimMerged,
    ClaimOpened,
    ClaimParted,
    ClaimRestored,
    FigureAccepted,
    FigureRejected,
    FigureReset,
    LedgerChange,
    MeasureAdded,
    MeasureDropped,
    OutletForgotten,
    OutletNamed,
    PartyForgotten,
    PartyNamed,
    RefutedDropped,
    RefutedProposed,
    RelationAccepted,
    RelationRejected,
    RelationReopened,
    RelationWithdrawn,
    ReplyRecorded,
    ReplyRemoved,
    SideSet,
    StandingDerived,
    StandingLifted,
    StandingSet,
    StatementAmended,
    StatementLinked,
    StatementReinstated,
    StatementUnlinked,
    StatementWithdrawn,
    StatementWritten,
    StripSwitched,
    WordsExpunged,
)
from depesche.words.parties import Chain, Outlet, Party, Side
from depesche.words.standing import stand


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


class Held(Struct, frozen=True):
    """A standing that an editor set, with what readers are told; `at` is microseconds UTC."""

    setting: Setting
    at: int


class Turn(Struct, frozen=True, gc=False):
    """Where a claim stood from `at` (microseconds UTC) on: by an editor with these words for readers, or by a rule."""

    at: int
    edition: int
    standing: Standing
    editor: bool = False
    line: str = ""
    evidence: str = ""
    on: dt.date | None = None
    rule: str = ""
    version: int = 0


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
    """The fold. `links` is by claim and statement as they were linked; `merged` leads from a claim to its other.

    `figures` is by statement and place, `counted` has the accepted ones by measure. `relations` is by both statements,
    the lower number first; `related` leads from each to the others.
    """

    claims: dict[int, Claim] = field(default_factory=dict)
    opened: dict[int, int] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    merged: dict[int, int] = field(default_factory=dict)
    statements: dict[int, Said] = field(default_factory=dict)
    of_post: dict[int, tuple[int, ...]] = field(default_factory=dict)
    amended: dict[int, StatementAmended] = field(default_factory=dict)
    withdrawn: dict[int, str] = field(default_factory=dict)
    links: dict[int, dict[int, StatementLinked]] = field(default_factory=dict)
    claims_of: dict[int, set[int]] = field(default_factory=dict)
    figures: dict[int, dict[int, FigureAccepted | FigureRejected]] = field(default_factory=dict)
    counted: dict[str, set[Ref]] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    relations: dict[tuple[int, int], Relation] = field(default_factory=dict)
    related: dict[int, set[int]] = field(default_factory=dict)
    sides: tuple[Side, ...] = ()
    settings: dict[int, Held] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    derived: dict[int, Derived] = field(default_factory=dict)
    history: dict[int, list[Turn]] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    strip: StripSwitched = StripSwitched()
    next_claim: int = 1
    next_reply: int = 1
    parties: dict[str, Party] = field(default_factory=dict)
    outlets: dict[str, Outlet] = field(default_factory=dict)
    stale: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    sided: set[str] = field(default_factory=set)


class When(Struct, frozen=True):
    """The envelope of a change, as far as the book needs it."""

    seq: int
    edition: int
    at: int
    actor: str


def standing(book: Book, claim: int) -> Standing:
    """Where the claim stands in public."""
    held = book.settings.get(claim)
    return stand(book.derived.get(claim, _OPEN), held.setting if held else None)


def effective(book: Book, claim: int) -> int:
    """The claim that this one was merged into, over any number of steps; itself if it wasn't."""
    seen = {claim}
    while (into := book.merged.get(claim, 0)) and into not in seen:
        seen.add(into)
        claim = into
    return claim


def enter(book: Book, when: When, change: LedgerChange) -> None:
    """Update the book. Total: what `decide` would never have made does no harm."""
    match change:
        case ClaimOpened() | ClaimDropped() | ClaimRestored() | ClaimMerged() | ClaimParted():
            _claim(book, when, change)
        case StandingSet() | StandingLifted() | RefutedProposed() | RefutedDropped() | StandingDerived():
            _standing(book, when, change)
        case MeasureAdded() | MeasureDropped() | SideSet() | ReplyRecorded() | ReplyRemoved():
            _list(book, when, change)
        case StripSwitched():
            book.strip = change
        case WordsExpunged():
            _expunge(book, change)
        case PartyNamed():
            book.parties[change.party.id] = change.party
        case PartyForgotten():
            book.parties.pop(change.party, None)
        case OutletNamed():
            book.outlets[change.outlet.id] = change.outlet
        case OutletForgotten():
            book.outlets.pop(change.outlet, None)
        case _:
            _statement(book, when, change)


def record(
    book: Book, when: When, post: int, revision: int, found: Iterable[RecordedStatement], lost: Iterable[int] = ()
) -> None:
    """Put the statements of a post's revision in the place of the earlier ones; those by hand stay unless lost."""
    found, gone = list(found), set(lost)
    numbers = {each.number for each in found}
    before = {n: _matters(book.statements[n]) for n in book.of_post.get(post, ())}
    for each in found:
        _lapse(book, each)
    kept = [n for n in book.of_post.get(post, ()) if book.statements[n].hand and n not in gone and n not in numbers]
    for number in before:
        if number not in kept:
            book.statements.pop(number, None)
    for each in found:
        book.statements[each.number] = _said(each, post, revision, when.seq)
    book.of_post[post] = (*kept, *(each.number for each in found))
    now = {n: _matters(book.statements[n]) for n in book.of_post[post]}
    touch(book, {n for n in before.keys() | now.keys() if before.get(n) != now.get(n)})


def forget(book: Book, post: int) -> None:
    """The post's statements are nothing that readers see any more, and nothing that counts."""
    before = book.of_post.pop(post, ())
    for number in before:
        book.statements.pop(number, None)
    touch(book, before)


def touch(book: Book, statements: Iterable[int]) -> None:
    """Note these statements, and the claims that they answer."""
    for number in statements:
        book.touched.add(number)
        _restale(book, book.claims_of.get(number, ()))


def bury(book: Book, when: When, kind: str, thing: str) -> None:
    """Enter a change whose body was erased: its kind and object tell what it was about."""
    name, _, rest = thing.partition(":")
    numbers = [int(each) if each.isdecimal() and len(each) < 19 else -1 for each in rest.split(".")]
    if kind == "StatementsRecorded":
        forget(book, numbers[0])
    elif kind == "StatementAmended":
        book.amended.pop(numbers[0], None)
        touch(book, numbers)
    elif name == "figure" and len(numbers) == 2:
        _judge(book, (numbers[0], numbers[1]), None)
    elif kind == "ClaimOpened":
        _claim(book, when, ClaimOpened(Claim(numbers[0], "")))
        book.dropped.add(numbers[0])
    elif kind == "StandingSet":
        _expunge(book, WordsExpunged("standing", numbers[0]))
    elif kind == "ReplyRecorded":
        book.next_reply = max(book.next_reply, numbers[0] + 1)


def _expunge(book: Book, change: WordsExpunged) -> None:
    """Of a claim its number is left, of a standing nothing: the claim stands where the rules put it."""
    number = change.number
    if change.of == "measure":
        _define(book, change.id, None)
    if change.of == "reply":
        book.replies.pop(number, None)
    if change.of not in ("claim", "standing"):
        return
    book.settings.pop(number, None)
    book.proposals.pop(number, None)
    book.history[number] = [each for each in book.history.get(number, ()) if not each.editor]
    book.moved.add(number)
    if change.of == "claim":
        book.claims[number] = Claim(number, "")
        book.dropped.add(number)
        book.replies = {key: each for key, each in book.replies.items() if each.claim != number}
        _restale(book, (number,))


def _claim(
    book: Book, when: When, change: ClaimOpened | ClaimDropped | ClaimRestored | ClaimMerged | ClaimParted
) -> None:
    if isinstance(change, ClaimOpened):
        number = change.claim.number
        book.claims[number] = change.claim
        if not isinstance(change, ClaimAmended):
            book.opened[number] = when.at
            book.history.setdefault(number, [Turn(when.at, when.edition, "open")])
        book.next_claim = max(book.next_claim, number + 1)
        _restale(book, (number,))
        return
    before = effective(book, change.claim)
    match change:
        case ClaimDropped():
            book.dropped.add(change.claim)
        case ClaimRestored():
            book.dropped.discard(change.claim)
        case ClaimMerged():
            book.merged[change.claim] = change.into
        case ClaimParted():
            book.merged.pop(change.claim, None)
    _restale(book, (before, change.claim))


def _statement(book: Book, when: When, change: LedgerChange) -> None:
    match change:
        case StatementWritten():
            book.statements[change.statement.number] = replace(
                _said(change.statement, change.post, change.revision, when.seq), hand=True
            )
            others = (n for n in book.of_post.get(change.post, ()) if n != change.statement.number)
            book.of_post[change.post] = (*others, change.statement.number)
            touch(book, (change.statement.number,))
        case StatementAmended():
            if change == StatementAmended(change.statement):  # as it was read: nothing is left of the amendment
                book.amended.pop(change.statement, None)
            else:
                book.amended[change.statement] = change
            touch(book, (change.statement,))
        case StatementWithdrawn():
            book.withdrawn[change.statement] = change.by
            touch(book, (change.statement,))
        case StatementReinstated():
            book.withdrawn.pop(change.statement, None)
            touch(book, (change.statement,))
        case StatementLinked():
            book.links.setdefault(change.claim, {})[change.statement] = change
            book.claims_of.setdefault(change.statement, set()).add(change.claim)
            _restale(book, (change.claim,))
        case StatementUnlinked():
            book.links.get(change.claim, {}).pop(change.statement, None)
            book.claims_of.get(change.statement, set()).discard(change.claim)
            _restale(book, (change.claim,))
        case FigureAccepted() | FigureRejected():
            _judge(book, (change.statement, change.figure), change)
        case FigureReset():
            _judge(book, (change.statement, change.figure), None)
        case RelationAccepted() | RelationRejected() | RelationWithdrawn() | RelationReopened():
            _relation(book, when, change)


def _relation(
    book: Book, when: When, change: RelationAccepted | RelationRejected | RelationWithdrawn | RelationReopened
) -> None:
    pair = min(change.one, change.other), max(change.one, change.other)
    match change:
        case RelationAccepted():
            book.relations[pair] = Relation(change.one, change.other, change.relation, "accepted", when.actor)
        case RelationRejected():
            book.relations[pair] = Relation(change.one, change.other, change.relation, "rejected", when.actor)
        case _:
            book.relations.pop(pair, None)
    for one, other in (pair, pair[::-1]):
        (set.add if pair in book.relations else set.discard)(book.related.setdefault(one, set()), other)
    touch(book, pair)


def _standing(
    book: Book,
    when: When,
    change: StandingSet | StandingLifted | RefutedProposed | RefutedDropped | StandingDerived,
) -> None:
    before = standing(book, change.claim)
    book.moved.add(change.claim)
    match change:
        case RefutedProposed():
            book.proposals[change.claim] = Proposal(when.actor, change.evidence, change.line)
        case RefutedDropped():
            book.proposals.pop(change.claim, None)
        case StandingDerived():
            book.derived[change.claim] = Derived(change.standing, change.rule, change.version, change.inputs)
        case StandingLifted():
            book.settings.pop(change.claim, None)
        case StandingSet():
            book.settings[change.claim] = Held(_setting(book, when, change), when.at)
            if change.standing == "refuted":
                book.proposals.pop(change.claim, None)
    now = standing(book, change.claim)
    if now != before or isinstance(change, StandingSet):
        book.history.setdefault(change.claim, []).append(_turn(book, when, change.claim, now))


def _setting(book: Book, when: When, change: StandingSet) -> Setting:
    """The setting as the rules want it. That it has a reason was seen to when it was decided."""
    over = book.derived.get(change.claim, _OPEN).standing
    by, seconded = when.actor or "desk", ""
    if change.standing == "refuted":
        proposal = book.proposals.get(change.claim)
        by, seconded = (proposal.by if proposal else "proposer"), when.actor or "second"
    return Setting(change.standing, by, "-", change.evidence, change.line, change.on, over, seconded)


def _turn(book: Book, when: When, claim: int, now: Standing) -> Turn:
    held, derived = book.settings.get(claim), book.derived.get(claim, _OPEN)
    if held is None or held.setting.standing != now:
        return Turn(when.at, when.edition, now, rule=derived.rule, version=derived.version)
    s = held.setting
    return Turn(when.at, when.edition, now, True, s.line, s.evidence, s.on)


def _list(
    book: Book, when: When, change: MeasureAdded | MeasureDropped | SideSet | ReplyRecorded | ReplyRemoved
) -> None:
    match change:
        case MeasureAdded():
            _define(book, change.measure.id, change.measure)
        case MeasureDropped():
            _define(book, change.measure, None)
        case SideSet():
            others = (s for s in book.sides if (s.party, s.first) != (change.party, change.first))
            new = (Side(change.party, change.side, change.first, change.last),) if change.side else ()
            book.sides = (*others, *new)
            book.sided.add(change.party)
        case ReplyRecorded():
            book.next_reply = max(book.next_reply, change.reply + 1)
            book.replies[change.reply] = Reply(
                change.reply, change.who, change.words, change.claim, change.post, change.received, when.at
            )
        case ReplyRemoved():
            book.replies.pop(change.reply, None)


def _define(book: Book, id: str, measure: Measure | None) -> None:
    book.measures.pop(id, None)
    if measure is not None:
        book.measures[id] = measure
    _restale(book, [number for number, each in book.claims.items() if each.measure == id])


def _judge(book: Book, ref: Ref, change: FigureAccepted | FigureRejected | None) -> None:
    before = book.figures.setdefault(ref[0], {}).pop(ref[1], None)
    if isinstance(before, FigureAccepted):
        book.counted.get(before.measure, set()).discard(ref)
    if change is not None:
        book.figures[ref[0]][ref[1]] = change
    if isinstance(change, FigureAccepted):
        book.counted.setdefault(change.measure, set()).add(ref)
    touch(book, (ref[0],))


def _lapse(book: Book, recorded: RecordedStatement) -> None:
    """What was said of a figure lapses when a correction of the post put another number in its place."""
    said, now = book.statements.get(recorded.number), recorded.statement.figures
    for place, judged in [*book.figures.get(recorded.number, {}).items()] if said is not None else ():
        given = isinstance(judged, FigureAccepted) and judged.given is not None
        if said is not None and not given and _number(said.figures, place) != _number(now, place):
            _judge(book, (recorded.number, place), None)


def _number(figures: tuple[Figure, ...], place: int) -> Figure | None:
    return replace(figures[place], span=(0, 1), words="") if 0 <= place < len(figures) else None


def _restale(book: Book, claims: Iterable[int]) -> None:
    for number in claims:
        book.stale |= {number, effective(book, number)}


def _matters(said: Said) -> Said:
    """What the rules see of a statement: where its words stand is nothing to them."""
    return replace(said, revision=0, seq=0, figures=tuple(replace(each, span=(0, 1)) for each in said.figures))


def _said(recorded: RecordedStatement, post: int, revision: int, seq: int) -> Said:
    s = recorded.statement
    about = s.about[0] if s.about else None
    return Said(post, revision, seq, _chain(s), s.act, _day(s), period(about), s.figures, s.rule == HAND)


def _chain(statement: Statement) -> Chain:
    hops = tuple(hop.name for hop in statement.chain) or ((statement.name,) if statement.name else ())
    return Chain(hops)


def _day(statement: Statement) -> dt.date | None:
    """The day on which it was said, if the text gives one day."""
    said = statement.said
    return said.first if said is not None and said.first == said.last else None


HAND = "hand"
"""The rule of a statement that an editor wrote down."""
_OPEN = Derived("open", "", 0)
