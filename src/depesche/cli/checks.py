"""`depesche verify` and `depesche rebuild`: is the journal what it was, and do the views say what it says?

In: the journal. Out: what doesn't fit, and exit code 1; or a line that all is well. Verify changes nothing.
"""

from __future__ import annotations

from typing import BinaryIO

import click

from depesche.cli.console import find_story, journal, telling
from depesche.journal import dump, views
from depesche.journal import rebuild as rebuilding
from depesche.journal.chain import Finding
from depesche.journal.log import Journal
from depesche.journal.verify import check


@click.command()
@click.argument("slug", metavar="[STORY]", required=False)
@click.option("--file", type=click.File("rb"), help="An export, full or public, instead of the journal.")
@click.pass_context
def verify(ctx: click.Context, slug: str | None, file: BinaryIO | None) -> None:
    """Check every digest of the journal, or of STORY alone, and the views against it."""
    if file is not None:
        with telling():
            _end(dump.verify(file), [], {})
        click.echo("verified the file")
        return
    with journal(ctx) as found:
        findings = check(found, find_story(found, slug).id if slug else None)
        _end(findings, [] if slug or findings else rebuilding.compare(found), _names(found))
        heads = found.heads()
        entries = sum(head.seq for head in heads.values())
        click.echo(f"verified {slug}" if slug else f"verified {entries} entries in {len(heads)} streams")


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
