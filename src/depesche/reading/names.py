"""Mentions of speakers -> names that stand in the text: pronouns, offices, short forms and documents resolved.

In: a text and its drafts in order. Out: one name a draft, always a piece of the text, "" when nobody can be told.
Nothing is looked up outside the text but countries by their adjectives.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.lexis import Lexis
from depesche.reading.people import People, office
from depesche.words.copy import Span

_WORD = re.compile(r"\w+(?:[-’'.]\w+)*")
_FAR = 40
"""Mentions that are looked back at; who was named longer ago is named anew by any writer."""
_OWNED = re.compile(
    r"(?:(?:a|an|the|its|new|latest|official|initial|preliminary) ){0,3}"
    r"(?:stud(?:y|ies)|reports?|data|surveys?|polls?|statements?|filings?|figures|documents?|letters?|memos?)"
    r" (?:by|from|of) (?:the )?([^,]{2,60})",
    re.I,
)
"""English documents with their owner: "a study by the University of Graz"."""
_SHORT = 4
"""Words of a mention that may stand for someone who was named before."""
_LINKS = frozenset({"von", "van", "de", "al", "el", "bin", "of", "the", "and", "for"})
_FIRSTS = 4
"""Words before a short name that are tried for the first name; the next are other people's."""
_PRONOUNS = frozenset(
    [
        "er",
        "sie",
        "der",
        "die",
        "das",
        "dieser",
        "diese",
        "dieses",
        "letzterer",
        "letztere",
        "jener",
        "jene",
        "welcher",
        "welche",
        "welches",
        "es",
        "man",
        "demnach",
        "demzufolge",
        "he",
        "him",
        "her",
        "she",
        "they",
        "it",
        "we",
        "i",
    ]
)
_ARTICLES = frozenset(
    [
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "eines",
        "sein",
        "seine",
        "seiner",
        "seinem",
        "ihr",
        "ihre",
        "ihrer",
        "ihrem",
        "dieser",
        "diese",
        "dieses",
        "diesem",
        "eigenen",
        "the",
        "a",
        "an",
        "his",
        "her",
        "their",
        "its",
    ]
)
_DEFINITE = frozenset({"der", "die", "das", "dem", "den", "des", "dieser", "diese", "dieses", "the", "this"})
_GENDER = {
    "er": "m",
    "der": "m",
    "dieser": "m",
    "letzterer": "m",
    "he": "m",
    "him": "m",
    "her": "f",
    "sie": "f",
    "diese": "f",
    "she": "f",
}
_OBLIQUE = frozenset({"dem", "den", "des", "einem", "einer", "eines", "ihrem", "ihren", "seinem", "seinen"})
_NOBODY = frozenset({"niemand", "niemandem", "keiner", "nobody"})
_BREAKS = re.compile(r",| (?:von|vom|für|aus|in|im|bei|um|des|der|zu|zur|zum|gegen|und|sowie|an|am|auf) |\(")


@dataclass(slots=True)
class Known:
    """Someone who was named: full name, the place of the mention, the adjective of nation before the office."""

    name: str
    at: int
    nation: str
    person: bool


