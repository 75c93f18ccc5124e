"""Plays the list live.toml through the desk, one dispatch every few seconds, as an editor would.

In: a desk and the story that kursk.journal.jsonl brought. Out: posts, and a line in the terminal for each. What was
played before a restart is not played again: each row's command id is made from its content. Never: a row that the desk
refuses ending the show; an editor may have retracted or ended what the next row speaks of.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable

import msgspec

from depesche.demo.dispatches import Dispatch, Rundown, Said, playlist
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, Outcome
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.words.commands import AnyCommand, Refusal

PLAYER = Actor(id="3b5b2a4e-7a0f-4f0e-9a55-6a3f1f1f9c10", name="Vorführung", role="chief")
"""Who publishes in the demonstration; never an account that somebody could log in with."""
PAUSE = 7.0
"""Seconds between two dispatches: time to read a headline, and none to get bored."""
_NAMES = uuid.UUID("0d5c8a6e-54c1-4a39-9d7c-2b1f6f0f7f52")
"""The name space of the command ids."""
_DID = {
    "publish": "published", "correct": "corrected", "retract": "retracted", "pin": "pinned", "summary": "card set",
    "ledger": "in the ledger",
}  # fmt: skip


async def play(desk: Desk, story: str, *, pause: float = PAUSE, tell: Callable[[str], None] = print) -> int:
    """Play the list to its end on the stream `story`, then say that it is over. Gives back how many rows were new.

    Waits `pause` seconds at first and after each new row; `tell` gets a line for each of them.
    """
    rundown = Rundown.of_coverage(said(desk.journal, story))
    rows = playlist().dispatch
    new = 0
    await asyncio.sleep(pause)
    for row in rows:
        try:
            command = rundown.command(row)
        except LookupError as error:
            tell(f"left out: {row.act}: {error.args[0]}")
            continue
        outcome = await _ask(desk, story, command, _id(story, row), pause=pause, tell=tell)
        if isinstance(outcome, Refusal):
            tell(f"left out: {row.act} {row.post}: {outcome.reason}")
        if not isinstance(outcome, Done):
            continue
        rundown.note(row, command, [entry.change for entry in outcome.entries])
        if not outcome.repeated:
            new += 1
            tell(f"{_DID[row.act]}: {rundown.title(row)}")
            await asyncio.sleep(pause)
    if new:
        tell(f"That was the last of {len(rows)} dispatches. The desk stays open: go on yourself.")
    else:
        tell(f"All {len(rows)} dispatches have been played before. Remove the data folder to begin again.")
    return new


async def _ask(
    desk: Desk, story: str, command: AnyCommand, command_id: str, *, pause: float, tell: Callable[[str], None]
) -> Outcome:
    """Ask the desk, and again while the journal says that trying again helps (a full disk, a long import)."""
    while True:
        try:
            return await desk.ask(command, PLAYER, story=story, command_id=command_id)
        except JournalError as error:
            if not error.retry:
                raise
            tell(str(error))
        await asyncio.sleep(pause)


def said(journal: Journal, story: str) -> Said:
    """What finds the statements of a post in this journal."""

    def found(post: int) -> list[tuple[int, str]]:
        with journal.reading() as connection:
            statements = views.statements(connection, story, post=post, limit=100)
        return [(each.recorded.number, each.recorded.words) for each in statements]

    return found


def _id(story: str, row: Dispatch) -> str:
    return str(uuid.uuid5(_NAMES, story + msgspec.json.encode(row).decode()))
