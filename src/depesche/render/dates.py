"""Times as readers see them: microseconds UTC become words in a story's language and zone.

In: integer microseconds UTC, an IANA zone, a BCP 47 tag. Out: absolute times only; a page may lie in a cache for an
hour, so "five minutes ago" is left to the reader's browser. Never an error: a zone or a locale that this machine
doesn't know becomes UTC or English.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time

from depesche.render.i18n import translator

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LAST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)
"""A day before the calendar of datetime ends, so that no zone can push a time past it."""


class Clock:
    """Tells times in one language and one zone."""

    def __init__(self, language: str, zone: str) -> None:
        self.language = language
        self.zone = zone
        self._tzinfo = _tzinfo(zone)
        self._both = translator(language).gettext("%(day)s, %(time)s")

    def local(self, at: int) -> dt.datetime:
        """The moment on the story's clocks."""
        moment = min(_EPOCH + dt.timedelta(microseconds=at), _LAST)
        return moment.astimezone(self._tzinfo)

    def iso(self, at: int) -> str:
        """ISO 8601 to the second with the zone's offset, fit for HTML's datetime attribute and schema.org."""
        moment = self.local(at).replace(microsecond=0)
        offset = moment.utcoffset() or dt.timedelta()
        if offset.total_seconds() % 60:  # local mean time of early years: HTML's grammar knows no such offset
            moment = moment.astimezone(dt.UTC)
        return moment.isoformat()

    def time(self, at: int) -> str:
        """The time of day: "14:32", "2:32 PM"."""
        local = self.local(at)
        return _time(self.language, local.hour, local.minute)

    def day(self, at: int) -> str:
        """Day and month, short: "28. Apr.", "Apr 28"."""
        return _day(self.language, "MMMd", self.local(at).date())

    def moment(self, at: int) -> str:
        """Day and time, short: "28. Apr., 14:32"."""
        return f"{self.day(at)}, {self.time(at)}"

    def date(self, at: int) -> str:
        """The date in full: "28. April 2025"."""
        return _day(self.language, "long", self.local(at).date())

    def full(self, at: int) -> str:
        """Weekday, date and time: "Montag, 28. April 2025, 14:32 Uhr"."""
        return self._both % {"day": _day(self.language, "full", self.local(at).date()), "time": self.time(at)}

    def stamp(self, at: int) -> str:
        """Date and time: "28. April 2025, 14:32 Uhr"."""
        return self._both % {"day": self.date(at), "time": self.time(at)}

    def same_day(self, one: int, other: int) -> bool:
        """True when both moments are on the same day of the story's calendar."""
        return self.local(one).date() == self.local(other).date()

    @property
    def place(self) -> str:
        """The zone for people: the city of its IANA name."""
        return self.zone.rpartition("/")[2].replace("_", " ")


@lru_cache(maxsize=256)
def clock(language: str, zone: str) -> Clock:
    """The clock of a story."""
    return Clock(language, zone)


@lru_cache(maxsize=4096)
def _time(language: str, hour: int, minute: int) -> str:
    """Kept, like the days: a post and its page say a dozen times and days, and each took Babel 20 µs."""
    return format_time(dt.time(hour, minute), "short", locale=locale(language)).replace("\u202f", "\u00a0")


@lru_cache(maxsize=1024)
def _day(language: str, form: str, day: dt.date) -> str:
    if form == "MMMd":
        return format_skeleton(form, dt.datetime.combine(day, dt.time()), locale=locale(language))
    return format_date(day, form, locale=locale(language))


@lru_cache(maxsize=64)
def locale(language: str) -> Locale:
    """Babel's locale for a language tag; English for one that it doesn't know."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _tzinfo(zone: str) -> dt.tzinfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC
