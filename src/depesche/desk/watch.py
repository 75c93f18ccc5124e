"""The watch: a copy that a wire corrects or kills raises the alarm in every story with posts that came from it.

In: copy as it was kept, and posts as they are published. Out: RaiseAlarm commands, asked by the desk itself in the same
call, so that no alarm waits for anybody. A process that dies in between raises them at its next start. Never: an
alarm for words that stayed the same, or two for one version.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection

from depesche.desk.access import SYSTEM, Actor
from depesche.desk.desk import Desk, Done
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.journal.views import CopyView
from depesche.render.markdown import plain
from depesche.words.alarms import Affected, CopyUsed
from depesche.words.commands import RaiseAlarm
from depesche.words.copy import Copy
from depesche.words.passages import Passages, same_words

log = logging.getLogger(__name__)

MOST_POSTS = 2_000
"""Posts of a story, the newest, whose words are compared with a copy: a day of the busiest story, a second's work."""
PAGE = 200
"""Posts read at once."""
_WATCH = Actor(id=SYSTEM, name="Depesche", role="editor")
_NAMES = uuid.UUID("7d1c1a52-0f5e-4c0b-8c57-9f0f3a9f5b60")
"""The name space of the watch's command ids, so that raising an alarm twice is the same command."""


class Watch:
    """Looks upstream. All of it blocks: call it in a thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def sound(self, copy: Copy) -> None:
        """Raise the alarm for this version of a copy, if it is the newest and says something else than those before."""
        with self._desk.journal.reading() as connection:
            versions = views.versions(connection, copy.id)
            older = [view for view in versions if view.copy.version < copy.version]
            if not older or versions[-1].copy.version > copy.version:
                return
            takers = {*views.takers(connection, copy.id)}
            # words wander from one story to another by the clipboard, so every running one is looked at
            running = {story.id for story in views.stories(connection, desk=True) if story.state == "open"}
            stories = {each.story for each in views.users(connection, copy.id)} | takers | running
            commands = [(story, self._command(connection, story, copy, older)) for story in sorted(stories)]
        for story, command in commands:
            if command.posts or story in takers:
                self._raise(story, command)

    def noticed(self, done: Done) -> None:
        """Raise the alarm where a post was published from a version that a newer one has overtaken already."""
        for entry in done.entries:
            if isinstance(entry.change, CopyUsed):
                for ref in entry.change.copies:
                    self._compare(done.story, entry.change.post, ref.copy, ref.version)

    def catch_up(self) -> None:
        """Raise what a process that died had left silent."""
        with self._desk.journal.reading() as connection:
            newest = [views.copy(connection, each) for each in views.overtaken(connection)]
        for view in newest:
            if view is not None:
                self.sound(view.copy)

    def _compare(self, story: str, post: int, copy: str, version: int) -> None:
        with self._desk.journal.reading() as connection:
            newest, used = views.copy(connection, copy), views.copy(connection, copy, version)
        if newest is None or newest.copy.version <= version:
            return
        if used is None or _differs(newest.copy, used.copy):
            posts = (Affected(post, version),)
            self._raise(story, RaiseAlarm(copy, newest.copy.version, newest.copy.canceled, posts))

    def _command(self, c: Connection, story: str, copy: Copy, older: Sequence[CopyView]) -> RaiseAlarm:
        texts = {view.copy.version: Passages(view.copy.text) for view in older if _differs(copy, view.copy)}
        since = min(view.at for view in older)
        adopted = {each.post: each.version for each in views.users(c, copy.id) if each.story == story}
        affected = [
            Affected(post, version, "adopted", _statements(c, story, post, texts.get(version)))
            for post, version in adopted.items()
            if version in texts
        ]
        for view in _posts(c, story, since):
            if view.number in adopted or view.text is None:
                continue
            words = f"{view.text.title}\n{plain(view.text.body)}"
            met = [version for version, passages in texts.items() if passages.meets(words)]
            if met:
                said = _statements(c, story, view.number, texts[met[-1]])
                affected.append(Affected(view.number, met[-1], "words", said))
        return RaiseAlarm(copy.id, copy.version, copy.canceled, tuple(sorted(affected, key=lambda each: each.post)))

    def _raise(self, story: str, command: RaiseAlarm) -> None:
        """Ask the desk; what can't be written now is raised at the next start, and the copy is kept all the same."""
        said = f"{story}:{msgspec.json.encode(command).decode()}"
        try:
            self._desk.handle(command, _WATCH, story=story, command_id=str(uuid.uuid5(_NAMES, said)))
        except JournalError as error:
            log.error("the alarm of copy %s in story %s wasn't raised: %s", command.copy, story, error)


def _differs(new: Copy, old: Copy) -> bool:
    """True for a kill, and for other words; a wire that only sets a comma is no alarm."""
    if new.canceled != old.canceled:
        return True
    return not (same_words(new.text, old.text) and same_words(new.title, old.title))


def _posts(c: Connection, story: str, since: int) -> list[views.PostView]:
    """The newest posts that readers see and that came out after the copy came in."""
    found: list[views.PostView] = []
    before: int | None = None
    while len(found) < MOST_POSTS:
        page = views.posts(c, story, before=before, limit=PAGE)
        fresh = [view for view in page if view.published_at >= since]
        found += fresh
        if len(fresh) < PAGE:
            break
        before = page[-1].number
    return [view for view in found if view.state == "published"]


def _statements(c: Connection, story: str, post: int, passages: Passages | None) -> tuple[int, ...]:
    """The statements of a post whose words stood in the copy, all of them where none can be told apart."""
    found = [(each.number, each.recorded) for each in views.statements(c, story, post=post, limit=500)]
    met = [number for number, said in found if passages is None or passages.meets(f"{said.words} {said.after}")]
    return tuple(sorted(met or [number for number, _ in found]))
