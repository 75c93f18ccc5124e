"""Pictures uploaded by the desk's script, one at a time.

In: a file. Out: the row that stands on the sheet, or why it isn't taken. Without scripts pictures come with the sheet.
"""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk.develop import Unusable
from depesche.render import pictures
from depesche.settings import Settings
from depesche.web.house import House
from depesche.web.refusals import Reasoned, told
from depesche.web.session import json, queued
from depesche.web.visit import Visit, signed_in


def routes(house: House) -> list[BaseRoute]:
    """The one address."""
    return [Route("/desk/pictures", signed_in(receive, most=_most), methods=["POST"])]


def _most(settings: Settings) -> int:
    """The picture, and the frame of the form around it."""
    return settings.max_image + 10_000


async def receive(visit: Visit) -> Response:
    """Keep one picture."""
    file = visit.form.get("file")
    data = await file.read() if isinstance(file, UploadFile) else b""
    kept = await queued(visit.request, "pictures", visit.house.media.keep, data, actor=visit.actor)
    if isinstance(kept, Unusable):
        return _refused(visit, kept)
    src = visit.base + pictures.rendition(kept, pictures.widths(kept.width)[0])
    return json({"id": kept.id, "width": kept.width, "height": kept.height, "src": src})


def _refused(visit: Visit, refusal: Reasoned) -> Response:
    reason = told(visit.language, refusal)
    return json({"refused": {"code": refusal.code, "reason": reason, "field": "picture"}}, 422)
