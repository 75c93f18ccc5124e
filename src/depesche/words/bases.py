"""What every change and every command is: the two bases that changes.py, commands.py and the ledger's build on.

In: nothing. Out: frozen values that name their kind and the object that they are about. Never a rule.
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


class Command(Struct, frozen=True, omit_defaults=True, tag=True, tag_field="command", forbid_unknown_fields=True):
    """The base of all commands."""

    @property
    def object(self) -> str:
        """The object whose latest change the author must have seen; "" when the command makes a new one."""
        return "story"
