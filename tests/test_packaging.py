"""What a fresh machine gets: pins that match the project file, a wheel with everything in it, a Python that fits.

In: pyproject.toml, requirements/, the files that git tracks. Never a test that asks a registry: it must pass offline.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

CHECKOUT = Path(__file__).parent.parent
REQUIREMENTS = CHECKOUT / "requirements"
PROJECT: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^ ]+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64}.*)*)", re.M)


def pins(name: str) -> dict[str, Version]:
    """The pinned versions in a requirements file, by canonical package name."""
    found = PIN.finditer((REQUIREMENTS / name).read_text())
    return {canonicalize_name(match["name"]): Version(match["version"]) for match in found}


def group(name: str) -> list[Requirement]:
    """A dependency group of the project file, without the groups that it includes."""
    return [Requirement(line) for line in PROJECT["dependency-groups"][name] if isinstance(line, str)]


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files"], cwd=CHECKOUT, check=True, capture_output=True, text=True)
    return [CHECKOUT / name for name in listing.stdout.splitlines() if (CHECKOUT / name).is_file()]


@pytest.mark.parametrize(
    ("wanted", "file"),
    [
        ([Requirement(line) for line in PROJECT["project"]["dependencies"]], "runtime.txt"),
        (group("build"), "build.txt"),
        (group("build") + group("dev"), "dev.txt"),
    ],
    ids=["runtime", "build", "dev"],
)
def test_every_dependency_is_pinned_to_a_version_that_the_project_allows(wanted: list[Requirement], file: str) -> None:
    pinned = pins(file)
    names = [canonicalize_name(requirement.name) for requirement in wanted]
    assert names
    assert [name for name in names if name not in pinned] == [], f"run `make requirements`: not in {file}"
    wrong = [str(r) for r, name in zip(wanted, names, strict=True) if not r.specifier.contains(pinned[name])]
    assert wrong == [], f"run `make requirements`: {file} pins other versions"


@pytest.mark.parametrize("file", ["runtime.txt", "build.txt", "dev.txt"])
def test_every_pin_has_a_hash(file: str) -> None:
    text = (REQUIREMENTS / file).read_text()
    matches = list(PIN.finditer(text))
    assert len(matches) == len(re.findall(r"^[^#\s]", text, re.M)), "a line is not a pin"
    assert [match["name"] for match in matches if not match[3]] == []


def test_the_files_of_pins_agree() -> None:
    runtime, build, dev = pins("runtime.txt"), pins("build.txt"), pins("dev.txt")
    differing = {
        name
        for one, other in ((runtime, build), (runtime, dev), (build, dev))
        for name in one.keys() & other.keys()
        if one[name] != other[name]
    }
    assert differing == set()


def test_no_file_names_a_package_host() -> None:
    # Spelt in parts, so that this file does not name what it looks for.
    hosts = "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)"))
    named = re.compile(rf"{hosts}|(?<!emit)--(?:extra-)?index-url|--find-links")
    naming = [
        str(path.relative_to(CHECKOUT))
        for path in tracked_files()
        if named.search(path.read_text(errors="replace")) and path != Path(__file__)
    ]
    assert naming == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on() -> None:
    places = [f"{place}/" for place in (CHECKOUT, Path.home()) if len(place.parts) > 1]
    assert places
    naming = [
        str(path.relative_to(CHECKOUT))
        for path in tracked_files()
        if any(place in path.read_text(errors="replace") for place in places)
    ]
    assert naming == []


def test_the_wheel_has_every_file_of_the_program(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    source = CHECKOUT / "src"
    wanted = {str(path.relative_to(source)) for path in tracked_files() if path.is_relative_to(source)}
    assert "depesche/py.typed" in wanted
    assert wanted - packed == set()


def find_python(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(REQUIREMENTS / "find-python")], env=environment, capture_output=True, text=True, check=False
    )


def put_python(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_python_that_fits_is_found() -> None:
    found = find_python(PATH=os.environ["PATH"], PYTHON=sys.executable)
    assert (found.returncode, found.stdout.strip()) == (0, sys.executable)


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    found = find_python(PATH=str(tmp_path))
    assert found.returncode == 1
    assert found.stdout == ""
    assert "Depesche needs Python 3.11 or newer" in found.stderr
    assert "None of them is installed" in found.stderr
    assert "apt-get install python3 python3-venv" in found.stderr


def test_an_old_python_is_named_and_passed_over(tmp_path: Path) -> None:
    put_python(tmp_path, "python3", 'case "$1" in --version) echo Python 3.9.2;; *) exit 1;; esac')
    put_python(tmp_path, "python3.12", "exit 0")
    put_python(tmp_path, "head", 'read -r line; echo "$line"')  # no folder with a newer Python may be on the path
    found = find_python(PATH=str(tmp_path))
    assert (found.returncode, found.stdout.strip()) == (0, "python3.12")
    (tmp_path / "python3.12").unlink()
    alone = find_python(PATH=str(tmp_path), PYTHON="python3")
    assert alone.returncode == 1
    assert "python3 is Python 3.9.2" in alone.stderr


def test_a_python_without_venv_says_which_package_is_missing(tmp_path: Path) -> None:
    put_python(tmp_path, "python3", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    found = find_python(PATH=str(tmp_path), PYTHON="python3")
    assert found.returncode == 1
    assert "apt-get install python3-venv" in found.stderr


def test_every_target_of_the_makefile_is_explained() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.M))
    helped = subprocess.run(["make", "help"], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    assert {"demo", "test", "test-slow", "lint", "bench", "score", "clean"} <= targets
    assert [target for target in sorted(targets) if f"make {target} " not in helped] == []
