"""`depesche doctor`: looks at everything that an installation stands on, and says what to do.

In: the settings, the machine, the journal. Out: a line for each thing looked at, marked ok, note or wrong; exit code 1
when something is wrong. It changes nothing but what opening the journal does anyway.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

import click
import msgspec

from depesche import __version__, readers
from depesche.cli.console import folder_of, settings
from depesche.journal import checkup, views
from depesche.journal.errors import JournalError
from depesche.journal.keys import Keys
from depesche.journal.log import Journal
from depesche.live.limits import SPARE
from depesche.settings import (
    LLM_KEY,
    PREFIX,
    SECRETS,
    Settings,
    SettingsError,
    sentences,
    unknown,
    without_passwords,
)

LEAST_FREE, ENOUGH_FREE = 200_000_000, 2_000_000_000
"""Bytes: below the first a day of pictures may fill the disk, above the second nobody needs to think of it."""
EARLIEST = 1_735_689_600
"""2025-01-01 in seconds UTC: no clock that is right shows an earlier time."""


class Finding(NamedTuple):
    """One thing looked at."""

    mark: Literal["ok", "note", "wrong"]
    what: str


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Look at settings, database, clock, disk and limits, and say what to do."""
    chosen = settings(ctx)
    _show(chosen, ctx.find_root().obj)
    wrong = False
    for finding in examine(chosen):
        colour = {"ok": "green", "note": "yellow", "wrong": "red"}[finding.mark]
        click.echo(f"{click.style(f'{finding.mark:5}', fg=colour)}  {finding.what}")
        wrong |= finding.mark == "wrong"
    if wrong:
        raise click.exceptions.Exit(1)


def examine(chosen: Settings) -> Iterator[Finding]:
    """Everything that there is to find."""
    sqlite = sqlite3.sqlite_version
    yield Finding("ok", f"Depesche {__version__}, Python {platform.python_version()}, SQLite {sqlite}")
    for name in unknown(os.environ):
        yield Finding("wrong", f"{name} is no setting: the list above has their names")
    yield from _folder(chosen.folder)
    yield from _disk(chosen.folder)
    yield from _clock()
    yield from _files(chosen)
    yield from _journal(chosen)
    yield from _key(chosen)
    yield from _reader(chosen)
    yield from _site(chosen)


def _show(chosen: Settings, file: Path | None) -> None:
    click.echo(f"Settings from {file or 'no file'} and the environment:")
    told = sentences()
    for name, value in msgspec.structs.asdict(chosen).items():
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        if name in SECRETS:
            text = without_passwords(text)
        mark = "*" if PREFIX + name.upper() in os.environ else " "
        click.echo(f" {mark} {name:16} {text or '–':24} {click.style(told[name], dim=True)}")
    click.echo(f" * is set by {PREFIX}… in the environment\n")


def _folder(folder: Path) -> Iterator[Finding]:
    if folder.exists() and not folder.is_dir():
        yield Finding("wrong", f"{folder} is a file: set {PREFIX}FOLDER to a folder")
        return
    place = folder_of(folder)
    if not os.access(place, os.W_OK | os.X_OK):
        yield Finding("wrong", f"{place} can't be written by this user: change its owner, or set {PREFIX}FOLDER")
    elif not folder.exists():
        yield Finding("note", f"{folder.absolute()} will be made at the first start")
    else:
        yield Finding("ok", f"{folder.absolute()} can be written")


def _disk(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder_of(folder)).free
    size = f"{free / 1e9:.1f} GB are free"
    if free < LEAST_FREE:
        yield Finding("wrong", f"{size}: make room, or nothing can be published any more")
    else:
        yield Finding("ok" if free >= ENOUGH_FREE else "note", size)


def _clock() -> Iterator[Finding]:
    now = time.time()
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    if now < EARLIEST:
        yield Finding("wrong", f"the clock shows {shown}: set it, and let NTP keep it")
    else:
        yield Finding("ok", f"the clock shows {shown}")


