"""What changed since an edition, for somebody who comes back: standings and figures first, at most seven lines.

In: a read transaction, a story, the edition that the reader had. Out: lines with links, the most telling first. Never:
a cookie or an account (the number lies in the reader's browser or in the address), or a line for what is seen anyway.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct
from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import claims, figures, standing, words
from depesche.render.i18n import translator
from depesche.render.post import heading
from depesche.render.site import Frame

if TYPE_CHECKING:
    from depesche.journal.views import ClaimView, LedgerView, StoryView

MOST = 7
"""Lines: what fits on a phone without scrolling."""
LOOKED_AT = 500
"""Touched objects that are looked at for new figures."""
KEY_EVENTS = 8


class Line(Struct, frozen=True):
    """One change: what kind, what, where to read on, when."""

    label: str
    text: str
    address: str
    at: int


def lines(c: Connection, frame: Frame, story: StoryView, edition: int) -> list[Line]:
    """The lines; none for somebody who has seen it all."""
    if edition >= story.edition:
        return []
    ledger = views.ledger(c, story.id)
    turned = list(_standings(ledger, frame, edition))
    known = {line.address for line in turned}
    more = (line for line in _more(c, frame, story, ledger, edition) if line.address not in known)
    return [*turned[:MOST], *islice(more, max(0, MOST - len(turned)))]


def _more(c: Connection, frame: Frame, story: StoryView, ledger: LedgerView, edition: int) -> Iterator[Line]:
    yield from _figures(c, ledger, frame, edition)
    yield from _corrections(c, frame, story, edition)
    for post in views.key_posts(c, story.id, limit=KEY_EVENTS):
        if post.edition > edition and not post.history:
            label = translator(frame.language).gettext("Key event")
            yield Line(label, heading(frame, post), frame.post(post.number), post.shown_at)


def _standings(ledger: LedgerView, frame: Frame, edition: int) -> Iterator[Line]:
    """Claims that stand elsewhere than they did, or are new, the latest turn first."""
    gettext = translator(frame.language).gettext
    turned = [each for each in ledger.claims.values() if each.edition > edition]
    for view in sorted(turned, key=lambda each: (each.edition, each.number), reverse=True):
        before = next((turn for turn in reversed(view.history) if turn.edition <= edition), None)
        same = before is not None and before.standing == view.standing
        if same and not view.line:
            continue
        label, text = standing.label(frame.language, view.label), view.claim.question
        if before is not None and not same:
            was = gettext("before: %(standing)s") % {"standing": standing.label(frame.language, before.label)}
            text = f"{text} ({was})"
        yield Line(label, text, frame.claim(view.number), view.since)


def _figures(c: Connection, ledger: LedgerView, frame: Frame, edition: int) -> Iterator[Line]:
    """Claims with new figures: the newest ones of each."""
    kinds = (each.object.partition(":") for each in views.touched(c, frame.story, edition, LOOKED_AT))
    new = {int(rest.partition(".")[0]) for kind, _, rest in kinds if kind == "figure"}
    for view in sorted(ledger.claims.values(), key=lambda each: each.edition, reverse=True):
        numbers = {each.ref[0] for each in view.figures} & new
        if numbers:
            yield _figure(c, ledger, view, numbers, frame)


def _figure(c: Connection, ledger: LedgerView, view: ClaimView, numbers: set[int], frame: Frame) -> Line:
    found = views.some_statements(c, frame.story, numbers)
    dossier = claims.dossier(ledger, view, found, whole=True)
    counts = {each.ref: each for each in dossier.counts if each.ref[0] in numbers}
    rows = [row for row in view.rows if row.ref in counts]
    said = figures.short(rows, counts, dossier.ground(frame), claims.FIGURES)
    label = translator(frame.language).ngettext("New figure", "New figures", len(rows) or 1)
    text = f"{view.claim.question} {said}".strip()
    return Line(label, text, frame.claim(view.number), max((each.at for each in found.values()), default=view.since))


def _corrections(c: Connection, frame: Frame, story: StoryView, edition: int) -> Iterator[Line]:
    told = [
        Line(words.correction(frame.language, each.correction), each.note, frame.post(each.post), each.at)
        for each in views.corrections(c, story.id)
        if each.edition > edition and each.correction == "correction"
    ]
    told += [
        Line(translator(frame.language).gettext("Retracted"), each.note, frame.post(each.number), each.changed_at)
        for each in views.retractions(c, story.id)
        if each.edition > edition
    ]
    yield from sorted(told, key=lambda line: line.at, reverse=True)
