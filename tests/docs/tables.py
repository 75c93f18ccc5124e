"""The tables in docs/ that follow from the code: keys, commands, settings, metrics, changes, the API, hooks.

In: the code, by introspection. Out: Markdown. Never a sentence that stands only here: each comes from a docstring or a
description in the code, so that there is one place to correct it.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import get_args

import click
import msgspec
from starlette.requests import Request

import depesche
from depesche import app, settings
from depesche.cli import group
from depesche.plugins import Hooks
from depesche.web import problems
from depesche.web.api import OPERATIONS
from depesche.web.metrics import Metrics
from depesche.words.changes import AnyChange, Change
from depesche.words.commands import REASONS, Refusal


class _Gaps(dict[str, str | int]):
    """Fills the gaps of a sentence with their own names."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def settings_table() -> str:
    """Every setting with its name in the environment, its default and what it is for."""
    defaults = msgspec.structs.asdict(settings.Settings())
    rows = (
        (f"`{name}`", f"`{settings.PREFIX}{name.upper()}`", _value(defaults[name]), sentence)
        for name, sentence in settings.sentences().items()
    )
    return _table(("in the file", "in the environment", "default", "what it is for"), rows)


def commands_table() -> str:
    """Every command of the command line, with its arguments."""
    rows = ((f"`{usage}`", sentence) for usage, sentence in _commands(group, "depesche"))
    return _table(("command", "what it does"), rows)


def keys_table() -> str:
    """Every key of the desk, in the order of its own list."""
    text = (resources.files(depesche) / "templates/desk/keys.html").read_text()
    listed = re.findall(r'\((_\("Ctrl"\) ~ )?"([^"]+)", _\("([^"]+)"\)\),', text)
    rows = (
        (" ".join(f"`{'Ctrl+' if control else ''}{key}`" for key in keys.split()), what)
        for control, keys, what in listed
    )
    return _table(("key", "what it does"), rows)


def changes_table() -> str:
    """Every kind of change, whether readers may see it, and what it means."""
    kinds: tuple[type[Change], ...] = get_args(AnyChange)
    rows = ((f"`{kind.__name__}`", "yes" if kind.public else "no", _first_line(kind)) for kind in kinds)
    return _table(("change", "public", "what happened"), rows)


def hooks_table() -> str:
    """Every hook of the plug-in interface."""
    hooks = (each for name, each in vars(Hooks).items() if callable(each) and not name.startswith("_"))
    return _table(("hook", "what it does"), ((f"`{each.__name__}()`", _first_line(each)) for each in hooks))


def api_table() -> str:
    """Everything that the API can be asked."""
    rows = (
        (f"`{each.method} {each.plain_path}`", "anybody" if each.public else "a token", _sentence(each.sentences))
        for each in OPERATIONS
    )
    return _table(("request", "who", "what it does"), rows)


def refusals_table() -> str:
    """Every refusal of the desk with the status that the API gives it."""
    rows = ((f"`{code}`", str(problems.refused(Refusal(code, _Gaps())).status), REASONS[code]) for code in REASONS)
    return _table(("code", "status", "what is wrong, what to do"), rows)


def metrics_table() -> str:
    """Every number for monitoring, as /metrics explains it."""
    with tempfile.TemporaryDirectory() as folder:
        house = app.furnish(settings.Settings(folder=Path(folder)))
        answer = asyncio.run(Metrics(house).answer(Request({"type": "http"})))
        house.desk.close()
        house.journal.close()
    text = bytes(answer.body).decode()
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.M))
    rows = ((f"`{name}`", kinds[name], what) for name, what in re.findall(r"^# HELP (\S+) (.+)$", text, re.M))
    return _table(("name", "kind", "what it counts"), rows)


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "keys": ("editors.md", keys_table),
    "commands": ("operators.md", commands_table),
    "settings": ("operators.md", settings_table),
    "changes": ("developers.md", changes_table),
    "metrics": ("operators.md", metrics_table),
    "api": ("api.md", api_table),
    "refusals": ("api.md", refusals_table),
    "hooks": ("developers.md", hooks_table),
}
"""The name between the markers, the document, and what makes the table."""


def between(text: str, name: str) -> tuple[int, int]:
    """Where the table of this name stands in a document. Raises ValueError when its markers are missing."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    return text.index(begin) + len(begin), text.index(end)


def write(folder: Path) -> None:
    """Put all tables into the documents of this folder."""
    for name, (document, make) in TABLES.items():
        text = (folder / document).read_text()
        first, last = between(text, name)
        (folder / document).write_text(text[:first] + make() + text[last:])


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    context = click.Context(command, info_name=path)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands(found, f"{path} {name}")
        return
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    usage = " ".join([path, *(each.make_metavar(context) for each in arguments)])
    yield usage, _sentence(command.help or "")


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_row(head), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    return f"`{value}`" if value not in ("", None) else "–"


def _sentence(text: str) -> str:
    return " ".join(text.split())


def _first_line(documented: object) -> str:
    lines = (inspect.getdoc(documented) or "").splitlines()
    if not lines:
        raise ValueError(f"{documented} has no docstring")
    return lines[0]
