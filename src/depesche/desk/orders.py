"""Orders: commands on their way to the journal, cleaned and allowed, each for the stream that it belongs to.

In: a command, who asks it, of which story. Out: an Order, or a Refusal, which only what stands outside of the story
may be the reason for: rights, time zones, other stories' addresses, pictures, copy. All else is decided by the fold.
"""

from __future__ import annotations

import hashlib
import uuid

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from depesche.desk.access import SYSTEM, Actor, may
from depesche.journal import stock, views
from depesche.journal.views.copies import WIRE
from depesche.settings import zones
from depesche.words import commands
from depesche.words import ledgercommands as ledger
from depesche.words.alarms import CopyRef
from depesche.words.commands import AnyCommand, Refusal
from depesche.words.text import clean_struct

_DERIVER = Actor(id=SYSTEM, name="Depesche", role="editor")


class Order(Struct, frozen=True):
    """A command on its way to the journal, already cleaned and allowed."""

    command: AnyCommand
    actor: Actor
    stream: str
    id: str
    expect: int | None

    @property
    def fingerprint(self) -> bytes:
        """What makes a repeated command the same: who asked what of which story."""
        said = msgspec.json.encode((self.command, self.actor.id, self.stream))
        return hashlib.blake2b(said, digest_size=16).digest()


def order_of(command: AnyCommand, actor: Actor, story: str, command_id: str, expect: int | None) -> Order | Refusal:
    """The order of this command, if this person may give it."""
    refused = may(actor, command)
    return refused or Order(clean_struct(command), actor, _stream(command, story, command_id), command_id, expect)


def derivation(story: str, about: str) -> Order:
    """What the desk asks of itself: to look at the story's standings again, once for each `about`."""
    return Order(ledger.DeriveStandings(), _DERIVER, story, _id(about), None)


def refuses(c: Connection, order: Order) -> Refusal | None:
    """What the fold can't know: time zones, other stories' addresses, pictures and copy."""
    command = order.command
    if isinstance(command, commands.OpenStory) and command.zone not in zones():
        return Refusal("zone_unknown", {"zone": command.zone})
    if isinstance(command, commands.OpenStory | commands.AmendStory):
        owner = views.slug(c, command.slug)
        if owner and owner[0] != order.stream:
            return Refusal("slug_taken", {"slug": command.slug})
    copies: tuple[commands.TakeCopy | CopyRef, ...] = (command,) if isinstance(command, commands.TakeCopy) else ()
    if isinstance(command, commands.PublishPost | commands.CorrectPost):
        copies = command.copies
    if not all(views.copy(c, each.copy, each.version) for each in copies):
        return Refusal("copy_missing")
    if isinstance(command, commands.SaveDraft | commands.PublishPost | commands.CorrectPost):
        for media in command.text.media:
            if not stock.media(c, media.id):
                return Refusal("media_unknown", {"media": media.id[:12]})
    return None


def _stream(command: AnyCommand, story: str, command_id: str) -> str:
    if isinstance(command, commands.ReceiveCopy):
        return WIRE
    of_house = isinstance(command, ledger.ExpungeWords) and command.of in ("party", "outlet")
    if of_house or isinstance(command, ledger.NameParty | ledger.ForgetParty | ledger.NameOutlet | ledger.ForgetOutlet):
        return views.HOUSE
    if isinstance(command, commands.OpenStory) and not story:
        return _id(command_id)  # so that a retry of a lost answer finds the same story
    return story


def _id(about: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"depesche:{about}"))
