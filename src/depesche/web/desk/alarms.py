"""The upstream alarm on the desk: what a wire corrected or killed, the posts that came from it, and one key for each.

In: alarms of the journal. Out: the strip above the desk, and what the sheet of a labelled correction begins with.
Never: a strip where there is no alarm, or a note that isn't a sentence.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from babel.dates import format_timedelta
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from depesche.journal import views
from depesche.journal.views import AlarmView, StoryView
from depesche.render.dates import clock
from depesche.render.i18n import spoken, translator
from depesche.render.post import shortened
from depesche.web.desk import flags, items, sheet, wire
from depesche.web.desk.diff import Piece, diff
from depesche.web.desk.given import SYSTEM, command_id
from depesche.web.desk.sheet import Sheet
from depesche.web.visit import Visit
from depesche.words.alarms import CopyRef
from depesche.words.copy import Copy

AROUND = 90
"""Characters of an unchanged passage that stay on either side of a change: the line before it, and the one after."""
MOST_COMPARED = 32
"""Comparisons kept: a few hundred kB, and half a second of work each at worst."""
_LOCK = threading.Lock()
_COMPARED: OrderedDict[bytes, Sequence[Piece]] = OrderedDict()
PAIRS, PAIR_WORDS = 2, 6
"""Replacements that a note can tell, and words of each; what is more takes a sentence of its own."""


class Strip(Struct, frozen=True):
    """What stands above the desk: groups of open alarms by copy, and on a post's own page those dismissed."""

    post: int | None = None
    count: int = 0
    groups: list[dict[str, Any]] = []
    dismissed: list[dict[str, Any]] = []


def strip(visit: Visit, c: Connection, about: StoryView, names: dict[str, str], number: int | None = None) -> Strip:
    """The alarms of a story, or of one of its posts. Blocks."""
    found = views.alarms(c, about.id, post=number)

    def key(each: AlarmView) -> tuple[str, int, int]:
        return each.copy, each.version, each.used

    first = {key(each): -index for index, each in reversed(list(enumerate(found)))}
    ordered = sorted(found, key=lambda each: (-first[key(each)], key(each)))
    groups = [_group(visit, c, about, list(each)) for _, each in groupby(ordered, key)]
    dismissed = views.alarms(c, about.id, state="dismissed", post=number) if number else []
    return Strip(number, len(found), groups, [_settled(visit, c, about, each, names) for each in dismissed])


def answering(visit: Visit, c: Connection, about: StoryView, page: Sheet) -> Sheet:
    """The sheet of a correction with the alarms that its author sees, and filled in where one was opened (?alarm=)."""
    waiting = views.alarms(c, about.id, post=page.post)
    page = replace(page, answers=sheet.named(CopyRef(each.copy, each.version) for each in waiting))
    opened = next((each for each in waiting if each.copy == visit.request.query_params.get("alarm", "")), None)
    if opened is None:
        return page
    new, old = _versions(c, opened)
    return replace(page, correction="correction", note=note(about.language, new, old, opened.killed))


def note(language: str, new: Copy | None, old: Copy | None, killed: bool) -> str:
    """What the note for readers begins with, in the story's language: always a whole sentence."""
    say = translator(language).gettext
    source = flags.source_of(new, old) or say("The source")
    if killed:
        return say("%(source)s has withdrawn its report.") % {"source": source}
    pairs = _pairs(_compared(old.text, new.text)) if new and old else []
    told = [say("“%(new)s” instead of “%(old)s”") % {"new": put, "old": out} for out, put in pairs]
    if not told:
        return say("%(source)s has corrected its report.") % {"source": source}
    return say("%(source)s has corrected its report: %(what)s.") % {"source": source, "what": ", ".join(told)}


def ago(language: str, since: int, now: int) -> str:
    """How long ago, in words; both in microseconds UTC."""
    passed = dt.timedelta(microseconds=max(0, now - since))
    if passed < dt.timedelta(minutes=1):
        return translator(language).gettext("just now")
    return format_timedelta(-passed, add_direction=True, threshold=1.5, locale=spoken(language))


