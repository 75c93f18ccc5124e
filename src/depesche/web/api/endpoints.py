"""What can be asked of the API, one function each; __init__.py lists them with their paths.

In: an Asked, typed. Out: answers of telling.py. Each writes through the desk alone, so that a program may do no more
than the person whose token it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.access import Actor
from depesche.journal import views
from depesche.web import asof
from depesche.web.api import forms, telling
from depesche.web.api.asking import command_id, expected, house_of, json_body, number
from depesche.web.edge import allow
from depesche.web.house import House
from depesche.web.problems import Problem, refused
from depesche.web.session import queued
from depesche.words.alarms import CopyRef
from depesche.words.changes import Media, PostText, SummaryLine
from depesche.words.commands import (
    AmendStory,
    AnyCommand,
    CloseStory,
    CorrectPost,
    Expunge,
    OpenStory,
    PinPost,
    PublishPost,
    Refusal,
    ReopenStory,
    RetractPost,
    SetSummary,
    UnpinPost,
)
from depesche.words.copy import Copy

MOST_ENTRIES = 1_000
"""Entries in one answer: some 2 MB of ordinary posts."""
MOST_POSTS = 100
SHOWN, BEHIND = ("before", "limit", "asof"), ("after", "limit")
"""What the query of a story, and of its entries, may say."""
BESIDE = ("title", "uri", "source", "language", "version", "canceled")
"""What the query of copy can say, because plain text can't: with the `uri` of an earlier one, a higher `version`
corrects it, and `canceled=true` takes it back."""
MOST_NUMBER = 2**31 - 1
"""Of a post; databases take no larger numbers in all their columns."""

_COPY = re.compile(r"|text/[^/]+|application/(?:[^/]+[+.-])?(?:json|xml)|application/octet-stream")
_T = TypeVar("_T", bound=Struct)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose sender is known; `actor` is None without a token, where that is allowed.

    `known` is the id and the slug of the story in the path, for whoever has a token.
    """

    request: Request
    actor: Actor | None
    known: tuple[str, str] | None

    @property
    def house(self) -> House:
        """The house."""
        return house_of(self.request)

    @property
    def desk(self) -> bool:
        """True when the desk's side may be shown; a moment of the past is shown as readers saw it."""
        return self.actor is not None and asof.PARAMETER not in self.request.query_params

    @property
    def post(self) -> int:
        """The number of the post in the path. Raises Problem for a number that no post ever has."""
        value: int = self.request.path_params["post"]
        if value > MOST_NUMBER:
            raise refused(Refusal("post_missing", {"post": MOST_NUMBER}))
        return value

    async def body(self, kind: type[_T]) -> _T:
        """The JSON in the body."""
        return await json_body(self.request, kind)

    @contextmanager
    def shown(self) -> Iterator[tuple[Connection, views.StoryView]]:
        """The story in the path and what has it: as of a moment (`asof`) as readers saw it, else now. Blocks.

        Raises Problem 404 and what web.asof raises.
        """
        at, journal = asof.asked(self.request), self.house.journal
        with journal.reading() as connection:
            about = _story(connection, self.request.path_params["slug"], desk=self.desk and at is None)
            if about is None:
                raise refused(Refusal("story_missing"))
            if at is None:
                yield connection, about
            else:
                with asof.Past.of(journal).reading(connection, about, at) as (past, then, _):
                    yield past, then

    async def story(self) -> views.StoryView:
        """The story in the path, by its slug or a former one. Raises Problem 404."""
        found = await run_in_threadpool(self._find)
        if found is None:
            raise refused(Refusal("story_missing"))
        return found

    async def ask(self, command: AnyCommand, story: str, slug: str, status: int = 200) -> Response:
        """Have the desk carry a command out, with the headers' id and expectation."""
        assert self.actor is not None  # noqa: S101 - an endpoint without a token asks nothing of the desk
        result = await self.house.desk.ask(
            command, self.actor, story=story, command_id=command_id(self.request), expect=expected(self.request)
        )
        return telling.outcome(self.request, slug, result, status)

    async def ask_here(self, command: AnyCommand, status: int = 200) -> Response:
        """The same, in the story of the path. Raises Problem 404."""
        if self.known is None:
            raise refused(Refusal("story_missing"))
        return await self.ask(command, *self.known, status)

    def _find(self) -> views.StoryView | None:
        with self.house.journal.reading() as connection:
            return _story(connection, self.request.path_params["slug"], desk=self.desk)


