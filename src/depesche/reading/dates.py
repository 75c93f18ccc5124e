"""Words for a time -> intervals of days, relative to the day on which the text was published.

In: a text, its language, the day (or None). Out: Intervals in the order of the text, which never overlap. A relative
date without a day to stand on keeps first and last None; nothing is guessed. An interval's words begin with the
preposition that belongs to it ("im vergangenen Herbst", "seit Februar 2022").
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import get_args

from depesche.reading import attributes, dateforms, days, tables
from depesche.reading.ahead import looks_ahead
from depesche.reading.counted import population, unit_after
from depesche.reading.counted import singles as figurative
from depesche.reading.sentences import levels
from depesche.reading.timewords import Match, Reader
from depesche.reading.tokens import Tokens, scan
from depesche.words.copy import Interval, Precision

_UNITS: dict[str, Precision] = {"d": "day", "w": "week", "m": "month", "y": "year", "x": "decade"}
_NARROWER: dict[str, Precision] = {"w": "day", "m": "week", "y": "quarter", "x": "year"}
_PRECISIONS: dict[str, Precision] = {name: name for name in get_args(Precision)}
_YEARLESS = dt.date(2000, 1, 1)
"""Stands in for the day when the words tell the year themselves; what they don't tell stays unknown."""
_TOLD = frozenset({"year", "year1", "year2", "date", "decade"})
"""Parts that make a date stand without a day of publication."""

_DAYS = frozenset({"ord", "day", "dm", "date", "ord1", "day1"})
"""Parts that are a day of a month."""


_BARE_YEARS = range(1500, 2101)
"""Four digits with nothing that marks them as a year are one in this range: wires write "1.400" and "Jahr 1400"."""


@cache
def _approximating(language: str) -> frozenset[str]:
    """Last words of "etwa", "mehr als", "bis zu": what comes after them is a number, not a year."""
    rows = [row for row in tables.rows(language, "approximators") if row[1] == "before"]
    return frozenset(form.split("_")[-1] for row in rows for form in row[2].split()) - {
        "unter",
        "die",
        "zu",
        "to",
        "than",
    }


class _Stretch:
    """The dates of one stretch."""

    def __init__(self, tokens: Tokens, language: str, published: dt.date | None, future: bool | None) -> None:
        self.tokens = tokens
        self.language = language
        self.published = published
        self.future = future
        self.reader = Reader(tokens, language)
        self._levels: bytearray | None = None

    def _ahead(self, match: Match) -> bool:
        if self.future is not None:
            return self.future
        if match.role == "since" and self.tokens.words[match.first] in ("seit", "since"):
            return False
        if self._levels is None:
            self._levels = levels(self.tokens, self.language)
        span = match.first, match.stop
        return looks_ahead(self.tokens, self._levels, span, self.language, until=match.role == "until")

    def _precision(self, match: Match) -> Precision:
        unit = str(match.parts.get("unit") or match.parts.get("plural") or match.parts.get("period") or "")
        if match.form.precision == "narrow":
            part = match.parts.get("part") or match.parts.get("partof")
            return (_NARROWER if part else _UNITS).get(unit, "unknown")
        if match.form.precision in ("unit", "period"):
            return _UNITS.get(unit, "unknown")
        return _PRECISIONS[match.form.precision]

    def _days(self, match: Match) -> days.Days | None:
        """First and last day; (None, None) when they can't be told, None when there is no such day at all."""
        told = bool(_TOLD & match.parts.keys())
        today = self.published or (_YEARLESS if told else None)
        ahead = False if told else self._ahead(match)
        if match.form.rule == "hence" and not ahead:
            return None
        if today is None:
            return None, None
        try:
            return dateforms.FORMS[match.form.rule](days.Ask(match.parts, today, ahead=ahead))
        except OverflowError:
            return None, None
        except (ValueError, StopIteration):
            return None

    def interval(self, match: Match) -> Interval | None:
        """The match as an interval, with what the word before it says of its ends."""
        found = self._days(match)
        if found is None or not _possible(match.parts):
            return None
        first, last = _bounded(*found, match.role)
        span = self.tokens.span(match.first, match.stop)
        return Interval(span, self.tokens.text[span[0] : span[1]], first, last, self._precision(match))

    def refused(self, match: Match) -> bool:
        """True when the words mean something else: "2000 Soldaten", "jeden Montag", "am Morgen"."""
        kinds = self.reader.known.kinds
        if self.tokens.word(match.first - 1) in kinds.get("not_after", {}) or self._of_another(match):
            return True
        if self.tokens.word(match.base - 1) == "/" and self.tokens.glued(match.base):
            return True  # the year of "4/5/2025", of which nobody can tell the month
        if "offset" in match.parts and self.language == "de" and self.tokens.capital(match.base):
            return self.tokens.word(match.base - 1).isalpha()
        return match.parts.keys() == {"year"} and _is_count(self.tokens, match, self.language)

    def _of_another(self, match: Match) -> bool:
        """True when the time is one of something else: "in the last week of the war"."""
        before = self.reader.known.kinds.get("not_before", {}).get(self.tokens.word(match.stop))
        if before is None or match.parts.keys() & {"weekday", "year"}:
            return False
        return before == "-" or self.tokens.word(match.base - 1) == before

    def all(self) -> list[Interval]:
        """The intervals of the stretch, in order."""
        found: list[Interval] = []
        reader, stop = self.reader, 0
        for at, may in enumerate(reader.may_begin()):
            if not may or at < stop:
                continue
            name = reader.known.names.match(self.tokens, at)
            match = None if name else reader.match(at)
            interval = self.interval(match) if match and not self.refused(match) else None
            if name:
                stop = name[1]
            elif match and interval:
                found.append(interval)
                stop = match.stop
            elif match and match.parts.keys() & _DAYS:
                stop = match.stop  # "31. Februar 2024" isn't February either
        return found


