"""Whom a name names: spellings of one name are one, what has no name and what only reports is nobody's."""

from __future__ import annotations

import pytest

from depesche.reading.mentions import outlets
from depesche.reading.tables import LANGUAGES
from depesche.words.names import called

ONE = [
    ("Die Feuerwehr", "Feuerwehr", "diese Feuerwehr", "Eine Sprecherin der Feuerwehr", "Feuerwehrsprecher"),
    ("Polizei", "Ein Sprecher der Polizei", "einem Polizeisprecher", "Die Sprecher der Polizei"),
    ("Huber", "Bürgermeister Huber", "Herr Huber", "der Oberbürgermeister Huber", "Bürgermeisterin Huber", "Dr. Huber"),
    ("Anton Huber", "Bürgermeister Anton Huber", "Herr Dr. Anton Huber"),
    ("Das Innenministerium", "Innenministerium", "Ein Sprecher des Innenministeriums", "Innenministeriumssprecherin"),
    ("Die Regierung", "ein Regierungssprecher", "Sprecher der Regierung"),
    ("UN", "Ein UN-Sprecher", "die UN"),
    ("Der ukrainische Generalstab", "ukrainischen Generalstab", "Ukrainischer Generalstab"),
    ("Ministerium für Inneres", "Der Sprecher des Ministeriums für Inneres"),
    ("The police", "Police", "A police spokesman", "A spokesperson for the police", "police spokeswoman"),
    ("the White House", "White House", "a White House spokesman"),
    ("Smith", "Mr. Smith", "Mayor Smith"),
    ("John Smith", "Prime Minister John Smith", "Police spokesman John Smith"),
]


@pytest.mark.parametrize("names", ONE, ids=lambda names: names[0])
def test_spellings_of_one_name_are_one(names: tuple[str, ...]) -> None:
    assert len({called(name).core for name in names}) == 1
    assert not any(called(name).nobody for name in names)


def test_other_names_stay_others() -> None:
    names = {name for each in ONE for name in each[:1]}
    others = {"Simone Huber", "Simon Huber", "Präsident der Ukraine", "Präsident der Schweiz", "Justice Department"}
    others |= {"Sheriff’s Office", "Ukraine", "Bundespolizei", "Bank of England", "Deutsche Bank", "Lautsprecher"}
    assert len({called(name).core for name in names | others}) == len(names | others)
    assert not any(called(name).nobody for name in others)


@pytest.mark.parametrize(
    "name",
    ["Ein Augenzeuge", "einem Augenzeugen", "A witness", "Ein Sprecher", "Sprecherin", "a spokesman", "Spokespeople"],
)
def test_who_has_no_name_is_nobody(name: str) -> None:
    assert called(name).nobody


@pytest.mark.parametrize(
    "name",
    [
        *("Reuters", "dpa", "Anadolu", "Le Monde", "Die „Bild“", "The Guardian", "Medienberichten", "State media"),
        *("die New York Times", "der Spiegel", "Süddeutschen Zeitung", "der Bayerische Rundfunk", "Radio Galaxy"),
        *("die Passauer Neue Presse", "Nachrichtenagentur Foo", "Das Staatsfernsehen", "the Smallville Herald"),
    ],
)
def test_what_only_reports_is_nobody(name: str) -> None:
    assert called(name).nobody


@pytest.mark.parametrize("language", LANGUAGES)
def test_outlets_that_the_reader_knows_are_known_here(language: str) -> None:
    assert {name for name in outlets(language, "known") if not called(name).nobody} == set()


@pytest.mark.parametrize("name", ["", " ", "der", "'s", "„“", ".", "der der", "and", "Sprecher von", "x" * 3_000])
def test_any_text_has_an_answer(name: str) -> None:
    assert isinstance(called(name).core, frozenset)
