"""Attribution chains: through whom we have it. Outlet nearest to us first, root last.

In: the drafts of a text with the names of their speakers. Out: hops, each a mention in the text and its name. Only what
the sentence says: an outlet that is not named is not there. The words are in chains.tsv.
"""

from __future__ import annotations

import re
from functools import cache

from depesche.reading import tables
from depesche.reading.drafts import Draft
from depesche.reading.lexis import Lexis
from depesche.reading.names import Names
from depesche.words.copy import Hop, Span

_CAP = r"[^\W\d_a-zäöüß][\w’'-]*"
_NAMED = rf"{_CAP}(?: {_CAP})*"
_LOWER = r"[^\W\d_A-ZÄÖÜ][\w’'-]*"
_DOCUMENT = re.compile(
    r"\b(?:[Ii]n|[Ll]aut|[Nn]ach|[Aa]us) (?:der|dem|den|einer|einem|ihrer|seiner)(?: [a-zäöüß]\w*){0,2} "
    r"([^\W\d_a-zäöüß]\w+) (?:(?:von|vom) )?((?:(?:des|der|eines|einer) )?" + _NAMED + ")"
)
_SOURCE = {
    "de": rf"((?:{_LOWER} ){{0,4}}{_NAMED})",
    "en": r"([^,;:–—“”\"]{3,80})",
}
"""What may follow a word of relying: a noun phrase in German, all up to the next mark in English."""
_AROUND = 120
"""Characters around the clause of saying in which a relying phrase still belongs to it."""


@cache
def _words(language: str, kind: str) -> tuple[str, ...]:
    rows = tables.rows(language, "chains")
    found = (each.replace("_", " ") for row in rows if row[0] == kind for cell in row[1:] for each in cell.split())
    return tuple(sorted(found, key=len, reverse=True))


@cache
def _after(language: str, kind: str) -> re.Pattern[str]:
    """A pattern for one of these phrases and the name after it."""
    words = "|".join(re.escape(word) for word in _words(language, kind)) or "(?!)"
    return re.compile(rf"\b(?:{words}) {_SOURCE.get(language, _SOURCE['en'])}")


@cache
def _outlets(language: str) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in (*_words(language, "outlet"), *_words(language, "known")))
    return re.compile(rf"„|\b(?:{words or '(?!)'})\b|[a-z]\.(?:de|com|net)\b")


