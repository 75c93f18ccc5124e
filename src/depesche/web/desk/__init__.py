"""The desk in the browser: server-rendered pages that work without scripts, and small answers for the scripts.

In: forms of people who are signed in. Out: commands for desk.Desk, and pages. Each form carries the id of its command,
so that sending it twice does nothing twice; each refusal comes back beside the field, with everything as it was typed.
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from depesche.web.desk import (
    card,
    copy,
    dismissals,
    handover,
    ledger,
    people,
    pictures,
    posts,
    reading,
    search,
    sheets,
    stories,
    story,
)
from depesche.web.house import House


def routes(house: House) -> list[BaseRoute]:
    """All addresses below /desk but those of signing in."""
    parts = (stories, people, pictures, story, sheets, posts, dismissals, copy, card, ledger, handover, search, reading)
    return [route for part in parts for route in part.routes(house)]
