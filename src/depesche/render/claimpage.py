"""Whole pages of the ledger: one claim, and the list of all claims of a story.

In: a read transaction, the site, the story, which claim. Out: the bytes that are sent. They depend on nothing but the
site, the public state of the story at its edition, and the house's names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from depesche.journal import views
from depesche.render import card, claims, counted, jsonld
from depesche.render.i18n import translator
from depesche.render.page import document, following, share
from depesche.render.site import Site, frame

if TYPE_CHECKING:
    from depesche.journal.views import ClaimView, LedgerView, StoryView


def claim(connection: Connection, site: Site, story: StoryView, ledger: LedgerView, view: ClaimView) -> bytes:
    """A claim's own page: where it stands and stood, the figures, who says what."""
    frm = frame(story, site.base, site.asof)
    words = views.some_statements(connection, story.id, claims.needed(view, whole=True))
    dossier = claims.dossier(ledger, view, words, whole=True)
    file = claims.file(dossier, frm)
    parts = card.parts(connection, frm, ledger, view)
    shown = [0, view.number, *(each.number for each in parts)]
    address = f"{site.root}/{story.slug}/c/{view.number}"
    blurb = f"{file.line.label}. {file.line.said}".strip()
    return document(
        "claim.html",
        site,
        story.language,
        title=view.claim.question,
        story=story,
        frame=frm,
        clock=frm.clock,
        claim=view.claim,
        file=file,
        parts=parts,
        day=lambda date: counted.day(date, frm.language),
        **following(story, site, f"/c/{view.number}", " ".join(f"claim:{number}" for number in shown)),
        jsonld=jsonld.claim(site, frm, story, file, address),
        **share(site, frm, story, address, blurb, None),
    )


def pages(ledger: LedgerView) -> int:
    """How many pages the list of all claims has: one at least, which then says that there are none."""
    return max(1, -(-len(ledger.claims) // card.PAGE))


def every(connection: Connection, site: Site, story: StoryView, number: int) -> bytes:
    """A page of the list of all claims."""
    frm = frame(story, site.base, site.asof)
    groups, more = card.page(connection, frm, number)
    at = "/c" + (f"?page={number}" if number > 1 else "")
    newer = None if number == 1 else "" if number == 2 else f"?page={number - 1}"
    return document(
        "claims.html",
        site,
        story.language,
        title=f"{translator(story.language).gettext('Where things stand')}: {story.title}",
        story=story,
        frame=frm,
        clock=frm.clock,
        groups=groups,
        newer=newer,
        older=f"?page={number + 1}" if more else None,
        **following(story, site, at, "claim"),
        **share(site, frm, story, f"{site.root}/{story.slug}{at}", story.lead or story.title, None),
    )
