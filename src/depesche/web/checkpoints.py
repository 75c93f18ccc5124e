"""Checkpoints for everybody: below /.well-known/depesche-checkpoints stand signed notes and the keys that signed them.

In: requests of anybody. Out: an index in JSON, the public keys and the notes of a story as text, cacheable like every
page. Never: the secret key, or anything of the desk.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.journal import checkpoint, views
from depesche.journal.keys import Keys
from depesche.web.api.telling import root
from depesche.web.caching import PAGE, Answer, cached
from depesche.web.house import House

BASE = "/.well-known/depesche-checkpoints"
TEXT = "text/plain; charset=utf-8"


def routes(house: House) -> Sequence[BaseRoute]:
    """The index, the keys, the notes of one story."""
    shown = _Checkpoints(house)
    return [
        Route(BASE, cached(PAGE)(shown.index), methods=["GET"]),
        Route(f"{BASE}/keys", cached(PAGE)(shown.keys), methods=["GET"]),
        Route(f"{BASE}/{{story}}", cached(PAGE)(shown.story), methods=["GET"]),
    ]


class _Checkpoints:
    def __init__(self, house: House) -> None:
        self._house = house
        self._keys = Keys(house.settings.folder)

    def index(self, request: Request) -> Answer | Response:
        """Every story's newest checkpoint, and where to ask for more."""
        here = root(request)
        with self._house.journal.reading() as connection:
            newest = checkpoint.latest(connection)
            stories = [view for view in views.stories(connection) if view.id in newest]
        told = {
            "format": "https://c2sp.org/signed-note",
            "keys": [str(key) for key in self._keys.public()],
            "stories": [
                {
                    "story": view.id,
                    "slug": view.slug,
                    "edition": newest[view.id].edition,
                    "at": newest[view.id].at,
                    "checkpoint": str(newest[view.id]),
                    "url": f"{here}{BASE}/{view.id}",
                }
                for view in stories
            ],
        }
        return Answer(msgspec.json.encode(told), "application/json")

    def keys(self, request: Request) -> Answer | Response:
        """Every public key, one a line, the newest first; those that sign no more stay."""
        return Answer("".join(f"{key}\n" for key in self._keys.public()).encode(), TEXT)

    def story(self, request: Request) -> Answer | Response:
        """The checkpoints of a story, by its id or its address, the newest first, an empty line between them."""
        asked: str = request.path_params["story"]
        with self._house.journal.reading() as connection:
            known = views.slug(connection, asked)
            story = views.story(connection, known[0] if known else asked)
            if story is None:
                raise HTTPException(404)
            notes = checkpoint.of_story(connection, story.id)
        return Answer("\n".join(map(str, notes)).encode(), TEXT)
