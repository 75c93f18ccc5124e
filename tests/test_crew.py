"""Several workers on one port, as real processes: what one of them writes the others' readers see, whoever dies."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from depesche import app
from depesche.journal.people import Account
from depesche.settings import Settings
from tests.live.newsroom import Page
from tests.live.wire import StreamCut, Wire

DEPESCHE = [sys.executable, "-c", "from depesche.cli import main; main()"]
PATIENCE = 60.0
"""Seconds for any one step; each takes one or two."""

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux spreads connections over the workers of a port"),
    pytest.mark.timeout(240),
]


class Office:
    """A folder, and a crew that serves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        house = app.furnish(Settings(folder=folder))
        account = house.people.add("chefin", "Chefin", "chief", str(uuid.uuid4()))
        assert isinstance(account, Account)
        self.token = house.people.make_token(account.id, "test")
        app.end(house)
        self.port = 0
        self.keeper: subprocess.Popen[bytes]
        self._log = folder.with_name("crew.log")

    @contextlib.contextmanager
    def serving(self, workers: int = 2) -> Iterator[Office]:
        command = [*DEPESCHE, "serve", "--port", "0", "--workers", str(workers)]
        env = os.environ | {"DEPESCHE_FOLDER": str(self.folder), "DEPESCHE_POLL_SECONDS": "1"}
        self._log.unlink(missing_ok=True)
        with self._log.open("w") as log:
            self.keeper = subprocess.Popen(command, env=env, stderr=log)
        try:
            until(lambda: re.search(r"serves on http://127.0.0.1:(\d+)/", self.said()))
            self.port = int(re.findall(r"serves on http://127.0.0.1:(\d+)/", self.said())[0])
            until(lambda: len(self.workers()) == workers and self.count("workers") == workers)
            yield self
        finally:
            self.keeper.terminate()
            self.keeper.wait(PATIENCE)

    def said(self) -> str:
        """What keeper and workers have logged."""
        return self._log.read_text()

    def workers(self) -> list[int]:
        mine = self.keeper.pid
        return [int(each) for each in Path(f"/proc/{mine}/task/{mine}/children").read_text().split()]

    def client(self, worker: int = 0) -> httpx2.Client:
        """A client whose connection is this worker's; 0: anybody's."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            headers = {"authorization": f"Bearer {self.token}"}
            made = httpx2.Client(
                base_url=f"http://127.0.0.1:{self.port}", headers=headers, timeout=PATIENCE, verify=False
            )
            with made.stream("GET", "/healthz") as answer:
                server: socket.socket = answer.extensions["network_stream"].get_extra_info("socket")
                owner = self.owner(server.getsockname()[1])
            if worker in (0, owner):
                return made
            made.close()
        raise AssertionError("no connection came to this worker")

    def live(self, slug: str, worker: int, query: str = "", headers: str = "") -> Wire:
        """A stream that this worker keeps."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            wire = Wire(self.port, f"/{slug}/live{query}", headers=headers)
            if self.owner(wire.socket.getsockname()[1]) == worker:
                return wire
            wire.close()
        raise AssertionError("no stream came to this worker")

    def owner(self, client_port: int) -> int:
        """Which worker has the other end of this connection."""
        ours, theirs = f":{self.port:04X}", f":{client_port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        inodes = [row[9] for row in rows if row[1].endswith(ours) and row[2].endswith(theirs)]
        for worker in self.workers():
            with contextlib.suppress(OSError):
                links = [os.readlink(each.path) for each in os.scandir(f"/proc/{worker}/fd")]
                if any(f"socket:[{inode}]" in links for inode in inodes):
                    return worker
        return 0

    def count(self, name: str) -> float:
        with contextlib.suppress(httpx2.TransportError):
            said = httpx2.get(f"http://127.0.0.1:{self.port}/metrics", timeout=PATIENCE).text
            found = re.findall(rf"^depesche_{name}(?:{{.*}})? (\S+)$", said, re.MULTILINE)
            return sum(map(float, found))
        return -1


def until(true: object) -> None:
    end = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.05)


def open_story(client: httpx2.Client, slug: str = "kursk") -> str:
    answer = client.post("/api/stories", json={"slug": slug, "title": slug.title()})
    assert answer.status_code == 201, answer.text
    return slug


def publish(client: httpx2.Client, slug: str, body: str) -> int:
    answer = client.post(f"/api/stories/{slug}/posts", json={"body": body})
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["post"]
    return number


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("crew")).serving() as made:
        yield made


def test_what_one_worker_writes_the_readers_of_all_see(office: Office) -> None:
    one, other = office.workers()
    with contextlib.closing(office.client(one)) as writer, contextlib.closing(office.client(other)) as reader:
        slug = open_story(writer, "beide")
        publish(writer, slug, "Der erste Satz.")
        wires = [office.live(slug, worker) for worker in (one, other, other)]
        assert reader.get(f"/{slug}").status_code == 200
        for number in range(20):
            client = (writer, reader)[number % 2]
            body = f"Meldung {number}"
            publish(client, slug, body)
            for wire in wires:
                event = wire.change()
                while event is not None and body not in event.data:
                    event = wire.change()
                assert event is not None
            # whoever hears the bell has no older page any more: it may come a moment after the answer
            until(lambda body=body: body in writer.get(f"/{slug}").text)
            until(lambda body=body: body in reader.get(f"/{slug}").text)
        for wire in wires:
            wire.close()


