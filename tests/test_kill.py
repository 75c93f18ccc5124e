"""A process that dies at any moment loses nothing that it acknowledged, and doubles nothing that is sent again.

Real processes, killed with SIGKILL in the middle of publishing from four clients; the same commands are sent again to
the next process, as browsers do.
"""

from __future__ import annotations

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
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import pytest

DEPESCHE = str(Path(sys.executable).with_name("depesche"))
POSTS, CLIENTS = 200, 4
PATIENCE = 60.0
"""Seconds for any one step; each takes about one."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Office:
    """A folder with a journal, and processes that come and go on one port."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {"DEPESCHE_FOLDER": str(folder), "DEPESCHE_PORT": str(self.port)}

    def run(self, *words: str, said: str = "") -> str:
        done = subprocess.run(
            [DEPESCHE, *words], env=self.env, input=said, capture_output=True, text=True, timeout=PATIENCE
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [DEPESCHE, "serve"], env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self._wait()
            yield process
        finally:
            process.kill()
            process.wait(PATIENCE)

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx2.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")


class Client(threading.Thread):
    """Publishes its posts one after the other, and sends each again until it is acknowledged."""

    def __init__(self, office: Office, token: str, bodies: list[str]) -> None:
        super().__init__(daemon=True)
        self._office, self._token, self._bodies = office, token, bodies
        self.acknowledged: dict[str, int] = {}
        self.resent = 0

    def run(self) -> None:
        end = time.monotonic() + PATIENCE * 4
        for body in self._bodies:
            key = str(uuid.uuid4())
            while not self._sent(key, body):
                self.resent += 1
                assert time.monotonic() < end
                time.sleep(0.05)

    def _sent(self, key: str, body: str) -> bool:
        headers = {"authorization": f"Bearer {self._token}", "idempotency-key": key}
        try:
            answer = httpx2.post(f"{self._office.url}/api/stories/kursk/posts", json={"body": body}, headers=headers)
        except httpx2.TransportError:
            return False
        assert answer.status_code in (200, 201), answer.text
        self.acknowledged[body] = answer.json()["post"]
        return True


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path)
    made.run("user", "add", "ada", "--role", "editor", said="correct horse battery\n")
    return made


def test_killed_while_four_clients_publish_each_acknowledged_post_is_there_once(office: Office) -> None:
    found = re.search(r"depesche_\S+", office.run("token", "make", "ada"))
    assert found
    office.run("story", "open", "kursk", "--title", "Kursk")
    bodies = [f"Meldung {number}" for number in range(POSTS)]
    clients = [Client(office, found[0], bodies[index::CLIENTS]) for index in range(CLIENTS)]
    kills = 0
    while any(client.is_alive() for client in clients) or not kills:
        with office.serving() as process:
            for client in clients:
                if client.ident is None:
                    client.start()
            goal = (kills + 1) * POSTS // 5
            while any(client.is_alive() for client in clients):
                if kills < 4 and sum(len(client.acknowledged) for client in clients) >= goal:
                    process.send_signal(signal.SIGKILL)
                    process.wait(PATIENCE)
                    kills += 1
                    break
                time.sleep(0.002)
    acknowledged = {body: post for client in clients for body, post in client.acknowledged.items()}
    assert set(acknowledged) == set(bodies)
    assert kills == 4
    office.run("verify")
    with office.serving():
        there = {number: httpx2.get(f"{office.url}/kursk/p/{number}").text for number in range(1, POSTS + 1)}
        assert httpx2.get(f"{office.url}/kursk/p/{POSTS + 1}").status_code == 404
    counted = Counter(re.search(r"Meldung \d+", page)[0] for page in there.values())  # type: ignore[index]
    assert counted == Counter(bodies)
    assert all(body in there[post] for body, post in acknowledged.items())
    assert sum(client.resent for client in clients) >= kills


def test_a_server_that_is_told_to_stop_ends_in_order(office: Office) -> None:
    with office.serving() as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in (0, -signal.SIGTERM)
    office.run("verify")
