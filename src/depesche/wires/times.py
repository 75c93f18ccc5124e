"""Times as wires write them, to microseconds UTC.

In: ISO 8601 of any form that Python reads, or the form of mail. Out: an integer, or None where
there is no time that a calendar has. Never raises.
"""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

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


def instant(text: str) -> int | None:
    """The instant of a time in a feed: ISO 8601, or as in mail (RFC 5322), where names of zones stand, too."""
    found = microseconds(text)
    if found is not None:
        return found
    try:
        moment = parsedate_to_datetime(text[:60])
    except (ValueError, OverflowError):
        return None
    return _instant(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def _instant(moment: dt.datetime) -> int | None:
    if not _EARLIEST <= moment.year <= _LATEST:
        return None
    return (moment - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1)
