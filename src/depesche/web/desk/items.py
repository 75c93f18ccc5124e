"""Posts and drafts as the desk's lists show them.

In: views of the desk's side. Out: values for the templates, all times and words made. Never: markup made here.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from depesche.journal.views import DraftView, PostView, StoryView
from depesche.render import words
from depesche.render.dates import Clock, clock
from depesche.render.markdown import plain
from depesche.render.post import shortened
from depesche.web.desk.given import SYSTEM, command_id
from depesche.web.desk.sheet import KINDS
from depesche.web.visit import Visit
from depesche.words.changes import PostText

TEXT = 280
"""Characters of a post's text in the list: enough to know it again."""
HEADING = 90
"""Characters of a draft's."""


class Item(Struct, frozen=True):
    """A post in the list."""

    view: PostView
    heading: str
    titled: bool
    text: str
    time: str
    full: str
    iso: str
    byline: str
    flags: list[str]
    pinned: bool
    command: str
    other_command: str


def item(visit: Visit, story: StoryView, post: PostView) -> Item:
    """A post in the list; the desk also sees what a retracted one said."""
    time = clock(visit.language, story.zone)
    return Item(
        view=post,
        heading=heading(visit, post),
        titled=bool(post.text is None or post.text.title),
        text=shortened(plain(post.text.body), TEXT) if post.text and post.text.title else "",
        time=_when(time, post.shown_at, visit.house.desk.clock()),
        full=time.full(post.shown_at),
        iso=time.iso(post.shown_at),
        byline=post.text.byline if post.text else "",
        flags=flags(visit, story, post),
        pinned=story.pinned == post.number,
        command=command_id(),
        other_command=command_id(),
    )


def _when(time: Clock, at: int, now: int) -> str:
    """The time of day, with the day where that isn't today."""
    return time.time(at) if time.same_day(at, now) else time.moment(at)


def heading(visit: Visit, post: PostView) -> str:
    """The title, or the first words, or what happened to it."""
    if post.text is None:
        return words.tombstone(visit.language, post.state, undo=post.undo)
    return first_words(post.text) or visit.say("Post {number}", number=post.number)


def first_words(text: PostText) -> str:
    """The title, or the first words of the body, or of a picture's description."""
    alt = next((media.alt for media in text.media if media.alt), "")
    return text.title or shortened(plain(text.body), TEXT) or alt


def flags(visit: Visit, story: StoryView, post: PostView) -> list[str]:
    """What the list says of a post in a word each."""
    said = []
    if story.pinned == post.number:
        said.append(visit.say("pinned"))
    if post.text is not None and post.text.key:
        said.append(visit.say("key event"))
    if post.state == "published":
        last = next((each.correction for each in reversed(post.history) if each.correction), None)
        if last:
            said.append(correction(visit, last))
    else:
        said.append(visit.say("withdrawn") if post.undo else visit.say(post.state))
    return said


def correction(visit: Visit, kind: str) -> str:
    """The kind of a change in a word; "" for none."""
    return next((words.correction(visit.language, each) for each in KINDS if each == kind), "")


def drafts(visit: Visit, story: StoryView, found: list[DraftView], names: dict[str, str]) -> list[dict[str, Any]]:
    """The drafts of a story, newest first."""
    time = clock(visit.language, story.zone)
    return [
        {
            "id": each.draft,
            "post": each.post,
            "heading": shortened(first_words(each.text), HEADING) or visit.say("empty"),
            "who": names.get(each.actor, SYSTEM),
            "when": _when(time, each.saved_at, visit.house.desk.clock()),
            "seq": each.seq,
            "command": command_id(),
        }
        for each in found
    ]
