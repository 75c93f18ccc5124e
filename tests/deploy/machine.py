"""A machine booted by systemd, with this checkout in /opt/depesche: this system's own files under a layer in memory.

In: systemd-nspawn, and a system that lets root use it. Out: commands that run on that machine; its network is this
one's, so that tests reach its ports. Never: a change to this system's files, or one of its own services started.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.deploy.conftest import NO_UNITS
from tests.deploy.documents import CHECKOUT
from tests.faults.installation import PATIENCE

VENV = "/opt/depesche/.venv"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
HIDDEN = ("home", "root", "tmp", "run")
"""Folders at the root that ProtectHome= and PrivateTmp= keep from a unit."""
INSTALL = f"""
{{python}} -m venv --without-pip {VENV}
echo /opt/packages > {VENV}/lib/{PYTHON}/site-packages/depesche.pth
echo /opt/depesche/src >> {VENV}/lib/{PYTHON}/site-packages/depesche.pth
printf '#!{VENV}/bin/python\\nfrom depesche.cli import main\\nmain()\\n' > {VENV}/bin/depesche
chmod 755 {VENV}/bin/depesche
"""
"""The packages of the tests' own environment under the documents' address, without asking a registry."""


class Machine:
    """A machine that runs; `leader` is its first process, by the number that it has here."""

    def __init__(self, leader: int) -> None:
        self._inside = ["nsenter", f"--target={leader}", "--mount", "--root", "--uts", "--ipc", "--pid", "--cgroup"]

    def run(self, *words: str, within: int = 0) -> str:
        """What this command says, as root; fails when it fails. `within`: what that process of the machine can see."""
        view = ["nsenter", f"--target={within}", "--mount", "--root"] if within else []
        clean = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run(
            [*self._inside, *view, *words], env=clean, capture_output=True, text=True, timeout=2 * PATIENCE
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout

    def sh(self, lines: str, **variables: str) -> str:
        """What these lines say, in one shell, which stops at the first that fails."""
        return self.run("env", *(f"{name}={value}" for name, value in variables.items()), "sh", "-euc", lines)

    def told(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.run("systemctl", "show", "--value", f"--property={name}", unit).strip()

    def journal(self, unit: str) -> str:
        """What a unit has said."""
        return self.run("journalctl", "--output=cat", "--no-pager", f"--unit={unit}")


@contextlib.contextmanager
def booted(nspawn: str, folder: Path, binds: Sequence[str] = ()) -> Iterator[Machine]:
    """A machine, while the block lasts; `binds` are what it sees of this system, as `FROM:TO`.

    Skips where none boots.
    """
    python, root, notify, log = _python(), folder / "root", folder / "notify", folder / "boot.log"
    root.mkdir()
    # `/` itself is refused by nspawn; and what it keeps in /run ends with this namespace
    private = f'mount --bind / {root} && mount -t tmpfs tmpfs /run && exec "$@"'
    command = ["unshare", "--mount", "sh", "-c", private, "sh", *_boot(nspawn, root, binds)]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices, log.open("wb") as said:
        notices.bind(str(notify))
        process = subprocess.Popen(
            command,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NOTIFY_SOCKET": str(notify)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        try:
            machine = Machine(_leader(process, notices, log))
            notices.close()  # systemd 257 goes on telling, and nspawn would wait for us to listen
            machine.sh(INSTALL.format(python=python))
            yield machine
        finally:
            process.send_signal(signal.SIGTERM)  # shuts the machine down
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()  # does nothing to one that has ended


def _boot(nspawn: str, root: Path, binds: Sequence[str]) -> list[str]:
    seen = [f"{CHECKOUT}:/opt/depesche", f"{sysconfig.get_path('purelib')}:/opt/packages"]
    return [
        nspawn,
        f"--directory={root}",
        "--volatile=overlay",
        *(f"--bind-ro={each}" for each in seen),
        *(f"--bind={each}" for each in binds),
        f"--tmpfs={VENV}:mode=0755",
        "--machine=depesche",
        "--register=no",
        "--keep-unit",
        "--settings=no",
        "--link-journal=no",
        "--resolv-conf=off",
        "--console=pipe",
        "--notify-ready=yes",
        "--boot",
        "systemd.unit=sysinit.target",  # none of the services that this system has enabled
    ]


def _leader(process: subprocess.Popen[bytes], notices: socket.socket, log: Path) -> int:
    """The machine's first process, once it has booted."""
    leader, end = 0, time.monotonic() + PATIENCE
    notices.settimeout(0.2)
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.skip(
                f"no machine can be booted here, so {NO_UNITS}: {log.read_text(errors='replace').strip()[-300:]}"
            )
        with contextlib.suppress(TimeoutError):
            for line in notices.recv(4096).decode().splitlines():
                name, _, value = line.partition("=")
                leader = int(value) if name == "X_NSPAWN_LEADER_PID" else leader
                if line == "READY=1":
                    return leader
    raise AssertionError(f"the machine doesn't boot: {log.read_text(errors='replace')}")


def _python() -> str:
    """A Python of this version where a unit may look. Skips where there is none."""
    for place in (Path(sys.base_prefix, "bin"), Path("/usr/bin"), Path("/usr/local/bin")):
        found = (place / PYTHON).resolve()
        if found.exists() and found.parts[1] not in HIDDEN:
            return str(found)
    pytest.skip(f"there is a {PYTHON} only where units may not look, so {NO_UNITS}")