def _story(connection: Connection, slug: str, *, desk: bool) -> views.StoryView | None:
    known = views.slug(connection, slug)
    return views.story(connection, known[0], desk=desk) if known else None


async def list_stories(asked: Asked) -> Response:
    """All stories, newest first."""

    def read() -> list[views.StoryView]:
        with asked.house.journal.reading() as connection:
            return views.stories(connection, desk=asked.desk)

    found = await run_in_threadpool(read)
    told = tuple(telling.story(asked.request, each, desk=asked.desk) for each in found)
    return telling.answer(forms.StoriesAnswer(stories=told))


async def open_story(asked: Asked) -> Response:
    """Open a story."""
    new = await asked.body(forms.NewStory)
    settings = asked.house.settings
    command = OpenStory(
        new.slug, new.title, new.language or settings.language, new.zone or settings.zone, lead=new.lead
    )
    return await asked.ask(command, "", new.slug, 201)


async def show_story(asked: Asked) -> Response:
    """A story with its newest posts, or as of a moment; with a token as the desk sees it, retracted words included."""
    before = number(asked.request, "before", least=1)
    limit = number(asked.request, "limit", least=1, most=MOST_POSTS, default=asked.house.settings.page_size) or 1

    def read() -> tuple[views.StoryView, list[views.PostView]]:
        with asked.shown() as (connection, about):
            return about, views.posts(connection, about.id, before=before, limit=limit, desk=asked.desk)

    about, posts = await run_in_threadpool(read)
    more: dict[str, Any] = {"before": posts[-1].number} if posts and posts[-1].number > 1 else {}
    told = tuple(telling.post(asked.request, about, each, desk=asked.desk) for each in posts)
    headers = {"etag": f'"{about.seq}"'} if asked.desk else {}
    value = forms.OneStoryAnswer(story=telling.story(asked.request, about, desk=asked.desk), posts=told, **more)
    return telling.answer(value, headers=headers)


async def amend_story(asked: Asked) -> Response:
    """Change slug, title and lead; the old address redirects."""
    new = await asked.body(forms.AmendedStory)
    about = await asked.story()
    return await asked.ask(AmendStory(new.slug, new.title, new.lead), about.id, new.slug)


async def close_story(asked: Asked) -> Response:
    """End the coverage."""
    return await asked.ask_here(CloseStory())


async def reopen_story(asked: Asked) -> Response:
    """Go on with it."""
    return await asked.ask_here(ReopenStory())


async def take_copy(asked: Asked) -> Response:
    """Keep copy for this story and read it. The body is text, HTML, ninjs, NewsML-G2, RSS or Atom, as it is."""
    assert asked.actor is not None  # noqa: S101 - the list in __init__.py asks for a token
    request, house = asked.request, asked.house
    about = await asked.story()
    allow(request, house.settings.max_copy)
    media_type, charset = _said_of(request)
    data = await request.body()
    arrival = await queued(
        request,
        "copy",
        house.intake.receive,
        data,
        actor=asked.actor,
        story=about.id,
        media_type=media_type,
        charset=charset,
        given=_said_beside(request),
    )
    if isinstance(arrival, Refusal):
        raise refused(arrival)
    told = tuple(
        forms.CopyAnswer(
            id=copy.id,
            version=copy.version,
            wire=copy.wire,
            text=copy.text,
            reading=reading,
            title=copy.title,
            uri=copy.uri,
            published=None if copy.published is None else telling.moment(copy.published),
            canceled=copy.canceled,
            notes=copy.notes,
        )
        for copy, reading in zip(arrival.copies, arrival.readings, strict=True)
    )
    return telling.answer(forms.ArrivalAnswer(copies=told), 201)


def _said_of(request: Request) -> tuple[str, str]:
    """Media type and charset of the body. Raises Problem 415 for what can't be copy."""
    said, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = said.strip().lower()
    if not _COPY.fullmatch(media_type):
        detail = f"Copy is text, JSON or XML, not {media_type[:80]}: send it with Content-Type: text/plain or its own."
        raise Problem(415, "media_type", detail, headers={"accept-post": "text/*, application/json, application/xml"})
    charset = next((part.partition("=")[2] for part in parameters.split(";") if "charset=" in part.lower()), "")
    return media_type, charset.strip()


