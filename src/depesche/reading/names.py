"""Mentions of speakers -> names that stand in the text: pronouns, offices, short forms and documents resolved.

In: a text and its drafts in order. Out: one name a draft, always a piece of the text, "" when nobody can be told.
Nothing is looked up outside the text but countries by their adjectives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.lexis import Lexis
from depesche.reading.mentions import WORD, Mentions, outlets, small_words, without_genitive
from depesche.reading.people import People
from depesche.words.copy import Span

_FAR = 40
"""Mentions that are looked back at; who was named longer ago is named anew by any writer."""
_NEAR = 300
"""Characters over which "die Agentur" reaches back to one that says nothing itself."""
_SHORT = 4
"""Words of a mention that may stand for someone who was named before."""
_FIRSTS = 4
"""Words before a short name that are tried for the first name; the next are other people's."""


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
        self.words = Mentions(lex, language)
        self.known: list[Known] = []
        self.named: dict[Span, str] = {}
        self.full: dict[str, str] = {}
        self.stands: dict[str, bool] = {}

    def resolve(self, drafts: list[Draft]) -> dict[int, str]:
        """The name of each draft by its id()."""
        for draft in drafts:
            if draft.speaker:
                name = self._proper(self.text[draft.speaker[0][0] : draft.speaker[-1][1]])
                if " " in name:
                    for part in (name.split()[-1], name.split()[0]):
                        self.full.setdefault(part, name)
        read = sorted(drafts, key=lambda d: d.cue[0][0] if d.cue else d.spans[0][0])
        return {id(draft): self._name(draft) for draft in read}

    def mention(self, span: Span) -> str:
        """The name that a mention at this place stands for."""
        if span not in self.named:
            self.named[span] = self.words.bare(self._mention(span))
        return self.named[span]

    def _name(self, draft: Draft) -> str:
        if not draft.speaker:
            return ""
        return self.mention(draft.own or (draft.speaker[0][0], draft.speaker[-1][1]))

    def _mention(self, span: Span) -> str:
        words = self.words.owner(self.text[span[0] : span[1]])
        low = words.lower()
        if low in small_words(self.language, "nobody"):
            return ""
        if low in small_words(self.language, "pronoun"):
            return self._before(span[0], low)
        nation = self.words.nation(words)
        proper = self._proper(words)
        if proper and self.words.owns(words, proper):  # "Angaben Moskaus"
            proper = self._without_genitive(proper)
        name = self._longer(proper) if proper else self._described(words, nation, span[0])
        if name:
            self.known.append(Known(name, span[0], nation, person=bool(proper) and " " in name))
        return name

    def _proper(self, words: str) -> str:
        return self.words.proper(words, self.full)

    def _gender(self, low: str, kind: str = "") -> str:
        """What a pronoun, or an article before a noun, tells of the gender: "m", "f" or ""."""
        return next((each for each in "mf" if low in small_words(self.language, each + kind)), "")

    def _recent(self) -> Iterator[Known]:
        return reversed(self.known[-_FAR:])

    def _before(self, at: int, low: str) -> str:
        """The one whom a pronoun stands for: the last speaker, for "er" rather a person."""
        if low in small_words(self.language, "impersonal"):
            return ""
        gender = self._gender(low)
        spoken = [(known.at, known.name) for known in self.known[-_FAR:]]
        person = self.people.pronoun(gender, at, spoken) if gender else ""
        if person:
            return person
        for known in self._recent():
            if known.at < at and (low != "er" or known.person or known.name.split()[0].lower() not in ("die", "das")):
                return known.name
        return ""

    def _longer(self, name: str) -> str:
        """The full name that the text has for a short one: "Putin" -> "Wladimir Putin"."""
        if name.isupper() and name in self.people.acronyms:
            return self.people.acronyms[name]
        if name in self.full or " " in name or name.isupper() or name in _places():
            return self.full.get(name, name)
        for first in self._firsts.get(name, ()):
            common = any(first.lower() in words for words in self.lex.kinds.values())
            if not (common or self.words.office(first) or self.words.title(first) or self.words.adjective(first)):
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
        for match in WORD.finditer(self.text):
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

    def _described(self, words: str, nation: str, at: int) -> str:
        """A name for "der nordkoreanische Präsident", "das Ministerium", "Angaben der Polizei"."""
        first = words.split()[0].lower()
        tokens = [match[0] for match in WORD.finditer(words)]
        definite = first in small_words(self.language, "definite")
        if len(tokens) == 2 and definite and tokens[1] in outlets(self.language, "label"):
            # "laut KCNA ... der Agentur zufolge"
            outlet = next((each.name for each in self._recent() if each.name in self.words.outlets), "")
            if outlet := outlet or self._outlet_before(at):
                return outlet
        heads = [token for token in tokens if token[0].isupper()]
        if document := self.words.document(heads):
            return self._document(words, document, nation)
        if definite and 1 < len(tokens) <= _SHORT and (older := self._older(first, tokens, heads, nation, at)):
            return older
        oblique = first in small_words(self.language, "oblique") and " " in words
        return words.split(None, 1)[1] if oblique else words

    def _outlet_before(self, at: int) -> str:
        """The outlet named last, not far before a place: "In der Mitteilung von KCNA ... Die Agentur zitiert"."""
        near = [match for match in WORD.finditer(self.text, max(0, at - _NEAR), at) if match[0] in self.words.outlets]
        # "unter Berufung auf Reuters meldete die Agentur": another one
        return next((each[0] for each in reversed(near) if not self.text.endswith(" auf ", 0, each.start())), "")

    def _older(self, first: str, tokens: list[str], heads: list[str], nation: str, at: int) -> str:
        """Whom "die Ministerin", "das Unternehmen" stands for, of those who were named before."""
        gender = self._gender(first, "noun")
        older = self.people.office(" ".join(tokens[1:]), gender, at) or self.people.body(tokens[-1], at)
        head = next((h for h in heads if h.lower() not in self.words.articles and not self.words.adjective(h)), "")
        return older or (self._antecedent(head, nation, at) if head else "")

    def _document(self, words: str, document: str, nation: str) -> str:
        """The owner of a document: "Angaben der Polizei" -> Polizei, "der nordkoreanischen Erklärung" -> Nordkorea."""
        owner, genitive = self.words.owner_after(words, document)
        if not owner:
            return nation if nation and self._stands(nation) else words
        name = self._proper(owner) or owner
        led = name != owner and self.words.title(without_genitive(owner.split()[0]))
        if name in self.words.outlets or led or not genitive:  # only an owner by itself has the -s of the case
            return self.full.get(name, name)
        return self._without_genitive(name)

    def _without_genitive(self, name: str) -> str:
        """The name of an owner, in the first case and as the text has it in full."""
        if name.endswith("s") and (name[:-1] in self.full or name[:-1] in _places()):
            return self.full.get(name[:-1], name[:-1])
        return self.full.get(name, without_genitive(name))

    def _stands(self, nation: str) -> bool:
        """True when the country itself is named in the text."""
        if nation not in self.stands:
            self.stands[nation] = re.search(rf"\b{re.escape(nation)}\b", self.text) is not None
        return self.stands[nation]

    def _antecedent(self, head: str, nation: str, at: int) -> str:
        """Whom an office or a short form of a body stands for."""
        person = self.words.person(head)
        for known in self._recent():
            if known.at >= at:
                continue
            if person and known.person and nation and known.nation == nation:
                return known.name
            if not person and known.name.lower().endswith(head.lower()) and len(known.name) > len(head) + 4:
                return known.name
        return ""


@cache
def _places() -> frozenset[str]:
    return frozenset(cell for row in tables.rows("de", "nations") for cell in row)
