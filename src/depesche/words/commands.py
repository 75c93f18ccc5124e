"""What can be asked of a story: commands, imperative, and the Answer: changes, or a Refusal.

Commands come from the desk's pages, the API and the CLI, already parsed into these types; decide turns them
into changes or refuses. A refusal is for people: its reason says what is wrong and what to do.
"""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from msgspec import Struct

from depesche.words.alarms import Affected, CopyRef, thing
from depesche.words.bases import Command as Command
from depesche.words.changes import AnyChange, Correction, PostText, SummaryLine
from depesche.words.copy import Copy
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgercommands import LEDGER_REASONS, LedgerCommand


class OpenStory(Command, frozen=True):
    """Begin a story."""

    slug: str
    title: str
    language: str = "de"
    zone: str = "Europe/Berlin"
    lead: str = ""


class AmendStory(Command, frozen=True):
    """Change title, lead or slug of a story."""

    slug: str
    title: str
    lead: str = ""


class CloseStory(Command, frozen=True):
    """End the coverage."""


class ReopenStory(Command, frozen=True):
    """Go on with it."""


class SaveDraft(Command, frozen=True):
    """Keep a draft; `draft` is a UUID that the browser made, `copies` what words were adopted from."""

    about: ClassVar[str] = "draft:{0.draft}"
    draft: str
    text: PostText
    post: int | None = None
    copies: tuple[CopyRef, ...] = ()


class DropDraft(Command, frozen=True):
    """Throw a draft away."""

    about: ClassVar[str] = "draft:{0.draft}"
    draft: str


class PublishPost(Command, frozen=True):
    """Publish; `shown_at` None means now, `draft` is the draft that this was, `copies` what its words came from."""

    about: ClassVar[str] = ""
    text: PostText
    shown_at: int | None = None
    draft: str | None = None
    copies: tuple[CopyRef, ...] = ()


class _OfPost(Command, frozen=True):
    about: ClassVar[str] = "post:{0.post}"
    post: int


class CorrectPost(_OfPost, frozen=True):
    """Give a post a new text, with a public note unless it is a typo; `shown_at` None leaves the time.

    It answers the alarms of the post that its author had seen (`answers`; None: all), unless it is a typo.
    """

    text: PostText
    correction: Correction
    note: str = ""
    shown_at: int | None = None
    draft: str | None = None
    copies: tuple[CopyRef, ...] = ()
    answers: tuple[CopyRef, ...] | None = None


class RetractPost(_OfPost, frozen=True):
    """Take a post back; `undo` within ten seconds of publishing needs no note."""

    note: str = ""
    undo: bool = False


class Expunge(_OfPost, frozen=True):
    """Erase a post, or one earlier revision of it, for good; the reason stays on the desk."""

    reason: str
    revision: int | None = None


class PinPost(Command, frozen=True):
    """Put a post on top, in place of the one that is there."""

    about: ClassVar[str] = "pin"
    post: int


class UnpinPost(PinPost, frozen=True):
    """Take it off the top."""


class SetSummary(Command, frozen=True):
    """Set the card on top; no lines take it away."""

    about: ClassVar[str] = "summary"
    lines: tuple[SummaryLine, ...] = ()


class ReceiveCopy(Command, frozen=True):
    """Keep copy that came in (stream "wire")."""

    about: ClassVar[str] = ""
    copy: Copy


class TakeCopy(Command, frozen=True):
    """Use copy in this story."""

    about: ClassVar[str] = ""
    copy: str
    version: int = 1


class RaiseAlarm(Command, frozen=True):
    """Flag the posts that came from a copy of which a newer version is here (asked by the desk itself)."""

    about: ClassVar[str] = ""
    copy: str
    version: int
    killed: bool = False
    posts: tuple[Affected, ...] = ()


class DismissAlarm(_OfPost, frozen=True):
    """Leave a post as it is, for this reason, though the copy that it came from was corrected or killed."""

    copy: str
    reason: str

    @property
    def object(self) -> str:
        """The alarm."""
        return thing(self.post, self.copy)


class ReopenAlarm(_OfPost, frozen=True):
    """Take back that an alarm was dismissed."""

    copy: str

    @property
    def object(self) -> str:
        """The alarm."""
        return thing(self.post, self.copy)


class RecordStatements(Command, frozen=True):
    """Record who says what in a revision of a post; number 0 asks for the next free number.

    `changed` are the numbers of those whose words changed in substance: they answer no claim until an editor looks.
    """

    about: ClassVar[str] = "statements:{0.post}"
    post: int
    revision: int
    statements: tuple[RecordedStatement, ...] = ()
    changed: tuple[int, ...] = ()


