"""What can be asked of the ledger: commands for claims, statements, figures, relations, standings, the house's names.

In: fields as the desk's forms and the API parsed them. Out: commands that decide turns into changes, or refuses.
Nothing is mandatory beyond what the rules need: an opening may link a statement and accept its figure at once.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from depesche.words.bases import Command
from depesche.words.claims import Claim, ClaimKind, Measure, Period, RelationKind, Stance, Standing
from depesche.words.copy import Act, Figure
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import Taker, Worded
from depesche.words.parties import Chain, Outlet, Party


class Judged(Struct, frozen=True, omit_defaults=True):
    """What an editor's key says of a figure: its place among the statement's, and what it counts.

    `measure` "" takes the one that was read, `population` None the one that was read, `period` None the time that
    the statement speaks about; `given` replaces the number, or adds one behind those that were read.
    """

    figure: int = 0
    measure: str = ""
    population: str | None = None
    place: str = ""
    period: Period | None = None
    derived: bool = False
    given: Figure | None = None


class AskedOfLedger(Command, frozen=True):
    """The base of the ledger's commands."""


class OpenClaim(AskedOfLedger, frozen=True):
    """Ask a question; with `statement` it is linked at once, with `figure` that figure of it is accepted, too."""

    about: ClassVar[str] = ""
    question: str
    kind: ClaimKind = "yes_no"
    measure: str = ""
    population: str = ""
    subject: str = ""
    place: str = ""
    period: Period = Period()
    statement: int = 0
    stance: Stance = "affirms"
    figure: Judged | None = None


class AmendClaim(AskedOfLedger, frozen=True):
    """Put the question in other words; `claim` has its number and everything else anew."""

    about: ClassVar[str] = "claim:{0.claim.number}"
    claim: Claim


class _OfClaim(AskedOfLedger, frozen=True):
    about: ClassVar[str] = "claim:{0.claim}"
    claim: int


class DropClaim(_OfClaim, frozen=True):
    """Ask the question no longer."""


class RestoreClaim(_OfClaim, frozen=True):
    """Ask it again."""


class MergeClaims(_OfClaim, frozen=True):
    """`claim` asks the same as `into`."""

    into: int


class PartClaims(_OfClaim, frozen=True):
    """It doesn't, after all."""


class WriteStatement(AskedOfLedger, frozen=True):
    """Write down who says what in a post where the reader found nothing; the number is given by the desk."""

    about: ClassVar[str] = ""
    post: int
    statement: RecordedStatement


class _OfStatement(AskedOfLedger, frozen=True):
    about: ClassVar[str] = "statement:{0.statement}"
    statement: int


class AmendStatement(_OfStatement, frozen=True):
    """Say who said it, through whom, when, as what act. None: as it was read; nothing at all undoes an amendment."""

    chain: Chain | None = None
    act: Act | None = None
    said: dt.date | None = None


class WithdrawStatement(_OfStatement, frozen=True):
    """It was taken back by whoever said it, or by the outlet that brought it."""

    by: Taker = "outlet"


class ReinstateStatement(_OfStatement, frozen=True):
    """It wasn't."""


class LinkStatement(AskedOfLedger, frozen=True):
    """Link a statement to a claim, or judge the stance of one that is linked; not `accepted`, it is only suggested."""

    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int
    stance: Stance = "affirms"
    accepted: bool = True
    figure: Judged | None = None


class UnlinkStatement(AskedOfLedger, frozen=True):
    """Undo a link."""

    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int


class _OfFigure(AskedOfLedger, frozen=True):
    about: ClassVar[str] = "figure:{0.statement}.{0.place}"
    statement: int

    @property
    def place(self) -> int:
        """The figure's place among the statement's."""
        return 0


class AcceptFigure(_OfFigure, frozen=True):
    """A figure goes into the table."""

    figure: Judged = Judged()

    @property
    def place(self) -> int:
        """The figure's place among the statement's."""
        return self.figure.figure


class RejectFigure(_OfFigure, frozen=True):
    """A figure leaves the table."""

    figure: int = 0
    why: Literal["misread", "withdrawn", "other"] = "misread"

    @property
    def place(self) -> int:
        """The figure's place among the statement's."""
        return self.figure


