"""A small newsroom over a real journal, and a reader's page that lives on deltas.

In: commands. Out: what readers get of them. The page knows nothing but what it was told, as a browser's does.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from depesche.bus.base import Bus
from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.journal import views
from depesche.journal.log import Journal
from depesche.live.changes import changes, frames
from depesche.words import commands
from depesche.words.changes import PostText
from depesche.words.commands import AnyCommand

CHIEF = Actor(id="c" * 8, name="Chefin", role="chief")
POLL = 5


class Newsroom:
    """One journal, one desk, and as many stories as are opened."""

    def __init__(self, folder: Path, bus: Bus | None = None) -> None:
        self.journal = Journal.open(f"sqlite:///{folder / 'depesche.db'}")
        self.bus = bus or MemoryBus()
        self.desk = Desk(self.journal, self.bus)
        self.story = ""

    def close(self) -> None:
        self.desk.close()
        self.journal.close()

    def open(self, slug: str = "kursk") -> str:
        """Open a story, which the other methods then speak of."""
        self.story = ""
        self.story = self.do(commands.OpenStory(slug, slug.title())).story
        return self.story

    def ask(self, command: AnyCommand) -> Outcome:
        return self.desk.handle(command, CHIEF, story=self.story, command_id=str(uuid.uuid4()))

    def do(self, command: AnyCommand) -> Done:
        """Carry out what can't be refused."""
        outcome = self.ask(command)
        assert isinstance(outcome, Done), outcome
        return outcome

    def publish(self, body: str = "Die Lage ist unklar.") -> Done:
        return self.do(commands.PublishPost(PostText(body)))

    def retract(self, post: int) -> Done:
        return self.do(commands.RetractPost(post, "Ein Irrtum."))

    @property
    def edition(self) -> int:
        return self.journal.heads()[self.story].edition

    def changes(self, after: int) -> dict[str, Any]:
        """What `/changes` says to a reader at this edition."""
        with self.journal.reading() as connection:
            story = views.story(connection, self.story)
            assert story is not None
            delta = changes(connection, story, after, poll=POLL)
        made: dict[str, Any] = json.loads(msgspec.json.encode(delta))
        return made

    def stream(self, after: int, longest: int | None = None) -> list[dict[str, Any]]:
        """What a stream replays to a reader at this edition."""
        with self.journal.reading() as connection:
            story = views.story(connection, self.story)
            assert story is not None
            return deltas(frames(connection, story, after, longest=longest))


def deltas(stream: bytes) -> list[dict[str, Any]]:
    """The deltas in the bytes of a stream, each checked for its form."""
    made = []
    for block in filter(None, stream.decode().split("\n\n")):
        number, event, data = block.split("\n")
        assert event == "event: change"
        delta = json.loads(data.removeprefix("data: "))
        assert number == f"id: {delta['edition']}"
        made.append(delta)
    return made


class Page:
    """What a reader sees: the newest state of each object that the page was told of."""

    def __init__(self) -> None:
        self.edition = 0
        self.shows: dict[str, dict[str, Any]] = {}
        self.resets = 0

    def take(self, delta: dict[str, Any], fresh: Page | None = None) -> None:
        """Apply a delta; where it says so, become a page that was fetched just now."""
        if delta.get("reset"):
            assert fresh is not None
            self.edition, self.shows, self.resets = fresh.edition, dict(fresh.shows), self.resets + 1
            return
        editions = [change["edition"] for change in delta["changes"]]
        assert editions == sorted(editions)
        for change in delta["changes"]:
            assert change["edition"] > self.edition
            if "html" not in change:  # without words: a page that shows it fetches it
                continue
            # an address that a story had leads to the one it has: links that were made before may stay as they are
            shown = {**change, "html": re.sub(r"/(kursk|anders)-\d+/", "/{slug}/", change["html"])}
            self.shows[_name(change)] = {key: value for key, value in shown.items() if key != "edition"}
        names = [_name(change) for change in delta["changes"]]
        assert len(set(names)) == len(names), "an object came twice"
        self.edition = delta["edition"]

    def catch_up(self, newsroom: Newsroom, fresh: Page | None = None) -> Page:
        """Ask for changes until there are none."""
        more = True
        while more:
            delta = newsroom.changes(self.edition)
            assert len(delta["changes"]) <= 50
            self.take(delta, fresh)
            more = delta.get("more", False)
        return self

    def hear(self, stream: Iterable[dict[str, Any]], fresh: Page | None = None) -> Page:
        """Take what a stream brought."""
        for delta in stream:
            self.take(delta, fresh)
        return self


def _name(change: dict[str, Any]) -> str:
    return f"post:{change['post']}" if change["kind"] in ("put", "tombstone") else str(change["kind"])
