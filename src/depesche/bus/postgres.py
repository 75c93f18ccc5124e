"""The bus on PostgreSQL: NOTIFY on the channel "depesche", for installations whose journal is there anyway.

In: bells. Out: the same bells in every process that listens on the same database. Never: a NOTIFY inside the journal's
transaction (it would serialise all commits of the database), or a connection of the journal's pool.
"""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection

from depesche.bus.remote import LineDown, RemoteBus, packed

CHANNEL = "depesche"
CONNECT = 2
"""Seconds that a connection may take to be made."""
KEEPALIVE: dict[str, Any] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""Notice within half a minute that the server has vanished without a word."""


class PostgresBus(RemoteBus):
    """Rings by LISTEN and NOTIFY. `url` is what the journal's database has, or a libpq connection string."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        super().__init__()
        scheme, _, rest = url.partition("://")
        self._url = f"{scheme.partition('+')[0]}://{rest}" if rest else url  # SQLAlchemy names the driver too

    async def _keep_line(self) -> None:
        try:
            # two lines: one that waits for notifications can't be used to send one
            async with await self._connected() as ears, await self._connected() as mouth:
                await ears.execute(f"LISTEN {CHANNEL}")
                self._line_up()
                await self._both(ears, mouth)
        except (psycopg.Error, OSError) as error:
            raise LineDown(str(error).strip() or type(error).__name__) from error
        raise LineDown("the connection was closed")

    async def _connected(self) -> AsyncConnection[Any]:
        return await AsyncConnection.connect(self._url, autocommit=True, connect_timeout=CONNECT, **KEEPALIVE)

    async def _both(self, ears: AsyncConnection[Any], mouth: AsyncConnection[Any]) -> None:
        tasks = {asyncio.create_task(self._hear(ears, mouth)), asyncio.create_task(self._speak(mouth))}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear(self, ears: AsyncConnection[Any], mouth: AsyncConnection[Any]) -> None:
        own = mouth.info.backend_pid
        async for notice in ears.notifies():
            story, _, numbers = notice.payload.partition(" ")
            if notice.pid != own:  # who rang has heard it already
                self._heard(story, numbers)

    async def _speak(self, mouth: AsyncConnection[Any]) -> None:
        while True:
            bell = await self._outbox.get()
            await mouth.execute("SELECT pg_notify(%s, %s)", (CHANNEL, f"{bell.story} {packed(bell).decode()}"))
