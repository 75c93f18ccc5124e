"""The thesaurus: each row of its tables is alive, none stands twice, and both languages speak of the same topics."""

from __future__ import annotations

from collections import Counter

import pytest

from depesche.words import likeness
from depesche.words.thesaurus import LANGUAGES, Row, Thesaurus, fold, language, rows, thesaurus

KINDS = {"act", "thing", "who", "place"}
GRAMMAR = {"common", "denying", "negating", "coming", "accuser", "ending", "number", "times"}
PREFIXED = {"de": {"prefix"}, "en": set()}
TOPICS: dict[str, list[Row]] = {each: [row for row in rows(each) if row[0] in KINDS] for each in LANGUAGES}


def found(known: Thesaurus, words: list[str]) -> frozenset[str]:
    own, grouped = known.of([fold(word) for word in words])
    return grouped.union(*own)


def example(entry: str) -> list[str]:
    """The words that an entry stands for, as plain as can be."""
    return [part.strip("=-.").replace("|", "") for part in entry.replace("_", "+").split("+")]


def wider(entry: str, other: str) -> bool:
    """True when one entry finds more than the form that it shares with the other."""
    return ("|" in entry or entry.strip("-") != entry) and not (
        other.endswith("-") and fold(entry).strip("-").startswith(fold(other).strip("-"))
    )


def test_both_languages_have_the_same_topics_of_the_same_kinds() -> None:
    german, english = ([(kind, topic) for kind, topic, _ in TOPICS[each]] for each in LANGUAGES)
    assert german == english
    assert [topic for topic, times in Counter(german).items() if times > 1] == []
    above = {topic.partition("/")[0] for _, topic in german}
    assert above <= {topic for _, topic in german}


@pytest.mark.parametrize("each", LANGUAGES)
def test_every_row_has_a_known_kind_and_entries(each: str) -> None:
    every = rows(each)
    assert len(every) > 500
    assert {kind for kind, _, _ in every} == KINDS | GRAMMAR | PREFIXED[each]
    assert [topic for _, topic, entries in every if not entries] == []


@pytest.mark.parametrize("each", LANGUAGES)
def test_no_entry_stands_twice_in_its_row(each: str) -> None:
    twice = [
        (topic, entry)
        for _, topic, entries in rows(each)
        for entry, times in Counter(map(fold, entries)).items()
        if times > 1
    ]
    assert twice == []


@pytest.mark.parametrize("each", LANGUAGES)
def test_every_entry_finds_its_topic(each: str) -> None:
    known = thesaurus(each)
    lost = [
        (topic, entry)
        for _, topic, entries in TOPICS[each]
        for entry in entries
        # "zahl-" finds "zahlt"; "Zahl" itself belongs to denying
        if topic not in found(known, example(entry))
        and (entry.startswith("=") or fold(entry).strip("-.") not in known.denying)
    ]
    assert lost == []


@pytest.mark.parametrize("each", LANGUAGES)
def test_no_entry_has_what_no_word_of_a_sentence_has(each: str) -> None:
    """A sentence has "u" and "boot" of "U-Boot": an entry with a hyphen would never be found."""
    lost = [(topic, part) for _, topic, entries in TOPICS[each] for entry in entries for part in example(entry)
            if likeness._WORD.fullmatch(part) is None]  # fmt: skip
    assert lost == []


@pytest.mark.parametrize("each", LANGUAGES)
def test_no_entry_is_dead_because_others_of_its_row_find_the_same(each: str) -> None:
    dead = []
    grammar = [row for row in rows(each) if row[0] in ("ending", "prefix")]
    for kind, topic, entries in TOPICS[each]:
        for entry in entries:
            others = tuple(other for other in entries if other != entry)
            idle = topic in found(Thesaurus([*grammar, (kind, topic, others)]), example(entry))
            if idle and not all(wider(entry, other) for other in others):
                dead.append((topic, entry))
    assert dead == []


def test_cases_are_of_topics_that_there_are_and_none_stands_twice() -> None:
    every = rows("cases")
    known = {topic for _, topic, _ in TOPICS["de"]}
    assert {kind for kind, _, _ in every} == {"case"}
    assert [name for name, times in Counter(name for _, name, _ in every).items() if times > 1] == []
    assert [(name, topic) for _, name, topics in every for topic in topics if topic not in known] == []
    assert [name for _, name, topics in every if len(topics) < 2 or len(set(topics)) < len(topics)] == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Die Armee habe das Dorf eingenommen", "de"),
        ("The army has taken the village", "en"),
        ("Delays in response cost lives", "en"),
        ("Kursk", "de"),
    ],
)
def test_the_language_is_that_of_most_common_words(sentence: str, expected: str) -> None:
    assert language([fold(word) for word in sentence.split()]) == expected


@pytest.mark.parametrize("sentence", ["schlage ein Rad", "gehe mit unter", "gehe aus"])
def test_a_part_of_several_words_is_no_topic(sentence: str) -> None:
    assert found(thesaurus("de"), sentence.split()) <= thesaurus("de").kinds.keys()


@pytest.mark.parametrize(
    ("each", "sentence", "topic", "there"),
    [
        ("de", "Luftangriffe", "attack", True),
        ("de", "Angriffskrieg", "attack", True),
        ("de", "zieht Truppen ab", "retreat", True),
        ("de", "abzuziehen", "retreat", True),
        ("de", "zieht Truppen zusammen", "retreat", False),
        ("de", "wies zurück dass sie Truppen ziehe", "retreat", False),
        ("de", "wies zurück dass sie Truppen zurück ziehe", "retreat", True),
        ("de", "bestritt an der Grenze", "candidate", False),
        ("de", "total", "kill", False),
        ("de", "Soldaten", "data", False),
        ("de", "Halbleiter", "boss", False),
        ("de", "entschließen", "close", False),
        ("de", "abgeschlossen", "close", False),
        ("de", "schlage die Rakete im Hof ein", "attack/shell", True),
        ("de", "steht vor dem Aus", "close", True),
        ("de", "vor der Wahl aus dem Amt", "close", False),
        ("en", "fired upon", "attack/shoot", True),
        ("en", "firefighter", "fire", False),
        ("en", "stepped quietly down", "resign", True),
        ("en", "stepped up", "resign", False),
        ("en", "bribing", "bribe", True),
        ("en", "stopped deliveries", "stoppedsupply", True),
    ],
)
def test_words_are_found_in_their_forms_and_others_are_not(each: str, sentence: str, topic: str, there: bool) -> None:
    assert (topic in found(thesaurus(each), sentence.split())) is there
