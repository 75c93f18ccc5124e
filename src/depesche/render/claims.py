"""A claim for readers: its line on the card, its own page, its place among all questions of a story.

In: a Dossier, which is what the journal's views know of one claim. Out: frozen values for the templates. Never: a
reason, a side, a suggestion or a note of the desk (a Dossier has none); words of a statement on the card, where nobody
asked for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from depesche.render import counted, figures, sayer, standing, words
from depesche.render.figures import Ground, Table
from depesche.render.i18n import translator
from depesche.render.site import Frame
from depesche.render.standing import Group
from depesche.words.book import Reply, Turn
from depesche.words.claims import Count, Link, Measure, Stance
from depesche.words.parties import Cast
from depesche.words.sourcing import live, shown

if TYPE_CHECKING:
    from depesche.journal.views import ClaimView, FigureView, LedgerView, StatementView

STANCES: tuple[tuple[Stance, ...], ...] = (("affirms", "figure"), ("denies",), ("partly",), ("no_info",))
"""The groups of who says what, in this order."""
NAMES = 4
"""Names behind one answer on the card: a line, not a list."""
FIGURES = 3
"""Figures on the card, the newest."""
VOICES = 100
"""Statements on a claim's own page, the newest."""


class Dossier(Struct, frozen=True):
    """What readers may know of one claim: the journal's view of it, the words of its statements, who is who."""

    view: ClaimView
    statements: Mapping[int, StatementView]
    replies: tuple[Reply, ...]
    cast: Cast
    measures: Mapping[str, Measure]

    @property
    def links(self) -> list[Link]:
        """Whatever readers are told of."""
        return [each for each in shown(self.view.links) if each.statement in self.statements]

    @property
    def counts(self) -> list[Count]:
        """Its figures, in the words in which they were said."""
        known = [each for each in self.view.figures if each.ref[0] in self.statements]
        return [_worded(each, self.statements[each.ref[0]]) for each in known]

    @property
    def at(self) -> int:
        """Of when it is: the last time that something of it changed (microseconds UTC)."""
        return self.view.changed_at

    def ground(self, frame: Frame) -> Ground:
        """What the tables of this claim rest on."""
        own = {each.statement for each in self.view.links if each.own}
        told = {n: _told(each, frame, own=n in own) for n, each in self.statements.items()}
        of = {each.ref: each.of for each in self.view.figures if each.of}
        return Ground(self.measures, self.cast, told, frame.language, of)


class Line(Struct, frozen=True):
    """A claim in a line: where it stands, the question, who says what, of when, and the newest post that it rests on.

    `answers` are what is `said` taken apart, each with those who say it; none where an editor wrote a line. Readers
    know the `post` by its time, `post_at`, where somebody asked for it.
    """

    number: int
    group: Group
    label: str
    question: str
    said: str
    answers: tuple[tuple[str, str], ...]
    at: int
    post: int
    post_at: int = 0


class Voice(Struct, frozen=True):
    """A statement about the claim; `chain` is whom we know it from, the nearest first, with the root at the end.

    `named` is whose word it is, "" where nobody knows: then `who` says so.
    `related` are earlier statements by number, with what this one does to each in words.
    """

    number: int
    post: int
    at: int
    who: str
    named: str
    does: str
    words: str
    quoted: bool
    chain: tuple[str, ...]
    gone: str
    related: tuple[tuple[int, str], ...]


class Chorus(Struct, frozen=True):
    """Everybody who says one thing to the question."""

    title: str
    voices: tuple[Voice, ...]


class Change(Struct, frozen=True):
    """The claim moved from one standing to another, with what readers were told."""

    at: int
    before: str
    after: str
    line: str
    evidence: str
    link: str
    by: str


class File(Struct, frozen=True):
    """All of a claim's page below its question."""

    line: Line
    meaning: str
    tables: tuple[Table, ...]
    sums: tuple[str, ...]
    choirs: tuple[Chorus, ...]
    more: int
    history: tuple[Change, ...]
    replies: tuple[Reply, ...]


