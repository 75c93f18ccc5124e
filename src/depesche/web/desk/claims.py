"""Claims as the desk shows them: the list, and one laid open with who says what, its figures and what rules suggest.

In: the ledger as the journal's views have it. Out: values for the templates; suggestions come as the commands that one
key sends, with the quotes that they rest on. Labels and sentences are the readers'. Never: a standing set by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from depesche.journal.views import ClaimView, DeskView, LedgerView, StatementView, StoryView
from depesche.render import claims as readers
from depesche.render import figures, standing
from depesche.render.dates import Clock, clock
from depesche.render.figures import Table
from depesche.render.i18n import translator
from depesche.render.post import shortened
from depesche.render.site import frame
from depesche.web.desk import line, sayings
from depesche.web.desk.given import SYSTEM
from depesche.web.desk.sayings import RELATIONS, Ground, Saying, encoded
from depesche.words import ledgercommands as q
from depesche.words.book import Book, effective
from depesche.words.changes import Entry
from depesche.words.claims import Claim, RelationKind, Sourcing, Standing
from depesche.words.compare import Finding
from depesche.words.ledgerchanges import (
    RefutedDropped,
    RefutedProposed,
    StandingDerived,
    StandingExplained,
    StandingLifted,
    StandingSet,
)
from depesche.words.ledgercommands import LedgerCommand
from depesche.words.reckoning import figures_of
from depesche.words.standing import Hint, aged

SETTABLE: tuple[tuple[Standing, str], ...] = (
    ("contested", "c"),
    ("conceded", "e"),
    ("unverifiable", "n"),
    ("verified", "v"),
    ("refuted", "w"),
    ("withdrawn", "z"),
)
"""Standings that an editor may say, with the second of the two keys."""
VOICES = 60
"""Statements of a claim laid open, the newest."""
QUOTE = 200
"""Characters of a quote under a suggestion."""
FINDINGS = {
    "contradicts": "These figures contradict each other.",
    "corrects": "The same source now gives a lower figure. Does it correct itself?",
    "misread": "The same source, the same day, two figures: one of the two is misread.",
    "total_as_part": "This looks like the total misread as a part of it.",
    "part_exceeds": "A part is larger than its whole.",
}
"""What a rule suggests of figures (msgids)."""
HINTS = {
    "contested": "One affirms, another denies. Is the claim contested?",
    "conceded": "This looks like an admission. Is it conceded?",
    "reverses": "The same party said the opposite before.",
    "qualifies": "The same party qualifies what it said before.",
}
"""What a rule suggests of statements (msgids)."""


class Item(Struct, frozen=True):
    """A claim in the list."""

    number: int
    question: str
    label: str
    standing: str
    sourcing: str
    since: str
    statements: int
    notes: tuple[str, ...]


class Suggestion(Struct, frozen=True):
    """Something that a rule sees, with the quotes it rests on; each answer is a name and its commands.

    `own`: of the claim that is open, else of figures around it, which no key of this panel answers.
    """

    told: str
    quotes: tuple[tuple[int, str, str], ...]
    yes: tuple[tuple[str, str], ...]
    no: str
    own: bool = True


class Voice(Struct, frozen=True):
    """A statement that answers the claim; `judge` are the other stances with their commands."""

    saying: Saying
    stance: str
    accepted: bool
    gone: str
    yes: str
    off: str


class Opened(Struct, frozen=True):
    """A claim laid open."""

    item: Item
    claim: Claim
    meaning: str
    line: str
    evidence: str
    on: str
    is_set: bool
    tables: tuple[Table, ...]
    voices: tuple[Voice, ...]
    more: int
    suggestions: tuple[Suggestion, ...]
    proposal: Any
    history: tuple[dict[str, str], ...]
    lines: dict[str, str]
    merged: tuple[tuple[int, str, str], ...]
    replies: tuple[int, ...] = ()


def sourcing_words(language: str, sourcing: Sourcing) -> str:
    """The first axis in a line: "2 Quellen, 1 unbekannt · bestritten von 1 · selbst geprüft"."""
    told, yes, no = translator(language), sourcing.affirming, sourcing.denying
    parts = []
    if yes.roots:
        number = len(yes.roots)
        parts.append(told.ngettext("%(n)s source", "%(n)s sources", number) % {"n": number})
    if yes.unknown:
        parts.append(
            told.ngettext("%(n)s of unknown origin", "%(n)s of unknown origin", yes.unknown) % {"n": yes.unknown}
        )
    against = len(no.roots) + no.unknown
    if against:
        parts.append(told.ngettext("%(n)s denies it", "%(n)s deny it", against) % {"n": against})
    if sourcing.own_check:
        parts.append(told.gettext("we looked ourselves"))
    return " · ".join(parts) or told.gettext("nobody answers it yet")


def item(view: ClaimView, language: str, time: Clock, notes: Iterable[str] = ()) -> Item:
    """A claim in a list."""
    return Item(
        view.number,
        view.claim.question,
        standing.label(language, view.label),
        view.standing,
        sourcing_words(language, view.sourcing),
        time.moment(view.since) if view.since else "",
        len(view.links),
        tuple(notes),
    )


def notes(ground: Ground, number: int, today: dt.date) -> list[str]:
    """What waits for somebody: a check that has aged, a proposal to second."""
    told, book = translator(ground.language).gettext, ground.book
    said = []
    held = book.settings.get(number)
    if held is not None and aged(held, today):
        said.append(told("try to check it again"))
    if number in book.proposals:
        said.append(told("proposed as refuted: somebody has to second it"))
    if suggested(book, number):
        said.append(told("an answer is only suggested"))
    return said


def suggested(book: Book, number: int) -> bool:
    """True when a statement that readers see may answer the claim, and nobody has said so."""
    claims = (number, *(claim for claim in book.merged if effective(book, claim) == number))
    tied = [each for claim in claims for each in book.links.get(claim, {}).values()]
    return any(not each.accepted and each.statement in book.statements for each in tied)


def opened(
    ground: Ground,
    story: StoryView,
    view: ClaimView,
    ledger: LedgerView,
    desk: DeskView,
    statements: Mapping[int, StatementView],
    names: Mapping[str, str],
    today: dt.date,
) -> Opened:
    """A claim laid open. `statements` has those that are linked and those that suggestions name."""
    language, time = ground.language, clock(ground.language, story.zone)
    file, shown = readers.dossier(ledger, view, statements, whole=True), frame(story)
    newest = [each for each in reversed(view.links) if each.statement in statements]
    setting, proposal = desk.setting, desk.proposal
    return Opened(
        item(view, language, time, notes(ground, view.number, today)),
        view.claim,
        standing.meaning(language, view.label, view.sourcing),
        setting.line if setting else "",
        setting.evidence if setting else "",
        setting.on.isoformat() if setting and setting.on else "",
        setting is not None,
        figures.tables(file.counts, file.ground(replace(shown, language=language))),
        tuple(_voice(ground, view, each, statements[each.statement]) for each in newest[:VOICES]),
        max(0, len(newest) - VOICES),
        tuple(_suggestions(ground, view, desk, statements)),
        {"by": names.get(proposal.by, SYSTEM), "evidence": proposal.evidence, "line": proposal.line, "id": proposal.by}
        if proposal
        else None,
        tuple(reversed([_turn(each, language, time, names) for each in _turns(desk.entries)])),
        line.both(file, shown),
        tuple(
            (each, ground.book.claims[each].question, encoded([q.PartClaims(each)]))
            for each, into in sorted(ground.book.merged.items())
            if into == view.number
        ),
        tuple(each.number for each in ledger.replies if each.claim == view.number),
    )


def reason_of(language: str, view: ClaimView) -> str:
    """A reason made of what is known, for a standing that is set by two keys and nothing else."""
    return translator(language).gettext("By what the statements say: %(sourcing)s.") % {
        "sourcing": sourcing_words(language, view.sourcing)
    }


def _voice(ground: Ground, view: ClaimView, link: Any, statement: StatementView) -> Voice:
    told = translator(ground.language).gettext
    gone = told("taken back") if link.withdrawn else told("overtaken") if link.superseded else ""
    gone = told("its figure is rejected") if link.out else gone
    number, yes_no = link.statement, view.claim.kind == "yes_no"
    claims = [n for n in ground.book.claims_of.get(number, ()) if number in ground.book.links.get(n, {})]
    mine = [n for n in claims if n == view.number or ground.book.merged.get(n) == view.number] or [view.number]
    return Voice(
        sayings.saying(replace(ground, strip=False), statement),
        standing.stance(ground.language, link.stance, yes_no=yes_no),
        link.accepted,
        gone,
        "" if link.accepted else encoded([q.LinkStatement(view.number, number, link.stance)]),
        encoded([q.UnlinkStatement(each, number) for each in mine]),
    )


def _suggestions(
    ground: Ground, view: ClaimView, desk: DeskView, statements: Mapping[int, StatementView]
) -> Iterable[Suggestion]:
    for hint in desk.hints:
        made = _hint(ground, view, hint, statements)
        if made is not None:
            yield made
    mine, around = {each.ref for each in (*view.figures, *desk.unjudged)}, list[Suggestion]()
    for finding in desk.suggested:
        if finding.how == "suggested" and (found := _finding(ground, finding, statements)) is not None:
            if mine.isdisjoint(finding.refs):
                around.append(replace(found, own=False))
            else:
                yield found
    yield from around


def _hint(ground: Ground, view: ClaimView, hint: Hint, statements: Mapping[int, StatementView]) -> Suggestion | None:
    told, language = translator(ground.language).gettext, ground.language
    quotes = _quotes(ground, hint.statements[:4], statements)
    sentence = told(HINTS[hint.about])
    yes_word = told("Yes")
    if hint.about == "contested":
        denying = [each for each in view.links if each.stance == "denies" and each.statement in hint.statements]
        yes: list[LedgerCommand] = [q.LinkStatement(view.number, each.statement, "denies") for each in denying]
        no = encoded([q.LinkStatement(view.number, each.statement, "no_info") for each in denying])
        return Suggestion(sentence, quotes, ((yes_word, encoded(yes)),), no)
    if hint.about == "conceded":
        if view.standing in ("conceded", "verified", "refuted"):
            return None
        reason = " – ".join(f"{who}: „{words}“" for _, who, words in quotes) or reason_of(language, view)
        return Suggestion(
            sentence, quotes, ((yes_word, encoded([q.SetStanding(view.number, "conceded", reason)])),), ""
        )
    old, new = hint.statements[0], hint.statements[-1]
    if (min(old, new), max(old, new)) in ground.book.relations:
        return None
    accept, reject = q.AcceptRelation(new, old, hint.about), q.RejectRelation(new, old, hint.about)
    return Suggestion(sentence, quotes, ((yes_word, encoded([accept])),), encoded([reject]))


def _finding(ground: Ground, finding: Finding, statements: Mapping[int, StatementView]) -> Suggestion | None:
    told = translator(ground.language).gettext
    if finding.rule not in FINDINGS or len(finding.refs) < 2:
        return None
    first, last = finding.refs[0], finding.refs[-1]
    pair = min(first[0], last[0]), max(first[0], last[0])
    if pair in ground.book.relations:
        return None
    key = finding.why if finding.why in FINDINGS else finding.rule
    quotes = _quotes(ground, dict.fromkeys(ref[0] for ref in finding.refs), statements)
    new, old = pair[1], pair[0]
    if finding.rule == "misread":
        numbers = {number: who for number, who, _ in quotes}
        yes = tuple(
            (
                told("Misread: %(words)s (%(who)s)") % {"words": _said(ground, ref), "who": numbers.get(ref[0], "")},
                encoded([q.RejectFigure(ref[0], ref[1], "misread")]),
            )
            for ref in (first, last)
        )
        no = encoded([q.RejectRelation(new, old, "corrects")]) if new != old else ""
        return Suggestion(told(FINDINGS[key]), quotes, yes, no)
    if new == old:
        return Suggestion(told(FINDINGS[key]), quotes, (), "")
    kind: RelationKind = "corrects" if finding.rule == "corrects" else "contradicts"
    yes = ((told("Yes"), encoded([q.AcceptRelation(new, old, kind)])),)
    return Suggestion(told(FINDINGS[key]), quotes, yes, encoded([q.RejectRelation(new, old, kind)]))


def _said(ground: Ground, ref: tuple[int, int]) -> str:
    found = figures_of(ground.book, ref[0]).get(ref[1])
    return found.words if found else ""


def _quotes(
    ground: Ground, numbers: Iterable[int], statements: Mapping[int, StatementView]
) -> tuple[tuple[int, str, str], ...]:
    known = [statements[number] for number in numbers if number in statements]
    return tuple((each.number, sayings.who(ground, each), shortened(each.recorded.words, QUOTE)) for each in known)


def _turns(entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """The entries of a standing with the desk's reasons, which stand in entries of their own."""
    made: list[tuple[Entry, str]] = []
    for entry in entries:
        if entry.kind == "StandingExplained" and made:
            reason = entry.change.reason if isinstance(entry.change, StandingExplained) else ""
            made[-1] = made[-1][0], reason
        else:
            made.append((entry, entry.change.reason if isinstance(entry.change, RefutedProposed) else ""))
    return made


def _turn(turn: tuple[Entry, str], language: str, time: Clock, names: Mapping[str, str]) -> dict[str, str]:
    told, (entry, reason) = translator(language).gettext, turn
    more: tuple[str, ...] = ()
    match entry.change:
        case StandingSet() as change:
            said, more = standing.label(language, change.standing), (change.line, change.evidence)
        case StandingDerived() as change:
            said = standing.label(language, "one_side" if change.sided else change.standing)
        case StandingLifted():
            said = told("left to the rules again")
        case RefutedProposed() as change:
            said, more = told("proposed as refuted"), (change.line, change.evidence)
        case RefutedDropped():
            said = told("the proposal was dropped")
        case _:
            said = told("erased")
    return {
        "when": time.moment(entry.at),
        "who": names.get(entry.actor, SYSTEM),
        "said": said,
        "reason": reason,
        "more": " · ".join(part for part in more if part),
    }


def relation_words(language: str, kind: str) -> str:
    """What a statement is to another, in words."""
    return translator(language).pgettext("relation", RELATIONS[kind])
