"""The sheet that somebody writes on: the fields of the form, and the text that they make.

In: a form, a post or a draft. Out: a Sheet for the template, a PostText for the desk. A sheet holds whatever was
typed, also what can't be published. Times are the story's wall clock to the minute, as the browser's field has them.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from depesche.journal.views import PostView, StoryView
from depesche.render.dates import clock
from depesche.web.desk.given import command_id, expected, is_uuid, sent_id
from depesche.web.visit import Visit
from depesche.words.alarms import MOST_USED, CopyRef
from depesche.words.changes import Correction, Media, PostText
from depesche.words.copy import Copy
from depesche.words.decide.limits import MOST_MEDIA

_REF = re.compile(r"([0-9a-f-]{1,40}):([1-9][0-9]{0,8})")
"""A version of a copy as a form carries it; ids of copy are UUIDs."""
KINDS: tuple[Correction, ...] = ("typo", "update", "correction", "addendum")


class Sheet(Struct, frozen=True, kw_only=True):
    """The fields. `post` is set where this corrects a post; `revision` and `expect` are the
    revision and the seq of that post that the author saw. `copies` is what words were adopted from, `answers` the
    alarms that the author had seen: ids with versions, "id:2 id:1".
    """

    command: str
    draft: str
    draft_seq: int = 0
    title: str = ""
    body: str = ""
    byline: str = ""
    sources: str = ""
    language: str = ""
    key: bool = False
    media: tuple[Media, ...] = ()
    shown: str = ""
    shown_changed: bool = False
    post: int | None = None
    revision: int = 0
    expect: int = 0
    correction: str = ""
    note: str = ""
    copies: str = ""
    answers: str = ""

    @property
    def text(self) -> PostText:
        """What would be published."""
        return PostText(
            body=self.body,
            title=self.title.strip(),
            byline=self.byline.strip(),
            sources=self.sources.strip(),
            language=self.language.strip(),
            key=self.key,
            media=self.media,
        )

    @property
    def is_empty(self) -> bool:
        """True when nothing was written yet."""
        return not (self.title.strip() or self.body.strip() or self.media)


def view(story: StoryView, place: str, kinds: list[tuple[str, str, str]]) -> dict[str, Any]:
    """What the template of a sheet needs besides the sheet: `kinds` of a correction are (name, label, hint)."""
    return {"story": story, "place": place, "kinds": kinds, "no_picture": Media("", 0, 0)}


def blank(byline: str = "") -> Sheet:
    """An empty sheet."""
    return Sheet(command=command_id(), draft=command_id(), byline=byline)


def of_text(text: PostText, *, shown: str = "") -> Sheet:
    """A sheet with a text on it that begins a life of its own."""
    return Sheet(
        command=command_id(),
        draft=command_id(),
        title=text.title,
        body=text.body,
        byline=text.byline,
        sources=text.sources,
        language=text.language,
        key=text.key,
        media=text.media,
        shown=shown,
    )


def of_post(post: PostView, zone: str) -> Sheet:
    """The sheet that corrects a post."""
    text = post.text or PostText("")
    return replace(
        of_text(text, shown=wall_clock(post.shown_at, zone)), post=post.number, revision=post.revision, expect=post.seq
    )


async def sent(visit: Visit) -> Sheet:
    """The sheet that was sent. Pictures are looked up: their sizes are what we measured, not what a form says."""
    post = expected(visit, "post")
    command, draft = sent_id(visit), visit.text("draft")
    return Sheet(
        command=command,
        # where none was sent it follows from the command, so that the same form again is the same command
        draft=draft if is_uuid(draft) else str(uuid.uuid5(uuid.NAMESPACE_OID, command)),
        draft_seq=expected(visit, "draft_seq") or 0,
        title=" ".join(visit.text("title").split()),
        body=visit.text("body"),
        byline=visit.text("byline"),
        sources=visit.text("sources"),
        language=visit.text("language"),
        key=visit.text("key") == "1",
        media=await run_in_threadpool(_media, visit),
        shown=visit.text("shown_at"),
        post=post,
        revision=expected(visit, "revision") or 0,
        expect=expected(visit) or 0,
        correction=visit.text("correction"),
        note=visit.text("note"),
        copies=visit.text("copies"),
        answers=visit.text("answers"),
    )


def refs(text: str) -> tuple[CopyRef, ...]:
    """The versions of copy that a field names; what is none is passed over, for no text may be lost by it."""
    found = {CopyRef(identity, int(version)): None for identity, version in _REF.findall(text)}
    return tuple(found)[:MOST_USED]


def named(copies: Iterable[CopyRef]) -> str:
    """The same as a field holds it."""
    return " ".join(f"{ref.copy}:{ref.version}" for ref in copies)


def with_copy(text: str, copy: Copy) -> str:
    """The field with this copy, too."""
    return named(dict.fromkeys((*refs(text), CopyRef(copy.id, copy.version))))


def without(sheet: Sheet, media: str) -> Sheet:
    """The sheet without one of its pictures."""
    return replace(sheet, media=tuple(each for each in sheet.media if each.id != media))


def wall_clock(at: int, zone: str) -> str:
    """A time (microseconds UTC) as the browser's field has it, on the story's clocks."""
    return clock("en", zone).local(at).strftime("%Y-%m-%dT%H:%M")


def moment(text: str, zone: str) -> int | None:
    """Microseconds UTC of a wall clock time; in the hour that autumn repeats, the first one. Raises ValueError."""
    if not text.strip():
        return None
    local = dt.datetime.fromisoformat(text.strip())
    if local.tzinfo is None:
        local = local.replace(tzinfo=_zone(zone))
    since = local.astimezone(dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)


def _zone(name: str) -> dt.tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


def _media(visit: Visit) -> tuple[Media, ...]:
    columns = [visit.texts(name) for name in ("media", "media_alt", "media_caption", "media_credit")]
    rows = list(zip(*columns, strict=False))[: MOST_MEDIA + 1]
    return tuple(
        # one that isn't here goes on to the desk, which refuses it aloud
        replace(
            visit.house.media.find(identity) or Media(identity[:64], 0, 0),
            alt=alt.strip(),
            caption=caption.strip(),
            credit=credit.strip(),
        )
        for identity, alt, caption, credit in rows
    )
