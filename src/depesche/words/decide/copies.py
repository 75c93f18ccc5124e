"""What is decided of copy: kept, taken by a story, used by its posts; and of alarms when its wire changes its mind.

In: the fold and a command, or the copy that a post came from. Out: changes or a refusal; the rules of alarms stand in
alarms.py. Never: a word of copy.
"""

from __future__ import annotations

from depesche.words import alarms
from depesche.words import commands as q
from depesche.words.alarms import AlarmDismissed, AlarmReopened, CopyRef
from depesche.words.changes import AnyChange, CopyReceived, CopyTaken
from depesche.words.commands import Answer, Refusal
from depesche.words.decide.limits import MOST_VERSION, too_long
from depesche.words.story import Story
from depesche.words.text import is_seen


def decide(story: Story, command: q.CopyCommand) -> Answer:
    """What changes about the copy that a story, or the stream "wire", has."""
    if isinstance(command, q.ReceiveCopy):
        return [CopyReceived(command.copy)] if story.state == "unopened" else Refusal("wrong_stream")
    taken, change = story.copies.get(command.copy, 0), CopyTaken(command.copy, command.version)
    if isinstance(command, q.TakeCopy):
        return Refusal("copy_taken") if taken >= command.version else [change]
    if not 1 <= command.version <= MOST_VERSION:
        return Refusal("copy_missing")
    published = {number for number, post in story.posts.items() if post.state == "published"}
    raised = alarms.raising(story.upstream, published, command.copy, command.version, command.killed, command.posts)
    return [*raised, *([change] if 0 < taken < command.version else [])]


def use(story: Story, post: int, revision: int, copies: tuple[CopyRef, ...]) -> list[AnyChange]:
    """What the post came from; the story uses that copy from now on."""
    taken = [CopyTaken(ref.copy, ref.version) for ref in copies if story.copies.get(ref.copy, 0) < ref.version]
    newest = {change.copy: change for change in sorted(taken, key=lambda change: change.version)}
    return [*newest.values(), *alarms.using(story.upstream, post, revision, copies)]


def settle(story: Story, command: q.AlarmCommand) -> Answer:
    """Dismiss an open alarm of a post, or take that back."""
    flag = story.upstream.flags.get(command.post, {}).get(command.copy)
    if isinstance(command, q.ReopenAlarm):
        if flag is None or flag.state != "dismissed":
            return Refusal("alarm_not_dismissed", {"post": command.post})
        return [AlarmReopened(command.post, command.copy, flag.version)]
    if flag is None or flag.state != "open":
        return Refusal("alarm_missing", {"post": command.post})
    if not is_seen(command.reason):
        return Refusal("alarm_reason_missing")
    refusal = too_long(reason=command.reason)
    return refusal or [AlarmDismissed(command.post, command.copy, flag.version, command.reason.strip())]
