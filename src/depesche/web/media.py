"""Pictures as browsers fetch them.

In: an id and the name of a rendition. Out: its bytes. To readers only while a published post shows the picture; to
somebody who is signed in always. Never: a picture of a draft, or of a retracted post, for whoever guesses or kept its
address.
"""

from __future__ import annotations

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.web.house import House
from depesche.web.session import house_of, session_of

TYPES = {".webp": "image/webp", ".jpg": "image/jpeg"}
PUBLIC = "public, max-age=31536000, s-maxage=10, immutable"
"""A browser keeps for ever what its reader has seen; caches in between ask again after ten seconds, so that a retracted
picture is gone from them (it costs them a 304, not the bytes)."""
PRIVATE = "private, max-age=600"
"""For the desk alone: no cache in between may have it."""


def routes(house: House) -> list[BaseRoute]:
    """The one address of all renditions."""
    return [Route("/media/{media}/{name}", send, methods=["GET"])]


async def send(request: Request) -> Response:
    """One rendition."""
    media, name = request.path_params["media"], request.path_params["name"]
    path = await run_in_threadpool(house_of(request).media.file, media, name)
    if path is None:
        raise _nothing()
    is_public = await run_in_threadpool(house_of(request).media.is_public, media)
    if not is_public and await session_of(request) is None:
        raise _nothing()
    headers = {
        "cache-control": PUBLIC if is_public else PRIVATE,
        "etag": f'"{media[:32]}-{name}"',  # the name says which bytes they are
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "cross-origin-resource-policy": "cross-origin" if is_public else "same-origin",
        "content-disposition": f'inline; filename="{media[:12]}-{name}"',
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, headers=headers, media_type=TYPES[Path(name).suffix])


def _nothing() -> HTTPException:
    """The same for a picture that isn't there and for one that isn't public: not to be kept by any cache."""
    return HTTPException(404, headers={"cache-control": "no-store"})
