"""Visits to the desk: the door that each of its pages stands behind, and who came through it.

In: requests. Out: a Visit for the endpoint, or an answer that says what is missing: sign in, send again, another role.
Never: a big body read before its sender is known, a text lost with a session, a page of the desk for nobody.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from depesche.desk.access import Actor, Role, reaches
from depesche.desk.people import SignedIn
from depesche.render.i18n import translator
from depesche.settings import Settings
from depesche.web.edge import allow
from depesche.web.house import House
from depesche.web.refusals import told
from depesche.web.session import (
    SAFE,
    csrf_of,
    house_of,
    html,
    json,
    language_of,
    login_of,
    read_form,
    refuse_other_sites,
    session_of,
    sign_in_first,
    wants_json,
)
from depesche.words.commands import Refusal

SECRET = frozenset({"csrf", "password", "present"})
"""Fields that no page ever shows again."""
KEPT = "kept."
"""Before the name of a field that is carried through signing in."""


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
        """Let in who is signed in, has the role and comes from a page of ours; tell all others what to do."""
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


def _carries_csrf(visit: Visit) -> bool:
    sent = visit.request.headers.get("x-csrf-token", "") or visit.text("csrf")
    return hmac.compare_digest(sent.encode(), visit.csrf.encode())


async def _sign_in_first(request: Request) -> Response:
    if wants_json(request):
        return json({"signed_out": True, "login": login_of(request)}, 401)
    if request.method in SAFE:
        return sign_in_first(request)
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
