"""Who is asking, and how the desk answers: cookies, the CSRF token, the language, forms, pages and JSON.

In: requests. Out: whose session it is, the fields of a form, answers that no cache keeps. Never: a change that another
site's page asked for, a redirect that leads away from the desk.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import anyio
import anyio.to_thread
import msgspec
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from depesche.desk.people import SignedIn
from depesche.render.i18n import LANGUAGES
from depesche.render.templates import render
from depesche.web.edge import ALLOWANCE
from depesche.web.house import House

LANGUAGE_COOKIE = "depesche_language"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_FIELDS, MOST_FILES = 400, 12
"""Of one form: ten pictures with five fields each, and as much again."""
AT_ONCE = 2
"""Passwords checked, or pictures developed, at the same time: both take a core each and much memory."""

_NEXT = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
T = TypeVar("T")


def house_of(request: Request) -> House:
    """The house that this application was made with."""
    house: House = request.app.state.house
    return house


async def queued(request: Request, queue: str, work: Callable[..., T], *args: Any, **named: Any) -> T:
    """Do heavy work in a thread, AT_ONCE of a queue at a time: who waits holds no thread that readers need."""
    limiters = request.app.state.limiters = getattr(request.app.state, "limiters", {})
    limiter = limiters.setdefault(queue, anyio.CapacityLimiter(AT_ONCE))
    return await anyio.to_thread.run_sync(partial(work, *args, **named), limiter=limiter)


async def session_of(request: Request) -> SignedIn | None:
    """Who is signed in, None when nobody is."""
    token = request.cookies.get(cookie_name(request), "")
    return await run_in_threadpool(house_of(request).people.session, token) if token else None


async def read_form(request: Request) -> FormData:
    """The form in the body; its size is bounded by the Edge's allowance. Raises HTTPException 415.

    Browsers send the encoding of our pages. A request may name any codec of Python's: some take the square of the
    length in time, some fail with errors of their own, and some make lone surrogates.
    """
    charset = parse_options_header(request.headers.get("content-type", ""))[1].get(b"charset", b"utf-8")
    if charset.lower() not in (b"utf-8", b"utf8"):
        raise HTTPException(415, "A form is taken in UTF-8 only.")
    most = int(request.scope.get(ALLOWANCE, 1_000_000))
    return await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most)


def refuse_other_sites(request: Request) -> None:
    """Let nobody else's page send our forms. Raises HTTPException 403.

    Browsers name the page's origin with each POST (Fetch Standard, "Origin"; Fetch Metadata); what has neither header
    is no browser, and carries no cookie that it wasn't given.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "")
    if site in ("cross-site", "same-site") or (origin and not _is_ours(request, origin)):
        raise HTTPException(403, "This was sent by another site's page and was not carried out.")


def _is_ours(request: Request, origin: str) -> bool:
    try:
        host = urlsplit(origin).netloc.lower()
    except ValueError:  # "http://["
        return False
    ours = {request.headers.get("host", "").lower(), urlsplit(house_of(request).settings.url).netloc.lower()}
    return bool(host) and host in ours


def csrf_of(token: str) -> str:
    """Follows from the session's token, so that it needs no place of its own and changes with it."""
    return hmac.digest(token.encode(), b"depesche csrf", "sha256").hex()


def is_secure(request: Request) -> bool:
    """True when the cookie is to be sent by HTTPS only."""
    setting = house_of(request).settings.cookie_secure
    return setting == "yes" or (setting == "auto" and request.url.scheme == "https")


def cookie_name(request: Request) -> str:
    """With the prefix where that is possible: no other host and no unencrypted page can then set it (RFC 6265bis)."""
    return "__Host-depesche" if is_secure(request) else "depesche"


def put_cookie(request: Request, response: Response, token: str) -> None:
    """Give the browser its session. The cookie ends with the browser; the session has its own end."""
    response.set_cookie(cookie_name(request), token, path="/", secure=is_secure(request), httponly=True, samesite="lax")


def drop_cookie(request: Request, response: Response) -> None:
    """Take it back."""
    response.delete_cookie(cookie_name(request), path="/", secure=is_secure(request), httponly=True, samesite="lax")


def language_of(request: Request) -> str:
    """The interface language: chosen, else what the browser prefers, else the setting."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    preferred = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")[:10]]
    known = [tag.partition("-")[0].lower() for tag in preferred]
    return next((tag for tag in known if tag in LANGUAGES), house_of(request).settings.language)


def wants_json(request: Request) -> bool:
    """True when the desk's script asks."""
    return "application/json" in request.headers.get("accept", "")


def next_of(request: Request, wanted: str) -> str:
    """Where to go after signing in: a path of our desk, whatever was asked for."""
    desk = f"{house_of(request).settings.base_path}/desk"
    parts = urlsplit(wanted) if _NEXT.fullmatch(wanted) else urlsplit("")
    inside = parts.path == desk or parts.path.startswith(f"{desk}/")
    dotted = any(part in (".", "..") for part in parts.path.split("/")) or "%" in parts.path
    return wanted if inside and not dotted and not parts.netloc else f"{desk}/"


def login_of(request: Request) -> str:
    """The path of the login."""
    return f"{house_of(request).settings.base_path}/desk/login"


def sign_in_first(request: Request) -> Response:
    """To the login, and back here from there."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{login_of(request)}?next={quote(here, safe='/')}", 303)


def html(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk; never kept by a cache, never framed."""
    house = house_of(request)
    language = values.pop("language", None) or language_of(request)
    given: dict[str, Any] = {"actor": None, "csrf": "", **values}
    page = render(
        template,
        language,
        base=house.settings.base_path,
        publisher=house.settings.publisher,
        language=language,
        path=request.url.path,
        **given,
    )
    return HTMLResponse(page, status, {"cache-control": "no-store", "content-language": language})


def json(value: Any, status: int = 200) -> Response:
    """An answer to the desk's script."""
    body = msgspec.json.encode(value, enc_hook=str)  # Markup is a kind of text that msgspec doesn't know
    return Response(body, status, {"cache-control": "no-store"}, "application/json")
