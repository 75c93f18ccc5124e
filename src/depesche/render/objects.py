"""The public JSON objects of `changes` and `live`: what a reader's page does to become current.

In: objects of a story that were touched, by the journal's views. Out: for each its current public state, once: a post
("put"), the stone in a post's place ("tombstone"), a part of the page (PARTS), or the news that a page of its own has
changed ("claim", "corrections", without words: who reads it fetches it). A part that rests on a post is sent along
when the post changed, a post when it came to answer a claim or no longer does. Never: words of an entry as it once was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import card, parts
from depesche.render.ledgernews import KINDS, LedgerNews
from depesche.render.markdown import Mark
from depesche.render.post import article
from depesche.render.repaired import repaired
from depesche.render.site import Frame, frame

if TYPE_CHECKING:
    from depesche.journal.views import PostView, StoryView, Touched

PARTS = ("state", "story", "summary", "pin", "ledger", "keys")
"""The parts of a page beside its posts, by the name that stands in `kind` and in data-part."""


def render(
    connection: Connection, story: StoryView, touched: Sequence[Touched], base: str = ""
) -> list[dict[str, Any]]:
    """The objects for what was touched, ordered by the edition of the last change. `base` is the base path."""
    frm = frame(story, base)
    made: list[dict[str, Any]] = []
    due = {"state": story.edition} if touched else {}  # it tells the time of the latest change
    putting: dict[int, int] = {}
    asked: dict[int, int] = {}
    corrected = 0
    said: set[int] = set()
    known: dict[int, PostView] = {}
    news = LedgerNews(connection, story.id)
    for each in touched:
        kind, _, rest = each.object.partition(":")
        post = views.post(connection, story.id, int(rest)) if kind == "post" else None
        known |= {} if post is None else {post.number: post}
        told = news.claims(kind, rest, gone=post is not None and post.text is None)
        due |= {part: max(each.edition, due.get(part, 0)) for part in _parts_of(kind, post, story)}
        if told or kind in KINDS:
            due["summary"] = max(each.edition, due.get("summary", 0))
        corrected = each.edition if post is not None and _changed(post) else corrected
        said |= set(news.said(kind, rest))
        asked |= {claim: max(each.edition, asked.get(claim, 0)) for claim in told}
        putting |= {n: max(each.edition, putting.get(n, 0)) for n in (*_number(post), *news.posts(kind, rest))}
    posts = known | _posts(connection, story, [number for number in putting if number not in known])
    marked = news.marks(list(posts.values()))
    made += [put(frm, post, putting[n], marked.get(n, ())) for n, post in posts.items()]
    made += [{"kind": "claim", "claim": claim, "edition": edition} for claim, edition in asked.items()]
    made += [{"kind": "corrections", "edition": corrected}] if corrected else []
    html = {part: inside(connection, frm, story, part) for part in due}
    made += [_part(story, part, edition, html[part], said) for part, edition in due.items()]
    return sorted(made, key=lambda each: int(each["edition"]))


def put(frm: Frame, post: PostView, edition: int, marks: tuple[Mark, ...] = ()) -> dict[str, Any]:
    """A post, or the tombstone in its place. `place` orders the posts of a story: it is that of first publication."""
    kind = "tombstone" if post.text is None else "put"
    html = str(article(frm, post, marks=marks))
    return {"kind": kind, "post": post.number, "edition": edition, "place": post.number, "html": html}


def inside(connection: Connection, frm: Frame, story: StoryView, part: str) -> Markup:
    """The current inside of one of PARTS; "" when there is nothing to show."""
    match part:
        case "state":
            return parts.state(frm, story)
        case "story":
            return parts.head(frm, story)
        case "summary":
            cited = _posts(connection, story, parts.cited(story))
            return parts.summary(frm, story, cited, card.card(connection, frm))
        case "pin":
            pinned = None if story.pinned is None else views.post(connection, story.id, story.pinned)
            return parts.pin(frm, pinned)
        case "ledger":
            found = views.statements(connection, story.id, limit=parts.LOOKED_AT)
            newest = parts.newest(repaired(connection, story.id, story.language, found))
            return parts.ledger(frm, newest, _posts(connection, story, [each.post for each in newest]))
        case _:
            return parts.keys(frm, views.key_posts(connection, story.id, limit=parts.KEY_EVENTS))


def _number(post: PostView | None) -> Iterator[int]:
    if post is not None:
        yield post.number


def _parts_of(kind: str, post: PostView | None, story: StoryView) -> Iterator[str]:
    """The parts that may look different after this object was touched."""
    if kind in ("story", "summary", "pin"):
        yield kind
    if kind in ("statements", "statement"):
        yield "ledger"
    if post is None:
        return
    changed = _changed(post)
    if changed or (post.text is not None and post.text.key):
        yield "keys"
    if changed:
        yield "ledger"
    if changed and (post.text is None or post.number == story.pinned):
        yield "pin"
    if changed and post.number in parts.cited(story):
        yield "summary"


def _changed(post: PostView) -> bool:
    return post.revision > 1 or post.text is None


def _part(story: StoryView, part: str, edition: int, html: Markup, said: set[int]) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": part, "edition": edition, "html": str(html)}
    if part == "state":
        made |= {"state": story.state}
    if part == "ledger":
        made |= {"posts": sorted(said)}
    if part == "story":
        made |= {"title": story.title, "slug": story.slug}
    if part == "pin":
        made |= {"post": story.pinned}
    return made


def _posts(connection: Connection, story: StoryView, numbers: Sequence[int]) -> dict[int, PostView]:
    found = (views.post(connection, story.id, number) for number in dict.fromkeys(numbers))
    return {post.number: post for post in found if post is not None}
