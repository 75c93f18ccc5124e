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
from depesche.render.post import KEPT, heading, notes
from depesche.render.site import Frame, Site

if TYPE_CHECKING:
    from depesche.journal.views import PostView, StoryView
    from depesche.render.claims import File, Voice

_CONTEXT = "https://schema.org"
HEADLINE = 110
"""Characters of a headline that search engines take."""
QUOTATIONS = 50
"""Quotations in the structured data of a claim: the page has all of them."""


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


def claim(site: Site, frame: Frame, story: StoryView, file: File, url: str) -> Markup:
    """The JSON-LD of a claim's page: the question, and the quotations that answer it, each with who said it.

    Source: https://schema.org/Claim, https://schema.org/Quotation. No rating is given: a standing is no mark.
    """
    home = f"{site.root}/{frame.slug}"
    clock = frame.clock
    thing = {
        "@context": _CONTEXT,
        "@type": "Claim",
        "@id": url,
        "url": url,
        "name": file.line.question[:HEADLINE],
        "abstract": f"{file.line.label}. {file.line.said}".strip(),
        "inLanguage": story.language,
        "dateModified": clock.iso(file.line.at),
        "creativeWorkStatus": file.line.label,
        "publisher": {"@type": "Organization", "name": site.publisher, "url": f"{site.root}/", **_ref(site)},
        "isPartOf": {"@type": "LiveBlogPosting", "@id": f"{home}#coverage", "url": home, "headline": story.title},
        "appearance": [
            _quotation(url, home, clock, voice) for chorus in file.choirs for voice in chorus.voices if not voice.gone
        ][:QUOTATIONS],
    }
    return script(thing)


def _quotation(url: str, home: str, clock: Clock, voice: Voice) -> dict[str, Any]:
    return {
        "@type": "Quotation",
        "@id": f"{url}#s{voice.number}",
        "text": voice.words,
        "creator": {"@type": "Thing", "name": voice.named} if voice.named else None,
        "datePublished": clock.iso(voice.at),
        "isPartOf": {"@type": "BlogPosting", "@id": f"{home}/p/{voice.post}"},
    }


def corrections(site: Site, frame: Frame, story: StoryView, told: Sequence[tuple[str, int, str]]) -> Markup:
    """The JSON-LD of the list of corrections: each one's address, time and words."""
    home, clock = f"{site.root}/{frame.slug}", frame.clock
    comments = [
        {
            "@type": "CorrectionComment",
            "text": text,
            "datePublished": clock.iso(at),
            "about": {"@type": "BlogPosting", "@id": url, "url": url},
        }
        for url, at, text in told
    ]
    whole = {"@type": "LiveBlogPosting", "@id": f"{home}#coverage", "url": home, "headline": story.title[:HEADLINE]}
    return script({"@context": _CONTEXT, **whole, "correction": comments})


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
