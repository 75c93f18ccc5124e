"""The servers of the page benchmark: Depesche with a story of some posts, and bare uvicorn with the same bytes.

In: a folder, a number of posts. Out: servers that run while their block lasts. The bare one is what Python's web
servers can do at best: an ASGI application of two calls, which looks at nothing but If-None-Match.
"""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench._live_servers import Running, depesche
from bench._processes import HOST, PATIENCE, listening
from tests.faults.installation import free_port

WORDS = (
    "Am Abend stand das Wasser an der Brücke bei zwei Metern, und die Feuerwehr sperrte die Straße nach Süden. "
    "In der Schule richteten Freiwillige Betten her; aus den Dörfern am Fluss kamen bis Mitternacht vierhundert Leute. "
)
BARE = """
import sys
from pathlib import Path
import uvicorn

page, poll, etag, coding = Path(sys.argv[2]).read_bytes(), Path(sys.argv[3]).read_bytes(), sys.argv[4].encode(), b"%s"

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    headers, status, body = [(b"etag", etag), (b"content-encoding", coding)], 200, page
    if scope["path"].endswith("/changes"):
        body = poll
    elif dict(scope["headers"]).get(b"if-none-match") == etag:
        status, body = 304, b""
    if status == 200:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), loop="uvloop", http="httptools", log_config=None,
            access_log=False, server_header=False)
"""


class Pages(Running):
    """A server with one story. `page` is its path."""

    page = "/s0"

    def fetch(self, path: str, headers: dict[str, str]) -> tuple[http.client.HTTPMessage, bytes]:
        """One answer."""
        line = http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE)
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        line.close()
        return answer.headers, body

    def header(self, name: str, coding: str) -> str:
        """A header of the page in this coding."""
        return str(self.fetch(self.page, {"Accept-Encoding": coding})[0][name])

    def edition(self) -> int:
        """Where the story stands."""
        edition: int = json.loads(self.fetch(f"{self.page}/changes?after=999999", {})[1])["edition"]
        return edition

    def count(self, name: str) -> float:
        """A figure of /metrics."""
        lines = self.fetch("/metrics", {})[1].decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@contextmanager
def depesche_with_posts(folder: Path, posts: int) -> Iterator[Pages]:
    """The real application as `depesche serve` runs it, with a story of this many posts."""
    with depesche(folder, 0) as running:
        made = Pages(**{name: getattr(running, name) for name in Pages.__dataclass_fields__})
        for number in range(posts):
            made.post(
                made.publishing % 0,
                json.dumps({"title": f"Meldung {number}", "body": f"{number}. " + WORDS * 4}).encode(),
                {**made.headers, "Idempotency-Key": f"00000000-0000-4000-8000-{number:012d}"},
            )
        yield made


@contextmanager
def ready_bytes(folder: Path, like: Pages, coding: str) -> Iterator[Pages]:
    """Bare uvicorn with the bytes that the other one sends."""
    port = free_port()
    headers, page = like.fetch(like.page, {"Accept-Encoding": coding})
    poll = like.fetch(f"{like.page}/changes?after={like.edition()}", {"Accept-Encoding": coding})[1]
    (folder / "page").write_bytes(page)
    (folder / "poll").write_bytes(poll)
    program = BARE % headers["content-encoding"]
    command = [sys.executable, "-c", program, str(port), str(folder / "page"), str(folder / "poll"), headers["etag"]]
    with listening(command, port) as process:
        yield Pages("bare uvicorn", port, process, "", "", "", 0)
