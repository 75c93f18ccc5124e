"""The examples in the documents run, as they stand there.

In: the `sh` blocks of README.md and docs/, and commands named in running text. Each document's commands run in order,
in a folder with the demonstration's story. Never: an example that is skipped because it is awkward to run.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from depesche import app
from depesche.cli import group
from depesche.demo.build import JOURNAL
from depesche.journal.dump import load
from depesche.settings import Settings
from tests.newsroom import Newsroom

CHECKOUT = Path(__file__).parent.parent.parent
DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted(CHECKOUT.glob("docs/*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
NAMED = re.compile(r"`(?:\.venv/bin/)?depesche ([^`\n]+)`")
ENDLESS = {"serve", "demo"}
"""Servers; tests/test_cli.py runs them. Here only their options are looked at."""

ELSEWHERE = "postgresql://depesche@db.example.org/depesche"
"""The database that the documents name: a real one stands in for it."""


def commands(document: Path) -> list[str]:
    """The command lines of a document's blocks; one that goes on after a backslash is one line."""
    blocks = "\n".join(BLOCK.findall(document.read_text())).replace("\\\n", " ")
    return [line.strip() for line in blocks.splitlines() if line.strip()]


def of_depesche(lines: list[str]) -> list[list[str]]:
    """The arguments of those that are ours."""
    words = [shlex.split(line, comments=True) for line in lines]
    return [each[1:] for each in words if each and each[0] in ("depesche", ".venv/bin/depesche")]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the demonstration's story, where examples find it."""
    monkeypatch.setenv("DEPESCHE_FOLDER", str(tmp_path / "var"))
    house = app.furnish(Settings(folder=tmp_path / "var"))
    load(house.journal, JOURNAL.read_text("utf-8").splitlines(), now=house.desk.clock())
    house.desk.close()
    house.journal.close()
    for each in ("src", "tests"):
        (tmp_path / each).symlink_to(CHECKOUT / each)
    monkeypatch.chdir(tmp_path)


WITH_COMMANDS = [document for document in DOCUMENTS if of_depesche(commands(document))]


def test_there_are_examples() -> None:
    assert {"README.md", "operators.md"} <= {document.name for document in WITH_COMMANDS}


@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda path: path.name)
def test_the_commands_run(document: Path, installation: None, request: pytest.FixtureRequest) -> None:
    for arguments in of_depesche(commands(document)):
        if ELSEWHERE in arguments:
            real = request.getfixturevalue("postgres_databases").blank()
            arguments = [real if each == ELSEWHERE else each for each in arguments]
        if arguments[0] in ENDLESS:
            arguments = [*arguments, "--help"]
        result = CliRunner().invoke(group, arguments)
        assert result.exit_code == 0, f"depesche {shlex.join(arguments)}: {result.output}\n{result.exception!r}"


def command_of(arguments: list[str]) -> tuple[click.Command, list[str]]:
    """The command that these words name, and the words after its name. Raises KeyError for an unknown one."""
    found: click.Command = group
    while isinstance(found, click.Group) and arguments and not arguments[0].startswith("-"):
        inner = found.get_command(click.Context(found), arguments[0])
        if inner is None:
            raise KeyError(arguments[0])
        found, arguments = inner, arguments[1:]
    return found, arguments


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_in_running_text_exist_with_their_options(document: Path) -> None:
    known = {"--help", "-h"}
    for text in NAMED.findall(document.read_text()):
        arguments = text.replace("…", "").split()
        if arguments[0] == "COMMAND":
            continue
        found, rest = command_of(arguments)
        options = {name for each in found.params for name in each.opts} | known
        assert [word for word in rest if word.startswith("--") and word not in options] == [], text


def test_the_requests_of_the_api_are_answered(server: Newsroom, tmp_path: Path) -> None:
    server.story("finale")
    (tmp_path / "meldung.txt").write_text("„Das war knapp“, sagte Trainerin Anna Berg am Montag.")
    examples = [shlex.split(line) for line in commands(CHECKOUT / "docs/api.md") if line.startswith("curl")]
    assert len(examples) >= 2
    for example in examples:
        url, headers, content = parsed(example[1:], tmp_path, server)
        answer = server.client(None).post(url, headers=headers, content=content)
        assert answer.status_code == 201, f"{example}: {answer.status_code} {answer.text}"


def parsed(words: list[str], folder: Path, server: Newsroom) -> tuple[str, dict[str, str], bytes]:
    """What curl would send, from the options that the documents use: address, headers, body."""
    headers: dict[str, str] = {}
    content, url, rest = b"", "", iter(words)
    for word in rest:
        match word:
            case "--json":
                content, headers["content-type"] = json.dumps(json.loads(next(rest))).encode(), "application/json"
            case "--header":
                name, _, value = next(rest).partition(": ")
                headers[name.lower()] = value.replace("$TOKEN", server.token())
            case "--data-binary":
                content = (folder / next(rest).removeprefix("@")).read_bytes()
            case _:
                assert not word.startswith("-"), word
                url = word.replace("http://127.0.0.1:8000", server.url)
    return url, headers, content