def line(dossier: Dossier, frame: Frame) -> Line:
    """The claim in a line."""
    counting = live(dossier.links)
    posts = {dossier.statements[each.statement].post for each in counting}
    return Line(
        dossier.view.number,
        standing.GROUPS.get(dossier.view.standing, "open"),
        standing.label(frame.language, dossier.view.label),
        dossier.view.claim.question,
        *_said(dossier, counting, frame),
        dossier.at,
        max(posts, default=0),
    )


def file(dossier: Dossier, frame: Frame) -> File:
    """The claim's page."""
    newest = sorted(dossier.links, key=lambda link: link.statement, reverse=True)
    return File(
        line(dossier, frame),
        standing.meaning(frame.language, dossier.view.label, dossier.view.sourcing),
        figures.tables(dossier.counts, dossier.ground(frame)),
        tuple(_sums(dossier, frame.language))[:FIGURES],
        tuple(_choirs(newest[:VOICES], dossier, frame.language)),
        max(0, len(shown(dossier.view.links)) - VOICES),
        tuple(reversed(_history(dossier, frame.language))),
        dossier.replies,
    )


def needed(view: ClaimView, *, whole: bool) -> set[int]:
    """The statements whose words a claim's line or its whole page needs: the newest, and those of the figures shown."""
    newest = sorted((each.statement for each in shown(view.links)), reverse=True)
    if whole:
        refs = [each.ref for each in view.figures[-figures.MOST :]]
        return {*newest[:VOICES], *(ref[0] for ref in refs)}
    rows = view.rows[:FIGURES]
    return {*newest[: 3 * NAMES], *(row.ref[0] for row in rows)}


def dossier(ledger: LedgerView, view: ClaimView, statements: Mapping[int, StatementView], *, whole: bool) -> Dossier:
    """What readers may know of a claim, with the words that are needed."""
    numbers = needed(view, whole=whole)
    replies = tuple(each for each in ledger.replies if each.claim == view.number) if whole else ()
    return Dossier(view, {n: statements[n] for n in numbers if n in statements}, replies, ledger.cast, ledger.measures)


def voice(link: Link, view: StatementView, dossier: Dossier, language: str) -> Voice:
    """A statement, made ready to be read outside its post."""
    statement = view.recorded.statement
    quoted = statement.form == "Direct"
    said = sayer.rejoined(view.recorded.words)
    said = sayer.unquoted(said) if quoted else said
    named, way = _who(link, dossier, language), standing.way(link.chain, dossier.cast, language)
    told = translator(language)
    gone = told.gettext("taken back") if link.withdrawn else told.gettext("overtaken") if link.superseded else ""
    return Voice(
        link.statement,
        view.post,
        view.at,
        named or sayer.label(standing.unknown(language, way[-1:])),
        named,
        words.act(language, link.act),
        f"… {said}" if said[:1].islower() else said,
        quoted,
        (*way, named or standing.unknown(language, ())) if way else (),
        gone,
        tuple(_related(link.statement, dossier, language)),
    )


