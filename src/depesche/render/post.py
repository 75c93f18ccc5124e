"""One post as the fragment that page, stream and post page share: the same bytes wherever it is shown.

In: a frame and a post's public view. Out: an <article>, of the post or of the tombstone in its place. Everything that
a fragment depends on is in its cache's key, so an old fragment can't be served for a new state.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, TypeAlias

from markupsafe import Markup
from msgspec import Struct

from depesche.render import pictures, words
from depesche.render.i18n import direction, translator
from depesche.render.markdown import Mark, html, plain
from depesche.render.site import Frame
from depesche.render.templates import render
from depesche.words.changes import Media

if TYPE_CHECKING:
    from depesche.journal.views import PostView

Place: TypeAlias = Literal["stream", "pin", "page"]
"""Where a fragment stands: among the others, pinned on top of them, or alone on its own page."""

KEPT = 1024
"""Fragments kept in memory: a few kilobytes each, so a few megabytes for all stories that are read right now."""
HEADING = 72
"""Characters of the heading that is made of a post's first words: what a search result shows of a title."""
BLURB = 200
"""Characters of the description for cards of other sites, which cut at about this length."""


class Note(Struct, frozen=True):
    """A visible change to a post: "Korrektur, geändert 14:32: ..."."""

    label: str
    at: int
    when: str
    text: str


@lru_cache(maxsize=KEPT)
def article(frame: Frame, post: PostView, place: Place = "stream", marks: tuple[Mark, ...] = ()) -> Markup:
    """The fragment of a post; `marks` lead from its words to claims."""
    clock = frame.clock
    common = {"frame": frame, "post": post, "clock": clock, "place": place, "prefix": "pin-" if place == "pin" else ""}
    if post.text is None:
        said = words.tombstone(frame.language, post.state, undo=post.undo)
        return render("tombstone.html", frame.language, said=said, **common)
    return render(
        "post.html",
        frame.language,
        text=post.text,
        body=html(post.text.body, marks, frame.claim),
        lang=_language(post.text.language, frame),
        heading=heading(frame, post),
        notes=notes(frame, post),
        pictures=pictures,
        **common,
    )


def heading(frame: Frame, post: PostView) -> str:
    """The post's title, or one made of its first words; of a post that is gone, what the tombstone says."""
    if post.text is None:
        return words.tombstone(frame.language, post.state, undo=post.undo)
    if post.text.title.strip():
        return post.text.title.strip()
    first = shortened(plain(post.text.body), HEADING) or next((each.alt for each in post.text.media if each.alt), "")
    return first or translator(frame.language).gettext("Post of %(when)s") % {"when": frame.clock.moment(post.shown_at)}


def blurb(post: PostView) -> str:
    """What cards and search results say below the title."""
    return shortened(plain(post.text.body), BLURB) if post.text is not None else ""


def picture(post: PostView) -> Media | None:
    """The picture that stands for a post elsewhere."""
    return post.text.media[0] if post.text is not None and post.text.media else None


def notes(frame: Frame, post: PostView) -> list[Note]:
    """The changes that readers are told of, oldest first. Spelling needs no note."""
    clock = frame.clock
    return [
        Note(
            words.correction(frame.language, each.correction),
            each.at,
            clock.time(each.at) if clock.same_day(each.at, post.shown_at) else clock.moment(each.at),
            each.note,
        )
        for each in post.history
        if each.correction != "typo"
    ]


def _language(tag: str, frame: Frame) -> Markup:
    """The attributes of a text that isn't in the story's language."""
    if not tag or tag == frame.language:
        return Markup("")
    return Markup(' lang="{}" dir="{}"').format(tag, direction(tag))


def shortened(text: str, most: int) -> str:
    """The text in one line, cut at a word with an ellipsis when it has more than `most` characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    whole, _, rest = cut.rpartition(" ")
    return (whole if whole and len(rest) < most // 2 else cut).rstrip(" ,;:–-") + "…"
