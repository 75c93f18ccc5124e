"""Every sentence of the interface has its German, and its gaps are the same ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file

import depesche
from depesche.render import counted, standing, words
from depesche.render.i18n import LOCALE, catalogue, direction, og_locale, spoken, translator
from depesche.web.desk import told
from depesche.words.commands import REASONS

SOURCE = Path(depesche.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
GAPS = re.compile(r"%\(\w+\)s|\{\w*\}")


def messages() -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    """Where a sentence stands, its context, and its forms."""
    for file in sorted(SOURCE.rglob("*.html")):
        for _, message, _, context in extract_from_file("jinja2.ext:babel_extract", file, options={"trimmed": "true"}):
            yield file.name, context, forms(message)
    for file in sorted(SOURCE.rglob("*.py")):
        for _, message, _, context in extract_from_file("python", file, keywords=KEYWORDS):
            yield file.name, context, forms(message)
    for text in words.ACTS.values():
        yield "words.py", "act", (text,)
    for text in REASONS.values():
        yield "commands.py", None, (text,)
    yield from ledger_messages()


def ledger_messages() -> Iterator[tuple[str, str | None, tuple[str, ...]]]:
    tables: dict[str, dict[Any, str]] = {
        "standing": standing.LABELS,
        "standing means": {**standing.MEANINGS, **{f"{key} unknown": each for key, each in standing.UNKNOWN.items()}},
        "counted": counted.MEASURES,
        "question": counted.QUESTIONS,
        "between": counted.MEASURES,
        "population": counted.POPULATIONS,
        "number": counted.APPROXIMATORS,
        "relation": standing.RELATIONS,
    }
    for context, table in tables.items():
        for text in table.values():
            yield "standing.py", context, (text,)
    for one, other in standing.STANCES.values():
        yield from (("standing.py", "stance", (text,)) for text in (one, other))
    for text in standing.TITLES.values():
        yield "standing.py", None, (text,)
    for text in told.SENTENCES.values():
        yield "told.py", None, (text,)


def forms(message: str | tuple[str | None, ...] | list[str] | None) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(each for each in message or () if each)


def german() -> dict[tuple[str | None, str], Message]:
    found = {}
    for file in (LOCALE / "de" / "LC_MESSAGES").glob("*.po"):
        for each in catalogue(file):
            found[each.context, forms(each.id)[0] if each.id else ""] = each
    return found


def test_every_sentence_has_its_german() -> None:
    known = german()
    sentences = list(messages())
    assert len(sentences) > 100
    missing = [f"{where}: {text[0]}" for where, context, text in sentences if (context, text[0]) not in known]
    assert missing == []


def test_translations_are_whole_and_keep_their_gaps() -> None:
    for (_, text), message in german().items():
        if not text:
            continue
        strings = forms(message.string)
        assert strings, text
        assert all(strings), text
        assert not message.fuzzy, text
        for string in strings:
            assert sorted(GAPS.findall(string)) == sorted(GAPS.findall(text)), text


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_the_interface_speaks_the_nearest_language(tag: str, language: str) -> None:
    assert spoken(tag) == language


def test_plurals_in_both_languages() -> None:
    assert [translator("de").ngettext("{n} new post", "{n} new posts", n) for n in (1, 2)] == [
        "{n} neuer Beitrag",
        "{n} neue Beiträge",
    ]
    assert translator("en").ngettext("{n} new post", "{n} new posts", 2) == "{n} new posts"


def test_right_to_left_languages_are_known() -> None:
    assert [direction(tag) for tag in ("de", "he", "ar-EG", "fa", "en")] == ["ltr", "rtl", "rtl", "rtl", "ltr"]


@pytest.mark.parametrize(("tag", "locale"), [("de", "de_DE"), ("de-AT", "de_AT"), ("en-gb", "en_GB"), ("xx", "xx_XX")])
def test_locales_of_open_graph(tag: str, locale: str) -> None:
    assert og_locale(tag) == locale