def _possible(parts: days.Parts) -> bool:
    """False when a number is no month or day; the rest is left to the calendar."""
    dotted = parts.get("dm")
    return not isinstance(dotted, tuple) or (1 <= dotted[0] <= 31 and 1 <= dotted[1] <= 12)


def _bounded(first: dt.date | None, last: dt.date | None, role: str) -> days.Days:
    """What "seit", "bis", "nach", "vor" make of a time."""
    one = dt.timedelta(days=1)
    if role == "since":
        return first, None
    if role == "until":
        return None, last
    if role == "after":
        return (last + one if last and last < dt.date.max else None), None
    if role == "before":
        return None, (first - one if first and first > dt.date.min else None)
    return first, last


def _is_count(tokens: Tokens, match: Match, language: str) -> bool:
    """True when four digits count something: "2000 Euro", "mit 1800 Gästen", "2000 nordkoreanische Soldaten"."""
    after = match.stop
    if match.role == "since":
        return False
    if tokens.word(match.base) not in ("jahr", "jahre", "jahres", "year") and unit_after(
        tokens, after, language, digits=True
    ):
        return True
    before = tokens.word(match.first - 1)
    if match.role == "" and (before in _approximating(language) or match.parts["year"] not in _BARE_YEARS):
        return True
    if match.role == "" and before in figurative(language, "oblique") and tokens.capital(after):
        return True
    for place in range(after, after + 3):
        if population(tokens.word(place), language):
            return True
        if not tokens.word(place).endswith(("e", "en", "er")) or tokens.capital(place):
            break
    plural = language == "en" and tokens.word(after).endswith("s") and len(tokens.word(after)) > 4
    return match.role in ("", "before", "after") and plural and not tokens.capital(after)


def find(
    text: str,
    language: str,
    published: dt.date | None,
    start: int = 0,
    end: int | None = None,
    future: bool | None = None,
) -> tuple[Interval, ...]:
    """The dates in text[start:end]; the sentence tells, or `future`, if "am Freitag" is the last or the next one."""
    if not tables.rows(language, "dates"):
        return ()
    return tuple(
        interval
        for tokens in scan(text, start, end)
        for interval in _Stretch(tokens, language, published, future).all()
    )


def is_attribute(text: str, language: str, interval: Interval) -> bool:
    """True when the date belongs to a noun ("des Koreakriegs von 1950 bis 1953") and isn't its statement's time."""
    return attributes.belongs_to_noun(text, language, interval.span)
