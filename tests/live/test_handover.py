"""What handover.py relies on in the installed uvicorn, with both event loops: a connection handed over works on."""

from __future__ import annotations

import asyncio
import gc
import queue
import socket
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from depesche.live.audience import Audience
from depesche.live.counts import Counts
from depesche.live.entrance import Visitor, protocol
from depesche.live.handover import EXTENSION, LiveProtocol
from depesche.live.readers import UNSENT, Reader
from depesche.live.sockets import IN_KERNEL, SocketReader
from tests.live.wire import PATIENCE, Event, Wire
from tests.serving import running

HEAD = [(b"content-type", b"text/event-stream"), (b"connection", b"close")]
LOOPS = ("asyncio", "uvloop")
TLS = Path(__file__).parent.parent / "data" / "tls"


class App:
    """Hands over /live and answers anything else at once. Tests call its readers on its loop."""

    def __init__(self) -> None:
        self.readers: list[Reader] = []
        self._opened = threading.Event()
        self.protocols: list[weakref.ref[LiveProtocol]] = []
        self.loop: asyncio.AbstractEventLoop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self.loop = asyncio.get_running_loop()
            await self._lifespan(receive, send)
            return
        if scope["path"] != "/live":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
            await send({"type": "http.response.body", "body": b"ok"})
            return
        take = scope["extensions"][EXTENSION]
        self.protocols.append(weakref.ref(take.__self__))
        line = take()
        await send({"type": "http.response.start", "status": 200, "headers": list(HEAD)})
        if line is None:
            await send({"type": "http.response.body", "body": b"plain\n\n"})
            return
        if scope["query_string"] == b"fail":
            raise RuntimeError("between taking and opening")
        reader = line.open(b"data: first\n\n")
        if reader is not None:
            self.readers.append(reader)
            self._opened.set()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message: Message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    @property
    def newest(self) -> Reader:
        """The reader of the last stream; waits for the first."""
        assert self._opened.wait(PATIENCE)
        return self.readers[-1]

    def call(self, function: Callable[..., object], *args: object) -> object:
        """Call this on the loop."""

        async def call() -> object:
            return function(*args)

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(PATIENCE)

    def tell(self, frame: bytes) -> bool:
        """Send a frame to the newest reader as the hub does; whether it took it."""
        telling = Audience("story", Counts()).tell(frame, [self.newest])
        return bool(asyncio.run_coroutine_threadsafe(telling, self.loop).result(PATIENCE))

    def do(self, what: str, *args: bytes, reader: Reader | None = None) -> object:
        """Call a method of this reader, or of the newest, on the loop."""
        return self.call(getattr(reader or self.newest, what), *args)


@contextmanager
def serving(loop: str, protocol: type[asyncio.Protocol] = LiveProtocol, **options: Any) -> Iterator[tuple[App, int]]:
    app = App()
    config = uvicorn.Config(app, http=protocol, loop=loop, log_config=None, timeout_graceful_shutdown=3, **options)
    with running(uvicorn.Server(config)) as url:
        try:
            yield app, int(url.rpartition(":")[2])
        finally:
            for _ in list(app.readers):
                app.do("end", b"")
                app.readers.pop()


@pytest.fixture(params=LOOPS)
def served(request: pytest.FixtureRequest) -> Iterator[tuple[App, int]]:
    with serving(request.param) as made:
        yield made


def test_head_and_first_bytes_come_as_the_application_gave_them(served: tuple[App, int]) -> None:
    _, port = served
    with Wire(port, "/live") as wire:
        assert wire.status == 200
        assert "content-type: text/event-stream" in wire.head
        assert "date: " in wire.head  # what uvicorn adds itself is there too
        assert "transfer-encoding" not in wire.head
        assert wire.event() == _data("first")


def test_what_a_reader_sends_arrives_in_order_and_its_end_is_the_streams_end(served: tuple[App, int]) -> None:
    app, port = served
    with Wire(port, "/live") as wire:
        assert wire.event() == _data("first")
        for number in range(100):
            assert app.tell(b"data: %d\n\n" % number)
        app.do("end", b"data: last\n\n")
        assert wire.rest() == [_data(str(number)) for number in range(100)] + [_data("last")]
    assert app.do("send", b"data: too late\n\n") is False
    assert not app.tell(b"data: too late\n\n")


def test_a_connection_that_was_used_before_can_be_handed_over(served: tuple[App, int]) -> None:
    _, port = served
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as used:
        used.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while not answer.endswith(b"ok"):
            answer += used.recv(4096)
        used.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        stream = b""
        while not stream.endswith(b"first\n\n"):
            stream += used.recv(4096)
        assert stream.startswith(b"HTTP/1.1 200 OK")


