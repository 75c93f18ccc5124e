"""What a durable publish costs in the journal itself, beside the disk's own fdatasync of the same minute.

One thread and eight; a story of 100 posts and one of 10,000, in turns; then how fast entries are verified and folded.
Prints milliseconds. Goal: p50 ≤ 2 ms + 4 × fdatasync, p99 ≤ 50 ms with eight at once. `make bench ARGS=journal`;
bench/story.py measures the same through HTTP.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from depesche.bus.memory import MemoryBus
from depesche.desk.access import Actor
from depesche.desk.desk import Desk, Done, now_us
from depesche.journal import rebuild, verify
from depesche.journal.log import Journal
from depesche.words.changes import PostPublished, PostText, StoryOpened
from depesche.words.commands import PublishPost

SHORT, LONG = 100, 10_000
BODY = (
    "Nordkorea habe zwischen 10.000 und 12.000 Soldaten nach Russland geschickt, sagte ein Sprecher des Geheimdienstes "
    "am Montag. Die ukrainischen Behörden wiesen die Darstellung zurück, die Region sei vollständig zurückerobert."
)
EDITOR = Actor(id="bench", name="Bench", role="editor")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.journal", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        journal = Journal.open(f"sqlite:///{Path(folder) / 'depesche.db'}")
        desk = Desk(journal, MemoryBus())
        stories = {posts: fill(journal, f"story-{posts}", posts) for posts in (SHORT, LONG)}
        compare(desk, stories, Path(folder) / "fdatasync", asked.rounds)
        crowd(desk, stories[SHORT], asked.rounds // 3)
        whole(journal)
        desk.close()
        journal.close()


def fill(journal: Journal, slug: str, posts: int) -> str:
    """A story with so many posts, written in one transaction; its id."""
    stream, opened = str(uuid.uuid4()), StoryOpened(slug, slug, "de", "Europe/Berlin")
    with journal.writing(stream) as writing:
        writing.append([opened], actor=EDITOR.id, at=now_us())
        changes = [PostPublished(number + 1, PostText(BODY), now_us()) for number in range(posts)]
        writing.append(changes, actor=EDITOR.id, at=now_us())
    return stream


def publish(desk: Desk, story: str) -> float:
    """Milliseconds until the desk says that the disk has it."""
    command = PublishPost(PostText(BODY))

    def ask() -> None:
        outcome = desk.handle(command, EDITOR, story=story, command_id=str(uuid.uuid4()))
        assert isinstance(outcome, Done), outcome

    return timed(ask)


def compare(desk: Desk, stories: dict[int, str], file: Path, rounds: int) -> None:
    """Both stories and the disk in turns."""
    times: dict[int, list[float]] = {SHORT: [], LONG: []}
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
    ratio = statistics.median(times[LONG]) / statistics.median(times[SHORT])
    print(f"{LONG} posts : {SHORT} posts = {ratio:.2f} (goal ≤ 1.2); p50 goal ≤ {2 + 4 * disk:.2f}")


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
