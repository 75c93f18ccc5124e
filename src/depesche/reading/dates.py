"""Words for a time -> intervals of days, relative to the day on which the text was published.

In: a text, its language, the day (or None). Out: Intervals in the order of the text. A relative date without a day
to stand on keeps first and last None; nothing is guessed.
"""

from __future__ import annotations

import datetime as dt
import re

from depesche.words.copy import Interval

_ISO = re.compile(r"(?<![\d.-])(\d{4})-(\d\d)-(\d\d)(?![\d-])")


def find(
    text: str,
    language: str,
    published: dt.date | None,
    start: int = 0,
    end: int | None = None,
    future: bool = False,
) -> tuple[Interval, ...]:
    """The dates in text[start:end]; with `future` a weekday or month means the next one, not the most recent."""
    found = []
    for match in _ISO.finditer(text, start, len(text) if end is None else end):
        try:
            day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            continue
        found.append(Interval(span=match.span(), words=match[0], first=day, last=day, precision="day"))
    return tuple(found)


def is_attribute(text: str, language: str, interval: Interval) -> bool:
    """True when the date belongs to a noun ("des Koreakriegs von 1950 bis 1953") and isn't its statement's time."""
    return False
