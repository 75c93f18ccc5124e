"""Which renditions a picture has and where they are: known from its id and width alone, so that no page asks a table.

In: a Media of a post. Out: paths below the base path. What stands here for a width stands here for ever, because
published pages name it; new widths may be added for new pictures only.
"""

from __future__ import annotations

from depesche.words.changes import Media

WIDTHS = (480, 960, 1600)
"""Pixels: a phone, a phone at double density or a column, a wide screen at double density."""
SHARE_WIDTH = 1200
"""Pixels: what the cards of social networks take at most."""


def widths(width: int) -> tuple[int, ...]:
    """The widths of the WebP renditions of a picture of this width (pixels), narrowest first; never enlarged."""
    whole = min(width, WIDTHS[-1])
    smaller = [each for each in WIDTHS if each < whole * 0.8]  # less than a fifth narrower saves too little
    return (*smaller, whole)


def share_width(width: int) -> int:
    """The width of the one JPEG rendition, which is for the cards of other sites."""
    return min(width, SHARE_WIDTH)


def rendition(media: Media, width: int) -> str:
    """The path of a WebP rendition."""
    return f"/media/{media.id}/{width}.webp"


def share(media: Media) -> str:
    """The path of the JPEG for cards of other sites."""
    return f"/media/{media.id}/{share_width(media.width)}.jpg"


def srcset(media: Media, base: str = "") -> str:
    """The value of srcset; `base` is the base path."""
    return ", ".join(f"{base}{rendition(media, width)} {width}w" for width in widths(media.width))


def fallback(media: Media, base: str = "") -> str:
    """The value of src for browsers without srcset: the widest."""
    return base + rendition(media, widths(media.width)[-1])
