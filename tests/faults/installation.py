"""An installation as an operator has it: processes of `depesche serve` on one journal, which come, go and are killed.

In: a folder and settings. Out: nodes, each a real process on a port of its own; a writer that publishes through them
until each post is acknowledged. Never: a process that outlives its test, or a wait without an end.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx2

from depesche import app
from depesche.journal.people import Account
from depesche.settings import load

DEPESCHE = str(Path(sys.executable).with_name("depesche"))
SERVE = (DEPESCHE, "serve")
PATIENCE = 60.0
"""Seconds for any one step; each takes a second or two."""
SLUG = "kursk"
PORTS = (20_000, 32_000)
"""Below those that Linux takes for clients (32,768 and up)."""
_asking = httpx2.Client(timeout=PATIENCE, verify=False)


def free_port() -> int:
    """A port that nobody listens on just now, and that the system gives to no client: one that knocks at a node which
    is down could otherwise be given the node's own port, and be connected to itself.
    """
    while True:
        port = random.randrange(*PORTS)
        with contextlib.closing(socket.socket()) as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(true: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until this holds; fails with `what` was waited for."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.02)


class Node:
    """One process on one port; it can be started again after it has ended."""

    def __init__(self, environment: dict[str, str], command: Sequence[str] = SERVE) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        folder = Path(environment["DEPESCHE_FOLDER"])
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"{self.port}.log"
        self._environment = {**environment, "DEPESCHE_PORT": str(self.port)}
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The number of the process that runs now."""
        assert self._process is not None
        return self._process.pid

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log)
        if wait:
            self.until_ready()

    def until_ready(self) -> None:
        """Wait until it answers readers."""
        until(self._ready, f"the node on port {self.port}")

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def _ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            return _asking.get(f"{self.url}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    def _end(self, by: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(by)
            self._process.wait(PATIENCE)
            self._process = None


class Office:
    """Whoever publishes by a program: `token` is an editor's."""

    def __init__(self, token: str) -> None:
        self.token = token

    def post(self, url: str, path: str, body: dict[str, str], key: str) -> httpx2.Response:
        """One command."""
        headers = {"authorization": f"Bearer {self.token}", "idempotency-key": key}
        return _asking.post(url + path, json=body, headers=headers)

    def open(self, url: str) -> None:
        """Open the story."""
        answer = self.post(url, "/api/stories", {"slug": SLUG, "title": "Kursk"}, str(uuid.uuid4()))
        assert answer.status_code == 201, answer.text

    def publish(self, url: str, body: str) -> int:
        """Publish a post there; gives its number."""
        answer = self.post(url, f"/api/stories/{SLUG}/posts", {"body": body}, str(uuid.uuid4()))
        assert answer.status_code == 201, answer.text
        number: int = answer.json()["post"]
        return number


class Installation(Office):
    """A journal with a story, and nodes."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        named = {f"DEPESCHE_{name.upper()}": value for name, value in settings.items()}
        others = {name: value for name, value in os.environ.items() if not name.startswith("DEPESCHE_")}
        self.environment = {**others, "DEPESCHE_FOLDER": str(folder), **named}
        super().__init__(_hire(self.environment))
        self.nodes: list[Node] = []

    def node(self, *, wait: bool = True, command: Sequence[str] = SERVE) -> Node:
        """One more process, started; the first one opens the story."""
        made = Node(self.environment, command)
        made.start(wait=wait)
        self.nodes.append(made)
        if len(self.nodes) == 1:
            made.until_ready()
            self.open(made.url)
        return made

    def run(self, *words: str) -> str:
        """What a command says; fails when it fails."""
        done = subprocess.run(
            [DEPESCHE, *words], env=self.environment, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def close(self) -> None:
        """End what still runs."""
        for node in self.nodes:
            node.kill()


@contextlib.contextmanager
def installed(folder: Path, *, nodes: int = 1, **settings: str) -> Iterator[Installation]:
    """An installation with this many nodes; all of them are gone afterwards."""
    made = Installation(folder, **settings)
    try:
        for _ in range(nodes):
            made.node(wait=False)
        for node in made.nodes:
            node.until_ready()
        yield made
    finally:
        made.close()


class Writer(threading.Thread):
    """An editor who publishes post after post, and sends each again, anywhere, until it is acknowledged."""

    def __init__(self, office: Office, urls: Sequence[str], bodies: Sequence[str], *, pause: float = 0) -> None:
        super().__init__(daemon=True)
        self._office, self._urls, self._bodies, self._pause = office, urls, bodies, pause
        self.acknowledged: dict[str, int] = {}
        self.resent = 0
        self.refused: list[str] = []

    def run(self) -> None:
        """Publish all of them."""
        end = time.monotonic() + 3 * PATIENCE
        for number, body in enumerate(self._bodies):
            key, turn = str(uuid.uuid4()), number
            while not self._sent(self._urls[turn % len(self._urls)], key, body) and time.monotonic() < end:
                self.resent, turn = self.resent + 1, turn + 1
                time.sleep(0.05)
            time.sleep(self._pause)

    def finish(self) -> None:
        """Wait for the end, and fail unless each post was acknowledged in the end."""
        self.join(4 * PATIENCE)
        assert self.refused == []
        assert list(self.acknowledged) == list(self._bodies)

    def _sent(self, url: str, key: str, body: str) -> bool:
        try:
            answer = self._office.post(url, f"/api/stories/{SLUG}/posts", {"body": body}, key)
        except httpx2.TransportError:
            return False
        if answer.status_code in (200, 201):
            self.acknowledged[body] = answer.json()["post"]
            return True
        if answer.status_code < 500 and answer.status_code != 429:
            self.refused.append(answer.text)
        return False


def _hire(environment: dict[str, str]) -> str:
    house = app.furnish(load(environment))
    account = house.people.add("ada", "Ada", "chief", str(uuid.uuid4()))
    assert isinstance(account, Account)
    token = house.people.make_token(account.id, "test")
    house.desk.close()
    house.journal.close()
    return token
