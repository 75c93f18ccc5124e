"""Recorded statements as the desk shows them: who says what, its figures as chips, its claims, the strip.

In: the book of a story and the words of its statements. Out: values for the template; each thing that one key does
comes as the commands that it sends, so that what is done is what was seen. Never: an assertion that nobody pressed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from depesche.journal.views import StatementView
from depesche.render import counted, sayer, standing, words
from depesche.render.i18n import translator
from depesche.render.post import shortened
from depesche.web.desk.flags import Flag
from depesche.web.desk.strip import Finder, Fit
from depesche.words import ledgercommands as q
from depesche.words.book import Book, effective
from depesche.words.claims import ClaimKind, Measure, Period, Stance
from depesche.words.copy import Figure
from depesche.words.fits import RELATION, Kind
from depesche.words.ledgerchanges import FigureAccepted, FigureRejected
from depesche.words.ledgercommands import Judged, LedgerCommand
from depesche.words.reckoning import House, act_of, chain_of, day_of, figures_of, judged_as, measures, taken_back

WORDS = 300
"""Characters of a statement at the desk."""
QUESTION = 200
"""Characters of a question that is made from a statement."""
OPPOSITE: Mapping[Stance, Stance] = {"affirms": "denies", "figure": "denies", "partly": "denies", "denies": "affirms"}
"""What a denial says to the claim that the denied statement answers so."""
FITS: Mapping[Kind, str] = {
    "same": "says the same",
    "denies": "contradicts",
    "updates": "has a newer figure than",
    "corrects": "has a newer, lower figure than",
    "contradicts": "has another figure than",
}
"""What a statement would be to an earlier one (msgids)."""
RELATIONS = {
    "repeats": "repeats",
    "supports": "supports",
    "denies": "denies",
    "contradicts": "contradicts",
    "updates": "updates",
    "qualifies": "qualifies",
    "reverses": "says the opposite of",
    "corrects": "corrects",
    "withdraws": "withdraws",
    "translates": "translates",
}
"""What a statement is to another (msgids in the context "relation")."""


class Chip(Struct, frozen=True):
    """A figure. `yes` accepts it as `told` says, "" while nobody has said what it counts; `back` undoes."""

    place: int
    words: str
    told: str
    state: str
    measure: str
    population: str
    where: str
    first: str
    last: str
    yes: str
    no: str
    back: str


class Tie(Struct, frozen=True):
    """A claim that the statement answers."""

    claim: int
    question: str
    stance: str
    off: str


class Earlier(Struct, frozen=True):
    """An earlier statement, and what this one would be, or is, to it."""

    number: int
    post: int
    kind: str
    told: str
    who: str
    words: str
    yes: str
    no: str
    back: str


class Saying(Struct, frozen=True):
    """A statement. `question`, `kind` and `stance` are what a claim opened from it begins with; `flags` are the open
    alarms of its copy.

    `right` says that an unsure reading is right: readers then see it under "Who says what".
    """

    number: int
    post: int
    who: str
    does: str
    act: str
    words: str
    quoted: bool
    through: tuple[str, ...]
    said: dt.date | None
    unsure: bool
    repaired: bool
    withdrawn: bool
    chips: tuple[Chip, ...]
    ties: tuple[Tie, ...]
    strip: tuple[Earlier, ...]
    relations: tuple[Earlier, ...]
    question: str
    kind: ClaimKind
    stance: Stance
    right: str
    flags: tuple[Flag, ...] = ()


class Ground(Struct, frozen=True):
    """What the statements of a page rest on. `strip` False: no suggestions are looked for. `flags` are by statement."""

    book: Book
    house: House
    finder: Finder
    language: str
    story_language: str
    strip: bool = True
    flags: Mapping[int, tuple[Flag, ...]] = {}


def encoded(commands: Iterable[LedgerCommand]) -> str:
    """Commands as a form carries them."""
    return msgspec.json.encode(list(commands)).decode()


def saying(ground: Ground, view: StatementView) -> Saying:
    """A statement as the desk shows it."""
    book, house, number = ground.book, ground.house, view.number
    statement, recorded = view.recorded.statement, view.recorded
    chips = tuple(_chips(ground, number))
    quoted = statement.form == "Direct"
    said = sayer.rejoined(recorded.words)
    chain = chain_of(book, number, house)
    day = day_of(book, number)
    strip = ground.finder.of_statement(number) if ground.strip else ()
    kind: ClaimKind = "quantity" if chips and chips[0].measure else "yes_no"
    return Saying(
        number,
        view.post,
        who(ground, view),
        words.act(ground.language, act_of(book, number)),
        act_of(book, number),
        shortened(sayer.unquoted(said) if quoted else said, WORDS),
        quoted,
        tuple(standing.through(chain, house.cast(), ground.language)),
        day,
        not statement.sure and number not in book.amended,
        number in book.amended,
        taken_back(book, number),
        chips,
        tuple(_ties(ground, number)),
        tuple(_earlier(ground, number, each) for each in strip),
        tuple(_related(ground, number)),
        question(ground, said if not quoted else sayer.unquoted(said), chips),
        kind,
        stance_of(act_of(book, number), has_figure=bool(chips)),
        _right(ground, number) if not statement.sure and number not in book.amended else "",
        ground.flags.get(number, ()),
    )


def who(ground: Ground, view: StatementView) -> str:
    """Who says it, as `speaker` has it."""
    return speaker(ground.book, ground.house, view, ground.language)


def speaker(book: Book, house: House, view: StatementView, language: str) -> str:
    """Whom the chain ends with, else what the text calls them; "" when nobody knows."""
    names = standing.speakers(chain_of(book, view.number, house), house.cast(), language)
    return ", ".join(names) or sayer.unnamed(view.recorded.statement.name, view.recorded.speaker)


def _right(ground: Ground, number: int) -> str:
    """The command by which an editor says that an unsure reading is right; "" where nobody is found who says it."""
    chain = chain_of(ground.book, number, ground.house)
    return encoded([q.AmendStatement(number, chain)]) if chain.hops and chain.hops[-1] else ""


def stance_of(act: str, *, has_figure: bool) -> Stance:
    """What a statement most likely does to the claim that it answers."""
    if act == "deny":
        return "denies"
    if act in ("no_comment", "gives_no_figure"):
        return "no_info"
    return "figure" if has_figure else "affirms"


def question(ground: Ground, said: str, chips: Sequence[Chip]) -> str:
    """A question that the statement answers, in the story's language: a beginning, for an editor to mend."""
    told = translator(ground.story_language)
    if chips and chips[0].measure:
        return counted.question(chips[0].measure, chips[0].population, measures(ground.book), ground.story_language)
    plain = shortened(said, QUESTION).strip().rstrip(".!?…,; ")
    if plain.startswith(("dass ", "that ")):  # a clause is no question yet
        return told.gettext("Is it true %(clause)s?") % {"clause": plain}
    return f"{plain[:1].upper()}{plain[1:]}?" if plain else ""