StoryCommand: TypeAlias = OpenStory | AmendStory | CloseStory | ReopenStory | SetSummary
CopyCommand: TypeAlias = ReceiveCopy | TakeCopy | RaiseAlarm
AlarmCommand: TypeAlias = DismissAlarm | ReopenAlarm
DraftCommand: TypeAlias = SaveDraft | DropDraft | PublishPost
PostCommand: TypeAlias = CorrectPost | RetractPost | Expunge | PinPost | UnpinPost | AlarmCommand | RecordStatements
AnyCommand: TypeAlias = StoryCommand | CopyCommand | DraftCommand | PostCommand | LedgerCommand

REASONS: dict[str, str] = {
    "story_missing": "There is no such story.",
    "story_exists": "This story is open already.",
    "story_closed": "The coverage has ended. What is out can still be corrected; for anything new, reopen it first.",
    "story_running": "The story is running; there is nothing to reopen.",
    "slug_invalid": "The address “{slug}” can't be used: lower-case letters a–z, digits and single hyphens, 1 to 80.",
    "slug_reserved": "The address “{slug}” belongs to Depesche itself. Choose another one.",
    "slug_taken": "The address “{slug}” belongs to another story. Choose another one.",
    "zone_unknown": "There is no time zone “{zone}”. Use an IANA name such as Europe/Berlin.",
    "language_unknown": "“{language}” is not a language tag such as de, en or en-GB.",
    "title_missing": "A story needs a title.",
    "body_missing": "The post is empty. Write something or add a picture.",
    "too_long": "Too long ({field}): {length} characters, at most {most}.",
    "too_many": "Too many ({field}): at most {most}.",
    "post_missing": "There is no post {post} in this story.",
    "post_retracted": "Post {post} was retracted. A retracted post stays as it is; publish a new one.",
    "post_expunged": "Post {post} was expunged; nothing of it is left to change.",
    "note_missing": "Say in one line what changed: readers see this note. Only a typo needs none.",
    "reason_missing": "Say why: an expunged text never comes back.",
    "nothing_changed": "Nothing has changed: the text is the same as before.",
    "undo_too_late": "Ten seconds have passed, readers have seen the post. Retract it with a note instead.",
    "not_pinned": "Post {post} isn't pinned.",
    "pinned_already": "Post {post} is pinned already.",
    "shown_at_future": "The time of a post can't lie in the future.",
    "time_out_of_range": "This time is too far away: use a year between 1900 and 9999.",
    "revision_missing": "Post {post} has no revision {revision}.",
    "revision_current": "Revision {revision} is what readers see. Correct the post first, or expunge all of it.",
    "draft_missing": "There is no such draft; it was published or thrown away.",
    "draft_id_invalid": "A draft is named by a UUID.",
    "copy_empty": "This copy is empty. Nothing was kept.",
    "copy_too_big": "This copy is too big: at most {most} kB. Nothing was kept; send it in parts.",
    "copy_unreadable": "This copy can't be read ({why}). Nothing was kept.",
    "copy_taken": "This story uses that copy already.",
    "copy_missing": "There is no such copy.",
    "alarm_missing": "There is no open alarm of this copy at post {post}.",
    "alarm_reason_missing": "Say in a few words why the post stands as it is.",
    "alarm_not_dismissed": "The alarm at post {post} wasn't dismissed; there is nothing to take back.",
    "statement_unknown": "Statement {number} doesn't belong to post {post}.",
    "revision_outdated": "Post {post} has moved on to revision {revision}.",
    "wrong_stream": "This can't be asked of a story.",
    "not_allowed": "Your role ({role}) may not do this. Ask for {needed}.",
    "media_unknown": "The picture {media} isn't here (any more). Upload it again.",
    "command_reused": "This command's id was used before for something else. Send a new id.",
    **LEDGER_REASONS,
}
"""English text of each refusal by its code; the interface translates it (gettext msgid)."""


class Refusal(Struct, frozen=True, omit_defaults=True):
    """Why a command was not carried out: a code of REASONS and what fills its gaps."""

    code: str
    params: dict[str, str | int] = {}

    @property
    def reason(self) -> str:
        """The English sentence for people."""
        return REASONS[self.code].format_map(self.params)


Answer: TypeAlias = list[AnyChange] | Refusal
"""What a command comes to; no changes: it is so already."""
