"""`depesche read`: texts in, who said what out.

In: files, folders, JSON lines or standard input, in any encoding. Out: marked text for people, a JSON line a document
for programs, or a page. Never: a document that ends the run of the others, or a half line behind which it can't go on.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from depesche.archive.documents import Document, documents, weight
from depesche.archive.resume import Kept, OtherDocuments, behind, kept
from depesche.archive.run import run
from depesche.archive.work import Form, Job, Made, PoolError
from depesche.cli.console import settings
from depesche.settings import SettingsError

TOLD = 20
"""Faults told on standard error one by one; of a damaged archive the output has them all."""


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "html"]), help="Default: text on a terminal, else jsonl."
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file; it must be new.")
@click.option("--resume", is_flag=True, help="Go on behind the last whole line of --output, with the same FILEs.")
@click.option("--lines", is_flag=True, help="Every FILE holds JSON lines, as *.jsonl does anyway.")
@click.option("--reader", default="", help="Another reader: llm, or the name of an installed one.")
@click.option(
    "--workers", type=click.IntRange(1, 512), help="Processes. Default: the cores, for more than a few texts."
)
@click.option("--language", help="A tag such as de or en, where a document doesn't say it.")
@click.option(
    "--published", type=click.DateTime(["%Y-%m-%d"]), help="The day of “am Montag”, where a document doesn't say it."
)
@click.pass_context
def read(
    ctx: click.Context,
    files: tuple[Path, ...],
    form: Form | None,
    output: Path | None,
    resume: bool,
    lines: bool,
    reader: str,
    workers: int | None,
    language: str | None,
    published: dt.datetime | None,
) -> None:
    """Find who says what in texts: FILEs and folders, or standard input without any (or for -)."""
    form = form or ("text" if output is None and sys.stdout.isatty() else "jsonl")
    if resume and (output is None or form != "jsonl"):
        raise click.UsageError("--resume needs --output, and JSON lines.")
    paths = files or (Path("-"),)
    job = Job(
        settings(ctx),
        reader=reader,
        form=form,
        language=language or "",
        published=published.date() if published else None,
        width=shutil.get_terminal_size().columns,
        colour=output is None and sys.stdout.isatty(),
    )
    found = documents(paths, most=job.settings.max_copy, lines=lines)
    with _opened(output, resume) as (stream, done), _progress(paths, aside=output is not None) as step:
        faults = done.faults + _write(job, _missing(found, done, output), stream, done, workers or 0, step)
    if faults:
        raise click.exceptions.Exit(1)


def _write(
    job: Job, rest: Iterator[Document], stream: BinaryIO, done: Kept, workers: int, step: Callable[[Made], None]
) -> int:
    """Write all that is missing; gives how many documents couldn't be read."""
    faults = 0
    if job.form == "html":
        from depesche.archive import page

        stream.write(page.head())
    try:
        with contextlib.closing(run(job, rest, workers=workers, first=done.lines)) as results:
            for made in results:
                stream.write(made.output)
                step(made)
                if made.fault:
                    faults += 1
                    _tell(made, faults)
    except (LookupError, SettingsError, PoolError) as error:
        raise click.ClickException(str(error.args[0])) from error
    if job.form == "html":
        stream.write(page.foot())
    stream.flush()
    if faults > TOLD:
        click.echo(f"{faults:,} documents couldn't be read.", err=True)
    return faults


def _tell(made: Made, faults: int) -> None:
    if faults <= TOLD:
        click.echo(f"{made.place}: {made.fault}", err=True)


def _missing(found: Iterator[Document], done: Kept, output: Path | None) -> Iterator[Document]:
    try:
        return behind(found, done)
    except OtherDocuments as error:
        raise click.ClickException(
            f"{output} {error}: it was made from other documents, or in another order."
        ) from error


@contextlib.contextmanager
def _opened(output: Path | None, resume: bool) -> Iterator[tuple[BinaryIO, Kept]]:
    """Where results go, and what is there already."""
    if output is None:
        yield sys.stdout.buffer, Kept()
        return
    try:
        with output.open("r+b" if resume and output.exists() else "xb") as stream:
            done = kept(stream) if stream.readable() else Kept()
            stream.seek(done.size)
            stream.truncate()
            yield stream, done
    except FileExistsError as error:
        raise click.ClickException(f"{output} is there already: --resume goes on with it, or remove it.") from error
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from error


@contextlib.contextmanager
def _progress(paths: tuple[Path, ...], *, aside: bool) -> Iterator[Callable[[Made], None]]:
    """Shows on a terminal how far it is, unless the results themselves go to one."""
    if not sys.stderr.isatty() or (sys.stdout.isatty() and not aside):
        yield lambda made: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[read]:,} documents"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=weight(paths), read=0)

        def step(made: Made) -> None:
            progress.update(task, advance=made.size, read=made.number + 1)

        yield step
