"""The bus on NATS: subject `depesche.{story}`, payload the edition and seq (https://docs.nats.io).

In: bells. Out: the same bells in every process that is connected to the same servers. Never: a story's words, or NATS'
own buffering while it is down: the line is made anew, and what was missed is found in the journal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from depesche.bus.remote import LineDown, RemoteBus, packed

PREFIX = "depesche."
PING = 5
"""Seconds between two pings; after three without an answer the line counts as broken."""
CONNECT = 2
"""Seconds that a connection may take to be made."""


class NatsBus(RemoteBus):
    """Rings by NATS. `servers` are addresses such as nats://10.0.0.1:4222, with commas between."""

    name = "NATS"

    def __init__(self, servers: str) -> None:
        super().__init__()
        self._servers = [each.strip() for each in servers.split(",")]

    async def _keep_line(self) -> None:
        broken = asyncio.Event()
        errors: list[Exception] = []

        async def note(error: Exception) -> None:
            errors.append(error)

        async def end() -> None:
            broken.set()

        client = await self._connected(note, end)
        try:
            await client.subscribe(PREFIX + "*", cb=self._receive)
            await client.flush(timeout=CONNECT)
            self._line_up()
            await self._pass_on(client, broken)
        except (Error, OSError, TimeoutError) as error:
            raise LineDown(str(error) or type(error).__name__) from error
        finally:
            await client.close()
        raise LineDown(str(errors[-1]) if errors else "the connection was closed")

    async def _connected(
        self, note: Callable[[Exception], Awaitable[None]], end: Callable[[], Awaitable[None]]
    ) -> Client:
        try:
            return await nats.connect(
                self._servers,
                name="depesche",
                no_echo=True,  # who rang has heard it already
                allow_reconnect=False,
                connect_timeout=CONNECT,
                ping_interval=PING,
                max_outstanding_pings=3,
                error_cb=note,
                disconnected_cb=end,
                closed_cb=end,
            )
        except (Error, OSError, TimeoutError) as error:
            raise LineDown(str(error) or type(error).__name__) from error

    async def _pass_on(self, client: Client, broken: asyncio.Event) -> None:
        end = asyncio.create_task(broken.wait())
        try:
            while not broken.is_set():
                bell = asyncio.create_task(self._outbox.get())
                await asyncio.wait({end, bell}, return_when=asyncio.FIRST_COMPLETED)
                if not bell.done():
                    bell.cancel()
                    return
                await client.publish(PREFIX + bell.result().story, packed(bell.result()))
        finally:
            end.cancel()

    async def _receive(self, message: Msg) -> None:
        self._heard(message.subject.removeprefix(PREFIX), message.data)
