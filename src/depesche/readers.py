"""The reader that comes with Depesche, as a plug-in like any other: offline, pure, German and English.

In: the hook. Out: reading.read under its name.
"""

from __future__ import annotations

import datetime as dt

from depesche import reading
from depesche.plugins import Reader, hookimpl
from depesche.words.copy import Reading


class BuiltIn:
    """reading.read."""

    name = "depesche"

    def read(
        self, text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
    ) -> Reading:
        """The statements of this text."""
        return reading.read(text, language=language, published=published, title=title)


@hookimpl
def readers() -> list[Reader]:
    """The built-in reader."""
    return [BuiltIn()]
