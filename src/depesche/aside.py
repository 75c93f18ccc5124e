"""A reader that reads in a process of its own, so that no text ever takes the processor from publishing and delivery.

In: settings and the name of a reader. Out: a Reader like any other, whose `read` waits for that process, one text at a
time. A process that dies or takes too long costs at most the text that it was reading; the next text gets another one.
The process ends with the one that began it, however that ends.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

from msgspec import Struct

from depesche.archive.work import FAULTS
from depesche.plugins import Reader
from depesche.settings import Settings
from depesche.words.copy import Reading

log = logging.getLogger(__name__)

SECONDS = 120.0
"""For one text: the longest that is read takes the built-in reader two."""
TRIES = 2
"""Processes that may die of one text: the first death may have been an accident."""
PATIENCE = 5.0
"""Seconds for a process to end by itself."""
READY = {"de": "Am Montag starben 12 Menschen, sagte er.", "en": "On Monday 12 people died, he said."}
"""By language, a text that has the built-in reader load its words before the first real one comes."""
NICENESS = 5
"""Reading gives way to the server when there are more processes than processors (nice(2))."""


class ReadingFailed(RuntimeError):
    """This text can't be read; the message says why."""


class _Text(Struct, frozen=True):
    """What Reader.read is given."""

    text: str
    language: str | None
    published: dt.date | None
    title: str | None


class Aside:
    """The reader `name` of these settings, in another process, which begins with the first text."""

    def __init__(self, settings: Settings, name: str, *, seconds: float = SECONDS) -> None:
        self.name = name
        self._settings = settings
        self._seconds = seconds
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None

    def read(
        self, text: str, *, language: str | None = None, published: dt.date | None = None, title: str | None = None
    ) -> Reading:
        """The statements of this text. Blocks, and waits for texts before it. Raises ReadingFailed."""
        asked = _Text(text, language, published, title)
        with self._turn:
            for _ in range(TRIES):
                try:
                    return self._answer(asked)
                except (EOFError, OSError) as error:
                    code = self._end()
                    log.warning("the reader's process ended with %s (%s)", code, type(error).__name__)
        raise ReadingFailed(f"the process of the reader “{self.name}” ended while it read this text")

    def begin(self) -> None:
        """Begin the process, so that the first text needn't wait for it. Blocks for a moment."""
        with self._turn:
            if self._connection is None:
                self._begin()

    def close(self) -> None:
        """End the process, after the text that it is reading."""
        with self._turn:
            self._end(PATIENCE)

    def _answer(self, asked: _Text) -> Reading:
        connection = self._connection or self._begin()
        connection.send(asked)
        if not connection.poll(self._seconds):
            self._end()
            raise ReadingFailed(f"the reader “{self.name}” took longer than {self._seconds:.0f} seconds")
        answer: Reading | str = connection.recv()
        if isinstance(answer, str):
            raise ReadingFailed(answer)
        return answer

    def _begin(self) -> Connection:
        ours, theirs = socket.socketpair()
        with theirs:
            self._connection = Connection(ours.detach())
            command = [sys.executable, "-P", "-m", __name__, str(theirs.fileno())]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()])  # noqa: S603
        self._connection.send((self._settings, self.name))
        return self._connection

    def _end(self, patience: float = 0.0) -> int | None:
        """Stop the process; with what code it ended."""
        if self._connection is not None:
            self._connection.close()
        code = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
            self._process.kill()
            code = self._process.wait()
        self._connection = self._process = None
        return code


def main(descriptor: int) -> None:
    """The process: read text after text until nobody asks any more."""
    for each in (signal.SIGINT, signal.SIGTERM):  # the one that asks finishes first, and then closes the connection
        signal.signal(each, signal.SIG_IGN)
    with contextlib.suppress(PermissionError):  # a sandbox may forbid it: then texts are read all the same
        os.nice(NICENESS)
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, ConnectionError):
        from depesche import readers

        settings, name = connection.recv()
        reader = readers.choose(settings, name)
        if isinstance(reader, readers.BuiltIn):
            for language, text in READY.items():
                reader.read(text, language=language)
        while True:
            connection.send(_read(reader, connection.recv()))


def _read(reader: Reader, asked: _Text) -> Reading | str:
    try:
        return reader.read(asked.text, language=asked.language, published=asked.published, title=asked.title)
    except FAULTS as error:
        return f"the reader “{reader.name}” failed: {type(error).__name__}: {error}"


if __name__ == "__main__":
    from depesche import aside

    aside.main(int(sys.argv[1]))  # not this module under another name: what is sent is known by its module