class ResetFigure(_OfFigure, frozen=True):
    """Undo either."""

    figure: int = 0

    @property
    def place(self) -> int:
        """The figure's place among the statement's."""
        return self.figure


class AddMeasure(AskedOfLedger, frozen=True):
    """Define what the story counts, or define it anew."""

    about: ClassVar[str] = "measure:{0.measure.id}"
    measure: Measure


class DropMeasure(AskedOfLedger, frozen=True):
    """Take a definition back."""

    about: ClassVar[str] = "measure:{0.measure}"
    measure: str


class _OfPair(AskedOfLedger, frozen=True):
    one: int
    other: int
    relation: RelationKind

    @property
    def object(self) -> str:
        """The pair, the same from both ends."""
        return f"relation:{min(self.one, self.other)}.{max(self.one, self.other)}"


class AcceptRelation(_OfPair, frozen=True):
    """Statement `one` does this to the earlier statement `other`."""


class RejectRelation(_OfPair, frozen=True):
    """It doesn't; never suggest it again."""


class ResetRelation(_OfPair, frozen=True):
    """Undo either."""


class SetStanding(AskedOfLedger, frozen=True):
    """Say where the claim stands. `reason` stays on the desk; `line` and `evidence` are for readers."""

    about: ClassVar[str] = "standing:{0.claim}"
    claim: int
    standing: Standing
    reason: str
    line: str = ""
    evidence: str = ""
    on: dt.date | None = None


class LiftStanding(AskedOfLedger, frozen=True):
    """Let the rules say where it stands."""

    about: ClassVar[str] = "standing:{0.claim}"
    claim: int


class ProposeRefuted(AskedOfLedger, frozen=True):
    """Propose that the claim is refuted."""

    about: ClassVar[str] = "standing:{0.claim}"
    claim: int
    reason: str
    evidence: str
    line: str = ""


class SecondRefuted(LiftStanding, frozen=True):
    """Second the proposal of somebody else."""


class DropRefuted(LiftStanding, frozen=True):
    """Take the proposal back, or turn it down."""


class SetSide(AskedOfLedger, frozen=True):
    """Say on which side a party stands in this story, between these days; "" undoes what was said for `first`."""

    about: ClassVar[str] = "side:{0.party}"
    party: str
    side: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


class RecordReply(AskedOfLedger, frozen=True):
    """Record somebody's reply word for word, to a claim or a post."""

    about: ClassVar[str] = ""
    who: str
    words: str
    claim: int = 0
    post: int = 0
    received: dt.date | None = None


class RemoveReply(AskedOfLedger, frozen=True):
    """Show it no longer."""

    about: ClassVar[str] = "reply:{0.reply}"
    reply: int


class ExpungeWords(AskedOfLedger, frozen=True):
    """Erase the words of a claim and all that was said of it, of its standings, or of a reply; the reason stays.

    A measure, a party or an outlet is named by its `id`; it is gone until somebody defines or names it anew.
    """

    about: ClassVar[str] = "{0.of}:{0.named}"
    of: Worded
    number: int = 0
    reason: str = ""
    id: str = ""

    @property
    def named(self) -> str:
        """Which one of its kind is meant."""
        return self.id or str(self.number)


class SwitchStrip(AskedOfLedger, frozen=True):
    """Let the story's suggestions speak again, or be silent."""

    about: ClassVar[str] = "strip"
    on: bool = True


class NameParty(AskedOfLedger, frozen=True):
    """Name a party for all stories (stream "house"); an `id` of "" is made from its name. `note` None leaves it."""

    party: Party
    note: str | None = None

    @property
    def object(self) -> str:
        """The party."""
        return f"party:{self.party.id}" if self.party.id else ""


class ForgetParty(AskedOfLedger, frozen=True):
    """Take a party's name back (stream "house")."""

    about: ClassVar[str] = "party:{0.party}"
    party: str