def measure_names(book: Book, language: str) -> list[tuple[str, str]]:
    """What the story can count: keys with their names."""
    known: Mapping[str, Measure] = measures(book)
    keys = dict.fromkeys((*known, *counted.MEASURES))
    return sorted(((key, counted.measure(key, known, language)) for key in keys), key=lambda pair: pair[1].casefold())


def judged_words(ground: Ground, measure: str, population: str, where: str, when: Period) -> str:
    """What a figure counts, in a line: "Getötete · Soldaten · bis 30. Apr. 2025"."""
    language = ground.language
    parts = [counted.measure(measure, measures(ground.book), language) if measure else ""]
    parts += [counted.population(population, language) if population else "", where]
    parts.append(counted.days(when.first, when.last, language))
    return " · ".join(part for part in parts if part)


def _chips(ground: Ground, number: int) -> Iterable[Chip]:
    for place, figure in sorted(figures_of(ground.book, number).items()):
        judged = judged_as(ground.book, (number, place))
        if isinstance(judged, FigureAccepted):
            measure, people, where, when = judged.measure, judged.population, judged.place, judged.period
        else:
            measure, people, where, when = _prefilled(ground, number, figure)
        state = "out" if isinstance(judged, FigureRejected) else "accepted" if judged else ""
        accept = q.AcceptFigure(number, Judged(place, measure, people, where, when))
        yield Chip(
            place,
            figure.words,
            judged_words(ground, measure, people, where, when),
            state,
            measure,
            people,
            where,
            _iso(when.first),
            _iso(when.last),
            # what is in doubt takes more than one key
            encoded([accept]) if measure and number not in ground.flags else "",
            encoded([q.RejectFigure(number, place)]),
            encoded([q.ResetFigure(number, place)]),
        )


