"""`depesche checkpoint`: signs where each story's public chain stands, and makes the key that does.

In: the journal, the key in the data folder. Out: a line for each checkpoint, or the public keys; exit code 1 where a
history doesn't continue what was signed before. Never: the secret key on the screen.
"""

from __future__ import annotations

import click

from depesche.cli.console import find_story, journal, settings, telling
from depesche.desk.desk import now_us
from depesche.desk.notary import key_name
from depesche.journal import checkpoint as checkpoints
from depesche.journal import views
from depesche.journal.checkpoint import CheckpointRefused
from depesche.journal.keys import Keys
from depesche.journal.log import Journal
from depesche.journal.notes import SecretKey


@click.command()
@click.argument("slug", metavar="[STORY]", required=False)
@click.option("--new-key", is_flag=True, help="Make a new key first; the one before it stays listed and signs no more.")
@click.option("--name", help="What the new key is called.  [default: host and path of the setting url]")
@click.option("--keys", "show", is_flag=True, help="Only print the public keys, the newest first.")
@click.pass_context
def checkpoint(ctx: click.Context, slug: str | None, new_key: bool, name: str | None, show: bool) -> None:
    """Sign where the public chain of STORY, or of every story, stands. The first time it makes the key."""
    chosen = settings(ctx)
    keys = Keys(chosen.folder)
    with telling():
        if show:
            for each in keys.public():
                click.echo(str(each))
            return
        before = keys.secret() if not new_key else None
    with journal(ctx) as found:
        wanted = name or (before.name if before else key_name(chosen))
        key = keys.make(wanted) if new_key or before is None else before
        if key is not before:
            click.echo(f"made {keys.file}; publish its public key:\n{key.public}")
        _sign(found, key, slug)


def _sign(found: Journal, key: SecretKey, slug: str | None) -> None:
    with found.reading() as connection:
        slugs = {view.id: view.slug for view in views.stories(connection, desk=True)}
        wanted = [find_story(found, slug).id] if slug else checkpoints.streams(connection)
    refused = 0
    for stream in wanted:
        named = slugs.get(stream, stream)
        try:
            note = checkpoints.sign(found, stream, key, now_us())
        except CheckpointRefused as error:
            click.echo(f"{named}: {error}", err=True)
            refused += 1
            continue
        click.echo(f"{named}: signed edition {note.edition}" if note else f"{named}: nothing new to sign")
    if refused:
        raise click.exceptions.Exit(1)
