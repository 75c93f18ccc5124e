"""RSS and Atom, of any version and in the state in which publishers serve them, by feedparser.

In: the bytes of a feed. Out: a copy an entry, oldest first. Never: a request, an entity that is declared in the feed,
or work that grows faster than the feed.
"""

from __future__ import annotations

import html
import io
import re
from typing import Any

from depesche.plugins import Received, WireError
from depesche.wires.markup import plain_text
from depesche.wires.times import microseconds, of_struct
from depesche.words.copy import Copy

_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF)[\s>/]")
_TAG = re.compile(rb"<[^<>]*")
_DELETED = re.compile(r"<(?:\w+:)?deleted-entry\s([^<>]*)>?")
_ATTRIBUTE = re.compile(r"""\b(ref|when)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MOST_ATTRIBUTES = 100
"""Of one tag; feedparser's time grows with their square (0.9 s for 8,000), and no feed needs more than a dozen."""


class Feeds:
    """A feed's entries."""

    name = "feeds"

    def knows(self, data: bytes, received: Received) -> bool:
        """True for a feed's media type, or for XML that begins as a feed."""
        if received.media_type in _TYPES:
            return True
        head = data[:4096].replace(b"\0", b"")  # UTF-16
        return bool(_ROOT.search(head)) and received.media_type != "text/plain"

    def parse(self, data: bytes, received: Received) -> list[Copy]:
        """The entries that have words. Raises WireError when this is no feed."""
        import feedparser  # 0.1 s, which commands that read no feed don't wait for

        _refuse_hostile(data)
        said = f"{received.media_type or 'application/xml'}" + (
            f"; charset={received.charset}" if received.charset else ""
        )
        # from a BytesIO nothing is fetched, and words are taken out of the markup by our own linear scan
        feed = feedparser.parse(
            io.BytesIO(data),
            response_headers={"content-type": said},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        if not feed.entries and not feed.version:
            why = str(feed.get("bozo_exception", "no RSS and no Atom")).split("\n")[0][:200]
            raise WireError(f"This isn't a feed: {why}.")
        copies = [_copy(entry, feed.feed, bool(feed.bozo)) for entry in feed.entries]
        copies += _deleted(data, " ".join(plain_text(feed.feed.get("title", "")).split()))
        return sorted((copy for copy in copies if copy.text or copy.canceled), key=lambda copy: copy.published or 0)


def _refuse_hostile(data: bytes) -> None:
    flat = data.replace(b"\0", b"")  # UTF-16
    if b"<!ENTITY" in flat:
        raise WireError("This feed declares entities, which aren't expanded here. Ask for it without a DTD.")
    if any(tag[0].count(b"=") > _MOST_ATTRIBUTES for tag in _TAG.finditer(flat)):
        raise WireError(
            f"A tag of this feed has more than {_MOST_ATTRIBUTES} attributes. It is damaged, or made to harm."
        )


def _deleted(data: bytes, source: str) -> list[Copy]:
    """The entries that an Atom feed says are gone (at:deleted-entry, RFC 6721), which feedparser passes over."""
    if b"http://purl.org/atompub/tombstones/1.0" not in data:
        return []
    found = []
    for tag in _DELETED.findall(data.decode("utf-8", "replace")):
        said = {name: html.unescape(value or other) for name, value, other in _ATTRIBUTE.findall(tag)}
        if said.get("ref"):
            when = microseconds(said.get("when", ""))
            found.append(Copy("", Feeds.name, "", uri=said["ref"], source=source, published=when, canceled=True))
    return found


def _copy(entry: Any, feed: Any, damaged: bool) -> Copy:
    contents = [each.get("value", "") for each in entry.get("content", ())]
    text = max((plain_text(each) for each in (*contents, entry.get("summary", ""))), key=len)
    title = " ".join(plain_text(entry.get("title", "")).split())
    source = entry.get("source", {}).get("title", "") or feed.get("title", "")
    return Copy(
        id="",
        wire=Feeds.name,
        text=text or title,
        title=title if text else "",
        uri=entry.get("id", "") or entry.get("link", ""),
        language=_language(entry, feed),
        published=of_struct(entry.get("published_parsed") or entry.get("updated_parsed")),
        source=" ".join(plain_text(source).split()),
        notes=("the feed is damaged",) if damaged else (),
    )


def _language(entry: Any, feed: Any) -> str:
    details = [*entry.get("content", ()), entry.get("summary_detail", {}), entry.get("title_detail", {}), feed]
    return next((str(each["language"]) for each in details if each.get("language")), "")
