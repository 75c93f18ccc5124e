"""A real HTTP server that speaks the protocol of chat completions, well or badly, as its test wants.

In: a function that is given each request and writes the answer. Out: what was asked. Never: a request to anywhere else.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Told = dict[str, Any]


class Request(BaseHTTPRequestHandler):
    """One request; `body` is what was asked."""

    protocol_version = "HTTP/1.1"
    server: Oracle
    body: dict[str, Any]

    def do_POST(self) -> None:
        self.body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(self)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever asked has lost patience
            self.server.answers(self)

    def send(self, data: bytes, *, status: int = 200, length: int | None = None, **headers: str) -> None:
        """Answer with these bytes."""
        self.send_response(status)
        for name, value in {"content_type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def completion(self, content: str | None, *, finish: str = "stop", refusal: str | None = None) -> None:
        """Answer as a model does."""
        message = {"role": "assistant", "content": content, "refusal": refusal}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        self.send(json.dumps({"id": "x", "object": "chat.completion", "choices": [choice]}).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: standard error belongs to the tests."""


class Oracle(ThreadingHTTPServer):
    """The server."""

    daemon_threads = True

    def __init__(self, answers: Callable[[Request], None]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answers = answers
        self.asked: list[Request] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextlib.contextmanager
def oracle(answers: Callable[[Request], None]) -> Iterator[Oracle]:
    """A server that runs meanwhile."""
    with Oracle(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.closing.set()
        server.shutdown()
        thread.join()


def told(said: str | list[str], speaker: str = "", **more: Any) -> Told:
    """A statement as a model gives it."""
    empty = {"name": "", "cue": "", "addressee": "", "act": "assert", "modality": "asserted", "negated": False}
    passages = [said] if isinstance(said, str) else said
    return {"form": "Direct", "said": passages, "speaker": speaker, **empty, "figures": [], **more}


def answering(*statements: Told) -> Callable[[Request], None]:
    """Answers with these statements."""
    return lambda request: request.completion(json.dumps({"statements": statements}))