def _said(dossier: Dossier, counting: Sequence[Link], frame: Frame) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What an editor wrote for readers, else the newest figures with their sources, else who says what."""
    latest = dossier.view.history[-1] if dossier.view.history else None
    if latest is not None and latest.editor and latest.line:
        return latest.line, ()
    counts = {each.ref: each for each in dossier.counts}
    rows = [row for row in dossier.view.rows if row.ref in counts]
    if rows:
        ground = dossier.ground(frame)
        given = [*figures.answers(rows[:FIGURES], counts, ground)]
        if len(rows) > FIGURES:
            given.append(("", standing.more(frame.language, "…", len(rows) - FIGURES)))
        return figures.short(rows, counts, ground, FIGURES), tuple(given)
    told = tuple(_answers(dossier, counting, frame.language))
    return ". ".join(" ".join(each) for each in told), told


def _answers(dossier: Dossier, counting: Sequence[Link], language: str) -> Iterator[tuple[str, str]]:
    """("Ja:", "Gerassimow, KCNA"), ("Nein:", "der ukrainische Generalstab")."""
    for stances in STANCES:
        given = [each for each in counting if each.stance in stances]
        if given:
            answer = standing.stance(language, stances[0], yes_no=dossier.view.claim.kind == "yes_no")
            yield f"{answer}:", _named(given, dossier, language)


def _named(links: Sequence[Link], dossier: Dossier, language: str) -> str:
    """Those whose word it is, then the outlets of those that nobody knows."""
    names = [_who(each, dossier, language) for each in links]
    told = [standing.listed(language, filter(None, names), NAMES)]
    if not all(names):
        ways = [standing.way(each.chain, dossier.cast, language) for each in links if not _who(each, dossier, language)]
        told.append(standing.unknown(language, [way[-1] for way in ways if way], NAMES))
    return "; ".join(filter(None, told))


def _choirs(shown: Sequence[Link], dossier: Dossier, language: str) -> list[Chorus]:
    made = []
    for stances in STANCES:
        voices = tuple(
            voice(each, dossier.statements[each.statement], dossier, language)
            for each in shown
            if each.stance in stances
        )
        key: Stance = "figure" if dossier.view.claim.kind == "quantity" and "figure" in stances else stances[0]
        if voices:
            made.append(Chorus(standing.stance(language, key, yes_no=dossier.view.claim.kind == "yes_no"), voices))
    return made


def _related(number: int, dossier: Dossier, language: str) -> Iterator[tuple[int, str]]:
    """What an editor said that this statement does to earlier ones of the page."""
    by_number = {each.statement: each for each in dossier.links}
    for each in dossier.view.relations:
        if each.one == number and each.other in by_number:
            other = by_number[each.other]
            who, way = _who(other, dossier, language), standing.way(other.chain, dossier.cast, language)
            who = who or next(reversed(way), "") or standing.unknown(language, ())
            yield each.other, standing.relation(language, each.kind, who)


def _sums(dossier: Dossier, language: str) -> Iterator[str]:
    """Where an earlier figure and what was added since reach a later one: arithmetic, and no more than that."""
    counts = {each.ref: each for each in dossier.counts}
    for each in dossier.view.sums:
        if counts.keys() >= set(each.refs):
            *parts, total = (counted.said(counts[ref], language) for ref in each.refs)
            told = translator(language).gettext("The figures add up: %(parts)s fit %(total)s.")
            yield told % {"parts": " + ".join(parts), "total": total}


def _history(dossier: Dossier, language: str) -> list[Change]:
    """Every turn, oldest first; one that only gave new words for readers has no standing before.

    The last one is called as the claim is: a journal of an earlier release doesn't tell one side from one source.
    """
    told, before = translator(language), ""
    made: list[Change] = []
    for turn in dossier.view.history:
        now = turn.label if turn is not dossier.view.history[-1] else dossier.view.label
        after = standing.label(language, now)
        by = _maker(turn, language) if made else told.gettext("the question was asked")
        link = turn.evidence if words.is_address(turn.evidence) else ""
        made.append(Change(turn.at, before if before != after else "", after, turn.line, turn.evidence, link, by))
        before = after
    return made


def _maker(turn: Turn, language: str) -> str:
    """Who put the claim there."""
    told = translator(language).gettext
    if turn.editor:
        return told("set by the editors")
    if turn.accepted:
        return told("computed from who says what; the editors accepted the contradiction")
    return told("computed from who says what")


def _who(link: Link, dossier: Dossier, language: str) -> str:
    """Whose word it is; somebody whom a text doesn't name is what the text calls them; "" when nobody knows."""
    view = dossier.statements.get(link.statement)
    return standing.whose(link.chain, dossier.cast, language, _called(view) if view is not None else "")


def _called(view: StatementView) -> str:
    return sayer.unnamed(view.recorded.statement.name, view.recorded.speaker)


def _told(view: StatementView, frame: Frame, *, own: bool) -> figures.Told:
    direct = view.recorded.statement.form == "Direct"
    return figures.Told(view.post, _called(view), direct, own, frame.clock.local(view.at).date())


def _worded(figure: FigureView, view: StatementView) -> Count:
    """The figure in the words of its statement; one that an editor gave keeps the editor's."""
    count, (_, place) = figure.count, figure.ref
    read = view.recorded.statement.figures
    said = figure.words or (read[place].words if place < len(read) else "")
    return replace(count, figure=replace(count.figure, words=said))
