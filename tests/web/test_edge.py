"""The outermost layer: limits of size and time through a real socket, and what the log says of a request."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from depesche.web import logs
from depesche.web.edge import Edge, allow
from tests.serving import running

MOST = 10_000
SECONDS = 1


async def _length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _more(request: Request) -> Response:
    allow(request, 3 * MOST)
    return await _length(request)


async def _first_piece(request: Request) -> Response:
    """Reads one piece only: a body must not be collected behind the endpoint's back."""
    async for piece in request.stream():
        return PlainTextResponse(str(len(piece)))
    return PlainTextResponse("0")


async def _never(request: Request) -> Response:
    await asyncio.Event().wait()
    return Response()


async def _slow_stream(request: Request) -> Response:
    async def pieces() -> Iterator[bytes]:  # type: ignore[misc]
        for _ in range(4):
            yield b"x"
            await asyncio.sleep(SECONDS / 2)

    return StreamingResponse(pieces())


async def _crash(request: Request) -> Response:
    raise ZeroDivisionError


def _refuse(request: Request, status: int, detail: str) -> Response:
    return PlainTextResponse(detail, status)


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(error.detail, error.status_code)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = Starlette(
        routes=[
            Route("/length", _length, methods=["POST"]),
            Route("/more", _more, methods=["POST"]),
            Route("/first", _first_piece, methods=["POST"]),
            Route("/never", _never),
            Route("/stream", _slow_stream),
            Route("/crash", _crash),
        ],
        middleware=[Middleware(Edge, most=MOST, seconds=SECONDS, refuse=_refuse)],
        exception_handlers={HTTPException: _told},
    )
    config = uvicorn.Config(app, http="httptools", ws="none", log_config=None, access_log=False)
    with running(uvicorn.Server(config)) as address:
        yield address


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as JSON lines while a test runs."""
    kept, stream = logging.getLogger().handlers, io.StringIO()
    logs.configure("json", stream)
    yield stream
    logging.getLogger().handlers = kept


def in_pieces(size: int) -> Iterator[bytes]:
    """A body whose length nobody announces."""
    for _ in range(size // 1000):
        yield b"x" * 1000


@pytest.mark.parametrize(("path", "most"), [("/length", MOST), ("/more", 3 * MOST)])
def test_a_body_may_be_as_long_as_the_endpoint_allows(url: str, path: str, most: int) -> None:
    assert httpx2.post(url + path, content=b"x" * most).text == str(most)
    assert httpx2.post(url + path, content=in_pieces(most)).text == str(most)
    for body in (b"x" * (most + 1), in_pieces(most + 1000)):
        answer = httpx2.post(url + path, content=body)
        assert (answer.status_code, "too large" in answer.text) == (413, True)


def test_five_megabytes_get_their_answer_and_the_connection_goes_on(url: str) -> None:
    with httpx2.Client() as client:
        assert client.post(f"{url}/length", content=b"x" * 5_000_000).status_code == 413
        assert client.post(f"{url}/length", content=b"x").text == "1"


def half_a_request(url: str, path: str) -> socket.socket:
    """A connection that has sent ten bytes of a body of a hundred."""
    line = socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=10)
    line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nten bytes.".encode())
    return line


def test_a_body_is_handed_on_as_it_comes(url: str) -> None:
    with half_a_request(url, "/first") as line:
        assert line.recv(1000).endswith(b"\r\n\r\n10")


def test_a_body_that_stops_coming_gets_408(url: str) -> None:
    with half_a_request(url, "/length") as line:
        assert b"408" in line.recv(1000).split(b"\r\n")[0]


def test_an_endpoint_that_never_answers_gets_503(url: str) -> None:
    answer = httpx2.get(f"{url}/never", timeout=10)
    assert (answer.status_code, "within 1 s" in answer.text) == (503, True)


def test_an_answer_that_has_begun_isnt_timed(url: str) -> None:
    assert httpx2.get(f"{url}/stream", timeout=10).text == "xxxx"


def test_a_request_is_one_line_with_the_id_that_its_sender_got(url: str, lines: io.StringIO) -> None:
    answer = httpx2.post(f"{url}/length?token=secret", content=b"abc", headers={"user-agent": "me", "cookie": "a=b"})
    [line] = [json.loads(each) for each in lines.getvalue().splitlines() if "httpx" not in each]
    assert line["request"] == answer.headers["x-request-id"]
    assert {name: line[name] for name in ("method", "path", "status", "in")} == {
        "method": "POST",
        "path": "/length",
        "status": 200,
        "in": 3,
    }
    assert not {"secret", "me", "127.0.0.1", "a=b"} & set(str(line.values()).replace("'", " ").split())


def test_what_readers_fetch_is_logged_only_when_it_fails(url: str, lines: io.StringIO) -> None:
    assert httpx2.get(f"{url}/stream", timeout=10).status_code == 200
    assert httpx2.get(f"{url}/nothing").status_code == 404
    [line] = [json.loads(each) for each in lines.getvalue().splitlines() if "httpx" not in each]
    assert (line["path"], line["status"]) == ("/nothing", 404)


def test_a_crash_is_logged_under_the_same_id_as_its_request(url: str, lines: io.StringIO) -> None:
    assert httpx2.get(f"{url}/crash").status_code == 500
    request, crash = (json.loads(each) for each in lines.getvalue().splitlines() if "httpx" not in each)
    assert (request["status"], request["level"]) == (500, "error")
    assert "ZeroDivisionError" in crash["trace"]
    assert crash["request"] == request["request"]


def test_text_for_a_terminal_has_the_same_on_one_line() -> None:
    stream = io.StringIO()
    kept = logging.getLogger().handlers
    logs.configure("text", stream)
    logging.getLogger("depesche").warning("the disk is %s", "full", extra={"fields": {"free": 0}})
    logging.getLogger().handlers = kept
    assert stream.getvalue().rstrip().endswith("warning the disk is full free=0")