def _files(chosen: Settings) -> Iterator[Finding]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = chosen.max_streams + SPARE
    if hard != resource.RLIM_INFINITY and hard < wanted:
        most = max(1, hard - SPARE)
        hint = f"LimitNOFILE={wanted} in the systemd unit, or set {PREFIX}MAX_STREAMS={most}"
        yield Finding("note", f"{hard} open files are allowed, {chosen.max_streams} streams need {wanted}: {hint}")
    else:
        yield Finding("ok", f"enough open files are allowed for {chosen.max_streams} streams")


def _journal(chosen: Settings) -> Iterator[Finding]:
    if not chosen.database and not (chosen.folder / "depesche.db").exists():
        yield Finding(
            "note", "there is no journal yet: `depesche serve` makes one, `depesche user add` its first admin"
        )
        return
    try:
        journal = Journal.open(chosen.journal_url)
    except JournalError as error:
        yield Finding("wrong", str(error))
        return
    try:
        yield from (Finding(*found) for found in checkup.examine(journal, chosen.replica))
        yield from _contents(journal)
    except JournalError as error:
        yield Finding("wrong", str(error))
    finally:
        journal.close()


def _contents(journal: Journal) -> Iterator[Finding]:
    from depesche.desk.people import People

    with journal.reading() as connection:
        stories = views.stories(connection, desk=True)
    entries = sum(head.seq for head in journal.heads().values())
    yield Finding("ok", f"the journal opens: {len(stories)} stories, {entries} entries (`depesche verify` checks them)")
    latest = max((view.changed_at for view in stories), default=0) / 1e6
    if latest > time.time() + 60:
        shown = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(latest))
        hint = "new entries get that time until the clock has passed it; check the clock"
        yield Finding("wrong", f"the latest entry is of {shown} UTC, which lies ahead: {hint}")
    if not any(each.role == "admin" and not each.disabled for each in People(journal).accounts()):
        yield Finding("note", "nobody can manage people: `depesche user add NAME --role admin`")


def _key(chosen: Settings) -> Iterator[Finding]:
    """Whether checkpoints can be signed, and whether nobody else can."""
    keys = Keys(chosen.folder)
    try:
        secret = keys.secret()
    except JournalError as error:
        yield Finding("wrong", str(error))
        return
    if secret is None:
        yield Finding(
            "note", "no key signs checkpoints yet: `depesche checkpoint` makes one, and so does closing a story"
        )
    elif keys.exposed():
        yield Finding("wrong", f"others may read {keys.file}: chmod 600, then `depesche checkpoint --new-key`")
    else:
        yield Finding(
            "ok", f"checkpoints are signed by {secret.name} (`depesche checkpoint --keys` prints the public key)"
        )


def _reader(chosen: Settings) -> Iterator[Finding]:
    try:
        readers.choose(chosen)
    except (LookupError, SettingsError) as error:
        yield Finding("wrong", f"The setting reader: {error.args[0]}")
        return
    if chosen.reader != "llm":
        return
    address = urlsplit(chosen.llm_url)
    key = "with a key" if os.environ.get(LLM_KEY) else f"without a key ({LLM_KEY})"
    if address.scheme == "http" and address.hostname not in ("127.0.0.1", "::1", "localhost"):
        yield Finding("note", f"texts are sent to {address.hostname} without encryption, {key}: use https")
    else:
        yield Finding("ok", f"texts are sent to {address.hostname} to be read, {key}")


def _site(chosen: Settings) -> Iterator[Finding]:
    if not chosen.imprint_url or not chosen.privacy_url:
        yield Finding("note", f"no imprint or privacy notice is linked: {PREFIX}IMPRINT_URL, {PREFIX}PRIVACY_URL")
    if not chosen.url:
        yield Finding("note", f"the public address is taken from each request: set {PREFIX}URL on a public site")
    elif chosen.url.startswith("http://"):
        yield Finding("note", f"{chosen.url} is served without encryption: put a proxy with TLS in front")