class Chains:
    """Builds the chains of one text."""

    def __init__(self, text: str, lex: Lexis, names: Names, found: dict[int, str], language: str) -> None:
        self.text = text
        self.lex = lex
        self.names = names
        self.found = found
        self.language = language
        self._before: dict[tuple[int, str], Hop] = {}
        self.done: dict[int, tuple[Hop, ...]] = {}

    def of(self, draft: Draft) -> tuple[Hop, ...]:
        """The chain of a draft; empty when its speaker is unknown."""
        known = self.done.get(id(draft))
        if known is None:
            known = self._chain(draft)
            self.done[id(draft)] = known
        return known

    def _chain(self, draft: Draft) -> tuple[Hop, ...]:
        if not draft.speaker or not self.found.get(id(draft)):
            return ()
        taken = draft.inherits or draft.within
        if taken is not None and taken is not draft and taken.speaker == draft.speaker:
            return self.of(taken)
        root = Hop(tuple(draft.speaker), self.found[id(draft)])
        hops = [*self._outer(draft, root), root]
        outlet = self._outlet(draft) or self._before.get((draft.unit, root.name))
        if outlet and outlet.name != root.name and len(hops) == 1:
            hops.insert(0, outlet)
            self._before[(draft.unit, root.name)] = outlet  # "..., sagte er" later in the sentence has it from there
        source = self._relies(draft, root)
        if source and source.name != root.name:
            hops.append(source)
        return tuple(hops)

    def _outer(self, draft: Draft, root: Hop) -> tuple[Hop, ...]:
        """The chain of the statement that this one stands in: "Karpress said Beck had told the council that"."""
        around = draft.within
        if around is None or around is draft:
            return ()
        return tuple(hop for hop in self.of(around) if hop.name != root.name)

    def _outlet(self, draft: Draft) -> Hop | None:
        """Through whom: a document of somebody else's, an outlet that was told, or the one that quotes."""
        if draft.via:
            return Hop((draft.via,), self._name(draft.via))
        for start, end in draft.addressee:
            if _outlets(self.language).search(self.text[start:end]):
                return Hop(((start, end),), self._name((start, end)))
        for start, end in (*draft.frame, *draft.speaker):
            for kind in ("through", "by"):
                found = (
                    _after(self.language, kind).search(self.text, start, end) if self._hands(kind, start, end) else None
                )
                if found and (kind == "by" or not self._speaks(draft, found.span(1))):
                    start_, words = found.start(1), found[1].split(" as ")[0].rstrip(" .")
                    return Hop(((start_, start_ + len(words)),), self._name((start_, start_ + len(words))))
        return self._document(draft)

    def _hands(self, kind: str, start: int, end: int) -> bool:
        """True when the clause of saying may have such a hop: "von" only where somebody is quoted."""
        if self.language != "de":
            return True
        frame = self.text[start:end]
        return (
            "zitiert" in frame
            if kind == "by"
            else any(word in frame for word in ("mitteilen", "erklären", "ausrichten"))
        )

    def _speaks(self, draft: Draft, span: Span) -> bool:
        return any(a < span[1] and span[0] < b for a, b in draft.speaker)

    def _document(self, draft: Draft) -> Hop | None:
        """ "In einer Erklärung des Kremls": a document of somebody else's."""
        for start, end in [*draft.frame, *(draft.spans if draft.form == "Reported" else ())]:
            match = _DOCUMENT.search(self.text, start, end)
            if match and (match[1] in self.lex.saying or match[1] in self.lex.nouns["source"]):
                span = match.span(2)
                if not self._speaks(draft, span):
                    return Hop((span,), _plain(match[2]))
        return None

    def _relies(self, draft: Draft, root: Hop) -> Hop | None:
        """Whom the outlet relies on: "unter Berufung auf das Militär", "citing unnamed officials"."""
        pattern = _after(self.language, "relying")
        whole = draft.spans if draft.form == "Reported" else ()
        for start, end in (*draft.frame, *whole, *_behind(draft, self.text)):
            for match in pattern.finditer(self.text, start, end):
                if self._rests(match, end):
                    span: Span = match.span(1)
                    span = (span[0], span[0] + len(match[1].rstrip(" .")))
                    if not self._speaks(draft, span):
                        return Hop((span,), self._name(span))
        return None

    def _rests(self, match: re.Match[str], end: int) -> bool:
        """True when the phrase can be no other: "sich auf X" and "aus X" need their verb right after."""
        if self.language != "de" or match[0].startswith("unter"):
            return True
        after = self.text[match.end() : min(end, match.end() + _AROUND)].lstrip(" ,").split(None, 1)
        return bool(after) and after[0].rstrip(",.") in _words("de", "rests")

    def _name(self, span: Span) -> str:
        """The name of a mention, without the word for what it is: "die Zeitung „Tagblatt“" -> "„Tagblatt“"."""
        return self.names.mention(span)


def _behind(draft: Draft, text: str) -> list[Span]:
    """What follows the clause of saying up to the end of its sentence: "..., the Post reported, citing officials"."""
    if not draft.frame or draft.form == "Reported":
        return []
    end = draft.frame[-1][1]
    stop = text.find(". ", end, end + _AROUND)
    line = text.find("\n", end, end + _AROUND)
    stop = min(each for each in (stop, line, end + _AROUND, len(text)) if each >= 0)
    return [(end, stop)] if stop > end else []


def _plain(words: str) -> str:
    """ "des Kremls" -> "Kreml": the name without its article and genitive."""
    article, _, rest = words.partition(" ")
    if article in ("des", "eines") and rest:
        return rest[:-1] if rest.endswith("s") and not rest.endswith("ss") else rest
    return rest if article in ("der", "einer") and rest else words
