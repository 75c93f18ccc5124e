"""Which answer an exception gets: a problem document under /api, a page for browsers, else a line.

In: exceptions that endpoints and Starlette raise. Out: the answer, in the form that the asker reads. Never: more about
an unexpected error than that it happened and under which id the log tells of it.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from depesche.journal.errors import JournalError
from depesche.web import pages
from depesche.web.headers import DEFAULTS
from depesche.web.problems import Problem, document
from depesche.web.session import SAFE, session_of, sign_in_first

log = logging.getLogger(__name__)

Refuse = Callable[[Request, int, str], Response]

_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.EMFILE})
"""What the system says of a disk that can't take more, or of too many open files."""

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address doesn't take {method}.",
    500: "Something went wrong here, and it was logged. Nothing that was acknowledged is lost.",
}
"""What Starlette leaves to be said."""


def is_api(request: Request) -> bool:
    """True when this request goes to the API, whatever becomes of it."""
    path: str = request.scope["path"]
    below = path.removeprefix(request.app.state.house.settings.base_path)
    return below == "/api" or below.startswith("/api/")


def refuse(request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as the asker reads it."""
    more = {**DEFAULTS, **(headers or {})}  # a crash is answered outside of all middleware
    if is_api(request):
        return document(Problem(status, "", detail, headers=more))
    if "text/html" in request.headers.get("accept", ""):
        return pages.error(request, status, detail, more)
    return PlainTextResponse(f"{status} {HTTPStatus(status).phrase}\n\n{detail}\n", status, more)


def handlers() -> dict[Any, Callable[[Request, Any], Response | Awaitable[Response]]]:
    """The exception handlers of the application."""
    return {
        HTTPException: _http,
        Problem: _problem,
        JournalError: _journal,
        OSError: _disk,
        ClientDisconnect: _gone,
        Exception: _crash,
    }


async def _http(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404 and await _is_lost_visitor(request):
        return sign_in_first(request)
    silent = error.detail == HTTPStatus(error.status_code).phrase
    detail = SENTENCES.get(error.status_code, error.detail) if silent else error.detail
    return refuse(request, error.status_code, detail.format(method=request.method), error.headers)


async def _is_lost_visitor(request: Request) -> bool:
    """True for somebody who isn't signed in and looks for a page of the desk: what is there is not for them to know."""
    below = request.scope["path"].removeprefix(request.app.state.house.settings.base_path)
    asks = request.method in SAFE and "text/html" in request.headers.get("accept", "")
    return asks and below.startswith("/desk/") and await session_of(request) is None


def _problem(request: Request, problem: Problem) -> Response:
    if is_api(request):
        return document(problem)
    return refuse(request, problem.status, problem.detail, problem.headers)


def _journal(request: Request, error: JournalError) -> Response:
    # the writer may have been about to answer: the same command id finds out
    detail = f"{error} Send the same request again: it is never carried out twice."
    return refuse(request, 503, detail, {"retry-after": "5"})


def _disk(request: Request, error: OSError) -> Response:
    """A full or failing disk: uploads wait there until they have come. Raises what isn't the disk's: a crash."""
    if error.errno not in _DISK:
        raise error
    log.error("the disk can't be used: %s", error.strerror)
    detail = "The disk is full or can't be written. Nothing of this was stored; make room, then send it again."
    return refuse(request, 503, detail, {"retry-after": "5"})


def _gone(request: Request, error: ClientDisconnect) -> Response:
    return Response(status_code=400)  # nobody reads it


def _crash(request: Request, error: Exception) -> Response:
    # the server ends the connection after a crash: a client that isn't told sends its next request into nothing
    return refuse(request, 500, SENTENCES[500], {"connection": "close"})
