"""Every sentence that the desk says by a code, or through say(), has its German."""

from __future__ import annotations

import re
from pathlib import Path

import depesche
from depesche.journal import errors
from depesche.render.i18n import translator
from depesche.web import refusals
from depesche.web.desk import given, post
from depesche.words.commands import Refusal
from depesche.words.decide.limits import MOST

SAME = {"Text", "Name", "Reporter", "Administrator"}
"""Words that are the same in both languages."""


def has_german(sentence: str, context: str = "") -> bool:
    german = translator("de")
    said = german.pgettext(context, sentence) if context else german.gettext(sentence)
    return said != sentence or sentence in SAME


def test_every_reason_and_sentence() -> None:
    sentences = [*refusals.REASONS.values(), *given.SENTENCES.values(), *post.HINTS.values()]
    assert len(sentences) >= 60
    assert [each for each in sentences if not has_german(each)] == []


def test_every_sentence_that_pages_say() -> None:
    said = re.compile(r'\bsay\(\s*"((?:[^"\\]|\\.)+)"')
    folder = Path(depesche.__file__).parent / "web"
    sentences = {each for file in folder.rglob("*.py") for each in said.findall(file.read_text())}
    assert len(sentences) >= 10
    assert [each for each in sorted(sentences) if not has_german(each)] == []
    assert all(has_german(state) for state in ("retracted", "expunged"))


def test_names_of_roles_and_fields() -> None:
    assert [each for each in refusals.ROLES.values() if translator("de").pgettext("role", each) == ""] == []
    assert refusals.role("de", "chief") == "Chef vom Dienst"
    missing = [each for each in refusals.NAMES.values() if not has_german(each, "field")]
    assert [each for each in missing if each != "text"] == []
    assert MOST.keys() <= refusals.NAMES.keys()
    refusal = Refusal("too_long", {"field": "title", "length": 201, "most": 200})
    assert refusals.told("de", refusal) == "Zu lang (Titel): 201 Zeichen, höchstens 200."


def test_what_the_journal_says_when_it_can_not_write() -> None:
    kinds = (errors.JournalLocked, errors.JournalFull, errors.JournalReadOnly, errors.JournalBroken)
    assert [kind.sentence for kind in kinds if not has_german(kind.sentence)] == []
