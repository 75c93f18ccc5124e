"""Who is asking: cookies, the CSRF token, the language, and the door that each page of the desk stands behind.

In: requests. Out: a Visit for the endpoint, or an answer that says what is missing: sign in, send again, another role.
Never: a change asked for by another site, a big body read before its sender is known, a text lost with a session.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias, TypeVar
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

from depesche.desk.access import Actor, Role, reaches
from depesche.desk.people import SignedIn
from depesche.render.i18n import LANGUAGES, translator
from depesche.render.templates import render
from depesche.settings import Settings
from depesche.web.edge import ALLOWANCE, allow
from depesche.web.house import House
from depesche.web.refusals import told
from depesche.words.commands import Refusal

LANGUAGE_COOKIE = "depesche_language"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_FIELDS, MOST_FILES = 400, 12
"""Of one form: ten pictures with five fields each, and as much again."""
AT_ONCE = 2
"""Passwords checked, or pictures developed, at the same time: both take a core each and much memory."""
SECRET = frozenset({"csrf", "password", "present"})
"""Fields that no page ever shows again."""
KEPT = "kept."
"""Before the name of a field that is carried through signing in."""

_NEXT = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is signed in, and what they sent."""

    request: Request
    house: House
    who: SignedIn
    language: str
    form: FormData = field(default_factory=FormData)

    @property
    def actor(self) -> Actor:
        """The person."""
        return self.who.actor

    @property
    def csrf(self) -> str:
        """What each form of this session carries."""
        return csrf_of(self.who.token)

    @property
    def base(self) -> str:
        """The base path."""
        return self.house.settings.base_path

    @property
    def wants_json(self) -> bool:
        """True when the desk's script asks, not a form."""
        return wants_json(self.request)

    def text(self, name: str) -> str:
        """A field of the form as text with "\\n" line ends; "" when it isn't there, or is a file."""
        value = self.form.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All fields of this name."""
        return [value.replace("\r\n", "\n") for value in self.form.getlist(name) if isinstance(value, str)]

    def say(self, sentence: str, **params: Any) -> str:
        """A sentence in the visitor's language; gaps are written {so}."""
        said = translator(self.language).gettext(sentence)
        return said.format_map(params) if params else said

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page of the desk."""
        return html(self.request, template, status, language=self.language, actor=self.actor, csrf=self.csrf, **values)

    def goto(self, path: str) -> Response:
        """See other: a path below the base path."""
        return RedirectResponse(self.base + path, 303)


Endpoint: TypeAlias = Callable[[Visit], Awaitable[Response]]


def signed_in(
    endpoint: Endpoint, *, least: Role = "reporter", most: Callable[[Settings], int] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the door. `most` is how many bytes a body may have where it is more than usual."""

    async def door(request: Request) -> Response:
        refuse_other_sites(request)
        house = house_of(request)
        who = await session_of(request)
        if who is None:
            return await _sign_in_first(request)
        form = FormData()
        if request.method not in SAFE:
            if most is not None:
                allow(request, most(house.settings))
            form = await read_form(request)
        visit = Visit(request, house, who, language_of(request), form)
        if request.method not in SAFE and not _carries_csrf(visit):
            return _stale(visit)
        if not reaches(who.actor.role, least):
            return _not_allowed(visit, least)
        return await endpoint(visit)

    async def and_close(request: Request) -> Response:
        try:
            return await door(request)
        finally:
            await request.close()  # the files of its form

    return and_close


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


def _carries_csrf(visit: Visit) -> bool:
    sent = visit.request.headers.get("x-csrf-token", "") or visit.text("csrf")
    return hmac.compare_digest(sent.encode(), visit.csrf.encode())


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


async def _sign_in_first(request: Request) -> Response:
    login = f"{house_of(request).settings.base_path}/desk/login"
    if wants_json(request):
        return json({"signed_out": True, "login": login}, 401)
    if request.method in SAFE:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{login}?next={quote(here, safe='/')}", 303)
    kept = kept_of(await read_form(request))
    return html(request, "desk/login.html", 401, next=request.url.path, kept=kept, login="", denied="")


def kept_of(form: FormData) -> list[tuple[str, str]]:
    """The words of a form, to be carried through signing in; files can't be."""
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return [(name, value) for name, value in fields if name not in SECRET]


def _stale(visit: Visit) -> Response:
    """A form of an earlier session of ours: its sender is shown it again instead of losing it."""
    if visit.wants_json:
        return json({"stale": True, "csrf": visit.csrf, "person": visit.actor.id}, 403)
    return visit.page("desk/again.html", 403, action=visit.request.url.path, kept=kept_of(visit.form))


def _not_allowed(visit: Visit, least: Role) -> Response:
    reason = told(visit.language, Refusal("not_allowed", {"role": visit.actor.role, "needed": least}))
    if visit.wants_json:
        return json({"refused": {"code": "not_allowed", "reason": reason, "field": ""}}, 403)
    return visit.page("desk/refused.html", 403, reason=reason)
