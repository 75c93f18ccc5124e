"""The words of one mention of somebody -> what they tell by themselves: nation, office, document, proper name.

In: a mention as it stands ("der nordkoreanische Präsident Kim Jong Un"). Out: pieces of it, "" for none. Nothing here
knows the rest of the text. The words are in mentions.tsv, nouns.tsv, offices.tsv and nations.tsv.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache

from depesche.reading import tables
from depesche.reading.lexis import Lexis
from depesche.reading.people import office, offices

WORD = re.compile(r"\w+(?:[-’'.]\w+)*")
_OWNED = re.compile(
    r"(?:(?:a|an|the|its|new|latest|official|initial|preliminary) ){0,3}"
    r"(?:stud(?:y|ies)|reports?|data|surveys?|polls?|statements?|filings?|figures|documents?|letters?|memos?)"
    r" (?:by|from|of) (?:the )?([^,]{2,60})",
    re.I,
)
"""English documents with their owner: "a study by the University of Graz"."""
_OWNER = re.compile(r"(?:(?:des|der|von|vom|eines|einer|dem|den|seines|seiner|ihres|ihrer)\s+)*(.+)")
_GENITIVE = frozenset({"des", "eines", "seines", "ihres"})
"""After these a name may have the -s of its case, as it does with nothing before it ("Angaben Moskaus")."""
_BREAKS = re.compile(r",| (?:von|vom|für|aus|in|im|bei|um|des|der|zu|zur|zum|gegen|und|sowie|an|am|auf) |\(")
_QUOTES = '„“"»«'


@cache
def small_words(language: str, kind: str) -> frozenset[str]:
    """The small words of a kind, in lower case; empty where a language has none."""
    return frozenset(word for row in tables.rows(language, "mentions") if row[0] == kind for word in row[1].split())


@cache
def outlets(language: str, kind: str) -> frozenset[str]:
    """Words for outlets ("label": Zeitung) or names of those without such a word ("known": Reuters)."""
    return frozenset(
        " ".join(cell for row in tables.rows(language, "chains") if row[0] == kind for cell in row[1:]).split()
    )


@cache
def small_names(language: str) -> frozenset[str]:
    """Names of outlets that are written without a capital: dpa, taz."""
    return frozenset(name for name in outlets(language, "known") if name[0].islower())


@cache
def _adjectives() -> dict[str, str]:
    return {row[1].lower(): row[0] for row in tables.rows("de", "nations")}


class Mentions:
    """What mentions tell in one language."""

    def __init__(self, lex: Lexis, language: str) -> None:
        self.lex = lex
        self.language = language
        self.articles = small_words(language, "article")
        self.links = small_words(language, "link")
        self.small = self.links | small_words(language, "within")
        self.tails = tuple(small_words(language, "officetail"))
        self.first = offices(language).first
        self.outlets = outlets(language, "known")

    def bare(self, name: str) -> str:
        """A name without the word for what it is: "die Zeitung „Tagblatt“" -> "„Tagblatt“", "der dpa" -> "dpa"."""
        words = name.split()
        while len(words) > 1 and words[0].lower() in self.articles:
            words.pop(0)
        if len(words) == 1 and words[0] in self.outlets:
            return words[0]
        labelled = len(words) > 1 and words[0] in outlets(self.language, "label")
        return " ".join(words[1:]) if labelled and (words[1][0] in _QUOTES or words[1][0].isupper()) else name

    def owner(self, words: str) -> str:
        """Whose document it is in English, or the mention as it is."""
        owned = _OWNED.match(words) if self.language == "en" else None
        return owned[1] if owned else words

    def owner_after(self, words: str, document: str) -> tuple[str, bool]:
        """Whose document it is in German, and whether in the genitive: "Angaben der Polizei", "Angaben von Reuters".

        The owner is "" when nobody follows.
        """
        owner = _OWNER.match(words.partition(document)[2].strip())
        if not owner or not (owner[1][0].isalnum() or owner[1][0] in _QUOTES):
            return "", False
        lead = owner[0][: owner.start(1)].split()
        return owner[1], not lead or lead[-1] in _GENITIVE

    def owns(self, words: str, name: str) -> bool:
        """True for a German name that stands as an owner right behind what was said: "Angaben Moskaus"."""
        before = words.partition(name)[0].split()
        return self.language == "de" and bool(before) and self._said(before[-1]) and name not in self.outlets

    def nation(self, words: str) -> str:
        """The country whose adjective stands in a mention: "der nordkoreanische Präsident"."""
        return next((country for match in WORD.finditer(words) if (country := self._country(match[0].lower()))), "")

    def proper(self, words: str, named: Container[str]) -> str:
        """The proper name, without article, adjectives and office; `named` are last names that the text has in full."""
        return next((name for part in words.split(",") if (name := self._proper(part.strip(), named))), "")

    def document(self, heads: list[str]) -> str:
        """The word for what was said or written, among the words with a capital; not for "Regierungskreise"."""
        found = next((head for head in heads if self._said(head)), "")
        return "" if found.lower().endswith("kreisen") else found

    def office(self, token: str) -> bool:
        """True for the word of an office, a calling, a body or something said."""
        return self._said(token) or self._calling(token)

    def title(self, token: str) -> bool:
        """An office of a person or what an outlet is, to be left out before a name; "Universität Bonn" stays whole."""
        return token.lower().endswith(self.tails) or token in self.lex.nouns["title"] or self._said(token)

    def person(self, head: str) -> bool:
        """True for the office of one person."""
        return head in self.lex.nouns["speaker"] and head.lower().endswith(self.tails)

    def adjective(self, token: str) -> bool:
        """True for a nation's adjective before a noun."""
        low = token.lower()
        return bool(self._country(low)) and low.endswith(("e", "en", "er", "es", "em"))

    def _said(self, token: str) -> bool:
        low = token.lower()
        return token in self.lex.saying or token in self.lex.nouns["source"] or low.endswith(self.lex.sourcetails)

    def _calling(self, token: str) -> bool:
        nouns = self.lex.nouns
        tail = token.lower().endswith(self.lex.speakertails)
        return token in nouns["speaker"] or token in nouns["title"] or tail

    def _country(self, low: str) -> str:
        if "isch" in low:
            return _adjectives().get(low[: low.rindex("isch") + 4], "")
        return _adjectives().get(low.rstrip("enrsm"), "") if low.startswith("deutsch") else ""

    def _proper(self, part: str, named: Container[str]) -> str:
        """The proper name in what stands between two commas."""
        head = _BREAKS.split(part)[0].strip(f" {_QUOTES}")
        tokens = self._without_lead(head.split())
        count = len(tokens)
        while tokens and self._led(tokens):
            tokens.pop(0)
        led = len(tokens) < count
        if not tokens:
            return ""
        if len(tokens) > 1 and _initials(tokens[-1]):
            return tokens[-1]
        alone = len(tokens) == 1
        if not led and not (alone and _initials(tokens[0])):
            if part.split()[0].lower() in self.articles:
                return ""
            if alone and head != part and tokens[0] not in named and not self._outlet(tokens[0], part):
                return ""  # "Mitarbeiter aus den USA" is no name, "Koo vom Ministerium" is
        name = all(token[0].isupper() or token in self.links or token in self.outlets for token in tokens)
        return " ".join(tokens) if name else ""

    def _without_lead(self, tokens: list[str]) -> list[str]:
        """Without articles, adjectives and, in English, all up to the last small word that is within no name."""
        while tokens and (tokens[0].lower() in self.articles or self._small(tokens[0]) or self.adjective(tokens[0])):
            tokens.pop(0)
        if self.language == "en":
            while len(tokens) > 1 and any(token[0].islower() and token not in self.small for token in tokens[1:]):
                tokens.pop(0)
            while tokens and tokens[0][0].islower():
                tokens.pop(0)
        return tokens

    def _outlet(self, token: str, part: str) -> bool:
        """True for an outlet that is one word, unless it is the first of several: "von Reuters und der BBC"."""
        return token in self.outlets and not re.search(r" (?:und|sowie) ", part)

    def _small(self, token: str) -> bool:
        return token[0].islower() and token not in self.outlets

    def _led(self, tokens: list[str]) -> bool:
        """True when an office or the word for an outlet stands before the name."""
        if self.office(tokens[0]) and (len(tokens) == 1 or self.title(tokens[0])):
            return True
        if len(tokens) > 1 and self.language == "de" and self.title(without_genitive(tokens[0])):
            return True  # "des Ministers Lawrow"
        return bool(office(tokens[0], self.language)) and tokens[0] not in self.first


def _initials(token: str) -> bool:
    return token.isupper() and len(token) > 1


def without_genitive(name: str) -> str:
    """ "Kremls" -> "Kreml", "Dienstes" -> "Dienst": a word in -s after "des"."""
    last = name.split()[-1]
    if last.endswith("es") and len(last) > 4 and last[-3] not in "aeiouäöü":
        return name[:-2]
    owns = last.endswith("s") and len(last) > 4 and not last.endswith(("ss", "us", "is", "as", "os"))
    return name[:-1] if owns and not last.isupper() else name
