"""Who works at the desk: add people, change what they may do, lock them out, give them a new password.

In: an administrator's forms. Out: the list again. A password that was made is shown once and kept nowhere.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from depesche.desk import passwords
from depesche.desk.access import ROLES, Role
from depesche.desk.passwords import Denied
from depesche.journal.people import Account
from depesche.web.desk.given import NOTHING, Given, refused
from depesche.web.house import House
from depesche.web.refusals import role, told
from depesche.web.visit import Visit, signed_in


def routes(house: House) -> list[BaseRoute]:
    """The list and its two forms."""
    return [
        Route("/desk/people", signed_in(show, least="admin"), methods=["GET"]),
        Route("/desk/people", signed_in(add, least="admin"), methods=["POST"]),
        Route("/desk/people/{person}", signed_in(change, least="admin"), methods=["POST"]),
    ]


async def show(visit: Visit) -> Response:
    """Everybody."""
    return await _page(visit)


async def add(visit: Visit) -> Response:
    """Add somebody; without a password one is made."""
    password = visit.text("password")
    made = "" if password else passwords.made()
    added = await run_in_threadpool(
        visit.house.people.add,
        visit.text("login"),
        visit.text("name"),
        _role(visit),
        password or made,
        visit.text("byline"),
    )
    if isinstance(added, Denied):
        given = refused(visit, "add", added, ("login", "name", "byline", "role"))
        return await _page(visit, given=given, status=422)
    said = visit.say("{name} was added.", name=added.name)
    if made:
        said = visit.say("{name} was added. Tell them this password; it is shown once.", name=added.name)
    return await _page(visit, said=said, secret=made)


async def change(visit: Visit) -> Response:
    """Change, lock, unlock, or a new password."""
    person = visit.request.path_params["person"]
    before = await run_in_threadpool(visit.house.people.account, person)
    if before is None:
        return await _denied(visit, Denied("person_missing"))
    act = visit.text("do")
    if act == "reset":
        secret = await run_in_threadpool(visit.house.people.reset_password, person)
        if isinstance(secret, Denied):
            return await _denied(visit, secret)
        said = visit.say("The new password of {name}. It is shown once; all sessions have ended.", name=before.name)
        return await _page(visit, said=said, secret=secret)
    locked = {"lock": True, "unlock": False}.get(act, before.disabled)
    changed: Account | Denied = await run_in_threadpool(
        visit.house.people.change,
        person,
        name=visit.text("name"),
        role=_role(visit),
        byline=visit.text("byline"),
        disabled=locked,
    )
    if isinstance(changed, Denied):
        return await _denied(visit, changed)
    return await _page(visit, said=visit.say("{name} is changed.", name=changed.name))


async def _denied(visit: Visit, denied: Denied) -> Response:
    return await _page(visit, given=Given("change", told(visit.language, denied)), status=422)


async def _page(
    visit: Visit, *, given: Given = NOTHING, said: str = "", secret: str = "", status: int = 200
) -> Response:
    accounts = await run_in_threadpool(visit.house.people.accounts)
    roles = [(name, role(visit.language, name)) for name in ROLES]
    return visit.page("desk/people.html", status, people=accounts, roles=roles, given=given, told=said, secret=secret)


def _role(visit: Visit) -> Role:
    """The role in the form; what is none has the fewest rights."""
    return next((each for each in ROLES if each == visit.text("role")), ROLES[0])
