"""What each form of a date comes to, by the name that the table "dates" uses for it.

In: the parts of a date, the day of publication, and whether the sentence looks ahead. Out: first and last day, both
inclusive, None for open or untold. The most recent time is taken, unless words or sentence say otherwise.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeAlias

from depesche.reading.days import (
    DAY,
    UNTOLD,
    Ask,
    Days,
    around,
    later,
    month_span,
    narrowed,
    nearest,
    nearest_weekday,
    one_day,
    season_span,
    year_of,
    year_span,
)

Rule: TypeAlias = Callable[[Ask], Days]

FORMS: dict[str, Rule] = {}
"""The rules by the name that the tables of forms use."""


def form(rule: Rule) -> Rule:
    """Make a rule known to the tables by its name."""
    FORMS[rule.__name__] = rule
    return rule


def _day_number(ask: Ask, suffix: str = "") -> int:
    return ask.number("ord" + suffix) or ask.number("day" + suffix)


@form
def day(ask: Ask) -> Days:
    """A day of a month, with or without its year: "am 3. Oktober"."""
    dotted = ask.parts.get("dm")
    month, number = (dotted[1], dotted[0]) if isinstance(dotted, tuple) else (ask.number("month"), _day_number(ask))
    one = one_day(ask, month, number)
    return one, one


@form
def date(ask: Ask) -> Days:
    """A date in numbers: "12.04.2025", "2025-04-12"."""
    value = ask.parts["date"]
    assert isinstance(value, tuple)  # noqa: S101  (the form has this class)
    one = dt.date(*value)
    return one, one


@form
def numbered(ask: Ask) -> Days:
    """A day with its month as an ordinal: "30. 6. 2026"."""
    one = dt.date(year_of(ask), ask.number("ord2"), ask.number("ord"))
    return one, one


@form
def days(ask: Ask) -> Days:
    """A range of days; the first takes month and year from the second: "vom 3. bis 5. Mai"."""
    month = ask.number("month2")
    parts = {"year": ask.number("year2") or ask.number("year1")} if ask.has("year2") or ask.has("year1") else {}
    end = one_day(Ask(parts, ask.today, ahead=ask.ahead), month, _day_number(ask, "2"))
    first_month = ask.number("month1", month)
    year = ask.number("year1") or (end.year - 1 if first_month > month else end.year)
    return dt.date(year, first_month, _day_number(ask, "1")), end


@form
def weekday(ask: Ask) -> Days:
    """A weekday, with or without "vergangenen", "kommenden", "diesen"."""
    number, turn = ask.number("weekday"), ask.number("turn")
    if turn:
        one = nearest_weekday(ask.today + (DAY if turn > 0 else -DAY), number, ahead=turn > 0)
    elif ask.has("turn"):
        one = ask.today + dt.timedelta(days=number - ask.today.weekday())
    else:
        one = nearest_weekday(ask.today, number, ahead=ask.ahead)
    return one, one


@form
def weekday_of(ask: Ask) -> Days:
    """A weekday of another week: "Montag vergangener Woche"."""
    monday = around(ask.today, "w")[0] + dt.timedelta(weeks=ask.number("turn"))
    one = monday + dt.timedelta(days=ask.number("weekday"))
    return one, one


@form
def weekdays(ask: Ask) -> Days:
    """A range of weekdays; the last one decides: "von Mittwoch bis Freitag"."""
    if ask.ahead:
        start = nearest_weekday(ask.today, ask.number("weekday1"), ahead=True)
        return start, nearest_weekday(start, ask.number("weekday2"), ahead=True)
    end = nearest_weekday(ask.today, ask.number("weekday2"), ahead=False)
    return nearest_weekday(end, ask.number("weekday1"), ahead=False), end


@form
def night(ask: Ask) -> Days:
    """A night between two days: "in der Nacht zum Sonntag" is Saturday and Sunday."""
    morning = (day if ask.has("month") else weekday)(ask)[1]
    return (morning - DAY if morning else None), morning


@form
def last_night(ask: Ask) -> Days:
    """The night before the day, or the next one: "vergangene Nacht"."""
    shift = 1 if ask.number("turn", -1) > 0 else 0
    return ask.today + (shift - 1) * DAY, ask.today + shift * DAY


@form
def offset(ask: Ask) -> Days:
    """Days from the day itself: "vorgestern", "heute"."""
    one = ask.today + ask.number("offset") * DAY
    return one, one


@form
def yesterday(ask: Ask) -> Days:
    """The day before."""
    return ask.today - DAY, ask.today - DAY


@form
def today(ask: Ask) -> Days:
    """The day itself."""
    return ask.today, ask.today


@form
def holiday(ask: Ask) -> Days:
    """A holiday of fixed date; its table value is first and last day, MMDD."""
    first, last = (int(part) for part in ask.word("holiday").split("-"))
    if ask.has("year"):
        return dt.date(year_of(ask), first // 100, first % 100), dt.date(year_of(ask), last // 100, last % 100)
    return nearest(ask, lambda y: (dt.date(y, first // 100, first % 100), dt.date(y, last // 100, last % 100)))


@form
def weekend(ask: Ask) -> Days:
    """Saturday and Sunday: the most recent begun, the next when ahead, the one before this week's for "vergangenes"."""
    saturday = around(ask.today, "w")[1] - DAY
    if ask.number("turn") < 0 or (not ask.ahead and not ask.has("turn") and saturday > ask.today):
        saturday -= dt.timedelta(weeks=1)
    if ask.number("turn") > 0 and ask.today >= saturday:
        saturday += dt.timedelta(weeks=1)
    return saturday, saturday + DAY


