"""Calendar arithmetic for dates in texts: months, weeks, seasons as first and last day, both inclusive.

In: numbers and days. Out: days. Pure; an impossible day (31 February) raises ValueError, a year beyond the calendar
ValueError or OverflowError.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Mapping
from typing import TypeAlias

Days: TypeAlias = tuple[dt.date | None, dt.date | None]
Parts: TypeAlias = Mapping[str, int | float | str | tuple[int, ...]]

DAY = dt.timedelta(days=1)
WEEK = 7
UNTOLD: Days = (None, None)
_SUNDAY = 6
_SOON = 45
"""Days ahead for which a day without a year is meant even in a sentence that looks back."""
_SHORT_YEARS_TURN = 70
"""Two digits below it are of this century: 12.4.25 is 2025, 12.4.89 is 1989."""


class Ask:
    """The parts of one date, the day it stands on and whether it looks ahead."""

    __slots__ = ("ahead", "parts", "today")

    def __init__(self, parts: Parts, today: dt.date, *, ahead: bool) -> None:
        self.parts = parts
        self.today = today
        self.ahead = ahead

    def has(self, name: str) -> bool:
        """True when the words told this part."""
        return name in self.parts

    def number(self, name: str, default: int = 0) -> int:
        """A part as a whole number."""
        value = self.parts.get(name, default)
        return int(value) if isinstance(value, (int, float)) else default

    def word(self, name: str) -> str:
        """A part that is a letter: d, w, m, y, x."""
        return str(self.parts.get(name, ""))


def month_span(year: int, month: int) -> tuple[dt.date, dt.date]:
    """First and last day of a month; months beyond twelve run into the next years."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def year_span(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of a year."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def later(day: dt.date, unit: str, count: float) -> dt.date:
    """The day so many units later (or earlier); the 31st becomes the last of a shorter month."""
    if unit in "dw":
        return day + dt.timedelta(days=round(count * (WEEK if unit == "w" else 1)))
    months = round(count * (1 if unit == "m" else 12))
    first, last = month_span(day.year, day.month + months)
    return first.replace(day=min(day.day, last.day))


def around(day: dt.date, unit: str, *, whole: bool = True) -> tuple[dt.date, dt.date]:
    """The day, week (Monday to Sunday), month, year or decade that a day is in."""
    if unit == "w":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=_SUNDAY)
    if unit == "m":
        return month_span(day.year, day.month)
    if unit == "x":
        return dt.date(day.year // 10 * 10, 1, 1), dt.date(day.year // 10 * 10 + 9, 12, 31)
    return year_span(day.year) if unit == "y" and whole else (day, day)


def narrowed(first: dt.date, last: dt.date, part: int) -> tuple[dt.date, dt.date]:
    """Beginning (1), middle (2), end (3) of a time: "Anfang 2025" ends in March, "Mitte April" begins on the 11th."""
    length = (last - first).days + 1
    if not part:
        return first, last
    if length > 366 * 2:
        years = {1: (0, 3), 2: (3, 6), 3: (6, 9)}[part]
        return dt.date(first.year + years[0], 1, 1), dt.date(first.year + years[1], 12, 31)
    if length > 360:
        start, end = {1: (1, 3), 2: (5, 8), 3: (10, 12)}[part]
        return month_span(first.year, start)[0], month_span(first.year, end)[1]
    if length > WEEK:
        return {1: (first, first + 9 * DAY), 2: (first + 10 * DAY, first + 19 * DAY), 3: (first + 20 * DAY, last)}[part]
    return {1: (first, first + DAY), 2: (first + 2 * DAY, first + 3 * DAY), 3: (last - 2 * DAY, last)}[part]


def nearest(ask: Ask, spans: Callable[[int], tuple[dt.date, dt.date]]) -> tuple[dt.date, dt.date]:
    """Of the same time in several years the last that has begun by the day, or the first that isn't over when ahead."""
    year = ask.today.year
    if ask.ahead:
        return next(span for span in map(spans, (year - 1, year, year + 1)) if span[1] >= ask.today)
    return next(span for span in map(spans, (year + 1, year, year - 1)) if span[0] <= ask.today)


def year_of(ask: Ask, name: str = "year") -> int:
    value = ask.number(name)
    return value if value > 99 else value + (2000 if value < _SHORT_YEARS_TURN else 1900)


def one_day(ask: Ask, month: int, day: int) -> dt.date:
    """A day of a month in the year that the words, the weekday or the direction of the sentence tell."""
    if ask.has("year"):
        return dt.date(year_of(ask), month, day)
    years = range(ask.today.year - 4, ask.today.year + 5) if (month, day) == (2, 29) else None
    candidates = []
    for year in years or range(ask.today.year - 1, ask.today.year + 2):
        if (month, day) != (2, 29) or calendar.isleap(year):
            candidates.append(dt.date(year, month, day))
    if ask.has("weekday"):
        candidates = [one for one in candidates if one.weekday() == ask.number("weekday")] or candidates
        return min(candidates, key=lambda one: abs((one - ask.today).days))
    right = [one for one in candidates if (one >= ask.today if ask.ahead else one <= ask.today)]
    soon = [one for one in candidates if 0 < (one - ask.today).days <= _SOON]
    if soon and right and (ask.today - max(right)).days > 365 - _SOON:
        right = soon  # nobody names a day of almost a year ago without its year
    return min(right or candidates, key=lambda one: abs((one - ask.today).days))


def season_span(year: int, first_month: int) -> tuple[dt.date, dt.date]:
    """Meteorological: spring is March to May; winter belongs to the year of its December."""
    return month_span(year, first_month)[0], month_span(year, first_month + 2)[1]


def nearest_weekday(today: dt.date, weekday: int, *, ahead: bool) -> dt.date:
    """The most recent such weekday, the day itself included; the next one when the sentence looks ahead."""
    if ahead:
        return today + dt.timedelta(days=(weekday - today.weekday()) % WEEK)
    return today - dt.timedelta(days=(today.weekday() - weekday) % WEEK)
