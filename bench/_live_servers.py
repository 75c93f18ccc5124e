"""The servers of the live benchmark: the floor in C, nginx with nchan, and Depesche as installed; bare and with TLS.

In: a folder to work in. Out: servers that run while their block lasts, each with the address of its stream, a way to
publish one change, and its processes, whose CPU and memory are read from the system. All send frames of one size. With
TLS they stand behind the nginx of docs/deploy, or have it themselves: nchan by its settings, Depesche by uvicorn's.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench._processes import (
    HOST,
    NCHAN_MODULE,
    PATIENCE,
    PLAIN,
    cpu,
    family,
    lacking,
    listening,
    memory,
    program,
    serving,
)
from depesche import app
from depesche.journal.people import Account
from depesche.settings import Settings
from tests.deploy.proxy import TLS, Proxy
from tests.faults.installation import free_port

HERE = Path(__file__).parent
LEFT_UNREAD = 90
"""Posts that wait for readers who read nothing: more than a kernel keeps for one, less than makes a reset."""
CERTIFICATE = f"ssl_certificate {TLS}/localhost.crt; ssl_certificate_key {TLS}/localhost.key; ssl_protocols TLSv1.3;"
ITSELF = f"""
import functools, uvicorn
tls = dict(ssl_certfile="{TLS}/localhost.crt", ssl_keyfile="{TLS}/localhost.key")
uvicorn.Config = functools.partial(uvicorn.Config, **tls)
{PLAIN}
"""
"""`depesche` with TLS in its own process, which no setting offers."""
FILLING = "Am Abend regnete es im Tal, die Straßen waren leer, und über dem Fluss lag Nebel. "
"""Nobody says anything in it: a statement that is found would be a second change, with the words of the first."""

NGINX = """
load_module {module};
daemon off; worker_processes 1; worker_rlimit_nofile 65536; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
events {{ worker_connections 40000; }}
http {{
  access_log off; nchan_shared_memory_size 256M; keepalive_timeout 3600; keepalive_requests 1000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{
    listen {host}:{port} backlog=4096;
    {tls}
    location ~ ^/s([0-9]+)/live$ {{
      nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message newest;
    }}
    location ~ ^/s([0-9]+)/replay$ {{
      nchan_subscriber eventsource; nchan_channel_id $1; nchan_subscriber_first_message -20;
    }}
    location ~ ^/s([0-9]+)/publish$ {{
      nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 20; nchan_message_timeout 10m;
    }}
  }}
}}
"""


@dataclass
class Running:
    """A server that runs. `live` and `replay` are paths, in which %d may stand for the number of a story."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    live: str
    replay: str
    publishing: str
    size: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "text"
    front: subprocess.Popen[bytes] | None = None
    readers_port: int = 0
    tls: bool = False
    _line: socket.socket | None = None

    def publish(self, mark: str, story: int = 0) -> int:
        """Publish one change that ends in this mark; gives the monotonic nanosecond just before it was sent."""
        text = self._text(mark)
        headers = dict(self.headers)
        if self.body == "json":
            text = json.dumps({"body": text})
            headers["Idempotency-Key"] = str(uuid.uuid4())
        return self.post(self.publishing.replace("%d", str(story)), text.encode(), headers)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        """POST in one write (the floor reads no more), and wait for the answer."""
        lines = [f"POST {path} HTTP/1.1", f"Host: {HOST}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self._line is None:
            self._line = self._connected(self.port, tls=self.tls and not self.readers_port)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        began = time.monotonic_ns()
        self._line.sendall(request)
        answer = http.client.HTTPResponse(self._line, method="POST")
        answer.begin()
        said = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{self.name} refused {path}: {answer.status} {said!r}")
        return began

    def warm_up(self) -> None:
        """Do everything once, so that what is loaded late isn't counted as the cost of readers."""
        for _ in range(3):
            with self._reader() as reader:
                path = self.live.replace("%d", "0")
                reader.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n".encode())
                reader.recv(65536)
                self.publish("warm")
                reader.recv(65536)

    @contextmanager
    def silent(self, readers: int) -> Iterator[None]:
        """So many readers that ask for all that there is, and read nothing of it, while the block lasts."""
        for number in range(LEFT_UNREAD if readers else 0):
            self.publish(f"unread {number}")
        with ExitStack() as lines:
            for _ in range(readers):
                line = lines.enter_context(socket.socket())
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                line.connect((HOST, self.readers_port or self.port))
                line.sendall(f"GET {self.replay.replace('%d', '0')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            yield

    def cpu(self) -> float:
        """Seconds of CPU that its processes have used."""
        return sum(map(cpu, self._pids()))

    def memory(self) -> int:
        """Its memory in kB, shared pages counted once (PSS)."""
        return sum(map(memory, self._pids()))

    def _text(self, mark: str) -> str:
        length = max(len(mark) + 20, self.size)
        return (FILLING * (length // len(FILLING) + 1))[: length - len(mark) - 1] + " " + mark

    def _reader(self) -> socket.socket:
        return self._connected(self.readers_port or self.port, tls=self.tls)

    def _connected(self, port: int, *, tls: bool) -> socket.socket:
        line = socket.create_connection((HOST, port), timeout=PATIENCE)
        if not tls:
            return line
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(line, server_hostname="localhost")

    def _pids(self) -> list[int]:
        both = [self.process, self.front] if self.front else [self.process]
        return [pid for each in both for pid in family(each.pid)]


def built(folder: Path, name: str, *more: str) -> Path:
    """A C program of this folder, compiled. Raises SystemExit when the compiler, or what it needs, is missing."""
    made = folder / name
    if not made.exists():
        compiler = program("cc") or program("gcc")
        if not compiler:
            raise SystemExit(f"{name}.c needs a C compiler (Debian: {lacking('gcc')} libc6-dev).")
        done = subprocess.run([compiler, "-O2", "-o", made, HERE / f"{name}.c", *more], check=False)
        if done.returncode:
            raise SystemExit(f"{name}.c can't be compiled: see above (Debian: apt-get install libc6-dev).")
    return made


@contextmanager
def floor(folder: Path, frame: int) -> Iterator[Running]:
    """What the kernel alone costs: one send() after the other."""
    port = free_port()
    with listening([str(built(folder, "floor")), str(port)], port) as process:
        yield Running("floor", port, process, "/live", "/replay", "/publish", frame - 38)


@contextmanager
def nchan(folder: Path, frame: int, *, tls: bool = False) -> Iterator[Running]:
    """nginx with Debian's libnginx-mod-nchan, one worker."""
    port, place = free_port(), folder / f"nchan-{uuid.uuid4()}"
    place.mkdir()
    conf = place / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    secret = free_port()
    itself = f"listen {HOST}:{secret} ssl backlog=4096; {CERTIFICATE}" if tls else ""
    conf.write_text(user + NGINX.format(module=NCHAN_MODULE, folder=place, host=HOST, port=port, tls=itself))
    with listening([program("nginx"), "-p", str(place), "-c", str(conf)], port) as process:
        running = Running("nchan", port, process, "/s%d/live", "/s%d/replay", "/s%d/publish", frame - 30)
        if tls:
            running.tls, running.readers_port = True, secret
        yield running


@contextmanager
def depesche(folder: Path, frame: int, *, stories: int = 1, workers: int = 1, tls: bool = False) -> Iterator[Running]:
    """The real application as `depesche serve` runs it: published by the API, written to SQLite, rendered."""
    place = folder / f"depesche-{uuid.uuid4()}"
    token = _furnished(place)
    with serving(place, "--workers", str(workers), run=ITSELF if tls else PLAIN) as (process, port):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        running = Running(
            "depesche", port, process, "/s%d/live", "/s%d/live?after=1", "/api/stories/s%d/posts", 260, headers, "json"
        )
        running.tls = tls
        for story in range(stories):
            story_body = json.dumps({"slug": f"s{story}", "title": f"Geschichte {story}"}).encode()
            running.post("/api/stories", story_body, {**headers, "Idempotency-Key": str(uuid.uuid4())})
        yield running


@contextmanager
def behind_nginx(inner: AbstractContextManager[Running], folder: Path) -> Iterator[Running]:
    """The same server with the nginx of docs/deploy in front of its readers: TLS, and one more hop."""
    changed = {"limit_conn depesche_readers 500;": "limit_conn depesche_readers 60000;"}  # all have one address here
    with inner as running:
        place = folder / f"front-{uuid.uuid4()}"
        front = Proxy(program("nginx"), place, [running.port], changed, connections=40_000)
        front.start()
        try:
            running.front, running.readers_port, running.tls = front.process, front.port, True
            yield running
        finally:
            front.stop()


def frame_size(folder: Path) -> int:
    """Bytes of the frame that Depesche sends for a post of some 200 characters: what all three send."""
    with depesche(folder, 0) as running, socket.create_connection((HOST, running.port), timeout=PATIENCE) as reader:
        reader.sendall(b"GET /s0/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        heard = b""
        while b"retry" not in heard:
            heard += reader.recv(65536)
        running.publish("@@0000:00000000@@")
        frame = b""
        while not frame.endswith(b"\n\n"):
            frame += reader.recv(65536)
        return len(frame)


def _furnished(place: Path) -> str:
    """Make an account; gives a token of it."""
    house = app.furnish(Settings(folder=place))
    account = house.people.add("bench", "Bench", "chief", str(uuid.uuid4()))
    if not isinstance(account, Account):
        raise RuntimeError(f"no account: {account}")
    token = house.people.make_token(account.id, "bench")
    house.desk.close()
    house.journal.close()
    return token
