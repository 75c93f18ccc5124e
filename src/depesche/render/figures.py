"""Figures side by side: for each measure one table, one sentence above it, and one picture of how they went.

In: the counts of a claim, the story's measures, the cast, and what is known of the statements that gave them. Out:
frozen values that figures.html shows. Never: an average, a midpoint, a sum, or the band that figures are compared by; a
table whose rows count different things; a sentence that hides that a figure was derived.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from depesche.render import counted, sayer, standing
from depesche.render.i18n import translator
from depesche.render.timeline import Picture, Point, picture
from depesche.words.claims import Count, Measure, Ref
from depesche.words.counts import as_of, measured, order
from depesche.words.parties import Cast
from depesche.words.tables import Row, ends, newest, rows

MOST = 200
"""Figures of one table that are looked at, the newest: more sources than any table on a page can be read with."""
ROWS = 40
"""Rows shown."""
MARKS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""What ties a row to its points in the picture."""


class Told(Struct, frozen=True):
    """What a row takes from the statement that gave the figure; `post` is 0 where there is none to link to.

    `day` is when we had it: it stands where nobody said of which day the figure is.
    """

    post: int = 0
    who: str = ""
    direct: bool = False
    own: bool = False
    day: dt.date | None = None


class Line(Struct, frozen=True):
    """A row: the number as said, of when, who, through whom, how, and what the same source said before that.

    `day` is the same for machines; a period has none.
    """

    mark: str
    words: str
    notes: tuple[str, ...]
    when: str
    day: str
    who: str
    through: str
    direct: bool
    also: str
    before: str
    post: int


class Table(Struct, frozen=True):
    """The figures of one measure and one kind of people or things."""

    title: str
    sentence: str
    lines: tuple[Line, ...]
    more: int
    picture: Picture | None


class Ground(Struct, frozen=True):
    """What all tables of a claim rest on; `of` is what derived figures were made of: a part, and a whole."""

    measures: Mapping[str, Measure]
    cast: Cast
    told: Mapping[int, Told]
    language: str
    of: Mapping[Ref, tuple[str, ...]] = {}


def tables(counts: Iterable[Count], ground: Ground) -> tuple[Table, ...]:
    """The tables of a claim, the one with the newest figure first. Figures that left the table are in none."""
    groups: dict[tuple[str, str, str, str], list[Count]] = {}
    for each in sorted((each for each in counts if not each.out), key=order):
        groups.setdefault((each.measure, each.population, each.place, each.figure.unit), []).append(each)
    newest_first = sorted(groups.values(), key=lambda group: order(group[-1]), reverse=True)
    return tuple(_table(group[-MOST:], ground) for group in newest_first)


def sentence(counts: Sequence[Count], ground: Ground) -> str:
    """One sentence made from the figures of one table; "" when there is none that has a number."""
    language, told = ground.language, translator(ground.language)
    leads = {row.ref for row in rows(counts, ground.cast)}
    span = ends([each for each in counts if each.ref in leads], ground.cast)
    if span is None:
        return ""
    low, high = span
    current = [each for each in newest(counts, ground.cast) if not each.figure.increment]
    checked = sum(ground.told.get(each.ref[0], _NOBODY).own for each in current)
    one, other = counted.number(low, language, high=False), counted.number(high, language, high=True)
    name, noun = counted.measure(low.measure, ground.measures, language), counted.between(low.measure, language)
    if one == other and low.derived == high.derived:
        figure = f"{one} {name}".strip() + _mark(low, language)
        alone = len(current) == 1
        said = told.gettext("One figure: %(figure)s") if alone else told.gettext("%(n)s figures, all: %(figure)s")
        said = said % {"n": len(current), "figure": figure}
    else:
        ends_said = {"one": one + _mark(low, language), "other": f"{other} {noun}".strip() + _mark(high, language)}
        said = told.gettext("Figures between %(one)s and %(other)s") % ends_said
        said = said if noun or not name else f"{name}: {said}"
    return f"{said}; {_checked(checked, len(current), language)}"