class Names:
    """Resolves the speakers of one text, in the order in which it is read."""

    def __init__(self, text: str, lex: Lexis, language: str) -> None:
        self.text = text
        self.language = language
        self.lex = lex
        self.known: list[Known] = []
        self.named: dict[Span, str] = {}
        self.full: dict[str, str] = {}
        self.labels, self.outlets = (
            {word for row in tables.rows(language, "chains") if row[0] == kind for word in " ".join(row[1:]).split()}
            for kind in ("label", "known")
        )
        self.stands: dict[str, bool] = {}
        self.places = {cell for row in tables.rows("de", "nations") for cell in row}
        self.adjectives = {row[1].lower(): row[0] for row in tables.rows("de", "nations")}

    def resolve(self, drafts: list[Draft]) -> dict[int, str]:
        """The name of each draft by its id()."""
        mentions = [(draft.speaker[0][0], draft.speaker[-1][1]) for draft in drafts if draft.speaker]
        for span in mentions:
            name = self._proper(self.text[span[0] : span[1]])
            if " " in name:
                for part in (name.split()[-1], name.split()[0]):
                    self.full.setdefault(part, name)
        found: dict[int, str] = {}
        for draft in sorted(drafts, key=lambda d: d.cue[0][0] if d.cue else d.spans[0][0]):
            found[id(draft)] = self._name(draft, found)
        return found

    def _name(self, draft: Draft, found: dict[int, str]) -> str:
        if not draft.speaker:
            return ""
        span = draft.own or (draft.speaker[0][0], draft.speaker[-1][1])
        return self.mention(span)

    def mention(self, span: Span) -> str:
        """The name that a mention at this place stands for."""
        if span not in self.named:
            self.named[span] = self._bare(self._mention(span))
        return self.named[span]

    def _bare(self, name: str) -> str:
        """A name without the word for what it is: "die Zeitung „Tagblatt“" -> "„Tagblatt“"."""
        words = name.split()
        while len(words) > 1 and words[0].lower() in _ARTICLES:
            words.pop(0)
        labelled = len(words) > 1 and words[0] in self.labels
        if labelled and (words[1][0] in '„“"»' or words[1][0].isupper()):
            return " ".join(words[1:])
        return name

    def _mention(self, span: Span) -> str:
        words = self.text[span[0] : span[1]]
        low = words.lower()
        if self.language == "en" and (owner := _OWNED.match(words)):
            words = owner[1]
            low = words.lower()
        if low in _NOBODY:
            return ""
        if low in _PRONOUNS:
            return self._before(span[0], low)
        nation = self._nation(words)
        proper = self._proper(words)
        if proper:
            name = self._longer(proper)
            self._remember(name, span[0], nation, person=" " in name)
            return name
        name = self._described(words, low, nation, span[0])
        self._remember(name, span[0], nation, person=False)
        return name

    def _remember(self, name: str, at: int, nation: str, *, person: bool) -> None:
        if name:
            self.known.append(Known(name, at, nation, person))

    def _before(self, at: int, low: str) -> str:
        """The one whom a pronoun stands for: the last speaker, for "er" rather a person."""
        if low in ("es", "man", "it"):
            return ""
        gender = _GENDER.get(low, "")
        spoken = [(known.at, known.name) for known in self.known[-_FAR:]]
        person = self.people.pronoun(gender, at, spoken) if gender else ""
        if person:
            return person
        for known in reversed(self.known[-_FAR:]):
            if known.at < at and (low != "er" or known.person or known.name.split()[0].lower() not in ("die", "das")):
                return known.name
        return ""

    def _nation(self, words: str) -> str:
        """The country whose adjective stands in a mention: "der nordkoreanische Präsident"."""
        for match in _WORD.finditer(words):
            country = self._country(match[0].lower())
            if country:
                return country
        return ""

    def _country(self, low: str) -> str:
        stem = (
            low[: low.rindex("isch") + 4] if "isch" in low else low.rstrip("enrsm") if low.startswith("deutsch") else ""
        )
        return self.adjectives.get(stem, "")

    def _proper(self, words: str) -> str:
        """The proper name in a mention, without article, adjectives and office; "" when there is none."""
        for part in words.split(","):
            head = _BREAKS.split(part.strip())[0].strip(' „“"»«')
            tokens = head.split()
            while tokens and (tokens[0].lower() in _ARTICLES or tokens[0][0].islower() or self._adjective(tokens[0])):
                tokens.pop(0)
            if self.language == "en":
                while len(tokens) > 1 and any(token[0].islower() and token not in _LINKS for token in tokens[1:]):
                    tokens.pop(0)
                while tokens and tokens[0][0].islower():
                    tokens.pop(0)
            article = part.strip().split()[0].lower() in _ARTICLES if part.strip() else False
            led = False
            while tokens and self._led(tokens):
                tokens.pop(0)
                led = True
            if not tokens:
                continue
            if len(tokens) > 1 and tokens[-1].isupper() and len(tokens[-1]) > 1:
                return tokens[-1]
            if article and not led and not _is_name(tokens):
                continue
            if (
                len(tokens) == 1
                and not led
                and head != part.strip()
                and tokens[0] not in self.full
                and not _is_name(tokens)
            ):
                continue  # "Mitarbeiter aus den USA" is no name, "Koo vom Ministerium" is
            if all(token[0].isupper() or token in ("von", "van", "de", "al", "el", "bin") for token in tokens):
                return " ".join(tokens)
        return ""

    def _led(self, tokens: list[str]) -> bool:
        """True when an office or the word for an outlet stands before the name."""
        if self._office(tokens[0]) and (len(tokens) == 1 or self._title(tokens[0])):
            return True
        return bool(office(tokens[0], self.language)) and tokens[0] not in self.people.known.first

    def _adjective(self, token: str) -> bool:
        low = token.lower()
        return bool(self._country(low)) and low.endswith(("e", "en", "er", "es", "em"))

    def _office(self, token: str) -> bool:
        nouns = self.lex.nouns
        low = token.lower()
        return (
            token in nouns["speaker"] or low.endswith(self.lex.speakertails) or token in nouns["source"]
            or token in self.lex.saying or low.endswith(self.lex.sourcetails) or token in nouns["title"]
        )  # fmt: skip

    def _title(self, token: str) -> bool:
        """An office of a person or what an outlet is, to be left out before a name; "Universität Bonn" stays whole."""
        low = token.lower()
        nouns = self.lex.nouns
        return (
            low.endswith(_PERSON_TAILS) or token in nouns["title"] or token in self.lex.saying
            or token in nouns["source"] or low.endswith(self.lex.sourcetails) or low in ("sender", "prime", "foreign")
        )  # fmt: skip

    def _longer(self, name: str) -> str:
        """The full name that the text has for a short one: "Putin" -> "Wladimir Putin"."""
        if name.isupper() and name in self.people.acronyms:
            return self.people.acronyms[name]
        if name in self.full or " " in name or name.isupper() or name in self.places:
            return self.full.get(name, name)
        for first in self._firsts.get(name, ()):
            common = any(first.lower() in words for words in self.lex.kinds.values())
            if not common and not self._office(first) and not self._title(first) and not self._adjective(first):
                self.full[name] = f"{first} {name}"
                return self.full[name]
        self.full[name] = name
        return name

    @cached_property
    def people(self) -> People:
        """Who is named in the text."""
        return People(self.text, self.language)

    @cached_property
    def _firsts(self) -> dict[str, list[str]]:
        """For each word with a capital the words with one right before it, in order of the text, a few of each."""
        found: dict[str, list[str]] = {}
        before, end = "", -1
        for match in _WORD.finditer(self.text):
            word, start = match[0], match.start()
            if word[0].isupper():
                if before and start == end + 1 and self.text[end] == " ":
                    known = found.setdefault(word, [])
                    if len(known) < _FIRSTS and before not in known:
                        known.append(before)
                before, end = word, match.end()
            else:
                before = ""
        return found

    def _described(self, words: str, low: str, nation: str, at: int) -> str:
        """A name for "der nordkoreanische Präsident", "das Ministerium", "Angaben der Polizei"."""
        first = low.split()[0]
        tokens = [match[0] for match in _WORD.finditer(words)]
        if len(tokens) == 2 and first in _DEFINITE and tokens[1] in self.labels:  # "laut KCNA ... der Agentur zufolge"
            outlet = next((each.name for each in reversed(self.known[-_FAR:]) if each.name in self.outlets), "")
            if outlet:
                return outlet
        heads = [token for token in tokens if token[0].isupper()]
        document = next(
            (
                h
                for h in heads
                if h in self.lex.saying or h in self.lex.nouns["source"] or h.lower().endswith(self.lex.sourcetails)
            ),
            "",
        )
        if document and not document.lower().endswith("kreisen"):
            return self._document(words, document, nation)
        head = next((h for h in heads if h.lower() not in _ARTICLES and not self._adjective(h)), "")
        if first in _DEFINITE and 1 < len(tokens) <= _SHORT:
            gender = {"der": "m", "die": "f", "dieser": "m", "diese": "f"}.get(first, "")
            older = self.people.office(" ".join(tokens[1:]), gender, at) or self.people.body(tokens[-1], at)
            older = older or (self._antecedent(head, nation, at) if head else "")
            if older:
                return older
        if first in _OBLIQUE:
            return words.split(None, 1)[1] if " " in words else words
        return words

    def _document(self, words: str, document: str, nation: str) -> str:
        """The owner of a document: "Angaben der Polizei" -> Polizei, "der nordkoreanischen Erklärung" -> Nordkorea."""
        after = words.partition(document)[2].strip()
        owner = re.match(r"(?:(?:des|der|von|vom|eines|einer|dem|den|seines|seiner|ihres|ihrer)\s+)*(.+)", after)
        if owner and (owner[1][0].isalnum() or owner[1][0] in '„“"»'):
            name = self._proper(owner[1]) or owner[1]
            if name.endswith("s") and name[:-1] in self.full:
                return self.full[name[:-1]]
            return self.full.get(name, _without_genitive(name, self.text))
        if nation and self._stands(nation):
            return nation
        return words

    def _stands(self, nation: str) -> bool:
        """True when the country itself is named in the text."""
        if nation not in self.stands:
            self.stands[nation] = re.search(rf"\b{re.escape(nation)}\b", self.text) is not None
        return self.stands[nation]

    def _antecedent(self, head: str, nation: str, at: int) -> str:
        """Whom an office or a short form of a body stands for."""
        person = head in self.lex.nouns["speaker"] and head.lower().endswith(_PERSON_TAILS)
        for known in reversed(self.known[-_FAR:]):
            if known.at >= at:
                continue
            if person and known.person and nation and known.nation == nation:
                return known.name
            if not person and known.name.lower().endswith(head.lower()) and len(known.name) > len(head) + 4:
                return known.name
        return ""


