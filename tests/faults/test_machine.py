"""The machine under a real process fails: its clock jumps, its disk fills. Editors are told; readers miss nothing."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.installation import SLUG, Installation, Node, Writer, installed, until
from tests.faults.reader import Reader, all_equal, fresh, shown_once

pytestmark = pytest.mark.timeout(300)
READERS = 5
DAY = 86_400
JUMPING = """
import os, sys, time
from pathlib import Path
real, offset = time.time_ns, Path(os.environ["OFFSET"])
time.time_ns = lambda: real() + int(offset.read_text()) * 10**9
time.time = lambda: time.time_ns() / 1e9
sys.argv = ["depesche", "serve"]
from depesche.cli import main
main()
"""
"""The program as it is, on a clock that the test sets."""


def follow(node: Node) -> list[Reader]:
    readers = [Reader([node.port]) for _ in range(READERS)]
    for reader in readers:
        reader.until_open()
    return readers


def test_a_clock_that_jumps_neither_loses_nor_turns_round_anything(tmp_path: Path) -> None:
    offset = tmp_path / "offset"

    def jump(seconds: int) -> None:
        (tmp_path / "next").write_text(str(seconds))
        os.replace(tmp_path / "next", offset)

    jump(0)
    office = Installation(tmp_path / "var")
    office.environment["OFFSET"] = str(offset)
    node = office.node(command=(sys.executable, "-c", JUMPING))
    try:
        readers, acknowledged = follow(node), {}
        for turn, seconds in enumerate((0, DAY, -DAY, 0, 20 * DAY, 0)):
            jump(seconds)
            for number in range(3):
                body = f"Runde {turn}, Meldung {number}."
                acknowledged[body] = office.publish(node.url, body)
            edition = fresh(node.url).edition
            for reader in readers:
                reader.until(edition)
        assert all(reader.opened == 1 for reader in readers), "a stream's life is no matter of the wall's clock"
        page = all_equal(readers, node.url, posts=len(acknowledged))
        shown_once(page, acknowledged)
        shown = [re.findall(r'datetime="([^"]+)"', page.shows[f"post:{n}"]["html"])[0] for n in acknowledged.values()]
        assert shown == sorted(shown), "a later post has an earlier time"
        assert f"verified {len(acknowledged) + 1} entries" in office.run("verify")
    finally:
        office.close()


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 12 MB, which only root may make."""
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"a small disk can't be mounted here, only the limit on files is tested: {made.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextlib.contextmanager
def full_disk(node: Node, folder: Path) -> Iterator[None]:
    """No byte is left while the block lasts."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        for size in (65536, 512, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size):
                    pass
    yield
    filler.unlink()


@contextlib.contextmanager
def no_growth(node: Node, folder: Path) -> Iterator[None]:
    """No file of the process can grow while the block lasts: each write beyond what is there fails."""
    before = resource.prlimit(node.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(node.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.prlimit(node.pid, resource.RLIMIT_FSIZE, before)


Full = Callable[[Node, Path], contextlib.AbstractContextManager[None]]


def full_for_a_while(folder: Path, full: Full) -> None:
    with installed(folder / "var") as office:
        node = office.nodes[0]
        readers = follow(node)
        writer = Writer(office, [node.url], [f"Meldung {number}. " * 20 for number in range(60)], pause=0.01)
        writer.start()
        until(lambda: len(writer.acknowledged) > 10, "the first posts")
        with full(node, folder):
            until(lambda: writer.resent > 3, "the editor to be refused")
            answer = office.post(node.url, f"/api/stories/{SLUG}/posts", {"body": "Kein Platz."}, str(uuid.uuid4()))
            assert answer.status_code == 503
            assert "disk" in answer.json()["detail"]
            late = Reader([node.port])
            late.until(fresh(node.url).edition)  # reading goes on
            readers.append(late)
        writer.finish()
        page = all_equal(readers, node.url, posts=len(writer.acknowledged))
        shown_once(page, {body.strip(): number for body, number in writer.acknowledged.items()})
        assert f"verified {len(writer.acknowledged) + 1} entries" in office.run("verify")


def test_a_disk_that_fills_takes_no_post_until_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        full_for_a_while(disk, full_disk)


def test_a_limit_on_files_is_a_full_disk(tmp_path: Path) -> None:
    full_for_a_while(tmp_path, no_growth)
