"""What a court takes out of the ledger is gone: a claim with all that was said of it, a standing's words, a reply."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from depesche.bus.base import Bell
from depesche.bus.memory import MemoryBus
from depesche.desk.desk import Desk
from depesche.journal import dump, rebuild, replay, verify, views
from depesche.journal.errors import JournalError
from depesche.journal.log import Journal
from depesche.words import ledgercommands as q
from depesche.words.claims import Claim
from depesche.words.commands import Refusal
from depesche.words.ledgerchanges import Worded
from depesche.words.parties import Party
from tests.desk.ledgerroom import ANNA, BEN, Ledgerroom

SECRET = "Birkenweg siebzehn"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def room(folder: Path) -> Iterator[Ledgerroom]:
    """A claim that says what it shouldn't, and so does all that was said of it; beside it one that doesn't."""
    made = Ledgerroom(folder)
    made.open()
    made.ask(q.OpenClaim(f"Wohnt er im {SECRET}?"))
    made.ask(q.AmendClaim(Claim(1, f"Wohnte er im {SECRET}?", subject=SECRET)))
    made.ask(q.SetStanding(1, "verified", f"Grund {SECRET}", f"Zeile {SECRET}", f"Beleg {SECRET}", date(2025, 4, 30)))
    made.ask(q.ProposeRefuted(1, f"Grund {SECRET}", f"Beleg {SECRET}", f"Zeile {SECRET}"))
    made.ask(q.RecordReply("Er", f"Ich wohne nicht im {SECRET}.", claim=1))
    made.ask(q.OpenClaim("Ist Kursk befreit?"))
    yield made
    made.close()


def on_disk(folder: Path) -> list[str]:
    return [path.name for path in sorted(folder.iterdir()) if SECRET.encode() in path.read_bytes()]


def exported(room: Ledgerroom, *, public: bool = False) -> list[str]:
    return list(dump.export(room.journal, room.story, public=public))


def whole(room: Ledgerroom) -> bool:
    """Every chain holds, in the journal and in exports; the views are what the journal makes of itself."""
    found = [*verify.check(room.journal), *dump.verify(exported(room)), *dump.verify(exported(room, public=True))]
    return found == [] and rebuild.compare(room.journal) == []


def test_of_an_expunged_claim_nothing_is_left_but_its_number(room: Ledgerroom, folder: Path) -> None:
    before = room.now
    assert on_disk(folder)
    room.ask(q.ExpungeWords("claim", 1, "Beschluss des Landgerichts"))
    assert on_disk(folder) == []
    assert SECRET not in "".join(exported(room))
    assert list(room.view().claims) == [2]
    assert SECRET not in repr(room.view())
    assert whole(room)
    with room.journal.reading() as c:
        then = replay.moment(c, room.story, before)
        assert then is not None
        with replay.replay(c, then).reading() as past:
            assert list(views.ledger(past, room.story).claims) == [2]
    room.ask(q.OpenClaim("Und jetzt?"))
    assert max(room.view().claims) == 3


@pytest.mark.parametrize(
    "command",
    [
        q.AmendClaim(Claim(1, "Neu?")),
        q.RestoreClaim(1),
        q.SetStanding(1, "contested", "So.", "Zeile"),
        q.MergeClaims(2, 1),
        q.RecordReply("Er", "Nein.", claim=1),
        q.ExpungeWords("claim", 1, "Noch einmal"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_comes_back_to_an_expunged_claim(room: Ledgerroom, command: q.LedgerCommand) -> None:
    room.ask(q.ExpungeWords("claim", 1, "Beschluss"))
    answer = room.try_(command)
    assert isinstance(answer, Refusal)
    assert answer.code == "claim_expunged"


def test_an_expunged_standing_leaves_the_claim_to_the_rules(room: Ledgerroom, folder: Path) -> None:
    room.ask(q.AmendClaim(Claim(1, "Wo wohnt er?")))
    room.ask(q.ExpungeWords("standing", 1, "Beschluss"))
    claim = room.claim(1)
    assert (claim.claim.question, claim.standing, claim.line, claim.evidence) == ("Wo wohnt er?", "open", "", "")
    assert "Zeile" not in "".join(exported(room))
    assert "Grund" not in "".join(exported(room))
    assert whole(room)
    room.ask(q.SetStanding(1, "contested", "So.", "Neue Zeile"))
    assert (room.claim(1).standing, room.claim(1).line) == ("contested", "Neue Zeile")
    assert whole(room)


@pytest.mark.parametrize("removed", [False, True])
def test_an_expunged_reply_is_gone_and_its_number_stays(room: Ledgerroom, *, removed: bool) -> None:
    if removed:
        room.ask(q.RemoveReply(1))
    room.ask(q.ExpungeWords("reply", 1, "Beschluss"))
    assert "Ich wohne nicht" not in "".join(exported(room))
    assert room.view().replies == ()
    assert whole(room)
    room.ask(q.RecordReply("Er", "Nein.", claim=1))
    assert [each.number for each in room.view().replies] == [2]


def test_a_journal_with_holes_in_its_ledger_can_be_taken_elsewhere(room: Ledgerroom, tmp_path: Path) -> None:
    room.ask(q.ExpungeWords("claim", 1, "Beschluss"))
    other = Journal.open(f"sqlite:///{tmp_path / 'other.db'}")
    try:
        dump.load(other, exported(room))
        assert verify.check(other) == []
        with other.reading() as c:
            assert list(views.ledger(c, room.story).claims) == [2]
    finally:
        other.close()


def test_a_hole_that_nobody_names_is_found(room: Ledgerroom) -> None:
    room.ask(q.ExpungeWords("claim", 1, "Beschluss"))
    lines = [each for each in exported(room, public=True) if '"WordsExpunged"' not in each]
    assert dump.verify(lines)


@pytest.mark.parametrize(
    ("of", "number", "reason", "code"),
    [
        ("claim", 1, " ", "reason_missing"),
        ("claim", 1, "x" * 1001, "too_long"),
        ("claim", 9, "Beschluss", "claim_missing"),
        ("standing", 2, "Beschluss", "standing_missing"),
        ("reply", 9, "Beschluss", "reply_missing"),
    ],
)
def test_what_cant_be_expunged_is_refused(room: Ledgerroom, of: Worded, number: int, reason: str, code: str) -> None:
    answer = room.try_(q.ExpungeWords(of, number, reason))
    assert isinstance(answer, Refusal)
    assert answer.code == code


def test_only_a_chief_expunges(room: Ledgerroom) -> None:
    answer = room.try_(q.ExpungeWords("claim", 1, "Beschluss"), BEN)
    assert isinstance(answer, Refusal)
    assert (ANNA.role, answer.code) == ("chief", "not_allowed")


def party(id: str, name: str) -> q.NameParty:
    return q.NameParty(Party(id, names={"de": name}), f"Notiz {name}")


class Bells(MemoryBus):
    """A bus that remembers what was rung."""

    def __init__(self) -> None:
        super().__init__()
        self.rung: list[Bell] = []

    def ring(self, bell: Bell) -> None:
        self.rung.append(bell)


def test_of_an_expunged_party_the_other_processes_are_told_and_the_desk_forgets_it(room: Ledgerroom) -> None:
    bells = Bells()
    desk = room.desk = Desk(room.journal, bells, clock=lambda: room.now)
    room.ask(party("p-17", SECRET))
    room.ask(q.OpenClaim("Wer ist es?"))
    assert SECRET in repr(vars(desk._folds.names))
    bells.rung.clear()
    done = room.ask(q.ExpungeWords("party", reason="Beschluss", id="p-17"))
    assert bells.rung == [Bell("house", 0, done.seq)]
    assert SECRET not in repr(vars(desk._folds.names))


def test_names_that_were_not_written_are_nobodys(room: Ledgerroom) -> None:
    desk = room.desk

    def fail(connection: object) -> None:
        raise sqlite3.OperationalError

    async def at_once() -> list[object]:
        with desk._pen:  # the second and the third share a transaction
            asked = [
                asyncio.ensure_future(desk.ask(party(f"p-{n}", f"Nie {n}"), ANNA, story="", command_id=f"{n}"))
                for n in range(3)
            ]
            await asyncio.sleep(0.1)
        return list(await asyncio.gather(*asked, return_exceptions=True))

    event.listen(room.journal.engines.writer, "commit", fail)
    assert all(isinstance(each, JournalError) for each in asyncio.run(at_once()))
    event.remove(room.journal.engines.writer, "commit", fail)
    room.desk = Desk(room.journal, MemoryBus(), clock=lambda: room.now)  # another process
    room.ask(party("p-3", "Neu"))
    room.desk = desk
    room.ask(q.OpenClaim("Wer ist es?"))
    assert {"p-1", "p-2", "p-3"} & desk._folds.names.house.parties.keys() == {"p-3"}
