"""What is counted, in words: measures, populations, units and numbers as a sentence says them.

In: keys of the wire reader's lexicon or of a story's own measures, figures. Out: words in the story's language; the
German stands in claims.po. A measure that an editor made keeps the name that the editor gave it. Never: a number that
nobody said, except that a derived one is rounded to what its "about" is worth.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

from babel.dates import format_interval, format_skeleton
from babel.numbers import format_decimal

from depesche.render.dates import locale
from depesche.render.i18n import spoken, translator
from depesche.words.claims import Count, Measure
from depesche.words.copy import Approximator
from depesche.words.reckoning import OWN_MEASURES

MEASURES: dict[str, str] = {
    "killed": "killed",
    "wounded": "wounded",
    "killed_or_wounded": "killed or wounded",
    "sent": "sent",
    "captured": "captured",
    "missing": "missing",
    "arrested": "arrested",
    "displaced": "displaced",
    "evacuated": "evacuated",
    "infected": "infected",
    "rescued": "rescued",
    "released": "released",
    "recruited": "recruited",
    "trained": "trained",
    "withdrawn": "withdrawn",
    "destroyed": "destroyed",
    "damaged": "damaged",
    "launched": "launched",
    "shot_down": "shot down",
}
"""What the wire reader's lexicon counts: msgids in the contexts "counted" (600 Getötete) and "between" (the same in
German's dative: zwischen 300 und 600 Getöteten)."""
QUESTIONS: dict[str, str] = {
    "killed": "How many %(who)s were killed?",
    "wounded": "How many %(who)s were wounded?",
    "killed_or_wounded": "How many %(who)s were killed or wounded?",
    "sent": "How many %(who)s were sent?",
    "captured": "How many %(who)s were captured?",
    "missing": "How many %(who)s are missing?",
    "arrested": "How many %(who)s were arrested?",
    "displaced": "How many %(who)s were displaced?",
    "evacuated": "How many %(who)s were evacuated?",
    "infected": "How many %(who)s were infected?",
    "rescued": "How many %(who)s were rescued?",
    "released": "How many %(who)s were released?",
    "recruited": "How many %(who)s were recruited?",
    "trained": "How many %(who)s were trained?",
    "withdrawn": "How many %(who)s were withdrawn?",
    "destroyed": "How many %(who)s were destroyed?",
    "damaged": "How many %(who)s were damaged?",
    "launched": "How many %(who)s were launched?",
    "shot_down": "How many %(who)s were shot down?",
}
"""What asks for it: msgids in the context "question"."""
OF_THINGS = frozenset({"withdrawn", "destroyed", "damaged", "launched", "shot_down"})
"""What may be counted of things, too: nobody says of people where the text doesn't."""
POPULATIONS: dict[str, str] = {
    "aircraft": "aircraft",
    "attacks": "attacks",
    "bombs": "bombs",
    "cases": "cases",
    "children": "children",
    "cities": "cities",
    "civilians": "civilians",
    "companies": "companies",
    "countries": "countries",
    "crew": "crew members",
    "drones": "drones",
    "employees": "employees",
    "fighters": "fighters",
    "helicopters": "helicopters",
    "hospitals": "hospitals",
    "hostages": "hostages",
    "households": "households",
    "houses": "houses",
    "inhabitants": "inhabitants",
    "journalists": "journalists",
    "men": "men",
    "mercenaries": "mercenaries",
    "migrants": "migrants",
    "missiles": "missiles",
    "officers": "officers",
    "passengers": "passengers",
    "patients": "patients",
    "people": "people",
    "police": "police officers",
    "prisoners": "prisoners",
    "protesters": "protesters",
    "refugees": "refugees",
    "schools": "schools",
    "shells": "shells",
    "ships": "ships",
    "soldiers": "soldiers",
    "students": "students",
    "tanks": "tanks",
    "vehicles": "vehicles",
    "villages": "villages",
    "weapons": "weapons",
    "women": "women",
    "workers": "workers",
}
"""Who or what is counted: msgids in the context "population"."""
APPROXIMATORS: dict[Approximator, str] = {
    "exact": "%(number)s",
    "between": "%(number)s",
    "about": "about %(number)s",
    "at_least": "at least %(number)s",
    "more_than": "more than %(number)s",
    "up_to": "up to %(number)s",
    "fewer_than": "fewer than %(number)s",
    "nearly": "nearly %(number)s",
}
"""How a number stands in a sentence of ours: msgids in the context "number". A vague figure is quoted instead."""
_DIGITS = 2
"""Significant digits of a derived figure: two thirds of "about 4,000" is about 2,700 and not 2,667."""


