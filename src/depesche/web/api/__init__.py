"""The API for programs: the list of what can be asked, which makes both the routes and /api/openapi.json.

In: HTTP under /api. Out: JSON, errors as problem documents. Reading what readers may see needs no token; with a token
the same addresses show the desk's side.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from depesche.web.api import alarms, claims, forms, ledger
from depesche.web.api import endpoints as do
from depesche.web.api.asking import Guesses, anybody, somebody
from depesche.web.house import House
from depesche.web.openapi import Operation, document
from depesche.web.problems import Problem

ONE = "/api/stories/{slug}"
POST = ONE + "/posts/{post:int}"
ALARM = ONE + "/alarms/{post:int}/{copy}/dismiss"
CLAIM = ONE + "/claims/{claim:int}"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/api/stories", do.list_stories, forms.StoriesAnswer, public=True),
    Operation("POST", "/api/stories", do.open_story, forms.DoneAnswer, forms.NewStory, status=201),
    Operation(
        "GET",
        ONE,
        do.show_story,
        forms.OneStoryAnswer,
        public=True,
        query=("before", "limit", "asof"),
        most=do.MOST_POSTS,
    ),
    Operation("PUT", ONE, do.amend_story, forms.DoneAnswer, forms.AmendedStory),
    Operation("POST", f"{ONE}/close", do.close_story, forms.DoneAnswer),
    Operation("POST", f"{ONE}/reopen", do.reopen_story, forms.DoneAnswer),
    Operation("POST", f"{ONE}/copy", do.take_copy, forms.ArrivalAnswer, raw=True, status=201, query=do.BESIDE),
    Operation("PUT", f"{ONE}/summary", do.set_summary, forms.DoneAnswer, forms.Summary),
    Operation("GET", f"{ONE}/entries", do.list_entries, forms.EntriesAnswer, query=do.BEHIND, most=do.MOST_ENTRIES),
    Operation(
        "GET",
        f"{ONE}/claims",
        claims.list_claims,
        claims.ClaimsAnswer,
        public=True,
        query=claims.QUERY,
        most=claims.MOST,
    ),
    Operation("GET", CLAIM, claims.show_claim, claims.OneClaimAnswer, public=True, query=("asof",)),
    Operation("POST", f"{ONE}/ledger", ledger.ask, forms.DoneAnswer, ledger.Asking),
    Operation("POST", "/api/house/ledger", ledger.name, forms.DoneAnswer, ledger.Naming),
    Operation("GET", f"{ONE}/alarms", alarms.list_alarms, forms.AlarmsAnswer, query=("state",)),
    Operation("POST", ALARM, alarms.dismiss, forms.DoneAnswer, forms.Dismissal),
    Operation("DELETE", ALARM, alarms.reopen, forms.DoneAnswer),
    Operation("POST", f"{ONE}/posts", do.publish, forms.DoneAnswer, forms.NewPost, status=201),
    Operation("GET", POST, do.show_post, forms.PostAnswer, public=True, query=("asof",)),
    Operation("POST", f"{POST}/correct", do.correct, forms.DoneAnswer, forms.NewText),
    Operation("POST", f"{POST}/retract", do.retract, forms.DoneAnswer, forms.Retraction),
    Operation("POST", f"{POST}/expunge", do.expunge, forms.DoneAnswer, forms.Expunging),
    Operation("POST", f"{POST}/pin", do.pin, forms.DoneAnswer),
    Operation("DELETE", f"{POST}/pin", do.unpin, forms.DoneAnswer),
)


def routes(house: House) -> list[BaseRoute]:
    """Everything under /api; an unknown address below it is answered here, too."""
    guesses = Guesses()
    described = document(OPERATIONS, forms.ProblemAnswer, house.settings)

    async def openapi(request: Request) -> Response:
        return Response(described, 200, {"cache-control": "max-age=60"}, "application/json")

    made: list[BaseRoute] = [Route("/openapi.json", openapi, methods=["GET"])]
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in OPERATIONS:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    for path, each in by_path.items():
        made.append(Route(path.removeprefix("/api"), _endpoint(each, guesses), methods=list(each)))
    # mounted, so that what isn't in the list gets 404 or 405 here and is never taken for a story's page
    return [Mount("/api", routes=made), Route("/api", _lost, methods=METHODS)]


async def _lost(request: Request) -> Response:
    raise Problem(404, "", "There is nothing at this address. /api/openapi.json lists what there is.")


def _endpoint(by_method: dict[str, Operation], guesses: Guesses) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        known = await (anybody if operation.public else somebody)(request, guesses)
        return await operation.endpoint(do.Asked(request, known.actor, known.story))

    return endpoint
