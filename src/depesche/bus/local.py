"""The bus of one machine: bells between all processes that work on one folder, by sockets in it.

In: bells, from any thread of any process. Out: the same bells in every process that listens. Each process that opens
the bus has a datagram socket of its own in the folder; whoever rings sends to all that lie there, the command line
too, which has none. Never: a wait (a full socket loses the bell), or a server to run.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from depesche.bus.base import Bell, Listener
from depesche.bus.memory import MemoryBus

log = logging.getLogger(__name__)

LONGEST_NAME = 100
"""Bytes of a socket's name: Linux has room for 107, macOS for 103."""
TOGETHER = 40
"""Bells in one message, about 4 kB: Linux keeps no more than ten messages for a process that is busy."""
LARGEST = 16 * 1024
"""Bytes of a message."""
AT_ONCE = 20
"""Messages taken in one turn of the loop."""
_DEAD = (errno.ECONNREFUSED, errno.ENOENT, errno.ENOTSOCK)


class LocalBus:
    """Rings by the sockets in this folder, which is made when the bus is opened."""

    def __init__(self, folder: Path) -> None:
        self._here = MemoryBus()
        self._folder = folder
        self._ear: socket.socket | None = None
        self._own = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outbox: list[Bell] = []

    async def open(self) -> None:
        """Make this process's socket. Where none can be made, bells stay in this process, and the log says so."""
        if self._ear is not None:
            return
        ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ear.setblocking(False)
        self._own = f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _reachable(self._folder) as place:
                ear.bind(f"{place}/{self._own}")
        except OSError as error:
            ear.close()
            log.warning("processes of this machine hear of each other's changes seconds later: %s", error)
            return
        self._ear, self._loop = ear, asyncio.get_running_loop()
        self._loop.add_reader(ear, self._listen)

    async def close(self) -> None:
        """Take the socket away."""
        (ear, loop), self._ear, self._loop = (self._ear, self._loop), None, None
        if ear is not None and loop is not None:
            self._send()
            loop.remove_reader(ear)
            ear.close()
            with contextlib.suppress(OSError):
                (self._folder / self._own).unlink()
        await self._here.close()

    @property
    def up(self) -> bool:
        """True while other processes can ring here."""
        return self._ear is not None

    def ring(self, bell: Bell) -> None:
        """Ring here, and in every process that has a socket in the folder."""
        self._here.ring(bell)
        loop = self._loop
        if loop is None:  # the command line
            self._tell([bell])
            return
        with contextlib.suppress(RuntimeError):  # that loop has ended
            loop.call_soon_threadsafe(self._put, bell)

    def _put(self, bell: Bell) -> None:
        if not self._outbox and self._loop is not None:
            self._loop.call_soon(self._send)  # with whatever else is rung until then
        self._outbox.append(bell)

    def _send(self) -> None:
        bells, self._outbox = self._outbox, []
        for start in range(0, len(bells), TOGETHER):
            self._tell(bells[start : start + TOGETHER])

    def _tell(self, bells: list[Bell]) -> None:
        with contextlib.suppress(OSError), _reachable(self._folder) as place:
            others = [name for name in os.listdir(place) if name != self._own]
            if not others:
                return
            packed = msgspec.json.encode(bells)
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as mouth:
                mouth.setblocking(False)
                for name in others:
                    _send(mouth, f"{place}/{name}", packed)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Hear bells in the running loop, until the function that this gives back is called."""
        return self._here.listen(listener)

    def _listen(self) -> None:
        for _ in range(AT_ONCE):
            if self._ear is None:
                return
            try:
                packed = self._ear.recv(LARGEST)
            except OSError:  # nothing more
                return
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):  # somebody else's message
                for bell in msgspec.json.decode(packed, type=list[Bell]):
                    self._here.ring(bell)


def _send(mouth: socket.socket, address: str, packed: bytes) -> None:
    try:
        mouth.sendto(packed, address)
    except OSError as error:
        if error.errno in _DEAD:  # of a process that was killed
            with contextlib.suppress(OSError):
                if stat.S_ISSOCK(os.lstat(address).st_mode):
                    os.unlink(address)


@contextlib.contextmanager
def _reachable(folder: Path) -> Iterator[str]:
    """A name of the folder that is short enough for a socket's. Raises OSError when there is none."""
    name = str(folder.absolute())
    if len(os.fsencode(name)) + 32 <= LONGEST_NAME:
        yield name
        return
    if sys.platform != "linux":
        raise OSError(errno.ENAMETOOLONG, "the folder's name is too long for sockets")
    number = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{number}"
    finally:
        os.close(number)
