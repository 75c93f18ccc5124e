"""What `depesche demo` needs besides a server: its story, its copy, somebody to log in as, and the player.

In: settings. Out: a journal with the story in it, made at the first start and found again at the next. Never: a second
import, or a password in the log.
"""

from __future__ import annotations

import io
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from depesche import app
from depesche.demo.build import JOURNAL, introduce
from depesche.demo.dispatches import coverage
from depesche.demo.play import PLAYER, play
from depesche.desk.desk import now_us
from depesche.desk.passwords import Denied
from depesche.journal import views
from depesche.journal.dump import load
from depesche.settings import Settings
from depesche.web.house import House

if TYPE_CHECKING:
    from depesche.app import Beside

LOGIN = "demo"


class Prepared(Struct, frozen=True):
    """The story's id and slug, and how to log in."""

    story: str
    slug: str
    login: str


def prepare(settings: Settings) -> Prepared:
    """Make sure that the story, its copy and the account are there."""
    house = app.furnish(settings)
    try:
        slug = coverage().story.slug
        with house.journal.reading() as connection:
            known = views.slug(connection, slug)
        story = known[0] if known else _bring(house)
        return Prepared(story, known[1] if known else slug, _login(house, settings.folder / "demo-password"))
    finally:
        house.desk.close()
        house.journal.close()


def show(story: str) -> Beside:
    """What runs beside the server: the player."""

    async def run(house: House) -> None:
        await play(house.desk, story, tell=lambda line: click.echo(f"  {line}"))

    return run


def _bring(house: House) -> str:
    """Import the coverage and put its copy on the desk."""
    introduce(house)
    story = load(house.journal, io.BytesIO(JOURNAL.read_bytes()), now=now_us())
    for each in coverage().copy:
        house.intake.receive(each.read(), actor=PLAYER, story=story, media_type="text/plain", given=each.said)
    return story


def _login(house: House, file: Path) -> str:
    """How to log in: with the password that was made at the first start, while it still works."""
    if not file.exists():
        password = secrets.token_urlsafe(9)
        made = house.people.add(LOGIN, "Demo", "admin", password)
        if isinstance(made, Denied):  # the account is there, the file isn't: somebody removed it
            return f"{LOGIN} (`depesche user password {LOGIN}` sets a new password)"
        file.touch(mode=0o600)
        file.write_text(password)
    password = file.read_text().strip()
    entered = house.people.sign_in(LOGIN, password, address="127.0.0.1")
    if isinstance(entered, Denied):
        return f"{LOGIN} and the password that you set"
    house.people.sign_out(entered.token)
    return f"{LOGIN} / {password}"
