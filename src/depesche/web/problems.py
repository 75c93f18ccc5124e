"""Problems: what the API answers when it can't do what was asked, as documents by RFC 9457.

In: refusals, or a status, a code and a sentence. Out: JSON that says what is wrong and what to do. Never: a trace, a
path of this machine, or the words of a post that the asker may not see.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from depesche.web.logs import request_id
from depesche.words.commands import Refusal

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:depesche:problem:"
"""Before the code of a problem; docs/api.md lists the codes."""

_STATUS = {
    "not_allowed": 403,
    "story_missing": 404,
    "post_missing": 404,
    "revision_missing": 404,
    "draft_missing": 404,
    "copy_missing": 404,
    "claim_missing": 404,
    "statement_missing": 404,
    "link_missing": 404,
    "figure_missing": 404,
    "reply_missing": 404,
    "party_missing": 404,
    "claim_dropped": 409,
    "claim_expunged": 409,
    "claim_merged": 409,
    "name_taken": 409,
    "refuted_missing": 409,
    "standing_missing": 409,
    "relation_missing": 409,
    "alarm_missing": 404,
    "alarm_not_dismissed": 409,
    "story_exists": 409,
    "story_closed": 409,
    "story_running": 409,
    "slug_taken": 409,
    "post_retracted": 409,
    "post_expunged": 409,
    "nothing_changed": 409,
    "undo_too_late": 409,
    "not_pinned": 409,
    "pinned_already": 409,
    "revision_current": 409,
    "revision_outdated": 409,
    "copy_taken": 409,
}
"""The status of a refusal: 404 for what isn't there, 409 for what is in the wrong state; else 422."""


class Problem(Exception):
    """An answer that isn't a success; raised by endpoints, answered by `handle`. `more` are members of the document."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.headers, self.more = status, code, detail, headers, more


def refused(refusal: Refusal) -> Problem:
    """The problem for a refusal."""
    return Problem(_STATUS.get(refusal.code, 422), refusal.code, refusal.reason, params=refusal.params)


def document(problem: Problem) -> Response:
    """The problem document."""
    status = HTTPStatus(problem.status)
    body = {
        "type": TYPE + problem.code if problem.code else "about:blank",
        "title": status.phrase,
        "status": problem.status,
        "detail": problem.detail,
        "request": request_id.get(),
        **({"code": problem.code} if problem.code else {}),
        **problem.more,
    }
    headers = {"cache-control": "no-store", **(problem.headers or {})}
    return Response(msgspec.json.encode(body), problem.status, headers, MEDIA_TYPE)
