"""Whole sentences that report an act of saying -> Reported: "X kritisierte den Plan", "Y sprach von Z".

In: a unit in which no frame has found anything. Out: at most one draft. The subject must be someone who can speak.
"""

from __future__ import annotations

from depesche.reading.de.clauses import Clauses, Say
from depesche.reading.de.frames import Frames
from depesche.reading.de.speakers import matrix_start, speaker_of
from depesche.reading.items import WORD


def can_speak(clauses: Clauses, start: int, end: int) -> bool:
    """True unless the phrase is plainly no person and no body: "Der Sturm forderte drei Tote"."""
    nouns = clauses.lex.nouns
    for item in clauses.items[start:end]:
        if item.kind == WORD and item.text in nouns["unspoken"]:
            return False
        if item.kind == WORD and item.cap and item.text in nouns["speaker"]:
            return True
    return True


class Reports:
    """Finds a report in one unit."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.clauses = frames.clauses

    def find(self) -> None:
        """The first verb of saying with a speaker, when nothing else was found here."""
        clauses = self.clauses
        for say in clauses.speech:
            if not self._reports(say) or say.wish or say.place in self.frames.used or say.place in self.frames.taken:
                continue
            chunk = clauses.chunks[say.number]
            if clauses.kind(chunk) not in ("main", "rel") or (clauses.kind(chunk) == "rel"):
                continue
            if self._report(say):
                return

    def _reports(self, say: Say) -> bool:
        """True when the verb can report; what somebody had said before is background and none ("hatte gefordert")."""
        if self.clauses.items[say.place].low in ("hatte", "hatten"):
            return False
        if "r" in say.verb.frames:
            return True
        chunk = self.clauses.chunks[say.number]
        if say.verb.lemma == "äußern":  # "X äußerte sich nicht"
            return {"sich", "nicht"} <= {item.low for item in self.clauses.items[chunk.start : chunk.end]}
        return "e" in say.verb.frames and any(self._event(place) for place in range(chunk.start, chunk.end))

    def _event(self, place: int) -> bool:
        """True for a noun of saying or for what can have happened."""
        item = self.clauses.items[place]
        lex = self.clauses.lex
        if item.kind != WORD or not item.cap:
            return False
        return item.text in lex.saying or item.text in lex.nouns["event"] or item.low.endswith(lex.eventtails)

    def aside(self) -> None:
        """A confirmation or denial told in passing: "..., nachdem X die Lieferung bestätigt hatte"."""
        clauses = self.clauses
        for say in clauses.speech:
            chunk = clauses.chunks[say.number]
            if say.verb.act not in ("confirm", "deny", "concede") or say.wish or say.place in self.frames.used:
                continue
            first = clauses.items[clauses.first(chunk)].low
            if first != "nachdem" or clauses.kind(chunk) != "sub" or any(p in self.frames.taken for p in say.parts):
                continue
            who = speaker_of(clauses, say)
            if who and can_speak(clauses, *who):
                made = self.frames.draft(
                    "Reported", [clauses.span(chunk.start, chunk.end)], "report_aside", say, who, []
                )
                made.cue, made.said_by = [], clauses.raw(chunk.start, chunk.end)

    def _report(self, say: Say) -> bool:
        clauses = self.clauses
        who = speaker_of(clauses, say)
        if who is None or not can_speak(clauses, *who):
            return False
        self.frames.draft("Reported", [(clauses.unit.start, clauses.unit.end)], "report", say, who, [])
        made = self.frames.drafts[-1]
        made.cue = []
        chunk = clauses.chunks[say.number]
        made.said_by = clauses.raw(min(matrix_start(clauses, say), chunk.start), chunk.end)
        return True
