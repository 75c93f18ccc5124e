"""Every change that can happen, past tense, as a tagged union of frozen values; and Entry, a change in its envelope.

A change is what the journal keeps for ever: fields are only ever added, with defaults. Each declares `public`
(readers may see it, it takes an edition) and `object`, the thing it happened to ("post:17"): commands
conflict per object. Times are integer microseconds UTC, ids of drafts, copy and people are random.
"""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct

from depesche.words.alarms import AlarmAnswered, AlarmDismissed, AlarmRaised, AlarmReopened, CopyRef, CopyUsed
from depesche.words.bases import Change as Change
from depesche.words.copy import Copy
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import LedgerChange

Correction: TypeAlias = Literal["typo", "update", "correction", "addendum"]
"""typo: spelling only, no note. update: facts moved on. correction: we were wrong. addendum: something was missing."""


class Media(Struct, frozen=True, omit_defaults=True):
    """An image of a post: SHA-256 (hex) of the stored original, its size in pixels, and what must stand beside it."""

    id: str
    width: int
    height: int
    alt: str = ""
    credit: str = ""
    rights: str = ""
    caption: str = ""


class PostText(Struct, frozen=True, omit_defaults=True):
    """What an editor writes: the body is Markdown ("depesche-1", docs/editors.md), the rest plain text."""

    body: str
    title: str = ""
    byline: str = ""
    sources: str = ""
    language: str = ""
    key: bool = False
    media: tuple[Media, ...] = ()


class SummaryLine(Struct, frozen=True, omit_defaults=True):
    """One line of the card on top of the page, with the numbers of the posts that it rests on."""

    text: str
    posts: tuple[int, ...] = ()


class StoryOpened(Change, frozen=True):
    """A story began; `zone` is an IANA name, `language` a BCP 47 tag ("de", "en")."""

    public: ClassVar[bool] = True
    slug: str
    title: str
    language: str
    zone: str
    lead: str = ""


class StoryAmended(Change, frozen=True):
    """Its title, lead or slug changed; links to the old slug are redirected."""

    public: ClassVar[bool] = True
    slug: str
    title: str
    lead: str = ""


class StoryClosed(Change, frozen=True):
    """The coverage ended: nothing new comes, what is out can still be corrected."""

    public: ClassVar[bool] = True


class StoryReopened(Change, frozen=True):
    """The coverage goes on."""

    public: ClassVar[bool] = True


class DraftSaved(Change, frozen=True):
    """A draft was kept on the desk; `post` is set where it is a correction of that post in the making.

    `copies` is the copy that words were adopted from, so that whoever publishes it takes them along.
    """

    about: ClassVar[str] = "draft:{0.draft}"
    draft: str
    text: PostText
    post: int | None = None
    copies: tuple[CopyRef, ...] = ()


class DraftDropped(Change, frozen=True):
    """A draft is done with: thrown away, or published as `post` (so that expunging the post finds its drafts)."""

    about: ClassVar[str] = "draft:{0.draft}"
    draft: str
    post: int | None = None


class _OfPost(Change, frozen=True):
    public: ClassVar[bool] = True
    about: ClassVar[str] = "post:{0.post}"
    post: int


class PostPublished(_OfPost, frozen=True):
    """A post went out. Numbers are dense in the order of first publication; `shown_at` is the time readers see."""

    text: PostText
    shown_at: int


class PostCorrected(_OfPost, frozen=True):
    """A post has a new text; `note` says in public what changed and is empty for a typo only."""

    revision: int
    text: PostText
    correction: Correction
    note: str = ""
    shown_at: int = 0


class PostRetracted(_OfPost, frozen=True):
    """A post was taken back: its text is gone from everything public, a tombstone with the note keeps its place."""

    note: str = ""
    undo: bool = False


class PostPinned(Change, frozen=True):
    """This post, and no other, stands on top."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "pin"
    post: int


class PostUnpinned(PostPinned, frozen=True):
    """It no longer stands on top."""


class SummarySet(Change, frozen=True):
    """The card on top says this now; no lines: there is no card."""

    public: ClassVar[bool] = True
    about: ClassVar[str] = "summary"
    lines: tuple[SummaryLine, ...] = ()


class StatementsRecorded(Change, frozen=True):
    """What a revision of a post says who said; replaces what was recorded of the post before.

    `lost` are the numbers of statements whose words are no longer in the post.
    """

    public: ClassVar[bool] = True
    about: ClassVar[str] = "statements:{0.post}"  # not the post: reading never conflicts with writing
    post: int
    revision: int
    statements: tuple[RecordedStatement, ...] = ()
    lost: tuple[int, ...] = ()


class CopyReceived(Change, frozen=True):
    """Copy came in (stream "wire")."""

    about: ClassVar[str] = "copy:{0.copy.id}"
    copy: Copy


class CopyTaken(Change, frozen=True):
    """The story uses this copy; its words stay in the stream "wire"."""

    about: ClassVar[str] = "copy:{0.copy}"
    copy: str
    version: int


class Expunged(_OfPost, frozen=True):
    """A court order: the bodies of these editions are erased for good; `revision` None means the whole post."""

    revision: int | None = None
    editions: tuple[int, ...] = ()


class EntriesErased(Change, frozen=True):
    """The desk's side of Expunged: the seqs of every erased entry, and the first statement number still free."""

    about: ClassVar[str] = "erased:{0.post}"
    seqs: tuple[int, ...]
    reason: str
    post: int
    next_statement: int


StoryChange: TypeAlias = (
    StoryOpened
    | StoryAmended
    | StoryClosed
    | StoryReopened
    | DraftSaved
    | DraftDropped
    | PostPublished
    | PostCorrected
    | PostRetracted
    | PostPinned
    | PostUnpinned
    | SummarySet
    | StatementsRecorded
    | CopyReceived
    | CopyTaken
    | CopyUsed
    | AlarmRaised
    | AlarmDismissed
    | AlarmReopened
    | AlarmAnswered
    | Expunged
    | EntriesErased
)
AnyChange: TypeAlias = StoryChange | LedgerChange


class Entry(Struct, frozen=True):
    """A change in its envelope, as the journal gives it back.

    `at` is when it entered our journal (microseconds UTC, never going back within a stream), `actor` a random
    id. `change` is None where the body was erased: kind and object are all that is left.
    """

    stream: str
    seq: int
    edition: int | None
    at: int
    actor: str
    kind: str
    object: str
    change: AnyChange | None
    command: str = ""
