"""The HTTP server: uvicorn with uvloop and httptools, told what Depesche needs of it.

In: an application and its settings. Out: a socket that is bound (or a sentence why not) and a Server that ends live
streams before it waits for the rest. Never: a log line with an address of a reader, a header that names versions.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
import sys

import uvicorn
from starlette.applications import Starlette

from depesche.live.entrance import protocol
from depesche.live.limits import room
from depesche.settings import Settings
from depesche.web.door import Door
from depesche.web.house import House

BACKLOG = 4096
"""Connections that may wait to be accepted: after a restart all readers come back within seconds."""
GRACE = 10
"""Seconds that requests get to finish when the server is told to end; a durable write takes milliseconds."""
TICK = 1.0
"""Seconds between two looks at the clock, for the header Date."""
KEEP_ALIVE = 75
"""Seconds an idle connection is kept: longer than the 60 of nginx, so that a proxy never sends into a closed one."""


class AddressTaken(Exception):
    """The address can't be listened on; the message says what to do."""


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that listens here: whoever connects early waits until the server runs. Raises AddressTaken.

    `shared`: others of ours will listen on the same port (SO_REUSEPORT).
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        raise AddressTaken(_why(error, host, port)) from error
    made.set_inheritable(True)
    return made


def address(bound: socket.socket) -> str:
    """The address for a browser on this machine."""
    host, port = bound.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn, which knows nothing of streams that last for half an hour."""

    def __init__(self, app: Starlette, settings: Settings) -> None:
        self._house: House = app.state.house
        self._house.hub.shrink(room(settings.max_streams))
        self._ending = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        super().__init__(
            uvicorn.Config(
                app,
                loop="auto" if sys.platform == "win32" else "uvloop",
                http=protocol(Door(self._house), self._house.kiosk.answer),
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=True,
                forwarded_allow_ips=list(settings.trusted_proxies),
                backlog=BACKLOG,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; what was made until now stays, so the collector needn't look at it again."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        if self.started and self._house.berth is not None:
            self._house.berth.say_ready()

    @property
    def should_exit(self) -> bool:
        """True once somebody wants the server to end."""
        return self._ending

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        self._ending = value
        if value and self._loop is not None:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def main_loop(self) -> None:
        """Wait for the end. uvicorn looks ten times a second, which takes an idle server 1 ms of the processor."""
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):  # 0: the header is made anew
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams first: uvicorn would wait for them."""
        self._house.hub.end()
        await super().shutdown(sockets)


def _why(error: OSError, host: str, port: int) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} is taken. Stop what listens there, or choose another one with --port."
        case errno.EACCES:
            return f"Port {port} needs rights that this user hasn't. Choose one above 1023 with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} isn't an address of this machine. Use 127.0.0.1, or 0.0.0.0 for all."
    return f"{host}:{port} can't be listened on: {error.strerror or error}."
