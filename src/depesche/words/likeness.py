"""How much two sentences are about the same: enough to rank candidates, never enough to link them.

In: German or English sentences. Out: topics (names, nouns, numbers) and a likeness between 0 and 1, the same for
every order of the sentences. Never a judgement about what they say of it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

GRAM = 4
"""Letters in a piece of a word: short enough to find "gefoltert" in "Foltervorwürfe", long enough against chance."""
REMEMBERED = 20_000
"""Sentences whose pieces are kept: four stories of 5,000 statements, some 50 MB at the most."""

_WORD = re.compile(r"\d[\d.,]*|[^\W\d_]+")
_FOLD = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
# words of every sentence, and those by which a denial is made: they say nothing about what it is about
_COMMON_WORDS = """
aber alle als also am an auch auf aus bei beim bereits bis da damit dass dem den denen der deren des die dies diese
dieser doch dort durch ein eine einem einen einer eines er erneut es für gegen gebe gibt habe haben hat hatte hätte
hätten ihr ihre im in ins ist jede jeder kann können man mehr mit nach nicht nie noch nun nur ob oder ohne schon sei
seien sein seine seit sich sie sind so soll sollen über um und unter vom von vor war waren was weil weiter wenn
werde werden wie will wird wo wolle wollen wonach worden wurde wurden würde würden zu zum zur zwischen
a an and are as at be been by for from had has have he in is it its not of on or she that the their there they
this to was were which who will with
angabe angaben behauptung behauptungen bericht berichte berichten darstellung darstellungen meldung meldungen
vorwurf vorwürfe vorwürfen gerücht gerüchte gerüchten zahl zahlen dementi
dementiert dementierte dementierten bestreitet bestritt bestritten weist wies wiesen zurück zurückgewiesen
widersprach widerspricht widersprochen schloss nannte entgegnete falsch überhöht sprecher regierungssprecher
denied denies deny rejected rejects reject claim claims report reports false
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@lru_cache(maxsize=REMEMBERED)
def topics(words: str) -> frozenset[str]:
    """Names, nouns and numbers of a sentence, cut to their first five letters: a key where nobody filled one in."""
    found = (each for each in _WORD.findall(words) if each[0].isupper() or each[0].isdigit())
    return frozenset(_plain(each)[:5] for each in found if each.casefold() not in _COMMON)


def weights(sentences: Iterable[str]) -> Mapping[str, float]:
    """How much each piece of a word tells: the fewer of these sentences have it, the more."""
    every = [pieces(each) for each in sentences]
    times = Counter(piece for each in every for piece in each)
    return {piece: math.log((len(every) + 1) / number) for piece, number in times.items()}


def likeness(one: str, other: str, weigh: Mapping[str, float]) -> float:
    """The cosine of two sentences' weighted pieces: 0 nothing in common, 1 the same pieces."""
    ours, theirs = pieces(one), pieces(other)
    size = math.sqrt(_weight(ours, weigh) * _weight(theirs, weigh))
    return _weight(ours & theirs, weigh) / size if size else 0.0


@lru_cache(maxsize=REMEMBERED)
def pieces(words: str) -> frozenset[str]:
    """The pieces of a sentence's words, without the words of every sentence; numbers stay whole."""
    found: set[str] = set()
    for each in _WORD.findall(words):
        if each.casefold() in _COMMON:
            continue
        word = _plain(each)
        whole = word[0].isdigit() or len(word) <= GRAM
        found.update([word] if whole else (word[i : i + GRAM] for i in range(len(word) - GRAM + 1)))
    return frozenset(found)


def _plain(word: str) -> str:
    return word.replace(".", "").rstrip(",") if word[0].isdigit() else word.casefold().translate(_FOLD)


def _weight(found: Iterable[str], weigh: Mapping[str, float]) -> float:
    # fsum, because a set's order differs from run to run and a sum of floats with it
    return math.fsum(weigh.get(piece, 0.0) for piece in found)
