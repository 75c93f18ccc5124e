"""The composition root: settings -> journal, bus, desk, hub, plug-ins, routes. The only module that knows everyone.

In: Settings. Out: an ASGI application whose lifespan starts and stops what runs in the background. Raises JournalError
when the journal can't be opened: a server that can't keep anything doesn't start.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from types import ModuleType
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount

from depesche import plugins, readers, wires
from depesche.aside import Aside
from depesche.bus.base import Bus
from depesche.bus.choice import BusMissing, chosen
from depesche.desk.desk import Desk, Done
from depesche.desk.intake import Intake
from depesche.desk.media import Media
from depesche.desk.notary import Notary
from depesche.desk.people import People
from depesche.desk.recorder import Recorder
from depesche.desk.watch import Watch
from depesche.journal import views
from depesche.journal.log import Journal
from depesche.live.hub import Hub
from depesche.live.outlets import tell
from depesche.plugins import Plugins
from depesche.settings import Settings, SettingsError
from depesche.web import api, auth, caching, checkpoints, desk, errors, headers, live, media, pages, static
from depesche.web.berth import Berth
from depesche.web.edge import Edge
from depesche.web.forgetting import forget_erased
from depesche.web.house import House
from depesche.web.kiosk import Kiosk
from depesche.web.metrics import Metrics
from depesche.web.purge import purge
from depesche.web.tally import Tally
from depesche.web.warming import warm
from depesche.words.changes import EntriesErased

log = logging.getLogger(__name__)

BUILTIN: tuple[ModuleType, ...] = (wires, readers)
"""Plug-ins that come with Depesche."""
EDGES: tuple[ModuleType, ...] = (api, checkpoints, static, auth, desk, media, live, pages)
"""In the order in which their routes are asked: reserved first segments win over a story's slug, which comes last."""


Beside: TypeAlias = Callable[[House], Coroutine[None, None, None]]
"""Something that runs as long as the application does, or ends before."""


def create(
    settings: Settings, *, beside: Sequence[Beside] = (), aside: bool = False, berth: Berth | None = None
) -> Starlette:
    """The application; `app.state.house` has its parts. `beside` runs in its event loop.

    With `aside` texts are read in another process: what a server wants, and what one short run needn't wait for.
    """
    house = furnish(settings, aside=aside, berth=berth)
    routes = [route for edge in EDGES for route in edge.routes(house)]
    app = Starlette(
        routes=_below(settings.base_path, routes),
        middleware=[
            Middleware(headers.Headers, settings=settings),
            Middleware(
                Edge,
                most=settings.max_body,
                seconds=settings.request_seconds,
                refuse=errors.refuse,
                base=settings.base_path,
                answers=house.tally.answers,
            ),
        ],
        exception_handlers=errors.handlers(),
        lifespan=_lifespan(beside),
    )
    app.state.house = house
    return app


def furnish(settings: Settings, *, aside: bool = False, berth: Berth | None = None) -> House:
    """Open the journal and put the house together, for the server and for commands that write."""
    plugged = _plugged(settings)
    if aside:
        plugged = replace(plugged, readers=(Aside(settings, plugged.reader().name),))
    journal = Journal.open(settings.journal_url, replica=settings.replica)
    bus = _rung(settings)
    desk = Desk(journal, bus)
    tally = Tally()
    desk.after += [_forget_erased, tally.note, Watch(desk).noticed]
    return House(
        settings=settings,
        journal=journal,
        desk=desk,
        intake=Intake(desk, plugged, most=settings.max_copy),
        bus=bus,
        hub=Hub(journal, bus, settings),
        plugins=plugged,
        people=People(journal, hours=settings.session_hours, crew=1 if berth is None else berth.crew),
        media=Media(journal, settings),
        kiosk=Kiosk(bus, settings),
        tally=tally,
        berth=berth,
    )


def end(house: House) -> None:
    """End what `furnish` began: what was asked is written first. Blocks."""
    for reader in house.plugins.readers:
        if isinstance(reader, Aside):
            reader.close()
    house.desk.close()
    house.journal.close()


def _plugged(settings: Settings) -> Plugins:
    """All plug-ins, and the reader that the settings choose. Raises SettingsError when there is none of that name."""
    try:
        return plugins.gather((*BUILTIN, *readers.extras(settings)), reader=settings.reader)
    except LookupError as error:
        raise SettingsError(f"The setting reader: {error.args[0]}") from error


def _rung(settings: Settings) -> Bus:
    """The bus that the settings choose. Raises SettingsError when it can't be had."""
    try:
        return chosen(settings.bus, settings.journal_url, settings.folder)
    except BusMissing as error:
        raise SettingsError(f"The setting bus: {error}") from error


def _forget_erased(done: Done) -> None:
    if any(isinstance(entry.change, EntriesErased) for entry in done.entries):
        caching.forget()
        views.forget_ledgers()


def _lifespan(beside: Sequence[Beside]) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        """What runs beside the requests runs as long as they come; then the house is closed."""
        house: House = app.state.house
        recorder = Recorder(house.desk, house.plugins.reader())
        await house.bus.open()
        first = house.berth is None or house.berth.number == 0
        running = [
            asyncio.to_thread(Watch(house.desk).catch_up),
            warm(house),
            Notary(house.desk, house.settings).run(),
            recorder.run(),
            house.hub.run(),
            house.kiosk.run(),
            Metrics(house).run(),
            forget_erased(house),
            purge(house),
            tell(house.bus, house.plugins.outlets if first else ()),  # one of a crew tells the outlets
        ]
        tasks = [asyncio.create_task(each) for each in (*running, *(each(house) for each in beside))]
        for task in tasks:
            task.add_done_callback(_note_crash)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await house.bus.close()
            await asyncio.to_thread(end, house)

    return lifespan


def _note_crash(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.critical("a background task ended: %s", error, exc_info=error)


def _below(base_path: str, routes: Iterable[BaseRoute]) -> list[BaseRoute]:
    return [Mount(base_path, routes=list(routes))] if base_path else list(routes)
