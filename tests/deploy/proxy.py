"""The configurations of docs/deploy/nginx in a real nginx: as they stand there but for addresses, ports and folders.

In: ports of nodes. Out: an nginx process in front of them, with TLS by a throw-away certificate. Never: a configuration
of the tests' own; a place that can't be found in the files any more fails the test.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.faults.installation import PATIENCE, free_port, until

CHECKOUT = Path(__file__).parent.parent.parent
FILES = CHECKOUT / "docs/deploy/nginx"
TLS = CHECKOUT / "tests/data/tls"


class Proxy:
    """nginx, which can be told to read its files anew."""

    def __init__(
        self,
        nginx: str,
        folder: Path,
        nodes: Sequence[int],
        changed: Mapping[str, str] | None = None,
        *,
        connections: int = 4_000,
    ) -> None:
        self._connections = connections
        self.port, self.plain_port = free_port(), free_port()
        self.url = f"https://localhost:{self.port}"
        self.folder = folder
        self._nginx, self._changed = nginx, changed or {}
        folder.mkdir()
        (folder / "conf.d").mkdir()
        self._main = folder / "nginx.conf"
        self._main.write_text(self._frame())
        (folder / "conf.d/depesche.conf").write_text(self._site())
        (folder / "conf.d/depesche-upstream.conf").write_text(_upstream(nodes))
        self.process: subprocess.Popen[bytes] | None = None

    def check(self) -> str:
        """What nginx says to its files; fails when it doesn't take them."""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self.process = subprocess.Popen([*self._command(), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
        until(lambda: self._log().exists() and _listens(self.port), "nginx")

    def reload(self) -> None:
        """Read the files anew, as after a new certificate."""
        assert self.process is not None
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
            self.process = None

    def asked(self, path: str) -> int:
        """How many requests for this path it has passed on to Depesche, from its own log."""
        return sum(f'"{path}"' in line and " from=127" in line for line in self.lines())

    def lines(self) -> list[str]:
        """Its log so far."""
        return (self.folder / "access.log").read_text().splitlines()

    def _command(self) -> list[str]:
        return [self._nginx, "-p", str(self.folder), "-c", str(self._main), "-e", str(self._log())]

    def _log(self) -> Path:
        return self.folder / "error.log"

    def _frame(self) -> str:
        kept = "\n".join(
            f"    {kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        return _changed(
            FILES / "nginx.conf",
            {
                "user www-data;": "user root;" if os.geteuid() == 0 else "",  # test folders are for their owner only
                "/run/nginx.pid": f"{self.folder}/nginx.pid",
                "/var/log/nginx/error.log": str(self._log()),
                "/var/log/nginx/access.log": f"{self.folder}/access.log",
                " buffer=64k flush=5s": "",
                "worker_shutdown_timeout 60s;": "worker_shutdown_timeout 1s;",
                "worker_connections 40000;": f"worker_connections {self._connections};",
                "worker_rlimit_nofile 131072;": f"worker_rlimit_nofile {2 * self._connections + 2_000};",
                "    include /etc/nginx/conf.d/": f"{kept}\n    include {self.folder}/conf.d/",
            },
        )

    def _site(self) -> str:
        text = _changed(
            FILES / "depesche.conf",
            {
                "/var/cache/nginx/depesche": f"{self.folder}/cache",
                "/etc/letsencrypt/live/live.example.org/fullchain.pem": f"{TLS}/localhost.crt",
                "/etc/letsencrypt/live/live.example.org/privkey.pem": f"{TLS}/localhost.key",
                "/var/www/acme": f"{self.folder}/acme",
                "server_name live.example.org;": "server_name localhost;",
                "    listen 80;": f"    listen 127.0.0.1:{self.plain_port};",
                "    listen 443": f"    listen 127.0.0.1:{self.port}",
                **self._changed,
            },
        )
        return re.sub(r"    listen \[::\].*\n", "", text)  # not every machine has IPv6


def _changed(file: Path, places: Mapping[str, str]) -> str:
    text = file.read_text()
    for place, other in places.items():
        assert place in text, f"{file.name} has no {place!r} any more"
        text = text.replace(place, other)
    return text


def _upstream(nodes: Sequence[int]) -> str:
    if len(nodes) == 1:
        return _changed(FILES / "upstream-one.conf", {"127.0.0.1:8000": f"127.0.0.1:{nodes[0]}"})
    assert len(nodes) == 2
    return _changed(
        FILES / "upstream-nodes.conf",
        {"127.0.0.1:8001": f"127.0.0.1:{nodes[0]}", "127.0.0.1:8002": f"127.0.0.1:{nodes[1]}"},
    )


def _listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def proxied(
    nginx: str, folder: Path, nodes: Sequence[int], changed: Mapping[str, str] | None = None
) -> Iterator[Proxy]:
    """nginx in front of these nodes, while the block lasts."""
    made = Proxy(nginx, folder, nodes, changed)
    made.start()
    try:
        yield made
    finally:
        made.stop()
