"""`depesche verify` and `depesche rebuild`: is the journal what it was, and do the views say what it says?

In: the journal. Out: what doesn't fit, and exit code 1; or a line that all is well. Verify changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, TextIO, cast

import click

from depesche.cli.console import find_story, journal, telling
from depesche.journal import dump, notes, views
from depesche.journal import rebuild as rebuilding
from depesche.journal.chain import Finding
from depesche.journal.log import Journal
from depesche.journal.notes import PublicKey
from depesche.journal.proof import prove
from depesche.journal.verify import check
from depesche.journal.whoiswho import Names


@click.command()
@click.argument("what", metavar="[STORY|FILE]", required=False)
@click.option("--file", type=click.File("rb"), help="An export, full or public, instead of the journal.")
@click.option("--key", "keys", multiple=True, help="A public key that its checkpoints must be signed by, or its file.")
@click.option(
    "--checkpoints",
    "files",
    multiple=True,
    type=click.File("r", encoding="utf-8"),
    help="Checkpoints from elsewhere, beside those in the file.",
)
@click.pass_context
def verify(
    ctx: click.Context, what: str | None, file: BinaryIO | None, keys: tuple[str, ...], files: tuple[TextIO, ...]
) -> None:
    """Check every digest of the journal, of STORY alone, or of an exported FILE; of the journal the views, too."""
    slug = what
    if what is not None and file is None and (keys or "." in what or "/" in what):
        try:
            file, slug = cast(BinaryIO, click.open_file(what, "rb")), None
        except OSError as error:
            raise click.ClickException(f"{what} can't be read: {error.strerror}.") from error
    if file is not None:
        _verify_file(file, keys, files)
        return
    if keys:
        raise click.UsageError("--key verifies an exported file: depesche verify FILE --key …")
    with journal(ctx) as found:
        findings = check(found, find_story(found, slug).id if slug else None)
        _end(findings, [] if slug or findings else rebuilding.compare(found), _names(found))
        heads = found.heads()
        entries = sum(head.seq for head in heads.values())
        click.echo(f"verified {slug}" if slug else f"verified {entries} entries in {len(heads)} streams")


def _verify_file(file: BinaryIO, keys: tuple[str, ...], files: tuple[TextIO, ...]) -> None:
    with telling(), file:
        if not keys:
            _end(dump.verify(file), [], {})
            click.echo("verified the file")
            return
        trusted = [key for each in keys for key in _public_keys(each)]
        more = [note for each in files for note in notes.read(each.read(notes.MOST_TEXT))]
        found = prove(file, trusted, more)
        _end(list(found.findings), [], {})
    click.echo(f"verified: editions 1 to {found.edition} stood so at {found.at}, signed by {found.key}")
    if found.last > found.edition:
        click.echo(
            f"editions {found.edition + 1} to {found.last} are newer than the last checkpoint: nobody signed them"
        )
    _tell_names(found.names)


def _tell_names(names: Names) -> None:
    """Say whether the names of whoever speaks in those editions can be believed; exit with 1 where they can't."""
    if names.problem:
        click.echo(f"names: {names.problem}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"names: signed at {names.at} by {names.key}" if names.key else "names: the file names nobody")


def _public_keys(text: str) -> list[PublicKey]:
    """The key itself, or all keys of the file of this name."""
    if "+" in text and not Path(text).is_file():
        return [notes.public_key(text)]
    try:
        lines = Path(text).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{text[:200]} is no public key, and no file of them.") from error
    return [notes.public_key(line) for line in lines if line.strip()]


def _end(findings: list[Finding], differences: list[str], names: dict[str, str]) -> None:
    """Tell what doesn't fit, and exit with 1 if anything doesn't."""
    for each in findings:
        place = names.get(each.stream, each.stream or "journal")
        place += f", entry {each.seq}" if each.seq is not None else ""
        place += f", edition {each.edition}" if each.seq is None and each.edition is not None else ""
        click.echo(f"{place}: {each.problem}", err=True)
    for difference in differences:
        click.echo(f"view differs: {difference}", err=True)
    if differences:
        click.echo("The journal is whole; `depesche rebuild` makes the views anew.", err=True)
    if findings or differences:
        raise click.exceptions.Exit(1)


@click.command()
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Make the views anew from the journal."""
    with journal(ctx) as found:
        click.echo(f"folded {rebuilding.rebuild(found)} entries")


def _names(found: Journal) -> dict[str, str]:
    with found.reading() as connection:
        return {view.id: view.slug for view in views.stories(connection, desk=True)}
