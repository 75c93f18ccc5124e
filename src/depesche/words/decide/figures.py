"""What is decided of figures: which count, as what, of whom, where and when; and of the measures that they count.

In: the book, an editor's key or form. Out: changes or a refusal. Never: a number that nobody can count, or a measure
that is a part of itself.
"""

from __future__ import annotations

from depesche.words import ledgerchanges as c
from depesche.words import ledgercommands as q
from depesche.words.book import Book
from depesche.words.claims import Claim, Measure
from depesche.words.commands import Answer, Refusal
from depesche.words.copy import Figure
from depesche.words.decide.limits import MOST_FIGURE, too_long, unfit_id
from depesche.words.reckoning import figures_of, judged_as, measures


def decide(book: Book, command: q.AcceptFigure | q.RejectFigure | q.ResetFigure) -> Answer:
    """What an editor says of a figure of a statement that readers see."""
    number, place = command.statement, command.place
    judged = judged_as(book, (number, place))
    match command:
        case q.AcceptFigure():
            return accept(book, number, command.figure, None)
        case q.RejectFigure():
            rejected = c.FigureRejected(number, place, command.why)
            if place not in figures_of(book, number):
                return Refusal("figure_missing", {"statement": number, "figure": place})
            return [] if judged == rejected else [rejected]
        case q.ResetFigure():
            return [] if judged is None else [c.FigureReset(number, place)]


def accept(book: Book, number: int, judged: q.Judged | None, claim: Claim | None) -> Answer:
    """Accept a figure, if there is one; what the key leaves open is taken from the claim, then from what was read."""
    if judged is None:
        return []
    found, said = figures_of(book, number), book.statements[number]
    read = judged.given or found.get(judged.figure)
    if read is None or not 0 <= judged.figure <= max((*found, -1)) + 1:
        return Refusal("figure_missing", {"statement": number, "figure": judged.figure})
    if not _possible(read):
        return Refusal("figure_impossible")
    measure = judged.measure or (claim.measure if claim else "") or read.measure
    if not measure:
        return Refusal("measure_missing")
    people = judged.population
    if people is None:
        people = (claim.population if claim else "") or read.population
    when = said.about if judged.period is None else judged.period
    change = c.FigureAccepted(number, judged.figure, measure, people, judged.place, when, judged.derived, judged.given)
    words = () if judged.given is None else (read.words, read.unit, read.population)
    refusal = unfit_id(measure) or too_long(people, judged.place, *words)
    return refusal or ([] if judged_as(book, (number, judged.figure)) == change else [change])


def measure(book: Book, command: q.AddMeasure | q.DropMeasure) -> Answer:
    """Define what the story counts, or take that back."""
    if isinstance(command, q.DropMeasure):
        known = command.measure in book.measures
        missing = Refusal("measure_unknown", {"measure": command.measure[:60]})
        return [c.MeasureDropped(command.measure)] if known else missing
    new = command.measure
    refusal = unfit_id(new.id, new.part_of or new.id) or (Refusal("measure_circle") if _circles(book, new) else None)
    refusal = refusal or too_long(*new.names, *new.names.values()) or too_long(evidence=new.definition)
    return refusal or ([] if book.measures.get(new.id) == new else [c.MeasureAdded(new)])


def _circles(book: Book, new: Measure) -> bool:
    known, upper, seen = {**measures(book), new.id: new}, new.part_of, set[str]()
    while upper in known and upper not in seen:
        seen.add(upper)
        upper = known[upper].part_of
    return new.id in seen


def _possible(figure: Figure) -> bool:
    ends = [each for each in (figure.lo, figure.hi) if each is not None]
    return all(abs(each) <= MOST_FIGURE for each in ends) and ends == sorted(ends)
