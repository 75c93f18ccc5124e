"""`depesche verify` and `depesche rebuild`: is the journal what it was, and do the views say what it says?

In: the journal. Out: what doesn't fit, and exit code 1; or a line that all is well. Verify changes nothing.
"""

from __future__ import annotations

import click

from depesche.cli.common import journal
from depesche.journal import views
from depesche.journal.log import Journal


@click.command()
@click.argument("slug", metavar="[STORY]", required=False)
@click.pass_context
def verify(ctx: click.Context, slug: str | None) -> None:
    """Check every digest of the journal, or of STORY alone, and the views against it."""
    from depesche.cli.common import find_story
    from depesche.journal import rebuild as rebuilding
    from depesche.journal.verify import check

    with journal(ctx) as found:
        findings = check(found, find_story(found, slug).id if slug else None)
        names = _names(found)
        for each in findings:
            place = f"{names.get(each.stream, each.stream or 'journal')}"
            place += "" if each.seq is None else f", entry {each.seq}"
            click.echo(f"{place}: {each.problem}", err=True)
        different = [] if slug or findings else rebuilding.compare(found)
        for difference in different:
            click.echo(f"view differs: {difference}", err=True)
        if different:
            click.echo("The journal is whole; `depesche rebuild` makes the views anew.", err=True)
        if findings or different:
            raise click.exceptions.Exit(1)
        heads = found.heads()
        entries = sum(head.seq for head in heads.values())
        click.echo(f"verified {entries} entries in {len(heads)} streams" if not slug else f"verified {slug}")


@click.command()
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Make the views anew from the journal."""
    from depesche.journal import rebuild as rebuilding

    with journal(ctx) as found:
        click.echo(f"folded {rebuilding.rebuild(found)} entries")


def _names(found: Journal) -> dict[str, str]:
    with found.reading() as connection:
        return {view.id: view.slug for view in views.stories(connection, desk=True)}
