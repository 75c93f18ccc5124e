"""Each measurement goes through with little to do, and says what is missing on this machine.

In: options that make it small. Out: what it prints. Figures mean nothing here; the slow ones start servers.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import _processes, live, pages
from bench._report import Report

CHECKOUT = Path(__file__).parent.parent.parent
SMALL = {
    "archive": "--documents 40 --workers 1",
    "denials": "",
    "desk": "--statements 300 --rounds 1 --pause 0",
    "journal": "--posts 120 --rounds 5 --on SQLite",
    "live": "--readers 20 --tls-readers 10 --runs 1 --changes 2 --interval 0.1 --storm 20 --curve 10 --curve-runs 1 "
    "--rows floor nchan depesche",
    "live_nodes": "--posts 2",
    "pages": "--runs 1 --seconds 1 --readers 20 --updates 1",
    "reading": "--size 0.02 --texts brackets names",
    "reading_parts": "--size 5000",
    "story": "--posts 120 --rounds 3",
    "touching": "--statements 200 --rounds 2 --measures 40",
}
QUICK = {"archive", "reading", "reading_parts"}
"""The others start servers, some a dozen of them."""
LONG = 300  # seconds, on a machine with other work


def test_none_is_forgotten() -> None:
    assert sorted(SMALL) == bench.names()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in QUICK else [pytest.mark.slow, pytest.mark.timeout(LONG)])
        for name in SMALL
    ],
)
def test_a_measurement_prints_its_table_and_the_machine(name: str) -> None:
    command = [sys.executable, "-m", f"bench.{name}", *SMALL[name].split()]
    alone = {name: value for name, value in os.environ.items() if name != "UPDATE"}
    done = subprocess.run(command, cwd=CHECKOUT, env=alone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "\n|---|" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(f"`{' '.join(['python', *command[1:]])}`: ")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with nothing but Python."""
    monkeypatch.setattr(_processes, "program", lambda name: "")
    monkeypatch.setattr(_processes, "NCHAN_MODULE", tmp_path / "none")
    monkeypatch.setattr(_processes, "OPENSSL", tmp_path / "none")


@pytest.mark.usefixtures("bare")
def test_a_row_whose_server_is_missing_says_what_to_install() -> None:
    assert {name: row.lacks for name, row in live.ROWS.items() if row.lacks} == {
        "nchan": "apt-get install nginx libnginx-mod-nchan",
        "nchan, TLS in itself": "apt-get install nginx libnginx-mod-nchan libssl-dev",
        "depesche, TLS in itself": "apt-get install libssl-dev",
        "nchan behind nginx": "apt-get install nginx libnginx-mod-nchan libssl-dev",
        "depesche behind nginx": "apt-get install nginx libssl-dev",
    }


@pytest.mark.usefixtures("bare")
def test_without_wrk_and_nginx_pages_say_what_to_install() -> None:
    report = Report()
    pages.measure(pages.options().parse_args([]), report)
    assert [line for line in report.lines if line] == [
        "Left out: one process alone (Debian: apt-get install wrk)",
        "Left out: readers behind nginx (Debian: apt-get install nginx)",
    ]
