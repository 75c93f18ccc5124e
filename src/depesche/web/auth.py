"""Signing in and out, one's own password, and the language of the desk.

In: names and passwords from forms. Out: a cookie, or a sentence and how long to wait. A form that came in after its
session had ended is carried through signing in and shown again. Never: a redirect to another site.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from depesche.desk.passwords import Denied
from depesche.desk.people import SignedIn
from depesche.render.i18n import LANGUAGES
from depesche.web.house import House
from depesche.web.refusals import field, told
from depesche.web.session import (
    LANGUAGE_COOKIE,
    cookie_name,
    csrf_of,
    drop_cookie,
    house_of,
    html,
    is_secure,
    json,
    language_of,
    next_of,
    put_cookie,
    queued,
    read_form,
    refuse_other_sites,
    session_of,
    wants_json,
)
from depesche.web.visit import KEPT, Visit, signed_in

YEAR = 365 * 24 * 3600
"""Seconds."""


def routes(house: House) -> list[BaseRoute]:
    """Login, logout, password, language, and what a script asks about its session."""
    return [
        Route("/desk/login", show_login, methods=["GET"]),
        Route("/desk/login", log_in, methods=["POST"]),
        Route("/desk/logout", signed_in(log_out), methods=["POST"]),
        Route("/desk/password", signed_in(show_password), methods=["GET"]),
        Route("/desk/password", signed_in(change_password), methods=["POST"]),
        Route("/desk/language", choose_language, methods=["POST"]),
        Route("/desk/session", tell_session, methods=["GET"]),
    ]


async def show_login(request: Request) -> Response:
    """The form; whoever is signed in already goes on."""
    wanted = next_of(request, request.query_params.get("next", ""))
    if await session_of(request):
        return RedirectResponse(wanted, 303)
    return html(request, "desk/login.html", next=wanted, kept=[], login="", denied="")


async def log_in(request: Request) -> Response:
    """Check name and password, throttled; then go on where the visitor was."""
    refuse_other_sites(request)
    form = await read_form(request)
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    given = dict(fields)
    kept = [(name.removeprefix(KEPT), value) for name, value in fields if name.startswith(KEPT)]
    wanted = next_of(request, given.get("next", ""))
    entered = await queued(
        request,
        "passwords",
        house_of(request).people.sign_in,
        given.get("login", ""),
        given.get("password", ""),
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", ""),
        instead_of=request.cookies.get(cookie_name(request), ""),
    )
    if isinstance(entered, Denied):
        return _denied(request, entered, {"next": wanted, "kept": kept, "login": given.get("login", "")})
    if wants_json(request):
        response = json({"csrf": csrf_of(entered.token)})
    elif kept:
        response = _kept(request, entered, wanted, kept)
    else:
        response = RedirectResponse(wanted, 303)
    put_cookie(request, response, entered.token)
    return response


async def log_out(visit: Visit) -> Response:
    """End the session."""
    await run_in_threadpool(visit.house.people.sign_out, visit.who.token)
    response = visit.goto("/desk/login")
    drop_cookie(visit.request, response)
    return response


async def show_password(visit: Visit) -> Response:
    """The form for one's own password."""
    return visit.page("desk/password.html", login=visit.who.login, denied="", field="", done=False)


async def change_password(visit: Visit) -> Response:
    """Set one's own password; all other sessions end."""
    changed = await queued(
        visit.request,
        "passwords",
        visit.house.people.change_password,
        visit.who.token,
        visit.text("present"),
        visit.text("password"),
        address=visit.request.client.host if visit.request.client else "",
    )
    if isinstance(changed, Denied):
        denied = told(visit.language, changed)
        response = visit.page(
            "desk/password.html", 422, login=visit.who.login, denied=denied, field=field(changed), done=False
        )
        if changed.wait:
            response.status_code = 429
            response.headers["retry-after"] = str(changed.wait)
        return response
    renewed = replace(visit, who=changed)
    response = renewed.page("desk/password.html", login=changed.login, denied="", field="", done=True)
    put_cookie(visit.request, response, changed.token)
    return response


async def choose_language(request: Request) -> Response:
    """Set the language of the desk for this browser."""
    refuse_other_sites(request)
    form = await read_form(request)
    chosen, back = form.get("language"), form.get("next")
    response = RedirectResponse(next_of(request, back if isinstance(back, str) else ""), 303)
    if isinstance(chosen, str) and chosen in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=YEAR, path="/", secure=is_secure(request), httponly=True, samesite="lax"
        )
    return response


async def tell_session(request: Request) -> Response:
    """Whether the session still runs, and its CSRF token: what a script needs after signing in in another tab."""
    who = await session_of(request)
    if who is None:
        return json({"signed_out": True}, 401)
    return json({"csrf": csrf_of(who.token), "person": who.actor.id})


def _denied(request: Request, denied: Denied, values: dict[str, object]) -> Response:
    sentence = told(language_of(request), denied)
    status = 429 if denied.wait else 403
    if wants_json(request):
        response = json({"refused": {"code": denied.code, "reason": sentence, "field": ""}}, status)
    else:
        response = html(request, "desk/login.html", status, denied=sentence, **values)
    if denied.wait:
        response.headers["retry-after"] = str(denied.wait)
    return response


def _kept(request: Request, entered: SignedIn, action: str, kept: list[tuple[str, str]]) -> Response:
    visit = Visit(request, house_of(request), entered, language_of(request))
    return visit.page("desk/again.html", action=action, kept=kept)
