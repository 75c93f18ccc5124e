"""The addresses below /static: files whose name says which bytes they are, so that nobody asks for them twice.

In: a hashed name. Out: the bytes that have this hash, for ever the same. Never: a file that isn't in the folder static,
or new bytes under an old name.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.render import assets
from depesche.web.codings import coding_of
from depesche.web.house import House

FOREVER = "public, max-age=31536000, immutable"
"""A year, which caches take for ever (RFC 9111 asks for no more)."""


def routes(house: House) -> Sequence[BaseRoute]:
    """The one route of all files."""
    return [Route("/static/{name:path}", _file)]


async def _file(request: Request) -> Response:
    asset = assets.by_hashed_name().get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    headers = {"cache-control": FOREVER, "vary": "accept-encoding"}
    if asset.gzipped is not None and coding_of(request.headers.get("accept-encoding", "")):
        headers["content-encoding"] = "gzip"
        return Response(asset.gzipped, 200, headers, asset.media_type)
    return Response(asset.body, 200, headers, asset.media_type)
