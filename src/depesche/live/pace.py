"""How often and how long: the times of live delivery in seconds, each with its reason.

In: nothing. Out: one frozen value, which tests replace by a faster one.
"""

from __future__ import annotations

from msgspec import Struct


class Pace(Struct, frozen=True):
    """Times in seconds. A pair is a range from which each reader gets its own value, so that they don't come at once.

    comment: proxies cut lines that are silent for 30-60 s. life: connections spread over processes and nodes again.
    look: a lost bell is late by this much, never wrong. back: how long a browser waits before it reconnects, wide
    enough for one process to take 10,000 in. full: when to ask again for a stream that couldn't be given. tick: how
    exactly comment and life are kept.
    """

    comment: float = 20
    life: tuple[float, float] = (1500, 1800)
    look: float = 5
    back: tuple[float, float] = (1, 10)
    full: tuple[float, float] = (20, 60)
    tick: float = 1
