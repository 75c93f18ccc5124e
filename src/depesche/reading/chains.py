"""Attribution chains: through whom we have it. Outlet nearest to us first, root last.

In: the drafts of a text with the names of their speakers. Out: hops, each a mention in the text and its name. Only what
the sentence says: an outlet that is not named is not there.
"""

from __future__ import annotations

import re

from depesche.reading.drafts import Draft
from depesche.reading.lexis import Lexis
from depesche.reading.names import Names
from depesche.words.copy import Hop, Span

_NAMED = r"[^\W\d_a-zäöüß][\w’'-]*(?: [^\W\d_a-zäöüß][\w’'-]*)*"
_DOCUMENT = re.compile(
    r"\b(?:[Ii]n|[Ll]aut|[Nn]ach|[Aa]us) (?:der|dem|den|einer|einem|ihrer|seiner)(?: [a-zäöüß]\w*){0,2} "
    r"([^\W\d_a-zäöüß]\w+) (?:(?:von|vom) )?((?:(?:des|der|eines|einer) )?" + _NAMED + ")"
)
_RELYING = re.compile(
    r"\bunter Berufung auf (?:Angaben (?:des|der|von) )?"
    r"((?:(?:den|die|das|einen|eine) )?(?:[a-zäöüß]\w* ){0,2}" + _NAMED + ")"
)
_OUTLET = re.compile(
    r"„|\b(?:Zeitung|Magazin|Sender|Agentur|Nachrichtenagentur|Blatt|Rundfunk|Zeitschrift|Fernsehen)\b"
    r"|[a-z]\.(?:de|com|net)\b"
)


class Chains:
    """Builds the chains of one text."""

    def __init__(self, text: str, lex: Lexis, names: Names, found: dict[int, str]) -> None:
        self.text = text
        self.lex = lex
        self.names = names
        self.found = found
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
        hops = [root]
        outlet = self._outlet(draft) or self._before.get((draft.unit, root.name))
        if outlet and outlet.name != root.name:
            hops.insert(0, outlet)
            self._before[(draft.unit, root.name)] = (
                outlet  # "..., sagte er" later in the sentence has it from there, too
            )
        source = self._relies(draft)
        if source and source.name != root.name:
            hops.append(source)
        return tuple(hops)

    def _outlet(self, draft: Draft) -> Hop | None:
        """Through whom: a document of somebody else's, an outlet that was told, or the one that quotes."""
        if draft.via:
            return Hop((draft.via,), self.names.mention(draft.via))
        for start, end in draft.addressee:
            if _OUTLET.search(self.text[start:end]):
                return Hop(((start, end),), self.names.mention((start, end)))
        for start, end in [*draft.frame, *(draft.spans if draft.form == "Reported" else ())]:
            match = _DOCUMENT.search(self.text, start, end)
            if match and (match[1] in self.lex.saying or match[1] in self.lex.nouns["source"]):
                span = match.span(2)
                if not any(a < span[1] and span[0] < b for a, b in draft.speaker):
                    return Hop((span,), _plain(match[2]))
        return None

    def _relies(self, draft: Draft) -> Hop | None:
        for start, end in draft.frame:
            match = _RELYING.search(self.text, start, end)
            if match:
                span: Span = match.span(1)
                return Hop((span,), self.names.mention(span))
        return None


def _plain(words: str) -> str:
    """ "des Kremls" -> "Kreml": the name without its article and genitive."""
    article, _, rest = words.partition(" ")
    if article in ("des", "eines") and rest:
        return rest[:-1] if rest.endswith("s") and not rest.endswith("ss") else rest
    return rest if article in ("der", "einer") and rest else words
