"""Signed checkpoints, through the command line and HTTP: what is signed, what readers get, and every kind of tampering.

In: a story with a public history, exported. Out: each alteration is named, with exit code 1, by somebody who has
nothing but the file, a public key and perhaps a checkpoint that was kept elsewhere.
"""

from __future__ import annotations

import base64
import json
import os
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depesche.desk import notary
from depesche.journal import form, notes
from depesche.journal.keys import Keys
from depesche.journal.notes import KeyRefused
from tests.newsroom import Newsroom, newsroom
from tests.test_cli import Shell

BASE = "/.well-known/depesche-checkpoints"
# The key of the example in https://c2sp.org/signed-note; Go's sumdb publishes its own in the same form.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A shell with a story of five editions, signed at the third and the fifth."""
    made = Shell(tmp_path / "var")
    made.run("story", "open", "elbe", "--title", "Hochwasser")
    made.run("story", "rename", "elbe", "elbe-1")
    made.run("story", "rename", "elbe-1", "elbe-2")
    made.run("checkpoint")
    made.run("story", "rename", "elbe-2", "elbe-3")
    made.run("story", "rename", "elbe-3", "elbe")
    made.run("checkpoint")
    return made


@pytest.fixture
def key(shell: Shell) -> str:
    """Its public key."""
    return shell.run("checkpoint", "--keys").split()[0]


@pytest.fixture
def file(shell: Shell, tmp_path: Path) -> Path:
    """The public export."""
    shell.run("export", "elbe", "--public", "--output", tmp_path / "elbe.jsonl")
    return tmp_path / "elbe.jsonl"


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def write(file: Path, said: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(each) + "\n" for each in said))


