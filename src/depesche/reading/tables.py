"""The rules that a linguist edits: plain text tables, one folder a language, loaded once when first asked for.

In: the name of a language and of a table. Out: rows of stripped cells. A line is a row, cells are divided by tabs
(one or more), "#" begins a comment, blank lines don't count. A missing table is an empty one: a language need not
have them all. Nothing outside this package is ever opened.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

Row = tuple[str, ...]

LANGUAGES = tuple(
    sorted(
        folder.name
        for folder in files(__package__).iterdir()
        if folder.is_dir() and folder.joinpath("commonest.tsv").is_file()
    )
)
"""The languages that have a folder beside this module, with tables and with `drafts()` in its `__init__`."""


@cache
def rows(language: str, table: str) -> tuple[Row, ...]:
    """The rows of `reading/{language}/{table}.tsv`; empty for an unknown language or table."""
    if language not in LANGUAGES:
        return ()
    source = files(__package__).joinpath(language, f"{table}.tsv")
    if not source.is_file():
        return ()
    lines = (line.split("#", 1)[0].strip() for line in source.read_text("utf-8").splitlines())
    return tuple(tuple(cell.strip() for cell in line.split("\t") if cell.strip()) for line in lines if line)


@cache
def words(language: str, table: str) -> frozenset[str]:
    """All words of a table without further columns, however many stand on a line."""
    return frozenset(word for row in rows(language, table) for cell in row for word in cell.split())
