"""The tables in docs/ that follow from the code: settings, changes, hooks.

In: the code, by introspection. Out: Markdown. Never a sentence that stands only here: each comes from a docstring or a
description in the code, so that there is one place to correct it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import get_args

import msgspec

from depesche import settings
from depesche.plugins import Hooks
from depesche.words.changes import AnyChange, Change


def settings_table() -> str:
    """Every setting with its name in the environment, its default and what it is for."""
    defaults = msgspec.structs.asdict(settings.Settings())
    rows = (
        (f"`{name}`", f"`{settings.PREFIX}{name.upper()}`", _value(defaults[name]), sentence)
        for name, sentence in settings.sentences().items()
    )
    return _table(("in the file", "in the environment", "default", "what it is for"), rows)


def changes_table() -> str:
    """Every kind of change, whether readers may see it, and what it means."""
    kinds: tuple[type[Change], ...] = get_args(AnyChange)
    rows = ((f"`{kind.__name__}`", "yes" if kind.public else "no", _first_line(kind)) for kind in kinds)
    return _table(("change", "public", "what happened"), rows)


def hooks_table() -> str:
    """Every hook of the plug-in interface."""
    hooks = (each for name, each in vars(Hooks).items() if callable(each) and not name.startswith("_"))
    return _table(("hook", "what it does"), ((f"`{each.__name__}()`", _first_line(each)) for each in hooks))


TABLES: dict[str, tuple[str, Callable[[], str]]] = {
    "settings": ("operators.md", settings_table),
    "changes": ("developers.md", changes_table),
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


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_row(head), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "".join(f"{line}\n" for line in lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        value = ", ".join(str(each) for each in value)
    return f"`{value}`" if value not in ("", None) else "–"


def _first_line(documented: object) -> str:
    lines = (inspect.getdoc(documented) or "").splitlines()
    if not lines:
        raise ValueError(f"{documented} has no docstring")
    return lines[0]
