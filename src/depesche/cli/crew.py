"""The crew: several worker processes on one port, and the one that keeps them running.

In: how many, and the command that each of them runs. Out: workers that share the port, a new one for each that died,
and an end in order. The keeper serves nobody itself. Never: a port that is closed because a worker died, or a worker
that outlives its crew.
"""

from __future__ import annotations

import contextlib
import logging
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from depesche.web.berth import READY, Berth
from depesche.web.board import Board

log = logging.getLogger("depesche.crew")

LOOK = 0.2
"""Seconds between two looks at who is still there."""
BEGIN = 60.0
"""Seconds until a worker has to be ready; it takes one, on a machine that is not busy."""
END = 20.0
"""Seconds that workers get to finish: theirs are ten, and the journal's last write."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds until a worker that died before it was ready is tried again."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class NoCrew(Exception):
    """The workers can't start; they have said why."""


class Worker:
    """A process, and our end of the line to it."""

    def __init__(self, number: int, crew: int, listener: socket.socket, board: int, command: list[str]) -> None:
        self.number = number
        self.began = time.monotonic()
        self.ready = False
        self._line, theirs = socket.socketpair()
        self._line.setblocking(False)
        berth = Berth(number, crew, listener.fileno(), board, theirs.fileno())
        handed = (berth.listener, berth.board, berth.line)
        words = [*command, "--berth", msgspec.json.encode(berth).decode()]
        # a group of its own: Ctrl+C comes to us, who tell the workers
        self.process = subprocess.Popen(words, pass_fds=handed, process_group=0)  # noqa: S603 - our own program
        theirs.close()

    def look(self) -> int | None:
        """The exit code, when it has ended; notes when it becomes ready."""
        if not self.ready:
            with contextlib.suppress(BlockingIOError):
                self.ready = self._line.recv(1) == READY
        code = self.process.poll()
        if code is not None:
            self._line.close()
        return code

    def tell(self, number: int) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)


class Crew:
    """So many workers, each with a listening socket that stays open here, so that nobody is refused while one dies."""

    def __init__(self, listeners: list[socket.socket], command: list[str]) -> None:
        self._listeners = listeners
        self._command = command
        self._board = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the crew
        self._board.truncate(Board.size(len(listeners)))
        self._workers: dict[int, Worker] = {}
        self._leaving: list[Worker] = []
        self._pauses: dict[int, tuple[float, float]] = {}
        self._had_one = False

    def run(self) -> None:
        """Keep the workers running until SIGTERM or SIGINT; SIGHUP replaces them one after the other. Raises NoCrew."""
        with _heard() as signals:
            for number in range(len(self._listeners)):
                self._begin(number)
            try:
                self._keep(signals)
            finally:
                self._end()

    def _keep(self, signals: socket.socket) -> None:
        while True:
            for number in _next(signals, LOOK):
                if number != signal.SIGHUP:
                    return
                self._replace(signals)
            self._look()

    def _begin(self, number: int) -> Worker:
        made = Worker(number, len(self._listeners), self._listeners[number], self._board.fileno(), self._command)
        self._workers[number] = made
        return made

    def _look(self) -> None:
        """Put a new worker in the place of each that has died."""
        self._leaving = [each for each in self._leaving if each.look() is None]
        now = time.monotonic()
        for number, worker in list(self._workers.items()):
            code = worker.look()
            self._had_one |= worker.ready
            if worker.ready:
                self._pauses.pop(number, None)
            if code is None:
                continue
            if not worker.ready and not self._had_one:
                raise NoCrew
            due, pause = self._pauses.get(number, (now, 0.0))
            if now < due:
                continue
            log.error("worker %d ended with code %d; another one takes its place", number, code)
            pause = 0.0 if worker.ready else min(max(2 * pause, FIRST_PAUSE), LONGEST_PAUSE)
            self._pauses[number] = (now + pause, pause)
            self._begin(number)

    def _replace(self, signals: socket.socket) -> None:
        """A new worker for each, from the program and the settings as they are now; the old one ends when it serves."""
        for number, old in list(self._workers.items()):
            made = self._begin(number)
            while made.look() is None and not made.ready and time.monotonic() < made.began + BEGIN:
                time.sleep(LOOK / 4)
            if not made.ready:
                log.error("worker %d was not replaced: the new one does not start", number)
                made.tell(signal.SIGKILL)
                self._workers[number] = old
                return
            old.tell(signal.SIGTERM)
            self._leaving.append(old)

    def _end(self) -> None:
        for listener in self._listeners:
            listener.close()
        everybody = [*self._workers.values(), *self._leaving]
        for worker in everybody:
            worker.tell(signal.SIGTERM)
        end = time.monotonic() + END
        while any([worker.look() is None for worker in everybody]) and time.monotonic() < end:
            time.sleep(LOOK / 4)
        for worker in everybody:
            if worker.look() is None:
                log.error("worker %d did not end in time and was killed", worker.number)
                worker.tell(signal.SIGKILL)
                worker.process.wait()
        self._board.close()


def listeners(host: str, port: int, crew: int) -> list[socket.socket]:
    """A listening socket for each worker: on Linux the kernel spreads connections over them evenly (SO_REUSEPORT);
    elsewhere it would give all to the last one, so they share one. Raises AddressTaken.
    """
    from depesche.web.server import bind

    if sys.platform != "linux":
        return [bind(host, port)] * crew
    first = bind(host, port, shared=True)
    return [first, *(bind(host, first.getsockname()[1], shared=True) for _ in range(crew - 1))]


@contextlib.contextmanager
def _heard() -> Iterator[socket.socket]:
    """A socket on which the numbers of signals arrive."""
    ours, theirs = socket.socketpair()
    for each in (ours, theirs):
        each.setblocking(False)
    before: dict[int, Any] = {each: signal.signal(each, lambda number, frame: None) for each in _SIGNALS}
    old = signal.set_wakeup_fd(theirs.fileno())
    try:
        yield ours
    finally:
        signal.set_wakeup_fd(old)
        for number, handler in before.items():
            signal.signal(number, handler)
        ours.close()
        theirs.close()


def _next(signals: socket.socket, seconds: float) -> bytes:
    """Numbers of signals that have come within this time."""
    if not select.select([signals], [], [], seconds)[0]:
        return b""
    return signals.recv(64)


def program() -> list[str]:
    """How a worker is started: by this interpreter, from the program that is installed then."""
    return [sys.executable, "-c", "from depesche.cli import main; main()"]
