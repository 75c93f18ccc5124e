"""What happens to claims: asked, merged, dropped, measured, replied to, and where editors and rules put them.

In: a book, and a change of a claim, its standing, a measure or a reply. Out: the book updated. That a standing has a
reason was seen to when it was decided. Never: an expunged word left in the book.
"""

from __future__ import annotations

from depesche.words import ledgerchanges as c
from depesche.words.book import OPEN, Book, Proposal, Turn, When, effective, restale, standing
from depesche.words.claims import Claim, Derived, Measure, Setting, Standing


def enter(book: Book, when: When, change: c.ClaimChange) -> None:
    """Update the book by what happened to a claim."""
    if isinstance(change, c.ClaimOpened):
        number = before = change.claim.number
        book.claims[number] = change.claim
        if not isinstance(change, c.ClaimAmended):
            book.opened[number] = when.at
            book.history.setdefault(number, [Turn(when.at, when.edition, "open")])
        book.next_claim = max(book.next_claim, number + 1)
    else:
        number = change.claim
        before = effective(book, number)
        match change:
            case c.ClaimDropped():
                book.dropped.add(number)
            case c.ClaimRestored():
                book.dropped.discard(number)
            case c.ClaimMerged():
                book.merged[number] = change.into
            case c.ClaimParted():
                book.merged.pop(number, None)
    restale(book, (before, number), when.shown)


def turn(book: Book, when: When, change: c.StandingChange) -> None:
    """Update the book by what an editor or a rule said of where a claim stands."""
    claim, before = change.claim, _place(book, change.claim)
    book.moved.add(claim)
    match change:
        case c.RefutedProposed():
            book.proposals[claim] = Proposal(when.actor, change.evidence, change.line)
        case c.RefutedDropped():
            book.proposals.pop(claim, None)
        case c.StandingDerived():
            found = (change.standing, change.rule, change.version, change.inputs, change.sided, change.accepted)
            book.derived[claim] = Derived(*found)
            if claim in book.retold:
                book.retold.discard(claim)
                book.changed[claim] = when.at
        case c.StandingLifted():
            book.settings.pop(claim, None)
        case c.StandingSet():
            book.settings[claim] = _setting(book, when, change)
            if change.standing == "refuted":
                book.proposals.pop(claim, None)
    if _place(book, claim) != before or isinstance(change, c.StandingSet):
        book.history.setdefault(claim, []).append(_turn(book, when, claim))
        book.changed[claim] = when.at


def define(book: Book, id: str, measure: Measure | None, shown: int = 0) -> None:
    """Define a measure, or None: no longer. Claims that count it are looked at again."""
    book.measures.pop(id, None)
    if measure is not None:
        book.measures[id] = measure
    restale(book, [number for number, each in book.claims.items() if each.measure == id], shown)


def expunge(book: Book, change: c.WordsExpunged) -> None:
    """Of a claim its number is left, of a standing nothing: the claim stands where the rules put it."""
    number = change.number
    if change.of == "measure":
        define(book, change.id, None)
    elif change.of == "reply":
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
        restale(book, (number,))


def _setting(book: Book, when: When, change: c.StandingSet) -> Setting:
    """The setting as the rules want it."""
    over = book.derived.get(change.claim, OPEN).standing
    by, seconded = when.actor or "desk", ""
    if change.standing == "refuted":
        proposal = book.proposals.get(change.claim)
        by, seconded = (proposal.by if proposal else "proposer"), when.actor or "second"
    return Setting(change.standing, by, "-", change.evidence, change.line, change.on, over, seconded)


def _place(book: Book, claim: int) -> tuple[Standing, bool]:
    """Where the claim stands in public, and whether several parties stand behind its one source."""
    now, derived = standing(book, claim), book.derived.get(claim, OPEN)
    return now, derived.sided and now == derived.standing


def _turn(book: Book, when: When, claim: int) -> Turn:
    s, derived, (now, sided) = book.settings.get(claim), book.derived.get(claim, OPEN), _place(book, claim)
    if s is None or s.standing != now:
        rule, version, accepted = derived.rule, derived.version, derived.accepted
        return Turn(when.at, when.edition, now, rule=rule, version=version, sided=sided, accepted=accepted)
    return Turn(when.at, when.edition, now, True, s.line, s.evidence, s.on)
