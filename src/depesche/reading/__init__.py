"""The wire reader: text -> Reading. Pure, offline, deterministic; it never invents a span."""

from __future__ import annotations

import datetime as dt

from depesche.words.copy import Reading


def read(
    text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
) -> Reading:
    """Find what is said in a text, and by whom; `published` is the day to which "am Montag" is relative."""
    from depesche.reading import reader  # here, so that importing the package costs nothing

    return reader.read(text, language=language, published=published, title=title)
