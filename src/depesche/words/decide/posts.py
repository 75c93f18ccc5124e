"""What is decided of posts: drafted, published, corrected, retracted, pinned.

In: the fold, a command, the time. Out: changes or a refusal. Never: a change to a post that was expunged, nor to one
that was retracted but expunging it.
"""

from __future__ import annotations

import uuid

from depesche.words import alarms
from depesche.words import changes as c
from depesche.words import commands as q
from depesche.words.commands import Answer, Refusal
from depesche.words.decide import copies, erasures, statements
from depesche.words.decide.limits import GRACE, UNDO, too_long, unfit_copies, unfit_text, unfit_time
from depesche.words.story import Post, Story
from depesche.words.text import is_seen


def publish(story: Story, command: q.DraftCommand, now: int) -> Answer:
    """Publish as the next number, keep a draft for later, or throw it away."""
    if isinstance(command, q.DropDraft):
        return _dropped(story, command.draft) or Refusal("draft_missing")
    if isinstance(command, q.SaveDraft):
        refusal = None if _is_uuid(command.draft) else Refusal("draft_id_invalid")
        refusal = refusal or unfit_text(command.text, whole=False) or unfit_copies(*command.copies)
        return refusal or [c.DraftSaved(command.draft, command.text, command.post, command.copies)]
    refusal = unfit_text(command.text, whole=True) or unfit_time(command.shown_at, now) or unfit_copies(*command.copies)
    if refusal:
        return refusal
    number = len(story.posts) + 1
    published = c.PostPublished(number, command.text, now if command.shown_at is None else command.shown_at)
    return [published, *copies.use(story, number, 1, command.copies), *_dropped(story, command.draft, number)]


def decide(story: Story, command: q.PostCommand, now: int) -> Answer:
    """What changes about a post that there is."""
    post = story.posts.get(command.post)
    told: dict[str, str | int] = {"post": command.post}
    if post is None:
        return Refusal("post_missing", told)
    if isinstance(command, q.UnpinPost):
        pinned = story.pinned == command.post
        return [c.PostUnpinned(command.post)] if pinned else Refusal("not_pinned", told)
    if isinstance(command, q.Expunge):
        gone = post.state == "expunged"
        return Refusal("post_expunged", told) if gone else erasures.expunge(story, post, command)
    if post.state != "published":
        return Refusal(f"post_{post.state}", told)
    match command:
        case q.CorrectPost():
            return _correct(story, post, command, now)
        case q.RetractPost():
            return _retract(story, post, command, now)
        case q.PinPost():
            pinned = story.pinned == command.post
            return Refusal("pinned_already", told) if pinned else [c.PostPinned(command.post)]
        case q.DismissAlarm() | q.ReopenAlarm():
            return copies.settle(story, command)
        case q.RecordStatements():
            return statements.record(story, post, command)


def _correct(story: Story, post: Post, command: q.CorrectPost, now: int) -> Answer:
    refusal = (
        unfit_text(command.text, whole=True)
        or unfit_time(command.shown_at, now)
        or too_long(note=command.note)
        or unfit_copies(*command.copies, *(command.answers or ()))
    )
    typo, number, revision = command.correction == "typo", command.post, post.revision + 1
    if not refusal and not typo and not is_seen(command.note):
        refusal = Refusal("note_missing")
    if refusal:
        return refusal
    shown_at, note, seen = command.shown_at or post.shown_at, command.note.strip(), command.answers
    return [
        c.PostCorrected(number, revision, command.text, command.correction, note, shown_at),
        *copies.use(story, number, revision, command.copies),
        *([] if typo else alarms.answering(story.upstream, number, "corrected", revision=revision, seen=seen)),
        *_dropped(story, command.draft, number),
    ]


def _retract(story: Story, post: Post, command: q.RetractPost, now: int) -> Answer:
    if command.undo and (now > post.published_at + UNDO + GRACE or post.revision > 1):
        return Refusal("undo_too_late")
    if not command.undo and not is_seen(command.note):
        return Refusal("note_missing")
    retracted = c.PostRetracted(command.post, command.note.strip(), undo=command.undo)
    answered = alarms.answering(story.upstream, command.post, "retracted")
    return too_long(note=command.note) or [retracted, *answered]


def _dropped(story: Story, draft: str | None, post: int | None = None) -> list[c.AnyChange]:
    return [c.DraftDropped(draft, post)] if draft is not None and draft in story.drafts else []


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
