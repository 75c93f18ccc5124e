"""The files for systemd, the settings beside them, NATS and the kernel are understood by whoever reads them."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import warnings
from pathlib import Path

import httpx2
import pytest

from depesche.bus.choice import chosen
from depesche.settings import Settings, load, unknown
from tests.faults.installation import DEPESCHE, PATIENCE, Node, free_port, installed, until
from tests.faults.reader import fresh

pytestmark = pytest.mark.timeout(300)
DEPLOY = Path(__file__).parent.parent.parent / "docs/deploy"
UNITS = sorted(each.name for each in (DEPLOY / "systemd").iterdir())
LINES = {"/opt/depesche/.venv/bin/depesche": DEPESCHE, "/opt/depesche/": f"{DEPLOY.parent.parent}/"}


class Unit:
    """A unit as systemd reads it: sections of keys, each with one or more values."""

    def __init__(self, name: str) -> None:
        self._sections: dict[str, dict[str, list[str]]] = {}
        section: dict[str, list[str]] = {}
        for line in (DEPLOY / "systemd" / name).read_text().splitlines():
            if re.fullmatch(r"\[\w+\]", line):
                section = self._sections.setdefault(line, {})
            elif line and not line.startswith(("#", ";")):
                key, sign, value = line.partition("=")
                assert sign, line
                section.setdefault(key, []).append(value)

    def all(self, key: str) -> list[str]:
        return self._sections["[Service]"].get(key, [])

    def environment(self, port: int) -> dict[str, str]:
        """What Environment= and the file of EnvironmentFile= give, %i being the port."""
        words = [word for line in self.all("Environment") for word in shlex.split(line.replace("%i", str(port)))]
        return dict(word.split("=", 1) for word in words) | in_file("depesche.env")


def in_file(name: str) -> dict[str, str]:
    """The settings of a file for EnvironmentFile=."""
    lines = [line for line in (DEPLOY / name).read_text().splitlines() if line and not line.startswith("#")]
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_the_unit(name: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here; the unit's own line is started all the same")
    for unit in UNITS:
        text = (DEPLOY / "systemd" / unit).read_text()
        for place, other in LINES.items():
            text = text.replace(place, other)
        (tmp_path / unit).write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))
    asked = str(tmp_path / name.replace("@.", "@8000."))
    done = subprocess.run([analyze, "verify", "--man=no", asked], capture_output=True, text=True, timeout=PATIENCE)
    said = [line for line in done.stderr.splitlines() if str(tmp_path) in line or name.partition("@")[0] in line]
    assert (said, done.returncode) == ([], 0), done.stderr


def test_the_service_is_locked_in(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze here")
    command = [
        analyze,
        "security",
        "--offline=true",
        "--threshold=20",
        "--no-pager",
        str(tmp_path / "depesche@1.service"),
    ]
    shutil.copy(DEPLOY / "systemd/depesche@.service", command[-1])
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if "Unknown" in done.stderr or "unrecognized" in done.stderr:
        pytest.skip("this systemd-analyze can't look at a file")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_line_of_the_service_serves(tmp_path: Path) -> None:
    unit = Unit("depesche@.service")
    [line] = unit.all("ExecStart")
    command = shlex.split(line.replace("/opt/depesche/.venv/bin/depesche", DEPESCHE))
    settings = unit.environment(free_port())
    assert settings["DEPESCHE_FOLDER"] == f"/var/lib/{unit.all('StateDirectory')[0]}"
    others = {name: value for name, value in os.environ.items() if not name.startswith("DEPESCHE_")}
    node = Node({**others, **settings, "DEPESCHE_FOLDER": str(tmp_path)}, command)
    node.start()
    node.stop()
    assert (tmp_path / "depesche.db").exists()
    assert int(unit.all("LimitNOFILE")[0]) > Settings().max_streams


@pytest.mark.parametrize("name", ["depesche.env", "depesche-nodes.env"])
def test_every_line_of_the_settings_is_a_setting(name: str) -> None:
    settings = in_file(name)
    assert unknown(settings) == []
    made = load(settings)
    assert made.url == "https://live.example.org"
    if name == "depesche-nodes.env":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chosen(made.bus, made.journal_url, made.folder)


def test_two_nodes_ring_through_the_nats_of_the_file(tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "nats.conf"
    text = (DEPLOY / "nats.conf").read_text()
    assert "127.0.0.1:4222" in text
    file.write_text(text.replace("127.0.0.1:4222", f"127.0.0.1:{port}"))
    program = Path(sys.executable).parent / "nats-server"
    server = subprocess.Popen([str(program), "-c", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port), "nats-server")
        bus = in_file("depesche-nodes.env")["DEPESCHE_BUS"].replace("127.0.0.1:4222", f"127.0.0.1:{port}")
        with installed(tmp_path / "var", nodes=2, bus=bus) as office:
            here, there = office.nodes
            until(lambda: bus_up(here) and bus_up(there), "the bus")
            office.publish(here.url, "Über den Bus.")
            assert fresh(there.url).shows["post:1"]
    finally:
        server.kill()
        server.wait()


def bus_up(node: Node) -> bool:
    return "bus: up" in httpx2.get(f"{node.url}/readyz", timeout=PATIENCE).text


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="the file is for Linux")
def test_the_kernel_knows_what_is_set() -> None:
    made = configparser.ConfigParser()
    made.read_string("[all]\n" + (DEPLOY / "sysctl.conf").read_text())
    assert {"net.core.somaxconn"} <= set(made["all"])
    unknown_here = [key for key in made["all"] if not Path("/proc/sys", *key.split(".")).exists()]
    assert unknown_here == []
