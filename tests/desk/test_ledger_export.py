"""A public export of a story with a ledger can be read without the house that it came from."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from depesche.journal import dump, views
from depesche.words import commands
from depesche.words import ledgercommands as q
from depesche.words.parties import Cast, Chain, Outlet, Party
from tests.desk.ledgerroom import Ledgerroom


def test_a_full_export_brings_whom_its_ledger_rests_on_to_another_house(tmp_path: Path) -> None:
    room, other = Ledgerroom(tmp_path / "one"), Ledgerroom(tmp_path / "other")
    room.open(Cast(), ())
    state, service = Party("x0", "state", {"de": "Staat"}), Party("x1", "intelligence", {"de": "Geheimdienst"}, "x0")
    army = Party("x4", "armed_force", {"de": "Heer"}, aliases=("die Armee",))
    for party in (state, service, army, Party("x2", names={"de": "Unbeteiligter"})):
        room.ask(q.NameParty(party, note="GEHEIM"), story="house")
    room.ask(q.NameOutlet(Outlet("x3", "Blatt")), story="house")
    room.ask(q.OpenClaim("Hält der Deich?"))
    room.ask(q.AmendStatement(room.say("one", "Jemand"), chain=Chain(("x3", "x1"))))
    room.ask(q.LinkStatement(1, room.say("two", "Die Armee"), "affirms"))
    other.ask(q.NameParty(Party("x1", "ngo", {"de": "Andere"})), story="house")
    lines = list(dump.export(room.journal, room.story))
    assert dump.verify(lines) == []
    assert "GEHEIM" not in lines[0]
    assert "Unbeteiligter" not in lines[0]
    dump.load(other.journal, lines)
    with other.journal.reading() as connection:
        known = views.house(connection)
        links = views.ledger(connection, room.story).claims[1].links
    assert known.parties == {"x0": state, "x1": Party("x1", "ngo", {"de": "Andere"}), "x4": army}
    assert known.outlets == {"x3": Outlet("x3", "Blatt")}
    assert [each.chain.hops for each in links] == [("x4",)], "known by an alias, as at home"
    room.close()
    other.close()


def test_an_import_that_can_not_name_them_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room, other = Ledgerroom(tmp_path / "one"), Ledgerroom(tmp_path / "other")
    room.open(Cast(), ())
    room.ask(q.NameParty(Party("x0", names={"de": "Wer"})), story="house")
    room.ask(q.AmendStatement(room.say("one", "Jemand"), chain=Chain(("x0",))))
    lines = list(dump.export(room.journal, room.story))
    with monkeypatch.context() as patch:
        patch.setattr("depesche.journal.introduce.decide", Mock(side_effect=OSError("the disk is full")))
        with pytest.raises(OSError, match="disk"):
            dump.load(other.journal, lines)
    dump.load(other.journal, lines)
    with other.journal.reading() as connection:
        assert list(views.house(connection).parties) == ["x0"]
    room.close()
    other.close()


def test_whom_a_house_forgot_or_expunged_no_import_brings_back(tmp_path: Path) -> None:
    room, other = Ledgerroom(tmp_path / "one"), Ledgerroom(tmp_path / "other")
    room.open(Cast(), ())
    parties = [Party(f"x{n}", names={"de": f"Wer {n}"}) for n in range(3)]
    for party in parties:
        room.ask(q.NameParty(party), story="house")
        other.ask(q.NameParty(party), story="house")
    room.ask(q.NameOutlet(Outlet("x3", "Blatt")), story="house")
    other.ask(q.NameOutlet(Outlet("x3", "Blatt")), story="house")
    room.ask(q.AmendStatement(room.say("one", "Jemand"), chain=Chain(("x3", "x2", "x1", "x0"))))
    other.ask(q.ForgetParty("x1"), story="house")
    other.ask(q.ExpungeWords("party", reason="Beschluss", id="x2"), story="house")
    other.ask(q.ExpungeWords("outlet", reason="Beschluss", id="x3"), story="house")
    dump.load(other.journal, list(dump.export(room.journal, room.story)))
    with other.journal.reading() as connection:
        known = views.house(connection)
    assert (known.parties, known.outlets) == ({"x0": parties[0]}, {})
    room.close()
    other.close()


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
