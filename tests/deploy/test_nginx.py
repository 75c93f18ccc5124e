"""nginx as docs/deploy has it, in front of a real Depesche: TLS, the cache, streams, and an origin that is down."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx2
import pytest

from tests.deploy.proxy import Proxy, proxied
from tests.faults.installation import SLUG, Installation, installed, until
from tests.faults.reader import Reader, all_equal, fresh, knock
from tests.live.wire import Wire

pytestmark = pytest.mark.timeout(300)
MANY = 100
"""Readers who ask at the same moment."""
DUE = 3.2
"""Seconds after which a kept page is due: its max-age of 2, counted by nginx in whole seconds."""

LONG_DUE = 10
"""Seconds after which it may not even be shown while a new one is fetched (stale-while-revalidate)."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("office") / "var") as made:
        yield made


@pytest.fixture(scope="module")
def shared(nginx: str, office: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with proxied(nginx, tmp_path_factory.mktemp("front") / "nginx", [office.nodes[0].port]) as made:
        office.publish(office.nodes[0].url, "Der erste Satz.")
        yield made


@pytest.fixture(scope="module")
def browser(shared: Proxy) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=shared.url, timeout=30, verify=False) as made:
        yield made


def test_nginx_takes_the_files_for_one_node_and_for_several(nginx: str, tmp_path: Path) -> None:
    for name, nodes in (("one", [8000]), ("several", [8001, 8002])):
        said = Proxy(nginx, tmp_path / name, nodes).check()
        assert "test is successful" in said
        warned = [line for line in said.splitlines() if "[warn]" in line and "http2" not in line]
        assert warned == []  # newer ones would have another form of http2


def test_a_page_comes_by_tls_with_each_header_once(browser: httpx2.Client) -> None:
    answer = browser.get(f"/{SLUG}")
    assert answer.status_code == 200
    assert "Der erste Satz." in answer.text
    names = Counter(name.lower() for name, _ in answer.headers.raw)
    assert [name for name, times in names.items() if times > 1] == []
    assert {b"content-security-policy", b"x-content-type-options", b"strict-transport-security", b"etag"} <= set(names)
    assert answer.headers["cache-control"].startswith("public, max-age=2")
    assert "nginx/" not in answer.headers["server"], "the version is nobody's business"


def test_plain_http_leads_to_tls_and_other_names_nowhere(shared: Proxy) -> None:
    answer = httpx2.get(f"http://127.0.0.1:{shared.plain_port}/{SLUG}", headers={"host": "localhost"})
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://localhost/{SLUG}")
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"https://127.0.0.1:{shared.port}/{SLUG}", verify=False)


def test_certificates_can_be_asked_for_by_plain_http(shared: Proxy) -> None:
    challenge = shared.folder / "acme/.well-known/acme-challenge/token"
    challenge.parent.mkdir(parents=True)
    challenge.write_text("answer")
    address = f"http://127.0.0.1:{shared.plain_port}/.well-known/acme-challenge/token"
    assert httpx2.get(address, headers={"host": "localhost"}).text == "answer"


def test_browsers_are_offered_http_2(shared: Proxy) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", shared.port)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        assert line.selected_alpn_protocol() == "h2"
        assert line.version() == "TLSv1.3"