class NameOutlet(AskedOfLedger, frozen=True):
    """Name an outlet for all stories (stream "house"); an `id` of "" is made from its name."""

    outlet: Outlet

    @property
    def object(self) -> str:
        """The outlet."""
        return f"outlet:{self.outlet.id}" if self.outlet.id else ""


class ForgetOutlet(AskedOfLedger, frozen=True):
    """Take an outlet's name back (stream "house")."""

    about: ClassVar[str] = "outlet:{0.outlet}"
    outlet: str


class DeriveStandings(AskedOfLedger, frozen=True):
    """Derive every standing of the story anew, because the house knows its parties by other names now."""

    about: ClassVar[str] = ""


HouseCommand: TypeAlias = NameParty | ForgetParty | NameOutlet | ForgetOutlet
ClaimCommand: TypeAlias = OpenClaim | AmendClaim | DropClaim | RestoreClaim | MergeClaims | PartClaims
StatementCommand: TypeAlias = (
    WriteStatement
    | AmendStatement
    | WithdrawStatement
    | ReinstateStatement
    | LinkStatement
    | UnlinkStatement
    | AcceptFigure
    | RejectFigure
    | ResetFigure
    | AcceptRelation
    | RejectRelation
    | ResetRelation
)
StandingCommand: TypeAlias = SetStanding | LiftStanding | ProposeRefuted | SecondRefuted | DropRefuted
ListCommand: TypeAlias = (
    AddMeasure | DropMeasure | SetSide | RecordReply | RemoveReply | ExpungeWords | SwitchStrip | DeriveStandings
)
LedgerCommand: TypeAlias = ClaimCommand | StatementCommand | StandingCommand | ListCommand | HouseCommand

LEDGER_REASONS: dict[str, str] = {
    "claim_missing": "There is no claim {claim} in this story.",
    "claim_dropped": "Claim {claim} was dropped. Restore it first.",
    "claim_expunged": "Claim {claim} was expunged; nothing of it is left to change.",
    "claim_merged": "Claim {claim} is part of claim {into}. Use that one, or part them first.",
    "claim_into_itself": "A claim can't be merged into itself.",
    "question_missing": "Ask the question that statements answer.",
    "statement_missing": "There is no statement {statement} in what readers see (any more).",
    "statement_empty": "Mark or write what was said.",
    "link_missing": "Statement {statement} isn't linked to claim {claim}.",
    "figure_impossible": "No figure is like this: its ends are numbers up to a quadrillion, the lower one first.",
    "figure_missing": "Statement {statement} has no figure {figure}.",
    "measure_missing": "Say what is counted: the text doesn't tell.",
    "measure_unknown": "The story doesn't count “{measure}”.",
    "measure_circle": "A measure can't be part of itself.",
    "id_invalid": "The key “{id}” can't be used: lower-case letters a–z, digits, hyphens and underscores, 1 to 60.",
    "relation_itself": "A statement has no relation to itself.",
    "relation_missing": "Nobody has judged this pair of statements.",
    "standing_computed": "“{standing}” is counted from the statements and can't be set.",
    "standing_reason": "Say why: your reason stays on the desk.",
    "evidence_missing": "Name the evidence: readers see it.",
    "day_missing": "Say on which day it was tried.",
    "refuted_needs_two": "“Refuted” takes two: propose it, and somebody else seconds it.",
    "refuted_own": "You proposed it. Somebody else has to second it.",
    "refuted_missing": "Nobody has proposed that claim {claim} is refuted.",
    "standing_missing": "Nobody has set where claim {claim} stands.",
    "who_missing": "Say whose reply it is.",
    "reply_empty": "A reply needs words, and a claim or a post that it answers.",
    "reply_missing": "There is no reply {reply}.",
    "name_missing_party": "A party or outlet needs a name.",
    "name_taken": "The name “{name}” belongs to “{id}” already. If it is the same one, use that key: "
    "a party and an outlet may share it. If not, choose another name.",
    "party_missing": "The house doesn't know “{party}”.",
    "party_circle": "“{party}” can't stand above itself.",
}
"""English text of each refusal of the ledger by its code; commands.REASONS has them, too."""
