"""Who said what in a post: read after it was published, recorded by the desk itself, never in the way of publishing.

In: posts that were published or corrected. Out: RecordStatements commands. Numbers of statements survive a correction
as words/anchors.py says; a post that fails to be read is left unread.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
import uuid
import zoneinfo
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from depesche.desk.access import SYSTEM, Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.plugins import Reader
from depesche.render.markdown import plain
from depesche.words.anchors import anchored, says_else
from depesche.words.book import HAND
from depesche.words.changes import PostCorrected, PostPublished, PostText
from depesche.words.commands import RecordStatements
from depesche.words.copy import Hop, Spans, Statement
from depesche.words.ledger import RecordedStatement

log = logging.getLogger(__name__)

CONTEXT = 32
"""Characters kept on both sides of a statement to find it again after a correction."""
LULL, LONGEST = 0.03, 1.0
"""Seconds: so long must the desk have been quiet before statements are written, and so long do they wait for that."""
FRESH = 0.1
"""Seconds after publishing in which nobody has written down a statement of the post by hand, unless this process was
asked to, as a program may do at once. If it is corrected or taken back meanwhile, the desk refuses what was found."""
AT_ONCE = 16
"""Posts whose statements are written together: some 10 ms, if an editor comes just then."""
PAUSES = (1.0, 5.0, 30.0, 120.0)
"""Seconds between tries while the journal can't be written; a post that is left unread is read at the next start."""
_RECORDER = Actor(id=SYSTEM, name="Depesche", role="editor")
_NAMES = uuid.UUID("2c4dd17b-3d32-4d57-8e6c-65d7c5d7f3c1")
"""The name space of the recorder's command ids, so that recording a revision twice is the same command."""


class Told(Struct, frozen=True):
    """What a post says, and what is recorded of it."""

    revision: int
    text: PostText
    shown_at: int
    before: Sequence[RecordedStatement] = ()


class Unread(Struct, frozen=True):
    """A post to be read; of one that was published just now (`at`, seconds, monotonic) what was written is known."""

    story: str
    post: int
    new: PostPublished | None = None
    at: float = 0.0

    def fresh(self, asked_at: float) -> Told | None:
        """What a new post says, without asking the journal; None when it isn't so new any more, or somebody asked the
        desk for something since.
        """
        if self.new is None or asked_at > self.at or time.monotonic() - self.at > FRESH:
            return None
        return Told(1, self.new.text, self.new.shown_at)


