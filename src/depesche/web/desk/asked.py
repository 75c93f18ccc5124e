"""The ledger's forms, parsed once: fields become commands, or what is wrong with them.

In: a form with `act`, or with `commands` as a button carries them. Out: commands in the order in which they are asked.
Only what needs typing has fields; whatever one key does comes as commands that the page was made with.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import TypeVar, cast, get_args

import msgspec
from msgspec.structs import replace

from depesche.render.i18n import spoken
from depesche.web.refusals import Amiss
from depesche.web.visit import Visit
from depesche.words import ledgercommands as q
from depesche.words.book import Book
from depesche.words.claims import ClaimKind, Measure, Period, Stance, Standing
from depesche.words.copy import Act
from depesche.words.ledgerchanges import Worded
from depesche.words.ledgercommands import Judged, LedgerCommand
from depesche.words.parties import Chain, Party, PartyKind
from depesche.words.reckoning import House, key, measures

MOST_COMMANDS = 12
"""Commands of one key: a link for each claim of the earlier statement, and the relation."""
MOST_JSON = 30_000
"""Characters of those commands."""
ARROW = re.compile(r"\s*(?:←|<-|;)\s*")
"""Between the hops of a chain as they are typed."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_COMMANDS = msgspec.json.Decoder(list[LedgerCommand])
T = TypeVar("T")


class Unfit(Exception):
    """A field that can't be read; `amiss` tells which."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.amiss = Amiss(code, dict(params))


class Form:
    """The fields of one form, with what the story and the house know."""

    def __init__(self, visit: Visit, book: Book, house: House, language: str) -> None:
        self.visit, self.book, self.house = visit, book, house
        self.language = spoken(language)

    def text(self, name: str) -> str:
        """A field on one line."""
        return " ".join(self.visit.text(name).split())

    def number(self, name: str) -> int:
        """The number at the beginning of a field: "3" or "3 How many were killed?"."""
        found = _NUMBER.match(self.text(name))
        if found is None:
            raise Unfit("number_unreadable")
        return int(found[0])

    def day(self, name: str) -> dt.date | None:
        """A day as 2026-11-22, None for an empty field."""
        text = self.text(name)
        try:
            return dt.date.fromisoformat(text) if text else None
        except ValueError:
            raise Unfit("day_unreadable") from None

    def one_of(self, name: str, kinds: object, otherwise: T) -> T:
        """The value where it is one of the type's, else what stands for an empty field."""
        text = self.text(name)
        found: T = next((each for each in get_args(kinds) if each == text), otherwise)
        return found

    def measure(self) -> str:
        """The measure's key, typed as key or name; a name that nobody knows becomes a key."""
        return measure_key(self.book, self.text("measure"))

    def period(self) -> Period:
        """First and last day."""
        return Period(self.day("first"), self.day("last"))


def commands(form: Form) -> list[LedgerCommand]:
    """What the form asks. Raises Unfit."""
    carried = form.visit.text("commands")
    if carried:
        return _carried(carried)
    parse = ACTS.get(form.visit.text("act"))
    if parse is None:
        raise Unfit("act_unknown")
    return parse(form)


def measure_key(book: Book, text: str) -> str:
    """The key of a measure that was typed as key or name."""
    known = measures(book)
    if text in known or not text:
        return text
    for id, measure in known.items():
        if key(text) in {key(name) for name in measure.names.values()}:
            return id
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]


def _carried(text: str) -> list[LedgerCommand]:
    if len(text) > MOST_JSON:
        raise Unfit("act_unknown")
    try:
        found = _COMMANDS.decode(text)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        raise Unfit("act_unknown") from None
    if not 0 < len(found) <= MOST_COMMANDS:
        raise Unfit("act_unknown")
    return found


