"""The standing line as text for a post: label, question, who says what, as of when; in German and in English.

In: what readers may know of a claim. Out: Markdown for the sheet. The words are those of the readers' card, so that a
post and the card never say different things. Never: a word of the desk's own reasons.
"""

from __future__ import annotations

from msgspec.structs import replace

from depesche.render import claims, figures
from depesche.render.claims import Dossier
from depesche.render.i18n import LANGUAGES, spoken, translator
from depesche.render.site import Frame
from depesche.web.desk.adopt import escape


def both(dossier: Dossier, frame: Frame) -> dict[str, str]:
    """The line in both languages, the story's first."""
    first = spoken(frame.language)
    every = sorted(LANGUAGES, key=lambda one: one != first)
    return {each: text(dossier, replace(frame, language=each)) for each in every}


def text(dossier: Dossier, frame: Frame) -> str:
    """ "**Umstritten:** Wie viele Getötete? Angaben zwischen 600 und rund 2.700 Getöteten (Stand: 28. Apr., 14:32)"."""
    found = claims.line(dossier, frame)
    said = _figures(dossier, frame) or found.said
    made = " ".join(part for part in (f"**{escape(found.label)}:** {escape(found.question)}", escape(said)) if part)
    made = made.rstrip(" .")
    made += "" if made[-1:] in "?!" else "."
    when = frame.clock.moment(dossier.at) if dossier.at else ""
    return f"{made} ({translator(frame.language).gettext('as of %(when)s') % {'when': when}})" if when else made


def _figures(dossier: Dossier, frame: Frame) -> str:
    """The sentence made from the figures, unless an editor wrote a line for readers."""
    if dossier.view.line:
        return ""
    measured = [each for each in dossier.counts if each.measure == dossier.view.claim.measure and not each.out]
    return figures.sentence(measured, dossier.ground(frame)) if measured else ""