def _prefilled(ground: Ground, number: int, figure: Figure) -> tuple[str, str, str, Period]:
    """Measure, population, place and period: as read, else as the claim has them, else as this story had them last."""
    book, read = ground.book, ground.book.statements[number].about
    claim = next((book.claims[effective(book, n)] for n in sorted(book.claims_of.get(number, ()))), None)
    last = None if figure.unit or claim else last_use(book, figure)
    measure = figure.measure or (claim.measure if claim else "") or (last.measure if last else "")
    same = last is not None and last.measure == measure
    people = figure.population or (claim.population if claim else "")
    where = claim.place if claim and claim.measure == measure else ""
    when = read
    if last is not None and same:
        people, where = people or last.population, where or last.place
        when = last.period if read == Period() else read
    elif claim is not None and read == Period() and claim.measure == measure:
        when = claim.period
    return measure, people, where, when


def last_use(book: Book, figure: Figure) -> FigureAccepted | None:
    """The story's latest accepted figure of the same measure, or of any where the text tells none."""
    for number in sorted(book.figures, reverse=True):
        for judged in reversed(book.figures[number].values()):
            if isinstance(judged, FigureAccepted) and figure.measure in ("", judged.measure):
                return judged
    return None


def _ties(ground: Ground, number: int) -> Iterable[Tie]:
    book = ground.book
    for claim in sorted(book.claims_of.get(number, ())):
        asked = effective(book, claim)
        if asked in book.dropped or claim in book.dropped:
            continue
        link = book.links[claim][number]
        stance = standing.stance(ground.language, link.stance, yes_no=book.claims[asked].kind == "yes_no")
        yield Tie(asked, book.claims[asked].question, stance, encoded([q.UnlinkStatement(claim, number)]))


def _earlier(ground: Ground, number: int, each: Fit) -> Earlier:
    relation = RELATION[each.kind]
    yes: list[LedgerCommand] = [q.AcceptRelation(number, each.statement, relation), *_links(ground, number, each)]
    no = [q.RejectRelation(number, each.statement, relation)]
    return earlier(ground, each, encoded(yes), encoded(no))


def earlier(ground: Ground, each: Fit, yes: str = "", no: str = "") -> Earlier:
    """An earlier statement that a text being written, or a copy, may fit or contradict."""
    said, speaker = ground.finder.words(each.statement)
    told = translator(ground.language).gettext(FITS[each.kind])
    post = ground.book.statements[each.statement].post
    return Earlier(each.statement, post, each.kind, told, sayer.label(speaker), shortened(said, 160), yes, no, "")


def _links(ground: Ground, number: int, each: Fit) -> list[LedgerCommand]:
    """The new statement answers the claims that the earlier one answers: the same, or the opposite."""
    book, made = ground.book, list[LedgerCommand]()
    for claim in sorted(book.claims_of.get(each.statement, ())):
        asked = effective(book, claim)
        if asked in book.dropped or claim in book.dropped or number in book.links.get(asked, {}):
            continue
        before: Stance = book.links[claim][each.statement].stance
        stance = OPPOSITE.get(before, before) if each.kind == "denies" else before
        made.append(q.LinkStatement(asked, number, stance))
    return made


def _related(ground: Ground, number: int) -> Iterable[Earlier]:
    """Accepted relations to earlier ones, and what the strip was told no about is not shown."""
    told = translator(ground.language)
    for each in ground.book.relations.values():
        if each.one != number or each.judgement != "accepted" or each.other not in ground.book.statements:
            continue
        said, speaker = ground.finder.words(each.other)
        post = ground.book.statements[each.other].post
        name = told.pgettext("relation", RELATIONS[each.kind])
        back = encoded([q.ResetRelation(each.one, each.other, each.kind)])
        yield Earlier(each.other, post, each.kind, name, sayer.label(speaker), shortened(said, 160), "", "", back)


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
