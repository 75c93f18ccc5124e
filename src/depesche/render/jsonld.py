"""What search engines read of a page: schema.org's LiveBlogPosting and its posts, as JSON-LD.

In: public views. Out: the text of a <script type="application/ld+json">, which no browser executes. Never: a "<",
which could end the script; or a coverageStartTime that moves: it is the time of the first post for ever.
Source: https://schema.org/LiveBlogPosting, https://schema.org/CorrectionComment.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from depesche.render import pictures
from depesche.render.dates import Clock
from depesche.render.markdown import plain
from depesche.render.post import KEPT, Note, heading, notes
from depesche.render.site import Frame, Site

if TYPE_CHECKING:
    from depesche.journal.views import PostView, StoryView

_CONTEXT = "https://schema.org"
HEADLINE = 110
"""Characters of a headline that search engines take."""


def coverage(site: Site, frame: Frame, story: StoryView, posts: Sequence[PostView], url: str) -> Markup:
    """The JSON-LD of a story's page with these posts. Times carry the story's offset."""
    clock = frame.clock
    home = f"{site.root}/{frame.slug}"
    began = story.opened_at if story.first_post_at is None else story.first_post_at
    thing: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "LiveBlogPosting",
        "@id": f"{home}#coverage",
        "url": url,
        "headline": story.title[:HEADLINE],
        "description": story.lead,
        "inLanguage": story.language,
        "datePublished": clock.iso(began),
        "dateModified": clock.iso(story.changed_at),
        "coverageStartTime": clock.iso(began),
        "coverageEndTime": None if story.ended_at is None else clock.iso(story.ended_at),
        "author": _ref(site),
        "publisher": {"@type": "Organization", "name": site.publisher, "url": f"{site.root}/", **_ref(site)},
        "liveBlogUpdate": [update(site, frame, post) for post in posts if post.text is not None],
    }
    return script(thing)


def single(site: Site, frame: Frame, story: StoryView, post: PostView) -> Markup:
    """The JSON-LD of a post's own page."""
    home = f"{site.root}/{frame.slug}"
    publisher = {"@type": "Organization", "name": site.publisher, "url": f"{site.root}/", **_ref(site)}
    whole = {"@type": "LiveBlogPosting", "@id": f"{home}#coverage", "url": home, "headline": story.title[:HEADLINE]}
    return script({"@context": _CONTEXT, **update(site, frame, post), "publisher": publisher, "isPartOf": whole})


def script(thing: dict[str, Any]) -> Markup:
    """JSON that is safe inside a script element: "<" can only stand in strings, where \\u003c means the same."""
    text = msgspec.json.encode(_without_gaps(thing)).decode().replace("<", "\\u003c")
    return Markup(text)  # noqa: S704  # JSON without "<" can neither end its element nor open another


@lru_cache(maxsize=KEPT)
def update(site: Site, frame: Frame, post: PostView) -> dict[str, Any]:
    """A post as a part of the coverage. Kept, as most posts of a page are the same as a moment ago."""
    assert post.text is not None  # noqa: S101  # a tombstone is no update
    clock = frame.clock
    url = f"{site.root}/{frame.slug}/p/{post.number}"
    return _without_gaps(
        {
            "@type": "BlogPosting",
            "@id": url,
            "url": url,
            "headline": heading(frame, post)[:HEADLINE],
            "datePublished": clock.iso(post.shown_at),
            "dateModified": clock.iso(max(post.changed_at, post.shown_at)),
            "inLanguage": post.text.language if post.text.language != frame.language else "",
            "articleBody": plain(post.text.body),
            "author": {"@type": "Person", "name": post.text.byline} if post.text.byline else _ref(site),
            "publisher": _ref(site),
            "image": [_image(site, media) for media in post.text.media],
            "correction": [
                {
                    "@type": "CorrectionComment",
                    "text": f"{note.label}: {note.text}",
                    "datePublished": clock.iso(note.at),
                }
                for note in notes(frame, post)
            ],
        }
    )


def _correction(note: Note, clock: Clock) -> dict[str, str]:
    text = f"{note.label}: {note.text}"
    return {"@type": "CorrectionComment", "text": text, "datePublished": clock.iso(note.at)}


def _ref(site: Site) -> dict[str, str]:
    return {"@id": f"{site.root}/#publisher"}


def _image(site: Site, media: Any) -> dict[str, Any]:
    width = pictures.share_width(media.width)
    return _without_gaps(
        {
            "@type": "ImageObject",
            "url": site.root + pictures.share(media),
            "width": width,
            "height": round(media.height * width / media.width),
            "caption": media.caption or media.alt,
            "creditText": media.credit,
            "copyrightNotice": media.rights,
        }
    )


def _without_gaps(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if value not in (None, "", [])}
