"""What the API takes and gives, as Structs: the one source of decoding, answering and /api/openapi.json.

In: JSON of programs; an unknown name is refused, so that a typing error is no silent loss. Out: commands' parts; and
JSON with times as RFC 3339 in UTC. Fields that only the desk may see stand at the end and are left out for readers.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from depesche.words.changes import Correction
from depesche.words.copy import Reading

Moment = Annotated[dt.datetime, Meta(tz=True, description="RFC 3339, with an offset.")]


class _Given(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


_ADDRESS = {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "minLength": 1, "maxLength": 80}
Slug = Annotated[
    str, Meta(description="Its address: a–z, 0–9 and single hyphens, 1 to 80.", extra_json_schema=_ADDRESS)
]
"""Only described here: `decide` refuses what doesn't fit, in words that an editor understands."""


class NewStory(_Given, frozen=True):
    """A story to open. `language` and `zone` default to the settings."""

    slug: Slug
    title: str
    lead: str = ""
    language: Annotated[str, Meta(description="A BCP 47 tag such as de or en.")] = ""
    zone: Annotated[str, Meta(description="An IANA name such as Europe/Berlin.")] = ""


class AmendedStory(_Given, frozen=True):
    """What a story is called from now on. The old address redirects."""

    slug: Slug
    title: str
    lead: str = ""


class Picture(_Given, frozen=True):
    """A picture that was uploaded at the desk, by its id, and the words beside it."""

    id: str
    alt: str = ""
    credit: str = ""
    rights: str = ""
    caption: str = ""


class CopySaid(_Given, frozen=True):
    """A version of copy, as the answer to sending it named it."""

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] = 1


class NewPost(_Given, frozen=True):
    """A post to publish."""

    body: Annotated[str, Meta(description="Markdown (docs/editors.md).")]
    title: str = ""
    byline: str = ""
    sources: Annotated[str, Meta(description="Who it comes from, such as “dpa, AFP”.")] = ""
    language: Annotated[str, Meta(description="A BCP 47 tag where it isn't the story's language.")] = ""
    key: Annotated[bool, Meta(description="True marks a key event.")] = False
    media: tuple[Picture, ...] = ()
    shown_at: Annotated[Moment | None, Meta(description="The time that readers see; null means now.")] = None
    draft: Annotated[str | None, Meta(description="The draft that this was (a UUID).")] = None
    copies: Annotated[
        tuple[CopySaid, ...],
        Meta(description="The copy that its words came from: should a wire correct or kill it, the post is flagged."),
    ] = ()


