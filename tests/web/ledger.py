"""A ledger to read: the worked examples A and C of the design, told in posts, all through the desk.

In: a Coverage. Out: posts whose statements stand in their text letter by letter, parties, claims, links and figures as
editors make them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from msgspec.structs import replace

from depesche.desk.access import Actor
from depesche.desk.desk import Done
from depesche.journal import views
from depesche.words.changes import Correction
from depesche.words.claims import ClaimKind, Stance
from depesche.words.commands import AnyCommand
from depesche.words.copy import Act, Approximator, Figure, Hop, Interval, Statement
from depesche.words.ledger import RecordedStatement
from depesche.words.ledgerchanges import ClaimOpened
from depesche.words.ledgercommands import (
    Judged,
    LinkStatement,
    NameOutlet,
    NameParty,
    OpenClaim,
    SetSide,
)
from depesche.words.parties import Outlet, Party, PartyKind
from tests.web.coverage import CHIEF, MINUTE, Coverage

SECOND = Actor(id="00000000-0000-4000-8000-000000000002", name="Zweiter", role="editor")
PARTIES: dict[str, tuple[str, PartyKind, str]] = {
    "russia": ("Russland", "state", ""),
    "ukraine": ("Ukraine", "state", ""),
    "dprk": ("Nordkorea", "state", ""),
    "gerasimov": ("Waleri Gerassimow", "person", "russia"),
    "commander": ("Kommandeur Alaudinow", "person", "russia"),
    "staff": ("Ukrainischer Generalstab", "armed_force", "ukraine"),
    "zelensky": ("Wolodymyr Selenskyj", "person", "ukraine"),
    "kcna": ("KCNA", "agency", "dprk"),
    "nis": ("NIS", "intelligence", ""),
    "rok_army": ("Südkoreas Militär", "armed_force", ""),
    "lee": ("Abgeordneter Lee", "person", ""),
    "own": ("Redaktion", "own", ""),
}
OUTLETS = {"reuters": "Reuters", "ap": "AP", "kbs": "KBS", "tass": "TASS", "dpa": "dpa"}


class Ledger:
    """The ledger of a coverage's story, and the keys of its editors."""

    def __init__(self, news: Coverage) -> None:
        self.news = news
        self._next = 1

    def do(self, command: AnyCommand, *, by: Actor = CHIEF) -> Done:
        """Carry out a command; it must work."""
        if self.news.at is not None:
            self.news.at += MINUTE
        done = self.news.desk.handle(command, by, story=self.news.story, command_id=str(uuid.uuid4()))
        assert isinstance(done, Done), done
        return done

    def cast(self) -> None:
        """Name everybody, and say who stands where."""
        for id, (name, kind, org) in PARTIES.items():
            self.do(NameParty(Party(id, kind, {"de": name, "en": name}, org)))
        for id, name in OUTLETS.items():
            self.do(NameOutlet(Outlet(id, name, "wire")))
        for party, side in (("russia", "moskau"), ("dprk", "moskau"), ("ukraine", "kiew")):
            self.do(SetSide(party, side))

    def tell(
        self,
        body: str,
        *hops: str,
        words: str = "",
        cue: str = "",
        act: Act = "assert",
        said: str = "",
        figures: tuple[Figure, ...] = (),
        direct: bool = False,
        title: str = "",
    ) -> int:
        """Publish a post in which the last of `hops` says `words` (all of it unless given); gives the statement."""
        post = self.news.post(body, title)
        words = words or body
        at = body.index(words)
        day = dt.date.fromisoformat(said) if said else None
        found = Statement(
            form="Direct" if direct else "Indirect",
            spans=((at, at + len(words)),),
            cue=((body.index(cue), body.index(cue) + len(cue)),) if cue else (),
            name=hops[-1] if hops else "",
            chain=tuple(Hop((), hop) for hop in hops),
            act=act,
            figures=tuple(_placed(each, body) for each in figures),
            said=Interval((at, at + 1), said, day, day, "day") if day else None,
            confidence=0.95,
        )
        self.news.said(post, RecordedStatement(0, found, words, speaker=hops[-1] if hops else "er"))
        self._next += 1
        return self._next - 1

    def read(self, post: int) -> list[RecordedStatement]:
        """What is recorded of a post."""
        with self.news.journal.reading() as c:
            return [each.recorded for each in views.statements(c, self.news.story, post=post)]

    def corrected(self, post: int, body: str, kind: Correction) -> None:
        """Give a post with one statement another text, in which the statement begins and ends where it did."""
        (old,) = self.read(post)
        (at, end), *_ = old.statement.spans
        self.news.correct(post, body, "" if kind == "typo" else "Anders.", kind)
        with self.news.journal.reading() as c:
            view = views.post(c, self.news.story, post)
        assert view is not None
        self.news.said(post, replace(old, words=body[at:end]), revision=view.revision)

    def ask(self, question: str, kind: ClaimKind = "yes_no", **more: Any) -> int:
        """Open a claim; gives its number."""
        change = self.do(OpenClaim(question, kind, **more)).entries[0].change
        assert isinstance(change, ClaimOpened)
        return change.claim.number

    def link(self, claim: int, statement: int, stance: Stance = "affirms", **more: Any) -> None:
        """Link a statement."""
        self.do(LinkStatement(claim, statement, stance, **more))

    def kursk(self) -> int:
        """Example C: one says yes, one no, one in part. Gives the claim."""
        yes = self.tell(
            "Gerassimow meldet dem Präsidenten, Kursk sei vollständig zurückerobert.",
            "tass",
            "gerasimov",
            words="Kursk sei vollständig zurückerobert",
            cue="meldet",
            said="2025-04-26",
            title="Moskau meldet Rückeroberung",
        )
        no = self.tell(
            "Der Generalstab weist das zurück: „Die Kämpfe dauern an.“",
            "reuters",
            "staff",
            words="„Die Kämpfe dauern an.“",
            cue="weist",
            act="deny",
            said="2025-04-26",
            direct=True,
        )
        nis = self.tell(
            "Der Geheimdienst NIS sagt, der größte Teil sei zurückerobert.",
            "reuters",
            "lee",
            "nis",
            words="der größte Teil sei zurückerobert",
            cue="sagt",
            said="2025-04-30",
        )
        claim = self.ask("Ist Kursk vollständig zurückerobert?")
        self.link(claim, yes)
        self.link(claim, no, "denies")
        self.link(claim, nis, "partly")
        return claim

    def losses(self) -> int:
        """Example A, the killed: 300, then 600 by one root, about 2,667 derived from another's words."""
        january = self.tell(
            "Der NIS sprach im Januar von etwa 300 Getöteten.",
            "ap",
            "nis",
            said="2025-01-13",
            figures=(number("etwa 300", 300, "about"),),
        )
        kyiv = self.tell(
            "Selenskyj: etwa 4.000 tot oder verwundet, rund zwei Drittel davon getötet.",
            "zelensky",
            said="2025-04-28",
            figures=(number("etwa 4.000", 4000, "about", "killed_or_wounded"),),
        )
        april = self.tell(
            "Der NIS nennt nun 600 Getötete, wie der Abgeordnete Lee sagte.",
            "reuters",
            "lee",
            "nis",
            said="2025-04-30",
            figures=(number("600", 600),),
        )
        kbs = self.tell(
            "Auch der Sender KBS berichtet unter Berufung auf den NIS von rund 600 Getöteten.",
            "kbs",
            "nis",
            said="2025-04-30",
            figures=(number("rund 600", 600, "about"),),
        )
        claim = self.ask(
            "Wie viele nordkoreanische Soldaten wurden getötet?", "quantity", measure="killed", population="soldiers"
        )
        for statement in (january, april, kbs):
            self.link(claim, statement, "figure", figure=Judged(0))
        derived = Figure((0, 1), "rund zwei Drittel", 2667, 2667, "about", "killed", population="soldiers")
        self.link(claim, kyiv, "figure", figure=Judged(1, "killed", "soldiers", derived=True, given=derived))
        return claim


def number(words: str, value: float, how: Approximator = "exact", measure: str = "killed") -> Figure:
    """A figure as a reader finds it."""
    return Figure((0, 1), words, value, value, how, measure, population="soldiers")


def _placed(figure: Figure, body: str) -> Figure:
    at = body.index(figure.words)
    return replace(figure, span=(at, at + len(figure.words)))
