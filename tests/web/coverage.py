"""A coverage to test with: a desk with a clock of its own, and a story to write in it, all through the desk.

In: a journal. Out: what an editor would have done, a minute apart, so that pages can be compared letter by letter.
"""

from __future__ import annotations

import datetime as dt
import uuid

from depesche.bus.base import Bus
from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done
from depesche.journal.log import Journal
from depesche.words.changes import Correction, Media, PostText, SummaryLine
from depesche.words.commands import (
    AmendStory,
    AnyCommand,
    CloseStory,
    CorrectPost,
    Expunge,
    OpenStory,
    PinPost,
    PublishPost,
    RecordStatements,
    RetractPost,
    SetSummary,
    UnpinPost,
)
from depesche.words.copy import Statement
from depesche.words.ledger import RecordedStatement

CHIEF = Actor(id="00000000-0000-4000-8000-000000000001", name="Chefin", role="chief")
NOON = int(dt.datetime(2025, 4, 28, 10, 0, tzinfo=dt.UTC).timestamp()) * 1_000_000
"""Monday, 28 April 2025, 12:00 in Berlin."""
MINUTE = 60_000_000


class Coverage:
    """One story, and the commands on it. The clock goes on by a minute with each command."""

    def __init__(self, journal: Journal, *, bus: Bus | None = None, at: int | None = NOON) -> None:
        self.journal = journal
        self.at = at
        self.desk = Desk(journal, bus or MemoryBus(), clock=self._clock) if at else Desk(journal, bus or MemoryBus())
        self.story = ""
        self.slug = ""

    def _clock(self) -> int:
        assert self.at is not None
        return self.at

    def do(self, command: AnyCommand) -> Done:
        """Carry it out; it must work."""
        if self.at is not None:
            self.at += MINUTE
        done = self.desk.handle(command, CHIEF, story=self.story, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done
        return done

    def open(
        self,
        slug: str = "kursk",
        title: str = "Nordkoreanische Truppen in Kursk",
        *,
        lead: str = "",
        language: str = "de",
    ) -> str:
        """Open a story and go on with it; gives its id."""
        self.story, self.slug = "", slug
        self.story = self.do(OpenStory(slug, title, language, "Europe/Berlin", lead)).story
        return self.story

    def post(self, body: str, title: str = "", *, key: bool = False, sources: str = "", byline: str = "") -> int:
        """Publish; gives the number."""
        text = PostText(body, title=title, key=key, sources=sources, byline=byline)
        return int(self.do(PublishPost(text)).entries[0].object.removeprefix("post:"))

    def picture(self, body: str, *media: Media) -> int:
        """Publish with pictures."""
        return int(self.do(PublishPost(PostText(body, media=media))).entries[0].object.removeprefix("post:"))

    def correct(
        self,
        post: int,
        body: str,
        note: str = "",
        kind: Correction = "correction",
        *,
        title: str = "",
        key: bool = False,
    ) -> None:
        """Give a post another text."""
        self.do(CorrectPost(post, PostText(body, title=title, key=key), kind, note))

    def retract(self, post: int, note: str = "Das stimmt nicht.", *, undo: bool = False) -> None:
        """Take a post back."""
        self.do(RetractPost(post, "" if undo else note, undo))

    def expunge(self, post: int) -> None:
        """Erase a post."""
        self.do(Expunge(post, "Beschluss"))

    def pin(self, post: int) -> None:
        """Pin a post."""
        self.do(PinPost(post))

    def unpin(self, post: int) -> None:
        """Unpin it."""
        self.do(UnpinPost(post))

    def summary(self, *lines: tuple[str, tuple[int, ...]]) -> None:
        """Set the card."""
        self.do(SetSummary(tuple(SummaryLine(text, posts) for text, posts in lines)))

    def said(self, post: int, *statements: RecordedStatement, revision: int = 1) -> None:
        """Record who says what in a post."""
        self.do(RecordStatements(post, revision, statements))

    def amend(self, slug: str, title: str, lead: str = "") -> None:
        """Change the story's address, title, lead."""
        self.slug = slug
        self.do(AmendStory(slug, title, lead))

    def close(self) -> None:
        """End the coverage."""
        self.do(CloseStory())


def statement(words: str, name: str, *, sure: bool = True, direct: bool = False) -> RecordedStatement:
    """What a reader of copy would have found."""
    found = Statement(
        form="Direct" if direct else "Indirect",
        spans=((0, len(words)),),
        name=name,
        act="estimate" if "etwa" in words else "assert",
        confidence=0.95 if sure else 0.5,
    )
    return RecordedStatement(0, found, words, speaker=name)
