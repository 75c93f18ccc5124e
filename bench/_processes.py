"""Processes that are measured: `depesche serve` and others, each on a free port of this machine while its block lasts.

In: a folder, a command. Out: a process that listens; its CPU and memory, those of its children included, from Linux's
own books. What this machine lacks is named with the package that brings it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.installation import free_port

HOST = "127.0.0.1"
PATIENCE = 60.0
"""Seconds for a start: on a machine with much other work a server takes its time."""
NCHAN_MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
OPENSSL = Path("/usr/include/openssl/ssl.h")
PLAIN = "from depesche.cli import main; main()"


def program(name: str) -> str:
    """Where a program is, or "". Debian's nginx lies in a folder that the PATH of an ordinary user lacks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or ""


def lacking(*packages: str) -> str:
    """What to install before something can be measured that needs these packages of Debian; empty when all is there."""
    there = {
        "gcc": program("cc") or program("gcc"),
        "libnginx-mod-nchan": NCHAN_MODULE.exists(),
        "libssl-dev": OPENSSL.exists(),
    }
    missing = [name for name in packages if not there.get(name, program(name))]
    return f"apt-get install {' '.join(missing)}" if missing else ""


@contextmanager
def serving(folder: Path, *more: str, run: str = PLAIN) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`depesche serve` with its data in this folder, and its port."""
    port = free_port()
    environment = {**os.environ, "DEPESCHE_FOLDER": str(folder), "DEPESCHE_PORT": str(port)}
    with listening([sys.executable, "-c", run, "serve", *more], port, environment) as process:
        yield process, port


@contextmanager
def listening(
    command: list[str], port: int, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """This process, from when it listens on its port."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} doesn't listen on port {port}")
            time.sleep(0.02)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def family(parent: int) -> list[int]:
    """A process and all that came from it."""
    return [parent, *(pid for child in children(parent) for pid in family(child))]


def children(parent: int) -> list[int]:
    """The processes that this one started: any of its threads may have begun one, as the one that reads texts is."""
    found = list[int]()
    for thread in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
            found += map(int, thread.read_text().split())
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process has used: the clock of another process has its number turned round (Linux)."""
    return time.clock_gettime((~pid << 3) | 2)


def memory(pid: int) -> int:
    """kB of a process, what several share counted once among them (PSS)."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
