"""/api/openapi.json (OpenAPI 3.1), made from the API's list of operations and the Structs that it decodes.

In: operations. Out: the document as bytes. Never: a description that stands only here; sentences come from docstrings
and fields, so that the document can't drift from what is done.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from msgspec import Struct
from starlette.responses import Response

from depesche import __version__
from depesche.settings import Settings
from depesche.web.problems import MEDIA_TYPE

_COPY_TYPES = (
    "text/plain",
    "text/html",
    "application/json",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "application/vnd.iptc.g2.newsmessage+xml",
)
_ERRORS = {
    400: "The request can't be read.",
    401: "The token is missing or wrong.",
    403: "The token's owner may not do this.",
    404: "There is no such story or post.",
    409: "Somebody else changed it, or it is in a state that doesn't allow this.",
    413: "The body is too large.",
    415: "The body's media type isn't taken.",
    422: "What was asked for makes no sense, or this Idempotency-Key was used for something else.",
    429: "Too many wrong tokens.",
    503: "The journal can't be written now. Send the same request again.",
}
_MOST = 2**31 - 1
"""Of numbers of posts and claims; of a seq, what JSON takes for whole (RFC 7493) is the most."""
_SEQ = 2**53
_MATCH = r'^(\*|(W/)?"?[0-9]{1,18}"?)$'
_TEXT = {"type": "string"}
_QUERY: dict[str, tuple[dict[str, Any], str]] = {
    "before": ({"type": "integer", "minimum": 1, "maximum": _SEQ}, "Posts with a number below this one."),
    "limit": ({"type": "integer", "minimum": 1}, "At most this many."),
    "after": ({"type": "integer", "minimum": 0, "maximum": _SEQ}, "Entries with a seq above this one."),
    "title": (_TEXT, "The headline, where the body doesn't tell it."),
    "uri": (_TEXT, "The item's name; the same again is a new version of it."),
    "source": (_TEXT, "The agency or outlet."),
    "language": (_TEXT, "A BCP 47 tag."),
    "version": (
        {"type": "integer", "minimum": 1, "maximum": _MOST},
        "A higher one than before, with the same uri, corrects the item.",
    ),
    "canceled": ({"type": "string", "enum": ["false", "true"]}, "true takes the item with this uri back."),
    "first": ({"type": "integer", "minimum": 0, "maximum": _MOST}, "Claims behind this many."),
    "asof": (_TEXT, "A moment: microseconds since 1970 (UTC) or RFC 3339; as readers saw it then."),
    "state": ({"type": "string", "enum": ["open", "dismissed", "answered"]}, "open is what is meant without it."),
}
_PATH: dict[str, tuple[dict[str, Any], str]] = {
    "slug": (_TEXT, "The story's address, or a former one."),
    "post": ({"type": "integer", "minimum": 0}, "The post's number."),
    "claim": ({"type": "integer", "minimum": 0}, "The claim's number."),
    "copy": (_TEXT, "The id of a copy."),
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked: where, by what, and with which Structs.

    `raw`: the body is taken as it is. `public`: a token isn't needed. `most`: the highest `limit` of its query.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    endpoint: Callable[[Any], Awaitable[Response]]
    gives: type[Struct]
    takes: type[Struct] | None = None
    raw: bool = False
    status: int = 200
    public: bool = False
    query: tuple[str, ...] = ()
    most: int = 0

    @property
    def plain_path(self) -> str:
        """The path without the types of its parameters."""
        return re.sub(r":\w+}", "}", self.path)

    @property
    def sentences(self) -> str:
        """What it does."""
        return inspect.getdoc(self.endpoint) or ""


def document(operations: Sequence[Operation], problem: type[Struct], settings: Settings) -> bytes:
    """The document as JSON; `problem` is the Struct of problem documents."""
    kinds = [kind for each in operations for kind in (each.takes, each.gives) if kind is not None]
    unique = list(dict.fromkeys([problem, *kinds]))
    schemas, components = msgspec.json.schema_components(unique, ref_template="#/components/schemas/{name}")
    named = dict(zip(unique, schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.plain_path, {})[each.method.lower()] = _operation(each, named, named[problem])
    whole = {
        "openapi": "3.1.0",
        "info": {
            "title": "Depesche",
            "version": __version__,
            "summary": "The desk of a live coverage, for programs",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": settings.public_url or settings.base_path or "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "depesche token make"}},
        },
    }
    return msgspec.json.encode(whole)


def _operation(operation: Operation, named: dict[type[Struct], Any], problem: Any) -> dict[str, Any]:
    summary, _, more = operation.sentences.partition("\n")
    told: dict[str, Any] = {
        "operationId": operation.endpoint.__name__,
        "summary": summary.rstrip("."),
        "security": [{}, {"token": []}] if operation.public else [{"token": []}],
        "parameters": _parameters(operation),
        "responses": _responses(operation, named[operation.gives], problem),
    }
    if more.strip():
        told["description"] = more.strip()
    if operation.raw:
        told["requestBody"] = {"required": True, "content": {kind: {} for kind in _COPY_TYPES}}
    elif operation.takes is not None:
        content = {"application/json": {"schema": named[operation.takes]}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = re.findall(r"{(\w+)", operation.path)
    found = [_parameter(name, "path", *_PATH[name]) for name in in_path]
    found += [_parameter(name, "query", *_QUERY[name]) for name in operation.query]
    for each in found:
        if each["name"] == "limit":
            each["schema"] = {**each["schema"], "maximum": operation.most}
    if operation.method != "GET" and not operation.raw:
        key = "The command's id, a UUID made anew for each command: sent again, it gives the same answer again."
        found.append(_parameter("Idempotency-Key", "header", {"type": "string", "format": "uuid"}, key))
        match = "The seq that you saw: 409 if somebody else has changed the same thing since."
        found.append(_parameter("If-Match", "header", {"type": "string", "pattern": _MATCH}, match))
    return found


def _parameter(name: str, place: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": description,
        "schema": schema,
    }


def _responses(operation: Operation, gives: Any, problem: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": gives}}
    done = {"description": inspect.getdoc(operation.gives) or "", "content": content}
    told: dict[str, Any] = {str(operation.status): done}
    if operation.status == 201:
        told["200"] = {"description": "The same, done before.", "content": content}
    for status, description in _ERRORS.items():
        told[str(status)] = {"description": description, "content": {MEDIA_TYPE: {"schema": problem}}}
    return told
