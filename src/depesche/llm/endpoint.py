"""The endpoint: a request for chat completions out, the model's answer in, within a time and a size.

In: the body of a request. Out: an Answer. Raises Unanswered, with a reason that never holds the key or the text. Never:
a redirect that is followed, an answer that is read without a bound, or one byte a minute that keeps a reader waiting.
"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx2
import msgspec
from msgspec import Struct

from depesche.llm.question import Answer

MOST = 1_000_000
"""Bytes of an answer: ten times what the statements of the longest text take that is asked about."""


class Unanswered(Exception):
    """There is no answer that can be used; the message says why."""


class _Message(Struct, frozen=True):
    content: str | None = None
    refusal: str | None = None


class _Choice(Struct, frozen=True):
    message: _Message
    finish_reason: str | None = None


class _Completion(Struct, frozen=True):
    choices: list[_Choice]


class Endpoint:
    """Asks one model at one address. Blocks; call it in a thread that runs no event loop."""

    def __init__(self, url: str, key: str = "", *, seconds: float) -> None:
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._headers = {"accept": "application/json", "accept-encoding": "identity"}
        if key:
            self._headers["authorization"] = f"Bearer {key}"
        self._seconds = seconds

    def ask(self, body: dict[str, Any]) -> Answer:
        """The answer. Raises Unanswered."""
        try:
            data = asyncio.run(self._fetch(msgspec.json.encode(body)))
        except TimeoutError as error:
            raise Unanswered(f"no whole answer within {self._seconds:.0f} seconds") from error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            raise Unanswered(f"no connection ({type(error).__name__})") from error
        return _answer(data)

    async def _fetch(self, content: bytes) -> bytes:
        # one bound for everything: those of the client are for each read, and a drop at a time passes them for ever
        async with (
            asyncio.timeout(self._seconds),
            httpx2.AsyncClient(timeout=self._seconds) as client,
            client.stream(
                "POST", self._url, content=content, headers={**self._headers, "content-type": "application/json"}
            ) as response,
        ):
            if response.status_code != 200:
                raise Unanswered(f"status {response.status_code}")
            if response.headers.get("content-encoding", "identity") != "identity":
                raise Unanswered("a compressed answer, which wasn't asked for")
            data = bytearray()
            async for chunk in response.aiter_raw():
                data += chunk
                if len(data) > MOST:
                    raise Unanswered(f"more than {MOST:,} bytes")
            return bytes(data)


def _answer(data: bytes) -> Answer:
    try:
        completion = msgspec.json.decode(data, type=_Completion)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unanswered("an answer that is no chat completion") from error
    if not completion.choices:
        raise Unanswered("an answer without a choice")
    choice = completion.choices[0]
    if choice.message.refusal or choice.message.content is None:
        raise Unanswered("the model refused")
    if choice.finish_reason not in ("stop", None):
        raise Unanswered(f"an answer that was cut off ({choice.finish_reason[:40]!r})")
    try:
        return msgspec.json.decode(choice.message.content, type=Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unanswered("an answer in another form than was asked for") from error