def _group(visit: Visit, c: Connection, about: StoryView, found: Sequence[AlarmView]) -> dict[str, Any]:
    one = found[0]
    new, old = _versions(c, one)
    since = min(each.since for each in found)
    time = clock(visit.language, about.zone)
    pieces = _compared(old.text, new.text) if new and old and new.text.strip() else []
    return {
        "copy_id": one.copy,
        "version": one.version,
        "killed": one.killed,
        "said": flags.told(visit.language, flags.source_of(new, old), killed=one.killed),
        "title": _title(one, new, old),
        "iso": time.iso(since),
        "full": time.full(since),
        "ago": ago(visit.language, since, visit.house.desk.clock()),
        "diff": _cut(pieces),
        "note": note(about.language, new, old, one.killed),
        "posts": [_flagged(visit, c, about, each) for each in found],
    }


def _compared(old: str, new: str) -> Sequence[Piece]:
    """What changed, compared once: the strip is made anew for every desk at every change."""
    key = hashlib.blake2b(f"{len(old)}:{old}{new}".encode(), digest_size=16).digest()
    with _LOCK:
        known = _COMPARED.get(key)
    if known is None:
        known = diff(old, new)
        with _LOCK:
            _COMPARED[key] = known
            while len(_COMPARED) > MOST_COMPARED:
                _COMPARED.popitem(last=False)
    return known


def _flagged(visit: Visit, c: Connection, about: StoryView, alarm: AlarmView) -> dict[str, Any]:
    view = views.post(c, about.id, alarm.post, desk=True)
    recorded = views.statements(c, about.id, post=alarm.post, limit=500, desk=True)
    said = [each.recorded.words for each in recorded[::-1] if each.number in alarm.statements]
    return {
        "number": alarm.post,
        "heading": shortened(items.heading(visit, view), items.HEADING) if view else "",
        "statements": [shortened(each, items.HEADING) for each in said],
        "by_words": alarm.how == "words",
        "ref": f"{alarm.copy}:{alarm.version}",
        "expect": alarm.seq,
        "post_expect": view.seq if view else 0,
        "form": flags.anchor(alarm.post, alarm.copy),
        "command": command_id(),
        "other_command": command_id(),
    }


def _settled(visit: Visit, c: Connection, about: StoryView, alarm: AlarmView, names: dict[str, str]) -> dict[str, Any]:
    new, old = _versions(c, alarm)
    return {
        "number": alarm.post,
        "copy_id": alarm.copy,
        "title": _title(alarm, new, old),
        "reason": alarm.reason,
        "who": names.get(alarm.actor, SYSTEM),
        "expect": alarm.seq,
        "command": command_id(),
    }


def _title(alarm: AlarmView, new: Copy | None, old: Copy | None) -> str:
    """What the copy is called; a kill may have come without words, and keeps the headline of what it takes back."""
    known = [each for each in ((old, new) if alarm.killed else (new, old)) if each is not None]
    return next((wire.title(each) for each in known if each.title.strip() or each.text.strip()), alarm.copy)


def _versions(c: Connection, alarm: AlarmView) -> tuple[Copy | None, Copy | None]:
    return flags.versions(c, alarm.copy, alarm.version, alarm.used)


def _pairs(pieces: Iterable[Piece]) -> list[tuple[str, str]]:
    """What was replaced by what; nothing where the change is too large to be told in a note."""
    pairs: list[tuple[str, str]] = []
    out = ""
    for kind, words in pieces:
        words = " ".join(words.split())
        if kind == "out":
            if out:
                return []
            out = words
        elif kind == "in":
            if not out:
                return []
            pairs.append((out, words))
            out = ""
        elif out:
            return []
    few = all(len(each.split()) <= PAIR_WORDS for pair in pairs for each in pair)
    return pairs if few and not out and len(pairs) <= PAIRS else []


def _cut(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the long passages that stayed; no word is cut in two."""
    kept: list[Piece] = []
    for index, (kind, words) in enumerate(pieces):
        if kind == "same" and len(words) > 2 * AROUND:
            head = words[:AROUND].rpartition(" ")[0] if index else ""
            tail = words[-AROUND:].partition(" ")[2] if index < len(pieces) - 1 else ""
            words = f"{head} … {tail}"
        kept.append((kind, words))
    return kept
