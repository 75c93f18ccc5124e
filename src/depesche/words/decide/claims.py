"""What is decided of claims: asked, amended, merged, dropped; where editors say that they stand; replies to them.

In: the book, a command, the actor's id. Out: changes or a refusal. Never: a standing without a reason, or a claim
refuted by one person alone.
"""

from __future__ import annotations

from msgspec.structs import replace

from depesche.words import ledgerchanges as c
from depesche.words import ledgercommands as q
from depesche.words.book import Book
from depesche.words.claims import Claim
from depesche.words.commands import Answer, Refusal
from depesche.words.decide import figures
from depesche.words.decide.limits import too_long, unfit_id
from depesche.words.story import Story
from depesche.words.text import is_seen

COMPUTED = frozenset({"open", "one_source", "several", "superseded"})
"""Standings that are counted; contested and withdrawn an editor may say, too."""


def decide(book: Book, command: q.ClaimCommand) -> Answer:
    """What changes about the questions that the story asks."""
    if isinstance(command, q.OpenClaim):
        return _open(book, command)
    number = command.claim.number if isinstance(command, q.AmendClaim) else command.claim
    if gone := _gone(book, number):
        return gone
    match command:
        case q.AmendClaim():
            claim = replace(command.claim, question=command.claim.question.strip())
            return [] if claim == book.claims[number] else _unfit(claim) or [c.ClaimAmended(claim)]
        case q.DropClaim():
            return [] if number in book.dropped else [c.ClaimDropped(number)]
        case q.RestoreClaim():
            return [c.ClaimRestored(number)] if number in book.dropped else []
        case q.PartClaims():
            return [c.ClaimParted(number)] if number in book.merged else []
        case q.MergeClaims():
            if number == command.into:
                return Refusal("claim_into_itself")
            if book.merged.get(number) == command.into:
                return []
            return unusable(book, number) or unusable(book, command.into) or [c.ClaimMerged(number, command.into)]


def stand(book: Book, command: q.StandingCommand, actor: str) -> Answer:
    """What an editor says of where a claim stands; nobody seconds their own proposal."""
    claim, proposal = command.claim, book.proposals.get(command.claim)
    if refusal := unusable(book, claim):
        return refusal
    match command:
        case q.SecondRefuted() | q.DropRefuted():
            if proposal is None:
                return Refusal("refuted_missing", {"claim": claim})
            if isinstance(command, q.DropRefuted):
                return [c.RefutedDropped(claim)]
            second = c.StandingSet(claim, "refuted", proposal.line, proposal.evidence)
            return Refusal("refuted_own") if proposal.by == actor else [second]
        case q.LiftStanding():
            known = claim in book.settings
            return [c.StandingLifted(claim)] if known else Refusal("standing_missing", {"claim": claim})
    if refusal := _unfounded(command):
        return refusal
    reason, line, evidence = command.reason.strip(), command.line.strip(), command.evidence.strip()
    if isinstance(command, q.ProposeRefuted):
        return [c.RefutedProposed(claim, reason, evidence, line)]
    explained = c.StandingExplained(claim, reason)
    return [c.StandingSet(claim, command.standing, line, evidence, command.on), explained]


def reply(story: Story, command: q.RecordReply | q.RemoveReply) -> Answer:
    """Record what somebody replies to a claim or a post, or show it no longer."""
    if isinstance(command, q.RemoveReply):
        known = command.reply in story.book.replies
        return [c.ReplyRemoved(command.reply)] if known else Refusal("reply_missing", {"reply": command.reply})
    who, words, claim, post = command.who, command.words, command.claim, command.post
    if not is_seen(who):
        return Refusal("who_missing")
    if not is_seen(words) or not (claim or post):
        return Refusal("reply_empty")
    if claim and (gone := _gone(story.book, claim)):
        return gone
    if post and post not in story.posts:
        return Refusal("post_missing", {"post": post})
    recorded = c.ReplyRecorded(story.book.next_reply, who.strip(), words, claim, post, command.received)
    return too_long(who=who, reply=words) or [recorded]


def unusable(book: Book, claim: int) -> Refusal | None:
    """Why nothing can be said of this claim now."""
    if gone := _gone(book, claim):
        return gone
    if claim in book.dropped:
        return Refusal("claim_dropped", {"claim": claim})
    return Refusal("claim_merged", {"claim": claim, "into": book.merged[claim]}) if claim in book.merged else None


def _gone(book: Book, claim: int) -> Refusal | None:
    if claim not in book.claims:
        return Refusal("claim_missing", {"claim": claim})
    return None if book.claims[claim].question else Refusal("claim_expunged", {"claim": claim})


def _open(book: Book, command: q.OpenClaim) -> Answer:
    asked, about = command.question.strip(), (command.measure, command.population, command.subject, command.place)
    claim = Claim(book.next_claim, asked, command.kind, *about, command.period)
    refusal = _unfit(claim)
    if refusal or not command.statement:
        return refusal or [c.ClaimOpened(claim)]
    if command.statement not in book.statements:
        return Refusal("statement_missing", {"statement": command.statement})
    judged = figures.accept(book, command.statement, command.figure, claim)
    if isinstance(judged, Refusal):
        return judged
    return [c.ClaimOpened(claim), c.StatementLinked(claim.number, command.statement, command.stance), *judged]


def _unfit(claim: Claim) -> Refusal | None:
    if not is_seen(claim.question):
        return Refusal("question_missing")
    refusal = unfit_id(claim.measure) if claim.measure else None
    return refusal or too_long(claim.population, claim.subject, claim.place, question=claim.question)


def _unfounded(command: q.SetStanding | q.ProposeRefuted) -> Refusal | None:
    """What a standing, or the proposal of one, lacks."""
    standing, on = (command.standing, command.on) if isinstance(command, q.SetStanding) else ("proposed", None)
    if standing in COMPUTED:
        return Refusal("standing_computed", {"standing": standing})
    if standing == "refuted":
        return Refusal("refuted_needs_two")
    if standing == "unverifiable" and on is None:
        return Refusal("day_missing")
    if standing in ("verified", "proposed") and not is_seen(command.evidence):
        return Refusal("evidence_missing")
    if not is_seen(command.reason):
        return Refusal("standing_reason")
    return too_long(reason=command.reason, line=command.line, evidence=command.evidence)
