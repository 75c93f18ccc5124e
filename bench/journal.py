"""What a durable publish costs in the journal itself, beside the disk's own fdatasync of the same minute.

On SQLite and on PostgreSQL (the server of the tests' wheel, on the same disk, or the one that --database names): one
thread and eight; a story of 100 posts and one of 100,000 in turns, published and shown; how long a process takes from
its start to its first command; how fast entries are verified and folded. Goals: p50 ≤ 2 ms + 4 × fdatasync on SQLite,
≤ 4 ms + 6 × on PostgreSQL; p99 ≤ 50 ms with eight at once; start ≤ 2 s; long : short ≤ 1.2.
bench/story.py measures the same through HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient

from bench import _report
from bench._report import Report, percentile, ratio, timed
from depesche import app
from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, now_us
from depesche.journal import rebuild, verify
from depesche.journal.log import Journal
from depesche.settings import Settings
from depesche.words.changes import PostPublished, PostText, StoryOpened
from depesche.words.commands import PublishPost
from tests.bus.servers import PostgresServer

SHORT, LONG = 100, 100_000
TOGETHER = 2_000
"""Posts in one transaction: a row that one transaction changes 100,000 times costs PostgreSQL time by the square."""
GOALS = {"SQLite": (2, 4), "PostgreSQL": (4, 6)}
"""A publish may take so many ms, and so many times what fdatasync takes."""
BODY = (
    "Nordkorea habe zwischen 10.000 und 12.000 Soldaten nach Russland geschickt, sagte ein Sprecher des Geheimdienstes "
    "am Montag. Die ukrainischen Behörden wiesen die Darstellung zurück, die Region sei vollständig zurückerobert."
)
EDITOR = Actor(id="bench", name="Bench", role="editor")


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("journal", __doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--posts", type=int, default=LONG, help="of the long story")
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    parser.add_argument("--on", choices=list(GOALS), nargs="+", default=list(GOALS), help="kinds of databases")
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of a server of our own")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """All of it on each kind of database."""
    for kind in asked.on:
        with (
            tempfile.TemporaryDirectory(dir=asked.folder) as folder,
            database(kind, Path(folder), asked.database) as url,
        ):
            report.head(f"{kind}: ms", "median", "p99")
            on(report, kind, url, Path(folder), asked.posts, asked.rounds)


def on(report: Report, kind: str, url: str, folder: Path, long: int, rounds: int) -> None:
    """All of it on this database."""
    journal = Journal.open(url)
    desk = Desk(journal, MemoryBus())
    stories = {posts: fill(journal, f"story-{posts}", posts) for posts in (SHORT, long)}
    settle(kind, journal)
    compare(report, kind, desk, stories, folder / "fdatasync", rounds)
    crowd(report, kind, desk, stories[SHORT], max(1, rounds // 3))
    shown(report, kind, desk, stories, Settings(folder=folder, database=url), max(1, rounds // 5))
    start(report, kind, stories, url, folder, max(2, rounds // 50))
    whole(report, kind, journal)
    desk.close()
    journal.close()


@contextmanager
def database(kind: str, folder: Path, named: str | None) -> Iterator[str]:
    """An empty database in the folder, or the named one."""
    if kind == "SQLite":
        yield f"sqlite:///{folder / 'depesche.db'}"
        return
    if named:
        yield named
        return
    folder.chmod(0o755)  # PostgreSQL has a user of its own
    server = PostgresServer(folder / "server")
    try:
        yield server.url
    finally:
        server.stop()


def settle(kind: str, journal: Journal) -> None:
    """Let PostgreSQL look at its tables once, as it does by itself within a minute: it must know what is long."""
    if kind == "PostgreSQL":
        with journal.engines.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def fill(journal: Journal, slug: str, posts: int) -> str:
    """A story with so many posts; its id."""
    stream, opened = str(uuid.uuid4()), StoryOpened(slug, slug, "de", "Europe/Berlin")
    with journal.writing(stream) as writing:
        writing.append([opened], actor=EDITOR.id, at=now_us())
    for first in range(1, posts + 1, TOGETHER):
        changes = [PostPublished(n, PostText(BODY), now_us()) for n in range(first, min(first + TOGETHER, posts + 1))]
        with journal.writing(stream) as writing:
            writing.append(changes, actor=EDITOR.id, at=now_us())
    return stream


def publish(desk: Desk, story: str) -> float:
    """Milliseconds until the desk says that the disk has it."""
    command = PublishPost(PostText(BODY))

    def ask() -> None:
        outcome = desk.handle(command, EDITOR, story=story, command_id=str(uuid.uuid4()))
        assert isinstance(outcome, Done), outcome

    return timed(ask)


def compare(report: Report, kind: str, desk: Desk, stories: dict[int, str], file: Path, rounds: int) -> None:
    """Both stories and the disk in turns."""
    times: dict[int, list[float]] = {posts: [] for posts in stories}
    synced = []
    with file.open("wb", buffering=0) as opened:
        for turn in range(rounds + 5):
            opened.write(bytes(4096))
            taken = timed(lambda: os.fdatasync(opened.fileno()))
            both = {posts: publish(desk, story) for posts, story in stories.items()}
            if turn >= 5:  # the first ones warm up
                synced.append(taken)
                for posts, each in both.items():
                    times[posts].append(each)
    report.row("fdatasync of 4 kB", synced, percentile(synced, 99))
    one, each_sync = GOALS[kind]
    most = one + each_sync * statistics.median(synced)
    report.goal(f"{kind}: publish, p50 ms", statistics.median(times[SHORT]), most)
    both_of(report, kind, "publish, durable", times)


def both_of(report: Report, kind: str, what: str, times: dict[int, list[float]]) -> None:
    """A row for each story, and how the long one compares with the short one."""
    for posts, taken in times.items():
        report.row(f"{what}, story of {posts:,} posts", taken, percentile(taken, 99))
    short, long = sorted(times)
    report.goal(f"{kind}: {what}, long : short story", ratio(times[long], times[short]), 1.2)


def shown(report: Report, kind: str, desk: Desk, stories: dict[int, str], settings: Settings, rounds: int) -> None:
    """The front page and the changes after a post, in turns; each is new, so that nothing comes from memory."""
    reader = TestClient(app.create(settings))
    for name, path in {"page made anew": "/story-{}", "changes": "/story-{}/changes?after={}"}.items():
        times: dict[int, list[float]] = {posts: [] for posts in stories}
        for turn in range(rounds + 3):
            for posts, story in stories.items():
                edition = desk.journal.heads()[story].edition
                publish(desk, story)
                taken = timed(partial(reader.get, path.format(posts, edition)))
                if turn >= 3:
                    times[posts].append(taken)
        both_of(report, kind, name, times)


START = """
import sys, uuid
from depesche import app
from depesche.desk.access import Actor
from depesche.settings import Settings
from depesche.words.changes import PostText
from depesche.words.commands import PublishPost
house = app.furnish(Settings(database=sys.argv[1]))
editor = Actor(id="bench", name="Bench", role="editor")
house.desk.handle(PublishPost(PostText("Da.")), editor, story=sys.argv[2], command_id=str(uuid.uuid4()))
print("done", flush=True)
"""


def start(report: Report, kind: str, stories: dict[int, str], url: str, folder: Path, rounds: int) -> None:
    """From the start of a process, with the whole application, to its first command; the first turn keeps the fold."""
    times: dict[int, list[float]] = {posts: [] for posts in stories}
    for _ in range(rounds):
        for posts, story in stories.items():
            began = time.perf_counter()
            process = subprocess.Popen([sys.executable, "-c", START, url, story], stdout=subprocess.PIPE, cwd=folder)
            assert process.stdout is not None
            assert process.stdout.readline() == b"done\n"
            times[posts].append((time.perf_counter() - began) * 1000)
            process.wait()
            process.stdout.close()
    without = times[max(times)].pop(0)
    report.row("a process from its start to its first command, without a kept fold", without, "")
    for posts, taken in times.items():
        report.row(f"the same with it, story of {posts:,} posts", taken, "")
    report.goal(f"{kind}: the slowest start", max(without, *(max(taken) for taken in times.values())), 2000)


def crowd(report: Report, kind: str, desk: Desk, story: str, rounds: int) -> None:
    """Eight editors at once, each with the next post as soon as the last one is acknowledged."""

    async def editor() -> list[float]:
        taken = []
        for _ in range(rounds):
            began = time.perf_counter()
            outcome = await desk.ask(PublishPost(PostText(BODY)), EDITOR, story=story, command_id=str(uuid.uuid4()))
            assert isinstance(outcome, Done), outcome
            taken.append((time.perf_counter() - began) * 1000)
        return taken

    async def editors() -> list[list[float]]:
        return await asyncio.gather(*(editor() for _ in range(8)))

    every = [taken for each in asyncio.run(editors()) for taken in each]
    report.row("8 editors at once, without a pause", every, percentile(every, 99))
    report.goal(f"{kind}: 8 editors at once, p99 ms", percentile(every, 99), 50)


def whole(report: Report, kind: str, journal: Journal) -> None:
    """How fast all entries are verified and folded."""
    entries = sum(head.seq for head in journal.heads().values())
    works = {"verified": lambda: verify.check(journal), "folded and compared": lambda: rebuild.rebuild(journal)}
    for name, work in works.items():
        report.goal(f"{kind}: entries {name} in a second", entries / timed(work) * 1000)


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
