"""Scores the wire reader against a corpus with the published metric.

In: a file of annotated documents and the scorer, both outside the repository (the corpus may not be copied into it).
Out: how fast it read, then the scorer's own table, which is what is printed last. UPDATE=1 writes the table with date
and commit into docs/reading.md; ERRORS=1 lists the worst documents first; READER names another installed reader.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import msgspec

from bench import _mistakes, _schemes
from depesche import readers, reading
from depesche.settings import SettingsError, load
from depesche.words.copy import Reading, Statement

ROOT = Path(__file__).parent.parent
GOLD = ROOT.parent / "shared" / "data" / "quotes" / "de" / "dev.jsonl"
SCORER = ROOT.parent / "shared" / "tools" / "score.py"
PAGE = ROOT / "docs" / "reading.md"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

Read = Callable[[str, str | None], Reading]


@click.command()
@click.argument("gold", type=FILE, default=GOLD)
@click.option("--scorer", type=FILE, default=SCORER, show_default=True)
@click.option("--update", is_flag=True, envvar="UPDATE", help="Write the table into docs/reading.md.")
@click.option("--errors", is_flag=True, envvar="ERRORS", help="List the worst documents by kind of error.")
@click.option("--reader", envvar="READER", default="", help="Another reader: llm, or an installed one.")
def main(gold: Path, scorer: Path, *, update: bool, errors: bool, reader: str) -> None:
    """Score a reader against the corpus GOLD (JSON lines)."""
    documents = [msgspec.json.decode(line) for line in gold.read_bytes().splitlines() if line.strip()]
    read = chosen(reader)
    begun = time.process_time()
    found = {document["id"]: predictions(document, read) for document in documents}
    pace = len(documents) / (time.process_time() - begun)
    predicted = _schemes.fit(found, _schemes.of(documents), {each["id"]: each["text"] for each in documents})
    curve = [
        f"{least:.2f} {number:6} {100 * right:6.1f} {100 * who:6.1f}"
        for least, number, right, who in _mistakes.curve(documents, predicted)
    ]
    if errors:
        click.echo("\n".join(_mistakes.report(documents, predicted)) + "\n")
    click.echo("\n".join(["confidence from, statements, right %, of these with the right speaker %", *curve]) + "\n")
    click.echo(f"{len(documents)} documents, {pace:.0f} a second of one core's time\n")
    table = scored(gold, scorer, predicted)
    if update:
        write(gold.stem, table, curve, pace)
    click.echo(table, nl=False)


def chosen(name: str) -> Read:
    """The built-in reader, or another one, with the settings of the environment."""
    if not name or name == "depesche":
        return lambda text, language: reading.read(text, language=language)
    try:
        reader = readers.choose(load(os.environ), name)
    except (LookupError, SettingsError) as error:
        raise click.BadParameter(str(error.args[0]), param_hint="--reader") from error
    return lambda text, language: reader.read(text, language=language)


def predictions(document: dict[str, Any], read: Read) -> list[dict[str, Any]]:
    """What the reader finds in a document, in the form of the corpus."""
    return [quote(each) for each in read(document["text"], document.get("language")).statements]


def quote(statement: Statement) -> dict[str, Any]:
    """A statement as the corpus writes one: spans are code points of the text, end exclusive."""
    return {
        "type": statement.form,
        "medium": statement.medium,
        "nested": statement.within is not None,
        "spans": statement.spans,
        "speaker": statement.speaker,
        "cue": statement.cue,
        "addressee": statement.addressee,
        "frame": statement.frame,
        "rule": statement.rule,
        "within": statement.within,
        "confidence": statement.confidence,
    }


def scored(gold: Path, scorer: Path, predicted: dict[Any, list[dict[str, Any]]]) -> str:
    """The scorer's own table."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predicted.jsonl"
        file.write_bytes(msgspec.json.Encoder().encode_lines([{"id": k, "quotes": v} for k, v in predicted.items()]))
        done = subprocess.run([sys.executable, scorer, gold, file], check=False, capture_output=True, text=True)
    if done.returncode:
        raise click.ClickException(f"The scorer failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def write(name: str, table: str, curve: list[str], pace: float) -> None:
    """Put the tables with date and commit between their marks in docs/reading.md."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    today = dt.datetime.now(dt.UTC).date()
    head = f"{today}, commit {commit.stdout.strip() or 'unknown'}, {pace:.0f} documents a second of one core's time"
    body = "\n".join([
        f"<!-- score {name} -->", head, "", "```", table.rstrip(), "```", "",
        "Least confidence, statements, right (%), of these with the right speaker (%):", "", "```", *curve, "```",
        f"<!-- end {name} -->",
    ])  # fmt: skip
    page = PAGE.read_text("utf-8")
    pattern = re.compile(rf"<!-- score {re.escape(name)} -->.*?<!-- end {re.escape(name)} -->", re.S)
    if not pattern.search(page):
        raise click.ClickException(f"docs/reading.md has no place for the table of {name!r}.")
    PAGE.write_text(pattern.sub(lambda _: body, page), "utf-8")


if __name__ == "__main__":
    main()
