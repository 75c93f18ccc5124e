"""`depesche story`, `wire`, `export`, `import` and `expunge`: what is done to stories from a shell.

In: slugs, files. Out: a line for each thing done. Everything that writes goes through the desk, as an editor's work
does, also while a server runs on the same journal.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

import click

from depesche.cli.console import ask, find_story, journal, opened, settings
from depesche.words.commands import AmendStory, CloseStory, Expunge, OpenStory, Refusal, ReopenStory
from depesche.words.ledgerchanges import Worded
from depesche.words.ledgercommands import ExpungeWords

if TYPE_CHECKING:
    from depesche.journal.log import Journal
    from depesche.journal.notes import SecretKey

MEDIA_TYPES = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
}
"""What a file's ending tells; anything else is told by its beginning."""

ELSEWHERE = (
    "Backups and snapshots of this machine: delete or rewrite them.",
    "Your CDN or proxy: purge the pages of the story; those that we serve are new already.",
    "Search engines and archives: ask them to remove the address of the post.",
    "Feeds, mails and messages that were sent: they can't be called back.",
)
"""Where words may be that no program here can look at."""


@click.group()
def story() -> None:
    """Stories."""


@story.command("open")
@click.argument("slug")
@click.option("--title", required=True)
@click.option("--lead", default="", help="A sentence below the title.")
@click.option("--language", help="A tag such as de or en.  [default: the setting]")
@click.option("--zone", help="An IANA time zone.  [default: the setting]")
@click.pass_context
def open_story(ctx: click.Context, slug: str, title: str, lead: str, language: str | None, zone: str | None) -> None:
    """Open a story at the address SLUG."""
    chosen = settings(ctx)
    with opened(ctx) as house:
        ask(house, OpenStory(slug, title, language or chosen.language, zone or chosen.zone, lead))
    click.echo(f"opened {slug}")


@story.command("list")
@click.pass_context
def list_stories(ctx: click.Context) -> None:
    """List all stories."""
    from depesche.journal import views

    with journal(ctx) as found, found.reading() as connection:
        for view in views.stories(connection, desk=True):
            day = dt.datetime.fromtimestamp(view.opened_at / 1e6, tz=dt.UTC)
            click.echo(f"{view.slug:40} {view.state:7} {view.posts:6} posts  {day:%Y-%m-%d}  {view.title}")


@story.command("close")
@click.argument("slug")
@click.option("--undo", is_flag=True, help="Go on with the coverage.")
@click.pass_context
def close_story(ctx: click.Context, slug: str, undo: bool) -> None:
    """End the coverage of SLUG, and sign where it stands."""
    from depesche.desk.notary import Notary

    with opened(ctx) as house:
        view = find_story(house.journal, slug)
        ask(house, ReopenStory() if undo else CloseStory(), view.id)
        if not undo:
            Notary(house.desk, house.settings).sign(view.id)
    click.echo(f"{'reopened' if undo else 'closed'} {view.slug}")


@story.command("rename")
@click.argument("slug")
@click.argument("new")
@click.option("--title", help="A new title, too.")
@click.pass_context
def rename_story(ctx: click.Context, slug: str, new: str, title: str | None) -> None:
    """Move SLUG to the address NEW. The old address redirects."""
    with opened(ctx) as house:
        view = find_story(house.journal, slug)
        ask(house, AmendStory(new, title or view.title, view.lead), view.id)
    click.echo(f"{view.slug} is {new} now")


@click.group()
def wire() -> None:
    """Copy from outside."""


@wire.command("add")
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_context
def add_copy(ctx: click.Context, slug: str, files: tuple[Path, ...]) -> None:
    """Take FILES (text, HTML, ninjs, NewsML-G2, RSS, Atom) as copy for the story SLUG."""
    from depesche.cli.console import CONSOLE
    from depesche.desk.access import Actor

    failed = 0
    with opened(ctx) as house:
        view = find_story(house.journal, slug)
        for file in files:
            arrival = house.intake.receive(
                file.read_bytes(),
                actor=Actor(id=CONSOLE, name="Console", role="admin"),
                story=view.id,
                media_type=MEDIA_TYPES.get(file.suffix.lower(), ""),
                name=file.name,
            )
            if isinstance(arrival, Refusal):
                click.echo(f"{file}: {arrival.reason}", err=True)
                failed += 1
                continue
            for copy, found in zip(arrival.copies, arrival.readings, strict=True):
                head = copy.title or copy.text.partition("\n")[0][:60]
                click.echo(f"{file.name}: {head} (version {copy.version}, {len(found.statements)} statements)")
    if failed:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("slug", metavar="STORY")
