"""Times as wires write them, to microseconds UTC.

In: ISO 8601 of any form that Python reads, or a time that a feed parser took apart. Out: an integer, or None where
there is no time that a calendar has. Never raises.
"""

from __future__ import annotations

import calendar
import datetime as dt
import time

_EARLIEST, _LATEST = 1900, 9998
"""Years that every later arithmetic with time zones bears; no wire is older."""


def microseconds(text: object) -> int | None:
    """The instant of an ISO 8601 time; one without an offset is taken as UTC, one without a time as midnight UTC."""
    if not isinstance(text, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip()[:40])
    except ValueError:
        return None
    return _instant(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def of_struct(parts: time.struct_time | None) -> int | None:
    """The instant of a UTC struct_time."""
    if parts is None or not _EARLIEST <= parts.tm_year <= _LATEST:
        return None
    return calendar.timegm(parts) * 1_000_000


def _instant(moment: dt.datetime) -> int | None:
    if not _EARLIEST <= moment.year <= _LATEST:
        return None
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