def _open(form: Form) -> list[LedgerCommand]:
    statement = form.number("statement") if form.text("statement") else 0
    kind: ClaimKind = form.one_of("kind", ClaimKind, "yes_no")
    stance: Stance = form.one_of("stance", Stance, "affirms")
    judged = Judged(form.number("figure")) if form.text("figure") and form.measure() else None
    asked = q.OpenClaim(
        form.text("question"),
        kind,
        form.measure(),
        form.text("population"),
        form.text("subject"),
        form.text("place"),
        form.period(),
        statement,
        stance,
        judged,
    )
    return [asked]


def _amend(form: Form) -> list[LedgerCommand]:
    number = form.number("claim")
    claim = form.book.claims.get(number)
    if claim is None:
        raise Unfit("claim_missing", claim=number)
    kind: ClaimKind = form.one_of("kind", ClaimKind, claim.kind)
    return [
        q.AmendClaim(
            replace(
                claim,
                question=form.text("question"),
                kind=kind,
                measure=form.measure(),
                population=form.text("population"),
                subject=form.text("subject"),
                place=form.text("place"),
                period=form.period(),
            )
        )
    ]


def _link(form: Form) -> list[LedgerCommand]:
    stance: Stance = form.one_of("stance", Stance, "affirms")
    return [q.LinkStatement(form.number("claim"), form.number("statement"), stance)]


def _figure(form: Form) -> list[LedgerCommand]:
    judged = Judged(form.number("figure"), form.measure(), form.text("population"), form.text("place"), form.period())
    return [q.AcceptFigure(form.number("statement"), judged)]


def _speaker(form: Form) -> list[LedgerCommand]:
    """Who says it, through whom: the typed names, as parties where the house knows them or is told to."""
    number, name = form.number("statement"), form.text("speaker")
    was = form.book.amended.get(number)
    act: Act | None = form.one_of("as", Act, None)
    said = form.day("said")
    hops = [hop for hop in ARROW.split(form.text("through")) if hop]
    chain = Chain((*hops, name)) if name else (was.chain if was else None)
    made: list[LedgerCommand] = []
    if name and form.text("new") and not form.house.find(name):
        kind: PartyKind = form.one_of("new", PartyKind, "other")
        made.append(q.NameParty(Party("", kind, {form.language: name})))
    return [*made, q.AmendStatement(number, chain, act, said)]


def _merge(form: Form) -> list[LedgerCommand]:
    return [q.MergeClaims(form.number("claim"), form.number("into"))]


def _stand(form: Form) -> list[LedgerCommand]:
    standing: Standing = form.one_of("standing", Standing, "open")
    claim, reason = form.number("claim"), form.text("reason")
    line, evidence = form.text("line"), form.text("evidence")
    if standing == "refuted":
        return [q.ProposeRefuted(claim, reason, evidence, line)]
    return [q.SetStanding(claim, standing, reason, line, evidence, form.day("on"))]


def _side(form: Form) -> list[LedgerCommand]:
    party = form.text("party")
    return [q.SetSide(form.house.find(party) or party, form.text("side"), form.day("first"), form.day("last"))]


def _measure(form: Form) -> list[LedgerCommand]:
    name = form.text("name")
    part = measure_key(form.book, form.text("part_of"))
    grows = form.text("grows") != "no"
    made = Measure(measure_key(form.book, name), {form.language: name}, form.text("definition"), part, grows)
    return [q.AddMeasure(made)]


def _expunge(form: Form) -> list[LedgerCommand]:
    """Of what it is stands in one field, which lists what has words: "claim:3", "standing:3", "reply:1"."""
    of, _, number = form.text("what").partition(":")
    if of not in get_args(Worded) or not _NUMBER.fullmatch(number):
        raise Unfit("act_unknown")
    return [q.ExpungeWords(cast("Worded", of), int(number), form.text("reason"))]


ACTS: dict[str, Callable[[Form], list[LedgerCommand]]] = {
    "open": _open,
    "amend": _amend,
    "link": _link,
    "figure": _figure,
    "speaker": _speaker,
    "merge": _merge,
    "stand": _stand,
    "side": _side,
    "measure": _measure,
    "expunge": _expunge,
}
"""What has fields to type in, by the name that the form carries."""