@click.option("--public", is_flag=True, help="Only what readers may see.")
@click.option(
    "--output",
    type=click.File("w", encoding="utf-8", lazy=True),
    default="-",
    help="A file; without it, standard output.",
)
@click.option(
    "--media",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for the story's pictures and copy, which are no part of the journal.",
)
@click.pass_context
def export(ctx: click.Context, slug: str, public: bool, output: TextIO, media: Path | None) -> None:
    """Write the journal of STORY as JSON lines, digests included."""
    from depesche.desk import parcel
    from depesche.desk.desk import now_us
    from depesche.desk.media import Media
    from depesche.journal import dump

    if public and media:
        raise click.UsageError("--media goes with a full export: a public one can't be imported.")
    with journal(ctx) as found:
        view = find_story(found, slug)
        for line in dump.export(found, view.id, public=public, key=_signing(ctx), now=now_us()):
            output.write(line)
        if media:
            pictures, copies = parcel.pack(found, Media(found, settings(ctx)), view.id, media)
            click.echo(f"{media}: {pictures} pictures, {copies} versions of copy", err=True)


def _signing(ctx: click.Context) -> SecretKey | None:
    """The key that signs the names of an export, None before there is one: exporting makes none."""
    from depesche.journal.errors import JournalError
    from depesche.journal.keys import Keys

    try:
        return Keys(settings(ctx).folder).secret()
    except JournalError as error:  # a key that can't be used keeps nobody from saving a story
        click.echo(f"names: not signed. {error}", err=True)
        return None


@click.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--slug", help="Another address, where its own belongs to another story.")
@click.option(
    "--media",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The folder that --media of the export has filled.",
)
@click.pass_context
def import_(ctx: click.Context, file: BinaryIO, slug: str | None, media: Path | None) -> None:
    """Take a story in that `depesche export` wrote. Nothing is taken unless all of it verifies."""
    from depesche.desk import parcel
    from depesche.desk.desk import now_us
    from depesche.journal import dump

    with opened(ctx) as house:
        contents = parcel.look(media) if media else None
        view = find_story(house.journal, dump.load(house.journal, file, now=now_us(), slug=slug))
        amiss = parcel.unpack(house.desk, house.media, view.id, contents) if contents else []
    click.echo(f"imported {view.slug} ({view.seq} entries)")
    for each in amiss:
        click.echo(each, err=True)
    if amiss:
        raise click.exceptions.Exit(1)


def _what(ctx: click.Context, parameter: click.Parameter, value: str) -> tuple[str, int, str]:
    """What is to be erased: "17" is post 17, "claim:3" claim 3, "party:nis" what the house calls a party."""
    of, _, which = value.rpartition(":")
    of = of or "post"
    if of in ("measure", "party", "outlet") and which:
        return of, 0, which
    if of not in ("post", "claim", "standing", "reply") or not re.fullmatch("[1-9][0-9]{0,8}", which):
        raise click.BadParameter(
            "give the number of a post, or claim:3, standing:3, reply:1, measure:killed, party:nis or outlet:dpa."
        )
    return of, int(which), ""


@click.command()
@click.argument("slug", metavar="STORY")
@click.argument("what", metavar="POST", callback=_what)
@click.option("--reason", required=True, help="Stays on the desk.")
@click.option("--revision", type=click.IntRange(1), help="Only this earlier revision.")
@click.option("--report", is_flag=True, help="List where the text may survive.")
@click.confirmation_option(prompt="This erases the words for good. Go on?")
@click.pass_context
def expunge(
    ctx: click.Context, slug: str, what: tuple[str, int, str], reason: str, revision: int | None, report: bool
) -> None:
    """Erase the words of POST for good, as after a court order.

    POST is a number; or claim:3, which takes all that was said of the claim along, standing:3 for the words of its
    standings, reply:1, measure:killed; party:nis or outlet:dpa for what the house calls it in every story (STORY is any
    of them).
    """
    from depesche.journal.survival import survivals

    with opened(ctx) as house:
        view = find_story(house.journal, slug)
        of, number, id = what
        pictures = _pictures(house.journal, view.id, number) if of == "post" else []
        command = (
            Expunge(number, reason, revision) if of == "post" else ExpungeWords(cast("Worded", of), number, reason, id)
        )
        done = ask(house, command, view.id)
        erased = sum(len(getattr(entry.change, "seqs", ())) for entry in done.entries)
        click.echo(f"expunged {of} {id or number} of {view.slug}: {erased} entries erased")
        for picture in pictures:
            if house.media.sweep(picture):
                click.echo(f"removed picture {picture[:12]}")
        if report:
            click.echo("The words may still stand elsewhere:")
            for place in (*survivals(house.journal, view.id), *ELSEWHERE):
                click.echo(f"  {place}")


def _pictures(found: Journal, story: str, post: int) -> list[str]:
    """The pictures of all revisions of a post."""
    from depesche.journal import views

    with found.reading() as connection:
        texts = [each.text for each in views.revisions(connection, story, post)]
    return sorted({media.id for text in texts if text for media in text.media})
