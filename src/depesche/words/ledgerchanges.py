"""The ledger's changes: claims, what statements do to them, figures, relations, standings; and the house's names.

What is public goes out whole, so whatever the desk keeps to itself (reasons, notes, sides, rejected relations) is an
entry of its own. Objects are as small as what two editors may do at once ("link:3.17", "figure:17.0"), and each
derived standing has one of its own: a rule never takes an object from under an editor's hands.
"""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Literal, TypeAlias

from depesche.words.bases import Change
from depesche.words.claims import Claim, Measure, Period, RelationKind, Stance, Standing
from depesche.words.copy import Act, Figure
from depesche.words.ledger import RecordedStatement
from depesche.words.parties import Chain, Outlet, Party

Taker: TypeAlias = Literal["root", "outlet"]
"""Who took a statement back: whoever said it, or the outlet that had brought it."""
Worded: TypeAlias = Literal["claim", "standing", "reply", "measure", "party", "outlet"]
"""What of the ledger has words that a court may forbid. Parties and outlets are the house's."""


class OfLedger(Change, frozen=True):
    """The base of the ledger's changes."""


class ClaimOpened(OfLedger, frozen=True):
    """The story asks a question that statements answer."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "claim:{0.claim.number}"
    claim: Claim


class ClaimAmended(ClaimOpened, frozen=True):
    """The question is put in other words, or about something else."""


class _OfClaim(OfLedger, frozen=True):
    public: ClassVar[bool] = True
    about: ClassVar[str] = "claim:{0.claim}"
    claim: int


class ClaimDropped(_OfClaim, frozen=True):
    """The question is no longer asked; its number stays."""


class ClaimRestored(_OfClaim, frozen=True):
    """The question is asked again."""


class ClaimMerged(_OfClaim, frozen=True):
    """The question is the same as another; what answers it, answers that one."""

    into: int


class ClaimParted(_OfClaim, frozen=True):
    """The question stands for itself again."""


class StatementWritten(OfLedger, frozen=True):
    """An editor wrote down who says what in a post, because the reader had not found it."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "statements:{0.post}"
    post: int
    revision: int
    statement: RecordedStatement


class _OfStatement(OfLedger, frozen=True):
    public: ClassVar[bool] = True
    about: ClassVar[str] = "statement:{0.statement}"
    statement: int


class StatementAmended(_OfStatement, frozen=True):
    """An editor says who said it, through whom, when, and what kind of act it was; None is as it was read.

    Hops of the chain are ids of parties and outlets, or names.
    """

    chain: Chain | None = None
    act: Act | None = None
    said: dt.date | None = None


class StatementWithdrawn(_OfStatement, frozen=True):
    """It was taken back, by whoever said it or by the outlet that brought it."""

    by: Taker = "outlet"


class StatementReinstated(_OfStatement, frozen=True):
    """It was not taken back after all."""


class StatementLinked(OfLedger, frozen=True, gc=False):
    """A statement answers a claim. `accepted` is False in old journals only, where suggestions were public entries."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int
    stance: Stance = "affirms"
    accepted: bool = True


class StatementUnlinked(OfLedger, frozen=True):
    """A statement doesn't answer the claim."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int


class LinkSuggested(OfLedger, frozen=True, gc=False):
    """A program thinks that a statement answers a claim; an editor has to judge that."""

    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int
    stance: Stance = "affirms"


class LinkDismissed(OfLedger, frozen=True):
    """It was wrong, or was taken back."""

    about: ClassVar[str] = "link:{0.claim}.{0.statement}"
    claim: int
    statement: int


class _OfFigure(OfLedger, frozen=True):
    public: ClassVar[bool] = True
    about: ClassVar[str] = "figure:{0.statement}.{0.figure}"
    statement: int
    figure: int


class FigureAccepted(_OfFigure, frozen=True, gc=False):
    """An editor looked at a figure: it counts this, of them, there, then. `given` None: the number is as it was read.

    `figure` is its place among the statement's figures; one behind them was added by the editor. `derived`: it was
    computed from others and is always marked.
    """

    measure: str
    population: str = ""
    place: str = ""
    period: Period = Period()
    derived: bool = False
    given: Figure | None = None


class FigureRejected(_OfFigure, frozen=True):
    """A figure left the table: misread, or taken back; it stays in the journal."""

    why: Literal["misread", "withdrawn", "other"] = "misread"


class FigureReset(_OfFigure, frozen=True):
    """Nobody has judged the figure (any more)."""


class MeasureAdded(OfLedger, frozen=True):
    """The story counts something, defined like this from now on."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "measure:{0.measure.id}"
    measure: Measure


class MeasureDropped(OfLedger, frozen=True):
    """The story has no definition of this measure any more."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "measure:{0.measure}"
    measure: str


class _OfPair(OfLedger, frozen=True):
    """`one` is the newer statement, `other` the earlier one that it does this to."""

    one: int
    other: int
    relation: RelationKind

    @property
    def object(self) -> str:
        """The pair, the same from both ends."""
        return f"relation:{min(self.one, self.other)}.{max(self.one, self.other)}"


class RelationAccepted(_OfPair, frozen=True):
    """An editor says that the one statement does this to the other."""

    public: ClassVar[bool] = True


class RelationWithdrawn(_OfPair, frozen=True):
    """An editor took that back."""

    public: ClassVar[bool] = True