def short(table: Sequence[Row], counts: Mapping[Ref, Count], ground: Ground, most: int) -> str:
    """The newest figures with those who gave them, in a sentence: "600 (NIS), rund 2.700 (Selenskyj)"."""
    told = [" ".join(each).strip() for each in answers(table, counts, ground)]
    return standing.listed(ground.language, told, most)


def answers(table: Sequence[Row], counts: Mapping[Ref, Count], ground: Ground) -> Iterator[tuple[str, str]]:
    """The same apart, for a line each: ("600", "(NIS)"), ("rund 2.700", "(Selenskyj, abgeleitet)").

    The day, or the period, stands with each where they are not all of one.
    """
    times = {(counts[row.ref].period.first, _day(counts[row.ref], ground)) for row in table}
    years = {day.year for time in times for day in time if day}
    for row in table:
        count = counts[row.ref]
        more = "in addition" if count.figure.increment else "derived" if count.derived else ""
        who = _who(count, ground) or standing.unknown(ground.language, _way(count, ground)[-1:])
        notes = [who, translator(ground.language).gettext(more) if more else ""]
        if len(times) > 1:
            notes.append(_time(count, _day(count, ground), ground.language, year=len(years) > 1))
        known = ", ".join(each for each in notes if each)
        yield counted.said(count, ground.language), f"({known})" if known else ""


_NOBODY = Told()


def _table(counts: Sequence[Count], ground: Ground) -> Table:
    by_ref = {each.ref: each for each in counts}
    every = rows(counts, ground.cast)
    marks = _marks(every, by_ref, ground)
    lines = tuple(_line(row, by_ref, ground, marks) for row in every[:ROWS])
    first = counts[-1]
    parts = [counted.measure(first.measure, ground.measures, ground.language)]
    parts += [counted.population(first.population, ground.language), first.place, first.figure.unit]
    name = " · ".join(part for part in parts if part)
    drawn = _picture(counts, marks, name, ground) if len(counts) > 1 else None
    return Table(name, sentence(counts, ground), lines, max(0, len(every) - ROWS), drawn)


def _marks(every: Sequence[Row], by_ref: Mapping[Ref, Count], ground: Ground) -> dict[str, str]:
    """A letter for each source that is drawn, in the order of the rows; one beyond the alphabet has none."""
    drawn = [by_ref[row.ref] for row in every if not by_ref[row.ref].figure.increment]
    sources = dict.fromkeys(_source(each, ground) for each in drawn)
    return dict(zip(sources, MARKS, strict=False))


def _line(row: Row, by_ref: Mapping[Ref, Count], ground: Ground, marks: Mapping[str, str]) -> Line:
    count, language = by_ref[row.ref], ground.language
    told = ground.told.get(count.ref[0], _NOBODY)
    also = [each for ref in row.through for each in _way(by_ref[ref], ground)[:1]]
    day = _day(count, ground)
    return Line(
        mark="" if count.figure.increment else marks.get(_source(count, ground), ""),
        words=counted.said(count, language),
        notes=tuple(_notes(count, ground)),
        when=_when(count, ground),
        day=day.isoformat() if day and count.period.first in (None, day) else "",
        who=_who(count, ground) or sayer.label(standing.unknown(language, ())),
        through=" ← ".join(_way(count, ground)),
        direct=told.direct,
        also=", ".join(dict.fromkeys(also)),
        before=_before(count, by_ref.get(row.before) if row.before else None, language),
        post=told.post,
    )


def _before(count: Count, earlier: Count | None, language: str) -> str:
    """The change against what the same source said last, in words: numbers that nobody said aren't shown."""
    if earlier is None:
        return ""
    gettext, now, then = translator(language).gettext, measured(count), measured(earlier)
    if now == then:
        said = gettext("as before: %(figure)s")
    elif now.lo >= then.lo and now.hi >= then.hi:
        said = gettext("more than before: %(figure)s")
    elif now.lo <= then.lo and now.hi <= then.hi:
        said = gettext("less than before: %(figure)s")
    else:
        said = gettext("before: %(figure)s")
    when = _time(earlier, as_of(earlier), language)
    figure = counted.said(earlier, language) + (f" ({when})" if when else "")
    return said % {"figure": figure}


