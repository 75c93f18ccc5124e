"""Change, the base of everything that can happen; the kinds stand in changes.py and in the modules of their nouns.

In: nothing. Out: the class whose subclasses the journal keeps under their names.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Change(Struct, frozen=True, omit_defaults=True, tag=True, tag_field="change"):
    """The base of all changes; `kind` is the name of the class."""

    public: ClassVar[bool] = False

    @property
    def kind(self) -> str:
        """The name under which the journal keeps it."""
        return type(self).__name__

    @property
    def object(self) -> str:
        """What it happened to; commands conflict only on the same object."""
        return "story"
