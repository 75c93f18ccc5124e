"""A public export of a story with a ledger can be read without the house that it came from."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from depesche.journal import dump
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.parties import Chain, Outlet, Party
from tests.desk.ledgerroom import Ledgerroom


def header(room: Ledgerroom) -> dict[str, Any]:
    lines = list(dump.export(room.journal, room.story, public=True))
    assert dump.verify(lines) == []
    found: dict[str, Any] = json.loads(lines[0])
    return found


def test_a_public_export_names_whom_its_ledger_has_by_ids_and_nobody_else() -> None:
    with tempfile.TemporaryDirectory() as folder:
        room = Ledgerroom(Path(folder))
        room.open()
        service = Party("x1", "intelligence", {"de": "Geheimdienst", "en": "Service"})
        room.ask(q.NameParty(service, note="Quelle GEHEIM"), story="house")
        room.ask(q.NameParty(Party("x2", "unnamed", {"de": "GEHEIM, ein Informant"})), story="house")
        room.ask(q.NameOutlet(Outlet("x3", "Blatt")), story="house")
        for name, hops in (("one", ("x3", "x1")), ("two", ("x2",))):
            room.ask(q.AmendStatement(room.say(name, "Jemand"), chain=Chain(hops)))
        room.ask(commands.RetractPost(room.posts["two"], "Falsch."))
        assert header(room)["names"] == {"x1": {"de": "Geheimdienst", "en": "Service"}, "x3": {"": "Blatt"}}
        room.ask(q.ForgetParty("x1"), story="house")
        assert header(room)["names"] == {"x3": {"": "Blatt"}}
        room.close()