_PERSON_TAILS = (
    "präsident",
    "präsidentin",
    "minister",
    "ministerin",
    "kanzler",
    "kanzlerin",
    "sprecher",
    "sprecherin",
    "chef",
    "chefin",
    "vorsitzende",
    "vorsitzender",
    "general",
    "könig",
    "königin",
    "papst",
    "bürgermeister",
    "direktor",
    "direktorin",
    "senator",
    "gouverneur",
    "trainer",
    "autor",
    "professor",
    "richter",
    "staatschef",
    "politiker",
    "politikerin",
    "anwalt",
    "experte",
    "expertin",
    "forscher",
    "forscherin",
    "leiter",
    "leiterin",
    "chefin",
    "beauftragte",
    "beauftragter",
    "kommissar",
    "vertreter",
    "vertreterin",
    "abgeordnete",
    "abgeordneter",
    "senatorin",
    "sekretär",
    "botschafter",
    "anwältin",
    "oberst",
    "machthaber",
    "verteidiger",
    "bischof",
    "kardinal",
    "richterin",
    "sänger",
    "journalist",
    "bürgermeisterin",
    "agentur",
    "zeitung",
    "magazin",
    "zeitschrift",
    "führer",
    "führerin",
    "staatsanwalt",
    "meisterin",
)


def _is_name(tokens: list[str]) -> bool:
    return len(tokens) == 1 and tokens[0].isupper() and len(tokens[0]) > 1


def _without_genitive(name: str, text: str) -> str:
    """ "Kremls" -> "Kreml", "Dienstes" -> "Dienst" when the text can't tell otherwise: a word in -s after "des"."""
    last = name.split()[-1]
    if last.endswith("es") and len(last) > 5 and last[-3] not in "aeiouäöüs":
        return name[:-2]
    if (
        last.endswith("s")
        and len(last) > 4
        and not last.endswith(("ss", "us", "is", "as", "os"))
        and not last.isupper()
    ):
        return name[:-1]
    return name
