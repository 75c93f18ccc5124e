"""The ledger for programs: one command a request, as words/ledgercommands.py has them, told apart by `command`.

In: {"ask": {"command": "LinkStatement", "claim": 1, "statement": 17, …}}. Out: what any command of the desk answers:
done, refused, or a conflict when somebody else changed the same claim, link, figure or standing.
"""

from __future__ import annotations

from msgspec import Struct
from starlette.responses import Response

from depesche.journal.views import HOUSE
from depesche.web.api.endpoints import Asked
from depesche.words.ledgercommands import (
    ClaimCommand,
    ExpungeWords,
    HouseCommand,
    ListCommand,
    StandingCommand,
    StatementCommand,
)


class Asking(Struct, frozen=True, forbid_unknown_fields=True):
    """A command to a story's ledger."""

    ask: ClaimCommand | StatementCommand | StandingCommand | ListCommand


class Naming(Struct, frozen=True, forbid_unknown_fields=True):
    """A command to the house: its parties and outlets, the same in every story."""

    ask: HouseCommand | ExpungeWords


async def ask(asked: Asked) -> Response:
    """Open a claim, link a statement, accept a figure, set a standing …: one command to the story's ledger."""
    return await asked.ask_here((await asked.body(Asking)).ask)


async def name(asked: Asked) -> Response:
    """Name a party or an outlet for all stories, forget it, or expunge what it was called."""
    return await asked.ask((await asked.body(Naming)).ask, HOUSE, "")
