"""`depesche read` over archives: a process of its own, killed and resumed, with damaged documents in between."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from depesche.cli import group

DEPESCHE = [sys.executable, "-c", "from depesche.cli import main; main()"]


def run(*arguments: str | Path, entered: str = "", code: int = 0) -> Result:
    done = CliRunner().invoke(group, ["read", *(str(each) for each in arguments)], input=entered)
    assert done.exit_code == code, f"{done.exit_code}: {done.output}\n{done.exception!r}"
    return done


def archive(folder: Path, count: int) -> Path:
    """JSON lines, some of them damaged, between two folders' worth of files."""
    file = folder / "archive.jsonl"
    with file.open("w") as stream:
        for number in range(count):
            text = f"„Es waren {number} Tage“, sagte Minister Kim am Montag. " + "Er fuhr heim. " * (number % 20 * 3)
            line = json.dumps({"id": f"n{number}", "text": text, "published": "2025-04-28"}, ensure_ascii=False)
            stream.write(("{" if number % 97 == 5 else line) + "\n")
    return file


def grown(process: subprocess.Popen[bytes], file: Path, size: int) -> None:
    """Wait until the process has written so much, or has ended."""
    while process.poll() is None and (not file.exists() or file.stat().st_size < size):
        time.sleep(0.005)


def test_a_killed_run_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    file, whole, cut = archive(tmp_path, 800), tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    run(file, "--output", whole, "--workers", "2", code=1)
    assert whole.read_bytes().count(b"\n") == 800
    arguments = [*DEPESCHE, "read", str(file), "--output", str(cut), "--workers", "2"]
    sizes = [0]
    while len(sizes) < 3:  # two kills, then to the end
        process = subprocess.Popen([*arguments, "--resume"], stderr=subprocess.DEVNULL, process_group=0)
        grown(process, cut, sizes[-1] + 100_000)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        sizes.append(cut.stat().st_size)
    assert 0 < sizes[1] < sizes[2] < whole.stat().st_size
    assert subprocess.run([*arguments, "--resume"], stderr=subprocess.DEVNULL, check=False).returncode == 1
    assert cut.read_bytes() == whole.read_bytes()
    assert subprocess.run([*arguments, "--resume"], stderr=subprocess.DEVNULL, check=False).returncode == 1
    assert cut.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("cut", [0, 1, 700, 4000, -1])
def test_it_goes_on_behind_the_last_whole_line_wherever_it_was_cut(tmp_path: Path, cut: int) -> None:
    file, whole, part = archive(tmp_path, 12), tmp_path / "whole.jsonl", tmp_path / "part.jsonl"
    run(file, "--output", whole, code=1)
    part.write_bytes(whole.read_bytes()[:cut])
    run(file, "--output", part, "--resume", code=1)
    assert part.read_bytes() == whole.read_bytes()


def test_an_output_that_is_there_or_of_other_documents_stays_as_it_is(tmp_path: Path) -> None:
    file, out, other = archive(tmp_path, 5), tmp_path / "out.jsonl", tmp_path / "other.jsonl"
    run(file, "--output", out)
    before = out.read_bytes()
    assert "is there already" in run(file, "--output", out, code=1).output
    other.write_text('{"id": "x", "text": "Nichts."}\n' * 9)
    assert "made from other documents" in run(other, "--output", out, "--resume", code=1).output
    other.write_text('{"id": "x", "text": "Nichts."}\n')
    assert "more lines than there are documents" in run(other, "--output", out, "--resume", code=1).output
    assert out.read_bytes() == before
    run(file, "--resume", code=2)
    run(file, "--resume", "--output", out, "--format", "html", code=2)