def measure(key: str, measures: Mapping[str, Measure], language: str) -> str:
    """The name of what is counted; "" where a figure has no measure."""
    known = measures.get(key)
    if _usual(key, measures):
        return translator(language).pgettext("counted", MEASURES[key])
    if known is not None and known.names.get(spoken(language)):
        return known.names[spoken(language)]
    if known is not None and known.names:
        return next(iter(known.names.values()))
    return key.replace("_", " ")


def question(key: str, people: str, measures: Mapping[str, Measure], language: str) -> str:
    """What asks for a figure: "Wie viele Soldaten wurden getötet?". `people` is the key of whom or what it counts."""
    told, who = translator(language), population(people or "people", language)
    if key in QUESTIONS and _usual(key, measures) and (people or key not in OF_THINGS):
        return told.pgettext("question", QUESTIONS[key]) % {"who": who}
    asked = told.gettext("How many %(what)s?") % {"what": measure(key, measures, language)}
    return f"{asked[:-1]} ({who})?" if people else asked


def between(key: str, language: str) -> str:
    """The same behind "between … and …"; "" for what the lexicon doesn't know, which can't be declined."""
    return translator(language).pgettext("between", MEASURES[key]) if key in MEASURES else ""


def population(key: str, language: str) -> str:
    """Who or what is counted."""
    if key in POPULATIONS:
        return translator(language).pgettext("population", POPULATIONS[key])
    return key.replace("_", " ")


def number(count: Count, language: str, *, high: bool) -> str:
    """The lower or the upper end of a figure as a sentence says it: "rund 2.700", "mehr als 100", "„Dutzende“"."""
    figure = count.figure
    ends = (figure.hi, figure.lo) if high else (figure.lo, figure.hi)
    end = next((each for each in ends if each is not None), None)
    told, how = translator(language), figure.approximator
    if end is None or how not in APPROXIMATORS:
        return told.pgettext("quoted", "“%(words)s”") % {"words": figure.words}
    value = _rounded(end) if count.derived else end
    return told.pgettext("number", APPROXIMATORS[how]) % {"number": decimal(value, language)}


def said(count: Count, language: str) -> str:
    """A figure as it was said; a derived one, which nobody said, as a sentence of ours has it."""
    if count.figure.words and not count.derived:
        return count.figure.words
    low, high = (number(count, language, high=end) for end in (False, True))
    return low if low == high else f"{low} – {high}"


def decimal(value: float, language: str) -> str:
    """A number with the digits that it has and the marks of the language: "2.700", "4,5"."""
    return str(format_decimal(value, format="#,##0.######", locale=locale(language)))


def day(date: dt.date, language: str, *, year: bool = True) -> str:
    """A day, short: "30. Apr. 2025", "30. Apr."."""
    return format_skeleton("yMMMd" if year else "MMMd", date, locale=locale(language))


def days(first: dt.date | None, last: dt.date | None, language: str, *, year: bool = True) -> str:
    """The days that a figure speaks of; an open end is said, an unknown time is ""."""
    gettext = translator(language).gettext
    if first is not None and last is not None:
        if first == last:
            return day(last, language, year=year)
        return str(format_interval(first, last, "yMMMd" if year else "MMMd", locale=locale(language)))
    if first is not None:
        return gettext("since %(day)s") % {"day": day(first, language, year=year)}
    return gettext("until %(day)s") % {"day": day(last, language, year=year)} if last is not None else ""


def _usual(key: str, measures: Mapping[str, Measure]) -> bool:
    """True for what the lexicon counts, unless the story has another name for it."""
    known = measures.get(key)
    return key in MEASURES and (known is None or known == OWN_MEASURES.get(key) or not known.names)


def _rounded(value: float) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    return round(value, _DIGITS - 1 - math.floor(math.log10(abs(value))))
