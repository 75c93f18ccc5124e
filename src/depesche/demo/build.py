"""Makes kursk.journal.jsonl: carries the list kursk.toml out through a desk whose clock shows each row's time.

In: kursk.toml. Out: the journal of the story, statements included, as `depesche export` writes it. A maintainer's
tool (`make demo-journal`), never run by the demonstration itself. Never: a row that is refused and passed over.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path

import msgspec

from depesche import app
from depesche.demo.dispatches import Rundown, coverage, people
from depesche.demo.play import PLAYER, said
from depesche.desk.desk import Desk, Done
from depesche.desk.recorder import Recorder
from depesche.journal.dump import export
from depesche.journal.views.ledger import HOUSE
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.commands import AnyCommand, Refusal

JOURNAL = Path(__file__).with_name("kursk.journal.jsonl")
_NAMES = uuid.UUID("5f0b6f3e-8f3b-4d38-9b0a-6f2f5d6c7e21")
"""The name space of the command ids that name the house's parties."""
READ_AFTER = dt.timedelta(seconds=1)
"""How long after a publish its statements are recorded: about what it takes on a desk at work."""


class _Clock:
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> int:
        return int(self.now.timestamp() * 1_000_000)


def carry_out(house: House) -> str:
    """Carry kursk.toml out in this house; gives back the id of the story. Raises ValueError on a refusal."""
    listed = coverage()
    clock = _Clock(listed.story.opened)
    desk = Desk(house.journal, house.bus, clock=clock)
    recorder = Recorder(desk, house.plugins.reader())
    introduce(house)
    story = _ask(desk, listed.story.command, "").story
    rundown = Rundown(said(house.journal, story))
    for row in listed.dispatch:
        if row.at is None:
            raise ValueError(f"{row.act} {row.post}: has no time")
        clock.now = row.at
        try:
            command = rundown.command(row)
        except (LookupError, msgspec.ValidationError) as error:
            raise ValueError(f"{row.at}: {row.ask or row.post}: {error}") from error
        done = _ask(desk, command, story)
        rundown.note(row, command, [entry.change for entry in done.entries])
        if row.act in ("publish", "correct"):
            clock.now = row.at + READ_AFTER
            recorder.record(story, rundown.numbers[row.post])
    desk.close()
    return story


def introduce(house: House) -> None:
    """Tell the house who is who, as of the day on which the story begins; once."""
    desk = Desk(house.journal, house.bus, clock=_Clock(coverage().story.opened))
    for command in people().commands:
        outcome = desk.handle(command, PLAYER, story=HOUSE, command_id=str(uuid.uuid5(_NAMES, repr(command))))
        if not isinstance(outcome, Done | Refusal):  # refused: an editor has given the name to somebody else
            raise ValueError(f"{command}: {outcome}")
    desk.close()


def build(file: Path = JOURNAL) -> int:
    """Write the journal to `file`; gives back how many entries it has."""
    with tempfile.TemporaryDirectory() as folder:
        house = app.furnish(Settings(folder=Path(folder)))
        try:
            lines = list(export(house.journal, carry_out(house)))
        finally:
            house.desk.close()
            house.journal.close()
    file.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def _ask(desk: Desk, command: AnyCommand, story: str) -> Done:
    outcome = desk.handle(command, PLAYER, story=story, command_id=str(uuid.uuid4()))
    if not isinstance(outcome, Done):
        raise ValueError(f"{command}: {outcome}")
    return outcome