class RelationRejected(_OfPair, frozen=True):
    """An editor says that the suggestion was wrong; it is never made again for this pair."""


class RelationReopened(_OfPair, frozen=True):
    """The suggestion may be made again."""


class _OfStanding(OfLedger, frozen=True):
    public: ClassVar[bool] = True
    about: ClassVar[str] = "standing:{0.claim}"
    claim: int


class StandingSet(_OfStanding, frozen=True):
    """An editor says where the claim stands; `line` and `evidence` are for readers, `on` is the day of the check."""

    standing: Standing
    line: str = ""
    evidence: str = ""
    on: dt.date | None = None


class StandingLifted(_OfStanding, frozen=True):
    """The claim stands where the rules put it."""


class StandingExplained(_OfStanding, frozen=True):
    """The desk's reason for the standing that was set with it."""

    public: ClassVar[bool] = False
    reason: str


class RefutedProposed(_OfStanding, frozen=True):
    """An editor proposes that the claim is refuted; another one has to second it."""

    public: ClassVar[bool] = False
    reason: str
    evidence: str
    line: str = ""


class RefutedDropped(_OfStanding, frozen=True):
    """The proposal was taken back, or turned down."""

    public: ClassVar[bool] = False


class StandingDerived(OfLedger, frozen=True):
    """A rule found where the claim stands: stored when it arose, so that a later release doesn't rewrite it.

    `accepted`: it is contested because an editor accepted a denial or a contradiction.
    """

    public: ClassVar[bool] = True
    about: ClassVar[str] = "derived:{0.claim}"  # apart from what editors set: a rule never conflicts with them
    claim: int
    standing: Standing
    rule: str
    version: int
    inputs: tuple[int, ...] = ()
    sided: bool = False
    accepted: bool = False


class SideSet(OfLedger, frozen=True):
    """Where a party stands in this story from `first` to `last`; "" takes away what was set from that day on."""

    about: ClassVar[str] = "side:{0.party}"
    party: str
    side: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


class ReplyRecorded(OfLedger, frozen=True):
    """Somebody's reply (Gegendarstellung), word for word and without an answer of ours, to a claim or a post."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "reply:{0.reply}"
    reply: int
    who: str
    words: str
    claim: int = 0
    post: int = 0
    received: dt.date | None = None


class ReplyRemoved(OfLedger, frozen=True):
    """The reply is no longer shown."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "reply:{0.reply}"
    reply: int


class WordsExpunged(OfLedger, frozen=True):
    """A court order: the words of a claim (and all said of it), of standings, a reply or a measure are erased."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "{0.of}:{0.named}"
    of: Worded
    number: int
    editions: tuple[int, ...] = ()
    id: str = ""

    @property
    def named(self) -> str:
        """Which one of its kind it is: by its number, a measure by its key."""
        return self.id or str(self.number)


class StripSwitched(OfLedger, frozen=True):
    """The suggestions "fits / contradicts" are on or off by an editor's word; their precision is counted anew.

    `right` and `wrong` are what had been judged until then.
    """

    about: ClassVar[str] = "strip"
    on: bool = True
    right: int = 0
    wrong: int = 0


class PartyNamed(OfLedger, frozen=True):
    """The house knows a party by these names (stream "house"); the same party in every story."""

    about: ClassVar[str] = "party:{0.party.id}"
    party: Party


class PartyNoted(OfLedger, frozen=True):
    """What the desk keeps to itself about a party: who an unnamed source is, how to reach them (stream "house")."""

    about: ClassVar[str] = "party:{0.party}"
    party: str
    note: str = ""


class PartyForgotten(OfLedger, frozen=True):
    """The house no longer knows this party; statements have the name that stands in them (stream "house")."""

    about: ClassVar[str] = "party:{0.party}"
    party: str


class OutletNamed(OfLedger, frozen=True):
    """The house knows where things are said, and who controls it (stream "house")."""

    about: ClassVar[str] = "outlet:{0.outlet.id}"
    outlet: Outlet


class OutletForgotten(OfLedger, frozen=True):
    """The house no longer knows this outlet (stream "house")."""

    about: ClassVar[str] = "outlet:{0.outlet}"
    outlet: str


ClaimChange: TypeAlias = ClaimOpened | ClaimAmended | ClaimDropped | ClaimRestored | ClaimMerged | ClaimParted
StatementChange: TypeAlias = (
    StatementWritten
    | StatementAmended
    | StatementWithdrawn
    | StatementReinstated
    | StatementLinked
    | StatementUnlinked
    | LinkSuggested
    | LinkDismissed
    | FigureAccepted
    | FigureRejected
    | FigureReset
    | RelationAccepted
    | RelationWithdrawn
    | RelationRejected
    | RelationReopened
)
StandingChange: TypeAlias = (
    StandingSet | StandingLifted | StandingExplained | RefutedProposed | RefutedDropped | StandingDerived
)
ListChange: TypeAlias = (
    MeasureAdded | MeasureDropped | SideSet | ReplyRecorded | ReplyRemoved | WordsExpunged | StripSwitched
)
HouseChange: TypeAlias = PartyNamed | PartyNoted | PartyForgotten | OutletNamed | OutletForgotten
LedgerChange: TypeAlias = ClaimChange | StatementChange | StandingChange | ListChange | HouseChange