class Recorder:
    """Reads posts in the background, one after the other, and gives way to editors, while `run` runs."""

    def __init__(self, desk: Desk, reader: Reader, *, pauses: Sequence[float] = PAUSES) -> None:
        self._desk = desk
        self._pauses = pauses
        self._reader = reader
        self._waiting: asyncio.Queue[Unread] = asyncio.Queue()
        self._stories: dict[str, tuple[str, str]] = {}
        self._reading = asyncio.Semaphore(1)

    async def run(self) -> None:
        """Record what is published from now on, and what a process that died had left unread; until cancelled."""
        loop = asyncio.get_running_loop()

        def note(done: Done) -> None:
            for unread in _texts(done):
                loop.call_soon_threadsafe(self._waiting.put_nowait, unread)

        self._desk.after.append(note)
        try:
            for unread in await asyncio.to_thread(self._left_over):
                self._waiting.put_nowait(unread)
            while True:
                posts = [await self._waiting.get()]
                await asyncio.sleep(LULL)  # the post itself goes to its readers first
                while len(posts) < AT_ONCE and not self._waiting.empty():
                    posts.append(self._waiting.get_nowait())
                await asyncio.gather(*(self._record(each) for each in dict.fromkeys(posts)))
                for _ in posts:
                    self._waiting.task_done()
        finally:
            self._desk.after.remove(note)

    async def settled(self) -> None:
        """Wait until everything published so far has been read."""
        await self._waiting.join()

    async def _record(self, unread: Unread) -> None:
        """Read one post; when the journal is busy or full, again after each of the pauses."""
        for pause in (*self._pauses, 0.0):
            call = asyncio.ensure_future(self._try(unread))
            try:
                await asyncio.wait({call})  # a reader may be anybody's, and raise anything
            finally:
                call.cancel()
            error = None if call.cancelled() else call.exception()
            if error is None:
                return
            if not (isinstance(error, JournalError) and error.retry):
                break
            await asyncio.sleep(pause)
        what = type(error).__name__
        log.error("post %s of story %s was not read: %s: %s", unread.post, unread.story, what, error)

    async def _try(self, unread: Unread) -> None:
        async with self._reading:
            command = await asyncio.to_thread(self._statements, unread)
        if command:
            await self._lull()
            await self._desk.ask(command, _RECORDER, story=unread.story, command_id=_id(unread.story, command))

    async def _lull(self) -> None:
        """Give way: wait until no editor has asked anything for a moment. What waits is then written together."""
        end = time.monotonic() + LONGEST
        while (now := time.monotonic()) < min(end, self._desk.asked_at + LULL):
            await asyncio.sleep(self._desk.asked_at + LULL - now)

    def record(self, story: str, post: int) -> Outcome | None:
        """Read one post and record its statements, here and now; None when there is nothing to record."""
        command = self.statements(story, post)
        if command is None:
            return None
        return self._desk.handle(command, _RECORDER, story=story, command_id=_id(story, command))

    def statements(self, story: str, post: int) -> RecordStatements | None:
        """The command that records what this post says now; None when there is nothing to record."""
        return self._statements(Unread(story, post))

    def _statements(self, unread: Unread) -> RecordStatements | None:
        """The command that records what this post says; None when it has no text (any more), or a new one says nothing:
        asking the desk would take half a millisecond, and it would write nothing.
        """
        told = unread.fresh(self._desk.asked_at) or self._looked_up(unread)
        if told is None:
            return None
        language, zone = self._story(unread.story)
        text = plain(told.text.body)
        day = dt.datetime.fromtimestamp(told.shown_at / 1e6, tz=zoneinfo.ZoneInfo(zone)).date()
        reading = self._reader.read(text, language=told.text.language or language, published=day, title=told.text.title)
        if told.revision == 1 and not (reading.statements or told.before):
            return None
        found = [recorded(text, each) for each in reading.statements]
        now, old = numbered(text, found, told.before), {each.number: each for each in told.before}
        changed = (each.number for each in now if each.number in old and says_else(each, old[each.number]))
        return RecordStatements(unread.post, told.revision, tuple(now), tuple(changed))

    def _looked_up(self, unread: Unread) -> Told | None:
        with self._desk.journal.reading() as connection:
            view = views.post(connection, unread.story, unread.post)
            recorded = views.statements(connection, unread.story, post=unread.post, limit=1000)
        if view is None or view.text is None:
            return None
        return Told(view.revision, view.text, view.shown_at, [each.recorded for each in recorded])

    def _story(self, story: str) -> tuple[str, str]:
        """Language and zone of the story, which it keeps for ever."""
        if story not in self._stories:
            with self._desk.journal.reading() as connection:
                about = views.story(connection, story)
            if about is None:
                return "", "UTC"
            self._stories[story] = about.language, about.zone
        return self._stories[story]

    def _left_over(self) -> list[Unread]:
        """The newest posts of open stories whose current revision nobody read; bounded, since it runs at start."""
        left = []
        with self._desk.journal.reading() as connection:
            for story in views.stories(connection):
                if story.state != "open":
                    continue
                for post in views.posts(connection, story.id, limit=20):
                    read = views.statements(connection, story.id, post=post.number, limit=1)
                    if post.text and (not read or read[0].revision != post.revision):
                        left.append(Unread(story.id, post.number))
        return left


def numbered(
    text: str, found: Sequence[RecordedStatement], before: Sequence[RecordedStatement]
) -> list[RecordedStatement]:
    """What was found, with the numbers of earlier statements, and what an editor wrote down, as long as its words stand
    in the text: nobody reads over that.
    """
    hand = [_moved(text, each) for each in before if each.statement.rule == HAND and each.words in text]
    kept, taken = {each.number for each in hand}, {(each.words, each.statement.spans[0][0]) for each in hand}
    read = [each for each in found if (each.words, each.statement.spans[0][0]) not in taken]
    numbered = anchored(read, [each for each in before if each.number not in kept])
    return sorted([*numbered, *hand], key=lambda each: each.statement.spans)


def _moved(text: str, written: RecordedStatement) -> RecordedStatement:
    """A statement written by hand, where its words stand now; if they stand twice, between what stood around them."""
    at = text.find(written.before + written.words + written.after)
    first = at + len(written.before) if at >= 0 else text.index(written.words)
    last = first + len(written.words)
    chain = tuple(Hop((), hop.name) for hop in written.statement.chain)
    statement = replace(written.statement, spans=((first, last),), speaker=(), cue=(), addressee=(), chain=chain)
    before, after = text[max(0, first - CONTEXT) : first], text[last : last + CONTEXT]
    return replace(written, statement=statement, before=before, after=after)


def recorded(text: str, statement: Statement) -> RecordedStatement:
    """A statement with its words and what stands around them, not numbered yet."""
    first, last = statement.spans[0][0], statement.spans[-1][1]
    return RecordedStatement(
        number=0,
        statement=statement,
        words=_words(text, statement.spans),
        speaker=_words(text, statement.speaker),
        before=text[max(0, first - CONTEXT) : first],
        after=text[last : last + CONTEXT],
    )


def _words(text: str, spans: Spans) -> str:
    return " … ".join(text[start:end] for start, end in spans)


def _texts(done: Done) -> Iterator[Unread]:
    for entry in done.entries:
        match entry.change:
            case PostPublished(post=post) as new:
                yield Unread(done.story, post, new, time.monotonic())
            case PostCorrected(post=post):
                yield Unread(done.story, post)


def _id(story: str, command: RecordStatements) -> str:
    return str(uuid.uuid5(_NAMES, f"{story}:{msgspec.json.encode(command).decode()}"))
