"""Claims for programs: where each question of a story stands, who says what to it, with which figures.

In: an Asked. Out: what readers may see, now or as of a moment (`asof`); a token shows no more, the desk has pages of
its own. Never: a suggestion, a reason, a side's name.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from depesche.journal import views
from depesche.journal.views import ClaimView, LedgerView, StoryView
from depesche.render import claims, standing
from depesche.render.claims import Dossier
from depesche.render.site import frame
from depesche.web.api import telling
from depesche.web.api.asking import number
from depesche.web.api.endpoints import MOST_NUMBER, Asked
from depesche.web.problems import refused
from depesche.words.book import Reply, Turn
from depesche.words.claims import Count, Link, Tally
from depesche.words.commands import Refusal
from depesche.words.counts import as_of

MOST = 200
QUERY = ("first", "limit", "asof")


class Backing(Struct, frozen=True):
    """Who stands behind one answer: how many roots, named parties and sides, how many chains without a known end."""

    roots: int
    parties: int
    sides: int
    unknown: int


class ClaimAnswer(Struct, frozen=True):
    """One question of a story. `label` says the standing in the story's language, `said` who says what, in a line.

    `since` is when it came to stand there, `changed_at` when anything of it changed for readers.
    """

    number: int
    question: str
    kind: str
    standing: str
    label: str
    said: str
    since: dt.datetime
    changed_at: dt.datetime
    url: str
    measure: str
    population: str
    affirming: Backing
    denying: Backing


class ClaimsAnswer(Struct, frozen=True):
    """The claims of a story, those that changed last first; `more`: there are others, ask with `first`."""

    claims: tuple[ClaimAnswer, ...]
    more: bool


class SaidAnswer(Struct, frozen=True):
    """A statement about the claim. `chain` is whom we know it from, the nearest first, its root last, "" where nobody
    knows the root: an outlet that only reports is none. `who` is the root, or "".

    `said` is the day on which they said it, `published_at` when readers were told: when its post first said so.
    """

    statement: int
    post: int
    published_at: dt.datetime
    stance: str
    act: str
    who: str
    chain: tuple[str, ...]
    words: str
    direct: bool
    said: dt.date | None
    withdrawn: bool
    superseded: bool


class FigureAnswer(Struct, frozen=True):
    """A figure as it was said, never a middle or a sum; `lo` and `hi` are null where the words set no such bound.

    It speaks of `as_of`, or of the days from `first` to `as_of`.
    """

    statement: int
    words: str
    lo: float | None
    hi: float | None
    approximator: str
    measure: str
    population: str
    increment: bool
    derived: bool
    who: str
    first: dt.date | None
    as_of: dt.date | None
    newest: Annotated[bool, Meta(description="The last that its source gave: a row of the table.")]


class TurnAnswer(Struct, frozen=True):
    """Where the claim stood from then on; `editor`: set by one, else derived by this version of a rule.

    `label` says it in the story's language, as readers saw it. `accepted`: the rule found it contested because an
    editor had accepted a denial or a contradiction.
    """

    at: dt.datetime
    standing: str
    label: str
    editor: bool
    line: str
    evidence: str
    rule: str
    version: int
    accepted: bool


class ReplyAnswer(Struct, frozen=True):
    """A reply, word for word."""

    who: str
    words: str
    received: dt.date | None


class OneClaimAnswer(Struct, frozen=True):
    """A claim with its statements, figures, history and replies."""

    claim: ClaimAnswer
    statements: tuple[SaidAnswer, ...]
    figures: tuple[FigureAnswer, ...]
    history: tuple[TurnAnswer, ...]
    replies: tuple[ReplyAnswer, ...]


async def list_claims(asked: Asked) -> Response:
    """Where each claim of a story stands, those that changed last first; `asof` as of a moment."""
    after = number(asked.request, "first", default=0, most=MOST_NUMBER) or 0
    limit = number(asked.request, "limit", least=1, most=MOST, default=MOST) or 1

    def read() -> ClaimsAnswer:
        with asked.shown() as (connection, story):
            ledger = views.ledger(connection, story.id)
            newest = sorted(ledger.claims.values(), key=lambda each: (each.edition, each.number), reverse=True)
            some = newest[after : after + limit]
            words = {n for each in some for n in claims.needed(each, whole=False)}
            known = views.some_statements(connection, story.id, words)
            told = [_claim(asked, story, claims.dossier(ledger, each, known, whole=False)) for each in some]
            return ClaimsAnswer(tuple(told), len(newest) > after + limit)

    return telling.answer(await run_in_threadpool(read))


async def show_claim(asked: Asked) -> Response:
    """One claim: who says what to it, its figures, where it stood when; `asof` as of a moment."""
    wanted: int = asked.request.path_params["claim"]

    def read() -> OneClaimAnswer:
        with asked.shown() as (connection, story):
            ledger = views.ledger(connection, story.id)
            view = ledger.claims.get(ledger.merged.get(wanted, wanted))
            if view is None:
                raise refused(Refusal("claim_missing", {"claim": min(wanted, MOST_NUMBER)}))
            return _whole(asked, connection, story, ledger, view)

    return telling.answer(await run_in_threadpool(read))


def _whole(asked: Asked, c: Connection, story: StoryView, ledger: LedgerView, view: ClaimView) -> OneClaimAnswer:
    words = views.some_statements(c, story.id, claims.needed(view, whole=True))
    dossier = claims.dossier(ledger, view, words, whole=True)
    newest = {row.ref for row in view.rows}
    return OneClaimAnswer(
        _claim(asked, story, dossier),
        tuple(_said(link, dossier, story) for link in dossier.links),
        tuple(_figure(each, dossier, story, newest=each.ref in newest) for each in dossier.counts if not each.out),
        tuple(_turn(each, story.language) for each in view.history),
        tuple(map(_reply, dossier.replies)),
    )


def _claim(asked: Asked, story: StoryView, dossier: Dossier) -> ClaimAnswer:
    view = dossier.view
    return ClaimAnswer(
        view.number,
        view.claim.question,
        view.claim.kind,
        view.standing,
        standing.label(story.language, view.label),
        claims.line(dossier, frame(story)).said,
        telling.moment(view.since),
        telling.moment(view.changed_at),
        f"{telling.root(asked.request)}/{story.slug}/c/{view.number}",
        view.claim.measure,
        view.claim.population,
        _backing(view.sourcing.affirming),
        _backing(view.sourcing.denying),
    )


def _backing(tally: Tally) -> Backing:
    return Backing(len(tally.roots), len(tally.parties), len(tally.sides), tally.unknown)


def _said(link: Link, dossier: Dossier, story: StoryView) -> SaidAnswer:
    view = dossier.statements[link.statement]
    voice = claims.voice(link, view, dossier, story.language)
    direct = view.recorded.statement.form == "Direct"
    return SaidAnswer(
        link.statement,
        view.post,
        telling.moment(view.at),
        link.stance,
        link.act,
        voice.named,
        (*voice.chain[:-1], voice.named),
        view.recorded.words,
        direct,
        link.said,
        link.withdrawn,
        link.superseded,
    )


def _figure(count: Count, dossier: Dossier, story: StoryView, *, newest: bool) -> FigureAnswer:
    figure = count.figure
    return FigureAnswer(
        count.ref[0],
        figure.words,
        figure.lo,
        figure.hi,
        figure.approximator,
        count.measure,
        count.population,
        figure.increment,
        count.derived,
        standing.whose(count.chain, dossier.cast, story.language),
        count.period.first,
        as_of(count),
        newest,
    )


def _turn(turn: Turn, language: str) -> TurnAnswer:
    said = (telling.moment(turn.at), turn.standing, standing.label(language, turn.label))
    return TurnAnswer(*said, turn.editor, turn.line, turn.evidence, turn.rule, turn.version, turn.accepted)


def _reply(reply: Reply) -> ReplyAnswer:
    return ReplyAnswer(reply.who, reply.words, reply.received)
