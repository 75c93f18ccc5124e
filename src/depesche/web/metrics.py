"""Numbers for monitoring, in Prometheus' text format 0.0.4; docs/operators.md lists them.

In: the counts of the hub, and what the desk did since this process began. Out: text. Never: a label with a story, an
address or a name in it; with several workers each process tells of itself only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from starlette.requests import Request
from starlette.responses import Response

from depesche.desk.desk import Done
from depesche.live.counts import LAGS, Lag
from depesche.web.house import House

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
    """Counts what the desk does from now on, and tells it with what the hub counts."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._changes: Counter[str] = Counter()
        house.desk.after.append(self._note)

    async def answer(self, request: Request) -> Response:
        """All of them."""
        return Response("\n".join(self._lines()) + "\n", headers={"cache-control": "no-store"}, media_type=MEDIA_TYPE)

    def _note(self, done: Done) -> None:
        # on the desk's only writer thread, so nothing else counts at the same time
        self._changes.update(entry.kind for entry in done.entries)

    def _lines(self) -> Iterator[str]:
        counts = self._house.hub.counts
        yield from _gauge("streams", "Streams that are open now.", counts.streams)
        yield from _gauge("bus_up", "1 when a bell is heard by every process, else 0.", int(self._house.bus.up))
        for field, (name, text) in _COUNTERS.items():
            yield from _family(f"{name}_total", "counter", text, [("", getattr(counts, field))])
        changes = [(f'{{kind="{kind}"}}', number) for kind, number in sorted(self._changes.copy().items())]
        yield from _family("changes_total", "counter", "Changes that the desk wrote, by kind.", changes)
        kiosk = self._house.kiosk
        answers = [('{by="kiosk"}', kiosk.given), ('{by="application"}', kiosk.asked)]
        yield from _family("answers_total", "counter", "Pages and polls answered, by what lay ready or not.", answers)
        yield from _histogram(counts.lag)


def _gauge(name: str, text: str, value: int) -> Iterator[str]:
    return _family(name, "gauge", text, [("", value)])


def _family(name: str, kind: str, text: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP depesche_{name} {text}"
    yield f"# TYPE depesche_{name} {kind}"
    for label, value in samples:
        yield f"depesche_{name}{label} {value}"


def _histogram(lag: Lag) -> Iterator[str]:
    below, samples = 0, []
    for bound, number in zip([*map(str, LAGS), "+Inf"], lag.buckets, strict=True):
        below += number
        samples.append((f'_bucket{{le="{bound}"}}', below))
    text = "Seconds from a change's entry in the journal until it was given to the last reader's socket."
    yield from _family("lag_seconds", "histogram", text, [*samples, ("_sum", lag.total), ("_count", below)])
