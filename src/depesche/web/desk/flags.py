"""Statements whose copy was corrected or killed and whose alarm is open: flagged wherever somebody works with them.

In: the open alarms of a story, its book. Out: by statement what the alarm says and where it stands. Never: a flag of an
alarm that somebody settled.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.views import AlarmView
from depesche.render.i18n import translator
from depesche.words.book import Book
from depesche.words.copy import Copy

SAID = {True: "{source} has withdrawn this copy", False: "{source} has corrected this copy"}
"""What an alarm says, of a kill and of a correction (msgids)."""


class Flag(Struct, frozen=True):
    """What the alarm says, and its name on the story's page at the desk."""

    told: str
    anchor: str


def flags(c: Connection, story: str, book: Book, language: str) -> dict[int, tuple[Flag, ...]]:
    """By statement the open alarms that it came under, the longest waiting first."""

    @cache
    def said(copy: str, version: int, used: int, killed: bool) -> str:
        return told(language, source_of(*versions(c, copy, version, used)), killed=killed)

    found: dict[int, tuple[Flag, ...]] = {}
    for alarm in views.alarms(c, story):
        flag = Flag(said(alarm.copy, alarm.version, alarm.used, alarm.killed), anchor(alarm.post, alarm.copy))
        for number in _statements(book, alarm):
            found[number] = (*found.get(number, ()), flag)
    return found


def told(language: str, source: str, *, killed: bool) -> str:
    """What an alarm says."""
    say = translator(language).gettext
    return say(SAID[killed]).format(source=source or say("The source"))


def anchor(post: int, copy: str) -> str:
    """The name of an alarm on a page, and of the form that dismisses it."""
    return f"alarm-{post}-{copy}"


def source_of(new: Copy | None, old: Copy | None) -> str:
    """Who sent it; a kill may name nobody."""
    return next((each.source.strip() for each in (new, old) if each and each.source.strip()), "")


def versions(c: Connection, copy: str, version: int, used: int) -> tuple[Copy | None, Copy | None]:
    """The version that raised an alarm, and the one that the post came from; None for one that isn't here."""
    new, old = (views.copy(c, copy, each) for each in (version, used))
    return new.copy if new else None, old.copy if old else None


def _statements(book: Book, alarm: AlarmView) -> tuple[int, ...]:
    """Those that the alarm names; all of the post where it names none, or where a correction left none of them."""
    named = tuple(number for number in alarm.statements if number in book.statements)
    return named or book.of_post.get(alarm.post, ())
