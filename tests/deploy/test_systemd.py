"""The units run under systemd, installed by the documents' commands as they stand there but for the port.

In: a machine that systemd booted (tests.deploy.machine). Out: what the service may and what it may not, what survives
when it is killed, stopped, backed up and restored. Never: a unit of the tests' own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from depesche.aside import NICENESS
from tests.bus.servers import NatsServer
from tests.databases import PostgresDatabases
from tests.deploy.documents import CHECKOUT, blocks
from tests.deploy.machine import Machine, booted
from tests.deploy.proxy import proxied
from tests.deploy.test_upgrade import notice_nothing
from tests.faults.installation import PATIENCE, SLUG, Office, Writer, free_port, until
from tests.faults.reader import Reader, all_equal, fresh
from tests.live.wire import Wire
from tests.web.test_media import picture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
DEPLOY = CHECKOUT / "docs/deploy"
SOCKET = ".s.PGSQL.5432"
HIRE = "user add chefin --role admin --generate"


class Service:
    """depesche@PORT on a machine, and somebody who publishes there."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.port = free_port()
        self.url, self.unit = f"http://127.0.0.1:{self.port}", f"depesche@{self.port}.service"
        self.sh(blocks("One machine")[0])
        self.until_ready()
        self.password, self.office = hired(machine)
        self.office.open(self.url)

    def sh(self, lines: list[str], **variables: str) -> str:
        """What a block of the document says."""
        return self.machine.sh("\n".join(lines).replace("depesche@8000", f"depesche@{self.port}"), **variables)

    def until_ready(self) -> None:
        """Wait until it answers readers."""
        until_ready(self.machine, self.url)

    def restart(self) -> None:
        """Start it anew, with the unit as it is then."""
        self.machine.sh(f"systemctl daemon-reload; systemctl restart {self.unit}")
        self.until_ready()

    def told(self, name: str) -> str:
        """A property of the unit."""
        return self.machine.told(self.unit, name)


def hired(machine: Machine) -> tuple[str, Office]:
    """The password of somebody who is hired as the document tells, and what publishes with a token of hers."""
    hire = "\n".join(blocks("One machine")[1])
    password = machine.sh(hire).split()[-1]
    assert HIRE in hire
    return password, Office(machine.sh(hire.replace(HIRE, "token make chefin")).split()[-1])


def until_ready(machine: Machine, url: str) -> None:
    try:
        until(lambda: ready(url), url)
    except AssertionError as vain:
        raise AssertionError(machine.journal("depesche@*")) from vain


