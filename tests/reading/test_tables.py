"""The tables that a linguist edits: no row twice, none that could never match, none that the code doesn't know."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from depesche import reading
from depesche.reading import tables
from depesche.reading.lexis import lexis

SOURCE = Path(reading.__file__).parent
FRAMES = frozenset("dkizqprtew")
ACTS = {
    "-", "assert", "deny", "confirm", "concede", "demand", "announce", "estimate", "praise", "no_comment",
    "gives_no_figure",
}  # fmt: skip
NOUN_KINDS = {
    "saying", "source", "sourcetail", "speaker", "speakertail", "title", "unspoken", "event", "eventtail",
}  # fmt: skip


def words(table: str, language: str = "de") -> list[tuple[str, str]]:
    """(kind, word) of each word of a table whose first column is a kind."""
    found = []
    for kind, *cells in tables.rows(language, table):
        rest = cells[1:] if kind == "saying" else cells
        found += [(kind, word) for cell in rest for word in cell.split()]
    return found


def test_each_verb_stands_once_with_known_acts_and_frames() -> None:
    rows = tables.rows("de", "verbs")
    assert [lemma for lemma, count in Counter(row[0] for row in rows).items() if count > 1] == []
    for lemma, parts, act, frames in rows:
        assert parts == "-" or parts.count("/") == 2, lemma
        assert act in ACTS, lemma
        assert frames == "-" or set(frames) <= FRAMES, lemma


def test_no_verb_is_dead() -> None:
    dead = [row[0] for row in tables.rows("de", "verbs") if row[3] == "-"]
    assert dead == []


def test_each_particle_of_a_verb_is_known_as_one() -> None:
    particles = {row[0].split("|")[0] for row in tables.rows("de", "verbs") if "|" in row[0]}
    assert particles <= lexis("de").particles


@pytest.mark.parametrize("language", tables.LANGUAGES)
@pytest.mark.parametrize("table", ["nouns", "function", "firstnames", "offices", "acts", "chains", "medium"])
def test_no_word_stands_twice_under_one_kind(table: str, language: str) -> None:
    apart = ("same", "body")  # a word may have several others for it
    pairs = [pair for pair in words(table, language) if pair[0] not in apart]
    assert [pair for pair, count in Counter(pairs).items() if count > 1] == []


def test_the_code_knows_every_kind_of_noun() -> None:
    assert {kind for kind, _ in words("nouns")} == NOUN_KINDS
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    for kind in NOUN_KINDS - {"saying"}:
        assert f'"{kind}"' in source, f"nothing reads the nouns of kind {kind!r}"


@pytest.mark.parametrize("language", tables.LANGUAGES)
@pytest.mark.parametrize("table", ["function", "acts", "chains", "medium"])
def test_the_code_reads_every_kind_of_word(table: str, language: str) -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    for kind in {kind for kind, _ in words(table, language)}:
        assert f'"{kind}"' in source, f"nothing reads the function words of kind {kind!r}"


def test_a_common_verb_is_no_verb_of_saying_and_stands_once() -> None:
    cells = [word.split(":")[0] for row in tables.rows("de", "common") for cell in row for word in cell.split()]
    assert [word for word, count in Counter(cells).items() if count > 1] == []


def test_nations_are_told_apart() -> None:
    rows = tables.rows("de", "nations")
    for column in (0, 1, 2):
        named = [row[column] for row in rows if row[column] != "-"]
        assert len(named) == len(set(named))
    assert all(len(row) == 4 for row in rows)


def test_every_rule_has_a_confidence_and_every_confidence_a_rule() -> None:
    source = "".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    rated = {row[0] for language in tables.LANGUAGES for row in tables.rows(language, "confidence")}
    made = {"verb_" + kind for kind in ("dass", "main", "zu", "sub", "rel", "question")}
    made |= {"noun_" + kind for kind in ("dass", "main", "zu", "question")}
    made |= {word + "_np" for word in ("laut", "nach", "gemäß", "aus")} | {"np_zufolge", "np_nach"}
    made |= set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    assert rated <= made
    rows = [row for language in tables.LANGUAGES for row in tables.rows(language, "confidence")]
    assert all(0 < float(row[1]) <= 1 for row in rows)
    assert len(rows) == len(rated)
    assert {rule for rule in made if rule.startswith("en_")} <= rated


def test_each_english_verb_stands_once_and_each_frame_is_one_that_the_code_reads() -> None:
    rows = tables.rows("en", "verbs")
    forms = [
        (form, row[0].split()[0].partition("|")[2]) for row in rows for form in row[0].replace("|", " ").split()[:1]
    ]
    assert [form for form, count in Counter(forms).items() if count > 1] == []
    source = "".join(path.read_text("utf-8") for path in (SOURCE / "en").glob("*.py"))
    for words_, act, frames in rows:
        assert act in ACTS, words_
        assert all(f'"{letter}"' in source or re.search(rf'set\("[a-z]*{letter}', source) for letter in frames), words_


def test_a_first_name_is_no_function_word() -> None:
    for language in tables.LANGUAGES:
        common = {word for _, word in words("function", language)}
        assert not common & {word.lower() for _, word in words("firstnames", language)} - NAMES_TOO


NAMES_TOO = {"april", "june", "rose", "hope", "lasse"}
"""Names that are other words in small letters, too: a capital tells them apart."""
