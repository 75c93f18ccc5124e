"""Marks in posts: a word of a statement that leads to the claim that it answers, and is nothing to stumble over.

In: the ledger, the statements of a post. Out: Marks, stretches of the post's plain text with the number of a claim; the
figure where the claim asks for one, else the word by which it is said. Never: a mark for a suggestion, one in a
text other than the one that was read, or two marks on one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from depesche.journal import views
from depesche.render.markdown import Mark
from depesche.words.copy import Span
from depesche.words.sourcing import shown

if TYPE_CHECKING:
    from depesche.journal.views import LedgerView, PostView, StatementView

LONGEST = 40
"""Code points of a mark: a word or two."""
MOST = 20
"""Marks in one post."""


def marks(c: Connection, ledger: LedgerView, posts: Sequence[PostView]) -> dict[int, tuple[Mark, ...]]:
    """The marks of these posts, by number; a post without any is left out."""
    revisions = {post.number: post.revision for post in posts if post.text is not None}
    if not ledger.claims_of or not revisions:
        return {}
    story = posts[0].story
    numbers = [n for n in views.statement_numbers(c, story, list(revisions)) if n in ledger.claims_of]
    found: dict[int, list[Mark]] = {}
    for view in views.some_statements(c, story, numbers).values():
        mark = _mark(view, ledger) if view.revision == revisions.get(view.post) else None
        if mark is not None:
            found.setdefault(view.post, []).append(mark)
    return {post: _apart(each) for post, each in found.items()}


def _mark(view: StatementView, ledger: LedgerView) -> Mark | None:
    """The mark of a statement: it leads to the first claim where readers find it."""
    for number in ledger.claims_of.get(view.number, ()):
        claim = ledger.claims[number]
        if any(link.statement == view.number for link in shown(claim.links)):
            span = _span(view, claim.claim.measure)
            return Mark(span[0], min(span[1], span[0] + LONGEST), number) if span else None
    return None


def _span(view: StatementView, measure: str) -> Span | None:
    said = view.recorded.statement
    figures = sorted((each for each in said.figures if each.words), key=lambda each: each.measure != measure)
    asked = [each.span for each in figures] if measure else []
    return next(iter((*asked, *said.cue, *said.speaker, *said.spans)), None)


def _apart(found: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks in the order of the text, none over another."""
    kept: list[Mark] = []
    for each in sorted(found, key=lambda mark: (mark.start, mark.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept[:MOST])
