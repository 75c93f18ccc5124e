"""How a program asks: its token, its command's id, what it expects, and JSON that is taken strictly.

In: requests. Out: an Actor and typed values, or a Problem that names the header or the place in the JSON. Never: a
guess at what was meant, or a body read before its sender is known.
"""

from __future__ import annotations

import re
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from depesche.desk.access import Actor
from depesche.journal import views
from depesche.web.house import House
from depesche.web.problems import Problem

_T = TypeVar("_T", bound=Struct)

MOST_GUESSES, WINDOW = 20, 60.0
"""Wrong tokens of one address a minute (seconds) before it gets 429. Nobody guesses 256 bits; this spares the log."""
MOST_ADDRESSES = 10_000
"""Remembered at once: 2 MB."""
MOST_SAID = 300
"""Characters of what is wrong with JSON: a name that isn't taken stands in it, however long."""
_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')
_AT = re.compile(r" - at `\$(.*)`$")


class Guesses:
    """Counts wrong tokens by address. A right token is always let in: an address may be a whole newsroom's."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wrong(self, address: str) -> int:
        """Note a wrong token; seconds to wait, 0 while there were few."""
        now = self._clock()
        began, count = self._known.pop(address, (now, 0))
        if now - began > WINDOW:
            began, count = now, 0
        self._known[address] = (began, count + 1)
        while len(self._known) > MOST_ADDRESSES:
            self._known.popitem(last=False)
        return max(1, round(began + WINDOW - now)) if count >= MOST_GUESSES else 0


def house_of(request: Request) -> House:
    """The house of this application."""
    house: House = request.app.state.house
    return house


class Known(Struct, frozen=True):
    """Who asks, None without a token; and the story of the path as its id and slug, where a token was looked up."""

    actor: Actor | None = None
    story: tuple[str, str] | None = None


async def anybody(request: Request, guesses: Guesses) -> Known:
    """Who asks about what. Raises Problem 401 or 429 for a wrong token."""
    header = request.headers.get("authorization", "")
    if not header:
        return Known()
    scheme, _, token = header.partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        known = await run_in_threadpool(_looked_up, request, token.strip())
        if known.actor is not None:
            return known
    wait = guesses.wrong(request.client.host if request.client else "")
    if wait:
        headers = {"retry-after": str(wait)}
        raise Problem(429, "token_wait", f"Too many wrong tokens. Try again in {wait} seconds.", headers=headers)
    detail = "This token isn't known (any more). `depesche token make` makes one: Authorization: Bearer depesche_…"
    raise Problem(401, "token_wrong", detail, headers={"www-authenticate": 'Bearer error="invalid_token"'})


async def somebody(request: Request, guesses: Guesses) -> Known:
    """Who asks about what. Raises Problem 401 without a token."""
    known = await anybody(request, guesses)
    if known.actor is None:
        detail = "This needs a token. `depesche token make` makes one: Authorization: Bearer depesche_…"
        raise Problem(401, "token_missing", detail, headers={"www-authenticate": "Bearer"})
    return known


def _looked_up(request: Request, token: str) -> Known:
    """Token and story in one go: each way into a thread and to the database costs a publish some 0.4 ms."""
    house, slug = house_of(request), request.path_params.get("slug")
    with house.journal.reading() as connection:
        actor = house.people.bearer(token, connection)
        return Known(actor, views.slug(connection, slug) if actor and slug else None)


def command_id(request: Request) -> str:
    """The command's id: Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), a UUID, bare or quoted."""
    given = request.headers.get("idempotency-key")
    if given is None:
        return str(uuid.uuid4())
    try:
        return str(uuid.UUID(given.strip().strip('"')))
    except ValueError:
        raise Problem(400, "key_invalid", "Idempotency-Key takes a UUID, made anew for each command.") from None


def expected(request: Request) -> int | None:
    """The seq that the author saw: If-Match as a number, bare or quoted; None without it or for *."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    match = _ETAG.fullmatch(given.strip())
    if match is None:
        raise Problem(400, "match_invalid", "If-Match takes the seq that you saw, as in If-Match: 17.")
    return int(match[1])


def number(request: Request, name: str, *, least: int = 0, most: int = 2**53, default: int | None = None) -> int | None:
    """A whole number of the query."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 18 and least <= int(given) <= most):
        raise Problem(400, "query_invalid", f"{name} takes a whole number from {least} to {most}.")
    return int(given)


async def json_body(request: Request, kind: type[_T]) -> _T:
    """The body as this Struct. Raises Problem 400, 415 or 422."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        said = f"“{media_type[:80]}”" if media_type else "no media type"
        headers = {"accept-post": "application/json"}
        raise Problem(415, "media_type", f"This takes application/json, not {said}.", headers=headers)
    body = await request.body()
    try:
        return msgspec.json.decode(body or b"", type=kind)
    except msgspec.ValidationError as error:
        raise _misfit(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "json_invalid", f"This isn't JSON in UTF-8: {str(error)[:200]}.") from error


def _misfit(message: str) -> Problem:
    """The problem for "Expected `str`, got `int` - at `$.media[0].alt`"."""
    where = _AT.search(message)
    text = (message[: where.start()] if where else message)[:MOST_SAID]
    place = where[1] if where else ""
    pointer = "#" + re.sub(r"\[(\d+|\.\.\.)\]", r"/\1", place).replace(".", "/")
    detail = f"{place.lstrip('.') or 'The JSON'}: {text}."
    return Problem(422, "json_misfit", detail, errors=({"detail": text, "pointer": pointer},))
