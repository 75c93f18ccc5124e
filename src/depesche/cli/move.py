"""`depesche move`: a whole installation from one database into another, from SQLite to PostgreSQL or back.

In: two URLs. Out: the target holds everything that the source holds, or exit code 1 and nothing in it. Never: a change
of the source, or of settings: which database is used is for whoever runs Depesche to say.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from depesche.cli.console import settings, telling
from depesche.journal import move as moving
from depesche.journal.log import Journal


@click.command()
@click.option("--from", "source", metavar="URL", help="The database that is; without it, that of the settings.")
@click.option("--to", "target", metavar="URL", required=True, help="An empty database, or a file that isn't there yet.")
@click.pass_context
def move(ctx: click.Context, source: str | None, target: str) -> None:
    """Copy the whole installation into another database, and verify it there. Stop the server before."""
    chosen = settings(ctx)
    before = source or chosen.journal_url
    _must_exist(before)
    with telling(), contextlib.ExitStack() as opened:
        there = opened.enter_context(contextlib.closing(Journal.open(before)))
        here = opened.enter_context(contextlib.closing(Journal.open(target)))
        with click.progressbar(length=moving.steps(there), label="Moving and comparing", file=sys.stderr) as bar:
            moved = moving.move(there, here, bar.update)
    told = ", ".join(f"{rows} {name}" for name, rows in moved.rows.items() if rows)
    click.echo(f"moved {moved.entries} entries in {moved.streams} streams; every digest fits")
    click.echo(f"rows: {told}")
    click.echo(f"Pictures are files: they stay in {chosen.folder / 'media'}, which every node needs.")
    click.echo("Now name the new database in DEPESCHE_DATABASE, start the server, and put the old one away.")


def _must_exist(url: str) -> None:
    """A source that isn't there is a typing error: opening it would make an empty one."""
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        return  # opening it says what is wrong
    if place.get_backend_name() == "sqlite" and place.database and not Path(place.database).exists():
        raise click.ClickException(f"There is no database {place.database}.")