def test_a_document_that_cant_be_read_has_a_line_in_its_place_and_the_exit_code_tells(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("„Ja“, sagte Kim.")
    (folder / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "c.jsonl").write_text('{"id": "c1", "text": "„Nein“, sagte Kim."}\nkaputt\n')
    done = run(folder, tmp_path / "missing.txt", code=1)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(row["id"]).name for row in rows] == ["a.txt", "b.png", "c1", "c.jsonl:2", "missing.txt"]
    faults = [row["error"] for row in rows]
    assert [bool(fault) for fault in faults] == [False, True, False, True, True]
    assert all(fault in done.stderr for fault in faults if fault)
    page = run(folder, "--format", "html", code=1).stdout
    assert page.count("<section") == 4
    assert "Not read: isn&#x27;t text" in page
    assert page.endswith("</html>\n")


def test_standard_input_holds_json_lines_when_it_is_said(tmp_path: Path) -> None:
    lines = '{"id": "a", "text": "„Ja“, sagte Kim.", "published": "2025-04-28"}\n{"id": "b", "text": "Er kam."}\n'
    rows = [json.loads(line) for line in run("--lines", "--published", "2024-01-02", entered=lines).stdout.splitlines()]
    assert [(row["id"], row["file"], row["published"]) for row in rows] == [
        ("a", "-", "2025-04-28"),
        ("b", "-", "2024-01-02"),
    ]


def test_an_installed_reader_is_chosen_by_option_or_setting(moody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert json.loads(run("--reader", moody, entered="gut").stdout)["reader"] == "moody"
    assert json.loads(run(entered="gut").stdout)["reader"] == "depesche"
    assert "there is no reader “oracle”; there are: moody, depesche" in run("--reader", "oracle", code=1).output
    needed = "the reader “llm” needs the settings llm_url and llm_model"
    assert needed in run("--reader", "llm", entered="gut", code=1).output
    monkeypatch.setenv("DEPESCHE_READER", moody)
    assert json.loads(run(entered="gut").stdout)["reader"] == "moody"
    assert json.loads(run("--reader", "depesche", entered="gut").stdout)["reader"] == "depesche"


def test_a_server_with_an_unknown_reader_doesnt_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPESCHE_READER", "oracle")
    monkeypatch.setenv("DEPESCHE_FOLDER", str(tmp_path / "var"))
    done = CliRunner().invoke(group, ["serve", "--port", "0"])
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "Error: The setting reader: there is no reader “oracle”; there are: depesche"


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    file, out = archive(tmp_path, 5), tmp_path / "out.jsonl"
    quiet = subprocess.run([*DEPESCHE, "read", str(file)], capture_output=True, check=True)
    assert quiet.stderr == b""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm"}
    process = subprocess.Popen([*DEPESCHE, "read", str(file), "--output", str(out)], stderr=theirs, env=env)
    assert process.wait() == 0
    os.close(theirs)
    assert b"5 documents" in os.read(ours, 100_000)
    os.close(ours)
    assert out.read_bytes() == quiet.stdout


def test_ctrl_c_ends_all_processes_and_leaves_whole_lines(tmp_path: Path) -> None:
    file, out = archive(tmp_path, 3000), tmp_path / "out.jsonl"
    process = subprocess.Popen(
        [*DEPESCHE, "read", str(file), "--output", str(out), "--workers", "2"],
        stderr=subprocess.PIPE,
        process_group=0,
    )
    grown(process, out, 1)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)  # ends only when no process of it has standard error open any more
    assert process.returncode == 130
    assert told.splitlines()[-1] == b"Stopped."
    assert b"Traceback" not in told
    assert out.read_bytes().endswith(b"\n")


def test_one_text_doesnt_wait_for_what_it_doesnt_need() -> None:
    program = "import sys; from depesche.cli import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program, "read"], input="„Ja“, sagte Kim.".encode(), capture_output=True
    )
    loaded = set(done.stderr.decode().split())
    assert "depesche.reading.reader" in loaded
    assert not {"httpx2", "multiprocessing", "sqlalchemy", "starlette", "rich.console", "jinja2"} & loaded


def test_the_doctor_names_a_reader_that_isnt_there(moody: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEPESCHE_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("DEPESCHE_READER", "oracle")
    told = CliRunner().invoke(group, ["doctor"])
    assert "wrong  The setting reader: there is no reader “oracle”; there are: moody, depesche" in told.output
    assert told.exit_code == 1
