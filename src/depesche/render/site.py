"""What a page must know besides its story: whose site it is, where it is, and the frame that a story's parts share.

In: settings and, where they don't name the public address, the request. Out: two frozen values that are the keys of
every cache of markup.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from depesche.render.dates import Clock, clock


class Site(Struct, frozen=True):
    """The publisher's site: `root` is the public address with the base path ("https://example.org/live").

    `asof` is the moment (microseconds UTC) as of which a page is shown, None for now.
    """

    root: str
    base: str = ""
    publisher: str = ""
    imprint_url: str = ""
    privacy_url: str = ""
    language: str = "en"
    zone: str = "UTC"
    page_size: int = 20
    asof: int | None = None


class Told(Protocol):
    """What a frame takes from a story."""

    @property
    def id(self) -> str: ...
    @property
    def slug(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def zone(self) -> str: ...


class Frame(Struct, frozen=True):
    """What the parts of one story have in common. Paths are absolute on the host, so that fragments fit any page."""

    story: str
    slug: str
    language: str
    zone: str
    base: str = ""
    asof: int | None = None

    @property
    def path(self) -> str:
        """The path of the story's page."""
        return f"{self.base}/{self.slug}"

    @property
    def clock(self) -> Clock:
        """The story's clock."""
        return clock(self.language, self.zone)

    def post(self, number: int) -> str:
        """The address of a post: its permalink."""
        return self.at(f"{self.path}/p/{number}")

    def claim(self, number: int) -> str:
        """The address of a claim's own page."""
        return self.at(f"{self.path}/c/{number}")

    def at(self, path: str) -> str:
        """The path with the moment as of which the page is shown: links between pages of then stay there."""
        if self.asof is None:
            return path
        path, mark, part = path.partition("#")
        return f"{path}{'&' if '?' in path else '?'}asof={self.asof}{mark}{part}"


def frame(story: Told, base: str = "", asof: int | None = None) -> Frame:
    """The frame of a story."""
    return Frame(story.id, story.slug, story.language, story.zone, base, asof)
