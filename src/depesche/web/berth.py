"""A worker's place in a crew: several processes that serve one port.

In: what the crew (cli.crew) hands down to each of its processes. Out: the socket to listen on, the board where all post
their figures, and the line to the crew: it hears when the worker is ready, and a worker whose crew has died ends, too.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading

from msgspec import Struct

from depesche.web.board import Board

READY = b"r"


class Berth(Struct, frozen=True):
    """One worker's place: its number from 0 in a crew of so many, and numbers of open files."""

    number: int
    crew: int
    listener: int
    board: int
    line: int

    def share(self, whole: int) -> int:
        """What of a bound for the whole crew is this worker's."""
        return -(-whole // self.crew)

    def socket(self) -> socket.socket:
        """The socket to listen on."""
        return socket.socket(fileno=self.listener)

    def figures(self) -> Board:
        """The board."""
        return Board(self.board, self.crew)

    def say_ready(self) -> None:
        """Tell the crew that this worker serves."""
        os.write(self.line, READY)

    def watch(self) -> None:
        """End this process in order when the crew is gone, however that came."""

        def wait() -> None:
            with contextlib.suppress(OSError):  # a keeper that was killed has left something unread
                os.read(self.line, 1)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=wait, name="crew", daemon=True).start()
