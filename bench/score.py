"""Scores the wire reader against a corpus with the published metric.

In: a file of annotated documents and the scorer, both outside the repository (the corpus may not be copied into it).
Out: how fast it read, then the scorer's own table, which is what is printed last.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from depesche import reading
from depesche.words.copy import Statement


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scorer", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def main(gold: Path, scorer: Path) -> None:
    """Score the wire reader against the corpus GOLD (JSON lines)."""
    documents = [msgspec.json.decode(line) for line in gold.read_bytes().splitlines() if line.strip()]
    begun = time.perf_counter()
    predicted = list(predictions(documents))
    seconds = time.perf_counter() - begun
    click.echo(f"{len(documents)} documents in {seconds:.1f} s: {len(documents) / seconds:.0f} a second on one core\n")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "predicted.jsonl"
        file.write_bytes(msgspec.json.Encoder().encode_lines(predicted))
        sys.exit(subprocess.run([sys.executable, scorer, gold, file], check=False).returncode)


def predictions(documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What the reader finds in each document, in the form of the corpus."""
    for document in documents:
        found = reading.read(document["text"], language=document.get("language"))
        yield {"id": document["id"], "quotes": [quote(each) for each in found.statements]}


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
    }


if __name__ == "__main__":
    main()