def test_a_connection_with_a_second_request_behind_stays_with_uvicorn(served: tuple[App, int]) -> None:
    app, port = served
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as impatient:
        impatient.sendall(b"GET /live HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        while more := impatient.recv(4096):
            answer += more
        assert b"plain" in answer
    assert app.readers == []


def test_a_reader_that_hangs_up_is_noticed_and_nothing_is_written_any_more(served: tuple[App, int]) -> None:
    app, port = served
    wire = Wire(port, "/live")
    assert wire.event() == _data("first")
    wire.close()
    _until_gone(app)
    assert app.do("send", b"data: nobody\n\n") is False


def test_uvicorn_forgets_a_connection_that_was_handed_over(served: tuple[App, int]) -> None:
    app, port = served
    gc.collect()
    gc.disable()  # no cycle may keep it: 20,000 dead protocols would wait for the collector
    try:
        with Wire(port, "/live") as wire:
            assert wire.event() == _data("first")
            app.do("send", b":\n\n")  # one turn of the loop later the request's task has ended
            assert app.protocols[0]() is None
    finally:
        gc.enable()


def test_a_failure_between_taking_and_opening_closes_the_connection(
    served: tuple[App, int], caplog: pytest.LogCaptureFixture
) -> None:
    _, port = served
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.sendall(b"GET /live?fail HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert wire.recv(4096) == b""
    assert "between taking and opening" in caplog.text


def test_a_reader_that_does_not_read_is_cut_off_with_bounded_memory(served: tuple[App, int]) -> None:
    app, port = served
    with Wire(port, "/live"):
        frame = b"data: %s\n\n" % (b"x" * 8000)
        sent = 0
        while app.tell(frame):
            sent += len(frame)
            assert sent < 64 * UNSENT, "never cut off"
        assert sent > UNSENT
        assert app.do("send", b":\n\n") is False


def test_the_kernel_keeps_little_for_a_stream(served: tuple[App, int]) -> None:
    app, port = served
    with Wire(port, "/live"):
        sock = app.newest._transport.get_extra_info("socket")  # type: ignore[attr-defined]
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) in (IN_KERNEL, 2 * IN_KERNEL)


def test_a_slow_reader_gets_everything_in_order(served: tuple[App, int]) -> None:
    app, port = served
    with Wire(port, "/live", window=16 * 1024) as wire:
        assert wire.event() == _data("first")
        frames = [b"data: %06d%s\n\n" % (number, b"y" * 60_000) for number in range(4)]
        for frame in frames:
            assert app.tell(frame)  # more than the kernel takes, less than UNSENT waits in the transport
        for number in range(4):
            event = wire.event()
            assert event is not None
            assert event.data.startswith(f"{number:06d}")
            assert app.tell(b"data: between\n\n")
        for _ in range(4):
            assert wire.event() == _data("between")


class Doorkeeper:
    """Lets in whoever asks with ?now, keeps ?later waiting, and sends everybody else to the application."""

    def __init__(self) -> None:
        self.readers: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        self.visitors: queue.SimpleQueue[Visitor] = queue.SimpleQueue()
        self.open_at_the_end: list[socket.socket] = []

    def __call__(self, data: bytes, visitor: Visitor) -> bool:
        if data.startswith(b"GET /live?now"):
            self.let_in(visitor)
            return True
        if data.startswith(b"GET /live?later"):
            self.visitors.put(visitor)
            return True
        return False

    def let_in(self, visitor: Visitor) -> None:
        reader = visitor.enter(b"connection: close\r\n\r\ndata: by the door\n\n")
        if reader is not None:
            self.readers.put(reader)


@pytest.fixture(params=LOOPS)
def guarded(request: pytest.FixtureRequest) -> Iterator[tuple[App, int, Doorkeeper]]:
    keeper = Doorkeeper()
    with serving(request.param, protocol=protocol(keeper)) as (app, port):
        yield app, port, keeper
    for wire in keeper.open_at_the_end:
        assert wire.recv(4096) == b""
        wire.close()


def test_the_door_opens_a_stream_without_the_application(guarded: tuple[App, int, Doorkeeper]) -> None:
    app, port, keeper = guarded
    with Wire(port, "/live?now") as wire:
        assert "date: " in wire.head
        assert wire.event() == _data("by the door")
        reader = keeper.readers.get(timeout=PATIENCE)
        app.do("send", b"data: more\n\n", reader=reader)
        app.do("end", b"data: last\n\n", reader=reader)
        assert wire.rest() == [_data("more"), _data("last")]
    assert app.protocols == []


def test_who_is_not_let_in_is_served_by_the_application(guarded: tuple[App, int, Doorkeeper]) -> None:
    _, port, keeper = guarded
    with Wire(port, "/live") as wire:
        assert wire.event() == _data("first")
    assert keeper.readers.empty()


def asking(port: int, path: str) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return wire


def test_who_waits_at_the_door_is_let_in_later(guarded: tuple[App, int, Doorkeeper]) -> None:
    app, port, keeper = guarded
    with asking(port, "/live?later") as wire:
        app.call(keeper.let_in, keeper.visitors.get(timeout=PATIENCE))
        heard = b""
        while not heard.endswith(b"by the door\n\n"):
            heard += wire.recv(4096)
        app.do("end", b"data: last\n\n", reader=keeper.readers.get(timeout=PATIENCE))
        assert wire.recv(4096) == b"data: last\n\n"


def test_who_waits_and_is_turned_away_is_served_by_the_application(guarded: tuple[App, int, Doorkeeper]) -> None:
    app, port, keeper = guarded
    with asking(port, "/live?later") as wire:
        wire.sendall(b"GET /more HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        visitor = keeper.visitors.get(timeout=PATIENCE)
        while visitor._data is not None and b"/more" not in visitor._data:
            app.call(len, b"")  # a turn of the loop
        app.call(visitor.turn_away)
        heard = b""
        while more := wire.recv(4096):
            heard += more
        assert b"plain" in heard  # uvicorn has both requests, so the first can't be handed over


def test_who_goes_while_waiting_is_forgotten(guarded: tuple[App, int, Doorkeeper]) -> None:
    app, port, keeper = guarded
    asking(port, "/live?later").close()
    visitor = keeper.visitors.get(timeout=PATIENCE)
    while visitor._line is not None:
        app.call(len, b"")
    app.call(keeper.let_in, visitor)
    app.call(visitor.turn_away)
    assert keeper.readers.empty()


def test_a_visitor_does_not_keep_the_server_from_ending(guarded: tuple[App, int, Doorkeeper]) -> None:
    _, port, keeper = guarded
    silent = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    waiting = asking(port, "/live?later")
    keeper.visitors.get(timeout=PATIENCE)
    keeper.open_at_the_end = [silent, waiting]


def test_what_comes_behind_a_request_for_a_stream_does_not_disturb_it(guarded: tuple[App, int, Doorkeeper]) -> None:
    app, port, keeper = guarded
    more = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n\0 this is not HTTP"
    for header, body in (("Content-Length: 5\r\n", "12345"), ("", more), ("Content-Length: 9\r\n", "late")):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
            wire.sendall(f"GET /live?now HTTP/1.1\r\nHost: localhost\r\n{header}\r\n{body}".encode())
            heard = b""
            while not heard.endswith(b"by the door\n\n"):
                heard += wire.recv(4096)
            wire.sendall(b"GET / HTTP/1.1\r\n\r\n")
            reader = keeper.readers.get(timeout=PATIENCE)
            app.do("send", b"data: more\n\n", reader=reader)
            app.do("end", b"data: last\n\n", reader=reader)
            while more_heard := wire.recv(4096):
                heard += more_heard
            assert heard.count(b"HTTP/1.1") == 1
            assert heard.endswith(b"data: more\n\ndata: last\n\n")


@pytest.mark.parametrize("loop", LOOPS)
def test_nothing_goes_in_plain_text_over_tls(loop: str) -> None:
    files: dict[str, Any] = {"ssl_certfile": str(TLS / "localhost.crt"), "ssl_keyfile": str(TLS / "localhost.key")}
    with serving(loop, **files) as (app, port), Wire(port, "/live", tls=True) as wire:
        assert wire.event() == _data("first")
        assert app.newest._fd == -1  # type: ignore[attr-defined]
        assert app.tell(b"data: secret\n\n")
        assert wire.event() == _data("secret")
        app.do("end", b"data: last\n\n")
        assert wire.rest() == [_data("last")]


def test_without_tls_the_socket_itself_is_written_to(served: tuple[App, int]) -> None:
    app, port = served
    with Wire(port, "/live") as wire:
        assert wire.event() == _data("first")
        assert type(app.newest) is SocketReader


def _data(text: str) -> Event:
    return Event(data=text)


def _until_gone(app: App) -> None:
    reader = app.newest
    assert isinstance(reader, SocketReader)

    async def lost() -> None:
        async with asyncio.timeout(PATIENCE):
            while reader._transport is not None:
                await asyncio.sleep(0.001)

    asyncio.run_coroutine_threadsafe(lost(), app.loop).result(PATIENCE)
