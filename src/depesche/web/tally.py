"""What this process has done since it began, counted for /metrics.

In: what the desk wrote, what the application answered. Out: numbers. Never: anything about one reader or one story.
"""

from __future__ import annotations

from collections import Counter

from depesche.desk.desk import Done


class Tally:
    """`changes` by their kind, `answers` by their status (those that lay ready are counted by the kiosk)."""

    def __init__(self) -> None:
        self.changes: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()

    def note(self, done: Done) -> None:
        """Something was written. On the desk's only writer thread, so nothing else counts changes at the same time."""
        self.changes.update(entry.kind for entry in done.entries)
