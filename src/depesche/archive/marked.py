"""A document and its Reading -> text for a terminal: who in one colour, by which word in another, what underlined.

In: what was given and found. Out: text with or without escape sequences. Never: a colour behind the words, so that
it can be read on a dark and on a light terminal.
"""

from __future__ import annotations

import io

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from depesche.archive.documents import Given
from depesche.archive.rows import measured, who, words
from depesche.words.copy import Reading, Statement

SAID, SPEAKER, CUE, LINT = "underline", "bold cyan", "bold green", "yellow"


def marked(file: str, given: Given, found: Reading, *, width: int, colour: bool) -> bytes:
    """The text with its marks, and a table of its statements."""
    shown = io.StringIO()
    console = Console(file=shown, highlight=False, width=width, force_terminal=colour, legacy_windows=False)
    if file != "-":
        console.rule(escape(given.id))
    console.print(_marked(given.text, found))
    console.print(f"\n[{SPEAKER}]who[/] [{CUE}]by which word[/] [{SAID}]says what[/] [{LINT}]look again[/]\n")
    console.print(_table(given.text, found))
    for lint in found.lints:
        start, end = lint.span
        console.print(f"[{LINT}]![/] {lint.kind.replace('_', ' ')}: “{escape(given.text[start:end][:80])}”")
    return shown.getvalue().encode("utf-8", "replace")


def _table(text: str, found: Reading) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("", no_wrap=True)
    for title, ratio in (("who", 3), ("does", 2), ("what", 6), ("figures and dates", 3)):
        table.add_column(title, overflow="fold", ratio=ratio, header_style="dim")
    for number, each in enumerate(found.statements, 1):
        cells = (str(number), who(text, each), each.act.replace("_", " "), _short(text, each), measured(each))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _marked(text: str, found: Reading) -> Text:
    shown = Text(text)
    for each in found.statements:
        for start, end in each.spans:
            shown.stylize(SAID, start, end)
    for each in found.statements:
        for start, end in each.speaker:
            shown.stylize(SPEAKER, start, end)
        for start, end in each.cue:
            shown.stylize(CUE, start, end)
    for lint in found.lints:
        shown.stylize(LINT, *lint.span)
    return shown


def _short(text: str, statement: Statement) -> str:
    said = " ".join(words(text, statement.spans).split())
    return said if len(said) <= 100 else f"{said[:99].rstrip()}…"