def ready(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200
    except httpx2.TransportError:
        return False


@pytest.fixture(scope="module")
def service(nspawn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with booted(nspawn, tmp_path_factory.mktemp("machine")) as machine:
        yield Service(machine)


def test_it_runs_as_nobody_in_particular_and_may_little(service: Service) -> None:
    machine, process = service.machine, int(service.told("MainPID"))
    status = dict(
        line.split(":\t", 1) for line in machine.run("cat", f"/proc/{process}/status").splitlines() if ":\t" in line
    )
    user = machine.run("id", "--user", "depesche").strip()
    assert set(status["Uid"].split()) == {user} != {"0"}
    assert (int(status["CapBnd"], 16), status["NoNewPrivs"], status["Seccomp"]) == (0, "1", "2")
    assert machine.run("stat", "--format=%U %a", "/var/lib/depesche").split() == ["depesche", "700"]
    for place in ("/etc", "/usr", "/opt/depesche", "/var"):
        with pytest.raises(AssertionError, match="Read-only file system"):
            machine.run("touch", f"{place}/written", within=process)
    assert machine.run("ls", "/home", "/root", within=process).split() == ["/home:", "/root:"]
    machine.run("runuser", "-u", "depesche", "--", "touch", "/var/lib/depesche/written", within=process)


def test_it_may_open_as_many_files_as_the_unit_says(service: Service) -> None:
    limits = service.machine.run("cat", f"/proc/{service.told('MainPID')}/limits")
    open_files = re.search(r"^Max open files\s+(\d+)", limits, re.M)
    assert open_files is not None
    wanted = int(service.told("LimitNOFILE"))
    assert wanted == 65536
    assert int(open_files[1]) in (wanted, hard_limit()), "as many as this system lets anybody have"


def hard_limit() -> int:
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def test_copy_is_read_beside_the_server_and_gives_way_to_it(service: Service) -> None:
    read(service)
    assert way_given(service) == [NICENESS]


def test_copy_is_read_where_nothing_may_give_way(service: Service) -> None:
    stricter = f"/etc/systemd/system/{service.unit}.d/stricter.conf"
    service.machine.sh(
        f'install -D /dev/null {stricter}; printf "[Service]\nSystemCallFilter=~setpriority" > {stricter}'
    )
    service.restart()
    read(service)
    assert way_given(service) == [0]
    service.machine.run("rm", stricter)
    service.restart()


def read(service: Service) -> None:
    headers = {"authorization": f"Bearer {service.office.token}"}
    text = "Kiew (dpa) - Die Stadt sei gehalten worden, sagte Generalstabschef Andrij Hnatow am Montag."
    answer = httpx2.post(f"{service.url}/api/stories/{SLUG}/copy", content=text, headers=headers, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text
    [copy] = answer.json()["copies"]
    assert copy["reading"].get("statements"), answer.text


def way_given(service: Service) -> list[int]:
    """How much nicer the processes are that the server has begun than itself."""
    server = service.told("MainPID")
    told = service.machine.sh(
        f"for each in {server} $(cat /proc/{server}/task/*/children); do cat /proc/$each/stat; done"
    )
    own, *others = (int(line.split()[18]) for line in told.splitlines())
    return [each - own for each in others]


def test_pictures_are_developed(service: Service) -> None:
    with httpx2.Client(base_url=service.url, timeout=PATIENCE) as desk:
        entered = desk.post("/desk/login", data={"login": "chefin", "password": service.password})
        assert entered.status_code == 303, entered.text
        csrf = desk.get("/desk/session").json()["csrf"]
        files = {"file": ("a.jpg", picture("red"), "image/jpeg")}
        made = desk.post("/desk/pictures", data={"csrf": csrf}, files=files)
        assert made.status_code == 200, made.text
        assert desk.get(made.json()["src"]).status_code == 200


def test_killed_it_is_there_again_with_all_that_was_acknowledged(service: Service) -> None:
    reader = Reader([service.port])
    reader.until_open()
    before, restarts = len(posts(service.url)), int(service.told("NRestarts"))
    writer = Writer(service.office, [service.url], [f"Meldung {number}." for number in range(60)], pause=0.02)
    writer.start()
    until(lambda: len(writer.acknowledged) > 10, "the writer")
    service.machine.run("kill", "-KILL", service.told("MainPID"))
    writer.finish()
    assert int(service.told("NRestarts")) == restarts + 1
    assert writer.resent > 0, "nobody noticed"
    assert set(writer.acknowledged.values()) <= set(posts(service.url))
    all_equal([reader], service.url, posts=before + 60)


def posts(url: str) -> list[int]:
    return [int(name.partition(":")[2]) for name in fresh(url).shows if name.startswith("post:")]


def test_stopped_it_sends_readers_away_in_order_and_says_so(service: Service) -> None:
    with Wire(service.port, f"/{SLUG}/live?after={fresh(service.url).edition}") as wire:
        assert wire.status == 200
        service.machine.run("systemctl", "stop", service.unit)
        rest = wire.rest()
    assert 1_000 <= rest[-1].retry <= 10_000, rest
    assert service.told("Result") == "success"
    said = service.machine.journal(service.unit).splitlines()
    records = [json.loads(line) for line in said if line.startswith("{")]
    assert {"at", "level", "from", "text"} <= set(records[-1])
    assert [each for each in said if "Traceback" in each] == []
    service.restart()


def test_the_timer_backs_up_at_night_and_the_backup_can_be_restored(service: Service) -> None:
    machine = service.machine
    service.sh(blocks("Backup")[1])
    assert machine.told("depesche-backup.timer", "ActiveState") == "active"
    night = machine.run("systemctl", "list-timers", "depesche-backup.timer")
    assert re.search(r"\b03:[45]\d:", night), night
    acknowledged = posts(service.url)
    machine.run("systemctl", "start", "depesche-backup.service")
    said = machine.journal("depesche-backup.service")
    assert "verified" in said
    backup = machine.sh("ls -d /var/backups/depesche/*").strip()
    assert backup in said
    assert "depesche.db" in machine.run("ls", backup)
    service.office.publish(service.url, "Nach der Sicherung.")
    [sqlite, _] = blocks("Restore")
    service.sh(sqlite, BACKUP=backup)
    service.until_ready()
    assert posts(service.url) == acknowledged
    assert service.office.publish(service.url, "Danach.") == max(acknowledged, default=0) + 1


def test_two_nodes_are_upgraded_and_nobody_notices(
    nspawn: str, nginx: str, nats: NatsServer, postgres_databases: PostgresDatabases, tmp_path: Path
) -> None:
    database = postgres_databases.blank()
    [sockets] = parse_qs(urlsplit(database).query)["host"]
    ports = {"8001": free_port(), "8002": free_port()}
    urls = [f"http://127.0.0.1:{port}" for port in ports.values()]
    with booted(nspawn, tmp_path, [f"{sockets}/{SOCKET}:/opt/postgresql/{SOCKET}"]) as machine:
        machine.sh("\n".join(blocks("One machine")[0][:-1]))  # all but the start of a single node
        settings = (DEPLOY / "depesche-nodes.env").read_text()
        for name, other in (("DATABASE", database.replace(sockets, "/opt/postgresql")), ("BUS", nats.url)):
            settings, changed = re.subn(f"^DEPESCHE_{name}=.*$", f"DEPESCHE_{name}='{other}'", settings, flags=re.M)
            assert changed == 1
        machine.sh('printf %s "$SETTINGS" > /etc/depesche/depesche.env', SETTINGS=settings)
        machine.sh(f"systemctl enable --now {' '.join(f'depesche@{port}' for port in ports.values())}")
        for url in urls:
            until_ready(machine, url)
        _, office = hired(machine)
        office.open(urls[0])

        def restart(writer: Writer) -> list[int]:
            counts = []
            for line in blocks("Upgrade without a gap")[0]:
                for port, other in ports.items():
                    line = line.replace(port, str(other))
                machine.sh(line.replace("sleep 10", "sleep 2"))
                counts.extend([len(writer.acknowledged)] if "restart" in line else [])
            return counts

        with proxied(nginx, tmp_path / "nginx", list(ports.values())) as proxy:
            notice_nothing(proxy, office, urls, restart)
