"""What live delivery counts about itself, for /metrics.

In: events of the hub. Out: numbers. Never: anything about one reader.
"""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct, field

LAGS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds: the goal is 1 s, a lost bell costs 5."""


class Lag(Struct):
    """A histogram of the seconds from a change's entry in the journal to the last reader's socket."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(LAGS) + 1))
    total: float = 0.0

    def note(self, seconds: float) -> None:
        """One change has reached its last reader."""
        self.buckets[bisect_left(LAGS, seconds)] += 1
        self.total += seconds


class Counts(Struct):
    """Since the process began; `streams` is how many there are now."""

    streams: int = 0
    opened: int = 0
    refused: int = 0
    cut: int = 0
    expired: int = 0
    bells: int = 0
    missed_bells: int = 0
    reads: int = 0
    failed_reads: int = 0
    frames: int = 0
    deliveries: int = 0
    lag: Lag = field(default_factory=Lag)
