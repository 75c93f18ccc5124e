"""The house rules that a machine can check, over every Python, JavaScript and CSS file of the project.

In: the files that git would commit. Out: a list of breaches, each with its place. Never a rule that needs taste: those
are for reviewers.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
LONGEST_MODULE = 500  # lines; the aim is 200
LONGEST_FUNCTION = 60  # lines; the aim is 20
BROAD = {"Exception", "BaseException"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def project_files(*suffixes: str) -> list[Path]:
    """The project's files with one of these suffixes: tracked, or new and not ignored."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [CHECKOUT / name for name in listing.stdout.splitlines()]
    return [path for path in paths if path.suffix in suffixes and path.is_file()]


def place(path: Path, line: int) -> str:
    return f"{path.relative_to(CHECKOUT)}:{line}"


def trees(folder: str = "") -> Iterator[tuple[Path, ast.Module]]:
    for path in project_files(".py"):
        if path.is_relative_to(CHECKOUT / folder):
            yield path, ast.parse(path.read_text())


@pytest.fixture(autouse=True, scope="module")
def files_are_seen() -> None:
    seen = {path.name for path in project_files(".py")}
    assert {"test_house_rules.py", "conftest.py", "changes.py"} <= seen


def test_no_module_is_longer_than_500_lines() -> None:
    sizes = {path: path.read_text().count("\n") for path in project_files(".py", ".js", ".css", ".html")}
    assert [f"{place(path, size)}: too long" for path, size in sizes.items() if size > LONGEST_MODULE] == []


def test_no_function_is_longer_than_60_lines() -> None:
    too_long = [
        f"{place(path, node.lineno)}: {node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, FUNCTIONS) and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def test_every_module_of_the_program_says_what_flows_through_it() -> None:
    silent = [place(path, 1) for path, tree in trees("src") if tree.body and ast.get_docstring(tree) is None]
    assert silent == []


def test_nothing_is_caught_broadly() -> None:
    broad = [
        place(path, node.lineno)
        for path, tree in trees("src")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in BROAD))
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)  # cleaned up, and goes on
    ]
    assert broad == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
    left = [
        place(path, number)
        for path in project_files(".py", ".js", ".css", ".html")
        if path.is_relative_to(CHECKOUT / "src")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if later.search(line)
    ]
    assert left == []


def test_no_name_hides_what_a_module_or_class_is_for() -> None:
    vague_module = re.compile(r"^(utils?|helpers?|common|misc)$")
    vague_class = re.compile(r"(Manager|Service|Handler|Helper|Utils?)$")
    vague = [place(path, 1) for path, _ in trees("src") if vague_module.search(path.stem)]
    vague += [
        place(path, node.lineno)
        for path, tree in trees("src")
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and vague_class.search(node.name)
    ]
    assert vague == []
