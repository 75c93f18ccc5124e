"""How long, how many, how far: what no text, time, number or key of a command may exceed, and the refusals of it.

In: parts of commands. Out: a Refusal, None where there is nothing to refuse. Never a rule that needs the story.
"""

from __future__ import annotations

import re

from depesche.words.alarms import MOST_USED, CopyRef
from depesche.words.changes import PostText
from depesche.words.commands import Refusal
from depesche.words.text import is_seen

UNDO = 10_000_000
"""Ten seconds: how long an editor may take a publish back without a note."""
GRACE = 2_000_000
"""Two seconds on top for the way from the key to the desk."""
SKEW = 60_000_000
"""A minute: as far as an editor's clock may be ahead of ours."""
EARLIEST, LATEST = -2_208_988_800_000_000, 253_402_300_799_000_000
"""1900-01-01 and 9999-12-31T23:59:59 in microseconds UTC."""
MOST = (
    {"title": 200, "lead": 1_000, "body": 50_000, "note": 1_000, "byline": 200, "sources": 300, "media": 1_000}
    | {"card_line": 400, "statements": 2_000, "name": 200, "question": 400, "line": 400, "evidence": 1_000}
    | {"reason": 1_000, "who": 200, "reply": 10_000}
)
"""Longest texts in code points: ten times what a live post ever had, and still small enough for every frame. A reply
may be as long as a press law makes it; what else the ledger has is one line."""
MOST_LINES, MOST_CITES, MOST_MEDIA = 8, 12, 10
MOST_STATEMENTS = 500
"""A post of 50,000 characters has fewer than 500 statements; a reader that finds more has gone wrong."""
MOST_NAMES, MOST_HOPS, MOST_ROLES = 40, 12, 20
MOST_COPY_ID, MOST_VERSION = 100, 2**31 - 1
"""Of a reference to copy: its id is a UUID, its version has nine digits at most."""
MOST_FIGURE = 1e15
"""The largest figure: more than anybody counts of people or money."""

_LANGUAGE = re.compile(r"(?=.{2,35}$)[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")  # 35: RFC 5646, 4.4.1
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def too_long(*names: str, **texts: str) -> Refusal | None:
    """The first text that is longer than its field takes; `names` are of people, places and what is counted."""
    for field, text in texts.items():
        if len(text) > MOST[field]:
            return Refusal("too_long", {"field": field, "length": len(text), "most": MOST[field]})
    return next((refusal for each in names if (refusal := too_long(name=each))), None) if names else None


def too_many(field: str, number: int, most: int) -> Refusal | None:
    """More of something than there may be."""
    return Refusal("too_many", {"field": field, "most": most}) if number > most else None


def unfit_id(*ids: str) -> Refusal | None:
    """The first of these that is no key of a measure, party or outlet."""
    return next((Refusal("id_invalid", {"id": id[:60]}) for id in ids if not _ID.fullmatch(id)), None)


def unfit_language(language: str) -> Refusal | None:
    """A language that has no BCP 47 tag like this."""
    return None if _LANGUAGE.fullmatch(language) else Refusal("language_unknown", {"language": language[:40]})


def unfit_text(text: PostText, *, whole: bool) -> Refusal | None:
    """What a post can't be published with or, unless `whole`, a draft not be kept with."""
    if whole and not (is_seen(text.body) or text.media):
        return Refusal("body_missing")
    refusal = too_many("media", len(text.media), MOST_MEDIA)
    for media in text.media:
        for value in (media.alt, media.credit, media.rights, media.caption):
            refusal = refusal or too_long(media=value)
    if text.language:
        refusal = refusal or unfit_language(text.language)
    return refusal or too_long(title=text.title, body=text.body, byline=text.byline, sources=text.sources)


def unfit_time(shown_at: int | None, now: int) -> Refusal | None:
    """A time that no post can be shown with."""
    if shown_at is None:
        return None
    if not EARLIEST <= shown_at <= LATEST:
        return Refusal("time_out_of_range")
    return Refusal("shown_at_future") if shown_at > now + SKEW else None


def unfit_copies(*copies: CopyRef) -> Refusal | None:
    """Copy that can't be a post's."""
    known = all(0 < len(ref.copy) <= MOST_COPY_ID and 1 <= ref.version <= MOST_VERSION for ref in copies)
    return too_many("copies", len(copies), MOST_USED) or (None if known else Refusal("copy_missing"))