def test_who_has_the_page_gets_304_and_nobody_else_is_asked(browser: httpx2.Client, shared: Proxy) -> None:
    first = browser.get(f"/{SLUG}")
    asked = shared.asked(f"/{SLUG}")
    again = browser.get(f"/{SLUG}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert shared.asked(f"/{SLUG}") - asked <= 1


def test_answers_are_compressed_by_depesche_alone(browser: httpx2.Client) -> None:
    packed = browser.get(f"/{SLUG}", headers={"accept-encoding": "gzip;q=1.0, identity"})
    plain = browser.get(f"/{SLUG}", headers={"accept-encoding": "gzip;q=0"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert not packed.headers["etag"].startswith("W/")
    both = browser.head(f"/{SLUG}", headers={"accept-encoding": "gzip, deflate, br, zstd"})
    assert both.headers["content-encoding"] == "br"
    assert both.headers["vary"].lower() == "accept-encoding"


def test_pages_are_kept_and_desk_and_api_are_not(browser: httpx2.Client, office: Installation) -> None:
    browser.get(f"/{SLUG}")
    assert browser.get(f"/{SLUG}").headers["x-cache"] in ("HIT", "STALE", "UPDATING")
    for path in ("/desk/login", "/api/openapi.json"):
        assert "x-cache" not in browser.get(path).headers
    key = {"authorization": f"Bearer {office.token}"}
    answer = browser.post(f"/api/stories/{SLUG}/posts", json={"body": "Durch nginx."}, headers=key)
    assert answer.status_code == 201


def test_what_watches_the_server_is_for_the_house(nginx: str, office: Installation, tmp_path: Path) -> None:
    elsewhere = {"        allow 127.0.0.1;\n": "        allow 192.0.2.1;\n"}
    with proxied(nginx, tmp_path / "nginx", [office.nodes[0].port], elsewhere) as proxy:
        for path in ("/metrics", "/healthz", "/readyz"):
            assert httpx2.get(proxy.url + path, verify=False).status_code == 403
        assert httpx2.get(f"{proxy.url}/{SLUG}", verify=False).status_code == 200


def test_a_change_arrives_while_the_stream_is_open(office: Installation, shared: Proxy) -> None:
    url = office.nodes[0].url
    last = fresh(url).edition
    with Wire.over(knock(shared.port, f"/{SLUG}/live?after={last}", tls=True)) as wire:
        assert wire.status == 200
        assert "cache-control: no-store" in wire.head
        opening = wire.event()
        assert opening is not None, "the first comment was held back"
        for number in range(3):
            office.publish(url, f"Live {number}.")
            event = wire.change()
            assert event is not None
            assert f"Live {number}." in event.data


@pytest.mark.parametrize("path", [f"/{SLUG}", f"/{SLUG}/changes?after=1", f"/{SLUG}/p/1"])
def test_many_who_ask_at_once_are_one_request(office: Installation, shared: Proxy, path: str) -> None:
    new = asked_by_many(shared, f"{path}{'&' if '?' in path else '?'}new=1", after=0)
    assert new == 1
    due = []
    for number in range(2):
        office.publish(office.nodes[0].url, f"Neu {number}.")
        due.append(asked_by_many(shared, path, after=DUE))
    assert max(due) <= 2, due  # one, and now and then one more that came when the first had just ended


def asked_by_many(shared: Proxy, path: str, *, after: float) -> int:
    """How many requests reach Depesche when MANY readers, all connected, ask for this at the same moment."""
    logged = path.partition("?")[0]
    lines = connected(shared.port, MANY)
    time.sleep(after)
    before, logged_before = shared.asked(logged), len(shared.lines())
    request = f"GET {path} HTTP/1.1\r\nHost: localhost:{shared.port}\r\nConnection: close\r\n\r\n".encode()
    barrier = threading.Barrier(10)

    def ask(some: list[ssl.SSLSocket]) -> list[bytes]:
        barrier.wait()
        for each in some:
            each.sendall(request)
        return [whole(each) for each in some]

    with ThreadPoolExecutor(10) as threads:
        answers = [each for some in threads.map(ask, [lines[k::10] for k in range(10)]) for each in some]
    assert Counter(each.split(b"\r\n")[0] for each in answers) == {b"HTTP/1.1 200 OK": MANY}
    until(lambda: len(shared.lines()) - logged_before >= MANY, "nginx's log")
    return shared.asked(logged) - before


def connected(port: int, readers: int) -> list[ssl.SSLSocket]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    made = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(readers)]
    return [context.wrap_socket(each, server_hostname="localhost") for each in made]


def whole(line: ssl.SSLSocket) -> bytes:
    with line:
        return b"".join(iter(lambda: line.recv(65536), b""))


class Busy(BaseHTTPRequestHandler):
    """What a load balancer answers during a deploy."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def busy(port: int) -> Iterator[None]:
    """Somebody who answers everything with 503 on this port."""
    with HTTPServer(("127.0.0.1", port), Busy) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
def test_an_origin_that_is_down_costs_readers_nothing(nginx: str, tmp_path: Path) -> None:
    with installed(tmp_path / "var") as office, proxied(nginx, tmp_path / "nginx", [office.nodes[0].port]) as proxy:
        node, page = office.nodes[0], f"{proxy.url}/{SLUG}"
        office.publish(node.url, "Vorher.")
        reader = Reader([proxy.port], tls=True)
        reader.until(fresh(node.url).edition)
        assert httpx2.get(page, verify=False).headers["x-cache"] == "MISS"
        node.stop()
        for wait in (DUE, LONG_DUE):  # first while an old page is good for everybody, then only for want of a new one
            time.sleep(wait)
            old = httpx2.get(page, verify=False)
            assert (old.status_code, old.headers["x-cache"]) == (200, "STALE")
            assert "Vorher." in old.text
        assert httpx2.get(f"{proxy.url}/desk/login", verify=False).status_code == 502
        with busy(node.port):
            assert httpx2.get(f"{proxy.url}/desk/login", verify=False).status_code == 503
            old = httpx2.get(page, verify=False)
            assert (old.status_code, old.headers["x-cache"]) == (200, "STALE")
        node.start()
        office.publish(node.url, "Nachher.")
        reader.until_open(2)
        all_equal([reader], node.url, posts=2)
        until(lambda: "Nachher." in httpx2.get(page, verify=False).text, "the new page")


def test_a_reload_costs_nobody_a_post(nginx: str, tmp_path: Path) -> None:
    with installed(tmp_path / "var") as office, proxied(nginx, tmp_path / "nginx", [office.nodes[0].port]) as proxy:
        node = office.nodes[0]
        readers = [Reader([proxy.port], tls=True) for _ in range(5)]
        for reader in readers:
            reader.until_open()
        office.publish(node.url, "Vorher.")
        proxy.reload()
        office.publish(node.url, "Mittendrin.")
        for reader in readers:
            reader.until_open(2)
        office.publish(node.url, "Nachher.")
        all_equal(readers, node.url, posts=3)


def test_a_machine_that_runs_wild_is_slowed_down(nginx: str, office: Installation, tmp_path: Path) -> None:
    few = {"limit_conn depesche_readers 500;": "limit_conn depesche_readers 3;"}
    with proxied(nginx, tmp_path / "nginx", [office.nodes[0].port], few) as proxy:
        wires = [Wire.over(knock(proxy.port, f"/{SLUG}/live", tls=True)) for _ in range(5)]
        assert sorted(wire.status for wire in wires) == [200, 200, 200, 429, 429]
        for wire in wires:
            wire.close()
        logins = [httpx2.get(f"{proxy.url}/desk/login", verify=False).status_code for _ in range(40)]
        assert logins[:20] == [200] * 20
        assert logins[-1] == 429


def test_uploads_pass_up_to_the_size_that_depesche_takes(browser: httpx2.Client, office: Installation) -> None:
    key = {"authorization": f"Bearer {office.token}"}
    path = f"/api/stories/{SLUG}/posts"
    passed = browser.post(path, content=b" " * 24_000_000, headers=key)
    assert passed.headers["content-type"] == "application/problem+json", "nginx refused it"
    assert browser.post(path, content=b" " * 27_000_000, headers=key).status_code == 413
