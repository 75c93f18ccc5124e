"""Who is who in an exported file, through the command line: the names are signed, and each way to alter them is named.

In: an export of a story whose ledger has a speaker by an id. Out: what verify says to whoever has the file and a key.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from depesche.words import ledgercommands as q
from depesche.words.parties import Cast, Chain, Party
from tests.desk.ledgerroom import Ledgerroom
from tests.test_cli import Shell

EMPLOYEE, MINISTER = "ein Mitarbeiter des Ministeriums", "der Minister selbst"
DOUBT = "whoever gave you this file may have changed who is who."


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house's folder with a story in which an employee of the ministry speaks, signed."""
    folder = tmp_path_factory.mktemp("house")
    room = Ledgerroom(folder)
    room.open(Cast(), ())
    room.ask(q.NameParty(Party("x1", names={"de": EMPLOYEE})), story="house")
    room.ask(q.AmendStatement(room.say("one", "Jemand"), chain=Chain(("x1",))))
    room.close()
    Shell(folder).run("checkpoint")
    return folder


@pytest.fixture
def shell(told: Path, tmp_path: Path) -> Shell:
    return Shell(shutil.copytree(told, tmp_path / "var"))


@pytest.fixture
def key(shell: Shell) -> str:
    return shell.run("checkpoint", "--keys").split()[0]


@pytest.fixture
def file(shell: Shell, tmp_path: Path) -> Path:
    return export(shell, tmp_path / "public.jsonl")


def export(shell: Shell, file: Path, *more: str) -> Path:
    shell.run("export", "kursk", "--output", file, *(more or ("--public",)))
    return file


def altered(file: Path, alter: Callable[[dict[str, Any]], Any]) -> Path:
    """The file with another first line."""
    first, rest = file.read_text().split("\n", 1)
    header = json.loads(first)
    alter(header)
    file.write_text(json.dumps(header) + "\n" + rest)
    return file


def renamed(header: dict[str, Any]) -> None:
    header["names"]["x1"]["de"] = MINISTER


def added(header: dict[str, Any]) -> None:
    header["names"]["x2"] = {"de": MINISTER}


def dropped(header: dict[str, Any]) -> None:
    del header["names"]


@pytest.mark.parametrize("public", [True, False])
def test_names_that_the_house_signed_are_told_with_the_key(
    shell: Shell, key: str, tmp_path: Path, public: bool
) -> None:
    more = ("--public",) if public else ("--media", str(tmp_path / "media"))
    said = shell.run("verify", export(shell, tmp_path / "x.jsonl", *more), "--key", key).splitlines()
    assert said[0].startswith("verified: editions 1 to ")
    assert said[-1].startswith("names: signed at 20")
    assert said[-1].endswith(f" by {key}")


def test_a_file_that_was_written_anew_by_another_program_keeps_its_names(shell: Shell, key: str, file: Path) -> None:
    altered(file, lambda header: header.update(dict(reversed(list(header.items())))))
    assert "names: signed at " in shell.run("verify", file, "--key", key)


@pytest.mark.parametrize("alter", [renamed, added, dropped])
def test_other_names_are_noticed(shell: Shell, key: str, file: Path, alter: Callable[[dict[str, Any]], None]) -> None:
    said = shell.run("verify", altered(file, alter), "--key", key, code=1)
    assert "verified: editions 1 to " in said
    assert f"names: altered: they aren't what {key} signed at 20" in said


def test_parties_of_a_full_export_are_signed_too(shell: Shell, key: str, tmp_path: Path) -> None:
    full = export(shell, tmp_path / "full.jsonl", "--media", str(tmp_path / "media"))
    altered(full, lambda header: header["parties"][0]["names"].update(de=MINISTER))
    assert "names: altered: " in shell.run("verify", full, "--key", key, code=1)


def test_names_without_a_signature_are_not_called_verified(shell: Shell, key: str, file: Path) -> None:
    """As in a file of an earlier release, or where somebody took the signature away with the old names."""
    altered(file, lambda header: header.pop("names_note"))
    said = shell.run("verify", altered(file, renamed), "--key", key, code=1)
    assert "verified: editions 1 to " in said
    assert f"names: not signed: {DOUBT}" in said


def test_a_file_that_names_nobody_needs_no_signature(shell: Shell, key: str, file: Path) -> None:
    altered(file, lambda header: header.pop("names_note"))
    assert shell.run("verify", altered(file, dropped), "--key", key).endswith("names: the file names nobody\n")


def test_names_of_an_earlier_export_are_not_those_of_a_later_one(shell: Shell, key: str, file: Path) -> None:
    old = json.loads(file.read_text().partition("\n")[0])
    shell.run("story", "rename", "kursk", "kursk-2")
    shell.run("story", "rename", "kursk-2", "kursk")
    export(shell, file)
    altered(file, lambda header: header.update(names=old["names"], names_note=old["names_note"]))
    said = shell.run("verify", file, "--key", key, code=1)
    edition = old["edition"]
    assert f"names: of another export: they were signed for edition {edition}, " in said
    assert f"the file ends with {edition + 2}." in said


def test_a_checkpoint_does_not_sign_names_nor_a_note_of_names_a_chain(shell: Shell, key: str, file: Path) -> None:
    altered(file, lambda header: header.update(names_note=header["checkpoints"][0], checkpoints=[header["names_note"]]))
    assert "The checkpoints are of other stories." in shell.run("verify", file, "--key", key, code=1)
    export(shell, file)
    altered(file, lambda header: header.update(names_note=header["checkpoints"][0]))
    assert "names: not signed: " in shell.run("verify", file, "--key", key, code=1)


def test_a_note_that_only_says_who_signed_it_signs_nothing(shell: Shell, key: str, file: Path) -> None:
    def forged(header: dict[str, Any]) -> None:
        header["names_note"] = header["names_note"].replace("\n20", "\n19")

    said = shell.run("verify", altered(file, forged), "--key", key, code=1)
    assert f"names: not signed: the signature doesn't fit, {DOUBT}" in said


def test_after_a_rotation_names_are_of_the_new_key(shell: Shell, key: str, file: Path) -> None:
    new = shell.run("checkpoint", "--new-key").split("key:\n")[1].split()[0]
    export(shell, file)
    assert "names: signed at " in shell.run("verify", file, "--key", key, "--key", new)
    said = shell.run("verify", file, "--key", key, code=1)
    assert f"names: signed by another key ({'+'.join(new.split('+')[:2])}): {DOUBT}" in said


def test_without_a_key_an_export_is_made_all_the_same(shell: Shell, tmp_path: Path) -> None:
    (shell.folder / "checkpoint.key").write_text("damaged")
    assert "names: not signed. The file of the secret key is damaged" in shell.run("export", "kursk", "--public")
    (shell.folder / "checkpoint.key").unlink()
    header = json.loads(shell.run("export", "kursk", "--public").partition("\n")[0])
    assert header["names"] == {"x1": {"de": EMPLOYEE}}
    assert "names_note" not in header
    assert not (shell.folder / "checkpoint.key").exists(), "exporting makes no key"