def _said_beside(request: Request) -> Copy | None:
    title, uri, source, language = (request.query_params.get(name, "") for name in BESIDE[:4])
    version = number(request, "version", least=1, most=MOST_NUMBER) or 0
    canceled = request.query_params.get("canceled", "false")
    if canceled not in ("true", "false"):
        raise Problem(400, "query_invalid", "canceled takes true or false.")
    nothing = Copy(id="", wire="", text="")
    said = replace(nothing, title=title, uri=uri, source=source, language=language)
    said = replace(said, version=version or 1, numbered=version, canceled=canceled == "true")
    return None if said == nothing else said


async def publish(asked: Asked) -> Response:
    """Publish a post."""
    new = await asked.body(forms.NewPost)
    text = await _text(asked.house, new)
    came = refs(new.copies)
    return await asked.ask_here(PublishPost(text, telling.microseconds(new.shown_at), new.draft, came), 201)


async def show_post(asked: Asked) -> Response:
    """One post."""

    def read() -> tuple[views.StoryView, views.PostView | None]:
        with asked.shown() as (connection, about):
            return about, views.post(connection, about.id, asked.post, desk=asked.desk)

    about, view = await run_in_threadpool(read)
    if view is None:
        raise refused(Refusal("post_missing", {"post": asked.post}))
    headers = {"etag": f'"{view.seq}"'} if asked.desk else {}
    return telling.answer(telling.post(asked.request, about, view, desk=asked.desk), headers=headers)


async def correct(asked: Asked) -> Response:
    """Give a post a new text, openly."""
    new = await asked.body(forms.NewText)
    text = await _text(asked.house, new)
    shown_at = telling.microseconds(new.shown_at)
    answers = None if new.answers is None else refs(new.answers)
    command = CorrectPost(asked.post, text, new.correction, new.note, shown_at, new.draft, refs(new.copies), answers)
    return await asked.ask_here(command)


async def retract(asked: Asked) -> Response:
    """Take a post back."""
    new = await asked.body(forms.Retraction)
    return await asked.ask_here(RetractPost(asked.post, new.note, new.undo))


async def expunge(asked: Asked) -> Response:
    """Erase a post, or an earlier revision of it, for good: a court's order."""
    new, house = await asked.body(forms.Expunging), asked.house
    story, _ = asked.known or ("", "")
    pictures = await run_in_threadpool(house.media.of_post, story, asked.post)
    answer = await asked.ask_here(Expunge(asked.post, new.reason, new.revision))
    for picture in pictures:  # those that nothing uses any more
        await run_in_threadpool(house.media.sweep, picture)
    return answer


async def pin(asked: Asked) -> Response:
    """Put a post on top."""
    return await asked.ask_here(PinPost(asked.post))


async def unpin(asked: Asked) -> Response:
    """Take it off the top."""
    return await asked.ask_here(UnpinPost(asked.post))


async def set_summary(asked: Asked) -> Response:
    """Set the card on top."""
    new = await asked.body(forms.Summary)
    return await asked.ask_here(SetSummary(tuple(SummaryLine(line.text, line.posts) for line in new.lines)))


async def list_entries(asked: Asked) -> Response:
    """The story's journal after a seq, as the desk has it."""
    after = number(asked.request, "after", default=0) or 0
    limit = number(asked.request, "limit", least=1, most=MOST_ENTRIES, default=MOST_ENTRIES) or 1
    about = await asked.story()
    found = await run_in_threadpool(asked.house.journal.entries, about.id, after, limit + 1)
    told = tuple(telling.entry(each) for each in found[:limit])
    return telling.answer(forms.EntriesAnswer(entries=told, more=len(found) > limit))


def refs(copies: Iterable[forms.CopySaid]) -> tuple[CopyRef, ...]:
    """Versions of copy, as the desk takes them."""
    return tuple(CopyRef(each.id, each.version) for each in copies)


async def _text(house: House, new: forms.NewPost) -> PostText:
    """The text with the sizes of its pictures. Raises Problem for a picture that isn't here."""
    media = await run_in_threadpool(_pictures, house, new) if new.media else ()
    return PostText(new.body, new.title, new.byline, new.sources, new.language, new.key, media)


def _pictures(house: House, new: forms.NewPost) -> tuple[Media, ...]:
    media = []
    for each in new.media:
        kept = house.media.find(each.id)
        if kept is None:
            raise refused(Refusal("media_unknown", {"media": each.id[:12]}))
        media.append(Media(each.id, kept.width, kept.height, each.alt, each.credit, each.rights, each.caption))
    return tuple(media)
