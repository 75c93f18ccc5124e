"""`make bench` writes each measurement's figures into its own place in docs/performance.md."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench import _report
from bench._report import Report

BEFORE = "# Measured\n\nBy hand.\n\n<!-- one -->\nold\n<!-- /one -->\n\nMore.\n\n<!-- two -->\nkept\n<!-- /two -->\n"


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document with two places, which stands for docs/performance.md."""
    file = tmp_path / "performance.md"
    file.write_text(BEFORE)
    (tmp_path / "pictures").mkdir()
    monkeypatch.setattr(_report, "DOCUMENT", file)
    monkeypatch.setattr(sys, "argv", ["-m", "--rounds", "4"])
    return file


def measure(asked: argparse.Namespace, report: Report) -> None:
    report.head("ms", "median", "p99")
    report.row("publish", [float(each) for each in range(1, asked.rounds + 1)], 1234.5)
    report.goal("publish, p50", 2.5, 2.4)
    report.goal("pages a second", 20_000, least=20_000)
    report.goal("2 workers", 0.5)
    report.draw("A line", "line.svg", "<svg/>")


def run(name: str) -> int:
    parser = _report.options(name, "")
    parser.add_argument("--rounds", type=int)
    return _report.run(parser, measure)


def test_a_block_has_the_command_the_machine_the_commit_the_table_and_each_goal(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPDATE", "1")
    assert run("one") == 0
    before, block, after = re.split(r"<!-- /?one -->", document.read_text())
    assert (before, after) == (BEFORE.partition("<!-- one")[0], BEFORE.partition("/one -->")[2])
    head, _, rest = block.strip().partition("\n\n")
    assert re.fullmatch(
        r"`python -m bench\.one --rounds 4`: \d+ cores of .+, CPython .+, SQLite .+, commit .+, \d+ \w+ 20\d\d; "
        r"took 0 s, load .+ before and .+ after\.",
        head,
    )
    assert rest == (
        "| ms | median | p99 |\n|---|---|---|\n| publish | 2.50 [1.25–3.75] | 1,234 |\n\n"
        "![A line](pictures/line.svg)\n\n"
        "- publish, p50: 2.50 (goal ≤ 2.4: **missed**)\n"
        "- pages a second: 20,000 (goal ≥ 20,000: met)\n"
        "- 2 workers: 0.50 (no goal)"
    )
    assert (document.parent / "pictures/line.svg").read_text() == "<svg/>"


def test_a_measurement_by_itself_prints_and_leaves_the_document_alone(
    document: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("UPDATE", raising=False)
    assert run("one") == 0
    assert "| publish | 2.50 [1.25–3.75] | 1,234 |" in capsys.readouterr().out
    assert document.read_text() == BEFORE


def test_what_came_out_wrong_is_told_and_fails() -> None:
    report = Report()
    report.fail("Not linear: brackets")
    assert (report.failed, report.lines) == (True, ["", "**Not linear: brackets**"])


def test_a_document_without_a_place_for_the_figures_is_told(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPDATE", "1")
    with pytest.raises(SystemExit, match="add <!-- three --> and <!-- /three --> to it"):
        run("three")
    assert document.read_text() == BEFORE


def test_every_measurement_has_its_figures_in_the_document() -> None:
    text = _report.DOCUMENT.read_text()
    blocks = dict(re.findall(r"^<!-- (\w+) -->\n(.*?)^<!-- /\1 -->$", text, re.M | re.S))
    assert sorted(blocks) == bench.names()
    for name, block in blocks.items():
        assert re.match(rf"\n`python -m bench\.{name}\b[^`]*`: .+ commit \w+", block), name
        assert "\n|---|" in block, name


def test_make_bench_writes_into_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], str]] = []

    def ran(command: list[str], *, env: dict[str, str], check: bool) -> subprocess.CompletedProcess[bytes]:
        asked.append((command, env["UPDATE"]))
        return subprocess.CompletedProcess(command, int("story" in command[-1]))

    monkeypatch.setattr(subprocess, "run", ran)
    assert bench.main(["pages"]) == 0
    assert asked == [([sys.executable, "-m", "bench.pages"], "1")]
    assert bench.main([]) == 1, "one of them fails, and the others are measured"
    assert [command[-1].partition(".")[2] for command, _ in asked[1:]] == bench.names()


def test_a_measurement_that_nobody_knows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["speed"]) == 1
    assert "There is no measurement speed. There are: archive, denials, desk, journal" in capsys.readouterr().err
    assert "UPDATE" not in os.environ
