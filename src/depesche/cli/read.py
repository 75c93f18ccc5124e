"""`depesche read`: texts in, who said what out.

In: files or standard input, in any encoding. Out: marked text for people, a JSON line a document for programs. Never: a
document that ends the run of the others.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from depesche import reading
from depesche.words.copy import Reading, Spans, Statement
from depesche.words.text import decode

if TYPE_CHECKING:
    from rich.text import Text

SAID, SPEAKER, CUE, LINT = "underline", "bold cyan", "bold green", "yellow"
"""Styles that can be read on a dark and on a light terminal: no backgrounds."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), help="Default: text on a terminal, else jsonl.")
@click.option("--language", help="A tag such as de or en.")
@click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="The day to which “am Montag” is relative.")
def read(files: tuple[Path, ...], form: str | None, language: str | None, published: dt.datetime | None) -> None:
    """Find who says what in texts: FILEs, or standard input without any (or for -)."""
    form = form or ("text" if sys.stdout.isatty() else "jsonl")
    day = published.date() if published else None
    failed = 0
    for file in files or (Path("-"),):
        try:
            data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        except OSError as error:
            click.echo(f"{file}: can't be read: {error.strerror}", err=True)
            failed += 1
            continue
        text, notes = decode(data)
        found = reading.read(text, language=language, published=day)
        if form == "text":
            _print(str(file), text, found)
        else:
            click.echo(msgspec.json.encode(_document(str(file), text, notes, found)))
    if failed:
        raise click.exceptions.Exit(1)


def _document(file: str, text: str, notes: tuple[str, ...], found: Reading) -> dict[str, Any]:
    """A document as one line: its text, so that spans can be looked up, and each statement with its words."""
    statements = [
        {
            "words": words(text, each.spans),
            "speaker_words": words(text, each.speaker),
            "cue_words": words(text, each.cue),
            **msgspec.to_builtins(each),
        }
        for each in found.statements
    ]
    whole = msgspec.to_builtins(found)
    return {"file": file, "text": text, "notes": notes, **whole, "statements": statements}


def words(text: str, spans: Spans) -> str:
    """What stands at these spans; pieces are joined by an ellipsis."""
    return " … ".join(text[start:end] for start, end in spans)


def _print(file: str, text: str, found: Reading) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if file != "-":
        console.rule(file)
    console.print(_marked(text, found))
    legend = f"[{SPEAKER}]who[/] [{CUE}]by which word[/] [{SAID}]says what[/] [{LINT}]look again[/]"
    console.print(f"\n{legend}\n")
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("", no_wrap=True)
    for title, ratio in (("who", 3), ("does", 2), ("what", 6), ("figures and dates", 3)):
        table.add_column(title, overflow="fold", ratio=ratio, header_style="dim")
    for number, each in enumerate(found.statements, 1):
        table.add_row(str(number), who(text, each), each.act.replace("_", " "), _short(text, each), _measured(each))
    console.print(table)
    for lint in found.lints:
        start, end = lint.span
        console.print(f"[{LINT}]![/] {lint.kind.replace('_', ' ')}: “{text[start:end][:80]}”")


def _marked(text: str, found: Reading) -> Text:
    from rich.text import Text

    marked = Text(text)
    for each in found.statements:
        for start, end in each.spans:
            marked.stylize(SAID, start, end)
    for each in found.statements:
        for start, end in each.speaker:
            marked.stylize(SPEAKER, start, end)
        for start, end in each.cue:
            marked.stylize(CUE, start, end)
    for lint in found.lints:
        marked.stylize(LINT, *lint.span)
    return marked


def who(text: str, statement: Statement) -> str:
    """The chain of those who say it, from the outlet nearest to us to the root; “?” for nobody known."""
    hops = [hop.name or words(text, hop.spans) for hop in statement.chain]
    name = statement.name or words(text, statement.speaker)
    if name and name not in hops:
        hops.append(name)
    return " → ".join(hops) or "?"


def _short(text: str, statement: Statement) -> str:
    said = " ".join(words(text, statement.spans).split())
    return said if len(said) <= 100 else f"{said[:99].rstrip()}…"


def _measured(statement: Statement) -> str:
    said = [statement.said.words] if statement.said else []
    return ", ".join([*(each.words for each in statement.figures), *(each.words for each in statement.about), *said])