def _day(count: Count, ground: Ground) -> dt.date | None:
    return as_of(count) or ground.told.get(count.ref[0], _NOBODY).day


def _time(count: Count, day: dt.date | None, language: str, *, year: bool = True) -> str:
    """Of when a figure is, in short: its period, where it has a first day, else this day."""
    if count.period.first is not None:
        return counted.days(count.period.first, count.period.last, language, year=year)
    return counted.day(day, language, year=year) if day else ""


def _when(count: Count, ground: Ground) -> str:
    """Of when the figure is: its period, else the day on which it was said, else that on which we had it."""
    language = ground.language
    said = counted.days(count.period.first, count.period.last, language)
    if said or count.said:
        return said or counted.day(count.said or dt.date.min, language)
    day = _day(count, ground)
    told = translator(language).gettext("reported %(day)s")
    return told % {"day": counted.day(day, language)} if day else ""


def _notes(count: Count, ground: Ground) -> list[str]:
    gettext = translator(ground.language).gettext
    notes = [gettext("in addition")] if count.figure.increment else []
    return [*notes, _derived(count, ground)] if count.derived else notes


def _derived(count: Count, ground: Ground) -> str:
    """What was derived from what; the number itself in other digits explains nothing."""
    gettext, words = translator(ground.language).gettext, count.figure.words
    match ground.of.get(count.ref, ()):
        case (part, whole):
            return gettext("derived from “%(part)s” of “%(whole)s”") % {"part": part, "whole": whole}
        case (part,):
            return gettext("derived from “%(words)s”") % {"words": part}
    told = words and not any(each.isdigit() for each in words)
    return gettext("derived from “%(words)s”") % {"words": words} if told else gettext("derived")


def _who(count: Count, ground: Ground) -> str:
    """Whose figure it is, "" when nobody knows."""
    return standing.whose(count.chain, ground.cast, ground.language, ground.told.get(count.ref[0], _NOBODY).who)


def _way(count: Count, ground: Ground) -> list[str]:
    return standing.way(count.chain, ground.cast, ground.language)


def _source(count: Count, ground: Ground) -> str:
    return _who(count, ground) or "".join(_way(count, ground)[-1:]) or str(count.ref)


def _checked(checked: int, of: int, language: str) -> str:
    told = translator(language)
    if not checked:
        return told.ngettext("not checked by us.", "none checked by us.", of)
    if checked == of:
        return told.ngettext("checked by us.", "all checked by us.", of)
    return told.ngettext("%(n)s of them checked by us.", "%(n)s of them checked by us.", checked) % {"n": checked}


def _mark(count: Count, language: str) -> str:
    return f" ({translator(language).gettext('derived')})" if count.derived else ""


def _picture(counts: Sequence[Count], marks: Mapping[str, str], name: str, ground: Ground) -> Picture | None:
    """The picture of all figures of the table that have a day, older ones included; increments are no totals."""
    language = ground.language
    points = [
        Point(
            day, each.figure.lo, each.figure.hi, marks.get(_source(each, ground), ""), each.derived, each.period.first
        )
        for each in counts
        if (day := _day(each, ground)) is not None and not each.figure.increment
    ]
    told = translator(language).gettext
    return picture(
        points,
        told("How the figures went: %(what)s") % {"what": name} if name else told("How the figures went"),
        told(
            "Each dot is a figure as somebody gave it, a bar through it the period that it speaks of; the letters are "
            "those of the sources in the table."
        ),
        number=lambda value: counted.decimal(value, language),
        day=lambda date: counted.day(date, language),
    )
