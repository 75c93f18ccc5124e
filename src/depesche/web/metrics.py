"""Numbers for monitoring, in Prometheus' text format 0.0.4; docs/operators.md lists them.

In: the counts of the hub, of the desk and of the web since this process began. Out: text; a worker of a crew tells the
sum of all. Never: a label with a story, an address or a name in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from depesche.live.counts import LAGS, Lag
from depesche.web.board import Family, summed
from depesche.web.house import House

EVERY = 1.0
"""Seconds between two posts on the crew's board."""
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_COUNTERS = {
    "opened": ("streams_opened", "Streams that were opened."),
    "refused": ("streams_refused", "Streams that were refused because there was no room."),
    "cut": ("streams_cut", "Streams whose reader had gone, or was cut off for being too slow."),
    "expired": ("streams_expired", "Streams that were ended because of their age."),
    "bells": ("bells", "Bells heard."),
    "missed_bells": ("bells_missed", "Changes found by looking at the journal that no bell had told of."),
    "reads": ("hub_reads", "Times the hub read changes from the journal."),
    "failed_reads": ("hub_reads_failed", "Times it could not."),
    "frames": ("frames", "Frames rendered; each went to every reader of its story."),
    "deliveries": ("deliveries", "Frames given to readers."),
}


class Metrics:
    """Tells the figures of this process, or of all workers of its crew."""

    def __init__(self, house: House) -> None:
        self._house = house
        berth = house.berth
        self._board = berth.figures() if berth is not None else None
        # what a worker that died in our place had counted goes on, or sums would fall
        self._before = self._board.read(berth.number) if self._board is not None and berth is not None else []

    async def answer(self, request: Request) -> Response:
        """All of them."""
        parts = [self._mine()]
        if self._board is not None and self._house.berth is not None:
            parts += self._board.others(self._house.berth.number)
        said = "\n".join(line for family in summed(parts) for line in _lines(family)) + "\n"
        return Response(said, headers={"cache-control": "no-store"}, media_type=MEDIA_TYPE)

    async def run(self) -> None:
        """Post the figures for the others of the crew, until cancelled."""
        while self._board is not None and self._house.berth is not None:
            self._board.post(self._house.berth.number, self._mine())
            await asyncio.sleep(EVERY)

    def _mine(self) -> list[Family]:
        return summed([list(self._counted()), summed([self._before], gauges=False)])

    def _counted(self) -> Iterator[Family]:
        house, counts = self._house, self._house.hub.counts
        yield _gauge("streams", "Streams that are open now.", counts.streams)
        yield _gauge("workers", "Processes that serve this port.", 1)
        yield _gauge("bus_up", "1 when a bell is heard by every process, else 0.", int(house.bus.up))
        for field, (name, text) in _COUNTERS.items():
            yield _counter(name, text, {"": getattr(counts, field)})
        changes = {f'{{kind="{kind}"}}': number for kind, number in sorted(house.tally.changes.copy().items())}
        yield _counter("changes", "Changes that the desk wrote, by kind.", changes)
        answers = {'{by="kiosk"}': house.kiosk.given, '{by="application"}': house.kiosk.asked}
        yield _counter("answers", "Pages and polls answered, by what lay ready or not.", answers)
        statuses = {f'{{status="{status}"}}': number for status, number in sorted(house.tally.answers.items())}
        yield _counter("requests", "Requests that the application answered or refused, by status.", statuses)
        yield _histogram(counts.lag)


def _gauge(name: str, text: str, value: int) -> Family:
    return Family(name, "gauge", text, (("", value),))


def _counter(name: str, text: str, samples: Mapping[str, float]) -> Family:
    return Family(f"{name}_total", "counter", text, tuple(samples.items()))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP depesche_{family.name} {family.text}"
    yield f"# TYPE depesche_{family.name} {family.kind}"
    for label, value in family.samples:
        yield f"depesche_{family.name}{label} {value:.15g}"


def _histogram(lag: Lag) -> Family:
    below, samples = 0, list[tuple[str, float]]()
    for bound, number in zip([*map(str, LAGS), "+Inf"], lag.buckets, strict=True):
        below += number
        samples.append((f'_bucket{{le="{bound}"}}', below))
    text = "Seconds from a change's entry in the journal until it was given to the last reader's socket."
    return Family("lag_seconds", "histogram", text, (*samples, ("_sum", lag.total), ("_count", below)))