class NewText(NewPost, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole new text of a post, and what kind of change it is. `shown_at` null leaves the time as it is."""

    correction: Correction
    note: Annotated[str, Meta(description="What changed, in public; needed for all but a typo.")] = ""
    answers: Annotated[
        tuple[CopySaid, ...] | None,
        Meta(description="The alarms of the post that this answers; null: all. A typo answers none."),
    ] = None


class Retraction(_Given, frozen=True):
    """Why a post is taken back."""

    note: Annotated[str, Meta(description="What readers see in its place.")] = ""
    undo: Annotated[bool, Meta(description="Within ten seconds of publishing, without a note.")] = False


class Expunging(_Given, frozen=True):
    """Why a post, or one of its earlier revisions, is erased for good."""

    reason: Annotated[str, Meta(description="Stays on the desk.")] = ""
    revision: Annotated[int | None, Meta(description="Only this earlier revision; without it the whole post.")] = None


class Dismissal(_Given, frozen=True):
    """Why a post stands as it is, though its copy was corrected or killed."""

    reason: Annotated[str, Meta(description="Stays on the desk.")]


class Line(_Given, frozen=True):
    """A line of the card on top."""

    text: str
    posts: Annotated[tuple[int, ...], Meta(description="The posts that it rests on.")] = ()


class Summary(_Given, frozen=True):
    """The card on top; no lines take it away."""

    lines: tuple[Line, ...] = ()


class _Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class DoneAnswer(_Told, frozen=True):
    """It is in the journal. `seq` is what If-Match takes; `repeated`: this was done before and not done again."""

    story: Annotated[str, Meta(description="The story's id.")]
    slug: str
    seq: int
    edition: int
    repeated: bool = False
    post: Annotated[int | UnsetType, Meta(description="The number of the post.")] = UNSET
    revision: int | UnsetType = UNSET
    url: Annotated[str, Meta(description="Where readers see it.")] = ""


class PostAnswer(_Told, frozen=True):
    """A post as it stands. A retracted post has no text for readers."""

    number: int
    state: str
    revision: int
    url: str
    shown_at: dt.datetime
    published_at: dt.datetime
    changed_at: dt.datetime
    edition: int
    title: str = ""
    body: str | None = None
    byline: str = ""
    sources: str = ""
    language: str = ""
    key: bool = False
    media: tuple[Picture, ...] = ()
    note: Annotated[str, Meta(description="Why it was retracted.")] = ""
    seq: Annotated[int | UnsetType, Meta(description="Of the post's latest change; with a token only.")] = UNSET


class StoryAnswer(_Told, frozen=True):
    """A story. `posts` counts the numbers given so far."""

    id: str
    slug: str
    title: str
    language: str
    zone: str
    state: str
    url: str
    edition: int
    posts: int
    opened_at: dt.datetime
    changed_at: dt.datetime
    lead: str = ""
    ended_at: dt.datetime | None = None
    pinned: int | None = None
    summary: tuple[Line, ...] = ()
    seq: Annotated[int | UnsetType, Meta(description="Of the story's latest entry; with a token only.")] = UNSET


class StoriesAnswer(_Told, frozen=True):
    """All stories, newest first."""

    stories: tuple[StoryAnswer, ...]


class OneStoryAnswer(_Told, frozen=True):
    """A story with its newest posts; `before` asks for the posts before these, and is missing when there are none."""

    story: StoryAnswer
    posts: tuple[PostAnswer, ...]
    before: int | UnsetType = UNSET


class CopyAnswer(_Told, frozen=True):
    """A piece of copy as it was kept, and what was found in it. Spans are code points of `text`."""

    id: str
    version: int
    wire: str
    text: str
    reading: Reading
    title: str = ""
    uri: str = ""
    published: dt.datetime | None = None
    canceled: bool = False
    notes: tuple[str, ...] = ()


class ArrivalAnswer(_Told, frozen=True):
    """Everything that was in the bytes; one of plain text."""

    copies: tuple[CopyAnswer, ...]


class AlarmAnswer(_Told, frozen=True):
    """A post whose copy was corrected or killed: it came from version `used`, `version` raised the alarm."""

    post: int
    copy: str
    used: int
    version: int
    state: Annotated[str, Meta(description="open, dismissed or answered.")]
    since: dt.datetime
    seq: Annotated[int, Meta(description="Of the alarm's latest change; what If-Match takes.")]
    killed: Annotated[bool, Meta(description="True: taken back; false: corrected.")]
    how: Annotated[str, Meta(description="adopted: an editor or a program said so; words: both have a run of words.")]
    statements: Annotated[tuple[int, ...], Meta(description="The post's statements that came from it.")] = ()
    reason: Annotated[str, Meta(description="Why it was dismissed.")] = ""


class AlarmsAnswer(_Told, frozen=True):
    """Alarms of published posts, the longest waiting first."""

    alarms: tuple[AlarmAnswer, ...]


class EntryAnswer(_Told, frozen=True):
    """An entry of the journal. `change` is null where it was expunged; times within it are microseconds UTC."""

    seq: int
    edition: int | None
    at: dt.datetime
    actor: str
    kind: str
    object: str
    change: dict[str, Any] | None
    command: str = ""


class EntriesAnswer(_Told, frozen=True):
    """Entries in order; `more`: ask again with the last one's seq."""

    entries: tuple[EntryAnswer, ...]
    more: bool = False


class ProblemAnswer(_Told, frozen=True):
    """A problem document (RFC 9457)."""

    type: Annotated[str, Meta(description="urn:depesche:problem:{code}, or about:blank.")]
    title: str
    status: int
    detail: Annotated[str, Meta(description="What is wrong and what to do.")]
    code: Annotated[str, Meta(description="For programs: the end of `type`.")] = ""
    request: Annotated[str, Meta(description="The request's id, as in the log.")] = ""
    params: dict[str, str | int] | UnsetType = UNSET
    errors: Annotated[
        tuple[dict[str, str], ...] | UnsetType, Meta(description="Where in the JSON, by a JSON pointer.")
    ] = UNSET
    object: Annotated[str | UnsetType, Meta(description="What somebody else has changed.")] = UNSET
    changes: Annotated[tuple[EntryAnswer, ...] | UnsetType, Meta(description="These changes, oldest first.")] = UNSET
