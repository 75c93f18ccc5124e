"""Purging: caches in front are told to drop what shows a post that was corrected, retracted or expunged.

In: what the desk wrote. Out: requests to the addresses of the setting `purge`, each tried a few times. Never: a wait
for whoever publishes, an address of something that was never public, or a redirect that is followed.
"""

from __future__ import annotations

import asyncio
import http.client
import logging
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlsplit

from msgspec import Struct

from depesche.desk.desk import Done
from depesche.journal import views
from depesche.journal.errors import JournalError
from depesche.render import paging
from depesche.web.house import House
from depesche.words.changes import Expunged, PostCorrected, PostRetracted
from depesche.words.ledgerchanges import WordsExpunged

log = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 30.0)
"""Seconds between tries: a cache that restarts is back by then, and pages expire by themselves."""
PATIENCE = 5.0
"""Seconds that a cache may take to answer."""
AT_ONCE = 4
_TAKING = PostCorrected | PostRetracted | Expunged | WordsExpunged
MOST_WAITING = 1000
"""Requests that wait; of more than these the caches' own expiry has to do."""


class Order(Struct, frozen=True):
    """One request to one cache."""

    method: str
    url: str


async def purge(house: House) -> None:
    """Purge what the desk of this process takes back, until cancelled."""
    if not house.settings.purge:
        return
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[Order] = asyncio.Queue(MOST_WAITING)
    tasks: set[asyncio.Task[None]] = set()

    def put(done: Done, things: Sequence[str]) -> None:
        task = loop.create_task(_queue(house, waiting, done.story, things))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def note(done: Done) -> None:
        things = taken_back(done)
        if things:
            loop.call_soon_threadsafe(put, done, things)

    house.desk.after.append(note)
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(_work(waiting, PAUSES))
    finally:
        house.desk.after.remove(note)


def taken_back(done: Done) -> list[str]:
    """The objects whose earlier words readers may not get any more: "post:17", "claim:3"."""
    return [each.object for each in done.entries if isinstance(each.change, _TAKING)]


def orders(house: House, story: str, things: Sequence[str]) -> list[Order]:
    """The requests that purge whatever shows these objects of the story. Blocks. Raises JournalError."""
    settings = house.settings
    with house.journal.reading() as connection:
        view = views.story(connection, story)
    if view is None:
        return []
    paths = dict.fromkeys(_paths(settings.base_path, view.slug, things, view.posts, settings.page_size))
    made = dict.fromkeys(
        template.replace("{path}", path)
        .replace("{url}", quote(f"{settings.url.rstrip('/')}{path}", safe=""))
        .replace("{story}", story)
        for template in settings.purge
        for path in paths
    )
    return [Order(settings.purge_method, url) for url in made]


def _paths(base: str, slug: str, things: Sequence[str], of: int, size: int) -> Iterator[str]:
    front = f"{base}/{slug}"
    yield f"{base}/"
    for query in ("", "?order=oldest", "?page=latest", "?order=oldest&page=latest"):
        yield front + query
    yield f"{front}/corrections"
    for kind, _, number in (each.partition(":") for each in things):
        if kind != "post":
            yield f"{front}/c"
            yield f"{front}/c/{number}"
            continue
        post = int(number)
        yield f"{front}/p/{post}"
        page, full = (post - 1) // size + 1, paging.full_pages(of, size)
        yield front + paging.query("newest", page, full)
        yield front + paging.query("oldest", page, full)


async def _queue(house: House, waiting: asyncio.Queue[Order], story: str, things: Sequence[str]) -> None:
    try:
        for order in await asyncio.to_thread(orders, house, story, things):
            waiting.put_nowait(order)
    except JournalError as error:
        log.error("story %s could not be purged: %s", story, error)
    except asyncio.QueueFull:
        log.error("too many purges wait; the caches' own expiry has to do")


async def _work(waiting: asyncio.Queue[Order], pauses: Sequence[float]) -> None:
    while True:
        order = await waiting.get()
        for pause in (*pauses, None):
            why = await asyncio.to_thread(send, order)
            if not why:
                break
            if pause is None:
                log.error("a cache was not purged: %s", why)
                break
            await asyncio.sleep(pause)
        waiting.task_done()


def send(order: Order) -> str:
    """Send one request; gives why it was in vain, "" when the cache has it no more. Blocks."""
    place = urlsplit(order.url)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    line = kind(place.hostname or "", place.port, timeout=PATIENCE)
    try:
        line.request(order.method, place.path + (f"?{place.query}" if place.query else ""))
        status = line.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"{place.hostname} doesn't answer ({type(error).__name__})"
    finally:
        line.close()
    return "" if status < 300 or status in (404, 410) else f"{place.hostname} answers {status}"
