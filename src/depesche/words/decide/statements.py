"""What is decided of statements: recorded, written, amended, taken back, linked to claims, related to each other.

In: the fold and a command. Out: changes or a refusal. Never: a number given twice, or the statement that an editor
wrote lost to a reader that read at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from depesche.words import ledgerchanges as c
from depesche.words import ledgercommands as q
from depesche.words.book import HAND, Book
from depesche.words.changes import StatementsRecorded
from depesche.words.commands import Answer, RecordStatements, Refusal
from depesche.words.decide import figures
from depesche.words.decide.claims import unusable
from depesche.words.decide.limits import MOST_HOPS, MOST_STATEMENTS, too_long, too_many
from depesche.words.reckoning import judged_suggestions
from depesche.words.story import Post, Story
from depesche.words.text import is_seen


def record(story: Story, post: Post, command: RecordStatements) -> Answer:
    """Record what a reader found in the post's latest revision."""
    if command.revision != post.revision:
        return Refusal("revision_outdated", {"post": command.post, "revision": post.revision})
    if refusal := too_many("statements", len(command.statements), MOST_STATEMENTS):
        return refusal
    kept, free, given = set(post.statements), story.next_statement, []
    written = {
        n for n in kept if (said := story.book.statements.get(n)) and said.hand and said.revision == post.revision
    }
    for each in command.statements:
        if each.number == 0:
            each, free = replace(each, number=free), free + 1
        elif each.number not in kept:
            return Refusal("statement_unknown", {"number": each.number, "post": command.post})
        kept.discard(each.number)
        given.append(each)
    kept -= written  # an editor may have written it while the reader read
    if not given and not kept and not post.statements:
        return []
    changed = sorted({each.number for each in given}.intersection(command.changed))
    back = [change for number in changed for change in _ask_again(story.book, number)]
    return [StatementsRecorded(command.post, command.revision, tuple(given), tuple(sorted(kept))), *back]


def _ask_again(book: Book, number: int) -> Iterator[c.LedgerChange]:
    """Its words say something else now: what it answers is only suggested, until an editor has looked."""
    for claim in sorted(book.claims_of.get(number, ())):
        linked = book.links.get(claim, {}).get(number)
        if linked is not None and linked.accepted:
            yield c.StatementUnlinked(claim, number)
            yield c.LinkSuggested(claim, number, linked.stance)


def switch(book: Book, command: q.SwitchStrip) -> Answer:
    """Let suggestions speak or be silent; how often they were right is counted anew."""
    switched = c.StripSwitched(command.on, *judged_suggestions(book))
    return [] if book.strip == switched else [switched]


def decide(story: Story, command: q.StatementCommand) -> Answer:
    """What an editor says of a statement that readers see, of its figures, or of two."""
    if isinstance(command, q.WriteStatement):
        return _write(story, command)
    if isinstance(command, (q.AcceptRelation, q.RejectRelation, q.ResetRelation)):
        return _relate(story.book, command)
    book, number = story.book, command.statement
    if isinstance(command, q.UnlinkStatement):
        known = book.links.get(command.claim, {}).get(number)
        if known is None:
            return Refusal("link_missing", {"statement": number, "claim": command.claim})
        return [(c.StatementUnlinked if known.accepted else c.LinkDismissed)(command.claim, number)]
    if number not in book.statements:
        return Refusal("statement_missing", {"statement": number})
    match command:
        case q.LinkStatement():
            return _link(book, command)
        case q.AcceptFigure() | q.RejectFigure() | q.ResetFigure():
            return figures.decide(book, command)
        case q.AmendStatement():
            return _amend(book, command)
        case q.WithdrawStatement():
            same = book.withdrawn.get(number) == command.by
            return [] if same else [c.StatementWithdrawn(number, command.by)]
        case q.ReinstateStatement():
            return [c.StatementReinstated(number)] if number in book.withdrawn else []


def _write(story: Story, command: q.WriteStatement) -> Answer:
    post, written = story.posts.get(command.post), command.statement
    if post is None or post.state != "published":
        return Refusal("post_missing" if post is None else f"post_{post.state}", {"post": command.post})
    if not is_seen(written.words):
        return Refusal("statement_empty")
    statement = replace(written.statement, rule=HAND)
    numbered = replace(written, number=story.next_statement, statement=statement)
    return too_long(statements=written.words) or [c.StatementWritten(command.post, post.revision, numbered)]


def _amend(book: Book, command: q.AmendStatement) -> Answer:
    hops = () if command.chain is None else (*command.chain.hops, *command.chain.jointly)
    change = c.StatementAmended(command.statement, command.chain, command.act, command.said)
    before = book.amended.get(command.statement, c.StatementAmended(command.statement))
    return too_many("chain", len(hops), MOST_HOPS) or too_long(*hops) or ([] if change == before else [change])


def _link(book: Book, command: q.LinkStatement) -> Answer:
    if refusal := unusable(book, command.claim):
        return refusal
    linked = c.StatementLinked(command.claim, command.statement, command.stance, command.accepted)
    known = book.links.get(command.claim, {}).get(command.statement)
    changes: list[c.LedgerChange] = [] if known == linked else [linked]
    if changes and not linked.accepted:  # it is the desk's; only taking back what was public is public, too
        back = [c.StatementUnlinked(linked.claim, linked.statement)] if known and known.accepted else []
        changes = [*back, c.LinkSuggested(linked.claim, linked.statement, linked.stance)]
    judged = figures.accept(book, command.statement, command.figure, book.claims[command.claim])
    return judged if isinstance(judged, Refusal) else [*changes, *judged]


def _relate(book: Book, command: q.AcceptRelation | q.RejectRelation | q.ResetRelation) -> Answer:
    one, other, relation = command.one, command.other, command.relation
    if one == other:
        return Refusal("relation_itself")
    known = book.relations.get((min(one, other), max(one, other)))
    if isinstance(command, q.ResetRelation):
        if known is None:
            return Refusal("relation_missing")
        undo = c.RelationWithdrawn if known.judgement == "accepted" else c.RelationReopened
        return [undo(known.one, known.other, known.kind)]
    for number in (one, other):
        if number not in book.statements:
            return Refusal("statement_missing", {"statement": number})
    judgement = "accepted" if isinstance(command, q.AcceptRelation) else "rejected"
    if known and (known.one, known.other, known.kind, known.judgement) == (one, other, relation, judgement):
        return []
    if judgement == "accepted":
        return [c.RelationAccepted(one, other, relation)]
    # what was accepted is public, so taking it back is public, too
    public = known is not None and known.judgement == "accepted"
    back = [c.RelationWithdrawn(known.one, known.other, known.kind)] if known and public else []
    return [*back, c.RelationRejected(one, other, relation)]
