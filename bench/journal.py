"""What a durable publish costs in the journal itself, beside the disk's own fdatasync of the same minute.

On SQLite and on PostgreSQL (the server of the tests' wheel, on the same disk, or the one that --database names): one
thread and eight; a story of 100 posts and one of 100,000 in turns, published and shown; how long a process takes from
its start to its first command; how fast entries are verified and folded. Prints milliseconds. Goals: p50 ≤ 2 ms + 4 ×
fdatasync on SQLite, ≤ 4 ms + 6 × on PostgreSQL; p99 ≤ 50 ms with eight at once; start ≤ 2 s; long : short ≤ 1.2.
`make bench ARGS=journal`; bench/story.py measures the same through HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from starlette.testclient import TestClient

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
GOALS = {"sqlite": (2, 4), "postgres": (4, 6)}
"""A publish may take so many ms, and so many times what fdatasync takes."""
BODY = (
    "Nordkorea habe zwischen 10.000 und 12.000 Soldaten nach Russland geschickt, sagte ein Sprecher des Geheimdienstes "
    "am Montag. Die ukrainischen Behörden wiesen die Darstellung zurück, die Region sei vollständig zurückerobert."
)
EDITOR = Actor(id="bench", name="Bench", role="editor")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.journal", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--posts", type=int, default=LONG, help="of the long story")
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    parser.add_argument("--on", choices=sorted(GOALS), help="only this kind of database")
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of a server of our own")
    asked = parser.parse_args()
    for kind in (asked.on,) if asked.on else sorted(GOALS, reverse=True):
        with (
            tempfile.TemporaryDirectory(dir=asked.folder) as folder,
            database(kind, Path(folder), asked.database) as url,
        ):
            print(f"\n{kind}", flush=True)
            measure(kind, url, Path(folder), asked.posts, asked.rounds)


def measure(kind: str, url: str, folder: Path, long: int, rounds: int) -> None:
    """All of it on this database."""
    journal = Journal.open(url)
    desk = Desk(journal, MemoryBus())
    stories = {posts: fill(journal, f"story-{posts}", posts) for posts in (SHORT, long)}
    settle(kind, journal)
    compare(desk, stories, folder / "fdatasync", rounds, GOALS[kind])
    crowd(desk, stories[SHORT], rounds // 3)
    shown(desk, stories, Settings(folder=folder, database=url), rounds // 5)
    start(stories, url, folder)
    whole(journal)
    desk.close()
    journal.close()


@contextmanager
def database(kind: str, folder: Path, named: str | None) -> Iterator[str]:
    """An empty database in the folder, or the named one."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'depesche.db'}"
        return
    if named:
        yield named
        return
    place = Path(tempfile.mkdtemp(dir=folder.parent))  # PostgreSQL's own user has to be able to enter it
    server = PostgresServer(place)
    try:
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)


def settle(kind: str, journal: Journal) -> None:
    """Let PostgreSQL look at its tables once, as it does by itself within a minute: it must know what is long."""
    if kind == "postgres":
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


def compare(desk: Desk, stories: dict[int, str], file: Path, rounds: int, goal: tuple[int, int]) -> None:
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
    disk = statistics.median(synced)
    print(f"{'':<24}{'p50':>8} {'p99':>8}")
    print(f"{'fdatasync':<24}{row(synced)}")
    for posts, taken_by in times.items():
        print(f"{f'publish, {posts} posts':<24}{row(taken_by)}")
    print(f"{ratio(times)}; p50 goal ≤ {goal[0] + goal[1] * disk:.2f}", flush=True)


def shown(desk: Desk, stories: dict[int, str], settings: Settings, rounds: int) -> None:
    """The front page and the changes after a post, in turns; each is new, so that nothing comes from memory."""
    reader = TestClient(app.create(settings))
    for name, path in {"page": "/story-{}", "changes": "/story-{}/changes?after={}"}.items():
        times: dict[int, list[float]] = {posts: [] for posts in stories}
        for turn in range(rounds + 3):
            for posts, story in stories.items():
                edition = desk.journal.heads()[story].edition
                publish(desk, story)
                taken = timed(partial(reader.get, path.format(posts, edition)))
                if turn >= 3:
                    times[posts].append(taken)
        for posts, taken_by in times.items():
            print(f"{f'{name}, {posts} posts':<24}{row(taken_by)}")
        print(ratio(times), flush=True)


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


def start(stories: dict[int, str], url: str, folder: Path) -> None:
    """From the start of a process, with the whole application, to its first command; the first turn keeps the fold."""
    for turn in range(6):
        for posts, story in stories.items():
            began = time.perf_counter()
            process = subprocess.Popen([sys.executable, "-c", START, url, story], stdout=subprocess.PIPE, cwd=folder)
            assert process.stdout is not None
            assert process.stdout.readline() == b"done\n"
            taken = time.perf_counter() - began
            process.wait()
            if turn in (0, 3):
                how = "without a kept fold " if turn == 0 and posts != SHORT else ""
                print(f"{f'start, {posts} posts':<24}{taken * 1000:>8.0f} ms {how}(goal ≤ 2000)", flush=True)


def ratio(times: dict[int, list[float]]) -> str:
    """How the long story compares with the short one."""
    short, long = sorted(times)
    found = statistics.median(times[long]) / statistics.median(times[short])
    return f"{long} posts : {short} posts = {found:.2f} (goal ≤ 1.2)"


def crowd(desk: Desk, story: str, rounds: int) -> None:
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

    began = time.perf_counter()
    every = [taken for each in asyncio.run(editors()) for taken in each]
    rate = len(every) / (time.perf_counter() - began)
    print(f"{'publish, 8 editors':<24}{row(every)}   {rate:.0f}/s (p99 goal ≤ 50)")


def whole(journal: Journal) -> None:
    """How fast all entries are verified and folded."""
    entries = sum(head.seq for head in journal.heads().values())
    for name, work in {"verify": lambda: verify.check(journal), "rebuild": lambda: rebuild.rebuild(journal)}.items():
        print(f"{name:<24}{entries / timed(work) * 1000:>8.0f} entries/s")


def row(times: list[float]) -> str:
    """Median and 99th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):>8.2f} {ordered[int(len(ordered) * 0.99)]:>8.2f}"


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