def chained(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same story with chains and head made anew, as somebody would who owns the server."""
    header, *entries = said
    before = form.GENESIS
    for edition, entry in enumerate(entries, 1):
        committed = form.commitment(base64.b64decode(entry["salt"]), entry["body"].encode())
        clear = (entry["at"], entry["kind"], entry["object"], committed)
        before = form.public_digest(before, header["stream"], edition, *clear)
        entry |= {"edition": edition, "commitment": encoded(committed), "public_digest": encoded(before)}
    header |= {"edition": len(entries), "public_digest": encoded(before)}
    return [header, *entries]


def encoded(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


# --- what is signed


def test_an_export_verifies_against_the_key_alone(shell: Shell, key: str, file: Path, tmp_path: Path) -> None:
    told = shell.run("verify", file, "--key", key)
    assert "verified: editions 1 to 5 stood so at " in told
    assert key in told
    (tmp_path / "keys").write_text(f"{key}\n")
    assert "editions 1 to 5" in shell.run("verify", "--file", file, "--key", tmp_path / "keys")
    shell.run("export", "elbe", "--output", tmp_path / "full.jsonl")
    assert "editions 1 to 5" in shell.run("verify", tmp_path / "full.jsonl", "--key", key)
    assert shell.run("verify", file) == "verified the file\n"


def test_what_came_after_the_last_checkpoint_is_told(shell: Shell, key: str, tmp_path: Path) -> None:
    shell.run("story", "rename", "elbe", "oder")
    shell.run("export", "oder", "--public", "--output", tmp_path / "x.jsonl")
    told = shell.run("verify", tmp_path / "x.jsonl", "--key", key)
    assert "editions 6 to 6 are newer than the last checkpoint: nobody signed them" in told


def test_the_notes_are_signed_notes(file: Path, key: str) -> None:
    for text in lines(file)[0]["checkpoints"]:
        (note,) = notes.read(text)
        origin, edition, digest, moment = note.text.splitlines()
        assert origin == f"depesche/{lines(file)[0]['stream']}"
        assert edition == str(note.edition)
        assert len(base64.b64decode(digest)) == 32
        assert time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ")
        assert text.startswith(f"{note.text}\n\u2014 depesche ")
        assert str(notes.signer(note, [notes.public_key(key)])) == key


def test_a_foreign_key_of_the_same_form_is_read() -> None:
    key = notes.public_key(SUMDB)
    assert (key.name, key.id.hex(), str(key)) == ("sum.golang.org", "033de0ae", SUMDB)


def test_signing_twice_makes_one_checkpoint(shell: Shell) -> None:
    assert shell.run("checkpoint") == "elbe: nothing new to sign\n"
    shell.run("story", "rename", "elbe", "oder")
    assert shell.run("checkpoint", "oder") == "oder: signed edition 6\n"


# --- tampering


def test_a_wrong_key_is_named(shell: Shell, file: Path, tmp_path: Path) -> None:
    other = Keys(tmp_path / "other").make("depesche").public
    told = shell.run("verify", file, "--key", str(other), code=1)
    assert "Wrong key: no checkpoint is signed by it." in told


def test_a_changed_entry_is_named(shell: Shell, key: str, file: Path) -> None:
    file.write_text(file.read_text().replace("Hochwasser", "Niedrigwasser", 1))
    told = shell.run("verify", file, "--key", key, code=1)
    assert "edition 1: Its body or salt was altered" in told


def test_a_missing_tail_is_named_though_the_header_was_set_back(shell: Shell, key: str, file: Path) -> None:
    said = lines(file)[:-1]
    write(file, chained(said))
    told = shell.run("verify", file, "--key", key, code=1)
    assert "edition 5: The tail is missing: edition 5 was signed at " in told
    assert "the file ends with 4" in told


@pytest.mark.parametrize(("place", "edition"), [(1, 3), (4, 5)])
def test_a_rewritten_history_with_a_consistent_chain_is_named(
    shell: Shell, key: str, file: Path, place: int, edition: int
) -> None:
    said = lines(file)
    said[place]["body"] = said[place]["body"].replace("Hochwasser", "Alles gut")
    write(file, chained(said))
    assert shell.run("verify", file) == "verified the file\n", "the chain alone can't tell"
    told = shell.run("verify", file, "--key", key, code=1)
    assert f"edition {edition}: The history up to here was rewritten: it isn't what was signed at " in told


def test_a_left_out_entry_is_named(shell: Shell, key: str, file: Path) -> None:
    said = lines(file)
    del said[2]
    write(file, chained(said))
    assert "edition 3: The history up to here was rewritten" in shell.run("verify", file, "--key", key, code=1)


def test_without_checkpoints_nothing_vouches_for_a_file(shell: Shell, key: str, file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("\n".join(lines(file)[0]["checkpoints"]))
    said = lines(file)
    del said[0]["checkpoints"]
    said[1]["body"] = said[1]["body"].replace("Hochwasser", "Alles gut")
    write(file, chained(said))
    told = shell.run("verify", file, "--key", key, code=1)
    assert "There is no checkpoint to compare with: nothing vouches for this file." in told
    told = shell.run("verify", file, "--key", key, "--checkpoints", kept, code=1)
    assert "The history up to here was rewritten" in told


@pytest.mark.parametrize(
    "alter",
    [
        lambda note: note.replace("\n5\n", "\n9\n"),
        lambda note: note.replace("T", "U", 1) if "T" in note.splitlines()[2] else note.replace("A", "B", 1),
        lambda note: note.replace("2026", "2020", 1) if "2026" in note else note.replace("20", "19", 1),
    ],
    ids=["edition", "digest", "time"],
)
def test_an_altered_checkpoint_is_named(shell: Shell, key: str, file: Path, alter: Callable[[str], str]) -> None:
    said = lines(file)
    said[0]["checkpoints"] = [alter(said[0]["checkpoints"][0])]
    write(file, said)
    told = shell.run("verify", file, "--key", key, code=1)
    assert "The signature of a checkpoint doesn't fit: it was altered, or never signed by this key." in told


def test_checkpoints_of_another_story_prove_nothing(shell: Shell, key: str, file: Path, tmp_path: Path) -> None:
    shell.run("story", "open", "rhein", "--title", "Rhein")
    shell.run("checkpoint", "rhein")
    shell.run("export", "rhein", "--public", "--output", tmp_path / "rhein.jsonl")
    said = lines(file)
    said[0]["checkpoints"] = lines(tmp_path / "rhein.jsonl")[0]["checkpoints"]
    write(file, said)
    assert "The checkpoints are of other stories." in shell.run("verify", file, "--key", key, code=1)


@pytest.mark.parametrize("wrong", ["depesche+00000000+AAAA", "nokey", "PRIVATE+KEY+x+00000000+AAAA", SUMDB[:-2] + "A8"])
def test_what_is_no_key_is_refused_without_a_trace(shell: Shell, file: Path, wrong: str) -> None:
    told = shell.run("verify", file, "--key", wrong, code=1)
    assert "no public key" in told or "typing error" in told
    assert told.count("\n") == 1


def test_a_key_takes_a_file(shell: Shell, key: str) -> None:
    assert "can't be read" in shell.run("verify", "missing.jsonl", "--key", key, code=1)
    shell.run("verify", "--key", key, code=2)


@pytest.mark.damages
@pytest.mark.parametrize("edition", [5, 2])
def test_a_journal_that_was_rewritten_is_not_signed(shell: Shell, edition: int) -> None:
    """Whoever owns the file can forge it, but not have it signed: the chain has to continue the last checkpoint."""
    with sqlite3.connect(shell.folder / "depesche.db") as c:
        for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            c.execute(f"DROP TRIGGER {name}")
        c.execute("UPDATE entry SET public_digest = zeroblob(32) WHERE edition = ?", (edition,))
        if edition == 2:
            c.execute("DELETE FROM checkpoint WHERE edition > 1")
    c.close()
    shell.run("story", "rename", "elbe", "oder")
    told = shell.run("checkpoint", code=1)
    assert "Nothing was signed; run `depesche verify`." in told


# --- the key


def test_the_secret_key_is_its_owners_alone(shell: Shell, key: str, file: Path) -> None:
    secret = (shell.folder / "checkpoint.key").read_text().strip()
    assert stat.S_IMODE((shell.folder / "checkpoint.key").stat().st_mode) == 0o600
    seed = secret.rpartition("+")[2]
    told = [shell.run("checkpoint"), shell.run("checkpoint", "--keys"), shell.run("doctor", code=0), file.read_text()]
    told += [shell.run("checkpoint", "--new-key"), repr(Keys(shell.folder).secret())]
    assert all(seed not in each for each in told)
    assert "PRIVATE" not in "".join(told)
    assert sorted(each.name for each in shell.folder.glob("*checkpoint*")) == ["checkpoint.key", "checkpoint.pub"]


def test_after_a_rotation_both_keys_verify(shell: Shell, key: str, file: Path, tmp_path: Path) -> None:
    told = shell.run("checkpoint", "--new-key", "--name", "live.example.org/depesche")
    assert "elbe: signed edition 5" in told
    new, old = shell.run("checkpoint", "--keys").split()
    assert old == key
    assert new.startswith("live.example.org/depesche+")
    shell.run("export", "elbe", "--public", "--output", tmp_path / "after.jsonl")
    for each in (old, new):
        assert "editions 1 to 5" in shell.run("verify", tmp_path / "after.jsonl", "--key", each)
    shell.run("verify", file, "--key", new, code=1)
    shell.run("story", "rename", "elbe", "oder")
    shell.run("checkpoint")
    shell.run("export", "oder", "--public", "--output", tmp_path / "after.jsonl")
    assert "editions 1 to 6" in shell.run("verify", tmp_path / "after.jsonl", "--key", new)
    assert "editions 1 to 5" in shell.run("verify", tmp_path / "after.jsonl", "--key", old)


@pytest.mark.parametrize("name", ["with space", "with+plus", "", "x" * 300])
def test_a_name_that_no_key_may_have_is_refused(shell: Shell, name: str) -> None:
    shell.run("checkpoint", "--new-key", "--name", name or " ", code=1)


def test_the_key_is_named_after_the_public_address(tmp_path: Path) -> None:
    made = Shell(tmp_path / "var")
    made.env |= {"DEPESCHE_URL": "https://live.example.org", "DEPESCHE_BASE_PATH": "/ticker"}
    made.run("story", "open", "elbe", "--title", "E")
    assert "live.example.org/ticker/depesche+" in made.run("checkpoint")


def test_a_damaged_key_is_told_and_never_shown(shell: Shell) -> None:
    file = shell.folder / "checkpoint.key"
    text = file.read_text()
    file.write_text(text[:-6])
    told = shell.run("checkpoint", code=1)
    assert "The file of the secret key is damaged" in told
    assert text.rpartition("+")[2][:10] not in told
    assert "wrong" in shell.run("doctor", code=1)


def test_the_doctor_tells_of_the_key(shell: Shell, tmp_path: Path) -> None:
    assert "checkpoints are signed by depesche" in shell.run("doctor")
    os.chmod(shell.folder / "checkpoint.key", 0o644)
    assert "others may read" in shell.run("doctor", code=1)
    bare = Shell(tmp_path / "bare")
    bare.run("story", "open", "elbe", "--title", "E")
    assert "no key signs checkpoints yet" in bare.run("doctor")


def test_closing_a_story_in_the_shell_signs_it(tmp_path: Path) -> None:
    made = Shell(tmp_path / "var")
    made.run("story", "open", "elbe", "--title", "E")
    made.run("story", "close", "elbe")
    assert made.run("checkpoint") == "elbe: nothing new to sign\n"


# --- through HTTP


def wait_for(server: Newsroom, slug: str, edition: int) -> str:
    """The story's checkpoints, once there is one of this edition."""
    ask = server.client(None).get
    wait_until(lambda: f"\n{edition}\n" in ask(f"{BASE}/{slug}").text)
    return ask(f"{BASE}/{slug}").text


def wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < end, "it didn't happen"
        time.sleep(0.02)


def test_closing_a_story_signs_it_and_readers_get_the_checkpoint(server: Newsroom, tmp_path: Path) -> None:
    slug = server.story()
    server.publish(slug, "Wasser")
    reader = server.client(None)
    assert reader.get(f"{BASE}/keys").text == ""
    assert reader.get(BASE).json()["stories"] == []
    server.client("chief").post(f"/api/stories/{slug}/close")
    text = wait_for(server, slug, 3)
    answer = reader.get(f"{BASE}/{slug}")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "max-age" in answer.headers["cache-control"]
    assert reader.get(f"{BASE}/{slug}", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    index = reader.get(BASE)
    assert index.headers["content-type"] == "application/json"
    (told,) = index.json()["stories"]
    assert (told["slug"], told["edition"]) == (slug, 3)
    assert told["checkpoint"] == text
    assert reader.get(told["url"]).text == text
    (key,) = reader.get(f"{BASE}/keys").text.split()
    assert index.json()["keys"] == [key]
    assert "PRIVATE" not in index.text
    assert reader.get(f"{BASE}/none").status_code == 404
    shell = Shell(server.house.settings.folder)
    shell.run("export", slug, "--public", "--output", tmp_path / "x.jsonl")
    assert "editions 1 to 3" in shell.run("verify", tmp_path / "x.jsonl", "--key", key)
    shell.run("checkpoint", "--new-key")
    wait_until(lambda: reader.get(f"{BASE}/keys").text.split()[1:] == [key])  # an old key stays listed
    wait_until(lambda: len(notes.read(reader.get(f"{BASE}/{slug}").text)[0].signatures) == 2)


def test_stories_are_signed_by_the_clock_where_the_settings_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notary, "MINUTE", 0.02)
    with newsroom(tmp_path / "var", checkpoint_minutes=1) as room:
        slug = room.story()
        wait_for(room, slug, 1)
        room.publish(slug, "Wasser")
        wait_for(room, slug, 2)


def test_a_folder_that_can_not_hold_a_key_keeps_nobody_from_closing(server: Newsroom) -> None:
    (server.house.settings.folder / "checkpoint.pub").mkdir()
    slug = server.story()
    assert server.client("chief").post(f"/api/stories/{slug}/close").status_code == 200
    assert server.client(None).get(f"/{slug}").status_code == 200
    (server.house.settings.folder / "checkpoint.pub").rmdir()


# --- pure


@given(st.text() | st.text(alphabet="a1+/=\n\u2014 Z", max_size=400))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for note in notes.read(text):
        assert notes.signer(note, []) is None
    for read in (notes.public_key, notes.secret_key):
        with pytest.raises(KeyRefused):
            read(text)


def test_a_file_of_hostile_lines_is_read_in_a_moment() -> None:
    """Bounded by the size alone: a quadratic scan of these would take hours."""
    for text in (
        "a\n" * 2_000_000,
        "\n" * 4_000_000,
        "\u2014 a AAAAAAAA\n" * 200_000,
        "a\n\n\u2014 x AAAAAAAA\n\n" * 200_000,
    ):
        assert notes.read(text) == []
