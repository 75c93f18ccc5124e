"""Who may do and see what: the one door to a story.

In: a role and a command, or a person and a story. Out: yes, or a Refusal that names who may. Drafts, copy, notes and
retracted words are seen only through a Sight of the desk; readers get the public one.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from depesche.words import commands
from depesche.words.commands import Command, Refusal
from depesche.words.ledgercommands import ExpungeWords, LedgerCommand

Role: TypeAlias = Literal["reporter", "editor", "chief", "admin"]
ROLES: tuple[Role, ...] = ("reporter", "editor", "chief", "admin")
"""From the fewest rights to the most; each role may do all that the ones before it may."""

SYSTEM = "system"
"""The actor id of what the desk does by itself (reading posts); no account ever has it."""

_LEAST: dict[type[Command], Role] = {
    commands.SaveDraft: "reporter",
    commands.DropDraft: "reporter",
    commands.ReceiveCopy: "reporter",
    commands.TakeCopy: "reporter",
    commands.OpenStory: "editor",
    commands.PublishPost: "editor",
    commands.CorrectPost: "editor",
    commands.RetractPost: "editor",
    commands.PinPost: "editor",
    commands.UnpinPost: "editor",
    commands.SetSummary: "editor",
    commands.RecordStatements: "editor",
    commands.RaiseAlarm: "editor",
    commands.DismissAlarm: "editor",
    commands.ReopenAlarm: "editor",
    **dict.fromkeys(get_args(LedgerCommand), "editor"),
    commands.AmendStory: "chief",
    commands.CloseStory: "chief",
    commands.ReopenStory: "chief",
    commands.Expunge: "chief",
    ExpungeWords: "chief",
}


class Actor(Struct, frozen=True):
    """Someone at the desk: a random id (all that the journal keeps), name and role."""

    id: str
    name: str
    role: Role
    byline: str = ""


def reaches(role: Role, least: Role) -> bool:
    """True when `role` has the rights of `least`."""
    return ROLES.index(role) >= ROLES.index(least)


def may(actor: Actor, command: Command) -> Refusal | None:
    """None when this person may ask this, else the refusal. A command that no role was given is for admins."""
    least = _LEAST.get(type(command), "admin")
    if reaches(actor.role, least):
        return None
    return Refusal("not_allowed", {"role": actor.role, "needed": least})
