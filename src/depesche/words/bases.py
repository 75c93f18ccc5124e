"""What every change and every command is: the two bases that changes.py, commands.py and the ledger's build on.

In: nothing. Out: frozen values that name their kind and the object that they are about. Never a rule.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct


class Change(Struct, frozen=True, omit_defaults=True, tag=True, tag_field="change"):
    """The base of all changes; `kind` is the name of the class."""

    public: ClassVar[bool] = False
    about: ClassVar[str] = "story"
    """What it happened to, as a format string over its own fields: "link:{0.claim}.{0.statement}"."""

    @property
    def kind(self) -> str:
        """The name under which the journal keeps it."""
        return type(self).__name__

    @property
    def object(self) -> str:
        """What it happened to; commands conflict only on the same object."""
        return self.about.format(self)


class Command(Struct, frozen=True, omit_defaults=True, tag=True, tag_field="command", forbid_unknown_fields=True):
    """The base of all commands."""

    about: ClassVar[str] = "story"
    """Its object, written as a change's; "" for what is only ever added, and can't conflict."""

    @property
    def object(self) -> str:
        """The object whose latest change the author must have seen."""
        return self.about.format(self)
