"""Does a long story cost more than a short one? And what does a durable publish cost, alone and with eight editors?

A real server on a free port, a story of 100 posts and one of 10,000, asked in turns (A B A B) so that a busy machine
disturbs both alike. Prints medians with quartiles in milliseconds, ratios long to short, and the disk's own
fdatasync of the same minutes beside the publish. Figures of docs/performance.md: `make bench ARGS=story`.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from depesche import app
from depesche.desk.access import Actor
from depesche.desk.desk import Done, now_us
from depesche.journal.people import Account
from depesche.settings import Settings
from depesche.web.house import House
from depesche.words.changes import PostPublished, PostText
from depesche.words.commands import OpenStory

SHORT, LONG = 100, 10_000
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

    def __init__(self, folder: Path) -> None:
        house = app.furnish(Settings(folder=folder))
        person = house.people.add("bench", "Bench", "chief", uuid.uuid4().hex)
        assert isinstance(person, Account)
        self._token = house.people.make_token(person.id, "bench")
        self._actor = Actor(person.id, person.name, "chief")
        self.stories = {posts: self._fill(house, slug, posts) for slug, posts in (("kurz", SHORT), ("lang", LONG))}
        house.desk.close()
        house.journal.close()
        self._port = free_port()
        self._env = os.environ | {"DEPESCHE_FOLDER": str(folder), "DEPESCHE_PORT": str(self._port)}

    def _fill(self, house: House, slug: str, posts: int) -> str:
        """A story with so many posts, written in one transaction."""
        opened = house.desk.handle(OpenStory(slug, slug), self._actor, story="", command_id=str(uuid.uuid4()))
        assert isinstance(opened, Done)
        changes = [PostPublished(number + 1, PostText(BODY), now_us()) for number in range(posts)]
        with house.journal.writing(opened.story) as writing:
            writing.append(changes, actor="bench", at=now_us(), command=str(uuid.uuid4()), fingerprint=b"bench")
        return slug

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server, while the block lasts."""
        command = [str(Path(sys.executable).with_name("depesche")), "serve"]
        process = subprocess.Popen(command, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with suppress(OSError, RuntimeError):
                    self.client().get("/readyz")
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(20)

    def client(self) -> Client:
        """A client with a token."""
        return Client(self._port, self._token)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.story", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="where the journal lies: durable writes cost what its disk costs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        place = Place(Path(folder))
        with place.serving():
            print(f"{'ms, median [quartiles]':<34}{SHORT:>10} posts     {LONG:>8} posts    ratio")
            for name, action in actions(place).items():
                compare(name, action, place.stories, asked.rounds)
            durable(place, Path(folder), place.stories[SHORT], asked.rounds)


def actions(place: Place) -> dict[str, Callable[[str], float]]:
    """What is measured; each publishes before it asks, so that nothing is answered from memory alone."""
    editor, reader = place.client(), place.client()

    def publish(slug: str) -> float:
        return timed(lambda: editor.publish(slug))

    def page(slug: str) -> float:
        publish(slug)
        return timed(lambda: reader.get(f"/{slug}"))

    def changes(slug: str) -> float:
        edition = json.loads(reader.get(f"/{slug}/changes?after={10**9}"))["edition"]
        publish(slug)
        return timed(lambda: reader.get(f"/{slug}/changes?after={edition}"))

    def first(slug: str) -> float:
        return timed(lambda: reader.get(f"/{slug}/p/1"))

    return {"publish (HTTP, durable)": publish, "page after a change": page, "changes": changes, "one old post": first}


def compare(name: str, action: Callable[[str], float], stories: dict[int, str], rounds: int) -> None:
    """Ask both stories in turns and print the row."""
    times: dict[int, list[float]] = {SHORT: [], LONG: []}
    for turn in range(rounds + 5):
        for posts, slug in stories.items():
            taken = action(slug)
            if turn >= 5:  # the first ones warm up templates and caches
                times[posts].append(taken)
    middle = {posts: statistics.median(each) for posts, each in times.items()}
    print(f"{name:<34}{spread(times[SHORT])}{spread(times[LONG])}{middle[LONG] / middle[SHORT]:>8.2f}", flush=True)


def durable(place: Place, folder: Path, slug: str, rounds: int) -> None:
    """A durable publish beside fdatasync, taken in turns; then eight editors at once."""
    editor, synced, published = place.client(), [], []
    with (folder / "fdatasync").open("wb", buffering=0) as file:
        for _ in range(rounds * 2):
            file.write(bytes(4096))
            synced.append(timed(lambda: os.fdatasync(file.fileno())))
            published.append(timed(lambda: editor.publish(slug)))
    disk, one = statistics.median(synced), statistics.median(published)
    print(f"\nfdatasync {spread(synced)}   publish {spread(published)}   goal p50 ≤ {2 + 4 * disk:.1f}: {one:.1f}")
    clients = [place.client() for _ in range(8)]

    def write(client: Client) -> list[float]:
        return [timed(lambda: client.publish(slug)) for _ in range(rounds)]

    with ThreadPoolExecutor(8) as editors:
        every = sorted(taken for taken_by in editors.map(write, clients) for taken in taken_by)
    print(f"eight editors at once: {spread(every)}   p99 {every[int(len(every) * 0.99)]:.1f} (goal ≤ 50)")


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def spread(times: list[float]) -> str:
    """Median and quartiles."""
    low, middle, high = statistics.quantiles(times, n=4)
    return f"{middle:>8.2f} [{low:.2f}–{high:.2f}]"


if __name__ == "__main__":
    main()
