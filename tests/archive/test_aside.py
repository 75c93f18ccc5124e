"""A reader in a process of its own: the same statements, and whatever happens to the process costs one text at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from depesche import app, reading
from depesche.aside import Aside, ReadingFailed
from depesche.desk.access import Actor
from depesche.desk.intake import Arrival
from depesche.journal import views
from depesche.settings import Settings

TEXT = "Präsident Selenskyj sagte: „Wir halten die Linie.“"
PATIENCE = 20.0


@pytest.fixture
def odd(tmp_path: Path, moody: str) -> Iterator[Aside]:
    aside = Aside(Settings(folder=tmp_path), moody, seconds=2.0)
    yield aside
    aside.close()


def children(of: int) -> list[int]:
    """The processes that this one began."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = stat.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if int(parent) == of and b"depesche.aside" in stat.with_name("cmdline").read_bytes():
            found.append(int(stat.parent.name))
    return found


def test_it_reads_what_the_reader_reads(tmp_path: Path) -> None:
    aside = Aside(Settings(folder=tmp_path), "depesche")
    assert aside.read(TEXT, language="de") == reading.read(TEXT, language="de")
    assert aside.read(TEXT) == reading.read(TEXT)
    [process] = children(os.getpid())
    aside.close()
    assert not Path(f"/proc/{process}").exists()


def test_a_process_that_was_killed_costs_no_text(tmp_path: Path) -> None:
    aside = Aside(Settings(folder=tmp_path), "depesche")
    aside.read(TEXT)
    [process] = children(os.getpid())
    os.kill(process, signal.SIGKILL)
    assert aside.read(TEXT, language="de") == reading.read(TEXT, language="de")
    aside.close()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("value", "ValueError: not this one"),
        ("raise", "ended while it read"),
        ("exit", "ended while it read"),
        ("sleep", "took longer than 2 seconds"),
    ],
)
def test_a_text_that_cannot_be_read_costs_no_other(odd: Aside, text: str, why: str) -> None:
    with pytest.raises(ReadingFailed, match=why):
        odd.read(text)
    assert odd.read("fine", language="de").statements


def test_an_accident_is_tried_once_more(odd: Aside) -> None:
    assert odd.read("once").statements


def test_copy_is_kept_although_its_reader_dies(tmp_path: Path, moody: str) -> None:
    house = app.furnish(Settings(folder=tmp_path, reader=moody), aside=True)
    arrival = house.intake.receive(b"exit", actor=Actor(id="e" * 8, name="Ada", role="editor"), media_type="text/plain")
    assert isinstance(arrival, Arrival)
    assert (arrival.copy.text, arrival.reading.statements) == ("exit", ())
    with house.journal.reading() as connection:
        assert [each.copy for each in views.copies(connection)] == [arrival.copy]
    app.end(house)


def test_the_process_ends_with_the_server_however_that_ends() -> None:
    program = (
        "import sys; from depesche.aside import Aside; from depesche.settings import Settings\n"
        f"Aside(Settings(), 'depesche').read({TEXT!r}); print('read', flush=True); sys.stdin.read()"
    )
    server = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdout is not None
    assert server.stdout.readline() == b"read\n"
    [process] = children(server.pid)
    server.kill()
    server.communicate()
    end = time.monotonic() + PATIENCE
    while Path(f"/proc/{process}").exists():
        assert time.monotonic() < end, "the reader's process outlived its server"
        time.sleep(0.02)
