"""What commands share: settings, the open house, and errors as one line.

In: click's context. Out: Settings, a House that is closed again, or click exceptions. Never: an account of its own; who
has a shell on the machine acts as the console.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from depesche.settings import Settings, SettingsError, load

if TYPE_CHECKING:
    from depesche.desk.desk import Done
    from depesche.journal.log import Journal
    from depesche.journal.views import StoryView
    from depesche.web.house import House
    from depesche.words.commands import AnyCommand

CONSOLE = "console"
"""The actor's id in entries that somebody made on the machine itself."""


def settings(ctx: click.Context) -> Settings:
    """The settings in force. Raises ClickException with the place of what is wrong."""
    try:
        return load(os.environ, ctx.find_root().obj)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def telling() -> Iterator[None]:
    """Turn what a person can put right into one line."""
    from depesche.journal.errors import JournalError

    try:
        yield
    except (JournalError, SettingsError) as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def opened(ctx: click.Context) -> Iterator[House]:
    """The house, without a server; closed at the end."""
    from depesche import app

    chosen = settings(ctx)
    with telling():
        house = app.furnish(chosen)
        try:
            yield house
        finally:
            house.desk.close()
            house.journal.close()


@contextlib.contextmanager
def journal(ctx: click.Context) -> Iterator[Journal]:
    """The journal alone, for commands that need no more; it must be there already."""
    from depesche.journal.log import Journal

    chosen = settings(ctx)
    if not chosen.database and not (chosen.folder / "depesche.db").exists():
        raise click.ClickException(f"There is no journal in {chosen.folder}. Set DEPESCHE_FOLDER, or --config.")
    with telling():
        found = Journal.open(chosen.journal_url)
        try:
            yield found
        finally:
            found.close()


def find_story(found: Journal, slug: str) -> StoryView:
    """The story of this slug, a former one, or id. Raises ClickException."""
    from depesche.journal import views

    with found.reading() as connection:
        known = views.slug(connection, slug)
        view = views.story(connection, known[0] if known else slug, desk=True)
    if view is None:
        raise click.ClickException(f"There is no story “{slug}”. `depesche story list` lists them.")
    return view


def ask(house: House, command: AnyCommand, story: str = "") -> Done:
    """Have the desk carry a command out, as the console. Raises ClickException with the desk's reason."""
    from depesche.desk.access import Actor
    from depesche.desk.desk import Done

    actor = Actor(id=CONSOLE, name="Console", role="admin")
    outcome = house.desk.handle(command, actor, story=story, command_id=str(uuid.uuid4()))
    if isinstance(outcome, Done):
        return outcome
    raise click.ClickException(getattr(outcome, "reason", "Somebody else changed it just now. Try again."))


def folder_of(file: Path) -> Path:
    """The nearest folder above this file that exists."""
    return next((each for each in (file, *file.absolute().parents) if each.is_dir()), Path("/"))
