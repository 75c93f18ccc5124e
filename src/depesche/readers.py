"""The readers that come with Depesche, as plug-ins like any other, and the choice among all that there are.

In: settings and, if somebody asks for another, a name. Out: a Reader. The built-in one is offline and pure; the one
that asks a language model exists only when its endpoint is set.
"""

from __future__ import annotations

import datetime as dt

from depesche import reading
from depesche.plugins import Reader, gather, hookimpl
from depesche.settings import Settings
from depesche.words.copy import Reading

ASKING = "llm"
"""The name of the reader that asks a language model."""


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


class _Some:
    """Readers that were made already, as a plug-in."""

    def __init__(self, found: list[Reader]) -> None:
        self._found = found

    @hookimpl
    def readers(self) -> list[Reader]:
        """The readers."""
        return self._found


def extras(settings: Settings) -> list[object]:
    """Plug-ins with the readers that these settings ask for. Raises SettingsError when what one needs is missing."""
    if not settings.llm_url or not settings.llm_model:
        return []
    from depesche.llm.reader import Asking  # only here: nobody else pays for an HTTP client

    return [_Some([Asking.of(settings, BuiltIn())])]


def choose(settings: Settings, name: str = "") -> Reader:
    """The reader of this name, or the one of the settings. Raises LookupError, SettingsError."""
    name = name or settings.reader
    if name == BuiltIn.name:  # without looking for installed packages, which takes longer than a short text
        return BuiltIn()
    if name == ASKING and not extras(settings):
        raise LookupError(f"the reader “{name}” needs the settings llm_url and llm_model")
    return gather([_Some([BuiltIn()]), *extras(settings)], reader=name).reader()
