"""Does a long story cost more than a short one? And what does a durable publish cost, alone and with eight editors?

A real server on a free port, a story of 100 posts and one of 10,000, asked in turns (A B A B) so that a busy machine
disturbs both alike. Out: milliseconds, ratios long to short, and the disk's own fdatasync of the same minutes beside
the publish.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench import _report
from bench._processes import serving
from bench._report import Report, percentile, ratio, timed
from depesche import app
from depesche.desk.access import Actor
from depesche.desk.desk import Done, now_us
from depesche.journal.people import Account
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.changes import PostPublished, PostText
from depesche.words.commands import OpenStory

SHORT, LONG = 100, 10_000
READ = 0.1
"""Seconds after which the statements of a new post are recorded: a page with them has more to show than one without."""
BODY = (
    "Nordkorea habe zwischen 10.000 und 12.000 Soldaten nach Russland geschickt, sagte ein Sprecher des Geheimdienstes "
    "am Montag. Die ukrainischen Behörden wiesen die Darstellung zurück, die Region sei vollständig zurückerobert."
)


class Client:
    """One connection that stays open, by the standard library: what asks should cost nothing beside what answers."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}

    def get(self, path: str) -> bytes:
        """The body of the page at this path."""
        return self._asked("GET", path, 200)

    def publish(self, slug: str) -> bytes:
        """Publish a post; the answer comes when it is durable."""
        return self._asked("POST", f"/api/stories/{slug}/posts", 201, json.dumps({"body": BODY}))

    def post(self, path: str, asked: object, status: int = 200) -> dict[str, Any]:
        """What the API answers to this."""
        answer: dict[str, Any] = json.loads(self._asked("POST", path, status, json.dumps(asked)))
        return answer

    def _asked(self, method: str, path: str, status: int, body: str | None = None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != status:
            raise RuntimeError(f"{method} {path}: {answer.status} {found[:200]!r}")
        return found


class Place:
    """A server process of its own, so that what asks doesn't slow down what answers."""

    def __init__(self, folder: Path, long: int) -> None:
        self._folder = folder
        house = app.furnish(Settings(folder=folder))
        person = house.people.add("bench", "Bench", "chief", uuid.uuid4().hex)
        assert isinstance(person, Account)
        self._token = house.people.make_token(person.id, "bench")
        self._actor = Actor(person.id, person.name, "chief")
        self.stories = {posts: self._fill(house, slug, posts) for slug, posts in (("kurz", SHORT), ("lang", long))}
        app.end(house)

    def _fill(self, house: House, slug: str, posts: int) -> str:
        """A story with so many posts, written in one transaction."""
        opened = house.desk.handle(OpenStory(slug, slug), self._actor, story="", command_id=str(uuid.uuid4()))
        assert isinstance(opened, Done)
        changes = [PostPublished(number + 1, PostText(BODY), now_us()) for number in range(posts)]
        with house.journal.writing(opened.story) as writing:
            writing.append(changes, actor="bench", at=now_us(), command=str(uuid.uuid4()), fingerprint=b"bench")
        return slug

    @contextmanager
    def serving(self) -> Iterator[Callable[[], Client]]:
        """The server, while the block lasts; gives what makes a client with a token."""
        with serving(self._folder) as (_, port):
            yield lambda: Client(port, self._token)


def options() -> argparse.ArgumentParser:
    """What can be asked for on the command line."""
    parser = _report.options("story", __doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--posts", type=int, default=LONG, help="of the long story")
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    return parser


def measure(asked: argparse.Namespace, report: Report) -> None:
    """Both stories in turns, then durable publishing."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        place = Place(Path(folder), asked.posts)
        with place.serving() as client:
            report.head("ms", *(f"{posts:,} posts" for posts in place.stories), "ratio")
            for name, action in actions(client).items():
                compare(report, name, action, place.stories, asked.rounds)
            report.head("ms", "median", "p99")
            durable(report, client, Path(folder), place.stories[SHORT], asked.rounds)


def actions(client: Callable[[], Client]) -> dict[str, Callable[[str], float]]:
    """What is measured; each publishes before it asks, so that nothing is answered from memory alone."""
    editor, reader = client(), client()

    def publish(slug: str) -> float:
        return timed(lambda: editor.publish(slug))

    def page(slug: str) -> float:
        publish(slug)
        time.sleep(READ)
        return timed(lambda: reader.get(f"/{slug}"))

    def changes(slug: str) -> float:
        edition = json.loads(reader.get(f"/{slug}/changes?after={10**9}"))["edition"]
        publish(slug)
        return timed(lambda: reader.get(f"/{slug}/changes?after={edition}"))

    def first(slug: str) -> float:
        return timed(lambda: reader.get(f"/{slug}/p/1"))

    return {"publish (HTTP, durable)": publish, "page after a change": page, "changes": changes, "one old post": first}


def compare(report: Report, name: str, action: Callable[[str], float], stories: dict[int, str], rounds: int) -> None:
    """Ask both stories in turns."""
    times: dict[int, list[float]] = {posts: [] for posts in stories}
    for turn in range(rounds + 5):
        for posts, slug in stories.items():
            taken = action(slug)
            if turn >= 5:  # the first ones warm up templates and caches
                times[posts].append(taken)
    short, long = times.values()
    report.row(name, short, long, ratio(long, short))
    report.goal(f"{name}, long : short story", ratio(long, short), 1.2)


def durable(report: Report, client: Callable[[], Client], folder: Path, slug: str, rounds: int) -> None:
    """A durable publish beside fdatasync, taken in turns; then eight editors at once."""
    editor, synced, published = client(), list[float](), list[float]()
    with (folder / "fdatasync").open("wb", buffering=0) as file:
        for _ in range(rounds * 2):
            file.write(bytes(4096))
            synced.append(timed(lambda: os.fdatasync(file.fileno())))
            published.append(timed(lambda: editor.publish(slug)))
    clients = [client() for _ in range(8)]

    def write(client: Client) -> list[float]:
        return [timed(lambda: client.publish(slug)) for _ in range(rounds)]

    with ThreadPoolExecutor(8) as editors:
        every = [taken for taken_by in editors.map(write, clients) for taken in taken_by]
    report.row("fdatasync of 4 kB", synced, percentile(synced, 99))
    report.row("publish, one after the other", published, percentile(published, 99))
    report.row("8 editors at once, without a pause", every, percentile(every, 99))
    report.goal("publish, p50 ms", statistics.median(published), 2 + 4 * statistics.median(synced))
    report.goal("8 editors at once, p99 ms", percentile(every, 99), 50)


if __name__ == "__main__":
    sys.exit(_report.run(options(), measure))