@form
def untold(ask: Ask) -> Days:
    """A time relative to another one that the words don't tell: "zwei Tage zuvor"."""
    return UNTOLD


@form
def ago(ask: Ask) -> Days:
    """The day, week, month or year so long before: "vor zwei Jahren" is that whole year."""
    unit = ask.word("unit")
    return around(later(ask.today, unit, -_count(ask)), unit)


@form
def hence(ask: Ask) -> Days:
    """The day, week, month or year so long after: "in zwei Wochen"."""
    unit = ask.word("unit")
    return around(later(ask.today, unit, _count(ask)), unit)


@form
def on_this_day(ask: Ask) -> Days:
    """The same day so long before: "heute vor einem Jahr"."""
    one = later(ask.today, ask.word("unit"), -_count(ask))
    return one, one


@form
def day_of(ask: Ask) -> Days:
    """A day of this, the last or the next year: "am 3. Mai vergangenen Jahres"."""
    one = dt.date(ask.today.year + ask.number("turn"), ask.number("month"), _day_number(ask))
    return one, one


@form
def half_ago(ask: Ask) -> Days:
    """The month half a year before: "vor einem halben Jahr"."""
    return around(later(ask.today, "m", -6), "m")


@form
def week_of(ask: Ask) -> Days:
    """The week that a day is in: "in der Woche vom 21. April"."""
    return around(one_day(ask, ask.number("month"), _day_number(ask)), "w")


@form
def since(ask: Ask) -> Days:
    """From so long before on: "seit drei Jahren"."""
    return ago(ask)[0], None


@form
def stretch(ask: Ask) -> Days:
    """So long up to or from the day: "in den vergangenen drei Wochen"; without a number one end stays open."""
    unit = ask.word("unit") or ask.word("plural")
    forward = ask.number("turn", ask.number("recent", -1))
    if forward == 0:
        return UNTOLD
    end = later(ask.today, unit, _count(ask) * forward) if ask.has("n") else None
    return (ask.today, end) if forward > 0 else (end, ask.today)


@form
def ahead(ask: Ask) -> Days:
    """From the day on, without an end told: "in the coming weeks"."""
    return ask.today, None


def _count(ask: Ask) -> float:
    value = ask.parts.get("n", 1)
    return float(value) if isinstance(value, (int, float)) else 1.0


@form
def period(ask: Ask) -> Days:
    """This, the last or the next week, month, year, decade, or the beginning, middle, end of it."""
    unit, turn = ask.word("period"), ask.number("turn")
    moved = ask.today.replace(year=ask.today.year + 10 * turn, day=1) if unit == "x" else later(ask.today, unit, turn)
    return narrowed(*around(moved, unit), ask.number("part") or ask.number("partof"))


@form
def year_begins(ask: Ask) -> Days:
    """The first quarter of the year."""
    return narrowed(*year_span(ask.today.year), 1)


@form
def year_ends(ask: Ask) -> Days:
    """The last quarter of the year that is ending: of the last one up to March unless the sentence looks ahead."""
    back = 1 if ask.today.month <= 3 and not ask.ahead else 0
    return narrowed(*year_span(ask.today.year - back), 3)


@form
def year_turns(ask: Ask) -> Days:
    """The last and the first day of two years, the last ones or, when ahead, the next."""
    year = ask.today.year - (0 if ask.ahead else 1)
    return dt.date(year, 12, 31), dt.date(year + 1, 1, 1)


@form
def month_ends(ask: Ask) -> Days:
    """The last days of the month."""
    return narrowed(*month_span(ask.today.year, ask.today.month), 3)


@form
def year_before(ask: Ask) -> Days:
    """The year before the day's."""
    return year_span(ask.today.year - 1)


@form
def month_before(ask: Ask) -> Days:
    """The month before the day's."""
    return month_span(ask.today.year, ask.today.month - 1)


