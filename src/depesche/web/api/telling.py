"""From views and outcomes to what the API answers.

In: views of the journal, outcomes of the desk. Out: Structs of forms.py and responses. Never: a field of the desk in an
answer without a token.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from msgspec import UNSET, Struct
from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.desk import Conflict, Done, Outcome
from depesche.journal.views import PostView, StoryView
from depesche.web.api import forms
from depesche.web.api.asking import house_of
from depesche.web.problems import Problem, refused
from depesche.words.changes import Entry, PostCorrected, PostPublished
from depesche.words.commands import Refusal


def answer(value: Struct, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """JSON that no cache keeps."""
    more = {"cache-control": "no-store", "vary": "authorization", **(headers or {})}
    return Response(msgspec.json.encode(value), status, more, "application/json")


def moment(at: int) -> dt.datetime:
    """Microseconds UTC as a datetime."""
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at)


def microseconds(at: dt.datetime | None) -> int | None:
    """A datetime with an offset as microseconds UTC."""
    return None if at is None else (at - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)


def root(request: Request) -> str:
    """The public address with the base path."""
    settings = house_of(request).settings
    return settings.public_url or f"{request.url.scheme}://{request.url.netloc}{settings.base_path}"


def outcome(request: Request, slug: str, result: Outcome, status: int = 200) -> Response:
    """The answer to a command. Raises Problem for a refusal and 409 for a conflict."""
    match result:
        case Refusal():
            raise refused(result)
        case Conflict():
            what = result.object.replace(":", " ")
            raise Problem(
                409,
                "conflict",
                f"Somebody else changed {what} after seq {result.expect}. Look at the changes and ask again.",
                object=result.object,
                changes=[entry(each) for each in result.entries],
            )
        case Done():
            done = _done(request, slug, result)
            return answer(done, 200 if result.repeated else status, _location(request, done) if status == 201 else None)


def _done(request: Request, slug: str, done: Done) -> forms.DoneAnswer:
    page = f"{root(request)}/{slug}"
    given: dict[str, Any] = {"url": page}
    for each in done.entries:
        match each.change:
            case PostPublished(post=post):
                given |= {"post": post, "revision": 1, "url": f"{page}/p/{post}"}
            case PostCorrected(post=post, revision=revision):
                given |= {"post": post, "revision": revision, "url": f"{page}/p/{post}"}
    return forms.DoneAnswer(
        story=done.story, slug=slug, seq=done.seq, edition=done.edition, repeated=done.repeated, **given
    )


def _location(request: Request, done: forms.DoneAnswer) -> dict[str, str]:
    """Where the API has what was made."""
    made = f"{root(request)}/api/stories/{done.slug}"
    return {"location": made if done.post is UNSET else f"{made}/posts/{done.post}"}


def entry(each: Entry) -> forms.EntryAnswer:
    """An entry of the journal."""
    return forms.EntryAnswer(
        seq=each.seq,
        edition=each.edition,
        at=moment(each.at),
        actor=each.actor,
        kind=each.kind,
        object=each.object,
        change=None if each.change is None else msgspec.to_builtins(each.change),
        command=each.command,
    )


def story(request: Request, view: StoryView, *, desk: bool) -> forms.StoryAnswer:
    """A story."""
    return forms.StoryAnswer(
        id=view.id,
        slug=view.slug,
        title=view.title,
        lead=view.lead,
        language=view.language,
        zone=view.zone,
        state=view.state,
        url=f"{root(request)}/{view.slug}",
        edition=view.edition,
        posts=view.posts,
        opened_at=moment(view.opened_at),
        changed_at=moment(view.changed_at),
        ended_at=None if view.ended_at is None else moment(view.ended_at),
        pinned=view.pinned,
        summary=tuple(forms.Line(text=line.text, posts=line.posts) for line in view.summary),
        seq=view.seq if desk else UNSET,
    )


def post(request: Request, about: StoryView, view: PostView, *, desk: bool) -> forms.PostAnswer:
    """A post; what readers may not see of it is not in the view."""
    text = view.text
    words: dict[str, Any] = {}
    if text is not None:
        words = {name: getattr(text, name) for name in ("title", "body", "byline", "sources", "language", "key")}
        words["media"] = tuple(
            forms.Picture(id=each.id, alt=each.alt, credit=each.credit, rights=each.rights, caption=each.caption)
            for each in text.media
        )
    return forms.PostAnswer(
        number=view.number,
        state=view.state,
        revision=view.revision,
        url=f"{root(request)}/{about.slug}/p/{view.number}",
        shown_at=moment(view.shown_at),
        published_at=moment(view.published_at),
        changed_at=moment(view.changed_at),
        edition=view.edition,
        note=view.note,
        seq=view.seq if desk else UNSET,
        **words,
    )
