"""decide for the ledger: what a command changes in a story's book or in the house's, or why it can't be done.

In: the fold, a command, the actor's id (nobody seconds their own proposal). Out: changes or one Refusal. Pure and
total. What follows, the derived standings, is reckoned afterwards from the book that has the changes (reckoner.py).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TypeAlias

from msgspec.structs import replace

from depesche.words import ledgerchanges as c
from depesche.words import ledgercommands as q
from depesche.words.book import HAND, Book, Proposal
from depesche.words.claims import Claim, Measure
from depesche.words.commands import Refusal
from depesche.words.copy import Figure
from depesche.words.ledgerchanges import LedgerChange
from depesche.words.ledgercommands import Judged, LedgerCommand
from depesche.words.parties import Cast, Outlet, Party, above
from depesche.words.reckoning import figures_of, house, judged_as, judged_suggestions, key, measures
from depesche.words.story import Story
from depesche.words.text import is_seen

Answer: TypeAlias = list[LedgerChange] | Refusal

MOST = {"question": 400, "line": 400, "evidence": 1_000, "reason": 1_000, "reply": 10_000, "who": 200, "name": 200}
"""Longest texts in code points: a reply may be as long as a press law makes it, the rest is one line."""
MOST_WORDS, MOST_NAMES, MOST_HOPS, MOST_ROLES = 2_000, 40, 12, 20
MOST_FIGURE = 1e15
"""The largest figure: more than anybody counts of people or money."""
COMPUTED = frozenset({"open", "one_source", "several", "superseded"})
"""Standings that are counted; contested and withdrawn an editor may say, too."""

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def decide(story: Story, command: LedgerCommand, actor: str) -> Answer:
    """The changes that this command makes, or a refusal. No changes: it is so already."""
    book = story.book
    match command:
        case q.OpenClaim() | q.AmendClaim() | q.DropClaim() | q.RestoreClaim() | q.MergeClaims() | q.PartClaims():
            return _claim(book, command)
        case q.SetStanding() | q.LiftStanding() | q.ProposeRefuted():
            return _standing(book, command, actor)
        case q.WriteStatement():
            return _write(story, command)
        case q.AcceptRelation() | q.RejectRelation() | q.ResetRelation():
            return _relation(book, command)
        case q.NameParty() | q.ForgetParty() | q.NameOutlet() | q.ForgetOutlet():
            return _name(book, command)
        case q.AddMeasure() | q.DropMeasure() | q.SetSide() | q.RecordReply() | q.RemoveReply() | q.SwitchStrip():
            return _list(story, command)
        case q.DeriveStandings():
            return []  # the desk reckons whatever is due after every command
        case _:
            return _statement(book, command)


def _claim(book: Book, command: q.ClaimCommand) -> Answer:
    if isinstance(command, q.OpenClaim):
        return _open(book, command)
    number = command.claim.number if isinstance(command, q.AmendClaim) else command.claim
    if number not in book.claims:
        return Refusal("claim_missing", {"claim": number})
    if not book.claims[number].question:
        return Refusal("claim_expunged", {"claim": number})
    match command:
        case q.AmendClaim():
            claim = replace(command.claim, question=command.claim.question.strip())
            if claim == book.claims[number]:
                return []
            return _check_claim(claim) or [c.ClaimAmended(claim)]
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
            return _usable(book, number) or _usable(book, command.into) or [c.ClaimMerged(number, command.into)]


def _open(book: Book, command: q.OpenClaim) -> Answer:
    claim = Claim(
        book.next_claim,
        command.question.strip(),
        command.kind,
        command.measure,
        command.population,
        command.subject,
        command.place,
        command.period,
    )
    refusal = _check_claim(claim)
    if refusal or not command.statement:
        return refusal or [c.ClaimOpened(claim)]
    if command.statement not in book.statements:
        return Refusal("statement_missing", {"statement": command.statement})
    judged: Answer = []
    if command.figure is not None:
        judged = _accept(book, command.statement, command.figure, claim)
    if isinstance(judged, Refusal):
        return judged
    return [c.ClaimOpened(claim), c.StatementLinked(claim.number, command.statement, command.stance), *judged]


def _statement(book: Book, command: LedgerCommand) -> Answer:
    number = getattr(command, "statement", 0)
    if isinstance(command, q.UnlinkStatement):
        known = number in book.links.get(command.claim, {})
        missing = Refusal("link_missing", {"statement": number, "claim": command.claim})
        return [c.StatementUnlinked(command.claim, number)] if known else missing
    if number not in book.statements:
        return Refusal("statement_missing", {"statement": number})
    match command:
        case q.AmendStatement():
            return _amend(book, command)
        case q.WithdrawStatement():
            same = book.withdrawn.get(number) == command.by
            return [] if same else [c.StatementWithdrawn(number, command.by)]
        case q.ReinstateStatement():
            return [c.StatementReinstated(number)] if number in book.withdrawn else []
        case q.LinkStatement():
            return _link(book, command)
        case q.AcceptFigure():
            return _accept(book, number, command.figure, None)
        case q.RejectFigure():
            rejected = c.FigureRejected(number, command.figure, command.why)
            if command.figure not in figures_of(book, number):
                return Refusal("figure_missing", {"statement": number, "figure": command.figure})
            return [] if judged_as(book, (number, command.figure)) == rejected else [rejected]
        case q.ResetFigure():
            judged = judged_as(book, (number, command.figure))
            return [] if judged is None else [c.FigureReset(number, command.figure)]
    return []


def _amend(book: Book, command: q.AmendStatement) -> Answer:
    chain = command.chain
    if chain is not None and len(chain.hops) + len(chain.jointly) > MOST_HOPS:
        return Refusal("too_many", {"field": "chain", "most": MOST_HOPS})
    for hop in () if chain is None else (*chain.hops, *chain.jointly):
        if refusal := _too_long(name=hop):
            return refusal
    change = c.StatementAmended(command.statement, chain, command.act, command.said)
    before = book.amended.get(command.statement, c.StatementAmended(command.statement))
    return [] if change == before else [change]


def _link(book: Book, command: q.LinkStatement) -> Answer:
    refusal = _usable(book, command.claim)
    if refusal:
        return refusal
    linked = c.StatementLinked(command.claim, command.statement, command.stance, command.accepted)
    same = book.links.get(command.claim, {}).get(command.statement) == linked
    judged: Answer = []
    if command.figure is not None:
        judged = _accept(book, command.statement, command.figure, book.claims[command.claim])
    if isinstance(judged, Refusal):
        return judged
    return [*([] if same else [linked]), *judged]


def _accept(book: Book, number: int, judged: Judged, claim: Claim | None) -> Answer:
    """Accept a figure; what the key leaves open is taken from the claim, then from what was read."""
    found, said = figures_of(book, number), book.statements[number]
    read = judged.given or found.get(judged.figure)
    if read is None or not 0 <= judged.figure <= max((*found, -1)) + 1:
        return Refusal("figure_missing", {"statement": number, "figure": judged.figure})
    if not _possible(read):
        return Refusal("figure_impossible")
    measure = judged.measure or (claim.measure if claim else "") or read.measure
    if not measure:
        return Refusal("measure_missing")
    if not _ID.fullmatch(measure):
        return Refusal("id_invalid", {"id": measure[:60]})
    people = judged.population
    if people is None:
        people = (claim.population if claim else "") or read.population
    when = said.about if judged.period is None else judged.period
    change = c.FigureAccepted(number, judged.figure, measure, people, judged.place, when, judged.derived, judged.given)
    refusal = _too_long(name=people) or _too_long(name=judged.place)
    if judged.given is not None:
        refusal = refusal or _too_long(name=read.words) or _too_long(name=read.unit) or _too_long(name=read.population)
    return refusal or ([] if judged_as(book, (number, judged.figure)) == change else [change])


def _possible(figure: Figure) -> bool:
    ends = [each for each in (figure.lo, figure.hi) if each is not None]
    return all(abs(each) <= MOST_FIGURE for each in ends) and ends == sorted(ends)


def _write(story: Story, command: q.WriteStatement) -> Answer:
    post = story.posts.get(command.post)
    if post is None or post.state != "published":
        return Refusal("post_missing" if post is None else f"post_{post.state}", {"post": command.post})
    written = command.statement
    if not is_seen(written.words):
        return Refusal("statement_empty")
    if len(written.words) > MOST_WORDS:
        return Refusal("too_long", {"field": "statements", "length": len(written.words), "most": MOST_WORDS})
    statement = replace(written.statement, rule=HAND)
    numbered = replace(written, number=story.next_statement, statement=statement)
    return [c.StatementWritten(command.post, post.revision, numbered)]


def _relation(book: Book, command: q.AcceptRelation | q.RejectRelation | q.ResetRelation) -> Answer:
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
    back: list[LedgerChange] = []
    if known and known.judgement == "accepted":
        back.append(c.RelationWithdrawn(known.one, known.other, known.kind))
    return [*back, c.RelationRejected(one, other, relation)]


def _standing(book: Book, command: q.SetStanding | q.LiftStanding | q.ProposeRefuted, actor: str) -> Answer:
    claim = command.claim
    proposal, usable = book.proposals.get(claim), _usable(book, claim)
    if usable:
        return usable
    match command:
        case q.SecondRefuted():
            return _second(claim, proposal, actor)
        case q.DropRefuted():
            return [c.RefutedDropped(claim)] if proposal else Refusal("refuted_missing", {"claim": claim})
        case q.LiftStanding():
            known = claim in book.settings
            return [c.StandingLifted(claim)] if known else Refusal("standing_missing", {"claim": claim})
        case q.ProposeRefuted():
            if not is_seen(command.evidence):
                return Refusal("evidence_missing")
            refusal = _explained(command.reason, command.line, command.evidence)
            return refusal or [
                c.RefutedProposed(claim, command.reason.strip(), command.evidence.strip(), command.line.strip())
            ]
        case q.SetStanding():
            return _set(command)


def _second(claim: int, proposal: Proposal | None, actor: str) -> Answer:
    if proposal is None:
        return Refusal("refuted_missing", {"claim": claim})
    if proposal.by == actor:
        return Refusal("refuted_own")
    return [c.StandingSet(claim, "refuted", proposal.line, proposal.evidence)]


def _set(command: q.SetStanding) -> Answer:
    if command.standing in COMPUTED:
        return Refusal("standing_computed", {"standing": command.standing})
    if command.standing == "refuted":
        return Refusal("refuted_needs_two")
    if command.standing == "verified" and not is_seen(command.evidence):
        return Refusal("evidence_missing")
    if command.standing == "unverifiable" and command.on is None:
        return Refusal("day_missing")
    refusal = _explained(command.reason, command.line, command.evidence)
    line, evidence = command.line.strip(), command.evidence.strip()
    return refusal or [
        c.StandingSet(command.claim, command.standing, line, evidence, command.on),
        c.StandingExplained(command.claim, command.reason.strip()),
    ]


def _explained(reason: str, line: str, evidence: str) -> Refusal | None:
    if not is_seen(reason):
        return Refusal("standing_reason")
    return _too_long(reason=reason, line=line, evidence=evidence)


def _list(story: Story, command: q.ListCommand) -> Answer:
    book = story.book
    match command:
        case q.AddMeasure():
            return _measure(book, command.measure)
        case q.DropMeasure():
            known = command.measure in book.measures
            return (
                [c.MeasureDropped(command.measure)]
                if known
                else Refusal("measure_unknown", {"measure": command.measure[:60]})
            )
        case q.SetSide():
            change = c.SideSet(command.party.strip(), command.side.strip(), command.first, command.last)
            if not change.party:
                return Refusal("party_missing", {"party": ""})
            return _too_long(name=change.party) or _too_long(name=change.side) or [change]
        case q.RecordReply():
            return _reply(story, command)
        case q.SwitchStrip():
            right, wrong = judged_suggestions(book)
            switched = c.StripSwitched(command.on, right, wrong)
            return [] if book.strip == switched else [switched]
        case q.RemoveReply():
            known = command.reply in book.replies
            return [c.ReplyRemoved(command.reply)] if known else Refusal("reply_missing", {"reply": command.reply})
    return []


def _measure(book: Book, measure: Measure) -> Answer:
    for id in (measure.id, measure.part_of or measure.id):
        if not _ID.fullmatch(id):
            return Refusal("id_invalid", {"id": id[:60]})
    known, upper = {**measures(book), measure.id: measure}, measure.part_of
    seen: set[str] = set()
    while upper in known and upper not in seen:
        seen.add(upper)
        upper = known[upper].part_of
    if measure.id in seen:
        return Refusal("measure_circle")
    for text in (*measure.names, *measure.names.values()):
        if refusal := _too_long(name=text):
            return refusal
    refusal = _too_long(evidence=measure.definition)
    return refusal or ([] if book.measures.get(measure.id) == measure else [c.MeasureAdded(measure)])


def _reply(story: Story, command: q.RecordReply) -> Answer:
    if not is_seen(command.who):
        return Refusal("who_missing")
    if not is_seen(command.words) or not (command.claim or command.post):
        return Refusal("reply_empty")
    if command.claim and command.claim not in story.book.claims:
        return Refusal("claim_missing", {"claim": command.claim})
    if command.claim and not story.book.claims[command.claim].question:
        return Refusal("claim_expunged", {"claim": command.claim})
    if command.post and command.post not in story.posts:
        return Refusal("post_missing", {"post": command.post})
    refusal = _too_long(who=command.who, reply=command.words)
    number = story.book.next_reply
    return refusal or [
        c.ReplyRecorded(number, command.who.strip(), command.words, command.claim, command.post, command.received)
    ]


def _name(book: Book, command: q.HouseCommand) -> Answer:
    match command:
        case q.NameParty():
            party = command.party if command.party.id else replace(command.party, id=_made(book, _names(command.party)))
            refusal = _check_named(book, party.id, _names(party), party.org) or _check_roles(party)
            notes: list[LedgerChange] = []
            if command.note is not None:
                refusal = refusal or _too_long(reason=command.note)
                notes.append(c.PartyNoted(party.id, command.note.strip()))
            same = book.parties.get(party.id) == party
            return refusal or [*([] if same else [c.PartyNamed(party)]), *notes]
        case q.NameOutlet():
            outlet = command.outlet
            outlet = outlet if outlet.id else replace(outlet, id=_made(book, _names(outlet)))
            refusal = _check_named(book, outlet.id, _names(outlet), outlet.controlled_by)
            same = book.outlets.get(outlet.id) == outlet
            return refusal or ([] if same else [c.OutletNamed(outlet)])
        case q.ForgetParty():
            known = command.party in book.parties
            return (
                [c.PartyForgotten(command.party)] if known else Refusal("party_missing", {"party": command.party[:60]})
            )
        case q.ForgetOutlet():
            known = command.outlet in book.outlets
            return (
                [c.OutletForgotten(command.outlet)]
                if known
                else Refusal("party_missing", {"party": command.outlet[:60]})
            )


def _check_named(book: Book, id: str, names: tuple[str, ...], upper: str) -> Refusal | None:
    if not names:
        return Refusal("name_missing_party")
    if not _ID.fullmatch(id):
        return Refusal("id_invalid", {"id": id[:60]})
    if len(names) > MOST_NAMES:
        return Refusal("too_many", {"field": "names", "most": MOST_NAMES})
    taken = house(book.parties, book.outlets).names
    for name in names:
        if refusal := _too_long(name=name):
            return refusal
        if (owner := taken.get(key(name), id)) != id:
            return Refusal("name_taken", {"name": name, "id": owner})
    if upper and upper not in book.parties:
        return Refusal("party_missing", {"party": upper[:60]})
    if upper and upper != id and id in above(upper, Cast(book.parties, book.outlets)):
        return Refusal("party_circle", {"party": id})
    return None


def _check_roles(party: Party) -> Refusal | None:
    if len(party.roles) > MOST_ROLES:
        return Refusal("too_many", {"field": "roles", "most": MOST_ROLES})
    return next((refusal for each in party.roles if (refusal := _too_long(name=each.words))), None)


def _names(named: Party | Outlet) -> tuple[str, ...]:
    first = tuple(named.names.values()) if isinstance(named, Party) else (named.name,)
    return tuple(each for each in (*first, *named.aliases) if is_seen(each))


def _made(book: Book, names: tuple[str, ...]) -> str:
    """An id out of a name, with a number behind it where somebody has it already."""
    plain = unicodedata.normalize("NFKD", names[0].casefold() if names else "").encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "party"
    taken, id, number = {*book.parties, *book.outlets}, stem, 1
    while id in taken:
        number += 1
        id = f"{stem}-{number}"
    return id


def _check_claim(claim: Claim) -> Refusal | None:
    if not is_seen(claim.question):
        return Refusal("question_missing")
    if claim.measure and not _ID.fullmatch(claim.measure):
        return Refusal("id_invalid", {"id": claim.measure[:60]})
    long = _too_long(question=claim.question)
    return long or _too_long(name=claim.population) or _too_long(name=claim.subject) or _too_long(name=claim.place)


def _usable(book: Book, claim: int) -> Refusal | None:
    if claim not in book.claims:
        return Refusal("claim_missing", {"claim": claim})
    if claim in book.dropped:
        expunged = not book.claims[claim].question
        return Refusal("claim_expunged" if expunged else "claim_dropped", {"claim": claim})
    return Refusal("claim_merged", {"claim": claim, "into": book.merged[claim]}) if claim in book.merged else None


def _too_long(**texts: str) -> Refusal | None:
    for name, text in texts.items():
        if len(text) > MOST[name]:
            return Refusal("too_long", {"field": name, "length": len(text), "most": MOST[name]})
    return None