@form
def this_year(ask: Ask) -> Days:
    """The day's year."""
    return year_span(ask.today.year)


@form
def so_far(ask: Ask) -> Days:
    """The year up to the day."""
    return dt.date(ask.today.year, 1, 1), ask.today


@form
def year_ahead(ask: Ask) -> Days:
    """The rest of the year."""
    return ask.today, dt.date(ask.today.year, 12, 31)


@form
def so_far_month(ask: Ask) -> Days:
    """The month up to the day."""
    return ask.today.replace(day=1), ask.today


@form
def month(ask: Ask) -> Days:
    """A month: the latest that isn't after the day, the next when ahead, the last complete one for "vergangenen"."""
    number = ask.number("month") or ask.number("full")
    part = ask.number("part") or ask.number("partof")
    if ask.has("year"):
        return narrowed(*month_span(year_of(ask), number), part)
    turn = ask.number("turn")
    if not turn:
        return narrowed(*nearest(ask, lambda year: month_span(year, number)), part)
    over = (ask.today.month > number) if turn < 0 else (ask.today.month < number)
    year = ask.today.year + (0 if over else turn)
    return narrowed(*month_span(year, number), part)


@form
def month_of(ask: Ask) -> Days:
    """A month of this, the last or the next year: "im März vergangenen Jahres"."""
    return month_span(ask.today.year + ask.number("turn"), ask.number("full"))


@form
def months(ask: Ask) -> Days:
    """A range of months; the first takes its year from the second: "zwischen März und Mai 2024"."""
    first, last = ask.number("month1"), ask.number("month2")

    def span(year: int) -> tuple[dt.date, dt.date]:
        return month_span(year, first)[0], month_span(year + (1 if first > last else 0), last)[1]

    if ask.has("year2"):
        start = ask.number("year1") or ask.number("year2") - (1 if first > last else 0)
        return month_span(start, first)[0], month_span(ask.number("year2"), last)[1]
    return span(ask.number("year1")) if ask.has("year1") else nearest(ask, span)


@form
def quarter(ask: Ask) -> Days:
    """A quarter of a year."""
    return _of_year(ask, 3)


@form
def first_months(ask: Ask) -> Days:
    """The first months of a year: "in den ersten drei Monaten des Jahres"."""
    year, count = ask.number("year", ask.today.year), ask.number("n")
    if not 1 <= count <= 12:
        raise ValueError(count)
    return dt.date(year, 1, 1), month_span(year, count)[1]


@form
def half(ask: Ask) -> Days:
    """A half of a year."""
    return _of_year(ask, 6)


def _of_year(ask: Ask, length: int) -> Days:
    number = ask.number("nth")
    if not 1 <= number * length <= 12:
        raise ValueError(number)

    def span(year: int) -> tuple[dt.date, dt.date]:
        return month_span(year, (number - 1) * length + 1)[0], month_span(year, number * length)[1]

    return span(year_of(ask)) if ask.has("year") else nearest(ask, span)


@form
def season(ask: Ask) -> Days:
    """A season: the latest begun, the next when ahead, the last complete one for "vergangenen"."""
    first = ask.number("season")
    if ask.has("year"):
        return season_span(year_of(ask), first)
    turn, year = ask.number("turn"), ask.today.year
    if turn < 0:
        return next(s for s in (season_span(y, first) for y in (year, year - 1, year - 2)) if s[1] < ask.today)
    if turn > 0:
        return next(s for s in (season_span(y, first) for y in (year, year + 1)) if s[0] > ask.today)
    if ask.has("turn"):
        return season_span(year, first)
    return nearest(ask, lambda y: season_span(y, first))


@form
def season_of(ask: Ask) -> Days:
    """A season of this, the last or the next year."""
    return season_span(ask.today.year + ask.number("turn"), ask.number("season"))


@form
def year(ask: Ask) -> Days:
    """A year, or the beginning, middle, end of it."""
    return narrowed(*year_span(ask.number("year")), ask.number("part") or ask.number("partof"))


@form
def years(ask: Ask) -> Days:
    """A range of years, the second perhaps in two digits: "2014/15"."""
    first = ask.number("year1")
    last = ask.number("year2") or first // 100 * 100 + ask.number("yy2")
    if last <= first:
        raise ValueError(last)
    return dt.date(first, 1, 1), dt.date(last, 12, 31)


@form
def decade(ask: Ask) -> Days:
    """Ten years: "in den 1990er Jahren"; two digits are of the last century."""
    first = ask.number("decade")
    first += 1900 if first < 100 else 0
    return narrowed(dt.date(first, 1, 1), dt.date(first + 9, 12, 31), ask.number("part"))
