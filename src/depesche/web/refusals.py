"""Refusals in the visitor's language, and the field of a form that each stands beside.

In: a Refusal of the words, an Unusable picture, a Denied of people: each a code and what fills its gaps. Out: a
sentence, and the name of a field or "". Never: a code shown to a person.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from depesche.desk import develop, passwords
from depesche.render.i18n import translator
from depesche.words import commands

AMISS: dict[str, str] = {
    "shown_at_unreadable": "This time can't be read. Write it as 2026-11-22 14:32.",
    "kind_missing": "Say what kind of change it is.",
    "files_missing": "Paste a text or choose a file.",
    "number_unreadable": "Give the number of a claim, such as 3.",
    "day_unreadable": "This day can't be read. Write it as 2026-11-22.",
    "act_unknown": "The desk doesn't know this act. Load the page anew.",
}
"""What is wrong with a form before anything can be asked of the desk."""

REASONS = {**commands.REASONS, **develop.REASONS, **passwords.REASONS, **AMISS}
"""Every sentence, in English, by its code."""

FIELDS = {
    "slug_invalid": "slug",
    "slug_reserved": "slug",
    "slug_taken": "slug",
    "zone_unknown": "zone",
    "language_unknown": "language",
    "title_missing": "title",
    "body_missing": "body",
    "note_missing": "note",
    "nothing_changed": "body",
    "reason_missing": "reason",
    "alarm_reason_missing": "reason",
    "shown_at_future": "shown_at",
    "shown_at_unreadable": "shown_at",
    "time_out_of_range": "shown_at",
    "kind_missing": "correction",
    "files_missing": "copy",
    "media_unknown": "picture",
    "copy_empty": "copy",
    "copy_too_big": "copy",
    "copy_unreadable": "copy",
    "question_missing": "question",
    "claim_missing": "claim",
    "number_unreadable": "claim",
    "claim_into_itself": "into",
    "measure_missing": "measure",
    "measure_unknown": "measure",
    "standing_reason": "reason",
    "evidence_missing": "evidence",
    "day_missing": "on",
    "name_taken": "speaker",
    "login_invalid": "login",
    "login_taken": "login",
    "name_missing": "name",
    "role_unknown": "role",
    "password_short": "password",
    "password_long": "password",
    "password_is_login": "password",
    "password_wrong": "present",
}
"""The field that a refusal is about, by its code. Pictures' codes all begin with "picture_"."""

NAMES = {
    "title": "title",
    "lead": "lead",
    "body": "text",
    "note": "note",
    "reason": "reason",
    "byline": "byline",
    "sources": "sources",
    "media": "pictures",
    "summary": "lines of the card",
    "card_line": "line of the card",
    "posts": "posts that a line cites",
    "statements": "statements",
    "copies": "pieces of copy",
    "question": "question",
    "line": "line for readers",
    "evidence": "evidence",
    "who": "who replies",
    "reply": "reply",
    "name": "name",
    "names": "names",
    "roles": "roles",
    "chain": "chain",
}
"""What people call the fields that "too long" and "too many" name: msgids in the context "field"."""

ROLES = {"reporter": "reporter", "editor": "editor", "chief": "chief editor", "admin": "administrator"}
"""What people call the roles: msgids in the context "role"."""


class Reasoned(Protocol):
    """What can be told: a code of REASONS and what fills its gaps."""

    @property
    def code(self) -> str: ...
    @property
    def params(self) -> dict[str, str | int]: ...


class Amiss(Struct, frozen=True):
    """A form that can't be asked: a code of AMISS."""

    code: str
    params: dict[str, str | int] = {}


def told(language: str, refusal: Reasoned) -> str:
    """The sentence."""
    params = {name: _named(language, name, value) for name, value in refusal.params.items()}
    return translator(language).gettext(REASONS[refusal.code]).format_map(params)


def field(refusal: Reasoned) -> str:
    """The field beside which it stands, "" for none."""
    if refusal.code in ("too_long", "too_many"):
        name = str(refusal.params.get("field", ""))
        return {"media": "picture", "card_line": "summary", "posts": "summary"}.get(name, name)
    return "picture" if refusal.code.startswith("picture_") else FIELDS.get(refusal.code, "")


def role(language: str, name: str) -> str:
    """A role in the visitor's language."""
    return translator(language).pgettext("role", ROLES.get(name, name))


def _named(language: str, name: str, value: str | int) -> str | int:
    if name in ("role", "needed"):
        return role(language, str(value))
    if name == "field":
        return translator(language).pgettext("field", NAMES.get(str(value), str(value)))
    return value