def test_the_figures_are_those_of_all_workers(office: Office) -> None:
    one, other = office.workers()
    with contextlib.closing(office.client(one)) as first, contextlib.closing(office.client(other)) as second:
        slug = open_story(first, "zahlen")
        before = office.count("changes_total")
        publish(first, slug, "Eins.")
        publish(second, slug, "Zwei.")
        wires = [office.live(slug, one), office.live(slug, other)]
        until(lambda: office.count("changes_total") >= before + 2)
        until(lambda: office.count("streams") == 2)
        assert office.count("workers") == 2
        assert office.count("bus_up") == 1
        for wire in wires:
            wire.close()


def test_new_workers_take_over_without_a_refused_request(office: Office) -> None:
    before = office.workers()
    statuses: Counter[int] = Counter()
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            statuses[httpx2.get(f"http://127.0.0.1:{office.port}/healthz", timeout=PATIENCE).status_code] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        office.keeper.send_signal(signal.SIGHUP)
        until(lambda: len(office.workers()) == 2 and not set(before) & set(office.workers()))
    finally:
        ended.set()
        asking.join(PATIENCE)
    assert set(statuses) == {200}


class Reader(threading.Thread):
    """A reader's page: holds a stream, comes back with its edition when that breaks, until it has the last post."""

    def __init__(self, office: Office, slug: str, last: str) -> None:
        super().__init__(daemon=True)
        self.page = Page()
        self.breaks = -1
        self._office, self._slug, self._last = office, slug, last
        self._done = False

    def run(self) -> None:
        while not self._done:
            self.breaks += 1
            with (
                contextlib.suppress(OSError, StreamCut),
                Wire(self._office.port, f"/{self._slug}/live?after={self.page.edition}") as wire,
            ):
                while not self._done and (event := wire.change()) is not None:
                    self.page.take(event.delta)
                    self._done = any(self._last in str(shown.get("html", "")) for shown in self.page.shows.values())
            time.sleep(0.05)


def test_a_worker_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    with Office(tmp_path / "var").serving() as office:
        one, other = office.workers()
        slug, last = "mord", "Das war alles."
        with contextlib.closing(office.client(other)) as safe:
            open_story(safe, slug)
        readers = [Reader(office, slug, last) for _ in range(8)]
        for reader in readers:
            reader.start()
        until(lambda: office.count("streams") >= 8)
        acknowledged: dict[str, int] = {}

        def write(start: int) -> None:
            for number in range(start, 60, 3):
                body, key = f"Meldung {number:03d}.", str(uuid.uuid4())
                while body not in acknowledged:
                    headers = {"authorization": f"Bearer {office.token}", "idempotency-key": key}
                    with contextlib.suppress(httpx2.TransportError):
                        answer = httpx2.post(
                            f"http://127.0.0.1:{office.port}/api/stories/{slug}/posts",
                            json={"body": body},
                            headers=headers,
                            timeout=PATIENCE,
                        )
                        if answer.status_code < 300:
                            acknowledged[body] = answer.json()["post"]

        writers = [threading.Thread(target=write, args=(start,)) for start in range(3)]
        for writer in writers:
            writer.start()
        until(lambda: len(acknowledged) > 10)
        os.kill(one, signal.SIGKILL)
        until(lambda: len(acknowledged) > 30)
        os.kill(other, signal.SIGKILL)
        for writer in writers:
            writer.join(PATIENCE)
        assert len(acknowledged) == 60
        until(lambda: len(office.workers()) == 2)
        with contextlib.closing(office.client()) as client:
            publish(client, slug, last)
            for reader in readers:
                reader.join(PATIENCE)
            assert not any(reader.is_alive() for reader in readers)
            fresh, more = Page(), True
            while more:
                delta = client.get(f"/{slug}/changes?after={fresh.edition}").json()
                fresh.take(delta)
                more = delta.get("more", False)
        posts = [shown["html"] for name, shown in fresh.shows.items() if name.startswith("post:")]
        bodies = Counter(body for html in posts for body in re.findall(r"Meldung \d{3}\.", re.sub("<[^>]*>", "", html)))
        assert set(bodies) == set(acknowledged)
        assert len(posts) == 61
        assert sorted(acknowledged.values()) == list(range(1, 61))
        for reader in readers:
            assert reader.page.shows == fresh.shows
        assert sum(reader.breaks for reader in readers) >= 8
        assert office.said().count("another one takes its place") == 2


def test_a_crew_whose_keeper_is_killed_ends_and_frees_the_port(tmp_path: Path) -> None:
    with Office(tmp_path / "var").serving() as office:
        workers = office.workers()
        office.keeper.kill()
        office.keeper.wait(PATIENCE)
        until(lambda: not any(Path(f"/proc/{worker}/exe").exists() for worker in workers))
        with contextlib.closing(socket.socket()) as probe:
            assert probe.connect_ex(("127.0.0.1", office.port)) != 0


def test_a_crew_ends_in_order(tmp_path: Path) -> None:
    with Office(tmp_path / "var").serving(workers=3) as office:
        workers = office.workers()
        assert len(workers) == 3
        office.keeper.terminate()
        assert office.keeper.wait(PATIENCE) == 0
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
        assert list((office.folder / "bells").iterdir()) == []


def test_a_crew_that_cannot_start_says_why_and_ends(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = os.environ | {"DEPESCHE_FOLDER": str(tmp_path / "file" / "var"), "DEPESCHE_PORT": "0"}
    done = subprocess.run(
        [*DEPESCHE, "serve", "--workers", "2"], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert "is no folder" in done.stderr
    env = os.environ | {"DEPESCHE_FOLDER": str(tmp_path / "var"), "DEPESCHE_PORT": "0", "DEPESCHE_READER": "keiner"}
    done = subprocess.run(
        [*DEPESCHE, "serve", "--workers", "2"], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert "reader" in done.stderr
